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

from ..reliability.fake_statsig import (
    Fault,
    Faulty,
    Say,
    answer,
    close,
    drip,
    endless,
    head,
    raw,
    reset,
    serving,
    silence,
    unread,
)
from ..secret_leaks import CANARY, no_key_in

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
def faulty() -> Iterator[Faulty]:
    with serving() as faulty:
        yield faulty


def client(url: str, review: str = "true", key: str = CANARY) -> StatsigClient:
    return StatsigClient(Project("real", Secret(key), f"{url}/console/v1"), DeadlineTransport, review)


@pytest.fixture
def statsig(faulty: Faulty) -> StatsigClient:
    return client(faulty.url)


def fails(call: Call, statsig: StatsigClient, deadline: Deadline | None = None) -> StatsigError:
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


def headers_of(faulty: Faulty) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in faulty.asked[-1].head[1:])


def test_headers_of_a_read(faulty: Faulty, statsig: StatsigClient) -> None:
    statsig.find("an_id", Deadline(5))
    assert headers_of(faulty) == COMMON | {"Host": faulty.url.removeprefix("http://")}
    assert faulty.asked[0].head[0] == "GET /console/v1/autotunes/an_id HTTP/1.1"
    assert faulty.asked[0].body == b""


@pytest.mark.parametrize("review", ["true", "false", ""])
def test_headers_of_a_create(faulty: Faulty, review: str) -> None:
    client(faulty.url, review).create(BODY, Deadline(5))
    own = {"Content-Type": "application/json", "Content-Length": str(len(BODY.encode()))}
    own |= {"x-respect-review-settings": review} if review else {}
    assert headers_of(faulty) == COMMON | own | {"Host": faulty.url.removeprefix("http://")}
    assert faulty.asked[0].head[0] == "POST /console/v1/autotunes HTTP/1.1"
    assert faulty.asked[0].body == BODY.encode()


@pytest.mark.parametrize(
    ("autotune_id", "path"),
    [("a_b-c", "a_b-c"), ("a/b", "a%2Fb"), ("a?b#c", "a%3Fb%23c"), ("ü", "%C3%BC"), ("a b", "a%20b"), ("%2e", "%252e")],
)
def test_id_is_one_segment_of_the_path(faulty: Faulty, statsig: StatsigClient, autotune_id: str, path: str) -> None:
    assert statsig.find(autotune_id, Deadline(5)) is None
    assert faulty.gets == [f"/console/v1/autotunes/{path}"]


def test_each_request_opens_a_new_connection(faulty: Faulty, statsig: StatsigClient) -> None:
    for number in range(1, 4):
        statsig.find("an_id", Deadline(5))
        statsig.create(BODY, Deadline(5))
        assert faulty.connections == 2 * number


FAULTS: dict[str, Fault] = {
    "closed": Fault(close),
    "closed unread": Fault(close, unread=True),
    "reset": Fault(reset),
    "reset unread": Fault(reset, unread=True),
    "garbled": Fault(raw(b"garbled\r\n\r\n")),
    "half a chunk": Fault(raw(head(200, {"Transfer-Encoding": "chunked"}), b"ff\r\n{")),
    **{
        str(status): Fault(answer(status, b"", {"Retry-After": "0"}))
        for status in (202, 408, 413, 425, 429, 500, 502, 503)
    },
    **{str(status): Fault(answer(status, b"", {"Location": "/"})) for status in (301, 302, 303, 307, 308)},
    "401 with a challenge": Fault(answer(401, b"", {"WWW-Authenticate": 'Digest realm="x", nonce="y"'})),
    "407": Fault(answer(407, b"", {"Proxy-Authenticate": "Basic"})),
}


@every_call
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_failed_request_is_not_retried(faulty: Faulty, statsig: StatsigClient, call: Call, fault: Fault) -> None:
    faulty.faults["*"] = fault
    fails(call, statsig)
    assert faulty.connections == 1


def test_variant_error_is_at_its_field(faulty: Faulty, statsig: StatsigClient) -> None:
    reasons = [{"property": "variants[1].json", "errorMessage": "Required"}]
    faulty.faults["POST"] = Fault(answer(400, {"errors": reasons}))
    with pytest.raises(Rejected) as rejected:
        statsig.create('{"variants": [{}, {}]}', Deadline(5))
    assert rejected.value.errors == [("variants-1-json", "Statsig says: Required")]


