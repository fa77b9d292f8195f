"""`python -m tests.bench`, or `... pages` for one part alone; `--rounds 0` only checks that it still works."""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable

from . import browser, create, forecast, pages, start, table
from .report import HEAD, Line
from .timing import MANY

# Each takes how many rounds to measure at most.
PARTS: dict[str, Callable[[int], Iterable[Line]]] = {
    "pages": pages.lines,
    "create": create.lines,
    "browser": browser.lines,
    "start": start.lines,
    "table": table.lines,
    "forecast": forecast.lines,
}


def main() -> None:
    parser = ArgumentParser("python -m tests.bench")
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=MANY, help="at most so many")
    asked = parser.parse_args()
    if strangers := set(asked.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(strangers))}; there are {', '.join(PARTS)}")
    measure(asked.parts or list(PARTS), asked.rounds)


def measure(parts: list[str], rounds: int) -> None:
    began, seen = time.monotonic(), list[Line]()
    print(HEAD)
    for name in parts:
        for line in PARTS[name](rounds):
            seen.append(line)
            print(line, flush=True)
    print(summary(seen), f"It took {time.monotonic() - began:.0f} s.")


def summary(seen: list[Line]) -> str:
    goals = [line for line in seen if line.goal]
    missed = [line for line in goals if not line.met]
    return f"\n{len(goals)} goals, {len(missed)} missed."


main()
