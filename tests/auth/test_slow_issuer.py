"""A slow issuer delays only the users who are logging in, and not beyond the deadline."""

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

from webapp.cli.serve import make_server

from ..reliability.fake_statsig import Fault, Say, drip, silence
from ..reliability.fake_statsig import serving as serving_faults
from ..soak.served import free_port
from .fixtures import start_login
from .test_id_token import Issuer, _claims, _signed, fake_issuer

__all__ = ["fake_issuer"]

LOGINS, THREADS = 8, 4
SHORT_TIMEOUT = 5.0  # seconds, on a busy machine
METADATA = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"issuer": "'


def _run(server: BaseWSGIServer) -> None:
    with suppress(OSError):  # closed at the end, while it waits for its sockets
        server.run()


@pytest.fixture
def served(fake_issuer: Issuer, with_login: Callable[..., Flask]) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    app = with_login(OIDC_ISSUER=fake_issuer.url, PUBLIC_URL=url, PORT=str(port), THREADS=str(THREADS))
    server = make_server(app, app.extensions["services"].settings)
    assert isinstance(server, BaseWSGIServer)
    thread = threading.Thread(target=_run, args=(server,))
    thread.start()
    yield url
    server.task_dispatcher.shutdown()
    server.asyncore.close_all(server._map)  # type: ignore[attr-defined]
    thread.join()


def _start_login(url: str) -> tuple[requests.Session, dict[str, list[str]]]:
    browser = requests.Session()
    sent = browser.get(f"{url}/login", allow_redirects=False, timeout=SHORT_TIMEOUT)
    return browser, parse_qs(urlsplit(sent.headers["Location"]).query)


def _finish_login(url: str, browser: requests.Session, started: dict[str, list[str]]) -> requests.Response:
    query = {"code": "c", "state": started["state"][0]}
    return browser.get(f"{url}/login/callback", params=query, allow_redirects=False, timeout=60)


@pytest.mark.parametrize("slow", ["/token", "/keys", "/userinfo"])
def test_slow_logins_do_not_block_logged_in_users(served: str, fake_issuer: Issuer, slow: str) -> None:
    fake_issuer.userinfo = (200, {})
    logged_in_user, query = _start_login(served)
    fake_issuer.token = _signed(_claims(fake_issuer, query))
    assert _finish_login(served, logged_in_user, query).status_code == 302
    go, waiting = threading.Event(), threading.Event()

    def on_request(path: str) -> None:
        if path == slow:
            waiting.set()
            go.wait(60)

    fake_issuer.on_request = on_request
    logins = [_start_login(served) for _ in range(LOGINS)]
    fake_issuer.token = _signed(_claims(fake_issuer, logins[0][1], email=None))
    with ThreadPoolExecutor(LOGINS) as pool:
        first = pool.submit(_finish_login, served, *logins[0])
        assert waiting.wait(SHORT_TIMEOUT)
        others = [pool.submit(_finish_login, served, *login) for login in logins[1:]]
        responses = [other.result(SHORT_TIMEOUT) for other in others]
        assert logged_in_user.get(f"{served}/", timeout=SHORT_TIMEOUT).status_code == 200
        assert not first.done()
        go.set()
        assert first.result(SHORT_TIMEOUT).status_code in (302, 403)
    assert {response.status_code for response in responses} == {503}
    assert all("Try again in a moment." in response.text for response in responses)


@pytest.mark.parametrize(
    "respond",
    [silence, drip(b"", METADATA * 9), drip(METADATA, b"x" * 999)],
    ids=["silence", "headers drip", "metadata drips"],
)
def test_slow_metadata_ends_at_the_deadline(with_login: Callable[..., Flask], respond: Say) -> None:
    with serving_faults() as faulty:
        faulty.faults["*"] = Fault(respond)
        app = with_login(OIDC_ISSUER=faulty.url)
        app.extensions["oidc_client"].timeout = 0.5
        began = time.monotonic()
        response = app.test_client().get("/login")
    assert time.monotonic() - began < SHORT_TIMEOUT
    assert response.status_code == 503
    assert "The login service does not respond" in response.text


def test_failed_login_releases_its_slot(with_login: Callable[..., Flask]) -> None:
    app = with_login(OIDC_ISSUER="http://127.0.0.1:9", THREADS="1")
    for _ in range(3):
        assert "The login service does not respond" in app.test_client().get("/login").text


def test_all_requests_of_a_login_step_share_one_deadline(fake_issuer: Issuer, with_login: Callable[..., Flask]) -> None:
    app = with_login(OIDC_ISSUER=fake_issuer.url)
    client = app.test_client()
    query = parse_qs(urlsplit(start_login(client)).query)
    fake_issuer.token = _signed(_claims(fake_issuer, query))
    app.extensions["oidc_client"].timeout = 1.0
    fake_issuer.on_request = lambda _: time.sleep(0.7)
    response = client.get("/login/callback", query_string={"code": "c", "state": query["state"][0]})
    assert response.status_code == 503
    assert "The login service does not respond" in response.text
