"""What is changed: one place of a module at a time."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SWAPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True)
class Mutant:
    path: Path  # from the root
    line: int
    change: str
    source: str
    package: str
    lines: range  # of the function around it; empty where there is none

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.change}"


def mutants(path: Path, package: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree = ast.parse((ROOT / path).read_text())
    functions = list(_functions(tree))
    for parent, name, index, node in list(_places(tree)):
        for other in _others(node):
            _put(parent, name, index, other)
            change = f"{_short(node)}  ->  {_short(other)}"
            source = ast.unparse(ast.fix_missing_locations(tree))
            yield Mutant(path, node.lineno, change, source, package, _around(functions, node.lineno))
            _put(parent, name, index, node)


def _functions(tree: ast.AST) -> Iterator[range]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _around(functions: list[range], line: int) -> range:
    """The innermost of them that holds this line."""
    return min((each for each in functions if line in each), key=len, default=range(0))


def _places(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.expr | ast.stmt]]:
    """Where in a tree an expression or a statement stands; annotations and decorators change nothing at run time."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.expr | ast.stmt):
                yield node, name, index, child
            if isinstance(child, ast.AST):
                yield from _places(child)


def _put(parent: ast.AST, name: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[index] = node


def _others(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    match node:
        case ast.Compare():
            for at, operator in enumerate(node.ops):
                swapped = [*node.ops[:at], SWAPS[type(operator)](), *node.ops[at + 1 :]]
                yield ast.Compare(node.left, swapped, node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int() | float()):
            yield ast.Constant(node.value + 1)  # type: ignore[operator]
        case ast.Return(value=ast.expr()) if not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield ast.Return(ast.Constant(None))
        case _:
            return


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:87]}..."
