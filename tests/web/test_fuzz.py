"""Any text in any field and any bytes as a body: no 5xx, no other page, and Statsig gets what was typed."""

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
from ..forms import BUTTON_COLOR_TEST, click_create, hidden, ready
from ..upstream import Upstream

TEXTS = ("name", "description", "goalRichText", "successEvent", "successEventValue", "metricSourceID", "valueColumn")
LINES = {"name", "successEvent", "successEventValue", "metricSourceID", "valueColumn"}
EVERY = (
    *TEXTS,
    "explorationWindow",
    "winnerThreshold",
    "featureList",
    "isContextual",
    "variants-0-json",
    "variants-1-size",
)
NASTY = st.sampled_from(
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
typed = st.text(max_size=60) | NASTY
SETTINGS = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def quick(make_app: Callable[..., Flask], upstream: Upstream) -> FlaskClient:
    return make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=upstream.url).test_client()


def _send(client: FlaskClient, **changed: Any) -> Any:
    page = client.get("/autotunes/new").text
    own = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    return client.post("/autotunes", data={**BUTTON_COLOR_TEST, **own, "action": "check", **changed})


def _skeleton(page: str) -> list[str]:
    """The page without its texts: what nothing typed may change. The client has linted it already."""
    return [
        tag for tag in ("<form", "<script", "<textarea", "<input", "<select", "</main>") for _ in range(page.count(tag))
    ]


@SETTINGS
@given(field=st.sampled_from(EVERY), text=typed)
def test_any_text_in_any_field_is_answered(quick: FlaskClient, upstream: Upstream, field: str, text: str) -> None:
    answer = _send(quick, **{"name": f"Fuzz {next(numbers)}", field: text})
    assert answer.status_code in (303, 422)
    if answer.status_code == 422:
        usual = _send(quick, successEvent="").text
        assert _skeleton(answer.text.partition("<form")[2]) == _skeleton(usual.partition("<form")[2])
        assert quick.get(_address(answer.text).removesuffix("/edit")).status_code == 200
        return
    page = click_create(quick, answer.headers["Location"])
    assert page.status_code == 200
    if field in TEXTS and "Created in Statsig" in page.text:
        wanted = text.replace("\r\n", "\n").replace("\r", "\n")
        wanted = wanted.strip() if field in LINES else wanted
        assert upstream.posts[-1].json.get(field, "") == (wanted if wanted.strip() else "")


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
def test_any_json_is_sent_as_typed(quick: FlaskClient, upstream: Upstream, value: Any) -> None:
    answer = _send(quick, **{"name": f"Fuzz {next(numbers)}", "variants-0-json": json.dumps(value)})
    if answer.status_code == 422:
        assert "\\ud" in json.dumps(value), "only halves of pairs are refused"
        return
    click_create(quick, answer.headers["Location"])
    assert upstream.posts[-1].json["variants"][0]["json"] == value


@SETTINGS
@given(
    body=st.binary(min_size=1, max_size=300),
    kind=st.sampled_from(
        ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "text/plain", ""]
    ),
)
def test_any_body_is_answered(read_back: str, quick: FlaskClient, upstream: Upstream, body: bytes, kind: str) -> None:
    """With a valid token, so that it is the page itself that reads them."""
    token = {"X-CSRFToken": hidden(quick.get(read_back).text, "csrf_token")}
    before = quick.get(f"{read_back}.json").get_json()
    for path, seen in _SEEN.items():
        answer = quick.post(path.format(read_back), data=body, content_type=kind, headers=token)
        assert answer.status_code in seen, (path, answer.status_code)
        page = answer if answer.status_code != 303 else quick.get(read_back)
        assert seen[answer.status_code] in page.text, path
    assert quick.get(f"{read_back}.json").get_json() == before
    assert upstream.posts == []


@pytest.fixture
def read_back(quick: FlaskClient) -> str:
    return ready(quick)


# What a person sees of bytes that no form of ours sends, by path and status.
_UNREAD = "The form could not be read. Go back and submit it again."
_SEEN = {
    "/autotunes": {400: _UNREAD, 422: "Enter a name"},
    "/autotunes/preview": {200: '"problem":""'},
    "{}/edit": {400: _UNREAD, 409: "changed this after you opened it. Submit again to replace their version"},
    "{}/create": {303: "This autotune changed after you opened its page, so this click sent nothing."},
    "{}/not-created": {303: "if it is still unconfirmed."},
    "{}/reject": {422: "Button Color Test"},
}


@SETTINGS
@given(path=st.text(max_size=40), query=st.text(max_size=40))
def test_any_address_is_answered(quick: FlaskClient, path: str, query: str) -> None:
    assert (
        quick.get(f"/{quote(path.lstrip('/'))}", query_string={"q": query, "from": query, "page": query}).status_code
        < 500
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT"])
def test_other_methods_are_rejected(quick: FlaskClient, method: str) -> None:
    assert quick.open("/autotunes", method=method).status_code == 405


def test_body_without_a_length_is_rejected(quick: FlaskClient) -> None:
    token = {"X-CSRFToken": hidden(quick.get("/autotunes/new").text, "csrf_token")}
    chunked = {"Transfer-Encoding": "chunked", **token}
    answer = quick.open("/autotunes", method="POST", headers=chunked, input_stream=None)
    assert answer.status_code == 411
    assert "Send it with a Content-Length." in answer.text


def test_large_request_is_rejected_with_advice(quick: FlaskClient) -> None:
    answer = quick.post("/autotunes", data={"name": "x" * 2_200_000})
    assert answer.status_code == 413
    assert "two megabytes" in answer.text
