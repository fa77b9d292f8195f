"""A real OpenID provider on loopback, and desks that know it."""

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
from ..upstream import Upstream

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


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """In a process of its own: its warnings are not ours. It ends when its standard input does."""
    command = [sys.executable, "-W", "ignore", "-c", _PROVIDER]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        address = f"http://localhost:{int(process.stdout.readline())}"
        for email in (ANNA, BEN, EVE):
            knows(address, email)
        yield address


def knows(issuer: str, sub: str, **claims: Any) -> None:
    """Tells the provider of a person; without claims the e-mail is the sub."""
    told = {"email": sub, "email_verified": True, "name": sub.partition("@")[0].title(), **claims}
    requests.put(f"{issuer}/users/{sub}", json=told, timeout=5).raise_for_status()


@pytest.fixture
def with_login(issuer: str, make_app: Callable[..., Flask], upstream: Upstream) -> Callable[..., Flask]:
    """A desk with a login, whose Statsig is `upstream`: `with_login(CREATORS="...")`."""

    def make(**environ: str) -> Flask:
        known = {
            "PUBLIC_URL": "http://localhost",
            "OIDC_ISSUER": issuer,
            "OIDC_CLIENT_ID": "desk",
            "OIDC_CLIENT_SECRET": SECRET,
            "ALLOWED_EMAIL_DOMAINS": "example.com",
            "STATSIG_API_KEY": CANARY,
            "STATSIG_API_URL": upstream.url,
        }
        return make_app(**(known | environ))

    return make


def to_issuer(client: FlaskClient, path: str = "/login", **options: Any) -> str:
    """Where the desk sends a person to log in."""
    response = client.get(path, **options)
    assert response.status_code == 302, response.text
    return str(response.headers["Location"])


def at_issuer(address: str, sub: str, **data: str) -> str:
    """What the person does there, and where that leads: back to the desk."""
    response = requests.post(address, data={"sub": sub, **data}, allow_redirects=False, timeout=5)
    assert response.status_code == 302, response.text
    return response.headers["Location"]


def log_in(client: FlaskClient, sub: str = ANNA, path: str = "/login", **options: Any) -> TestResponse:
    """The desk's answer to the one who comes back from the provider."""
    return client.get(at_issuer(to_issuer(client, path, **options), sub), **options)


def logged_in(app: Flask, sub: str = ANNA) -> FlaskClient:
    client = app.test_client()
    response = log_in(client, sub)
    assert response.status_code == 302, response.text
    return client
