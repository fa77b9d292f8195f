"""The client over real sockets: what it sends, how long it waits, how much it reads, and that the key never leaks."""

import logging
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from webapp.config import Secret
from webapp.statsig import (
    Deadline,
    DeadlineTransport,
    ListTooLong,
    OutcomeUnknown,
    Project,
    ReadFailed,
    Rejected,
    StatsigClient,
    StatsigError,
    Unreachable,
)
from webapp.statsig.client import MAX_RESPONSE_BYTES

from ..reliability.faulty_statsig import (
    Fault,
    FaultyStatsig,
    Respond,
    close,
    drip,
    endless,
    raw,
    reset,
    respond_with,
    response_head,
    serve_faulty_statsig,
    shorten,
    silence,
    stall,
)
from ..secret_leaks import CANARY, assert_no_key

BODY = '{"name": "Größe", "variants": []}'
SHORT = 0.3  # seconds
LONG = 60.0
TIMEOUT = "Statsig did not respond in time."
CALLS: dict[str, Callable[[StatsigClient, Deadline], Any]] = {
    "create": lambda statsig, deadline: statsig.create(BODY, deadline),
    "find": lambda statsig, deadline: statsig.find("an_id", deadline),
    "list": lambda statsig, deadline: list(statsig.autotunes(deadline)),
    "check": lambda statsig, deadline: statsig.check_key(deadline),
}
Call = Callable[[StatsigClient, Deadline], Any]
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@pytest.fixture
def faulty_statsig() -> Iterator[FaultyStatsig]:
    with serve_faulty_statsig() as faulty_statsig:
        yield faulty_statsig


def client(url: str, review: str = "true", key: str = CANARY) -> StatsigClient:
    return StatsigClient(Project("real", Secret(key), f"{url}/console/v1"), DeadlineTransport, review)


@pytest.fixture
def statsig(faulty_statsig: FaultyStatsig) -> StatsigClient:
    return client(faulty_statsig.url)


def fail(call: Call, statsig: StatsigClient, deadline: Deadline | None = None) -> StatsigError:
    with pytest.raises(StatsigError) as raised:
        call(statsig, deadline or Deadline(LONG))
    return raised.value


COMMON = {
    "STATSIG-API-KEY": CANARY,
    "STATSIG-API-VERSION": "20240601",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "autotune-desk",
}


def headers_of(faulty_statsig: FaultyStatsig) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in faulty_statsig.requests[-1].head[1:])


def test_read_has_the_expected_headers(faulty_statsig: FaultyStatsig, statsig: StatsigClient) -> None:
    statsig.find("an_id", Deadline(5))
    assert headers_of(faulty_statsig) == COMMON | {"Host": faulty_statsig.url.removeprefix("http://")}
    assert faulty_statsig.requests[0].head[0] == "GET /console/v1/autotunes/an_id HTTP/1.1"
    assert faulty_statsig.requests[0].body == b""


@pytest.mark.parametrize("review", ["true", "false", ""])
def test_create_has_the_expected_headers(faulty_statsig: FaultyStatsig, review: str) -> None:
    client(faulty_statsig.url, review).create(BODY, Deadline(5))
    expected = {"Content-Type": "application/json", "Content-Length": str(len(BODY.encode()))}
    expected |= {"x-respect-review-settings": review} if review else {}
    assert headers_of(faulty_statsig) == COMMON | expected | {"Host": faulty_statsig.url.removeprefix("http://")}
    assert faulty_statsig.requests[0].head[0] == "POST /console/v1/autotunes HTTP/1.1"
    assert faulty_statsig.requests[0].body == BODY.encode()


@pytest.mark.parametrize(
    ("autotune_id", "path"),
    [("a_b-c", "a_b-c"), ("a/b", "a%2Fb"), ("a?b#c", "a%3Fb%23c"), ("ü", "%C3%BC"), ("a b", "a%20b"), ("%2e", "%252e")],
)
def test_id_is_one_segment_of_the_path(
    faulty_statsig: FaultyStatsig, statsig: StatsigClient, autotune_id: str, path: str
) -> None:
    assert statsig.find(autotune_id, Deadline(5)) is None
    assert faulty_statsig.gets == [f"/console/v1/autotunes/{path}"]


