"""Faults of Statsig and of the network, and the state and message that follow: a table."""

import gzip
import json
import re
from typing import Any, NamedTuple

import pytest

from ..forms import click_create, ready
from ..secret_leaks import CANARY, ECHOES, no_key_in
from .conftest import Scene, ends_soon, told
from .fake_statsig import Fault, Say, answer, close, drip, endless, head, raw, reset, serving, silence, unread
from .test_create import button, send

UNREADABLE = "Statsig’s response could not be read."
LATE = "Statsig did not respond in time."
BROKE = "The connection to Statsig was lost"
NO_REASON = "Statsig rejected this without giving a reason."
HTML = b"<!doctype html><title>Sign in</title><h1>Sign in to the hotel</h1>"
GOOD = {"message": "created", "data": {"id": "an_id"}}
GOOD_HEAD = head(201, {"Content-Type": "application/json"})  # no length: the end of the connection ends the body
STRANGE = {"id": "an_id", "variants": 7, "isStarted": "no", "name": None, "successEvent": [1]}
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
CHUNKS = (head(201, {"Transfer-Encoding": "chunked"}), b'1e\r\n{"data": {"id": "in_two_parts"\r\n2\r\n}}\r\n0\r\n\r\n')
ZEROS = gzip.compress(bytes(10_000_000))


class Row(NamedTuple):
    """`waits`: the fault lasts until the deadline. `posts`: how many bodies Statsig read."""

    name: str
    fault: Fault
    state: str
    sentence: str
    posts: int = 1
    waits: bool = False


def says(status: int, content: Any = b"", **headers: str) -> Fault:
    return Fault(answer(status, content, {name.replace("_", "-"): value for name, value in headers.items()}))


def body(content: bytes, status: int = 201) -> Fault:
    return says(status, content, Content_Type="application/json")


def nested(depth: int) -> bytes:
    return b'{"data": {"id": "an_id", "deep": ' + b"[" * depth + b"]" * depth + b"}}"


def neither(status: int) -> str:
    return f"Statsig returned an unexpected response (status {status})."


def row(name: str, say: Say, sentence: str, waits: bool = False) -> Row:
    return Row(name, Fault(say), "unknown", sentence, 1, waits)


def unreadable(name: str, content: bytes, status: int = 201) -> Row:
    return Row(f"{status} {name}", body(content, status), "unknown", UNREADABLE)


CONNECTION = [
    Row("closed before it is read", Fault(close, unread=True), "unknown", BROKE, 0),
    Row("reset before it is read", Fault(reset, unread=True), "unknown", BROKE, 0),
    Row("silence before it is read", Fault(unread, unread=True), "unknown", LATE, 0, waits=True),
    row("read, then closed", close, BROKE),
    row("read, then reset", reset, BROKE),
    row("read, then silence", silence, LATE, waits=True),
    row("the status line drips", drip(b"", b"HTTP/1.1 201 Created\r\n"), LATE, waits=True),
    row(
        "the headers drip",
        drip(b"HTTP/1.1 201 Created\r\n", b"Content-Type: application/json\r\n" * 9),
        LATE,
        waits=True,
    ),
    row("the body drips", drip(GOOD_HEAD, json.dumps(GOOD).encode()), LATE, waits=True),
    row("the body never begins", drip(head(201, {"Content-Length": "40"}), b""), LATE, waits=True),
    row("half a body", raw(head(201, {"Content-Length": "4000"}), b'{"data": {"id": "an'), UNREADABLE),
    row("half a header", raw(b"HTTP/1.1 201 Created\r\nContent-Le"), UNREADABLE),
    row("half a chunk", raw(head(201, {"Transfer-Encoding": "chunked"}), b'40\r\n{"data": '), BROKE),
    row("chunks without sizes", raw(head(201, {"Transfer-Encoding": "chunked"}), b"zz\r\n{}\r\n0\r\n\r\n"), BROKE),
    row("no HTTP at all", raw(b"SSH-2.0-OpenSSH_9.2\r\n"), BROKE),
    row("a header line of 70 kB", raw(b"HTTP/1.1 201 Created\r\nX: " + b"x" * 70_000 + b"\r\n\r\n"), BROKE),
    row("two hundred headers", raw(head(201, {f"X-{number}": "x" for number in range(200)})), BROKE),
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
    unreadable("no id", b'{"data": {"name": "Colour test"}}', 200),
    unreadable("NaN", b'{"data": {"id": "an_id", "size": NaN}}'),
    unreadable("Infinity", b'{"data": {"id": "an_id", "size": -Infinity}}'),
    unreadable("1e999", b'{"data": {"id": "an_id", "size": 1e999}}'),
    unreadable("5000 digits", b'{"data": {"id": "an_id", "size": %s}}' % (b"9" * 5000)),
    unreadable("not UTF-8", b'{"data": {"id": "an\xff_id"}}'),
    unreadable("100,000 levels", nested(100_000)),
    unreadable("more than 4 MB", b'{"data": {"id": "an_id", "x": "%s"}}' % (b"x" * 4_200_000)),
    Row(
        "201 gzip", says(201, gzip.compress(json.dumps(GOOD).encode()), Content_Encoding="gzip"), "unknown", UNREADABLE
    ),
    Row("201 gzip, and is not", says(201, GOOD, Content_Encoding="gzip"), "unknown", UNREADABLE),
    row("201 gzip of 200 MB", raw(head(201, {"Content-Encoding": "gzip"}), *[ZEROS] * 20), UNREADABLE),
    row("201 endless gzip", endless(head(201, {"Content-Encoding": "gzip"}), ZEROS), UNREADABLE),
    row("201 endless", endless(GOOD_HEAD, b" " * 65_536), UNREADABLE),
]
STATUSES = [
    row("100 for ever", endless(b"", CONTINUE), LATE, waits=True),
    row("103, then nothing", drip(b"HTTP/1.1 103 Early Hints\r\n\r\n", b""), neither(103)),
    row("102, and that is all", raw(b"HTTP/1.1 102 Processing\r\n\r\n"), neither(102)),
    row("101", raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"), neither(101)),
    *(
        Row(str(status), says(status), "unknown", neither(status))
        for status in (202, 203, 204, 205, 206, 207, 226, 299)
    ),
    *(
        Row(f"{status} with an id", says(status, GOOD), "unknown", neither(status))
        for status in (202, 206, 300, 418, 999)
    ),
    *(
        Row(str(status), says(status), "unknown", neither(status))
        for status in (300, 304, 404, 405, 408, 410, 413, 451)
    ),
    *(Row(str(status), says(status, HTML), "unknown", neither(status)) for status in (500, 501, 502, 503, 504, 529)),
    Row("503 with Retry-After", says(503, b"", Retry_After="1"), "unknown", neither(503)),
]
REFUSALS = [
    *(
        Row(f"{status} {name}", body(content, status), "draft", NO_REASON)
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
        says(400, {"message": "Name is already in use"}),
        "unknown",
        "Statsig reports that this name is in use, but the autotune was not found there.",
    ),
    Row("409 a sentence", says(409, {"message": "No room"}), "draft", "Statsig says: No room"),
    Row(
        "422 a field",
        says(422, {"errors": [{"property": "variants[1].json", "errorMessage": "Expected object"}]}),
        "draft",
        "Variant 2, JSON: Statsig says: Expected object",
    ),
    Row("400 surrogates", body(b'{"message": "\\ud800 no"}', 400), "draft", "Statsig says: \ufffd no"),
    Row(
        "400 invisible signs",
        body(b'{"message": "a\\u0000b\\u0008c\\uffffd"}', 400),
        "draft",
        "Statsig says: a\ufffdb\ufffdc\ufffdd",
    ),
    Row(
        "401",
        says(401, {"message": f"Key: {CANARY}"}),
        "ready",
        "Not created. The desk’s API key is not accepted by Statsig.",
    ),
    Row(
        "403", says(403, HTML), "ready", "Not created. The desk’s API key does not have permission for this in Statsig."
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
        says(429, b"", Retry_After=wait),
        "ready",
        f"Not created. Statsig is busy. Try again {when}.",
    )
    for wait, when in WAITS
] + [Row("429", says(429), "ready", "Not created. Statsig is busy. Try again in 10 seconds.")]
CREATED = [
    Row("200", says(200, GOOD), "created", "an_id"),
    Row("201", says(201, GOOD), "created", "an_id"),
    Row("201 after a 100", Fault(raw(CONTINUE, GOOD_HEAD, json.dumps(GOOD).encode())), "created", "an_id"),
    Row("201 as HTML", says(201, GOOD, Content_Type="text/html"), "created", "an_id"),
    Row("201, shorter than it said", says(201, GOOD, Content_Length="400"), "created", "an_id"),
    Row("201 in chunks", Fault(raw(*CHUNKS)), "created", "in_two_parts"),
    Row("201 with another id", says(201, {"data": {"id": "not_foreseen"}}), "created", "not_foreseen"),
    Row("201 with surrogates", body(b'{"data": {"id": "an\\ud800id", "x\\udfff": ""}}'), "created", "an\ufffdid"),
    Row("201 with invisible signs", body(b'{"data": {"id": "an\\u0000id", "x": "\\u0001"}}'), "created", "an\ufffdid"),
    Row("201 of 300 levels", body(nested(300)), "created", "an_id"),
    Row("201 with strange members", says(201, {"data": STRANGE}), "created", "an_id"),
]  # fmt: skip
TABLE = CONNECTION + BODIES + STATUSES + REFUSALS + BUSY + CREATED

TITLES = {
    "created": "Created in Statsig",
    "unknown": "It may exist in Statsig",
    "draft": "Not ready yet",
    "ready": "Review and create",
}
# No page may say more than is known.
NEVER = {
    "created": ("may exist", "Not sent", "not created"),
    "unknown": ("Created in Statsig", "Not sent", "not created", "<button>Create in Statsig"),
    "draft": ("Created in Statsig", "may exist", "<button>Create in Statsig"),
    "ready": ("Created in Statsig", "may exist"),
}


def is_told(scene: Scene, address: str, page: str, expected: Row) -> None:
    """The page, the JSON and the history say the same, and no more than is known."""
    answer = told(scene.person(), address)
    assert (answer["state"], len(scene.faulty.posts)) == (expected.state, expected.posts)
    missing = [words for words in (TITLES[expected.state], expected.sentence) if words not in page]
    assert not missing, re.findall(r"<section.*?</section>", page, re.DOTALL)[0]
    assert [words for words in NEVER[expected.state] if words in page] == []
    assert not (expected.posts and "Not sent" in page + repr(answer)), "it was sent"
    assert (answer["statsig"] is None) == (expected.state != "created")
    no_key_in(page + repr(answer))


@pytest.mark.parametrize("expected", TABLE, ids=[row.name for row in TABLE])
def test_fault_during_the_create(scene: Scene, expected: Row) -> None:
    client = scene.person()
    address = ready(client, name=scene.fresh_name())
    scene.faulty.faults["POST"] = expected.fault
    if expected.waits:
        ends_soon(scene.app, scene.faulty, "POST")
    page = click_create(client, address).text
    is_told(scene, address, page, expected)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirect_is_not_followed(scene: Scene, method: str, status: int) -> None:
    client = scene.person()
    address = ready(client, name=scene.fresh_name())
    with serving() as elsewhere:
        scene.faulty.faults[method] = says(status, b"", Location=f"{elsewhere.url}/autotunes")
        page = click_create(client, address).text
        state, sentence = (
            ("unknown", neither(status)) if method == "POST" else ("ready", f"Not sent. {neither(status)}")
        )
        is_told(scene, address, page, Row("", scene.faulty.faults[method], state, sentence, int(method == "POST")))
        assert elsewhere.connections == 0


def not_read(name: str, fault: Fault, sentence: str, waits: bool = False) -> Row:
    return Row(name, fault, "ready", f"Not sent. {sentence}", 0, waits)


BEFORE = [
    Row("200", says(200, {"data": {"id": "an_id"}}), "draft", "This name was taken after your review", 0),
    Row("404", says(404), "created", "colour_test"),
    Row("404 garbled", says(404, b"{"), "created", "colour_test"),
    Row("404 whose body drips", Fault(drip(head(404, {}), b" " * 100)), "created", "colour_test"),
    Row("404 gzip", says(404, ZEROS, Content_Encoding="gzip"), "created", "colour_test"),
    Row("403", says(403, HTML), "created", "colour_test"),
    not_read("401", says(401, {"message": CANARY}), "The desk’s API key is not accepted by Statsig."),
    not_read("429", says(429, b"", Retry_After="61"), f"Statsig is busy. Try again {LONG_WAIT}."),
    *(not_read(str(status), says(status, GOOD), "Statsig rejected the request.") for status in (400, 409, 422)),
    *(not_read(str(each), says(each), neither(each)) for each in (202, 204, 301, 304, 405, 410, 500, 502, 503)),
    not_read("201", says(201, {"data": {"id": "an_id"}}), UNREADABLE),
    not_read("200 HTML", says(200, HTML), UNREADABLE),
    not_read("200 garbled", says(200, b'{"data": {'), UNREADABLE),
    not_read("200 data is a list", says(200, {"data": []}), UNREADABLE),
    not_read("200 gzip", says(200, gzip.compress(b'{"data": {}}'), Content_Encoding="gzip"), UNREADABLE),
    not_read("200 endless", Fault(endless(head(200, {}), b" " * 65_536)), UNREADABLE),
    not_read("302 endless", Fault(endless(head(302, {"Location": "/elsewhere"}), b" " * 65_536)), neither(302)),
    not_read("302 nowhere", says(302, b"", Location="http://[::1"), neither(302)),
    not_read("103", Fault(raw(b"HTTP/1.1 103 Early Hints\r\n\r\n")), neither(103)),
    not_read("closed before it is read", Fault(close, unread=True), BROKE),
    not_read("read, then reset", Fault(reset), BROKE),
    not_read("read, then silence", Fault(silence), LATE, waits=True),
    not_read("the headers drip", Fault(drip(b"HTTP/1.1 404 Not Found\r\n", b"X: x\r\n" * 9)), LATE, waits=True),
    not_read("the body of a 200 drips", Fault(drip(head(200, {}), b" " * 100)), LATE, waits=True),
]


@pytest.mark.parametrize("expected", BEFORE, ids=[row.name for row in BEFORE])
def test_fault_during_the_first_read(scene: Scene, expected: Row) -> None:
    client = scene.person()
    address = ready(client, name=scene.fresh_name())
    form = button(client, address)
    scene.faulty.faults["GET"] = expected.fault
    if expected.waits:
        ends_soon(scene.app, scene.faulty, "GET")
    page = send(client, address, form).text
    is_told(scene, address, page, expected)


ECHOED = [("POST", status, spelling) for status in (201, 400, 409, 422) for spelling in ECHOES]
ECHOED += [("POST", status, CANARY) for status in (200, 202, 302, 401, 403, 429, 500)]
ECHOED += [("GET", status, CANARY) for status in (200, 201, 302, 400, 401, 403, 404, 429, 500)]


@pytest.mark.parametrize(("method", "status", "spelling"), ECHOED)
def test_key_in_a_response_is_redacted(scene: Scene, method: str, status: int, spelling: str) -> None:
    client = scene.person()
    errors = [{"property": "name", "errorMessage": f"for {spelling}"}, {"property": spelling, "errorMessage": spelling}]
    echo = {"message": f"Key: {spelling}.", "errors": errors, "data": {"id": spelling, spelling: [spelling]}}
    address = ready(client, name=scene.fresh_name())
    form = button(client, address)
    scene.faulty.faults[method] = says(status, echo, Retry_After=spelling, X_Key=spelling, Location=f"/{spelling}")
    send(client, address, form)
    for path in (address, f"{address}.json", f"{address}/edit", "/"):
        no_key_in(client.get(path, follow_redirects=True).text)


def test_key_in_invalid_headers_is_not_logged(scene: Scene) -> None:
    client = scene.person()
    address = ready(client, name=scene.fresh_name())
    scene.faulty.faults["POST"] = Fault(raw(f"HTTP/1.1 500 {CANARY}\r\n{CANARY}\r\nX {CANARY}: 1\r\n\r\n".encode()))
    click_create(client, address)
    assert scene.state(address) == "unknown"  # and `scene` looks through the logs
