"""Values that must not be printed."""

import re

# The keys of any Statsig project; for case-insensitive patterns.
KEY_SHAPE = r"(?:console|secret)(?:-|%2d)[a-z0-9]{20,}"
_KEY = re.compile(KEY_SHAPE, re.IGNORECASE)
REMOVED = "[removed]"
# What holds keys in a curl command, unless it is a variable or a placeholder.
_VALUE = r"(?![$<{]|\[removed\])[^'\"\r\n\\]+"
_IN_COMMAND = re.compile(
    rf"(?P<header>\b(?:statsig-api-key|(?:proxy-)?authorization|x-api-key|cookie)['\"]?+\s*+:\s*+['\"]?+){_VALUE}"
    r"|(?P<option>\s(?:-u|-b|--user|--cookie|--oauth2-bearer|--proxy-user)(?:\s++|=)?+)"
    r"(?:'[^']+'|\"[^\"]+\"|(?![$<])[^\s'\"]+)"
    r"|(?P<url>://)[^/@\s'\"]+(?=@)",
    re.IGNORECASE,
)


def looks_like_key(text: str) -> bool:
    return bool(_KEY.search(text))


def remove_keys(text: str) -> str:
    """The text with `[removed]` in place of what looks like a Statsig key."""
    return _KEY.sub(REMOVED, text)


def remove_credentials(command: str) -> str:
    """A curl command, or another text of a request, without keys, passwords and cookies."""
    command = _IN_COMMAND.sub(lambda match: (match["header"] or match["option"] or match["url"]) + REMOVED, command)
    return remove_keys(command)


class Secret:
    """Keeps a secret out of logs, tracebacks and pages; `reveal` returns it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)
