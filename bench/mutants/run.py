"""Mutant after mutant, in as many processes as there are trees."""

import os
import signal
import time
from collections import Counter
from dataclasses import dataclass

from .covering import Covering, covering
from .faults import ROOT, Mutant
from .trees import Tree

# Which tests may notice a fault; only those that run through the changed function are tried.
TESTS = {"contract": ("tests/contract",), "autotunes": ("tests/once", "tests/web", "tests/auth", "tests/cli")}
TESTS_FAILED = 1  # what pytest ends with
MOST_DOUBTS = 2  # failures of a mutant that were not seen again
LONG = ("test_schedules.py", "test_state_machine.py")  # they kill what the others kill, and take minutes


def files_for(package: str) -> list[str]:
    found = [path for name in TESTS[package] for path in sorted((ROOT / name).glob("test_*.py"))]
    return [path.relative_to(ROOT).as_posix() for path in found if path.name not in LONG]


@dataclass
class Running:
    """`suspect` is the test that failed and is tried once more, alone: on a busy machine some fail by themselves."""

    tree: Tree
    mutant: Mutant
    until: float
    suspect: str = ""
    doubts: int = 0


class Run:
    def __init__(self, trees: list[Tree], patience: float) -> None:
        self.free, self.patience = trees, patience
        self.running: dict[int, Running] = {}
        self.covering: dict[str, Covering] = {}
        self.counts: Counter[tuple[str, str]] = Counter()
        self.remaining: list[tuple[str, Mutant]] = []

    def sound(self, package: str) -> bool:
        """Whether the unchanged tree passes, so that a failure means something; what covers what is seen by the way."""
        seen = covering(self.free[0], package, files_for(package))
        if seen:
            self.covering[package] = seen
        return seen is not None

    def all(self, mutants: list[Mutant], ends: float) -> None:
        try:
            for mutant in mutants:
                self._next(mutant, ends)
            while self.running:
                self._wait()
        finally:
            for pid in self.running:
                os.kill(pid, signal.SIGKILL)

    def _next(self, mutant: Mutant, ends: float) -> None:
        while not self.free:
            self._wait()
        if time.monotonic() > ends:
            self.counts[mutant.package, "not run"] += 1
        else:
            self._start(mutant)

    def _start(self, mutant: Mutant) -> None:
        tree = self.free.pop()
        tree.put(mutant)
        self._try(Running(tree, mutant, 0.0))

    def _try(self, each: Running) -> None:
        """All tests that fit, or the suspect alone."""
        tests = [each.suspect] if each.suspect else self.covering[each.mutant.package].tests(each.mutant)
        if tests:
            each.until = time.monotonic() + self.patience
            self.running[each.tree.start(tests)] = each
        else:
            self._over(each, "survived")

    def _wait(self) -> None:
        time.sleep(0.05)
        for pid, each in list(self.running.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self.running[pid]
                self._ended(each, os.waitstatus_to_exitcode(status))
            elif time.monotonic() > each.until:
                del self.running[pid]
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                self._over(each, "too slow")

    def _ended(self, each: Running, code: int) -> None:
        if code == TESTS_FAILED and not each.suspect and each.tree.failed():
            each.suspect = each.tree.failed()
            self._try(each)
        elif code:
            self._over(each, "killed")
        elif not each.suspect:
            self._over(each, "survived")
        elif each.doubts < MOST_DOUBTS:
            each.suspect, each.doubts = "", each.doubts + 1
            self._try(each)
        else:
            self._over(each, "unclear")

    def _over(self, each: Running, verdict: str) -> None:
        if verdict != "killed":
            self.remaining.append((verdict, each.mutant))
        each.tree.restore(each.mutant)
        self.free.append(each.tree)
        self.counts[each.mutant.package, verdict] += 1
        print(f"{verdict:9} {each.mutant}  by {each.suspect or 'none'}", flush=True)
