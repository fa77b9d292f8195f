"""The headers of every response, errors included."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

WANTED = {
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
    assert {name: headers.get(name) for name in WANTED} == WANTED


def test_error_responses_have_the_headers(client: FlaskClient) -> None:
    for answer in (client.delete("/"), client.post("/autotunes", data={"name": "x" * 2_200_000}), client.post("/")):
        assert {name: answer.headers.get(name) for name in WANTED} == WANTED


def test_versioned_files_are_cached_for_a_year(client: FlaskClient) -> None:
    paths = re.findall('href="(/static/[^"]*)"', client.get("/").text)
    assert paths
    for path in paths:
        with client.get(path) as answer:
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/static/nothing.css?v=1", "/static/?v=1", "/static/..%2fapp.py?v=1"])
def test_missing_file_is_not_cached(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code >= 400 and answer.headers["Cache-Control"] == "no-store"


def test_denied_file_is_not_cached(client: FlaskClient) -> None:
    answer = client.get("/static/app.css?v=1", headers={"X-Forwarded-For": "10.0.0.7"})
    assert answer.status_code == 403 and answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("//autotunes//new", "/autotunes/new"),
        ("/autotunes//new?name=a%20b", "/autotunes/new?name=a%20b"),
        ("///autotunes//evil.test", "/autotunes/evil.test"),
    ],
)
def test_double_slash_redirects_without_a_scheme(make_app: Callable[..., Flask], asked: str, leads_to: str) -> None:
    """The desk is asked by plain http behind TLS: an address with a scheme would lead out of it."""
    behind = make_app(PUBLIC_URL="https://desk.example.com", **LOGIN).test_client()
    path, _, query = asked.partition("?")
    base = "http://desk.example.com"
    known = {"X-Desk-Proxy-Secret": LOGIN["PROXY_SECRET"], "X-Auth-Email": "anna@example.com"}
    sent = {"query_string": query, "base_url": base, "headers": known, "environ_overrides": {"PATH_INFO": path}}
    answer = behind.get("/", **sent)
    assert (answer.status_code, answer.headers["Location"]) == (308, leads_to)
    assert base not in answer.text
    assert WANTED.items() <= dict(answer.headers).items()


def test_hsts_is_sent_only_with_an_https_public_url(make_app: Callable[..., Flask]) -> None:
    assert "Strict-Transport-Security" not in make_app().test_client().get("/").headers
    behind = make_app(PUBLIC_URL="https://desk.example.com", **LOGIN).test_client()
    answer = behind.get("/healthz", base_url="https://desk.example.com")
    assert answer.headers["Strict-Transport-Security"] == HSTS


def test_environment_cannot_enable_the_debugger(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert make_app().debug is False
