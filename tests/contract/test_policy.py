"""What a company requires beyond what Statsig does: the errors, and what the form says about it."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import regex

from webapp.config import Settings
from webapp.contract.form import FIELDS
from webapp.contract.limits import MAX_VARIANTS
from webapp.contract.policy import CAN_BE_REQUIRED, Policy

from .samples import FULL, form_with, rows

PATTERN = regex.compile("[a-z]+(_[a-z]+)+")
HINT = "team_what_goal, such as growth_cta_color"
EVENTS = ("add_to_cart", "purchase", "signup", "open", "click", "share", "rate")
ALLOWED = "Choose one of the allowed events: add_to_cart, purchase, signup, open, click and 2 more"


@pytest.mark.parametrize(
    ("rules", "changed", "errors"),
    [
        ({}, {"name": "Anything", "successEvent": "Anything", "variants": rows(MAX_VARIANTS)}, []),
        ({"name_pattern": PATTERN}, {"name": " growth_cta "}, []),
        ({"name_pattern": PATTERN}, {"name": ""}, [("name", "Enter a name")]),
        (
            {"name_pattern": PATTERN, "name_hint": HINT},
            {"name": "growth_cta 2"},
            [("name", f"Enter a name like {HINT}")],
        ),
        (
            {"name_pattern": PATTERN},
            {"name": "x growth_cta"},
            [("name", "Enter a name that matches the pattern “[a-z]+(_[a-z]+)+”")],
        ),
        ({"allowed_events": EVENTS}, {"successEvent": " rate "}, []),
        ({"allowed_events": EVENTS}, {"successEvent": "Purchase"}, [("successEvent", ALLOWED)]),
        ({"allowed_events": EVENTS}, {"successEvent": ""}, [("successEvent", "Enter the success event")]),
        ({"max_variants": 4}, {"variants": rows(4)}, []),
        ({"max_variants": 4}, {"variants": rows(6)}, [("variants", "Use at most 4 variants: remove 2")]),
        ({"required_fields": ("idType", "description")}, {"idType": "userID", "description": "Why"}, []),
        (
            {"required_fields": ("idType", "description")},
            {"description": " \n"},
            [("description", "Enter a description"), ("idType", "Enter an ID type")],
        ),
        ({"required_fields": ("featureList",)}, {"isContextual": "false"}, []),
        (
            {"required_fields": ("featureList",)},
            {"isContextual": "true"},
            [("featureList", "Enter the user attributes to learn from")],
        ),
        (
            {"required_fields": ("optimizationParameter",)},
            {"optimizationParameter": "sum"},
            [("optimizationParameter", "Choose one of: That the event occurs, The value it carries")],
        ),
    ],
)
def test_policy_adds_its_errors(rules: dict[str, Any], changed: dict[str, Any], errors: list[tuple[str, str]]) -> None:
    form = form_with(**changed)
    assert Policy(**rules).validate(form) == (not errors)
    assert form.error_list() == errors


def test_pattern_that_takes_too_long_matches_nothing() -> None:
    started = time.monotonic()
    assert Policy(name_pattern=regex.compile("(a|aa)+b")).errors(form_with(name="a" * 1000))
    assert time.monotonic() - started < 10


def test_every_optional_field_can_be_required() -> None:
    optional = {name for name, field in FIELDS.items() if not field.flags.required}
    assert {*CAN_BE_REQUIRED} == optional - {"isContextual"}
    form = form_with(isContextual="true")
    Policy(required_fields=CAN_BE_REQUIRED).validate(form)
    assert [error.field for error in form.error_list()] == [*CAN_BE_REQUIRED]
    assert Policy(required_fields=CAN_BE_REQUIRED).validate(form_with(**FULL))


def test_form_explains_the_rules() -> None:
    form = form_with()
    policy = Policy(PATTERN, HINT, ("description", "featureList"), 4, EVENTS)
    policy.explain(form)
    assert form.name.description == f"Cannot be changed later. Your company’s rule: a name like {HINT}."
    assert form.successEvent.description.endswith(" Allowed: add_to_cart, purchase, signup, open, click and 2 more.")
    assert "placeholder" not in {**form.name.render_kw, **form.successEvent.render_kw}
    assert (form.variants.description, form.variants.limit) == ("At most 4 variants.", 4)
    assert (form.description.label.text, form.description.flags.required) == ("Description", True)
    assert (form.featureList.label.text, form.featureList.flags.required) == ("Feature list", None)
    assert form.idType.label.text == "ID type (optional)"
    assert FIELDS["description"].label.text == "Description (optional)"


def test_settings_without_policies_require_nothing(settings: Callable[..., Settings]) -> None:
    assert Policy.from_settings(settings()) == Policy()
