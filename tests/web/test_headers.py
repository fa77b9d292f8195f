"""The headers of every response, errors included."""

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


@pytest.mark.parametrize("path", ["/", "/autotunes/new", "/nothing", "/autotunes/x.json", "/healthz", "/autotunes"])
def test_every_answer_carries_them(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers.get(name) for name in WANTED} == WANTED


def test_refusals_carry_them_too(client: FlaskClient) -> None:
    for answer in (client.delete("/"), client.post("/autotunes", data={"name": "x" * 2_200_000}), client.post("/")):
        assert {name: answer.headers.get(name) for name in WANTED} == WANTED


def test_files_with_a_version_are_kept_for_a_year(client: FlaskClient) -> None:
    page = client.get("/").text
    for line in page.splitlines():
        if "/static/" in line:
            path = line.split('href="')[1].split('"')[0]
            with client.get(path) as answer:
                assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_https_is_demanded_only_where_people_come_by_it(make_app: Callable[..., Flask]) -> None:
    assert "Strict-Transport-Security" not in make_app().test_client().get("/").headers
    login = {"PROXY_USER_HEADER": "X-Auth-Email", "PROXY_SECRET": "p" * 40, "ALLOWED_EMAIL_DOMAINS": "*"}
    behind = make_app(PUBLIC_URL="https://desk.example.com", **login).test_client()
    answer = behind.get("/healthz", base_url="https://desk.example.com")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_no_debugger_whatever_the_environment_says(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert make_app().debug is False
