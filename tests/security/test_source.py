"""What the code must not even contain: it is read, not run."""

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
    """Where, the dotted name as far as it is one, and the call."""
    for where, node in _nodes():
        if isinstance(node, ast.Call):
            yield where, ast.unparse(node.func), node


def _imports() -> Iterator[tuple[str, str]]:
    """Where, and `module` or `module.name`."""
    for where, node in _nodes():
        if isinstance(node, ast.Import):
            yield from ((where, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((where, f"{node.module}.{each.name}") for each in node.names)


def _imports_of(*modules: str) -> list[tuple[str, str]]:
    return [(where, name) for where, name in _imports() if name.partition(".")[0] in modules]


def test_no_code_is_made_of_data() -> None:
    unwanted = {"eval", "exec", "compile", "__import__", "importlib.import_module"}
    assert [(where, name) for where, name, _ in _calls() if name in unwanted] == []


def test_no_other_program_is_started_but_the_worker_that_plans() -> None:
    """Its command is fixed: this Python, a module of ours, and a number of our own."""
    assert _imports_of("subprocess", "pty", "commands", "multiprocessing") == [
        ("webapp/forecast/worker_process.py", "subprocess")
    ]
    (started,) = [call for _, name, call in _calls() if name.startswith("subprocess.")]
    assert ast.unparse(started.args[0]) == "[sys.executable, '-m', MODULE, str(cpu_limit)]"
    assert "shell" not in {word.arg for word in started.keywords}
    unwanted = re.compile(r"os\.(system|popen|exec\w*|spawn\w*|fork|posix_spawn\w*)")
    assert [(where, name) for where, name, _ in _calls() if unwanted.fullmatch(name)] == []


def test_only_json_is_read_into_objects() -> None:
    assert _imports_of("pickle", "marshal", "shelve", "yaml", "dill", "xml", "lxml", "jsonpickle") == []


def test_pages_are_made_of_the_templates_alone() -> None:
    unwanted = ("render_template_string", "from_string", "Template")
    assert [(where, name) for where, name, _ in _calls() if name.rpartition(".")[2] in unwanted] == []
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false", text), path.name


def test_markup_is_written_by_us_and_never_typed() -> None:
    raw = [call for _, name, call in _calls() if name in ("Markup", "markupsafe.Markup")]
    assert raw and all(isinstance(call.args[0], ast.Constant) for call in raw)


def test_queries_hold_no_text_that_was_put_together() -> None:
    raw = [call for _, name, call in _calls() if name in ("text", "sqlalchemy.text")]
    assert raw and all(isinstance(call.args[0], ast.Constant) for call in raw)
    made = [
        (where, ast.unparse(call))
        for where, name, call in _calls()
        if name.endswith(".execute") and call.args and isinstance(call.args[0], ast.BinOp | ast.JoinedStr)
    ]
    assert made == [
        ("webapp/store/database.py", "connection.execute(f'PRAGMA {pragma}')"),
        ("webapp/store/migrate.py", "connection.connection.execute(f'PRAGMA busy_timeout={_BUSY_TIMEOUT}')"),
    ]


def test_patterns_are_written_by_us_and_what_is_put_into_one_is_escaped() -> None:
    functions = ("compile", "match", "fullmatch", "search", "sub", "findall", "split")
    found = [
        (where, call)
        for where, name, call in _calls()
        if name in {f"{module}.{each}" for module in ("re", "regex") for each in functions}
        and not _is_ours(call.args[0])
    ]
    assert [(where, ast.unparse(call.args[0])) for where, call in found] == [
        ("webapp/config/parsers.py", "pattern"),  # of the parsers there
        ("webapp/config/secret.py", "KEY_SHAPE"),
        ("webapp/contract/json_hints.py", "pattern"),  # of the tables there
        ("webapp/statsig/redaction.py", r"f'{escaped}|{KEY_SHAPE}|(?-i:{encoded})[\\w+/=-]*'"),
    ]


def _is_ours(pattern: ast.expr) -> bool:
    """A constant, or constants put together: names in capitals."""
    if not isinstance(pattern, ast.JoinedStr):
        return isinstance(pattern, ast.Constant)
    inner = [part.value for part in pattern.values if isinstance(part, ast.FormattedValue)]
    return all(isinstance(each, ast.Name) and each.id.isupper() for each in inner)


def test_formats_are_written_by_us() -> None:
    """`.format` on a constant, or on a constant's name in capitals; `%` between texts nowhere."""
    for where, name, call in _calls():
        if name.endswith(".format") and isinstance(call.func, ast.Attribute):
            base = call.func.value
            constant = isinstance(base, ast.Constant | ast.Call) or (isinstance(base, ast.Name) and base.id.isupper())
            assert constant, f"{where}: {ast.unparse(call)}"
    for where, node in _nodes():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
            assert not text, f"{where}: {ast.unparse(node)}"


def test_chance_comes_from_the_system_and_there_is_enough_of_it() -> None:
    assert _imports_of("random", "uuid") == []
    made = [(where, call) for where, name, call in _calls() if name.startswith("secrets.token_")]
    assert len(made) >= 5
    for where, call in made:
        size = call.args[0]
        if ast.unparse(size) != "ID_BYTES":  # an autotune's address is no secret: rights guard it
            enough = isinstance(size, ast.Constant) and isinstance(size.value, int) and size.value >= 16
            assert enough, f"{where}: {ast.unparse(call)}"


def test_ciphers_come_from_one_library_and_hashes_are_sha_256() -> None:
    assert {name for _, name in _imports_of("cryptography")} <= {
        "cryptography.fernet.Fernet",
        "cryptography.fernet.InvalidToken",
        "cryptography.fernet.MultiFernet",
    }
    assert {name for _, name in _imports_of("hashlib", "hmac", "Crypto", "nacl")} == {"hashlib.sha256"}


def test_parameters_are_read_from_where_they_belong() -> None:
    """`request.values` would mix what is in the address with what is in the form."""
    for where, node in _nodes():
        if isinstance(node, ast.Attribute):
            assert ast.unparse(node) not in ("request.values", "request.get_json", "request.json"), where


def test_certificates_are_looked_at_everywhere() -> None:
    for where, _, call in _calls():
        assert "verify" not in {word.arg for word in call.keywords}, where
    assert [where for where, name, _ in _calls() if "unverified" in name] == []
    for where, node in _nodes():
        assert not (isinstance(node, ast.Attribute) and node.attr == "CERT_NONE"), where


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.name for path in SCRIPTS])
def test_scripts_write_text_and_never_markup(path: Path) -> None:
    script = path.read_text(encoding="utf-8")
    unwanted = r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTMLUnsafe|eval|new Function|srcdoc)\b"
    assert re.findall(unwanted, script) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.name for path in SCRIPTS])
