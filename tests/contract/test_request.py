"""The request body: its properties, their types, and its text."""

from typing import Any

import pytest

from webapp.contract.form import AutotuneForm
from webapp.contract.json_input import write_json

from .samples import FULL, SAMPLES, body_of, row

RED_AND_BLUE = [row("red", '{"color": "red"}'), row("blue", '{"color": "blue"}')]


def test_request_equals_the_example_of_statsig() -> None:
    """The request of Statsig's own example."""
    body = body_of(
        **AutotuneForm.initial_data()
        | {
            "name": "Button Color Test",
            "description": "Which color button gets the most clicks.",
            "variants": RED_AND_BLUE,
            "successEvent": "click",
            "explorationWindow": "1hr",
            "attributionWindow": "2hr",
            "winnerThreshold": "99%",
        }
    )
    assert write_json(body) == (
        "{\n"
        '  "name": "Button Color Test",\n'
        '  "variants": [\n'
        "    {\n"
        '      "name": "red",\n'
        '      "json": {\n'
        '        "color": "red"\n'
        "      }\n"
        "    },\n"
        "    {\n"
        '      "name": "blue",\n'
        '      "json": {\n'
        '        "color": "blue"\n'
        "      }\n"
        "    }\n"
        "  ],\n"
        '  "description": "Which color button gets the most clicks.",\n'
        '  "successEvent": "click",\n'
        '  "explorationWindow": "1hr",\n'
        '  "attributionWindow": "2hr",\n'
        '  "winnerThreshold": "99%"\n'
        "}"
    )


def test_request_of_a_minimal_form_has_the_required_properties() -> None:
    assert body_of(variants=RED_AND_BLUE) == {
        "name": "Button Color Test",
        "variants": [{"name": "red", "json": {"color": "red"}}, {"name": "blue", "json": {"color": "blue"}}],
        "successEvent": "click",
        "explorationWindow": "168hr",
        "attributionWindow": "2hr",
        "winnerThreshold": "99%",
    }


SIZED = [row("red", '{"color": "red"}', "60"), row("none", "null", "40.5")]
FULL_BODY: dict[str, Any] = {
    "name": FULL["name"],
    "variants": [{"name": "red", "json": {"color": "red"}, "size": 60}, {"name": "none", "json": None, "size": 40.5}],
    **{name: sample.value for name, sample in SAMPLES.items()},
}


def test_request_of_a_full_form_has_all_properties() -> None:
    body = body_of(**FULL, variants=SIZED)
    assert {name: repr(value) for name, value in body.items()} == {
        name: repr(value) for name, value in FULL_BODY.items()
    }


REQUIRED = {"name", "successEvent", "explorationWindow", "attributionWindow", "winnerThreshold"}


@pytest.mark.parametrize("name", sorted(FULL.keys() - REQUIRED - {"isContextual"}))
def test_blank_property_is_absent(name: str) -> None:
    assert set(FULL_BODY) - set(body_of(**FULL | {name: ""}, variants=SIZED)) == {name}


def test_letters_are_not_escaped() -> None:
    assert '"name": "Größe — 日本語 😀"' in write_json(body_of(name="Größe — 日本語 😀"))


def test_body_is_the_payload() -> None:
    assert write_json(body_of(name='a "b" \\')).startswith('{\n  "name": "a \\"b\\" \\\\",\n  "variants": [\n')
