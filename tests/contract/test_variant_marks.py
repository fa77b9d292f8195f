"""Marks in the cells of the table of variants, and the advice about the same keys."""

from typing import Any

import pytest

from webapp.contract.variant_marks import MAX_COMPARED, MAX_MARKS, variant_marks


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([{"color": 1}, {"color": 2}], []),
        ([{"color": "a"}, {"colour": "b"}], [(1, "colour", "Is this “color”?")]),
        ([{"colour": "a"}, {"color": "b"}, {"color": "c"}], [(0, "colour", "Is this “color”?")]),
        ([{"color": "a", "colour": "b"}, {"color": "c"}], [(1, "colour", "The parameter “colour” is missing")]),
        ([{"color": "a", "size": 1}, {"color": "b"}], [(1, "size", "The parameter “size” is missing")]),
        (
            [{"size": 1}, {"weight": 1}],
            [(1, "size", "The parameter “size” is missing"), (0, "weight", "The parameter “weight” is missing")],
        ),
        ([{"a": 1}, {"a": "1"}, {"a": 2.5}], [(1, "a", "The other variants have a number here")]),
        ([{"a": True}, {"a": 1}, {"a": False}], [(1, "a", "The other variants have true or false here")]),
        ([{"a": 1}, None, [1], "text"], []),
        ([], []),
    ],
)
def test_cell_that_differs_from_the_others_is_marked(values: list[Any], expected: list[tuple[int, str, str]]) -> None:
    assert variant_marks(values) == expected


def test_many_keys_are_not_compared_and_marks_are_limited() -> None:
    objects = [{f"key {number}": 1 for number in range(start, start + 300)} for start in (0, 1)]
    marks = variant_marks(objects)
    assert all(message.endswith("is missing") for _, _, message in marks) and len(objects[0]) > MAX_COMPARED
    assert len(variant_marks([{f"a{number}": 1} for number in range(40)])) == MAX_MARKS