def test_cookies_are_not_stored(faulty: Faulty, statsig: StatsigClient) -> None:
    faulty.faults["GET"] = Fault(answer(404, b"", {"Set-Cookie": "a=b; Path=/"}))
    statsig.find("an_id", Deadline(5))
    statsig.create(BODY, Deadline(5))
    assert "Cookie" not in headers_of(faulty)


def test_proxies_and_netrc_of_the_environment_are_ignored(
    faulty: Faulty, statsig: StatsigClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        netrc = tmp_path / "netrc"
        netrc.write_text("default login somebody password something\n")
        monkeypatch.setenv("NETRC", str(netrc))
        statsig.create(BODY, Deadline(5))
        assert proxy.connections == 0
    assert "Authorization" not in headers_of(faulty)


SLOW: dict[str, Fault] = {
    "unread": Fault(unread, unread=True),
    "silence": Fault(silence),
    "the status drips": Fault(drip(b"", b"HTTP/1.1 200 OK\r\n" * 3)),
    "the headers drip": Fault(drip(b"HTTP/1.1 200 OK\r\n", b"X-Slow: yes\r\n" * 9)),
    "the body drips": Fault(drip(head(200, {"Content-Length": "4000"}), b'{"data": ' + b" " * 90)),
    "chunks drip": Fault(drip(head(200, {"Transfer-Encoding": "chunked"}), b"1\r\n{\r\n" * 20)),
    "100 for ever": Fault(endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
}


@pytest.mark.parametrize("call", [CALLS["create"], CALLS["find"]], ids=["create", "find"])
@pytest.mark.parametrize("fault", SLOW.values(), ids=SLOW)
def test_request_ends_at_the_deadline(faulty: Faulty, statsig: StatsigClient, call: Call, fault: Fault) -> None:
    """The other side would go on for at least 20 s; the deadline is SHORT after it began."""
    deadline, begun = Deadline(LONG), list[float]()
    faulty.faults["*"] = fault
    faulty.met = lambda _: (begun.append(time.monotonic()), deadline.shorten(SHORT))  # type: ignore[assignment,func-returns-value]
    error = fails(call, statsig, deadline)
    assert SHORT <= time.monotonic() - begun[0] < 15
    assert str(error) == TIMEOUT
    assert call is CALLS["find"] or isinstance(error, OutcomeUnknown)


def test_deadline_cannot_be_extended(faulty: Faulty, statsig: StatsigClient) -> None:
    faulty.faults["*"] = Fault(silence)
    deadline = Deadline(SHORT)
    deadline.shorten(LONG)
    assert str(fails(CALLS["find"], statsig, deadline)) == TIMEOUT
    assert deadline.left == 0


def test_deadline_ignores_a_connection_that_is_already_closed() -> None:
    with socket.socket() as sock:  # there is nothing to shut: this raises OSError, which no thread may die of
        DeadlineTransport(Deadline(0))._shut_at_deadline(sock)


@pytest.mark.parametrize("call", [CALLS["create"], CALLS["find"]], ids=["create", "find"])
def test_nothing_is_sent_after_the_deadline(faulty: Faulty, statsig: StatsigClient, call: Call) -> None:
    error = fails(call, statsig, Deadline(0))
    assert isinstance(error, Unreachable) and str(error) == TIMEOUT
    assert faulty.asked == []


def test_pages_of_a_list_share_one_deadline(faulty: Faulty, statsig: StatsigClient) -> None:
    faulty.kept = [{"id": f"id_{number}"} for number in range(1000)]
    faulty.on_a_page = 1
    deadline = Deadline(LONG)
    faulty.looking = lambda asked: deadline.shorten(0) if asked.path.endswith("page=7") else None
    assert isinstance(fails(CALLS["list"], statsig, deadline), ListTooLong)
    assert len(faulty.gets) == 7


ENDLESS: dict[str, tuple[bytes, bytes]] = {
    "plain": (head(200, {}), b" " * 65_536),
    "announced": (head(200, {"Content-Length": str(10**12)}), b" " * 65_536),
    "chunks": (head(200, {"Transfer-Encoding": "chunked"}), b"10000\r\n" + b" " * 65_536 + b"\r\n"),
    "gzip": (head(200, {"Content-Encoding": "gzip"}), b"\x1f\x8b" + bytes(65_534)),
    "a redirect": (head(302, {"Location": "/elsewhere"}), b" " * 65_536),
    "a redirect with gzip": (head(307, {"Location": "/", "Content-Encoding": "gzip"}), b"\x1f\x8b" + bytes(65_534)),
}


@every_call
@pytest.mark.parametrize("parts", ENDLESS.values(), ids=ENDLESS)
def test_endless_body_is_not_read_past_the_limit(
    faulty: Faulty, statsig: StatsigClient, call: Call, parts: tuple[bytes, bytes]
) -> None:
    sent = 0

    def say(sock: Any) -> None:
        nonlocal sent
        sent = sock.send(parts[0])
        while sent < 10 * MAX_RESPONSE_BYTES:
            sent += sock.send(parts[1])

    faulty.faults["*"] = Fault(say)
    fails(call, statsig)
    assert sent < 3 * MAX_RESPONSE_BYTES  # beside the cap, what lies in the buffers of the kernel


def sized(size: int) -> bytes:
    """A valid response of exactly this many bytes."""
    start = b'{"data": {"id": "an_id", "x": "'
    return start + b"x" * (size - len(start) - 3) + b'"}}'


@pytest.mark.parametrize(("name", "method", "error"), [("create", "POST", OutcomeUnknown), ("find", "GET", ReadFailed)])
def test_response_longer_than_the_limit_is_not_read(
    faulty: Faulty, statsig: StatsigClient, name: str, method: str, error: type[StatsigError]
) -> None:
    faulty.faults[method] = Fault(answer(200, sized(MAX_RESPONSE_BYTES)))
    assert CALLS[name](statsig, Deadline(10))["id"] == "an_id"
    faulty.faults[method] = Fault(answer(200, sized(MAX_RESPONSE_BYTES + 1)))
    with pytest.raises(error, match="could not be read"):
        CALLS[name](statsig, Deadline(10))


@pytest.mark.parametrize("status", [400, 409, 422])
@pytest.mark.parametrize(
    ("more", "message"), [(0, "Statsig says: x"), (1, "Statsig rejected this without giving a reason.")]
)
def test_rejection_longer_than_the_limit_has_no_reason(
    faulty: Faulty, statsig: StatsigClient, status: int, more: int, message: str
) -> None:
    content = b'{"message": "x"}' + b" " * (MAX_RESPONSE_BYTES - 16 + more)
    faulty.faults["POST"] = Fault(answer(status, content))
    with pytest.raises(Rejected) as rejected:
        statsig.create(BODY, Deadline(10))
    assert [error.message for error in rejected.value.errors] == [message]


@every_call
@pytest.mark.parametrize("status", [202, 204, 302, 401, 403, 404, 429, 500, 503])
def test_body_is_not_read_when_the_status_is_enough(
    faulty: Faulty, statsig: StatsigClient, call: Call, status: int
) -> None:
    faulty.faults["*"] = Fault(drip(head(status, {"Content-Length": "10000000"}), b""))
    began = time.monotonic()
    if status == 404 and call in (CALLS["find"], CALLS["list"]):
        assert not call(statsig, Deadline(LONG))
    else:
        assert "was lost" not in str(fails(call, statsig))
    assert time.monotonic() - began < 10  # seconds; the other side is silent for 20


def test_key_is_not_accepted_by_a_response_that_is_not_statsigs(faulty: Faulty, statsig: StatsigClient) -> None:
    """A proxy or a captive portal may have sent it."""
    for content in (b"<html>Welcome</html>", b"", b"[]", b"null", b'"ok"'):
        faulty.faults["GET"] = Fault(answer(200, content))
        assert str(fails(CALLS["check"], statsig)) == "Statsig’s response could not be read."
    faulty.faults["GET"] = Fault(answer(200, {"data": {}}))
    statsig.check_key(Deadline(10))


@pytest.mark.parametrize(
    ("size", "count"), [(1, 0), (1, 1), (1, 40), (7, 99), (99, 99), (99, 250), (100, 99), (100, 100), (100, 101)]
)
def test_list_is_complete_for_any_page_size(size: int, count: int) -> None:
    with serving() as faulty:
        faulty.kept = [{"id": f"id_{number}"} for number in range(count)]
        faulty.on_a_page = size
        assert list(client(faulty.url).autotunes(Deadline(10))) == faulty.kept


def test_list_ends_at_a_page_without_new_autotunes(faulty: Faulty, statsig: StatsigClient) -> None:
    faulty.faults["GET"] = Fault(answer(200, {"data": [{"id": "one"}, {"id": ["odd"]}, "no autotune", {}]}))
    assert list(statsig.autotunes(Deadline(10))) == [{"id": "one"}, {"id": ["odd"]}, {}]
    assert len(faulty.gets) == 2


def test_list_of_too_many_pages_fails(faulty: Faulty, statsig: StatsigClient) -> None:
    faulty.kept = [{"id": f"id_{number}"} for number in range(60)]
    faulty.on_a_page = 1
    assert "too many autotunes in Statsig" in str(fails(CALLS["list"], statsig))


LEAKS: dict[str, Say] = {
    "a body": answer(500, {"message": CANARY}),
    "a garbled body": answer(201, f'{{"key": "{CANARY}'.encode()),
    "a status line": raw(f"HTTP/1.1 {CANARY} {CANARY}\r\n\r\n".encode()),
    "a reason": raw(f"HTTP/1.1 500 {CANARY}\r\n\r\n".encode()),
    "no HTTP": raw(f"{CANARY}\r\n".encode()),
    "a header": answer(500, b"", {"X-Key": CANARY, CANARY: "x"}),
    "headers that cannot be parsed": raw(f"HTTP/1.1 500 X\r\n{CANARY}\r\nX: 1\r\n\r\n".encode()),
    "a chunk": raw(head(200, {"Transfer-Encoding": "chunked"}), f"{CANARY}\r\n".encode()),
    "an encoding": answer(500, b"", {"Transfer-Encoding": CANARY, "Content-Encoding": CANARY}),
    "a cookie": answer(500, b"", {"Set-Cookie": f"{CANARY}={CANARY}; Expires={CANARY}"}),
    "a length": raw(head(500, {"Content-Length": CANARY})),
    "a redirect": answer(302, b"", {"Location": f"http://{CANARY}/{CANARY}"}),
    "a wrong redirect": answer(302, b"", {"Location": f"http://[{CANARY}"}),
    "a refusal": answer(400, {"message": CANARY, "errors": [{"property": CANARY, "errorMessage": CANARY}]}),
    "Retry-After": answer(429, b"", {"Retry-After": CANARY}),
    "nothing": close,
}


@every_call
@pytest.mark.parametrize("say", LEAKS.values(), ids=LEAKS)
def test_key_is_in_no_error_and_no_log(
    faulty: Faulty, statsig: StatsigClient, call: Call, say: Say, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    faulty.faults["*"] = Fault(say)
    error = fails(call, statsig)
    no_key_in(everything_in(error) + caplog.text + "".join(map(repr, caplog.records)))


def everything_in(error: BaseException | None) -> str:
    """Of an error, its causes and contexts: messages, tracebacks and attributes."""
    text = ""
    while error is not None:
        text += "".join(traceback.format_exception(error)) + repr(error) + str(error) + repr(vars(error))
        error = error.__cause__ or error.__context__
    return text


def test_key_that_is_not_a_valid_header_is_not_in_the_error(faulty: Faulty, caplog: pytest.LogCaptureFixture) -> None:
    """The settings refuse such a key; should one get through, requests would print it in its error."""
    caplog.set_level(logging.DEBUG)
    for key in (f"{CANARY}\n", f"{CANARY}\r\nX: y", f" {CANARY}"):
        error = fails(CALLS["create"], client(faulty.url, key=key))
        assert isinstance(error, Unreachable)
        no_key_in(everything_in(error) + caplog.text)
    assert faulty.asked == []


def test_repr_of_a_project_hides_the_key(statsig: StatsigClient) -> None:
    project = Project("real", Secret(CANARY), "https://statsigapi.net/console/v1")
    no_key_in(f"{project!r} {project} {project.fingerprint} {statsig!r} {vars(statsig)!r}")


def test_failed_connection_is_logged_without_the_key(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Unreachable):
        client("https://127.0.0.1:9").find("x", Deadline(2))
    (line,) = [record for record in caplog.records if record.name == "webapp.statsig.client"]
    assert (line.message, line.error, line.sent) == ("no response from Statsig", "ConnectionError", False)  # type: ignore[attr-defined]
