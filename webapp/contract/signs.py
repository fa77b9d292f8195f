"""Signs that no page can show, so that nobody could read back what is sent, and signs that nobody sees on one."""

import re

# Control characters (tab and line feed are none here), halves of surrogate pairs, and what Unicode leaves unassigned
# for ever.
UNSHOWABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    r"\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe\U0003ffff\U0004fffe\U0004ffff\U0005fffe\U0005ffff"
    r"\U0006fffe\U0006ffff\U0007fffe\U0007ffff\U0008fffe\U0008ffff\U0009fffe\U0009ffff\U000afffe\U000affff"
    r"\U000bfffe\U000bffff\U000cfffe\U000cffff\U000dfffe\U000dffff\U000efffe\U000effff\U000ffffe\U000fffff"
    r"\U0010fffe\U0010ffff"
    r"]"
)

# Spaces that are none of the four plain ones, such as U+00A0; and what takes no place at all: soft hyphens, zero-width
# signs, marks of the direction of writing, fillers, tags.
ODD_SPACE = re.compile(r"[^\S \t\n\r]")
INVISIBLE = re.compile(
    r"[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)


def code_point(sign: str) -> str:
    """`U+0000`."""
    return f"U+{ord(sign):04X}"


def unseen(text: str) -> str:
    """What nobody sees of a text on one line, such as `the invisible sign U+200B`; blank where there is nothing."""
    if found := ODD_SPACE.search(text):
        return f"the invisible space {code_point(found[0])}"
    found = INVISIBLE.search(text)
    return f"the invisible sign {code_point(found[0])}" if found else ""


def visible(text: str) -> str:
    """The text with a sign in place of each that cannot be shown."""
    return UNSHOWABLE.sub("\ufffd", text)
