"""Any text in any field and any bytes as a body: no 5xx, no broken page, and Statsig gets the text as typed."""

import html
import json
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..conftest import CANARY
from ..fake_statsig import FakeStatsig
from ..forms import BUTTON_COLOR_TEST, click_create, hidden, ready

TEXTS = ("name", "description", "goalRichText", "successEvent", "successEventValue", "metricSourceID", "valueColumn")
SINGLE_LINES = {"name", "successEvent", "successEventValue", "metricSourceID", "valueColumn"}
FIELDS = (
    *TEXTS,
    "explorationWindow",
    "winnerThreshold",
    "featureList",
    "isContextual",
    "variants-0-json",
    "variants-1-size",
)
HOSTILE_TEXTS = st.sampled_from(
    [
        "</textarea><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}{% raw %}",
        "%s %(x)s {0}",
        "'; DROP TABLE autotunes; --",
        "\u202eevil\u202c",
        "a\u0300" * 50,
        "\x85\u2028\u2029",
        "&amp;&lt;",
        "😀" * 20,
        "\r\n.\r\n",
    ]
)
numbers = count(1)
texts = st.text(max_size=60) | HOSTILE_TEXTS
SETTINGS = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def fuzz_client(make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> FlaskClient:
    return make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url).test_client()


def _send(client: FlaskClient, **changed: Any) -> Any:
    page = client.get("/autotunes/new").text
    hidden_fields = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    return client.post("/autotunes", data={**BUTTON_COLOR_TEST, **hidden_fields, "action": "check", **changed})


def _tags(page: str) -> list[str]:
    """The tags of the page, which no input may change. The test client has linted the page already."""
    return [
        tag for tag in ("<form", "<script", "<textarea", "<input", "<select", "</main>") for _ in range(page.count(tag))
    ]


@SETTINGS
@given(field=st.sampled_from(FIELDS), text=texts)
def test_any_text_in_any_field_is_answered(
    fuzz_client: FlaskClient, fake_statsig: FakeStatsig, field: str, text: str
) -> None:
    response = _send(fuzz_client, **{"name": f"Fuzz {next(numbers)}", field: text})
    assert response.status_code in (303, 422)
    if response.status_code == 422:
        expected = _send(fuzz_client, successEvent="").text
        assert _tags(response.text.partition("<form")[2]) == _tags(expected.partition("<form")[2])
        assert fuzz_client.get(_address(response.text).removesuffix("/edit")).status_code == 200
        return
    page = click_create(fuzz_client, response.headers["Location"])
    assert page.status_code == 200
    if field in TEXTS and "Created in Statsig" in page.text:
        expected = text.replace("\r\n", "\n").replace("\r", "\n")
        expected = expected.strip() if field in SINGLE_LINES else expected
        assert fake_statsig.posts[-1].json.get(field, "") == (expected if expected.strip() else "")


def _address(page: str) -> str:
    return html.unescape(page.split('<form id="form" method="post" action="')[1].split('"', maxsplit=1)[0])


@SETTINGS
@given(
    value=st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53), 2**53)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=8,
    )
)
def test_any_json_is_sent_as_typed(fuzz_client: FlaskClient, fake_statsig: FakeStatsig, value: Any) -> None:
    response = _send(fuzz_client, **{"name": f"Fuzz {next(numbers)}", "variants-0-json": json.dumps(value)})
    if response.status_code == 422:
        assert "\\ud" in json.dumps(value), "only halves of surrogate pairs are rejected"
        return
    click_create(fuzz_client, response.headers["Location"])
    assert fake_statsig.posts[-1].json["variants"][0]["json"] == value


@SETTINGS
@given(
    body=st.binary(min_size=1, max_size=300),
    content_type=st.sampled_from(
        ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "text/plain", ""]
    ),
)
def test_any_body_is_answered(
    reviewed: str, fuzz_client: FlaskClient, fake_statsig: FakeStatsig, body: bytes, content_type: str
) -> None:
    """The CSRF token is valid, so that the view reads the body."""
    token = {"X-CSRFToken": hidden(fuzz_client.get(reviewed).text, "csrf_token")}
    before = fuzz_client.get(f"{reviewed}.json").get_json()
    for path, messages in _MESSAGES.items():
        response = fuzz_client.post(path.format(reviewed), data=body, content_type=content_type, headers=token)
        assert response.status_code in messages, (path, response.status_code)
        page = response if response.status_code != 303 else fuzz_client.get(reviewed)
        assert messages[response.status_code] in page.text, path
    assert fuzz_client.get(f"{reviewed}.json").get_json() == before
    assert fake_statsig.posts == []


@pytest.fixture
def reviewed(fuzz_client: FlaskClient) -> str:
    return ready(fuzz_client)


# What the page says about a body that no form of the desk sends, by path and status.
_UNREADABLE = "The form could not be read. Go back and submit it again."
_MESSAGES = {
    "/autotunes": {400: _UNREADABLE, 422: "Enter a name"},
    "/autotunes/preview": {400: _UNREADABLE, 200: '"name":"Enter a name"'},
    "{}/edit": {400: _UNREADABLE, 409: "This was changed\n    after you opened it"},
    "{}/create": {303: "This autotune changed after you opened its page, so this click did nothing."},
    "{}/not-created": {303: "if it is still unconfirmed."},
    "{}/reject": {422: "Button Color Test"},
}


@SETTINGS
@given(path=st.text(max_size=40), query=st.text(max_size=40))
def test_any_address_is_answered(fuzz_client: FlaskClient, path: str, query: str) -> None:
    queries = {"q": query, "from": query, "page": query}
    response = fuzz_client.get(f"/{quote(path.lstrip('/'))}", query_string=queries)
    assert response.status_code < 500


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT"])
def test_other_methods_are_rejected(fuzz_client: FlaskClient, method: str) -> None:
    assert fuzz_client.open("/autotunes", method=method).status_code == 405


def test_body_without_a_length_is_rejected(fuzz_client: FlaskClient) -> None:
    token = {"X-CSRFToken": hidden(fuzz_client.get("/autotunes/new").text, "csrf_token")}
    chunked = {"Transfer-Encoding": "chunked", **token}
    response = fuzz_client.open("/autotunes", method="POST", headers=chunked, input_stream=None)
    assert response.status_code == 411
    assert "Send it with a Content-Length." in response.text


def test_large_request_is_rejected_with_advice(fuzz_client: FlaskClient) -> None:
    response = fuzz_client.post("/autotunes", data={"name": "x" * 2_200_000})
    assert response.status_code == 413
    assert "two megabytes" in response.text
