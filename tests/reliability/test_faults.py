"""A table of faults of Statsig and of the network, with the state and the message that each leads to."""

import gzip
import json
import re
from typing import Any, NamedTuple

import pytest

from ..forms import click_create, ready
from ..secret_leaks import CANARY, ECHOES, assert_no_key
from .conftest import Desk, autotune_json, shorten_deadline_on_arrival
from .faulty_statsig import (
    Fault,
    Respond,
    close,
    drip,
    endless,
    raw,
    reset,
    respond_with,
    response_head,
    serve_faulty_statsig,
    silence,
    stall,
)
from .test_create import create_form, send

UNREADABLE = "Statsig’s response could not be read."
TIMED_OUT = "Statsig did not respond in time."
LOST = "The connection to Statsig was lost"
NO_REASON = "Statsig rejected this without giving a reason."
HTML = b"<!doctype html><title>Sign in</title><h1>Sign in to the hotel</h1>"
BODY = {"message": "created", "data": {"id": "an_id"}}
HEAD = response_head(201, {"Content-Type": "application/json"})  # no length: the body ends with the connection
UNEXPECTED_TYPES = {"id": "an_id", "variants": 7, "isStarted": "no", "name": None, "successEvent": [1]}
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
CHUNKED = {"Transfer-Encoding": "chunked"}
CHUNKS = (response_head(201, CHUNKED), b'1e\r\n{"data": {"id": "in_two_parts"\r\n2\r\n}}\r\n0\r\n\r\n')
ZEROS = gzip.compress(bytes(10_000_000))


class Row(NamedTuple):
    """`waits`: the fault lasts until the deadline. `posts`: how many creates Statsig has read."""

    name: str
    fault: Fault
    state: str
    message: str
    posts: int = 1
    waits: bool = False


def responds(status: int, content: Any = b"", **headers: str) -> Fault:
    return Fault(respond_with(status, content, {name.replace("_", "-"): value for name, value in headers.items()}))


def responds_json(content: bytes, status: int = 201) -> Fault:
    return responds(status, content, Content_Type="application/json")


def nested(depth: int) -> bytes:
    return b'{"data": {"id": "an_id", "deep": ' + b"[" * depth + b"]" * depth + b"}}"


def unexpected(status: int) -> str:
    return f"Statsig returned an unexpected response (status {status})."


def row(name: str, respond: Respond, message: str, waits: bool = False) -> Row:
    return Row(name, Fault(respond), "unknown", message, 1, waits)


def unreadable(name: str, content: bytes, status: int = 201) -> Row:
    return Row(f"{status} {name}", responds_json(content, status), "unknown", UNREADABLE)


