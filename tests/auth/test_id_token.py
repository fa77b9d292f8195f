"""An issuer whose tokens are not what they should be: each is refused, however it is signed."""

import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from ..upstream import Answer, Request, Upstream, serving
from .fixtures import ANNA, to_issuer

KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})
NEW = RSAKey.generate_key(2048, {"kid": "two"})
PATIENCE = 10.0  # seconds
SIGNED = {"alg": "RS256", "kid": "one"}


class Issuer:
    """Gives out whatever id token it is told to."""

    def __init__(self, server: Upstream) -> None:
        self.url, self.server, self.token, self.keys = server.url, server, "", [KEY]
        self.away = False
        self.moved_to = ""
        self.before: Callable[[str], Any] = lambda _: None  # is told each path before it is answered
        server.answer = self.answer

    def answer(self, request: Request) -> Answer:
        instead = self.before(request.path)
        if instead is not None:
            return 200, instead
        if request.path.endswith("/openid-configuration"):
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": "http://127.0.0.1:9/token" if self.away else f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }
        if request.path == "/keys":
            return 200, {"keys": [key.as_dict(private=False) for key in self.keys]}
        if self.moved_to:
            return 307, {}, {"Location": f"{self.moved_to}/token"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token}


@pytest.fixture
def issuer_at_will() -> Iterator[Issuer]:
    with serving() as server:
        yield Issuer(server)


@pytest.fixture
def client(issuer_at_will: Issuer, with_login: Callable[..., Flask]) -> FlaskClient:
    return with_login(OIDC_ISSUER=issuer_at_will.url).test_client()


def _claims(issuer: Issuer, asked: dict[str, list[str]], **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {"iss": issuer.url, "aud": "desk", "sub": "1", "email": ANNA, "iat": now, "exp": now + 300}
    claims = good | {"nonce": asked["nonce"][0]} | changed
    return {name: value for name, value in claims.items() if value is not None}


def _come_back(
    client: FlaskClient, issuer: Issuer, sign: Callable[[dict[str, Any]], str], **changed: Any
) -> TestResponse:
    asked = parse_qs(urlsplit(to_issuer(client)).query)
    issuer.token = sign(_claims(issuer, asked, **changed))
    return client.get("/login/callback", query_string={"code": "c", "state": asked["state"][0]})


def _signed(claims: dict[str, Any]) -> str:
    return jwt.encode(SIGNED, claims, KEY)


def _by_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode(SIGNED, claims, OTHER)


def _by_the_public_key(claims: dict[str, Any]) -> str:
    content = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims)}"
    signature = hmac.digest(KEY.as_pem(private=False), content.encode(), "sha256")
    return f"{content}.{_base64(signature)}"


def _by_nobody(claims: dict[str, Any]) -> str:
    return f"{_part({'alg': 'none'})}.{_part(claims)}."


def _changed_afterwards(claims: dict[str, Any]) -> str:
    head, _, signature = _signed(claims).split(".")
    return f"{head}.{_part(claims | {'email': 'ben@example.com'})}.{signature}"


def _part(content: dict[str, Any]) -> str:
    return _base64(json.dumps(content).encode())


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def test_a_good_token_lets_in(client: FlaskClient, issuer_at_will: Issuer) -> None:
    assert _come_back(client, issuer_at_will, _signed).status_code == 302
    assert ANNA in client.get("/").text


@pytest.mark.parametrize(
    ("said", "status"), [({}, 302), (True, 302), ("true", 302), (False, 403), ("false", 403), (0, 403), ("", 403)]
)
def test_an_address_is_believed_unless_the_issuer_says_that_it_is_not_verified(
    client: FlaskClient, issuer_at_will: Issuer, said: Any, status: int
) -> None:
    """Many issuers of companies leave the claim out: SECURITY.md says what that means."""
    claim = {} if said == {} else {"email_verified": said}
    assert _come_back(client, issuer_at_will, _signed, **claim).status_code == status


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another client"},
        {"aud": ["another client"]},
        {"aud": None},
        {"iss": "https://evil.test"},
        {"iss": None},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"azp": "another client", "aud": ["desk", "another client"]},
    ],
)
def test_a_token_for_something_else_is_refused(
    client: FlaskClient, issuer_at_will: Issuer, changed: dict[str, Any]
) -> None:
    response = _come_back(client, issuer_at_will, _signed, **changed)
    assert response.status_code == 403
    assert "could not be confirmed" in response.text
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "sign", [_by_another_key, _by_the_public_key, _by_nobody, _changed_afterwards, lambda _: "", lambda _: "a.b.c"]
)
def test_a_token_that_proves_nothing_is_refused(
    client: FlaskClient, issuer_at_will: Issuer, sign: Callable[[dict[str, Any]], str]
) -> None:
    assert _come_back(client, issuer_at_will, sign).status_code == 403
    assert client.get("/").status_code == 302


def test_a_new_key_of_the_issuer_is_found(client: FlaskClient, issuer_at_will: Issuer) -> None:
    _come_back(client, issuer_at_will, _signed)
    client.delete_cookie("desk")
    issuer_at_will.keys = [NEW]
    answer = _come_back(client, issuer_at_will, lambda claims: jwt.encode({"alg": "RS256", "kid": "two"}, claims, NEW))
    assert answer.status_code == 302


def test_an_issuer_that_goes_away_meanwhile_is_said(client: FlaskClient, issuer_at_will: Issuer) -> None:
    issuer_at_will.away = True
    response = _come_back(client, issuer_at_will, _signed)
    assert response.status_code == 503
    assert "The login service does not answer" in response.text


def test_a_redirect_of_the_issuer_is_never_followed(client: FlaskClient, issuer_at_will: Issuer) -> None:
    with serving() as elsewhere:
        issuer_at_will.moved_to = elsewhere.url
        assert _come_back(client, issuer_at_will, _signed).status_code == 403
        assert elsewhere.requests == []


def test_a_login_is_not_disturbed_by_another_that_fails(
    issuer_at_will: Issuer, with_login: Callable[..., Flask]
) -> None:
    """What the issuer told the other one, earlier and wrongly, arrives in the middle of this one."""
    app = with_login(OIDC_ISSUER=issuer_at_will.url)
    asked, go, statuses = threading.Event(), threading.Event(), list[int]()
    other = threading.Thread(target=lambda: statuses.append(app.test_client().get("/login").status_code))
    told: list[str] = []

    def before(path: str) -> Any:
        told.append(path)
        if path == "/token":
            go.set()
            other.join(PATIENCE)
        elif told.count(path) == 1 and path.endswith("/openid-configuration"):
            asked.set()
            go.wait(PATIENCE)
            return {"issuer": "https://evil.test"}
        return {} if path.endswith("/openid-configuration") and told.count(path) > 2 else None

    issuer_at_will.before = before
    other.start()
    assert asked.wait(PATIENCE)
    client = app.test_client()
    assert _come_back(client, issuer_at_will, _signed).status_code == 302
    assert statuses == [503]
    assert ANNA in client.get("/").text
