"""Two changed forms are merged by the version with which both began."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.contract.form import FIELDS
from webapp.contract.form_data import FormData
from webapp.contract.merge import choose, differences, merge

RED, BLUE, GREEN = ({"name": name, "size": "", "json": f'{{"c": "{name}"}}'} for name in ("red", "blue", "green"))
BASE: FormData = dict.fromkeys(FIELDS, "") | {"project": "Web", "successEvent": "click", "variants": [RED, BLUE, GREEN]}


def _form(*variants: dict[str, str], **fields: Any) -> FormData:
    return BASE | {"variants": list(variants) or BASE["variants"]} | fields


def _variants(form_data: FormData) -> list[tuple[str, str, str]]:
    return [(variant["name"], variant["size"], variant["json"]) for variant in form_data["variants"]]


def _names(form_data: FormData) -> list[str]:
    return [variant["name"] for variant in form_data["variants"]]


def _rows(theirs: FormData, form_data: FormData) -> list[tuple[str, str, str, bool]]:
    return [difference[1:] for difference in differences(BASE, theirs, form_data)]


def test_fields_of_both_are_kept_and_yours_where_both_changed_one() -> None:
    theirs = _form(successEvent="theirs", description="theirs", project="Mobile")
    yours = _form(successEvent="yours", idType="stableID")
    merged = merge(BASE, theirs, yours)
    assert merged == yours | {"description": "theirs", "project": "Mobile"}
    assert _rows(theirs, merged) == [
        ("Success event", "theirs", "yours", False),
        ("Description", "theirs", "", True),
        ("Statsig project", "Mobile", "Web", True),
    ]


def test_window_and_unit_are_one_field() -> None:
    base = _form(attributionWindow="2", attributionWindowUnit="hour")
    theirs, yours = base | {"attributionWindow": "4"}, base | {"attributionWindowUnit": "min"}
    merged = merge(base, theirs, yours)
    assert (merged["attributionWindow"], merged["attributionWindowUnit"]) == ("2", "min")
    assert [row.key for row in differences(base, theirs, merged)] == ["attributionWindow"]
    taken = choose(base, theirs, merged, {"attributionWindow"}, set())
    assert (taken["attributionWindow"], taken["attributionWindowUnit"]) == ("4", "hour")


def test_variants_that_different_people_change_are_all_kept() -> None:
    theirs = _form(RED | {"json": "theirs"}, BLUE, GREEN, {"name": "ann", "size": "", "json": "{}"})
    yours = _form(RED, BLUE | {"size": "50"}, {"name": "bob", "size": "", "json": "{}"})
    merged = merge(BASE, theirs, yours)
    assert _variants(merged) == [
        ("red", "", "theirs"),
        ("blue", "50", BLUE["json"]),
        ("ann", "", "{}"),
        ("bob", "", "{}"),
    ]
    assert _rows(theirs, merged) == [("Variant red", "theirs", RED["json"], True), ("Variant ann", "{}", "", True)]


def test_json_and_share_of_a_variant_are_merged() -> None:
    theirs = _form(RED | {"json": "theirs"}, BLUE | {"json": "theirs"}, GREEN)
    yours = _form(RED | {"size": "20"}, BLUE | {"json": "yours"}, GREEN)
    merged = merge(BASE, theirs, yours)
    assert _variants(merged)[:2] == [("red", "20", "theirs"), ("blue", "", "yours")]


@pytest.mark.parametrize(
    ("theirs", "yours", "merged"),
    [
        ([RED, GREEN], [RED, BLUE, GREEN], ["red", "green"]),
        ([RED, GREEN], [RED, BLUE | {"size": "9"}, GREEN], ["red", "blue", "green"]),
        ([RED, BLUE | {"size": "9"}, GREEN], [RED, GREEN], ["red", "green"]),
        ([RED, GREEN], [RED, BLUE], ["red"]),
        ([GREEN, RED, BLUE], [RED, BLUE, GREEN], ["green", "red", "blue"]),
        ([RED, BLUE, GREEN], [BLUE, RED, GREEN], ["blue", "red", "green"]),
        ([GREEN, RED, BLUE], [BLUE, RED, GREEN], ["blue", "red", "green"]),
        ([GREEN, RED, BLUE], [RED, BLUE], ["red", "blue"]),
        (
            [{"name": "new", "size": "", "json": ""}, RED, BLUE, GREEN],
            [BLUE, RED, GREEN],
            ["new", "blue", "red", "green"],
        ),
        ([RED | {"name": "scarlet"}, BLUE, GREEN], [RED, BLUE, GREEN], ["scarlet", "blue", "green"]),
        (
            [RED | {"name": "scarlet"}, BLUE, GREEN],
            [RED | {"size": "9"}, BLUE, GREEN],
            ["scarlet", "red", "blue", "green"],
        ),
    ],
)
def test_variants_are_added_removed_and_moved(
    theirs: list[dict[str, str]], yours: list[dict[str, str]], merged: list[str]
) -> None:
    assert _names(merge(BASE, _form(*theirs), _form(*yours))) == merged


@pytest.mark.parametrize("names", [("red", "red"), ("red", "")])
def test_variants_without_names_of_their_own_are_merged_as_one_field(names: tuple[str, str]) -> None:
    unclear = [RED | {"name": name, "json": name} for name in names]
    assert merge(BASE, _form(*unclear), BASE)["variants"] == unclear
    yours = _form(RED, BLUE)
    merged = merge(BASE, _form(*unclear), yours)
    assert merged == yours
    rows = differences(BASE, _form(*unclear), merged)
    assert [(row.key, row.is_taken) for row in rows] == [("variants", False)]
    assert choose(BASE, _form(*unclear), merged, {"variants"}, set())["variants"] == unclear


def test_copy_in_the_form_leaves_the_choices_of_other_variants() -> None:
    theirs = _form(RED | {"json": "theirs"}, BLUE, GREEN)
    form_data = _form(RED | {"json": "yours"}, RED | {"json": "copy"}, BLUE, GREEN | {"name": ""})
    rows = differences(BASE, theirs, form_data)
    assert [(row.key, row.is_taken) for row in rows] == [("variant red", False)]
    chosen = choose(BASE, theirs, form_data, {"variant red"}, set())
    assert [variant["json"] for variant in chosen["variants"]] == ["theirs", "copy", BLUE["json"], GREEN["json"]]


def test_choices_are_applied_unless_something_else_was_typed_since() -> None:
    theirs = _form(RED | {"json": "theirs"}, BLUE, successEvent="theirs", description="theirs")
    yours = _form(RED | {"json": "yours"}, BLUE, GREEN, successEvent="yours")
    merged = merge(BASE, theirs, yours)
    assert (merged["description"], _names(merged)) == ("theirs", ["red", "blue"])
    chosen = choose(BASE, theirs, merged, {"successEvent", "variant red"}, {"description", "variant green"})
    assert (chosen["successEvent"], chosen["description"]) == ("theirs", "")
    assert _variants(chosen) == [("red", "", "theirs"), ("blue", "", BLUE["json"]), ("green", "", GREEN["json"])]
    typed = merged | {"description": "typed since"}
    assert choose(BASE, theirs, typed, set(), {"description"})["description"] == "typed since"


def test_order_can_be_chosen() -> None:
    theirs, yours = _form(GREEN, RED, BLUE), _form(BLUE, RED, GREEN)
    merged = merge(BASE, theirs, yours)
    assert _rows(theirs, merged) == [("Order of the variants", "green, red, blue", "blue, red, green", False)]
    assert _names(choose(BASE, theirs, merged, {"order"}, set())) == ["green", "red", "blue"]


_names_of_variants = st.lists(st.sampled_from(["red", "blue", "green", "x", "y"]), unique=True, max_size=5)
_texts = st.sampled_from(["", "1", "2"])


@st.composite
def _forms(draw: st.DrawFn) -> FormData:
    variants = [{"name": name, "size": draw(_texts), "json": draw(_texts)} for name in draw(_names_of_variants)]
    return BASE | {"successEvent": draw(_texts), "description": draw(_texts), "variants": variants}


@settings(deadline=None, max_examples=300, derandomize=True)
@given(_forms(), _forms(), _forms())
def test_merge_follows_whoever_changed_something(base: FormData, theirs: FormData, yours: FormData) -> None:
    assert merge(base, base, yours) == yours
    assert _as_set(merge(base, theirs, base)) == _as_set(theirs)
    merged = merge(base, theirs, yours)
    for name in FIELDS:
        if theirs[name] == base[name] or yours[name] != base[name]:
            assert merged[name] == yours[name]
        else:
            assert merged[name] == theirs[name]
    assert not [row for row in differences(base, theirs, theirs) if not row.is_taken]
    everything = {row.key for row in differences(base, theirs, merged)}
    assert _as_set(choose(base, theirs, merge(base, theirs, base), everything, set())) == _as_set(theirs)


def _as_set(form_data: FormData) -> Any:
    """Where a variant that one added stands among those that the other moved is of no interest."""
    return form_data | {"variants": {tuple(variant.items()) for variant in form_data["variants"]}}