def test_each_request_opens_a_new_connection(faulty_statsig: FaultyStatsig, statsig: StatsigClient) -> None:
    for number in range(1, 4):
        statsig.find("an_id", Deadline(5))
        statsig.create(BODY, Deadline(5))
        assert faulty_statsig.connections == 2 * number


FAULTS: dict[str, Fault] = {
    "closed": Fault(close),
    "closed unread": Fault(close, before_reading=True),
    "reset": Fault(reset),
    "reset unread": Fault(reset, before_reading=True),
    "garbled": Fault(raw(b"garbled\r\n\r\n")),
    "half a chunk": Fault(raw(response_head(200, {"Transfer-Encoding": "chunked"}), b"ff\r\n{")),
    **{
        str(status): Fault(respond_with(status, b"", {"Retry-After": "0"}))
        for status in (202, 408, 413, 425, 429, 500, 502, 503)
    },
    **{str(status): Fault(respond_with(status, b"", {"Location": "/"})) for status in (301, 302, 303, 307, 308)},
    "401 with a challenge": Fault(respond_with(401, b"", {"WWW-Authenticate": 'Digest realm="x", nonce="y"'})),
    "407": Fault(respond_with(407, b"", {"Proxy-Authenticate": "Basic"})),
}


@every_call
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_failed_request_is_not_retried(
    faulty_statsig: FaultyStatsig, statsig: StatsigClient, call: Call, fault: Fault
) -> None:
    faulty_statsig.faults["*"] = fault
    fail(call, statsig)
    assert faulty_statsig.connections == 1


def test_variant_error_is_at_its_field(faulty_statsig: FaultyStatsig, statsig: StatsigClient) -> None:
    reasons = [{"property": "variants[1].json", "errorMessage": "Required"}]
    faulty_statsig.faults["POST"] = Fault(respond_with(400, {"errors": reasons}))
    with pytest.raises(Rejected) as rejected:
        statsig.create('{"variants": [{}, {}]}', Deadline(5))
    assert rejected.value.errors == [("variants-1-json", "Statsig says: Required")]


def test_cookies_are_not_stored(faulty_statsig: FaultyStatsig, statsig: StatsigClient) -> None:
    faulty_statsig.faults["GET"] = Fault(respond_with(404, b"", {"Set-Cookie": "a=b; Path=/"}))
    statsig.find("an_id", Deadline(5))
    statsig.create(BODY, Deadline(5))
    assert "Cookie" not in headers_of(faulty_statsig)


