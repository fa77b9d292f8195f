"""Signs that no page can show, so that nobody could read back what is sent."""

import re

# Control characters (tab and line feed are none here), halves of surrogate pairs, and what Unicode leaves unassigned
# for ever.
UNSHOWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def code_point(sign: str) -> str:
    """`U+0000`."""
    return f"U+{ord(sign):04X}"


def visible(text: str) -> str:
    """The text with a sign in place of each that cannot be shown."""
    return UNSHOWABLE.sub("\ufffd", text)
