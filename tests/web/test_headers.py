"""The headers of every response, errors included."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HSTS = "max-age=63072000; includeSubDomains"
LOGIN = {"PROXY_USER_HEADER": "X-Auth-Email", "PROXY_SECRET": "p" * 40, "ALLOWED_EMAIL_DOMAINS": "*"}


@pytest.mark.parametrize("path", ["/", "/autotunes/new", "/nothing", "/autotunes/x.json", "/healthz", "/autotunes"])
def test_every_response_has_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS


def test_error_responses_have_the_headers(client: FlaskClient) -> None:
    for response in (client.delete("/"), client.post("/autotunes", data={"name": "x" * 2_200_000}), client.post("/")):
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_versioned_files_are_cached_for_a_year(client: FlaskClient) -> None:
    paths = re.findall('href="(/static/[^"]*)"', client.get("/").text)
    assert paths
    for path in paths:
        with client.get(path) as response:
            assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/static/nothing.css?v=1", "/static/?v=1", "/static/..%2fapp.py?v=1"])
def test_missing_file_is_not_cached(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code >= 400 and response.headers["Cache-Control"] == "no-store"


def test_denied_file_is_not_cached(client: FlaskClient) -> None:
    response = client.get("/static/app.css?v=1", headers={"X-Forwarded-For": "10.0.0.7"})
    assert response.status_code == 403 and response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("requested", "target"),
    [
        ("//autotunes//new", "/autotunes/new"),
        ("/autotunes//new?name=a%20b", "/autotunes/new?name=a%20b"),
        ("///autotunes//evil.test", "/autotunes/evil.test"),
    ],
)
def test_double_slash_redirects_without_a_scheme(make_app: Callable[..., Flask], requested: str, target: str) -> None:
    """Behind TLS the desk gets plain HTTP, so a redirect with its scheme would leave https."""
    client = make_app(PUBLIC_URL="https://desk.example.com", **LOGIN).test_client()
    path, _, query = requested.partition("?")
    base = "http://desk.example.com"
    proxy_headers = {"X-Desk-Proxy-Secret": LOGIN["PROXY_SECRET"], "X-Auth-Email": "anna@example.com"}
    options = {
        "query_string": query,
        "base_url": base,
        "headers": proxy_headers,
        "environ_overrides": {"PATH_INFO": path},
    }
    response = client.get("/", **options)
    assert (response.status_code, response.headers["Location"]) == (308, target)
    assert base not in response.text
    assert HEADERS.items() <= dict(response.headers).items()


def test_hsts_is_sent_only_with_an_https_public_url(make_app: Callable[..., Flask]) -> None:
    assert "Strict-Transport-Security" not in make_app().test_client().get("/").headers
    client = make_app(PUBLIC_URL="https://desk.example.com", **LOGIN).test_client()
    response = client.get("/healthz", base_url="https://desk.example.com")
    assert response.headers["Strict-Transport-Security"] == HSTS


def test_environment_cannot_enable_the_debugger(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert make_app().debug is False
