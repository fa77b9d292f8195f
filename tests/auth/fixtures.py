"""A real OpenID provider on loopback, and apps that use it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ..conftest import CANARY
from ..fake_statsig import FakeStatsig

ANNA, BEN, EVE = "anna@example.com", "ben@example.com", "eve@elsewhere.test"
SECRET = "client-secret-of-the-desk"
PROXY_SECRET = "0123456789abcdef0123456789abcdef"
_PROVIDER = """
import sys
from oidc_provider_mock import run_server_in_thread
with run_server_in_thread(require_nonce=True) as server:
    print(server.server_port, flush=True)
    sys.stdin.read()
"""


PROXY_SETTINGS = {
    "PUBLIC_URL": "http://localhost",
    "PROXY_USER_HEADER": "X-Auth-Email",
    "PROXY_SECRET": PROXY_SECRET,
}


def behind_proxy(app: Flask, email: str) -> FlaskClient:
    """A client whose requests come through the proxy of PROXY_SETTINGS."""
    client = app.test_client()
    client.environ_base |= {"HTTP_X_AUTH_EMAIL": email, "HTTP_X_DESK_PROXY_SECRET": PROXY_SECRET}
    return client


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The URL of a provider in a separate process, which ends when its standard input is closed."""
    command = [sys.executable, "-W", "ignore", "-c", _PROVIDER]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        address = f"http://localhost:{int(process.stdout.readline())}"
        for email in (ANNA, BEN, EVE):
            add_user(address, email)
        yield address


def add_user(issuer: str, sub: str, **claims: Any) -> None:
    """Adds a user to the provider; the email defaults to `sub`."""
    user = {"email": sub, "email_verified": True, "name": sub.partition("@")[0].title(), **claims}
    requests.put(f"{issuer}/users/{sub}", json=user, timeout=5).raise_for_status()


@pytest.fixture
def with_login(issuer: str, make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> Callable[..., Flask]:
    """Makes an app with a login whose Statsig is `fake_statsig`: `with_login(CREATORS="...")`."""

    def make(**environ: str) -> Flask:
        defaults = {
            "PUBLIC_URL": "http://localhost",
            "OIDC_ISSUER": issuer,
            "OIDC_CLIENT_ID": "desk",
            "OIDC_CLIENT_SECRET": SECRET,
            "ALLOWED_EMAIL_DOMAINS": "example.com",
            "STATSIG_API_KEY": CANARY,
            "STATSIG_API_URL": fake_statsig.url,
        }
        return make_app(**(defaults | environ))

    return make


def start_login(client: FlaskClient, path: str = "/login", **options: Any) -> str:
    """The address at the issuer to which a user is sent."""
    response = client.get(path, **options)
    assert response.status_code == 302, response.text
    return str(response.headers["Location"])


def authorize(address: str, sub: str, **data: str) -> str:
    """Authorizes the login at the issuer; returns the callback address."""
    response = requests.post(address, data={"sub": sub, **data}, allow_redirects=False, timeout=5)
    assert response.status_code == 302, response.text
    return response.headers["Location"]


def log_in(client: FlaskClient, sub: str = ANNA, path: str = "/login", **options: Any) -> TestResponse:
    """The response to the callback."""
    return client.get(authorize(start_login(client, path, **options), sub), **options)


def logged_in(app: Flask, sub: str = ANNA) -> FlaskClient:
    client = app.test_client()
    response = log_in(client, sub)
    assert response.status_code == 302, response.text
    return client
