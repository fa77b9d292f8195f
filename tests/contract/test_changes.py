"""What differs between two versions of a form."""

from typing import Any

import pytest

from webapp.contract.changes import changes

from .samples import form_data, row

RED, BLUE = row("red"), row("blue", '{"color": "blue"}')


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, []),
        (
            {"winnerThreshold": "95%"},
            {"winnerThreshold": "99%"},
            [("winnerThreshold", "Winner threshold", "95%", "99%")],
        ),
        ({"description": ""}, {"description": "New"}, [("description", "Description", "", "New")]),
        ({"explorationWindow": "168"}, {"explorationWindow": "168hrs"}, []),
        (
            {"attributionWindow": "2hr", "attributionWindowUnit": ""},
            {"attributionWindow": "2hr", "attributionWindowUnit": "min"},
            [("attributionWindow", "Attribution window", "2 hours", "2 minutes")],
        ),
        (
            {"variants": [RED, BLUE]},
            {"variants": [RED, {**BLUE, "size": "40"}]},
            [("variants", "Variant blue", '{"color": "blue"}', '{"color": "blue"}, share 40%')],
        ),
        (
            {"variants": [RED, RED]},
            {"variants": [RED, {**RED, "size": "40"}]},
            [("variants", "Variant red (2)", RED["json"], f"{RED['json']}, share 40%")],
        ),
        (
            {"variants": [RED, BLUE]},
            {"variants": [BLUE, RED]},
            [
                ("variants", "Default", "red", "blue"),
                ("variants", "Order of the variants", "red, blue", "blue, red"),
            ],
        ),
        (
            {"variants": [RED]},
            {"variants": [row("", ""), {**RED, "name": "dark red"}]},
            [
                ("variants", "Variant red", '{"color": "red"}', ""),
                ("variants", "Variant dark red", "", '{"color": "red"}'),
                ("variants", "Default", "red", "dark red"),
            ],
        ),
        ({"variants": [RED]}, {"variants": [RED, row("", "{}")]}, [("variants", "Variant 2", "", "{}")]),
    ],
)
def test_changes_are_listed_in_words(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, ...]]
) -> None:
    assert changes(form_data(**before), form_data(**after)) == expected
