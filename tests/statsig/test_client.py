"""The client at the wire: what it sends, how long it waits, how much it reads, and that it never tells the key."""

import json
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
    Failed,
    ListTooLong,
    OutcomeUnknown,
    Project,
    Rejected,
    Statsig,
    StatsigError,
    Unreachable,
)
from webapp.statsig.client import LARGEST_READ, LARGEST_REFUSAL, LARGEST_REPLY

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
LATE = "Statsig did not answer in time."
CALLS: dict[str, Callable[[Statsig, Deadline], Any]] = {
    "create": lambda statsig, deadline: statsig.create(BODY, deadline),
    "find": lambda statsig, deadline: statsig.find("an_id", deadline),
    "list": lambda statsig, deadline: list(statsig.autotunes(deadline)),
    "check": lambda statsig, deadline: statsig.check_key(deadline),
}
Call = Callable[[Statsig, Deadline], Any]
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@pytest.fixture
def faulty() -> Iterator[Faulty]:
    with serving() as faulty:
        yield faulty


def client(url: str, review: str = "true", key: str = CANARY) -> Statsig:
    return Statsig(Project("real", Secret(key), f"{url}/console/v1"), DeadlineTransport, review)


@pytest.fixture
def statsig(faulty: Faulty) -> Statsig:
    return client(faulty.url)


def fails(call: Call, statsig: Statsig, deadline: Deadline | None = None) -> StatsigError:
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


def test_the_headers_of_a_read_are_these_and_no_others(faulty: Faulty, statsig: Statsig) -> None:
    statsig.find("an_id", Deadline(5))
    assert headers_of(faulty) == COMMON | {"Host": faulty.url.removeprefix("http://")}
    assert faulty.asked[0].head[0] == "GET /console/v1/autotunes/an_id HTTP/1.1"
    assert faulty.asked[0].body == b""


@pytest.mark.parametrize("review", ["true", "false", ""])
def test_the_headers_of_a_create_are_these_and_no_others(faulty: Faulty, review: str) -> None:
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
def test_an_id_stays_one_step_of_the_path(faulty: Faulty, statsig: Statsig, autotune_id: str, path: str) -> None:
    assert statsig.find(autotune_id, Deadline(5)) is None
    assert faulty.gets == [f"/console/v1/autotunes/{path}"]


def test_every_request_has_a_connection_of_its_own(faulty: Faulty, statsig: Statsig) -> None:
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
    **{str(each): Fault(answer(each, b"", {"Retry-After": "0"})) for each in (202, 408, 413, 425, 429, 500, 502, 503)},
    **{str(each): Fault(answer(each, b"", {"Location": "/"})) for each in (301, 302, 303, 307, 308)},
    "401 with a challenge": Fault(answer(401, b"", {"WWW-Authenticate": 'Digest realm="x", nonce="y"'})),
    "407": Fault(answer(407, b"", {"Proxy-Authenticate": "Basic"})),
}


@every_call
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_nothing_is_ever_tried_again(faulty: Faulty, statsig: Statsig, call: Call, fault: Fault) -> None:
    faulty.faults["*"] = fault
    fails(call, statsig)
    assert faulty.connections == 1


def test_a_reason_for_a_variant_stands_at_it_if_it_was_sent(faulty: Faulty, statsig: Statsig) -> None:
    reasons = [{"property": f"variants[{row}].json", "errorMessage": "Required"} for row in (1, 7)]
    faulty.faults["POST"] = Fault(answer(400, {"errors": reasons}))
    with pytest.raises(Rejected) as refused:
        statsig.create('{"variants": [{}, {}]}', Deadline(5))
    assert refused.value.errors == [
        (("variants", 1, "json"), "Statsig says: Required"),
        (("variants",), "Statsig says of variants[7].json: Required"),
    ]


def test_cookies_are_not_kept(faulty: Faulty, statsig: Statsig) -> None:
    faulty.faults["GET"] = Fault(answer(404, b"", {"Set-Cookie": "a=b; Path=/"}))
    statsig.find("an_id", Deadline(5))
    statsig.create(BODY, Deadline(5))
    assert "Cookie" not in headers_of(faulty)


