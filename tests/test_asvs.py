"""docs/asvs.md has a row for each item of ASVS 5.0 that a test can show, and the tests that it names exist."""

import ast
import re
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|\s*V\d.*$", DOCUMENT, re.M)]
NAMED_TESTS = sorted(set(re.findall(r"\btests/[\w/.]*::\w*", DOCUMENT)))

ITEMS = (
    *("V1.1.1", "V1.1.2", "V1.2.1", "V1.2.2", "V1.2.3", "V1.2.4", "V1.2.5", "V1.2.9", "V1.3.2", "V1.3.3", "V1.3.6"),
    *("V1.3.7", "V1.3.10", "V1.4.2", "V1.5.2", "V2.2.1", "V2.2.2", "V2.2.3", "V2.3.1", "V2.3.2", "V2.3.3", "V2.3.4"),
    *("V2.4.1", "V3.2.1", "V3.2.2", "V3.3.1", "V3.3.2", "V3.3.3", "V3.3.4", "V3.4.1", "V3.4.2", "V3.4.3", "V3.4.4"),
    *("V3.4.5", "V3.4.6", "V3.5.1", "V3.5.2", "V3.5.3", "V4.1.1", "V4.1.3", "V4.2.1", "V6.3.2", "V6.3.4", "V7.2.1"),
    *("V7.2.2", "V7.2.4", "V7.3.1", "V7.3.2", "V7.4.1", "V8.2.1", "V8.2.2", "V8.2.3", "V8.3.1", "V11.2.1", "V11.3.1"),
    *("V11.3.2", "V11.3.3", "V11.4.1", "V11.5.1", "V12.3.2", "V13.2.4", "V13.3.1", "V13.4.2", "V13.4.4", "V13.4.5"),
    *("V14.2.1", "V14.2.2", "V14.2.3", "V14.3.2", "V14.3.3", "V15.2.1", "V15.2.2", "V15.2.3", "V15.3.1", "V15.3.2"),
    *("V15.3.3", "V15.3.4", "V15.3.5", "V15.3.6", "V15.3.7", "V16.2.1", "V16.2.2", "V16.2.4", "V16.2.5", "V16.3.1"),
    *("V16.3.2", "V16.3.3", "V16.3.4", "V16.4.1", "V16.5.1", "V16.5.2", "V16.5.3"),
)


def test_each_item_has_one_row() -> None:
    assert len(ITEMS) == 92
    assert [row[0] for row in ROWS] == list(ITEMS)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_row_names_a_test_or_says_why_there_is_none(row: list[str]) -> None:
    _, requirement, tests = row
    assert requirement
    assert re.fullmatch(r"`tests/[^`]+`(, `tests/[^`]+`)*|not shown: .{10,}", tests)


@cache
def _tests_of(path: str) -> set[str]:
    body = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("named_test", NAMED_TESTS)
def test_each_named_test_exists(named_test: str) -> None:
    path, name = named_test.split("::")
    assert (ROOT / path).is_file(), f"there is no {path}"
    assert name in _tests_of(path), f"{path} has no {name}; perhaps {get_close_matches(name, _tests_of(path), 3, 0.3)}"
