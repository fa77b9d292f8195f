"""What the source code must not contain. It is parsed, not run."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "webapp").rglob("*.py"))
SCRIPTS = sorted((ROOT / "static").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@cache
def _nodes() -> list[tuple[str, ast.AST]]:
    return [
        (path.relative_to(ROOT).as_posix(), node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]


def _calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Path, dotted name of the function, and the call."""
    for where, node in _nodes():
        if isinstance(node, ast.Call):
            yield where, ast.unparse(node.func), node


def _imports() -> Iterator[tuple[str, str]]:
    """Path, and `module` or `module.name`."""
    for where, node in _nodes():
        if isinstance(node, ast.Import):
            yield from ((where, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((where, f"{node.module}.{alias.name}") for alias in node.names)


def _imports_of(*modules: str) -> list[tuple[str, str]]:
    return [(where, name) for where, name in _imports() if name.partition(".")[0] in modules]


def test_no_code_is_evaluated() -> None:
    forbidden = {"eval", "exec", "compile", "__import__", "importlib.import_module"}
    assert [(where, name) for where, name, _ in _calls() if name in forbidden] == []


def test_forecast_worker_is_the_only_subprocess() -> None:
    """Its command is fixed: this Python and one of the desk's modules."""
    assert _imports_of("subprocess", "pty", "commands", "multiprocessing") == [
        ("webapp/forecast/worker_process.py", "subprocess")
    ]
    (call,) = [call for _, name, call in _calls() if name.startswith("subprocess.")]
    assert ast.unparse(call.args[0]) == "[sys.executable, '-m', 'forecast.worker']"
    assert "shell" not in {keyword.arg for keyword in call.keywords}
    forbidden = re.compile(r"os\.(system|popen|exec\w*|spawn\w*|fork|posix_spawn\w*)")
    assert [(where, name) for where, name, _ in _calls() if forbidden.fullmatch(name)] == []


def test_json_is_the_only_deserializer() -> None:
    assert _imports_of("pickle", "marshal", "shelve", "yaml", "dill", "xml", "lxml", "jsonpickle") == []


def test_pages_are_rendered_from_template_files_with_autoescaping() -> None:
    forbidden = ("render_template_string", "from_string", "Template")
    assert [(where, name) for where, name, _ in _calls() if name.rpartition(".")[2] in forbidden] == []
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false", text), path.name


def test_markup_has_constant_arguments() -> None:
    calls = [call for _, name, call in _calls() if name in ("Markup", "markupsafe.Markup")]
    assert calls and all(isinstance(call.args[0], ast.Constant) for call in calls)


def test_sql_is_not_concatenated() -> None:
    calls = [call for _, name, call in _calls() if name in ("text", "sqlalchemy.text")]
    assert calls and all(isinstance(call.args[0], ast.Constant) for call in calls)
    formatted = [
        (where, ast.unparse(call))
        for where, name, call in _calls()
        if name.endswith(".execute") and call.args and isinstance(call.args[0], ast.BinOp | ast.JoinedStr)
    ]
    assert formatted == [
        ("webapp/store/database.py", "connection.execute(f'PRAGMA {pragma}')"),
        ("webapp/store/migrate.py", "connection.connection.execute(f'PRAGMA busy_timeout={_BUSY_TIMEOUT}')"),
    ]


def test_regular_expressions_are_constant_or_escaped() -> None:
    functions = ("compile", "match", "fullmatch", "search", "sub", "findall", "split")
    variable = [
        (where, call)
        for where, name, call in _calls()
        if name in {f"{module}.{function}" for module in ("re", "regex") for function in functions}
        and not _is_constant(call.args[0])
    ]
    assert [(where, ast.unparse(call.args[0])) for where, call in variable] == [
        ("webapp/config/parsers.py", "pattern"),  # a parameter of its parsers
        ("webapp/config/parsers.py", "text"),  # NAME_PATTERN, which is matched with a timeout
        ("webapp/config/secret.py", "KEY_SHAPE"),
        ("webapp/contract/json_hints.py", "pattern"),  # from its tables
        ("webapp/statsig/redaction.py", r"f'{escaped}|{KEY_SHAPE}|(?-i:{encoded})[\\w+/=-]*'"),
    ]


def _is_constant(pattern: ast.expr) -> bool:
    """A constant, or an f-string of constants, whose names are in capitals."""
    if not isinstance(pattern, ast.JoinedStr):
        return isinstance(pattern, ast.Constant)
    inner = [part.value for part in pattern.values if isinstance(part, ast.FormattedValue)]
    return all(isinstance(value, ast.Name) and value.id.isupper() for value in inner)


def test_format_strings_are_constants() -> None:
    """`.format` is called on constants only, whose names are in capitals; `%` is not used."""
    for where, name, call in _calls():
        if name.endswith(".format") and isinstance(call.func, ast.Attribute):
            base = call.func.value
            constant = isinstance(base, ast.Constant | ast.Call) or (isinstance(base, ast.Name) and base.id.isupper())
            assert constant, f"{where}: {ast.unparse(call)}"
    for where, node in _nodes():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
            assert not text, f"{where}: {ast.unparse(node)}"


def test_random_values_are_128_bits_from_the_system() -> None:
    assert _imports_of("random", "uuid") == []
    calls = [(where, call) for where, name, call in _calls() if name.startswith("secrets.token_")]
    assert len(calls) >= 5
    for where, call in calls:
        size = call.args[0]
        if ast.unparse(size) != "ID_BYTES":  # an autotune's URL is no secret: permissions protect it
            is_long_enough = isinstance(size, ast.Constant) and isinstance(size.value, int) and size.value >= 16
            assert is_long_enough, f"{where}: {ast.unparse(call)}"


def test_only_fernet_and_sha256_are_used() -> None:
    assert {name for _, name in _imports_of("cryptography")} <= {
        "cryptography.fernet.Fernet",
        "cryptography.fernet.InvalidToken",
        "cryptography.fernet.MultiFernet",
    }
    assert {name for _, name in _imports_of("hashlib", "hmac", "Crypto", "nacl")} == {"hashlib.sha256"}


def test_query_and_body_are_read_separately() -> None:
    """`request.values` would mix the query and the form."""
    for where, node in _nodes():
        if isinstance(node, ast.Attribute):
            assert ast.unparse(node) not in ("request.values", "request.get_json", "request.json"), where


def test_certificate_verification_is_never_disabled() -> None:
    for where, _, call in _calls():
        assert "verify" not in {keyword.arg for keyword in call.keywords}, where
    assert [where for where, name, _ in _calls() if "unverified" in name] == []
    for where, node in _nodes():
        assert not (isinstance(node, ast.Attribute) and node.attr == "CERT_NONE"), where


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.name for path in SCRIPTS])
def test_scripts_write_no_markup(path: Path) -> None:
    script = path.read_text(encoding="utf-8")
    forbidden = r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTMLUnsafe|eval|new Function|srcdoc)\b"
    assert re.findall(forbidden, script) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.name for path in SCRIPTS])
