"""`python -m bench.mutants contract autotunes`: small faults put into a package, each of which a test must notice.

Every mutant is one changed comparison, `and`, `or`, `not`, number, truth value or return; texts are left alone. It runs
in a copy of the tree against the tests that run through the changed function, the quickest first, and ends at the first
that fails. A failure counts when that test fails again, alone. A mutant that outlasts `--patience` is too slow: the
tests hang, or the machine is busy.
"""

import argparse
import importlib
import random
import signal
import sys
import tempfile
import time
from itertools import groupby
from pathlib import Path

from .faults import ROOT, Mutant, mutants
from .run import TESTS, Run
from .trees import Tree

# Not Hypothesis: pytest wants to read it itself.
PRELOADED = ("alembic", "authlib", "flask_wtf", "html5lib", "numpy", "requests", "sqlalchemy.orm", "wtforms")


def chosen(package: str, count: int, seed: int, only: str) -> list[Mutant]:
    """`count` mutants of a package, picked by the seed; all where there are fewer."""
    paths = sorted((ROOT / "webapp" / package).glob("*.py"))
    everything = [each for path in paths for each in mutants(path.relative_to(ROOT), package) if only in str(each)]
    picked = random.Random(seed).sample(everything, min(count, len(everything)))  # noqa: S311
    print(f"{package}: {len(picked)} of {len(everything)} mutants")
    return picked


def report(run: Run) -> None:
    for package, counts in groupby(sorted(run.counts.items()), key=lambda each: each[0][0]):
        print(f"\n{package}: " + ", ".join(f"{count} {verdict}" for (_, verdict), count in counts))
    for verdict, mutant in sorted(run.remaining, key=lambda each: (each[1].path, each[1].line)):
        print(f"{verdict:9} {mutant}")


def main() -> None:
    asked = _asked()
    ends = time.monotonic() + 60 * asked.minutes
    todo = [each for package in asked.packages for each in chosen(package, asked.count, asked.seed, asked.only)]
    for name in PRELOADED:
        importlib.import_module(name)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # not without its processes and folders
    with tempfile.TemporaryDirectory() as folder:
        run = Run([Tree(Path(folder) / str(number)) for number in range(asked.workers)], asked.patience)
        for package in asked.packages:
            if not run.sound(package):
                sys.exit(f"the tests of {package} fail without any mutant")
        run.all(todo, ends)
    report(run)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.mutants")
    parser.add_argument("packages", nargs="+", choices=list(TESTS))
    parser.add_argument("--count", type=int, default=10_000, help="at most so many of each package")
    parser.add_argument("--seed", type=int, default=1, help="which ones, where there are more")
    parser.add_argument("--minutes", type=float, default=120, help="after that no other is started")
    parser.add_argument("--patience", type=float, default=120, help="seconds for the tests of one mutant")
    parser.add_argument("--workers", type=int, default=2, help="processes at the same time")
    parser.add_argument("--only", default="", help="those whose file, line or change holds this text")
    return parser.parse_args()


main()
