"""A proxy that authenticates users: trusted with its secret, never without."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from ..forms import click_create, ready
from .fixtures import ANNA, PROXY_SECRET

SETTINGS = {
    "HOST": "0.0.0.0",
    "PUBLIC_URL": "https://desk.example.com",
    "PROXY_USER_HEADER": "X-Auth-Email",
    "PROXY_GROUPS_HEADER": "X-Auth-Groups",
    "PROXY_SECRET": PROXY_SECRET,
}
HEADERS = {"X-Desk-Proxy-Secret": PROXY_SECRET, "X-Auth-Email": ANNA, "X-Forwarded-For": "10.1.2.3"}


def _status(app: Flask, path: str = "/", **headers: str) -> int:
    http_headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get(path, base_url=SETTINGS["PUBLIC_URL"], headers=http_headers).status_code


def _get(app: Flask, **headers: str | bytes) -> TestResponse:
    """Sends the headers as WSGI passes them: each byte as one character."""
    raw = {name: value.encode() if isinstance(value, str) else value for name, value in (HEADERS | headers).items()}
    decoded = {name: value.decode("latin-1") for name, value in raw.items()}
    return app.test_client().get("/", base_url=SETTINGS["PUBLIC_URL"], headers=decoded)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(**SETTINGS)


def test_user_of_the_header_is_logged_in(app: Flask) -> None:
    page = app.test_client().get("/", base_url=SETTINGS["PUBLIC_URL"], headers=HEADERS)
    assert page.status_code == 200
    assert f"Logged in as {ANNA}." in page.text
    assert "Log out" not in page.text


@pytest.mark.parametrize(
    "secret",
    [None, "", "x", PROXY_SECRET[:-1], PROXY_SECRET + "0", PROXY_SECRET.upper(), f"{PROXY_SECRET}, x", "é" * 32],
)
def test_missing_or_wrong_proxy_secret_is_denied(app: Flask, secret: str | None) -> None:
    headers = {"X_Auth_Email": ANNA} | ({} if secret is None else {"X_Desk_Proxy_Secret": secret})
    for path in ("/", "/autotunes/new", "/autotunes/x.json", "/nothing/at/all"):
        assert _status(app, path, **headers) == 403


@pytest.mark.parametrize("email", [None, "", "anna", "a@example.com, b@example.com", "a b@example.com", "@example.com"])
def test_header_without_a_usable_email_is_denied(app: Flask, email: str | None) -> None:
    headers = {"X_Desk_Proxy_Secret": PROXY_SECRET} | ({} if email is None else {"X_Auth_Email": email})
    assert _status(app, **headers) == 401


@pytest.mark.parametrize(
    ("email", "status", "message"),
    [
        ("accounts.google.com:anna@example.com", 200, f"Logged in as {ANNA}."),
        ("securetoken.google.com/x:anna@example.com", 401, "is not a single plain address"),
        ("anna@example.com, b@example.com", 401, "is not a single plain address"),
        ("änna@example.com", 401, "It has letters other than a to z."),
        ("\u0430nna@example.com", 401, "It has letters other than a to z."),
        (b"\xe4nna@example.com", 401, "does not send X-Auth-Email in UTF-8"),
    ],
)
def test_unusable_email_in_the_header_says_why(app: Flask, email: str | bytes, status: int, message: str) -> None:
    response = _get(app, **{"X-Auth-Email": email})
    assert response.status_code == status
    assert message in response.text


@pytest.mark.parametrize(
    ("allowed", "separator", "header", "status"),
    [
        ("Führung", ",", "Führung", 200),
        ("Führung", ",", "x, Führung", 200),
        ("Führung", ",", "Führung".encode("latin-1"), 401),
        ("Fuhrung", ",", "Führung", 403),
        ("組", ",", "組", 200),
        ("cn=pm,ou=groups,dc=example", ";", "cn=pm,ou=groups,dc=example", 200),
        ("cn=pm,ou=groups,dc=example", ";", "x; cn=pm,ou=groups,dc=example", 200),
        ("cn=pm,ou=groups,dc=example", ";", "cn=interns,ou=groups,dc=example", 403),
        ("pm", ";", "Contractors, pm", 403),
        ("pm", "|", "Contractors; x|pm", 200),
    ],
)
def test_group_in_the_header_admits_its_members_only(
    make_app: Callable[..., Flask], allowed: str, separator: str, header: str | bytes, status: int
) -> None:
    app = make_app(**SETTINGS, ALLOWED_GROUPS=allowed, GROUPS_SEPARATOR=separator)
    assert _get(app, **{"X-Auth-Groups": header}).status_code == status


def test_header_in_latin_1_is_logged(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    _get(app, **{"X-Auth-Groups": b"F\xfchrung"})
    assert "X-Auth-Groups is not UTF-8" in [record.__dict__.get("why") for record in caplog.records]


def test_other_host_is_denied_even_with_the_secret(app: Flask) -> None:
    for base in ("https://evil.test", "https://desk.example.com:8443", "https://x.desk.example.com"):
        assert app.test_client().get("/", base_url=base, headers=HEADERS).status_code == 400


def test_healthz_answers_anybody_under_any_host(app: Flask) -> None:
    assert app.test_client().get("/healthz", base_url="http://10.0.0.7:8000").json == {"status": "ok"}


def test_proxy_users_need_domain_and_group(make_app: Callable[..., Flask]) -> None:
    app = make_app(**SETTINGS, ALLOWED_EMAIL_DOMAINS="example.com", WRITERS="group:writers", CREATORS="group:leads")
    headers = {"X_Desk_Proxy_Secret": PROXY_SECRET, "X_Auth_Email": ANNA}
    assert _status(app, **headers | {"X_Auth_Email": "eve@elsewhere.test"}) == 403
    assert _status(app, "/autotunes/new", **headers) == 403
    assert _status(app, "/autotunes/new", **headers, X_Auth_Groups="x, writers") == 200
    assert _status(app, "/autotunes/new", **headers, X_Auth_Groups="leads") == 200
    assert _status(app, "/autotunes/new", **headers, X_Auth_Groups="writers2") == 403


def test_history_names_the_proxy_user(make_app: Callable[..., Flask]) -> None:
    client = make_app(**SETTINGS | {"PUBLIC_URL": "http://localhost"}).test_client()
    client.environ_base |= {
        "HTTP_X_DESK_PROXY_SECRET": PROXY_SECRET,
        "HTTP_X_AUTH_EMAIL": "Anna@Example.com",
    }
    address = ready(client)
    click_create(client, address)
    history = client.get(f"{address}.json").get_json()["history"]
    assert {event["who"] for event in history} == {ANNA}
