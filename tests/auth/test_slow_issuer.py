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

from ..reliability.faulty_statsig import Fault, Respond, drip, silence
from ..reliability.faulty_statsig import serve_faulty_statsig as serve_faulty_issuer
from ..soak.server_process import free_port
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
def desk_url(fake_issuer: Issuer, with_login: Callable[..., Flask]) -> Iterator[str]:
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
    response = browser.get(f"{url}/login", allow_redirects=False, timeout=SHORT_TIMEOUT)
    return browser, parse_qs(urlsplit(response.headers["Location"]).query)


def _finish_login(url: str, browser: requests.Session, started: dict[str, list[str]]) -> requests.Response:
    query = {"code": "c", "state": started["state"][0]}
    return browser.get(f"{url}/login/callback", params=query, allow_redirects=False, timeout=60)


@pytest.mark.parametrize("slow", ["/token", "/keys", "/userinfo"])
def test_slow_logins_do_not_block_logged_in_users(desk_url: str, fake_issuer: Issuer, slow: str) -> None:
    fake_issuer.userinfo = (200, {})
    logged_in_user, query = _start_login(desk_url)
    fake_issuer.token = _signed(_claims(fake_issuer, query))
    assert _finish_login(desk_url, logged_in_user, query).status_code == 302
    proceed, requested = threading.Event(), threading.Event()

    def on_request(path: str) -> None:
        if path == slow:
            requested.set()
            proceed.wait(60)

    fake_issuer.on_request = on_request
    logins = [_start_login(desk_url) for _ in range(LOGINS)]
    fake_issuer.token = _signed(_claims(fake_issuer, logins[0][1], email=None))
    with ThreadPoolExecutor(LOGINS) as pool:
        first = pool.submit(_finish_login, desk_url, *logins[0])
        assert requested.wait(SHORT_TIMEOUT)
        others = [pool.submit(_finish_login, desk_url, *login) for login in logins[1:]]
        responses = [other.result(SHORT_TIMEOUT) for other in others]
        assert logged_in_user.get(f"{desk_url}/", timeout=SHORT_TIMEOUT).status_code == 200
        assert not first.done()
        proceed.set()
        assert first.result(SHORT_TIMEOUT).status_code in (302, 403)
    assert {response.status_code for response in responses} == {503}
    assert all("Try again in a moment." in response.text for response in responses)


@pytest.mark.parametrize(
    "respond",
    [silence, drip(b"", METADATA * 9), drip(METADATA, b"x" * 999)],
    ids=["silence", "headers drip", "metadata drips"],
)
def test_slow_metadata_ends_at_the_deadline(with_login: Callable[..., Flask], respond: Respond) -> None:
    with serve_faulty_issuer() as faulty_issuer:
        faulty_issuer.faults["*"] = Fault(respond)
        app = with_login(OIDC_ISSUER=faulty_issuer.url)
        app.extensions["oidc_client"].timeout = 0.5
        start = time.monotonic()
        response = app.test_client().get("/login")
    assert time.monotonic() - start < SHORT_TIMEOUT
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
