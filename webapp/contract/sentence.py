"""What an autotune will do, in one sentence."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from .form import AutotuneForm

MAX_NAMED = 4  # variants
NOTHING_YET = "Name the variants and the success event to see a summary."


class Piece(NamedTuple):
    """A part of the sentence; what the user named stands out."""

    text: str
    strong: bool = False


def describe(form: AutotuneForm) -> list[Piece]:
    """Of what is filled in so far, valid or not."""
    names = [name for variant in form.variants if (name := variant.form.name.typed.strip())]
    event = form.successEvent.typed.strip()
    if not (names or event):
        return [Piece(NOTHING_YET)]
    return [*_variants(names), *_event(event), Piece(f": {_course(form)}.")]


def _variants(names: list[str]) -> Iterator[Piece]:
    if not names:
        yield Piece("The variants")
        return
    named = names if len(names) <= MAX_NAMED else names[: MAX_NAMED - 1]
    others = len(names) - len(named)
    for position, name in enumerate(named):
        if position:
            yield Piece(", " if others or position < len(named) - 1 else " or ")
        yield Piece(name, strong=True)
    if others:
        yield Piece(f" or {others} others")


def _event(event: str) -> Iterator[Piece]:
    yield Piece(", by ")
    yield Piece(event, strong=True) if event else Piece("a success event")


def split_words(form: AutotuneForm) -> str:
    """How traffic is split at first: "even split", or the shares, such as "60/40 split"."""
    shares = [variant.form.size.typed.strip() for variant in form.variants]
    if not any(shares):
        return "even split"
    return f"{'/'.join(shares)} split" if all(shares) and len(shares) <= MAX_NAMED else "split by share"


def _course(form: AutotuneForm) -> str:
    window: Any = form.explorationWindow.choice
    split = split_words(form)
    start = f"{'an' if split == 'even split' else 'a'} {split}" + (f" for {window.short_label}" if window else "")
    if form.isContextual.data:
        return f"{start}, then whatever suits each user; no winner"
    threshold: Any = form.winnerThreshold.choice
    return f"{start}, then whichever works" + (f"; wins at {threshold.label}" if threshold else "")
