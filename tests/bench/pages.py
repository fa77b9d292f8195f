"""The form's page beside the same form in plain WTForms, beside a constant string, and with many variants."""

import gc
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.forms import BUTTON_COLOR_TEST, hidden
from webapp import create_app
from webapp.autotunes.services import Services
from webapp.config import read_settings

from . import reference, served
from .report import AtMost, Line
from .spec import spec
from .timing import Measure, interleaved

FORM, PLAIN, CONSTANT = "/autotunes/new", "/form", "/constant"
ENCODINGS = {"uncompressed": "identity", "gzip": "gzip", "br": "gzip, deflate, br, zstd"}
COUNTS = (2, 20, 100)  # variants
CALLS = 10  # one measure of processor time
CLIENTS, REQUESTS = 4, 30  # one measure of requests a second: each client sends so many


def lines(most: int) -> Iterator[Line]:
    with TemporaryDirectory() as folder:
        app = create_app(read_settings({"DATA_DIR": folder}))
        yield from _cpu(app, min(most, 9))
        yield from _variants(app, min(most, 3))
        services: Services = app.extensions["services"]
        services.close()
        services.store.close()
        yield from _requests(Path(folder), min(most, 5))


def _cpu(app: Flask, rounds: int) -> Iterator[Line]:
    plain = reference.make_app(spec())
    for name, encoding in ENCODINGS.items():
        seen = interleaved(
            {
                "form": cpu(app, FORM, encoding),
                "plain": cpu(plain, PLAIN, encoding),
                "plain, as many": cpu(plain, f"{PLAIN}?variants=2", encoding),
                "constant": cpu(plain, CONSTANT, encoding),
            },
            rounds,
            best_of=2,
        )
        form, goal = seen["form"], AtMost(1.3, "ratio")
        yield Line(f"form, CPU, {name}: plain WTForms, 3 variants", form, "ms", seen["plain"], goal)
        yield Line("  beside plain WTForms with 2 variants, as the form", form, "ms", seen["plain, as many"])
        yield Line("  beside a constant string", form, "ms", seen["constant"])


def cpu(app: Flask, path: str, encoding: str = "identity") -> Measure:
    """Milliseconds of processor time for one page, by calling the WSGI app; each call is a first visit."""
    plain, environ = _environ(path, "identity"), _environ(path, encoding)
    if path != CONSTANT:
        served.want_form(_page(app, plain), path)

    def measure() -> float:
        gc.collect()
        began = time.process_time()
        for _ in range(CALLS):
            _answer(app, environ)
        return (time.process_time() - began) * 1000 / CALLS

    return measure


def _environ(path: str, encoding: str) -> dict[str, Any]:
    """Of a request from this machine: the desk answers no other."""
    return EnvironBuilder(
        path, headers=Headers({"Accept-Encoding": encoding}), environ_overrides={"REMOTE_ADDR": "127.0.0.1"}
    ).get_environ()


def _answer(app: Flask, environ: dict[str, Any]) -> Iterable[bytes]:
    body, status, _headers = run_wsgi_app(app, dict(environ), buffered=True)
    assert status == "200 OK", f"{environ['PATH_INFO']} answered {status}"
    return body


def _page(app: Flask, environ: dict[str, Any]) -> str:
    return b"".join(_answer(app, environ)).decode()


def _variants(app: Flask, rounds: int) -> Iterator[Line]:
    plain = reference.make_app(spec())
    drafts = {f"{count}": cpu(app, _draft(app, count)) for count in COUNTS}
    plains = {f"plain {count}": cpu(plain, f"{PLAIN}?variants={count}") for count in COUNTS}
    seen = interleaved(drafts | plains, rounds)
    few = COUNTS[0]
    for count in COUNTS[1:]:
        took, goal = seen[f"{count}"], AtMost(12, "ratio") if count == COUNTS[-1] else None
        yield Line(f"form with {count} variants, CPU: with {few}", took, "ms", seen[f"{few}"], goal)
        yield Line(f"  beside plain WTForms with {count}", took, "ms", seen[f"plain {count}"])


def _draft(app: Flask, count: int) -> str:
    """The address of the form of a draft with so many variants."""
    client = app.test_client()
    page = client.get(FORM).text
    own = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    rows = {f"variants-{row}-name": f"variant {row}" for row in range(count)}
    rows |= {f"variants-{row}-json": f'{{"color": "#{row:06x}"}}' for row in range(count)}
    saved = client.post("/autotunes", data={**BUTTON_COLOR_TEST, **rows, **own, "action": "save"})
    assert saved.status_code == 303, saved.text
    return f"{saved.headers['Location']}/edit"


def _requests(folder: Path, rounds: int) -> Iterator[Line]:
    with served.services(folder / "served") as services, served.reference() as plain:
        for name in ("uncompressed", "gzip"):
            encoding = ENCODINGS[name]
            seen = interleaved(
                {
                    "form": _pace(services.port, FORM, encoding),
                    "plain": _pace(plain.port, PLAIN, encoding),
                    "constant": _pace(plain.port, CONSTANT, encoding),
                },
                rounds,
            )
            rates = {path: 1 / seconds for path, seconds in seen.items()}
            yield Line(f"form, requests a second, {name}: plain WTForms", rates["form"], "/s", rates["plain"])
            yield Line("  beside a constant string", rates["form"], "/s", rates["constant"])


def _pace(port: int, path: str, encoding: str) -> Measure:
    """Seconds a request, with a few clients that keep their connections."""
    if path != CONSTANT:
        served.want_form(served.get(HTTPConnection("127.0.0.1", port), path).decode(), path)

    def client(_: int) -> None:
        connection = HTTPConnection("127.0.0.1", port)
        for _ in range(REQUESTS):
            served.get(connection, path, encoding)
        connection.close()

    def measure() -> float:
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(client, range(CLIENTS)))
        return (time.perf_counter() - began) / (CLIENTS * REQUESTS)

    return measure