CONNECTION = [
    Row("closed before it is read", Fault(close, before_reading=True), "unknown", LOST, 0),
    Row("reset before it is read", Fault(reset, before_reading=True), "unknown", LOST, 0),
    Row("silence before it is read", Fault(stall, before_reading=True), "unknown", TIMED_OUT, 0, waits=True),
    row("read, then closed", close, LOST),
    row("read, then reset", reset, LOST),
    row("read, then silence", silence, TIMED_OUT, waits=True),
    row("the status line drips", drip(b"", b"HTTP/1.1 201 Created\r\n"), TIMED_OUT, waits=True),
    row(
        "the headers drip",
        drip(b"HTTP/1.1 201 Created\r\n", b"Content-Type: application/json\r\n" * 9),
        TIMED_OUT,
        waits=True,
    ),
    row("the body drips", drip(HEAD, json.dumps(BODY).encode()), TIMED_OUT, waits=True),
    row("the body never begins", drip(response_head(201, {"Content-Length": "40"}), b""), TIMED_OUT, waits=True),
    row("half a body", raw(response_head(201, {"Content-Length": "4000"}), b'{"data": {"id": "an'), UNREADABLE),
    row("half a header", raw(b"HTTP/1.1 201 Created\r\nContent-Le"), UNREADABLE),
    row("half a chunk", raw(response_head(201, CHUNKED), b'40\r\n{"data": '), LOST),
    row("chunks without sizes", raw(response_head(201, CHUNKED), b"zz\r\n{}\r\n0\r\n\r\n"), LOST),
    row("not HTTP", raw(b"SSH-2.0-OpenSSH_9.2\r\n"), LOST),
    row("a header line of 70 kB", raw(b"HTTP/1.1 201 Created\r\nX: " + b"x" * 70_000 + b"\r\n\r\n"), LOST),
    row("two hundred headers", raw(response_head(201, {f"X-{number}": "x" for number in range(200)})), LOST),
]
BODIES = [
    unreadable("garbled", b'{"message": "created", "data": {"id": "an_id"'),
    unreadable("nothing", b""),
    unreadable("HTML", HTML, 200),
    unreadable("HTML", HTML),
    unreadable("no data", b'{"message": "created"}', 200),
    unreadable("no data", b'{"message": "created"}'),
    unreadable("a list", b'[{"data": {"id": "an_id"}}]'),
    unreadable("data is a list", b'{"data": [{"id": "an_id"}]}'),
    unreadable("data is null", b'{"data": null}'),
    *(
        unreadable(f"id {wrong}", b'{"data": {"id": %s}}' % wrong.encode())
        for wrong in ("7", "null", "[]", "{}", '""', "true")
    ),
    unreadable("no id", b'{"data": {"name": "Color test"}}', 200),
    unreadable("NaN", b'{"data": {"id": "an_id", "size": NaN}}'),
    unreadable("Infinity", b'{"data": {"id": "an_id", "size": -Infinity}}'),
    unreadable("1e999", b'{"data": {"id": "an_id", "size": 1e999}}'),
    unreadable("5000 digits", b'{"data": {"id": "an_id", "size": %s}}' % (b"9" * 5000)),
    unreadable("not UTF-8", b'{"data": {"id": "an\xff_id"}}'),
    unreadable("100,000 levels", nested(100_000)),
    unreadable("more than 4 MB", b'{"data": {"id": "an_id", "x": "%s"}}' % (b"x" * 4_200_000)),
    Row(
        "201 gzip",
        responds(201, gzip.compress(json.dumps(BODY).encode()), Content_Encoding="gzip"),
        "unknown",
        UNREADABLE,
    ),
    Row("201 announced as gzip", responds(201, BODY, Content_Encoding="gzip"), "unknown", UNREADABLE),
    row("201 gzip of 200 MB", raw(response_head(201, {"Content-Encoding": "gzip"}), *[ZEROS] * 20), UNREADABLE),
    row("201 endless gzip", endless(response_head(201, {"Content-Encoding": "gzip"}), ZEROS), UNREADABLE),
    row("201 endless", endless(HEAD, b" " * 65_536), UNREADABLE),
]
STATUSES = [
    row("100 for ever", endless(b"", CONTINUE), TIMED_OUT, waits=True),
    row("103, then nothing", drip(b"HTTP/1.1 103 Early Hints\r\n\r\n", b""), unexpected(103)),
    row("102, then the end", raw(b"HTTP/1.1 102 Processing\r\n\r\n"), unexpected(102)),
    row("101", raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"), unexpected(101)),
    *(
        Row(str(status), responds(status), "unknown", unexpected(status))
        for status in (202, 203, 204, 205, 206, 207, 226, 299)
    ),
    *(
        Row(f"{status} with an id", responds(status, BODY), "unknown", unexpected(status))
        for status in (202, 206, 300, 418, 999)
    ),
    *(
        Row(str(status), responds(status), "unknown", unexpected(status))
        for status in (300, 304, 404, 405, 408, 410, 413, 451)
    ),
    *(
        Row(str(status), responds(status, HTML), "unknown", unexpected(status))
        for status in (500, 501, 502, 503, 504, 529)
    ),
    Row("503 with Retry-After", responds(503, b"", Retry_After="1"), "unknown", unexpected(503)),
]
REJECTIONS = [
    *(
        Row(f"{status} {name}", responds_json(content, status), "draft", NO_REASON)
        for status in (400, 409, 422)
        for name, content in (
            ("nothing", b""),
            ("HTML", HTML),
            ("an empty list", b"[]"),
            ("an empty list of errors", b'{"errors": []}'),
        )
    ),
    Row(
        "400 taken",
        responds(400, {"message": "Name is already in use"}),
        "unknown",
        "Statsig reports that this name is in use, but the autotune was not found there.",
    ),
    Row("409 a sentence", responds(409, {"message": "No room"}), "draft", "Statsig says: No room"),
    Row(
        "422 a field",
        responds(422, {"errors": [{"property": "variants[1].json", "errorMessage": "Expected object"}]}),
        "draft",
        "Variant 2, JSON: Statsig says: Expected object",
    ),
    Row("400 surrogates", responds_json(b'{"message": "\\ud800 no"}', 400), "draft", "Statsig says: \ufffd no"),
    Row(
        "400 invisible characters",
        responds_json(b'{"message": "a\\u0000b\\u0008c\\uffffd"}', 400),
        "draft",
        "Statsig says: a\ufffdb\ufffdc\ufffdd",
    ),
    Row(
        "401",
        responds(401, {"message": f"Key: {CANARY}"}),
        "ready",
        "Not created. The desk’s API key is not accepted by Statsig.",
    ),
    Row(
        "403",
        responds(403, HTML),
        "ready",
        "Not created. The desk’s API key does not have permission for this in Statsig.",
    ),
]
LONG_WAIT = "in a minute or more"
WAITS = [
    ("0", "now"), ("1", "in 1 second"), ("7", "in 7 seconds"), ("61", LONG_WAIT), ("9" * 5000, LONG_WAIT),
    *((wait, "in 10 seconds") for wait in ("-1", "soon", "1.5", "", "²", "Wed, 99 Oct 2015 99:28:00 GMT")),
    ("Wed, 21 Oct 2015 07:28:00 GMT", "now"), ("Fri, 21 Oct 2095 07:28:00 GMT", LONG_WAIT),
]  # fmt: skip
BUSY = [
    Row(
        f"429, {wait[:30]}",
        responds(429, b"", Retry_After=wait),
        "ready",
        f"Not created. Statsig is busy. Try again {when}.",
    )
    for wait, when in WAITS
] + [Row("429", responds(429), "ready", "Not created. Statsig is busy. Try again in 10 seconds.")]
CREATED = [
    Row("200", responds(200, BODY), "created", "an_id"),
    Row("201", responds(201, BODY), "created", "an_id"),
    Row("201 after a 100", Fault(raw(CONTINUE, HEAD, json.dumps(BODY).encode())), "created", "an_id"),
    Row("201 as HTML", responds(201, BODY, Content_Type="text/html"), "created", "an_id"),
    Row("201, shorter than announced", responds(201, BODY, Content_Length="400"), "created", "an_id"),
    Row("201 in chunks", Fault(raw(*CHUNKS)), "created", "in_two_parts"),
    Row("201 with another id", responds(201, {"data": {"id": "not_foreseen"}}), "created", "not_foreseen"),
    Row("201, surrogates", responds_json(b'{"data": {"id": "an\\ud800id", "x\\udfff": ""}}'), "created", "an\ufffdid"),
    Row("201, invisible", responds_json(b'{"data": {"id": "an\\u0000id", "x": "\\u0001"}}'), "created", "an\ufffdid"),
    Row("201 of 300 levels", responds_json(nested(300)), "created", "an_id"),
    Row("201 with unexpected types", responds(201, {"data": UNEXPECTED_TYPES}), "created", "an_id"),
]  # fmt: skip
TABLE = CONNECTION + BODIES + STATUSES + REJECTIONS + BUSY + CREATED

TITLES = {
    "created": "Created in Statsig",
    "unknown": "It may exist in Statsig",
    "draft": "Not created",
    "ready": "Review and create",
}
# What would say more than is known.
FORBIDDEN = {
    "created": ("may exist", "Not sent", "not created"),
    "unknown": ("Created in Statsig", "Not sent", "not created", "<button>Create in Statsig"),
    "draft": ("Created in Statsig", "may exist", "<button>Create in Statsig"),
    "ready": ("Created in Statsig", "may exist"),
}


def assert_reported(desk: Desk, address: str, page: str, expected: Row) -> None:
    """The page, the JSON and the history report the expected state, and no more than is known."""
    autotune = autotune_json(desk.new_client(), address)
    assert (autotune["state"], len(desk.statsig.posts)) == (expected.state, expected.posts)
    missing = [phrase for phrase in (TITLES[expected.state], expected.message) if phrase not in page]
    assert not missing, re.findall(r"<section.*?</section>", page, re.DOTALL)[0]
    assert [phrase for phrase in FORBIDDEN[expected.state] if phrase in page] == []
    assert not (expected.posts and "Not sent" in page + repr(autotune)), "reported as not sent, and it was"
    assert (autotune["statsig"] is None) == (expected.state != "created")
    assert_no_key(page + repr(autotune))


@pytest.mark.parametrize("expected", TABLE, ids=[row.name for row in TABLE])
def test_fault_during_the_create_is_reported(desk: Desk, expected: Row) -> None:
    client = desk.new_client()
    address = ready(client, name=desk.fresh_name())
    desk.statsig.faults["POST"] = expected.fault
    if expected.waits:
        shorten_deadline_on_arrival(desk.app, desk.statsig, "POST")
    page = click_create(client, address).text
    assert_reported(desk, address, page, expected)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirect_is_not_followed(desk: Desk, method: str, status: int) -> None:
    client = desk.new_client()
    address = ready(client, name=desk.fresh_name())
    with serve_faulty_statsig() as elsewhere:
        desk.statsig.faults[method] = responds(status, b"", Location=f"{elsewhere.url}/autotunes")
        page = click_create(client, address).text
        fault = desk.statsig.faults[method]
        created = Row("", fault, "unknown", unexpected(status), posts=1)
        not_sent = Row("", fault, "ready", f"Not sent. {unexpected(status)}", posts=0)
        assert_reported(desk, address, page, created if method == "POST" else not_sent)
        assert elsewhere.connections == 0


def failed_read(name: str, fault: Fault, message: str, waits: bool = False) -> Row:
    return Row(name, fault, "ready", f"Not sent. {message}", 0, waits)


FIRST_READ = [
    Row("200", responds(200, {"data": {"id": "an_id"}}), "draft", "This name was taken after your review", 0),
    Row("404", responds(404), "created", "color_test"),
    Row("404 garbled", responds(404, b"{"), "created", "color_test"),
    Row("404 whose body drips", Fault(drip(response_head(404, {}), b" " * 100)), "created", "color_test"),
    Row("404 gzip", responds(404, ZEROS, Content_Encoding="gzip"), "created", "color_test"),
    Row("403", responds(403, HTML), "created", "color_test"),
    failed_read("401", responds(401, {"message": CANARY}), "The desk’s API key is not accepted by Statsig."),
    failed_read("429", responds(429, b"", Retry_After="61"), f"Statsig is busy. Try again {LONG_WAIT}."),
    *(failed_read(str(status), responds(status, BODY), "Statsig rejected the request.") for status in (400, 409, 422)),
    *(
        failed_read(str(status), responds(status), unexpected(status))
        for status in (202, 204, 301, 304, 405, 410, 500, 502, 503)
    ),
    failed_read("201", responds(201, {"data": {"id": "an_id"}}), UNREADABLE),
    failed_read("200 HTML", responds(200, HTML), UNREADABLE),
    failed_read("200 garbled", responds(200, b'{"data": {'), UNREADABLE),
    failed_read("200 data is a list", responds(200, {"data": []}), UNREADABLE),
    failed_read("200 gzip", responds(200, gzip.compress(b'{"data": {}}'), Content_Encoding="gzip"), UNREADABLE),
    failed_read("200 endless", Fault(endless(response_head(200, {}), b" " * 65_536)), UNREADABLE),
    failed_read(
        "302 endless", Fault(endless(response_head(302, {"Location": "/elsewhere"}), b" " * 65_536)), unexpected(302)
    ),
    failed_read("302 with an invalid address", responds(302, b"", Location="http://[::1"), unexpected(302)),
    failed_read("103", Fault(raw(b"HTTP/1.1 103 Early Hints\r\n\r\n")), unexpected(103)),
    failed_read("closed before it is read", Fault(close, before_reading=True), LOST),
    failed_read("read, then reset", Fault(reset), LOST),
    failed_read("read, then silence", Fault(silence), TIMED_OUT, waits=True),
    failed_read("the headers drip", Fault(drip(b"HTTP/1.1 404 Not Found\r\n", b"X: x\r\n" * 9)), TIMED_OUT, waits=True),
    failed_read("the body of a 200 drips", Fault(drip(response_head(200, {}), b" " * 100)), TIMED_OUT, waits=True),
]


@pytest.mark.parametrize("expected", FIRST_READ, ids=[row.name for row in FIRST_READ])
def test_fault_during_the_first_read_is_reported(desk: Desk, expected: Row) -> None:
    client = desk.new_client()
    address = ready(client, name=desk.fresh_name())
    form = create_form(client, address)
    desk.statsig.faults["GET"] = expected.fault
    if expected.waits:
        shorten_deadline_on_arrival(desk.app, desk.statsig, "GET")
    page = send(client, address, form).text
    assert_reported(desk, address, page, expected)


ECHO_CASES = [("POST", status, spelling) for status in (201, 400, 409, 422) for spelling in ECHOES]
ECHO_CASES += [("POST", status, CANARY) for status in (200, 202, 302, 401, 403, 429, 500)]
ECHO_CASES += [("GET", status, CANARY) for status in (200, 201, 302, 400, 401, 403, 404, 429, 500)]


@pytest.mark.parametrize(("method", "status", "spelling"), ECHO_CASES)
def test_key_in_a_response_is_redacted(desk: Desk, method: str, status: int, spelling: str) -> None:
    client = desk.new_client()
    errors = [{"property": "name", "errorMessage": f"for {spelling}"}, {"property": spelling, "errorMessage": spelling}]
    echo = {"message": f"Key: {spelling}.", "errors": errors, "data": {"id": spelling, spelling: [spelling]}}
    address = ready(client, name=desk.fresh_name())
    form = create_form(client, address)
    desk.statsig.faults[method] = responds(status, echo, Retry_After=spelling, X_Key=spelling, Location=f"/{spelling}")
    send(client, address, form)
    for path in (address, f"{address}.json", f"{address}/edit", "/"):
        assert_no_key(client.get(path, follow_redirects=True).text)


def test_key_in_invalid_headers_is_not_logged(desk: Desk) -> None:
    client = desk.new_client()
    address = ready(client, name=desk.fresh_name())
    desk.statsig.faults["POST"] = Fault(raw(f"HTTP/1.1 500 {CANARY}\r\n{CANARY}\r\nX {CANARY}: 1\r\n\r\n".encode()))
    click_create(client, address)
    assert desk.state(address) == "unknown"  # and the fixture of all tests searches the logs
