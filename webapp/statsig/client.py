"""Statsig's Console API, as far as the desk needs it."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

import requests
from requests.adapters import BaseAdapter
from urllib3.exceptions import HTTPError

from ..config import Secret
from .deadline import CONNECT_TIMEOUT, Deadline
from .error_parsing import name_taken, reasons
from .errors import (
    Failed,
    ListTooLong,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    StatsigError,
    Unauthorized,
    Unreachable,
    capitalized,
)
from .redaction import redact
from .responses import asked_wait, marks_of, read_reply, rows_of

log = logging.getLogger(__name__)

API_VERSION = "20240601"
SUCCESSES, REFUSALS = (200, 201), (400, 409, 422)
LARGEST_REPLY = 64 * 1024  # bytes, beside what the reply may repeat of the request
LARGEST_REFUSAL = 256 * 1024
LARGEST_READ = 4 * 1024 * 1024  # bytes; autotunes may be large, and a page of a list holds many
LONGEST_ID = 500  # signs; more of them are no id that anybody could use
PAGE = 100  # autotunes a page
MAX_PAGES = 50
_ECHO = 6  # bytes at most that a sign of the request takes in the reply, as \u00e9


class Transport(Protocol):
    """A requests adapter that knows whether the request may have left this machine."""

    @property
    def sent(self) -> bool: ...


@dataclass(frozen=True)
class Project:
    """A Statsig project that the desk may create in. Rows are bound to it by `name`."""

    name: str
    key: Secret
    api_url: str
    sandbox: bool = False

    @property
    def place(self) -> str:
        return place_name(self.sandbox)

    @property
    def fingerprint(self) -> str:
        """Short, and says nothing of the key."""
        return fingerprint(self.api_url, self.key)


def place_name(sandbox: bool) -> str:
    """Who answers and where autotunes are created, in words."""
    return "the sandbox" if sandbox else "Statsig"


def fingerprint(api_url: str, key: Secret) -> str:
    return sha256(f"{api_url}\n{key.reveal()}".encode()).hexdigest()[:8]


class _Session(requests.Session):
    """Knows neither the environment nor redirects."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False  # no .netrc, no proxy of the environment may see the key

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, always: a redirect would carry the key, and a create, elsewhere. Even where it is not followed,
        requests would read its whole body, however long, to prepare the next request."""


class _Reply(NamedTuple):
    status: int
    retry_after: str | None
    value: Any


class Statsig:
    """One project's API. Every method may raise a StatsigError, and makes exactly one request a page.

    `open_transport` gives a fresh transport for each request, bound to the deadline.
    """

    def __init__(self, project: Project, open_transport: Callable[[Deadline], Any], review: str) -> None:
        self._project = project
        self._open = open_transport
        self._review = review

    def create(self, body: str, deadline: Deadline) -> dict[str, Any]:
        """Sends the one POST. Returns Statsig's `data`, whose `id` is a non-empty string."""
        reply = self._request("POST", "/autotunes", deadline, body)
        data = _data(reply.value)
        if reply.status in SUCCESSES and isinstance(data, dict) and is_id(data.get("id")):
            return data
        raise self._refusal(reply, rows_of(body)) or OutcomeUnknown(self._unclear(reply, deadline))

    def find(self, autotune_id: str, deadline: Deadline) -> dict[str, Any] | None:
        """What Statsig holds under an id; None for a 404. The id must not be empty."""
        reply = self._request("GET", f"/autotunes/{quote(autotune_id, safe='')}", deadline)
        data = _data(reply.value)
        if reply.status == 404 and deadline.left > 0:  # otherwise it was cut off, and proves nothing
            return None
        if reply.status == 200 and isinstance(data, dict):
            return data
        raise self._refusal(reply) or Failed(self._unclear(reply, deadline))

    def autotunes(self, deadline: Deadline) -> Iterator[dict[str, Any]]:
        """All that the project has, until a page says nothing new: how much Statsig puts on one is its own affair.

        Raises ListTooLong where that would take more than MAX_PAGES, or longer than the deadline.
        """
        seen: set[str] = set()
        for page in range(1, MAX_PAGES + 1):
            data = self._page(page, deadline)
            fresh = [item for item in data if isinstance(item, dict) and str(item.get("id")) not in seen]
            if not fresh:
                return
            yield from fresh
            seen.update(str(item.get("id")) for item in fresh)
        raise ListTooLong

    def _page(self, page: int, deadline: Deadline) -> list[Any]:
        try:
            reply = self._request("GET", f"/autotunes?limit={PAGE}&page={page}", deadline)
        except StatsigError:
            if page > 1 and deadline.left <= 0:
                raise ListTooLong from None
            raise
        data = [] if reply.status == 404 and deadline.left > 0 else _data(reply.value)
        if reply.status not in (200, 404) or not isinstance(data, list):
            raise self._refusal(reply) or Failed(self._unclear(reply, deadline))
        return data

    def redacted(self, value: Any) -> Any:
        """A value as it would come back: whoever compares it with an answer has to hide the same in both."""
        return redact(value, self._project.key)

    def check_key(self, deadline: Deadline) -> str:
        """Reads `/project`, the lightest check of a key; returns the project's id, blank where the answer has none."""
        reply = self._request("GET", "/project", deadline)
        if reply.status != 200 or not isinstance(reply.value, dict):
            raise self._refusal(reply) or Failed(self._unclear(reply, deadline))
        data = _data(reply.value)
        project_id = data.get("id") if isinstance(data, dict) else None
        return str(project_id) if is_id(project_id) else ""

    def _request(self, method: str, path: str, deadline: Deadline, body: str | None = None) -> _Reply:
        transport = self._open(deadline)
        try:
            return self._exchange(transport, method, path, deadline, body)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            failure = self._no_reply(transport, deadline, error)
        finally:
            transport.close()
        raise failure  # out here, so that it does not carry the error, which may hold the key

    def _exchange(self, transport: BaseAdapter, method: str, path: str, deadline: Deadline, body: str | None) -> _Reply:
        session = _Session()
        session.mount("https://", transport)
        session.mount("http://", transport)
        with session.request(
            method,
            self._project.api_url + path,
            headers=self._headers(body),
            data=None if body is None else body.encode(),
            timeout=(min(CONNECT_TIMEOUT, deadline.left or 0.001), deadline.left or 0.001),
            allow_redirects=False,
            stream=True,
        ) as response:
            content = _content(response, _longest(response.status_code, body))
            return _Reply(
                response.status_code,
                response.headers.get("Retry-After"),
                read_reply(content, self._project.key, marks_of((body or "").encode())),
            )

    def _headers(self, body: str | None) -> dict[str, str]:
        headers = {
            "STATSIG-API-KEY": self._project.key.reveal(),
            "STATSIG-API-VERSION": API_VERSION,
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # a small reply may unpack to a huge one
            "Connection": "close",
            "User-Agent": "autotune-desk",
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
            if self._review:
                headers["x-respect-review-settings"] = self._review
        return headers

    def _refusal(self, reply: _Reply, rows: int = 0) -> StatsigError | None:
        """The error that a status means for any request, with so many variants, if it means one."""
        if reply.status in (401, 403):
            return Unauthorized(reply.status)
        if reply.status == 429:
            return RateLimited(asked_wait(reply.retry_after), self._project.place)
        if reply.status in REFUSALS:
            problems = reasons(reply.value, rows)
            return Rejected(problems, name_taken(problems))
        return None

    def _unclear(self, reply: _Reply, deadline: Deadline) -> str:
        if deadline.left <= 0:
            return self._late
        if reply.status in SUCCESSES:
            return capitalized(f"{self._project.place}’s answer could not be read.")
        return capitalized(f"{self._project.place} answered {reply.status}, which says neither yes nor no.")

    def _no_reply(self, transport: Transport, deadline: Deadline, error: Exception) -> StatsigError:
        """Without a connection nothing was sent; after it, who knows. The error may hold the key: it stops here."""
        log.warning("no answer from Statsig", extra={"error": type(error).__name__, "sent": transport.sent})
        place = self._project.place
        if not transport.sent:
            return Unreachable(self._late if deadline.left <= 0 else f"No connection to {place} could be made.")
        if deadline.left <= 0:
            return OutcomeUnknown(self._late)
        return OutcomeUnknown(f"The connection to {place} broke off ({type(error).__name__}).")

    @property
    def _late(self) -> str:
        return capitalized(f"{self._project.place} did not answer in time.")


def _longest(status: int, body: str | None) -> int:
    """How many bytes of an answer are read: none where the status says all that there is to know."""
    if status in REFUSALS:
        return LARGEST_REFUSAL
    if status not in SUCCESSES:
        return 0
    return LARGEST_READ if body is None else LARGEST_REPLY + _ECHO * len(body)


def _content(response: requests.Response, limit: int) -> bytes:
    """The body, or nothing where it is packed or longer than `limit`: neither can be read safely."""
    if not limit or response.headers.get("Content-Encoding", "identity").lower() != "identity":
        return b""
    content: bytes = response.raw.read(limit + 1, decode_content=False)
    return b"" if len(content) > limit else content


def _data(value: Any) -> Any:
    return value.get("data") if isinstance(value, dict) else None


def is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID
