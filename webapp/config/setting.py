"""What one setting is, and what several of them share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Setting:
    """`default` is written as in the environment; `read` raises ValueError with what to do.

    `secret` is never shown, and may look like a key of Statsig; no other setting may.
    """

    name: str
    default: str
    purpose: str
    read: Callable[[str], Any]
    secret: bool = False


def whole(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ValueError(f"give a whole number from {least} to {most}")
    return int(text)
