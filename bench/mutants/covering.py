"""Which tests run through a function: seen once, in a tree without a mutant, while coverage counts test by test."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from coverage import CoverageData

from .faults import Mutant
from .trees import Tree


@dataclass
class Covering:
    """`seconds` of each test; `through` of each module of the package, by line, the tests that run through it."""

    seconds: dict[str, float]
    through: dict[Path, dict[int, list[str]]]

    def tests(self, mutant: Mutant) -> list[str]:
        """The quickest first; of what stands in no function, all."""
        found = set(self._through(mutant)) if mutant.lines else set(self.seconds)
        return sorted(found, key=lambda name: self.seconds[name])

    def _through(self, mutant: Mutant) -> Iterator[str]:
        for line, contexts in self.through[mutant.path].items():
            if line in mutant.lines:
                yield from (name.rpartition("|")[0] for name in contexts if name)


class _Times:
    """A plugin that adds up what each test takes."""

    def __init__(self, file: Path) -> None:
        self._file, self._seconds = file, dict[str, float]()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid] = self._seconds.get(report.nodeid, 0.0) + report.duration

    def pytest_sessionfinish(self) -> None:
        self._file.write_text(json.dumps(self._seconds))


def covering(tree: Tree, package: str, files: list[str]) -> Covering | None:
    """None where a test fails without any mutant."""
    times, counted = tree.place / "times.json", tree.place / ".coverage"
    options = [f"--cov=webapp/{package}", "--cov-context=test", "--cov-report=", *files]
    if os.waitpid(tree.start(options, [_Times(times)]), 0)[1]:
        return None
    data = CoverageData(str(counted))
    data.read()
    through = {Path(path).relative_to(tree.place): data.contexts_by_lineno(path) for path in data.measured_files()}
    return Covering(json.loads(times.read_text()), through)
