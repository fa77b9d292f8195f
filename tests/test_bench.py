"""Each part of `make bench` runs (`make soak` runs it without rounds), and compares a figure with its goal."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.report import AtMost, Line, Under

ROOT = Path(__file__).parents[1]
BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium")

# The parts, with a label in the output for each thing that a part measures.
PARTS = {
    "pages": ["form, CPU, gzip", "form with 100 variants", "form, requests a second, gzip"],
    "create": ["whole create", "beside the same requests without the desk"],
    "browser": ["first load, bytes on the wire", "requests to other hosts", "first paint"],
    "start": ["ready on a fresh data folder", "ready on an existing data folder", "memory (RSS)"],
    "table": ["list", "filter", "duplicate", "create", "search"],
    "forecast": ["forecast with comparison", "a forecast on the page", "10 variants"],
}


@pytest.mark.soak
@pytest.mark.parametrize("part", PARTS)
def test_part_of_the_benchmark_runs(part: str) -> None:
    if part == "browser" and not BROWSER:
        pytest.skip("no chromium was found: install it, or name it in CHROMIUM")
    command = [sys.executable, "-m", "tests.bench", part, "--rounds", "0"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert [label for label in PARTS[part] if label not in result.stdout] == []


def test_every_part_of_the_benchmark_is_tested() -> None:
    command = [sys.executable, "-m", "tests.bench", "nothing"]
    stderr = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False).stderr
    assert re.findall(r"there are (.*)", stderr) == [", ".join(PARTS)]


@pytest.mark.parametrize(
    ("goal", "figure", "met"),
    [(AtMost(90), 90, True), (AtMost(90), 90.1, False), (Under(90), 89.9, True), (Under(90), 90, False)],
)
def test_at_most_includes_its_limit_and_under_excludes_it(goal: AtMost, figure: float, met: bool) -> None:
    line = Line("memory", figure, "MB", None, goal)
    assert line.met == met
    assert str(line).endswith(f"{goal}: {'met' if met else 'MISSED'}")


def test_figure_near_its_limit_is_not_rounded_to_it() -> None:
    assert "89.9 MB" in str(Line("memory", 89.9, "MB", None, Under(90)))
