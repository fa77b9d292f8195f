"""Statsig's Console API, as far as the desk needs it."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import requests
from requests.adapters import BaseAdapter
from urllib3.exceptions import HTTPError

from ..contract.errors import FieldError
from .deadline import CONNECT_TIMEOUT, Deadline
from .error_parsing import is_name_taken, parse_errors
from .errors import (
    ListTooLong,
    OutcomeUnknown,
    RateLimited,
    ReadFailed,
    Rejected,
    StatsigError,
    Unauthorized,
    Unreachable,
    capitalized,
)
from .project import Project
from .redaction import redact
from .responses import parse_json, parse_retry_after

log = logging.getLogger(__name__)

API_VERSION = "20240601"
SUCCESSES, REJECTIONS = (200, 201), (400, 409, 422)
MAX_RESPONSE_BYTES = 4 * 1024 * 1024  # autotunes may be large, and a page of a list holds many
MAX_ID = 500  # characters
PAGE_SIZE = 100  # autotunes
MAX_PAGES = 50
NOT_FOUND = "Statsig has no autotune with this ID."


class _Session(requests.Session):
    """Ignores the environment and redirects."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False  # no .netrc, no proxy of the environment may see the key

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Always None: a redirect would take the key elsewhere. Even if it is not followed, requests would read
        its whole body to prepare the next request."""


class _Response(NamedTuple):
    status: int
    retry_after: str | None
    value: Any


class StatsigClient:
    """One project's API. Every method may raise a StatsigError, and makes exactly one request a page.

    `open_transport` gives a new requests adapter for each request, bound to the deadline. Its `sent` says whether the
    request may have left this machine. `count` is called before each request; what it raises prevents the request.
    """

    def __init__(
        self,
        project: Project,
        open_transport: Callable[[Deadline], Any],
        review_header: str,
        count: Callable[[], None] = lambda: None,
    ) -> None:
        self._project = project
        self._open = open_transport
        self._review_header = review_header
        self._count = count

    def create(self, body: str, deadline: Deadline) -> dict[str, Any]:
        """Sends the one POST. Returns Statsig's `data`, whose `id` is a non-empty string."""
        response = self._request("POST", "/autotunes", deadline, body)
        data = _data(response.value)
        if response.status in SUCCESSES and isinstance(data, dict) and is_valid_id(data.get("id")):
            return data
        raise self._status_error(response) or OutcomeUnknown(self._unexpected_response(response, deadline))

    def start(self, autotune_id: str, deadline: Deadline) -> None:
        """Sends the one PUT. A success says that Statsig accepted it, not that it is started."""
        self._act(autotune_id, "start", "", deadline)

    def decide(self, autotune_id: str, variant_id: str, reason: str, deadline: Deadline) -> None:
        """Sends the one PUT that makes a variant the winner. A success says that Statsig accepted it, no more."""
        body = json.dumps({"id": variant_id, "decisionReason": reason})
        self._act(autotune_id, "make_decision", body, deadline)

    def _act(self, autotune_id: str, action: str, body: str, deadline: Deadline) -> None:
        response = self._request("PUT", f"/autotunes/{quote(autotune_id, safe='')}/{action}", deadline, body)
        if response.status == 404:
            raise Rejected([FieldError("", NOT_FOUND)])
        if response.status not in SUCCESSES or not isinstance(response.value, dict):
            raise self._status_error(response) or OutcomeUnknown(self._unexpected_response(response, deadline))

    def find(self, autotune_id: str, deadline: Deadline) -> dict[str, Any] | None:
        """The autotune with this id; None for a 404. The id must not be empty."""
        response = self._request("GET", f"/autotunes/{quote(autotune_id, safe='')}", deadline)
        data = _data(response.value)
        if response.status == 404 and deadline.left > 0:  # otherwise it may have been cut off, and proves nothing
            return None
        if response.status == 200 and isinstance(data, dict):
            return data
        raise self._status_error(response) or ReadFailed(self._unexpected_response(response, deadline))

    def autotunes(self, deadline: Deadline) -> Iterator[dict[str, Any]]:
        """All autotunes of the project, up to a page without a new one: Statsig may use other page sizes.

        Raises ListTooLong after MAX_PAGES, or at the deadline.
        """
        seen: set[str] = set()
        for page in range(1, MAX_PAGES + 1):
            data = self._page(page, deadline)
            new_items = [item for item in data if isinstance(item, dict) and str(item.get("id")) not in seen]
            if not new_items:
                return
            yield from new_items
            seen.update(str(item.get("id")) for item in new_items)
        raise ListTooLong

    def _page(self, page: int, deadline: Deadline) -> list[Any]:
        try:
            response = self._request("GET", f"/autotunes?limit={PAGE_SIZE}&page={page}", deadline)
        except StatsigError:
            if page > 1 and deadline.left <= 0:
                raise ListTooLong from None
            raise
        data = [] if response.status == 404 and deadline.left > 0 else _data(response.value)
        if response.status not in (200, 404) or not isinstance(data, list):
            raise self._status_error(response) or ReadFailed(self._unexpected_response(response, deadline))
        return data

    def redacted(self, value: Any) -> Any:
        """The value as a response would show it, for comparing it with one."""
        return redact(value, self._project.key)

    def check_key(self, deadline: Deadline) -> str:
        """Reads `/project`, the lightest check of a key. Returns the project's id, or an empty string."""
        data = self.read("/project", deadline)
        project_id = data.get("id") if isinstance(data, dict) else None
        return str(project_id) if is_valid_id(project_id) else ""

    def read(self, path: str, deadline: Deadline) -> Any:
        """The `data` of a path; None if the response has none."""
        return _data(self._read(path, deadline))

    def read_list(
        self, path: str, deadline: Deadline, max_pages: int, first_page: int = 1
    ) -> tuple[list[dict[str, Any]], int | None]:
        """The items of some pages of a list, and the next page: None if these are the last ones.

        A page that fails is the next one, unless it is the first.
        """
        separator = "&" if "?" in path else "?"
        items: list[dict[str, Any]] = []
        last: list[Any] = []
        for page in range(first_page, first_page + max_pages):
            try:
                value = self._read(f"{path}{separator}limit={PAGE_SIZE}&page={page}", deadline)
            except StatsigError:
                if page == first_page:
                    raise
                return items, page
            data = _data(value)
            if not isinstance(data, list) or not data or data == last:  # Statsig may ignore the number of the page
                return items, None
            items += [item for item in data if isinstance(item, dict)]
            if _is_last_page(value):
                return items, None
            last = data
        return items, first_page + max_pages

    def _read(self, path: str, deadline: Deadline) -> dict[str, Any]:
        response = self._request("GET", path, deadline)
        if response.status == 200 and isinstance(response.value, dict):
            return response.value
        raise self._status_error(response) or ReadFailed(self._unexpected_response(response, deadline))

    def _request(self, method: str, path: str, deadline: Deadline, body: str | None = None) -> _Response:
        self._count()
        transport = self._open(deadline)
        try:
            return self._send(transport, method, path, deadline, body)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            failure = self._connection_error(transport, deadline, error)
        finally:
            transport.close()
        raise failure  # outside the handler: as its context, the original error would expose the key

    def _send(self, transport: BaseAdapter, method: str, path: str, deadline: Deadline, body: str | None) -> _Response:
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
            value = parse_json(_read_body(response), self._project.key)
            return _Response(response.status_code, response.headers.get("Retry-After"), value)

    def _headers(self, body: str | None) -> dict[str, str]:
        headers = {
            "STATSIG-API-KEY": self._project.key.reveal(),
            "STATSIG-API-VERSION": API_VERSION,
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # a small body may unpack to a huge one
            "Connection": "close",
            "User-Agent": "autotune-desk",
        }
        if body:
            headers["Content-Type"] = "application/json"
        if body is not None and self._review_header:
            headers["x-respect-review-settings"] = self._review_header
        return headers

    def _status_error(self, response: _Response) -> StatsigError | None:
        """The error that a status means for any request, if it means one."""
        if response.status in (401, 403):
            return Unauthorized(response.status)
        if response.status == 429:
            return RateLimited(parse_retry_after(response.retry_after), self._project.destination)
        if response.status in REJECTIONS:
            errors = parse_errors(response.value)
            return Rejected(errors, is_name_taken(errors))
        return None

    def _unexpected_response(self, response: _Response, deadline: Deadline) -> str:
        if deadline.left <= 0:
            return self._timeout_message
        if response.status in SUCCESSES:
            return capitalized(f"{self._project.destination}’s response could not be read.")
        return capitalized(f"{self._project.destination} returned an unexpected response (status {response.status}).")

    def _connection_error(self, transport: Any, deadline: Deadline, error: Exception) -> StatsigError:
        """Without a connection nothing was sent; with one, the request may have arrived. The error itself is
        dropped, since it may contain the key."""
        log.warning("no response from Statsig", extra={"error": type(error).__name__, "sent": transport.sent})
        destination = self._project.destination
        if not transport.sent:
            return Unreachable(self._timeout_message if deadline.left <= 0 else f"Could not connect to {destination}.")
        if deadline.left <= 0:
            return OutcomeUnknown(self._timeout_message)
        return OutcomeUnknown(f"The connection to {destination} was lost ({type(error).__name__}).")

    @property
    def _timeout_message(self) -> str:
        return capitalized(f"{self._project.destination} did not respond in time.")


def _read_body(response: requests.Response) -> bytes:
    """The body; nothing where the status says all there is to know, or where it is compressed or too long."""
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if response.status_code not in SUCCESSES + REJECTIONS or encoding != "identity":
        return b""
    content: bytes = response.raw.read(MAX_RESPONSE_BYTES + 1, decode_content=False)
    return b"" if len(content) > MAX_RESPONSE_BYTES else content


def _data(value: Any) -> Any:
    return value.get("data") if isinstance(value, dict) else None


def _is_last_page(value: dict[str, Any]) -> bool:
    """Whether the response says so; `pagination` may be absent."""
    pagination = value.get("pagination")
    return isinstance(pagination, dict) and "nextPage" in pagination and not pagination["nextPage"]


def is_valid_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_ID
