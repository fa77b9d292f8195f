"""ID tokens and responses of an issuer: valid ones log in, all others are denied."""

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
from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.test import TestResponse

from ..http_stub import HttpStub, Request, Response, serve
from .fixtures import ANNA, start_login

KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})
NEW = RSAKey.generate_key(2048, {"kid": "two"})
TIMEOUT = 10.0  # seconds
ANNA_ON_PAGE = f"Anna ({ANNA})"
HEADER = {"alg": "RS256", "kid": "one"}


class Issuer:
    """An issuer that returns the ID token, the keys and the metadata that a test sets."""

    def __init__(self, server: HttpStub) -> None:
        self.url, self.server, self.token = server.url, server, ""
        self.keys: list[Any] = [KEY]
        self.token_endpoint_down = False
        self.redirect_to = ""
        self.algorithms: Any = ["RS256", "HS256", "none"]
        self.userinfo: Response | None = None
        self.on_request: Callable[[str], Any] = lambda _: None  # gets each path; its result replaces the response
        server.responder = self.respond

    def respond(self, request: Request) -> Response:
        replacement = self.on_request(request.path)
        if replacement is not None:
            return 200, replacement
        if request.path.endswith("/openid-configuration"):
            userinfo = {"userinfo_endpoint": f"{self.url}/userinfo"} if self.userinfo else {}
            return 200, userinfo | {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": "http://127.0.0.1:9/token" if self.token_endpoint_down else f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "id_token_signing_alg_values_supported": self.algorithms,
            }
        if request.path == "/userinfo":
            return self.userinfo or (404, {})
        if request.path == "/keys":
            return 200, {"keys": [key.as_dict(private=isinstance(key, OctKey)) for key in self.keys]}
        if self.redirect_to:
            return 307, {}, {"Location": f"{self.redirect_to}/token"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token}


@pytest.fixture
def fake_issuer() -> Iterator[Issuer]:
    with serve(HttpStub()) as server:
        yield Issuer(server)


@pytest.fixture
def client(fake_issuer: Issuer, with_login: Callable[..., Flask]) -> FlaskClient:
    return with_login(OIDC_ISSUER=fake_issuer.url).test_client()


def _claims(issuer: Issuer, query: dict[str, list[str]], **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {"iss": issuer.url, "aud": "desk", "sub": "1", "email": ANNA, "iat": now, "exp": now + 300}
    claims = good | {"nonce": query["nonce"][0]} | changed
    return {name: value for name, value in claims.items() if value is not None}


def _complete_login(
    client: FlaskClient, issuer: Issuer, sign: Callable[[dict[str, Any]], str], **changed: Any
) -> TestResponse:
    query = parse_qs(urlsplit(start_login(client)).query)
    issuer.token = sign(_claims(issuer, query, **changed))
    return client.get("/login/callback", query_string={"code": "c", "state": query["state"][0]})


def _signed(claims: dict[str, Any]) -> str:
    return jwt.encode(HEADER, claims, KEY)


def _signed_ascii(claims: dict[str, Any]) -> str:
    """A token of ASCII-only JSON, which can contain a lone surrogate."""
    return jws.serialize_compact(HEADER, json.dumps(claims), KEY)


def _signed_by_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode(HEADER, claims, OTHER)


def _signed_with_the_public_key(claims: dict[str, Any]) -> str:
    content = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims)}"
    signature = hmac.digest(KEY.as_pem(private=False), content.encode(), "sha256")
    return f"{content}.{_base64(signature)}"


def _unsigned(claims: dict[str, Any]) -> str:
    return f"{_part({'alg': 'none'})}.{_part(claims)}."


def _modified(claims: dict[str, Any]) -> str:
    head, _, signature = _signed(claims).split(".")
    return f"{head}.{_part(claims | {'email': 'ben@example.com'})}.{signature}"


def _part(content: dict[str, Any]) -> str:
    return _base64(json.dumps(content).encode())


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def test_valid_token_logs_in(client: FlaskClient, fake_issuer: Issuer) -> None:
    assert _complete_login(client, fake_issuer, _signed).status_code == 302
    assert ANNA in client.get("/").text


@pytest.mark.parametrize(
    ("verified", "status"), [({}, 302), (True, 302), ("true", 302), (False, 403), ("false", 403), (0, 403), ("", 403)]
)
def test_email_is_accepted_unless_the_issuer_calls_it_unverified(
    client: FlaskClient, fake_issuer: Issuer, verified: Any, status: int
) -> None:
    """Many company issuers omit the claim; SECURITY.md explains the consequence."""
    claim = {} if verified == {} else {"email_verified": verified}
    assert _complete_login(client, fake_issuer, _signed, **claim).status_code == status


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
def test_token_with_wrong_claims_is_denied(client: FlaskClient, fake_issuer: Issuer, changed: dict[str, Any]) -> None:
    response = _complete_login(client, fake_issuer, _signed, **changed)
    assert response.status_code == 403
    assert "could not be confirmed" in response.text
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "sign", [_signed_by_another_key, _signed_with_the_public_key, _unsigned, _modified, lambda _: "", lambda _: "a.b.c"]
)
def test_token_with_an_invalid_signature_is_denied(
    client: FlaskClient, fake_issuer: Issuer, sign: Callable[[dict[str, Any]], str]
) -> None:
    assert _complete_login(client, fake_issuer, sign).status_code == 403
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("algorithms", [["HS256"], ["none", "HS512"], ["rs256", "RS1"]])
def test_issuer_without_asymmetric_algorithm_is_a_setup_error(
    client: FlaskClient, fake_issuer: Issuer, algorithms: Any
) -> None:
    fake_issuer.algorithms = algorithms
    response = client.get("/login")
    assert response.status_code == 503
    assert "Login is not set up correctly" in response.text
    assert "Turn on RS256 for ID tokens there." in response.text
    assert "Try again" not in response.text


@pytest.mark.parametrize("algorithms", [["HS256", "RS256"], [], None])
def test_hs256_token_signed_with_a_key_of_the_issuer_is_denied(
    client: FlaskClient, fake_issuer: Issuer, algorithms: Any
) -> None:
    shared = OctKey.generate_key(256, {"kid": "shared"})
    fake_issuer.algorithms = algorithms
    fake_issuer.keys = [KEY, shared]
    response = _complete_login(
        client, fake_issuer, lambda claims: jwt.encode({"alg": "HS256", "kid": "shared"}, claims, shared)
    )
    assert response.status_code == 403
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("environ", "claims", "userinfo", "path", "status"),
    [
        ({"ALLOWED_GROUPS": "pm"}, {}, {"sub": "1", "groups": ["pm"]}, "/", 200),
        ({"ALLOWED_GROUPS": "pm"}, {"groups": None}, {"sub": "1", "groups": "pm, x"}, "/", 200),
        ({"ALLOWED_GROUPS": "pm"}, {"groups": ["x"]}, {"sub": "1", "groups": ["pm"]}, "/", 403),
        ({"ALLOWED_GROUPS": "pm"}, {"groups": []}, {"sub": "1", "groups": ["pm"]}, "/", 200),
        ({"ALLOWED_GROUPS": "pm"}, {}, {"sub": "2", "groups": ["pm"]}, "/", 403),
        ({"ALLOWED_GROUPS": "pm"}, {}, {"groups": ["pm"]}, "/", 403),
        ({"WRITERS": "group:pm", "CREATORS": "group:pm"}, {}, {"sub": "1", "groups": ["pm"]}, "/autotunes/new", 200),
        ({"WRITERS": "group:pm", "CREATORS": "group:pm"}, {}, {"sub": "2", "groups": ["pm"]}, "/autotunes/new", 403),
        ({}, {"email": None}, {"sub": "1", "email": ANNA}, "/", 200),
        ({}, {"email": ""}, {"sub": "1", "email": ANNA}, "/", 200),
        ({}, {"email": None}, {"sub": "2", "email": ANNA}, "/", 403),
        ({}, {"email": None, "email_verified": True}, {"sub": "1", "email": ANNA, "email_verified": False}, "/", 403),
    ],
)
def test_missing_claims_come_from_userinfo_of_the_same_subject(
    fake_issuer: Issuer,
    with_login: Callable[..., Flask],
    environ: dict[str, str],
    claims: dict[str, Any],
    userinfo: dict[str, Any],
    path: str,
    status: int,
) -> None:
    fake_issuer.userinfo = (200, userinfo)
    client = with_login(OIDC_ISSUER=fake_issuer.url, **environ).test_client()
    response = _complete_login(client, fake_issuer, _signed, **claims)
    assert (response.status_code if response.status_code != 302 else client.get(path).status_code) == status


def test_userinfo_is_not_requested_without_need(client: FlaskClient, fake_issuer: Issuer) -> None:
    fake_issuer.userinfo = (200, {"sub": "1"})
    _complete_login(client, fake_issuer, _signed)
    assert "/userinfo" not in [request.path for request in fake_issuer.server.requests]


@pytest.mark.parametrize(
    ("userinfo", "status"), [((403, {}), 503), ((429, {}), 503), ((500, {}), 503), ((200, b"no JSON"), 503)]
)
def test_userinfo_error_denies_the_login(
    fake_issuer: Issuer, with_login: Callable[..., Flask], userinfo: Response, status: int
) -> None:
    fake_issuer.userinfo = userinfo
    client = with_login(OIDC_ISSUER=fake_issuer.url, CREATORS="group:pm").test_client()
    assert _complete_login(client, fake_issuer, _signed).status_code == status


