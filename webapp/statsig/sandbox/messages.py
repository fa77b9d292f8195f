"""Requests and replies in the shapes of Statsig's Console API."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from .storage import Storage

API_URL = "https://sandbox.invalid/console/v1"
DEFAULT_LIMIT, MAX_LIMIT = 10, 100  # entries of a page

_PREFIX = urlsplit(API_URL).path

Reply = tuple[int, Any]


class Refusal(Exception):
    """The request is answered with an error. `errors`: the message of each invalid property."""

    def __init__(self, status: int, message: str, errors: Sequence[tuple[str, str]] = ()) -> None:
        listed = [{"property": name, "errorMessage": text} for name, text in errors]
        self.reply: Reply = status, {"status": status, "message": message} | ({"errors": listed} if listed else {})


@dataclass(frozen=True)
class Call:
    """A request at the time `now`, of which the client waits `timeout` seconds for the reply.

    `steps` is the path below the API's address: `("autotunes", "button_color_test", "start")`.
    """

    method: str
    steps: tuple[str, ...]
    query: dict[str, list[str]]
    body: Any
    now: float
    timeout: float
    storage: Storage

    def values(self, *names: str) -> list[str]:
        """What a parameter lists, separated by commas or repeated."""
        return [value for name in names for text in self.query.get(name, []) for value in text.split(",")]

    def value(self, name: str) -> str | None:
        return self.query.get(name, [None])[0]

    def day(self, name: str) -> date | None:
        """Raises Refusal where it is not in the form of 2026-01-31."""
        text = self.value(name)
        try:
            return None if text is None else date.fromisoformat(text)
        except ValueError:
            raise invalid() from None

    def number(self, name: str, default: int) -> int:
        """Raises Refusal where it is not a whole number from 1 on."""
        text = self.query.get(name, [str(default)])[0]
        if not re.fullmatch("[1-9][0-9]{0,8}", text):
            raise invalid()
        return int(text)


def call_to(url: str, method: str, body: Any, now: float, timeout: float, storage: Storage) -> Call:
    parts = urlsplit(url)
    steps = tuple(unquote(step) for step in parts.path.removeprefix(_PREFIX).strip("/").split("/"))
    return Call(method, steps, parse_qs(parts.query), body, now, timeout, storage)


def invalid(*errors: tuple[str, str]) -> Refusal:
    if errors:
        return Refusal(400, "Bad Request Exception", errors)
    return Refusal(400, "Invalid request. Please check the request input and try again.")


def read(message: str, data: Any) -> Reply:
    return 200, {"message": message, "data": data}


def listed(call: Call, message: str, entries: Sequence[Any]) -> Reply:
    """One page of the entries."""
    limit, page = min(call.number("limit", DEFAULT_LIMIT), MAX_LIMIT), call.number("page", 1)
    pagination = {
        "itemsPerPage": limit,
        "pageNumber": page,
        "totalItems": len(entries),
        "nextPage": _page_address(call, page + 1, limit) if page * limit < len(entries) else None,
        "previousPage": _page_address(call, page - 1, limit) if page > 1 else None,
        "all": _PREFIX + "/" + "/".join(call.steps),
    }
    shown = list(entries[limit * (page - 1) : limit * page])
    return 200, {"message": message, "data": shown, "pagination": pagination}


def _page_address(call: Call, page: int, limit: int) -> str:
    query = call.query | {"page": [str(page)], "limit": [str(limit)]}
    return f"{_PREFIX}/{'/'.join(call.steps)}?{urlencode(query, doseq=True)}"