def test_proxies_and_netrc_of_the_environment_are_ignored(
    faulty_statsig: FaultyStatsig, statsig: StatsigClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_faulty_statsig() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        netrc = tmp_path / "netrc"
        netrc.write_text("default login somebody password something\n")
        monkeypatch.setenv("NETRC", str(netrc))
        statsig.create(BODY, Deadline(5))
        assert proxy.connections == 0
    assert "Authorization" not in headers_of(faulty_statsig)


SLOW: dict[str, Fault] = {
    "unread": Fault(stall, before_reading=True),
    "silence": Fault(silence),
    "the status drips": Fault(drip(b"", b"HTTP/1.1 200 OK\r\n" * 3)),
    "the headers drip": Fault(drip(b"HTTP/1.1 200 OK\r\n", b"X-Slow: yes\r\n" * 9)),
    "the body drips": Fault(drip(response_head(200, {"Content-Length": "4000"}), b'{"data": ' + b" " * 90)),
    "chunks drip": Fault(drip(response_head(200, {"Transfer-Encoding": "chunked"}), b"1\r\n{\r\n" * 20)),
    "100 for ever": Fault(endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
}


@pytest.mark.parametrize("call", [CALLS["create"], CALLS["find"]], ids=["create", "find"])
@pytest.mark.parametrize("fault", SLOW.values(), ids=SLOW)
def test_request_ends_at_the_deadline(
    faulty_statsig: FaultyStatsig, statsig: StatsigClient, call: Call, fault: Fault
) -> None:
    """The server would continue for 20 s; the deadline ends SHORT seconds after the request has arrived."""
    deadline, arrivals = Deadline(LONG), list[float]()
    faulty_statsig.faults["*"] = fault
    faulty_statsig.on_arrival = lambda _: (arrivals.append(time.monotonic()), shorten(deadline, SHORT))  # type: ignore[assignment,func-returns-value]
    error = fail(call, statsig, deadline)
    assert SHORT <= time.monotonic() - arrivals[0] < 15
    assert str(error) == TIMEOUT
    assert call is CALLS["find"] or isinstance(error, OutcomeUnknown)


def test_deadline_ignores_a_connection_that_is_already_closed() -> None:
    with socket.socket() as sock:  # there is nothing to shut: this raises OSError, which no thread may die of
        DeadlineTransport(Deadline(0))._shut_at_deadline(sock)


@pytest.mark.parametrize("call", [CALLS["create"], CALLS["find"]], ids=["create", "find"])
def test_nothing_is_sent_after_the_deadline(faulty_statsig: FaultyStatsig, statsig: StatsigClient, call: Call) -> None:
    error = fail(call, statsig, Deadline(0))
    assert isinstance(error, Unreachable) and str(error) == TIMEOUT
    assert faulty_statsig.requests == []


def test_pages_of_a_list_share_one_deadline(faulty_statsig: FaultyStatsig, statsig: StatsigClient) -> None:
    faulty_statsig.autotunes = [{"id": f"id_{number}"} for number in range(1000)]
    faulty_statsig.page_size = 1
    deadline = Deadline(LONG)
    faulty_statsig.on_request = lambda request: shorten(deadline, 0) if request.path.endswith("page=7") else None
    assert isinstance(fail(CALLS["list"], statsig, deadline), ListTooLong)
    assert len(faulty_statsig.gets) == 7


ENDLESS: dict[str, tuple[bytes, bytes]] = {
    "plain": (response_head(200, {}), b" " * 65_536),
    "announced": (response_head(200, {"Content-Length": str(10**12)}), b" " * 65_536),
    "chunks": (response_head(200, {"Transfer-Encoding": "chunked"}), b"10000\r\n" + b" " * 65_536 + b"\r\n"),
    "gzip": (response_head(200, {"Content-Encoding": "gzip"}), b"\x1f\x8b" + bytes(65_534)),
    "a redirect": (response_head(302, {"Location": "/elsewhere"}), b" " * 65_536),
    "a redirect with gzip": (
        response_head(307, {"Location": "/", "Content-Encoding": "gzip"}),
        b"\x1f\x8b" + bytes(65_534),
    ),
}


@every_call
@pytest.mark.parametrize("response_parts", ENDLESS.values(), ids=ENDLESS)
def test_endless_body_is_not_read_past_the_limit(
    faulty_statsig: FaultyStatsig, statsig: StatsigClient, call: Call, response_parts: tuple[bytes, bytes]
) -> None:
    bytes_sent = 0

    def respond(sock: Any) -> None:
        nonlocal bytes_sent
        bytes_sent = sock.send(response_parts[0])
        while bytes_sent < 10 * MAX_RESPONSE_BYTES:
            bytes_sent += sock.send(response_parts[1])

    faulty_statsig.faults["*"] = Fault(respond)
    fail(call, statsig)
    assert bytes_sent < 3 * MAX_RESPONSE_BYTES  # above the limit there are only the buffers of the kernel


def response_of_size(size: int) -> bytes:
    """A valid response of exactly this many bytes."""
    start = b'{"data": {"id": "an_id", "x": "'
    return start + b"x" * (size - len(start) - 3) + b'"}}'


@pytest.mark.parametrize(("name", "method", "error"), [("create", "POST", OutcomeUnknown), ("find", "GET", ReadFailed)])
def test_response_longer_than_the_limit_is_not_read(
    faulty_statsig: FaultyStatsig, statsig: StatsigClient, name: str, method: str, error: type[StatsigError]
) -> None:
    faulty_statsig.faults[method] = Fault(respond_with(200, response_of_size(MAX_RESPONSE_BYTES)))
    assert CALLS[name](statsig, Deadline(10))["id"] == "an_id"
    faulty_statsig.faults[method] = Fault(respond_with(200, response_of_size(MAX_RESPONSE_BYTES + 1)))
    with pytest.raises(error, match="could not be read"):
        CALLS[name](statsig, Deadline(10))


@pytest.mark.parametrize("status", [400, 409, 422])
@pytest.mark.parametrize(
    ("more", "message"), [(0, "Statsig says: x"), (1, "Statsig rejected this without giving a reason.")]
)
def test_rejection_longer_than_the_limit_has_no_reason(
    faulty_statsig: FaultyStatsig, statsig: StatsigClient, status: int, more: int, message: str
) -> None:
    content = b'{"message": "x"}' + b" " * (MAX_RESPONSE_BYTES - 16 + more)
    faulty_statsig.faults["POST"] = Fault(respond_with(status, content))
    with pytest.raises(Rejected) as rejected:
        statsig.create(BODY, Deadline(10))
    assert [error.message for error in rejected.value.errors] == [message]


@every_call
@pytest.mark.parametrize("status", [202, 204, 302, 401, 403, 404, 429, 500, 503])
def test_body_is_not_read_when_the_status_is_enough(
    faulty_statsig: FaultyStatsig, statsig: StatsigClient, call: Call, status: int
) -> None:
    faulty_statsig.faults["*"] = Fault(drip(response_head(status, {"Content-Length": "10000000"}), b""))
    start = time.monotonic()
    if status == 404 and call in (CALLS["find"], CALLS["list"]):
        assert not call(statsig, Deadline(LONG))
    else:
        assert "was lost" not in str(fail(call, statsig))
    assert time.monotonic() - start < 10  # seconds; the server would be silent for 20


def test_key_is_not_accepted_by_a_response_that_is_not_statsigs(
    faulty_statsig: FaultyStatsig, statsig: StatsigClient
) -> None:
    """A proxy or a captive portal may have sent it."""
    for content in (b"<html>Welcome</html>", b"", b"[]", b"null", b'"ok"'):
        faulty_statsig.faults["GET"] = Fault(respond_with(200, content))
        assert str(fail(CALLS["check"], statsig)) == "Statsig’s response could not be read."
    faulty_statsig.faults["GET"] = Fault(respond_with(200, {"data": {}}))
    statsig.check_key(Deadline(10))


@pytest.mark.parametrize(
    ("size", "count"), [(1, 0), (1, 1), (1, 40), (7, 99), (99, 99), (99, 250), (100, 99), (100, 100), (100, 101)]
)
def test_list_is_complete_for_any_page_size(size: int, count: int) -> None:
    with serve_faulty_statsig() as faulty_statsig:
        faulty_statsig.autotunes = [{"id": f"id_{number}"} for number in range(count)]
        faulty_statsig.page_size = size
        assert list(client(faulty_statsig.url).autotunes(Deadline(10))) == faulty_statsig.autotunes


def test_list_ends_at_a_page_without_new_autotunes(faulty_statsig: FaultyStatsig, statsig: StatsigClient) -> None:
    faulty_statsig.faults["GET"] = Fault(
        respond_with(200, {"data": [{"id": "one"}, {"id": ["odd"]}, "no autotune", {}]})
    )
    assert list(statsig.autotunes(Deadline(10))) == [{"id": "one"}, {"id": ["odd"]}, {}]
    assert len(faulty_statsig.gets) == 2


def test_list_of_too_many_pages_fails(faulty_statsig: FaultyStatsig, statsig: StatsigClient) -> None:
    faulty_statsig.autotunes = [{"id": f"id_{number}"} for number in range(60)]
    faulty_statsig.page_size = 1
    assert "too many autotunes in Statsig" in str(fail(CALLS["list"], statsig))


LEAKS: dict[str, Respond] = {
    "a body": respond_with(500, {"message": CANARY}),
    "a garbled body": respond_with(201, f'{{"key": "{CANARY}'.encode()),
    "a status line": raw(f"HTTP/1.1 {CANARY} {CANARY}\r\n\r\n".encode()),
    "a reason": raw(f"HTTP/1.1 500 {CANARY}\r\n\r\n".encode()),
    "no HTTP": raw(f"{CANARY}\r\n".encode()),
    "a header": respond_with(500, b"", {"X-Key": CANARY, CANARY: "x"}),
    "headers that cannot be parsed": raw(f"HTTP/1.1 500 X\r\n{CANARY}\r\nX: 1\r\n\r\n".encode()),
    "a chunk": raw(response_head(200, {"Transfer-Encoding": "chunked"}), f"{CANARY}\r\n".encode()),
    "an encoding": respond_with(500, b"", {"Transfer-Encoding": CANARY, "Content-Encoding": CANARY}),
    "a cookie": respond_with(500, b"", {"Set-Cookie": f"{CANARY}={CANARY}; Expires={CANARY}"}),
    "a length": raw(response_head(500, {"Content-Length": CANARY})),
    "a redirect": respond_with(302, b"", {"Location": f"http://{CANARY}/{CANARY}"}),
    "a wrong redirect": respond_with(302, b"", {"Location": f"http://[{CANARY}"}),
    "a rejection": respond_with(400, {"message": CANARY, "errors": [{"property": CANARY, "errorMessage": CANARY}]}),
    "Retry-After": respond_with(429, b"", {"Retry-After": CANARY}),
    "nothing": close,
}


@every_call
@pytest.mark.parametrize("respond", LEAKS.values(), ids=LEAKS)
def test_key_is_in_no_error_and_no_log(
    faulty_statsig: FaultyStatsig,
    statsig: StatsigClient,
    call: Call,
    respond: Respond,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    faulty_statsig.faults["*"] = Fault(respond)
    error = fail(call, statsig)
    assert_no_key(full_text_of(error) + caplog.text + "".join(map(repr, caplog.records)))


def full_text_of(error: BaseException | None) -> str:
    """Messages, tracebacks and attributes of an error, its causes and its contexts."""
    text = ""
    while error is not None:
        text += "".join(traceback.format_exception(error)) + repr(error) + str(error) + repr(vars(error))
        error = error.__cause__ or error.__context__
    return text


def test_key_that_is_not_a_valid_header_is_not_in_the_error(
    faulty_statsig: FaultyStatsig, caplog: pytest.LogCaptureFixture
) -> None:
    """The settings reject such a key. If one got through, requests would have it in its error."""
    caplog.set_level(logging.DEBUG)
    for key in (f"{CANARY}\n", f"{CANARY}\r\nX: y", f" {CANARY}"):
        error = fail(CALLS["create"], client(faulty_statsig.url, key=key))
        assert isinstance(error, Unreachable)
        assert_no_key(full_text_of(error) + caplog.text)
    assert faulty_statsig.requests == []


def test_repr_of_a_project_hides_the_key(statsig: StatsigClient) -> None:
    project = Project("real", Secret(CANARY), "https://statsigapi.net/console/v1")
    assert_no_key(f"{project!r} {project} {project.fingerprint} {statsig!r} {vars(statsig)!r}")


def test_failed_connection_is_logged_without_the_key(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Unreachable):
        client("https://127.0.0.1:9").find("x", Deadline(2))
    (line,) = [record for record in caplog.records if record.name == "webapp.statsig.client"]
    assert (line.message, line.error, line.sent) == ("no response from Statsig", "ConnectionError", False)  # type: ignore[attr-defined]
