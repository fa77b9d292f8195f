"""Requests that another site makes a browser send are denied."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ..fake_statsig import FakeStatsig
from ..forms import hidden, ready
from .fixtures import logged_in

CROSS_SITE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "Cross-Site"},
    {"Sec-Fetch-Site": "anything"},
    {"Sec-Fetch-Site": ""},
]
SAME_SITE = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
]


@pytest.fixture(params=["without a login", "with a login"])
def client(request: pytest.FixtureRequest, app: Flask, with_login: Callable[..., Flask]) -> FlaskClient:
    return app.test_client() if request.param == "without a login" else logged_in(with_login())


def _create_request(client: FlaskClient, fake_statsig: FakeStatsig) -> tuple[str, dict[str, str]]:
    address = ready(client)
    page = client.get(address).text
    fake_statsig.requests.clear()  # the review looked up the name
    return f"{address}/create", {name: hidden(page, name) for name in ("csrf_token", "version")}


def test_post_from_another_site_is_denied_even_with_a_valid_token(
    client: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    address, data = _create_request(client, fake_statsig)
    for headers in CROSS_SITE:
        response = client.post(address, data=data, headers=headers)
        assert response.status_code == 403, headers
        assert "This request came from another site" in response.text
    assert fake_statsig.requests == []


@pytest.mark.parametrize("headers", SAME_SITE)
def test_post_from_own_page_is_accepted(
    client: FlaskClient, fake_statsig: FakeStatsig, headers: dict[str, str]
) -> None:
    address, data = _create_request(client, fake_statsig)
    assert client.post(address, data=data, headers=headers).status_code == 303
    assert len(fake_statsig.posts) == 1


@pytest.mark.parametrize("token", [None, "", "x"])
def test_post_without_a_valid_token_is_denied(
    client: FlaskClient, fake_statsig: FakeStatsig, token: str | None
) -> None:
    address, data = _create_request(client, fake_statsig)
    data = {"version": data["version"]} | ({} if token is None else {"csrf_token": token})
    response = client.post(address, data=data, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.headers["Location"] == address.removesuffix("/create")
    assert fake_statsig.requests == []


def test_post_with_the_token_of_another_browser_is_denied(app: Flask, fake_statsig: FakeStatsig) -> None:
    address, data = _create_request(app.test_client(), fake_statsig)
    other = app.test_client()
    other.get("/autotunes/new")
    other.post(address, data=data)
    assert fake_statsig.requests == []


def test_link_from_another_site_opens_the_page(client: FlaskClient) -> None:
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_safe_methods_create_nothing(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address, data = _create_request(client, fake_statsig)
    for method in ("GET", "HEAD", "OPTIONS"):
        client.open(address, method=method, query_string=data)
    assert fake_statsig.posts == []


def test_preflight_allows_no_other_site(client: FlaskClient) -> None:
    response = client.options(
        "/autotunes", headers={"Origin": "https://evil.test", "Access-Control-Request-Method": "POST"}
    )
    assert not [name for name, _ in response.headers if name.lower().startswith("access-control")]
