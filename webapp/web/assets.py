"""Static files under addresses with a version. A script is one file with the modules that it imports.

Comments on lines of their own are not served.
"""

import re
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, url_for

from ..paths import STATIC

_MIMETYPES = {".js": "text/javascript", ".css": "text/css"}
_SCRIPT_COMMENT = re.compile(r"^\s*//.*\n", re.M)
_STYLE_COMMENT = re.compile(r"/\*.*?\*/\n?", re.S)
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([a-z_]+)\.js";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) (\w+))", re.M)


def init_app(app: Flask) -> None:
    files = {path.name: _content(path) for path in STATIC.iterdir() if path.is_file()}
    versions = {name: sha256(content).hexdigest()[:10] for name, content in files.items()}
    send_file: Any = app.view_functions["static"]

    @wraps(send_file)  # it stays public
    def static(filename: str) -> Any:
        if filename in files and (mimetype := _MIMETYPES.get(Path(filename).suffix)):
            return Response(files[filename], mimetype=mimetype)
        return send_file(filename=filename)

    app.view_functions["static"] = static
    app.jinja_env.globals["asset"] = lambda name: url_for("static", filename=name, v=versions[name])


def _content(path: Path) -> bytes:
    if path.suffix == ".css":
        return _STYLE_COMMENT.sub("", path.read_text(encoding="utf-8")).encode()
    return bundle(path).encode() if path.suffix == ".js" else path.read_bytes()


def bundle(path: Path) -> str:
    """The script with its imports: they are constants, and each imported module is a function that returns them."""
    modules: dict[str, str] = {}
    script = _without_imports(path, modules)
    return "".join([*modules.values(), script])


def _without_imports(path: Path, modules: dict[str, str]) -> str:
    """Adds the modules that a script imports, and those that they import before them."""
    source = _SCRIPT_COMMENT.sub("", path.read_text(encoding="utf-8"))
    for _, name in _IMPORT.findall(source):
        if name not in modules:
            imported = _without_imports(path.with_name(f"{name}.js"), modules)
            modules[name] = _as_function(name, imported)
    return _IMPORT.sub(r"const {\1} = \2_module;\n", source)


def _as_function(name: str, source: str) -> str:
    exports = ", ".join(_EXPORT.findall(source))
    return f"const {name}_module = (() => {{\n{_EXPORT.sub('', source)}return {{ {exports} }};\n}})();\n"
