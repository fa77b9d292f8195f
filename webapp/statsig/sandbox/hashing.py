"""Figures that look like chance and are always the same."""

from hashlib import sha256


def fraction(*parts: object) -> float:
    """From 0 up to 1, by the parts alone."""
    digest = sha256("\n".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48
