"""`python -m bench`, or `python -m bench pages` for a part alone."""

import sys
import time
from collections.abc import Callable, Iterable

from . import browser, create, pages, planner, start
from .report import HEAD, Line

PARTS: dict[str, Callable[[], Iterable[Line]]] = {
    "pages": pages.lines,
    "create": create.lines,
    "browser": browser.lines,
    "start": start.lines,
    "planner": planner.lines,
}


def main(wanted: list[str]) -> None:
    if strangers := set(wanted) - set(PARTS):
        sys.exit(f"no such part: {', '.join(sorted(strangers))}; there are {', '.join(PARTS)}")
    began, seen = time.monotonic(), list[Line]()
    print(HEAD)
    for name in wanted or PARTS:
        for line in PARTS[name]():
            seen.append(line)
            print(line, flush=True)
    print(summary(seen), f"It took {time.monotonic() - began:.0f} s.")


def summary(seen: list[Line]) -> str:
    goals = [line for line in seen if line.goal]
    missed = [line for line in goals if not line.met]
    return f"\n{len(goals)} goals, {len(missed)} missed."


main(sys.argv[1:])
