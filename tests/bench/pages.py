"""The form's page compared with the same form in plain WTForms, with a constant string, and with many variants."""

import gc
import itertools
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.fake_statsig import serve_fake_statsig
from tests.forms import BUTTON_COLOR_TEST, hidden
from tests.soak.server_process import free_port
from webapp import create_app
from webapp.autotunes.services import Services
from webapp.config import read_settings

from . import reference, servers
from .report import AtMost, Line
from .spec import spec
from .timing import Measure, interleaved

FORM, PLAIN, CONSTANT = "/autotunes/new", "/form", "/constant"
ENCODINGS = {"uncompressed": "identity", "gzip": "gzip", "br": "gzip, deflate, br, zstd"}
COUNTS = (2, 20, 100)  # variants
SLOW = 5.0  # seconds until Statsig answers
CALLS = 10  # for one measurement of processor time
CLIENTS, REQUESTS = 4, 30  # for one measurement of requests a second: REQUESTS for each client


def lines(max_rounds: int) -> Iterator[Line]:
    with TemporaryDirectory() as folder:
        app = create_app(read_settings({"DATA_DIR": folder}))
        yield from _cpu(app, min(max_rounds, 9))
        yield from _variants(app, min(max_rounds, 3))
        yield from _preview(app, min(max_rounds, 9))
        yield from _while_statsig_fails(Path(folder), min(max_rounds, 5))
        desk: Services = app.extensions["services"]
        desk.close()
        desk.store.close()
        yield from _requests(Path(folder), min(max_rounds, 5))


def _cpu(app: Flask, rounds: int) -> Iterator[Line]:
    plain = reference.make_app(spec())
    for name, encoding in ENCODINGS.items():
        times = interleaved(
            {
                "form": cpu(app, FORM, encoding),
                "plain": cpu(plain, PLAIN, encoding),
                "plain, as many": cpu(plain, f"{PLAIN}?variants=2", encoding),
                "constant": cpu(plain, CONSTANT, encoding),
            },
            rounds,
            best_of=2,
        )
        form, goal = times["form"], AtMost(3, "ratio")
        yield Line(f"form, CPU, {name}: plain WTForms, 3 variants", form, "ms", times["plain"], goal)
        yield Line("  beside plain WTForms with 2 variants, as the form", form, "ms", times["plain, as many"])
        yield Line("  beside a constant string", form, "ms", times["constant"])


def cpu(app: Flask, path: str, encoding: str = "identity") -> Measure:
    """Milliseconds of processor time for one page, by calling the WSGI app; each call is a first visit."""
    plain, environ = _environ(path, "identity"), _environ(path, encoding)
    if path != CONSTANT:
        servers.require_form(_page(app, plain), path)

    def measure() -> float:
        gc.collect()
        start = time.process_time()
        for _ in range(CALLS):
            _call(app, environ)
        return (time.process_time() - start) * 1000 / CALLS

    return measure


def _environ(path: str, encoding: str) -> dict[str, Any]:
    """The WSGI environment of a request from this machine; the desk denies all others."""
    return EnvironBuilder(
        path, headers=Headers({"Accept-Encoding": encoding}), environ_overrides={"REMOTE_ADDR": "127.0.0.1"}
    ).get_environ()


def _call(app: Flask, environ: dict[str, Any]) -> Iterable[bytes]:
    body, status, _headers = run_wsgi_app(app, dict(environ), buffered=True)
    assert status == "200 OK", f"{environ['PATH_INFO']} answered {status}"
    return body


def _page(app: Flask, environ: dict[str, Any]) -> str:
    return b"".join(_call(app, environ)).decode()


def _variants(app: Flask, rounds: int) -> Iterator[Line]:
    plain = reference.make_app(spec())
    drafts = {f"{count}": cpu(app, _draft(app, count)) for count in COUNTS}
    plains = {f"plain {count}": cpu(plain, f"{PLAIN}?variants={count}") for count in COUNTS}
    times = interleaved(drafts | plains, rounds)
    fewest = COUNTS[0]
    for count in COUNTS[1:]:
        duration, goal = times[f"{count}"], AtMost(12, "ratio") if count == COUNTS[-1] else None
        yield Line(f"form with {count} variants, CPU: with {fewest}", duration, "ms", times[f"{fewest}"], goal)
        yield Line(f"  beside plain WTForms with {count}", duration, "ms", times[f"plain {count}"])


