"""An issuer that is slow: it costs the people who are logging in their patience, and nobody else anything."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from waitress.server import BaseWSGIServer

from webapp.cli.server import make_server

from ..reliability.fake_statsig import Fault, Say, drip, silence
from ..reliability.fake_statsig import serving as serving_faults
from ..soak.served import free_port
from .fixtures import to_issuer
from .test_id_token import Issuer, _claims, _signed, issuer_at_will

__all__ = ["issuer_at_will"]

STRANGERS, THREADS = 8, 4
SOON = 5.0  # seconds, on a busy machine
METADATA = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"issuer": "'


def _run(server: BaseWSGIServer) -> None:
    with suppress(OSError):  # closed at the end, while it waits for its sockets
        server.run()


@pytest.fixture
def served(issuer_at_will: Issuer, with_login: Callable[..., Flask]) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    app = with_login(OIDC_ISSUER=issuer_at_will.url, PUBLIC_URL=url, PORT=str(port), THREADS=str(THREADS))
    server = make_server(app, app.extensions["services"].settings)
    assert isinstance(server, BaseWSGIServer)
    thread = threading.Thread(target=_run, args=(server,))
    thread.start()
    yield url
    server.task_dispatcher.shutdown()
    server.asyncore.close_all(server._map)
    thread.join()


def _begin(url: str) -> tuple[requests.Session, dict[str, list[str]]]:
    browser = requests.Session()
    sent = browser.get(f"{url}/login", allow_redirects=False, timeout=SOON)
    return browser, parse_qs(urlsplit(sent.headers["Location"]).query)


def _finish(url: str, browser: requests.Session, asked: dict[str, list[str]]) -> requests.Response:
    query = {"code": "c", "state": asked["state"][0]}
    return browser.get(f"{url}/login/callback", params=query, allow_redirects=False, timeout=60)


@pytest.mark.parametrize("slow", ["/token", "/keys", "/userinfo"])
def test_slow_logins_do_not_block_logged_in_users(served: str, issuer_at_will: Issuer, slow: str) -> None:
    issuer_at_will.userinfo = (200, {})
    member, asked = _begin(served)
    issuer_at_will.token = _signed(_claims(issuer_at_will, asked))
    assert _finish(served, member, asked).status_code == 302
    go, waiting = threading.Event(), threading.Event()

    def before(path: str) -> None:
        if path == slow:
            waiting.set()
            go.wait(60)

    issuer_at_will.before = before
    strangers = [_begin(served) for _ in range(STRANGERS)]
    issuer_at_will.token = _signed(_claims(issuer_at_will, strangers[0][1], email=None))
    with ThreadPoolExecutor(STRANGERS) as pool:
        first = pool.submit(_finish, served, *strangers[0])
        assert waiting.wait(SOON)
        others = [pool.submit(_finish, served, *stranger) for stranger in strangers[1:]]
        told = [other.result(SOON) for other in others]
        assert member.get(f"{served}/", timeout=SOON).status_code == 200
        assert not first.done()
        go.set()
        assert first.result(SOON).status_code in (302, 403)
    assert {response.status_code for response in told} == {503}
    assert all("Try again in a moment." in response.text for response in told)


@pytest.mark.parametrize(
    "say",
    [silence, drip(b"", METADATA * 9), drip(METADATA, b"x" * 999)],
    ids=["silence", "headers drip", "metadata drips"],
)
def test_slow_metadata_ends_at_the_deadline(with_login: Callable[..., Flask], say: Say) -> None:
    with serving_faults() as faulty:
        faulty.faults["*"] = Fault(say)
        app = with_login(OIDC_ISSUER=faulty.url)
        app.extensions["oidc_client"].timeout = 0.5
        began = time.monotonic()
        response = app.test_client().get("/login")
    assert time.monotonic() - began < SOON
    assert response.status_code == 503
    assert "The login service does not respond" in response.text


def test_failed_login_releases_its_slot(with_login: Callable[..., Flask]) -> None:
    app = with_login(OIDC_ISSUER="http://127.0.0.1:9", THREADS="1")
    for _ in range(3):
        assert "The login service does not respond" in app.test_client().get("/login").text


def test_all_requests_of_a_login_step_share_one_deadline(
    issuer_at_will: Issuer, with_login: Callable[..., Flask]
) -> None:
    app = with_login(OIDC_ISSUER=issuer_at_will.url)
    client = app.test_client()
    asked = parse_qs(urlsplit(to_issuer(client)).query)
    issuer_at_will.token = _signed(_claims(issuer_at_will, asked))
    app.extensions["oidc_client"].timeout = 1.0
    issuer_at_will.before = lambda _: time.sleep(0.7)
    response = client.get("/login/callback", query_string={"code": "c", "state": asked["state"][0]})
    assert response.status_code == 503
    assert "The login service does not respond" in response.text