def test_scripts_use_no_browser_storage(path: Path) -> None:
    script = path.read_text(encoding="utf-8")
    assert (
        re.findall(r"\b(localStorage|sessionStorage|indexedDB|caches|document\.cookie|serviceWorker)\b", script) == []
    )


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.name for path in SCRIPTS])
def test_scripts_set_no_property_by_a_dynamic_name(path: Path) -> None:
    """No `object[name] = value`, no merging into plain objects: nothing can reach a prototype."""
    script = path.read_text(encoding="utf-8")
    assert (
        re.findall(r"\w\[[^\]\"']+\]\s*=[^=>]|__proto__|\.prototype\b|\bconstructor\b|Object\.assign\(\{", script) == []
    )


def test_source_contains_no_secret() -> None:
    shapes = re.compile(
        r"console-[A-Za-z0-9]{20,}|secret-[A-Za-z0-9]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY|gAAAAA[\w-]{20,}"
    )
    for path in (*MODULES, *SCRIPTS, *TEMPLATES, ROOT / "pyproject.toml", ROOT / "Makefile"):
        assert not shapes.search(path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("name", ["run.txt", "deploy.txt", "dev.txt", "build.txt"])
def test_every_dependency_is_pinned_by_hash(name: str) -> None:
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    pins = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert pins
    for line in pins:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,-]+\])?==\S+ ", line) and "--hash=sha256:" in line, line.split()[0]


def test_wheel_contains_no_tests() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    built = project.partition("[tool.hatch.build.targets.wheel]")[2].partition("\n[")[0]
    assert 'only-include = ["webapp", "templates", "static"]' in built
    assert [where for where, name in _imports() if name.partition(".")[0] in ("tests", "bench", "pytest")] == []


def test_forms_are_validated_with_the_policy() -> None:
    """Code that validates a form of an autotune calls `Policy.validate`."""
    parts = ("webapp/contract/", "webapp/forecast/")
    calls = ((where, name) for where, name, _ in _calls() if name.endswith(".validate") and not where.startswith(parts))
    assert [(where, name) for where, name in calls if not re.search(r"policy\w*(\(.*\))?\.validate$", name)] == [
        ("webapp/statsig/sandbox/autotunes.py", "form.validate"),  # what Statsig requires
        ("webapp/web/assumptions.py", "form.validate"),  # of a forecast
        ("webapp/web/variant_rows.py", "json_field.validate"),
    ]
