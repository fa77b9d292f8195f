"""`python -m tests.bench`, or `... pages` for one part alone; `--rounds 0` only checks that it still works."""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable

from . import browser, create, forecast, pages, start, table
from .report import HEAD, Line
from .timing import MAX_ROUNDS

# Each part takes the largest number of rounds to measure.
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
    parser.add_argument("--rounds", type=int, default=MAX_ROUNDS, help="how many at most")
    arguments = parser.parse_args()
    if unknown_parts := set(arguments.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown_parts))}; there are {', '.join(PARTS)}")
    measure(arguments.parts or list(PARTS), arguments.rounds)


def measure(parts: list[str], rounds: int) -> None:
    start_time, lines = time.monotonic(), list[Line]()
    print(HEAD)
    for name in parts:
        for line in PARTS[name](rounds):
            lines.append(line)
            print(line, flush=True)
    print(summary(lines), f"It took {time.monotonic() - start_time:.0f} s.")


def summary(lines: list[Line]) -> str:
    goals = [line for line in lines if line.goal]
    missed = [line for line in goals if not line.met]
    return f"\n{len(goals)} goals, {len(missed)} missed."


main()