@pytest.mark.parametrize(
    ("name", "shown"),
    [("An\ud800na", ANNA_ON_PAGE), ("Anna\0", ANNA_ON_PAGE), ("\ud800", ANNA), ("A\u202enna", ANNA_ON_PAGE), (7, ANNA)],
)
def test_name_with_unusable_characters_is_cleaned(
    client: FlaskClient, fake_issuer: Issuer, name: Any, shown: str
) -> None:
    assert _complete_login(client, fake_issuer, _signed_ascii, name=name).status_code == 302
    assert f"Logged in as {shown}." in client.get("/").text


def test_group_with_unusable_characters_still_logs_in(client: FlaskClient, fake_issuer: Issuer) -> None:
    assert _complete_login(client, fake_issuer, _signed_ascii, groups=["\ud800", "a\0"]).status_code == 302
    assert client.get("/").status_code == 200


def test_token_from_a_clock_30_seconds_ahead_logs_in(client: FlaskClient, fake_issuer: Issuer) -> None:
    ahead = int(time.time()) + 30
    assert _complete_login(client, fake_issuer, _signed, iat=ahead, nbf=ahead).status_code == 302


@pytest.mark.parametrize("code", ["invalid_client", "unauthorized_client"])
def test_client_unknown_to_the_issuer_is_a_setup_error(client: FlaskClient, fake_issuer: Issuer, code: str) -> None:
    fake_issuer.on_request = lambda path: {"error": code} if path == "/token" else None
    response = _complete_login(client, fake_issuer, _signed)
    assert f"The login service rejects this client ({code})" in response.text
    assert "Try" not in response.text


@pytest.mark.parametrize(
    ("status", "message"),
    [(404, "answers 404 at {url}/token"), (429, "Try again in a moment"), (503, "Try again in a moment")],
)
def test_token_endpoint_error_is_a_setup_error_or_temporary(
    client: FlaskClient, fake_issuer: Issuer, status: int, message: str
) -> None:
    query = parse_qs(urlsplit(start_login(client)).query)
    fake_issuer.server.responder = lambda _: (status, b"")
    response = client.get("/login/callback", query_string={"code": "c", "state": query["state"][0]})
    assert message.format(url=fake_issuer.url) in response.text
    assert ("Login is not set up" in response.text) == (status == 404)


def test_wrong_claim_is_named_in_the_log(
    client: FlaskClient, fake_issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    _complete_login(client, fake_issuer, _signed, iss="https://sts.example.com/tenant/")
    assert any("iss" in str(record.__dict__.get("why")) for record in caplog.records)


def test_new_signing_key_of_the_issuer_is_accepted(client: FlaskClient, fake_issuer: Issuer) -> None:
    _complete_login(client, fake_issuer, _signed)
    client.delete_cookie("desk")
    fake_issuer.keys = [NEW]
    response = _complete_login(
        client, fake_issuer, lambda claims: jwt.encode({"alg": "RS256", "kid": "two"}, claims, NEW)
    )
    assert response.status_code == 302


def test_issuer_down_during_login_asks_to_try_again(client: FlaskClient, fake_issuer: Issuer) -> None:
    fake_issuer.token_endpoint_down = True
    response = _complete_login(client, fake_issuer, _signed)
    assert response.status_code == 503
    assert "The login service does not respond" in response.text


def test_redirect_of_the_token_endpoint_is_not_followed(client: FlaskClient, fake_issuer: Issuer) -> None:
    with serve(HttpStub()) as elsewhere:
        fake_issuer.redirect_to = elsewhere.url
        assert _complete_login(client, fake_issuer, _signed).status_code == 403
        assert elsewhere.requests == []


def test_failed_login_does_not_disturb_a_concurrent_one(fake_issuer: Issuer, with_login: Callable[..., Flask]) -> None:
    """The other login receives wrong metadata while this one is in progress."""
    app = with_login(OIDC_ISSUER=fake_issuer.url)
    requested, proceed, statuses = threading.Event(), threading.Event(), list[int]()
    other = threading.Thread(target=lambda: statuses.append(app.test_client().get("/login").status_code))
    paths: list[str] = []

    def on_request(path: str) -> Any:
        paths.append(path)
        if path == "/token":
            proceed.set()
            other.join(TIMEOUT)
        elif paths.count(path) == 1 and path.endswith("/openid-configuration"):
            requested.set()
            proceed.wait(TIMEOUT)
            return {"issuer": "https://evil.test"}
        return {} if path.endswith("/openid-configuration") and paths.count(path) > 2 else None

    fake_issuer.on_request = on_request
    other.start()
    assert requested.wait(TIMEOUT)
    client = app.test_client()
    assert _complete_login(client, fake_issuer, _signed).status_code == 302
    assert statuses == [503]
    assert ANNA in client.get("/").text