def test_scripts_keep_nothing_in_the_browser(path: Path) -> None:
    script = path.read_text(encoding="utf-8")
    assert (
        re.findall(r"\b(localStorage|sessionStorage|indexedDB|caches|document\.cookie|serviceWorker)\b", script) == []
    )


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.name for path in SCRIPTS])
def test_scripts_write_to_no_member_whose_name_was_typed(path: Path) -> None:
    """No `object[name] = value`, no merging into plain objects: nothing can reach a prototype."""
    script = path.read_text(encoding="utf-8")
    assert (
        re.findall(r"\w\[[^\]\"']+\]\s*=[^=>]|__proto__|\.prototype\b|\bconstructor\b|Object\.assign\(\{", script) == []
    )


def test_no_secret_is_in_the_source() -> None:
    shapes = re.compile(
        r"console-[A-Za-z0-9]{20,}|secret-[A-Za-z0-9]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY|gAAAAA[\w-]{20,}"
    )
    for path in (*MODULES, *SCRIPTS, *TEMPLATES, ROOT / "pyproject.toml", ROOT / "Makefile"):
        assert not shapes.search(path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("name", ["run.txt", "deploy.txt", "dev.txt", "build.txt"])
def test_every_dependency_is_pinned_by_hash(name: str) -> None:
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    wanted = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert wanted
    for line in wanted:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,-]+\])?==\S+ ", line) and "--hash=sha256:" in line, line.split()[0]


def test_what_is_installed_holds_no_tests() -> None:
    """Neither tests nor benchmarks are in what is built."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    built = project.partition("[tool.hatch.build.targets.wheel]")[2].partition("\n[")[0]
    assert 'only-include = ["webapp", "templates", "static"]' in built
    assert [where for where, name in _imports() if name.partition(".")[0] in ("tests", "bench", "pytest")] == []