def _while_statsig_fails(folder: Path, rounds: int) -> Iterator[Line]:
    """Each page begins a read, for which it must not wait."""
    with serve_fake_statsig() as slow, ExitStack() as stack:
        slow.delay = SLOW
        urls = {"no read": slow.url, "slow": slow.url, "down": f"http://127.0.0.1:{free_port()}"}
        apps = {name: stack.enter_context(_with_statsig(folder / name, url, name)) for name, url in urls.items()}
        times = interleaved({name: _server_time(app) for name, app in apps.items()}, rounds)
        yield Line(
            f"form, Statsig answers after {SLOW:g} s: no reads", times["slow"], "ms", times["no read"], AtMost(50)
        )
        yield Line("  Statsig is down", times["down"], "ms", times["no read"], AtMost(50))


@contextmanager
def _with_statsig(folder: Path, url: str, name: str) -> Iterator[Flask]:
    """A desk whose clock is an hour later at each look: whatever it has read is too old."""
    hours = itertools.count(start=500_000)
    environ = {"DATA_DIR": str(folder), "STATSIG_API_KEY": "console-bench0123456789", "STATSIG_API_URL": url}
    environ |= {"STATSIG_PROJECT_NAME": "Shop", "STATSIG_REQUEST_BUDGET": "0" if name == "no read" else "100000"}
    app = create_app(read_settings(environ), clock=lambda: next(hours) * 3600.0)
    yield app
    services: Services = app.extensions["services"]
    services.close()
    services.store.close()


def _server_time(app: Flask) -> Measure:
    """Milliseconds until the form's page is complete."""
    environ = _environ(FORM, "identity")

    def measure() -> float:
        start = time.perf_counter()
        for _ in range(CALLS):
            _call(app, environ)
        return (time.perf_counter() - start) * 1000 / CALLS

    return measure


def _preview(app: Flask, rounds: int) -> Iterator[Line]:
    """What the page asks for while somebody types, with the write of the working copy."""
    measures = {name: _preview_of(app, fields) for name, fields in (("plain", {}), ("forty", _rows(40)))}
    times = interleaved(measures | {"form": cpu(app, FORM)}, rounds)
    yield Line("sidebar while typing, server time: form", times["plain"], "ms", times["form"], AtMost(15))
    yield Line("  with 40 variants", times["forty"], "ms", times["form"])


def _preview_of(app: Flask, fields: dict[str, str]) -> Measure:
    client = app.test_client()
    page = client.get(FORM).text
    data = {name: hidden(page, name) for name in ("csrf_token", "token", "version")} | BUTTON_COLOR_TEST | fields

    def measure() -> float:
        start = time.perf_counter()
        for call in range(CALLS):
            assert client.post("/autotunes/preview", data=data | {"description": f"Call {call}"}).status_code == 200
        return (time.perf_counter() - start) * 1000 / CALLS

    return measure


def _rows(count: int) -> dict[str, str]:
    rows = {f"variants-{row}-name": f"variant {row}" for row in range(count)}
    return rows | {f"variants-{row}-json": f'{{"color": "#{row:06x}"}}' for row in range(count)}


def _draft(app: Flask, count: int) -> str:
    """The address of the form of a draft with this number of variants."""
    client = app.test_client()
    page = client.get(FORM).text
    hidden_fields = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    saved = client.post("/autotunes", data={**BUTTON_COLOR_TEST, **_rows(count), **hidden_fields, "action": "save"})
    assert saved.status_code == 303, saved.text
    return f"{saved.headers['Location']}/edit"


def _requests(folder: Path, rounds: int) -> Iterator[Line]:
    with servers.serve_desk(folder / "served") as desk, servers.serve_reference() as plain:
        for name in ("uncompressed", "gzip"):
            encoding = ENCODINGS[name]
            times = interleaved(
                {
                    "form": _seconds_per_request(desk.port, FORM, encoding),
                    "plain": _seconds_per_request(plain.port, PLAIN, encoding),
                    "constant": _seconds_per_request(plain.port, CONSTANT, encoding),
                },
                rounds,
            )
            rates = {path: 1 / seconds for path, seconds in times.items()}
            yield Line(f"form, requests a second, {name}: plain WTForms", rates["form"], "/s", rates["plain"])
            yield Line("  beside a constant string", rates["form"], "/s", rates["constant"])


def _seconds_per_request(port: int, path: str, encoding: str) -> Measure:
    """Seconds for a request, with a few clients that keep their connections."""
    if path != CONSTANT:
        servers.require_form(servers.get(HTTPConnection("127.0.0.1", port), path).decode(), path)

    def client(_: int) -> None:
        connection = HTTPConnection("127.0.0.1", port)
        for _ in range(REQUESTS):
            servers.get(connection, path, encoding)
        connection.close()

    def measure() -> float:
        start = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(client, range(CLIENTS)))
        return (time.perf_counter() - start) / (CLIENTS * REQUESTS)

    return measure
