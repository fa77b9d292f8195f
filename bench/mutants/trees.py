"""Where it is changed: in a copy of the tree, which tests itself in a process of its own."""

import os
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from .faults import ROOT, Mutant

NEEDED = ("webapp", "templates", "static", "tests", "pyproject.toml")


class Tree:
    """A copy of what the tests need, in which one module at a time is changed."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.said = place / "said.txt"
        for name in NEEDED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, place / name)
        self.sources = {path: path.read_text() for path in (place / "webapp").rglob("*.py")}

    def put(self, mutant: Mutant) -> None:
        self._write(self.place / mutant.path, mutant.source)

    def restore(self, mutant: Mutant) -> None:
        path = self.place / mutant.path
        self._write(path, self.sources[path])

    def _write(self, path: Path, source: str) -> None:
        path.write_text(source)
        for stale in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            stale.unlink()  # a change within the same second and of the same length would go unseen

    def start(self, tests: list[str], plugins: Sequence[object] = ()) -> int:
        """The process that runs these tests; it is a fork, so that the libraries are read only once."""
        if pid := os.fork():
            return pid
        try:
            os._exit(self._test(tests, plugins))
        finally:
            os._exit(2)

    def _test(self, tests: list[str], plugins: Sequence[object]) -> int:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.chdir(self.place)
        said = os.open(self.said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        sys.path[:] = [str(self.place), *(each for each in sys.path if each not in ("", str(ROOT)))]
        options = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0"]
        code = int(pytest.main([*options, f"--basetemp={self.place / 'tmp'}", *tests], plugins))
        sys.stdout.flush()
        return code

    def failed(self) -> str:
        """The test that failed, or nothing where not even that could be read."""
        lines = self.said.read_text(errors="replace").splitlines()
        named = (line.partition(" ")[2] for line in lines if line.startswith(("FAILED ", "ERROR ")))
        return next(named, "").partition(" - ")[0]