def test_the_environment_is_not_asked(
    faulty: Faulty, statsig: Statsig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
def test_the_deadline_holds_whatever_the_other_side_does(
    faulty: Faulty, statsig: Statsig, call: Call, fault: Fault
) -> None:
    """The other side would go on for at least 20 s; the deadline is SHORT after it began."""
    deadline, begun = Deadline(LONG), list[float]()
    faulty.faults["*"] = fault
    faulty.met = lambda _: (begun.append(time.monotonic()), deadline.shorten(SHORT))  # type: ignore[assignment,func-returns-value]
    error = fails(call, statsig, deadline)
    assert time.monotonic() - begun[0] >= SHORT
    assert str(error) == LATE
    assert call is CALLS["find"] or isinstance(error, OutcomeUnknown)


def test_a_deadline_passes_by_itself_and_is_only_brought_forward(faulty: Faulty, statsig: Statsig) -> None:
    faulty.faults["*"] = Fault(silence)
    deadline = Deadline(SHORT)
    deadline.shorten(LONG)
    assert str(fails(CALLS["find"], statsig, deadline)) == LATE
    assert deadline.left == 0


def test_a_connection_that_is_gone_at_the_deadline_is_left_alone() -> None:
    watch = DeadlineTransport(Deadline(0)).watch
    with socket.socket() as gone:  # there is nothing to shut: this raises OSError, which no thread may die of
        watch.guard(gone)
        watch._guards[0][0].join(LONG)
        watch.close()


@pytest.mark.parametrize("call", [CALLS["create"], CALLS["find"]], ids=["create", "find"])
def test_after_the_deadline_nothing_is_sent(faulty: Faulty, statsig: Statsig, call: Call) -> None:
    error = fails(call, statsig, Deadline(0))
    assert isinstance(error, Unreachable) and str(error) == LATE
    assert faulty.asked == []


def test_the_pages_of_a_list_share_one_deadline(faulty: Faulty, statsig: Statsig) -> None:
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
def test_no_more_is_read_than_can_be_kept(
    faulty: Faulty, statsig: Statsig, call: Call, parts: tuple[bytes, bytes]
) -> None:
    said = 0

    def say(sock: Any) -> None:
        nonlocal said
        said = sock.send(parts[0])
        while said < 10 * LARGEST_READ:
            said += sock.send(parts[1])

    faulty.faults["*"] = Fault(say)
    fails(call, statsig)
    assert said < 3 * LARGEST_READ  # beside the cap, what lies in the buffers of the kernel


def sized(size: int) -> bytes:
    """A good answer of exactly so many bytes."""
    start = b'{"data": {"id": "an_id", "x": "'
    return start + b"x" * (size - len(start) - 3) + b'"}}'


def test_a_reply_may_be_as_long_as_its_request_makes_it(faulty: Faulty, statsig: Statsig) -> None:
    for body, longest in ((BODY, LARGEST_REPLY + 6 * len(BODY)), (BODY * 1000, LARGEST_REPLY + 6000 * len(BODY))):
        faulty.faults["POST"] = Fault(answer(201, sized(longest)))
        assert statsig.create(body, Deadline(10))["id"] == "an_id"
        faulty.faults["POST"] = Fault(answer(201, sized(longest + 1)))
        with pytest.raises(OutcomeUnknown, match="could not be read"):
            statsig.create(body, Deadline(10))


def test_a_read_may_be_as_long_as_a_page_of_a_list(faulty: Faulty, statsig: Statsig) -> None:
    faulty.faults["GET"] = Fault(answer(200, sized(LARGEST_READ)))
    assert statsig.find("an_id", Deadline(10))
    faulty.faults["GET"] = Fault(answer(200, sized(LARGEST_READ + 1)))
    with pytest.raises(Failed, match="could not be read"):
        statsig.find("an_id", Deadline(10))


@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_refusal_may_be_so_long_whatever_was_sent(faulty: Faulty, statsig: Statsig, status: int) -> None:
    body = json.dumps({"name": "x" * LARGEST_REFUSAL})
    for more, reason in ((0, "Statsig says: x"), (1, "Statsig did not accept this, and gave no reason.")):
        content = b'{"message": "x"}' + b" " * (LARGEST_REFUSAL - 16 + more)
        faulty.faults["POST"] = Fault(answer(status, content))
        with pytest.raises(Rejected) as refused:
            statsig.create(body, Deadline(10))
        assert [problem.message for problem in refused.value.errors] == [reason]


@every_call
@pytest.mark.parametrize("status", [202, 204, 302, 401, 403, 404, 429, 500, 503])
def test_where_the_status_says_all_the_body_is_not_waited_for(
    faulty: Faulty, statsig: Statsig, call: Call, status: int
) -> None:
    faulty.faults["*"] = Fault(drip(head(status, {"Content-Length": "10000000"}), b""))
    began = time.monotonic()
    if status == 404 and call in (CALLS["find"], CALLS["list"]):
        assert not call(statsig, Deadline(LONG))
    else:
        assert "broke off" not in str(fails(call, statsig))
    assert time.monotonic() - began < 10  # seconds; the other side is silent for 20


def test_an_answer_of_nothing_but_brackets_is_not_read(faulty: Faulty, statsig: Statsig) -> None:
    """Each costs many times its bytes of memory; what was sent may come back, however many it had."""
    content = b'{"data": {"id": "an_id", "x": [' + b"[]," * 300_000 + b"0]}}"
    faulty.faults["*"] = Fault(answer(200, content))
    assert "could not be read" in str(fails(CALLS["find"], statsig))
    assert statsig.create(content.decode(), Deadline(10))["id"] == "an_id"


def test_a_key_is_not_called_good_by_a_page(faulty: Faulty, statsig: Statsig) -> None:
    """Which some proxy or portal may have put in the way."""
    for content in (b"<html>Welcome</html>", b"", b"[]", b"null", b'"ok"'):
        faulty.faults["GET"] = Fault(answer(200, content))
        assert str(fails(CALLS["check"], statsig)) == "Statsig’s answer could not be read."
    faulty.faults["GET"] = Fault(answer(200, {"data": {}}))
    statsig.check_key(Deadline(10))


@pytest.mark.parametrize(
    ("size", "count"), [(1, 0), (1, 1), (1, 40), (7, 99), (99, 99), (99, 250), (100, 99), (100, 100), (100, 101)]
)
def test_a_list_is_read_to_its_end_whatever_the_size_of_a_page(size: int, count: int) -> None:
    with serving() as faulty:
        faulty.kept = [{"id": f"id_{number}"} for number in range(count)]
        faulty.on_a_page = size
        assert list(client(faulty.url).autotunes(Deadline(10))) == faulty.kept


def test_a_list_that_repeats_itself_ends(faulty: Faulty, statsig: Statsig) -> None:
    faulty.faults["GET"] = Fault(answer(200, {"data": [{"id": "one"}, {"id": ["odd"]}, "no autotune", {}]}))
    assert list(statsig.autotunes(Deadline(10))) == [{"id": "one"}, {"id": ["odd"]}, {}]
    assert len(faulty.gets) == 2


def test_a_list_without_end_is_given_up(faulty: Faulty, statsig: Statsig) -> None:
    faulty.kept = [{"id": f"id_{number}"} for number in range(60)]
    faulty.on_a_page = 1
    assert "more autotunes than can be looked through" in str(fails(CALLS["list"], statsig))


TELLING: dict[str, Say] = {
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
@pytest.mark.parametrize("say", TELLING.values(), ids=TELLING)
def test_no_error_and_no_log_tells_the_key(
    faulty: Faulty, statsig: Statsig, call: Call, say: Say, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    faulty.faults["*"] = Fault(say)
    error = fails(call, statsig)
    no_key_in(all_that_is_told(error) + caplog.text + "".join(map(repr, caplog.records)))


def all_that_is_told(error: BaseException | None) -> str:
    """Of an error and of everything that hangs on it."""
    told = ""
    while error is not None:
        told += "".join(traceback.format_exception(error)) + repr(error) + str(error) + repr(vars(error))
        error = error.__cause__ or error.__context__
    return told


def test_a_key_that_fits_no_header_is_not_told_either(faulty: Faulty, caplog: pytest.LogCaptureFixture) -> None:
    """The settings refuse such a key; should one get through, requests would print it in its error."""
    caplog.set_level(logging.DEBUG)
    for key in (f"{CANARY}\n", f"{CANARY}\r\nX: y", f" {CANARY}"):
        error = fails(CALLS["create"], client(faulty.url, key=key))
        assert isinstance(error, Unreachable)
        no_key_in(all_that_is_told(error) + caplog.text)
    assert faulty.asked == []


def test_the_representation_of_a_project_hides_its_key(statsig: Statsig) -> None:
    project = Project("real", Secret(CANARY), "https://statsigapi.net/console/v1")
    no_key_in(f"{project!r} {project} {project.fingerprint} {statsig!r} {vars(statsig)!r}")


def test_a_connection_that_fails_is_logged_without_the_key(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Unreachable):
        client("https://127.0.0.1:9").find("x", Deadline(2))
    (line,) = [record for record in caplog.records if record.name == "webapp.statsig.client"]
    assert (line.message, line.error, line.sent) == ("no answer from Statsig", "ConnectionError", False)  # type: ignore[attr-defined]
