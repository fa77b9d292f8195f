"""Two changed forms are merged by the version with which both began."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.contract.form import FIELDS
from webapp.contract.form_data import FormData
from webapp.contract.merge import changed_alike, choose, differences, merge

RED, BLUE, GREEN = ({"name": name, "size": "", "json": f'{{"c": "{name}"}}'} for name in ("red", "blue", "green"))
NEW = {"name": "new", "size": "", "json": ""}
BASE: FormData = dict.fromkeys(FIELDS, "") | {"project": "Web", "successEvent": "click", "variants": [RED, BLUE, GREEN]}


def _form(*variants: dict[str, str], **fields: Any) -> FormData:
    return BASE | {"variants": list(variants) or BASE["variants"]} | fields


def _variants(form_data: FormData) -> list[tuple[str, str, str]]:
    return [(variant["name"], variant["size"], variant["json"]) for variant in form_data["variants"]]


def _names(form_data: FormData) -> list[str]:
    return [variant["name"] for variant in form_data["variants"]]


def _rows(theirs: FormData, form_data: FormData) -> list[tuple[str, str, str, bool]]:
    return [difference[2:] for difference in differences(BASE, theirs, form_data)]


def _choose(theirs: FormData, form_data: FormData, *keys: str, base: FormData = BASE) -> FormData:
    """The form with the other value of the differences with these keys."""
    ids = {difference.id for difference in differences(base, theirs, form_data) if difference.key in keys}
    return choose(base, theirs, form_data, ids)


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
    taken = _choose(theirs, merged, "attributionWindow", base=base)
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
    assert _rows(theirs, merged) == [
        ("JSON of variant red", "theirs", RED["json"], True),
        ("Variant ann", "{}", "not there", True),
    ]


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
        ([BLUE, RED, GREEN], [RED | {"name": "ruby"}, BLUE, GREEN], ["ruby", "blue", "green"]),
        ([NEW, RED, BLUE, GREEN], [BLUE, RED, GREEN], ["blue", "new", "red", "green"]),
        ([NEW, RED, BLUE, GREEN], [RED, BLUE, GREEN], ["new", "red", "blue", "green"]),
        ([RED, GREEN, BLUE], [RED, BLUE | {"size": "9"}, GREEN], ["red", "green", "blue"]),
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
    assert _choose(_form(*unclear), merged, "variants")["variants"] == unclear


def test_copy_in_the_form_leaves_the_choices_of_other_variants() -> None:
    theirs = _form(RED, BLUE | {"json": "theirs"}, GREEN)
    form_data = _form(RED, RED | {"json": "copy"}, BLUE | {"json": "yours"}, GREEN | {"name": ""})
    rows = differences(BASE, theirs, form_data)
    assert [(row.key, row.is_taken) for row in rows] == [("json blue", False)]
    chosen = _choose(theirs, form_data, "json blue")
    assert [variant["json"] for variant in chosen["variants"]] == [RED["json"], "copy", "theirs", GREEN["json"]]


def test_choices_are_applied_unless_something_else_was_typed_since() -> None:
    theirs = _form(RED | {"json": "theirs"}, BLUE, successEvent="theirs", description="theirs")
    yours = _form(RED | {"json": "yours"}, BLUE, GREEN, successEvent="yours")
    merged = merge(BASE, theirs, yours)
    assert (merged["description"], _names(merged)) == ("theirs", ["red", "blue"])
    rows = {row.key: row.id for row in differences(BASE, theirs, merged)}
    assert [*rows] == ["successEvent", "description", "json red", "variant green"]
    chosen = choose(BASE, theirs, merged, {*rows.values()})
    assert (chosen["successEvent"], chosen["description"]) == ("theirs", "")
    assert _variants(chosen) == [("red", "", "theirs"), ("blue", "", BLUE["json"]), ("green", "", GREEN["json"])]
    typed = merged | {
        "successEvent": "since",
        "description": "since",
        "variants": [RED | {"json": "since"}, BLUE, GREEN],
    }
    assert choose(BASE, theirs, typed, {*rows.values()}) == typed


def test_choice_does_not_depend_on_the_ends_of_lines() -> None:
    theirs = _form(RED | {"json": "theirs"}, BLUE, GREEN, description="theirs")
    yours = _form(RED | {"json": "a\nb"}, BLUE, GREEN, description="a\nb")
    ids = {row.id for row in differences(BASE, theirs, yours)}
    submitted = _form(RED | {"json": "a\r\nb"}, BLUE, GREEN, description="a\r\nb")
    assert choose(BASE, theirs, submitted, ids) == theirs


def test_order_and_default_can_be_chosen() -> None:
    base = _form(RED, BLUE, GREEN, NEW)
    theirs, yours = _form(GREEN, RED, NEW, BLUE), _form(BLUE, RED, NEW, GREEN)
    merged = merge(base, theirs, yours)
    rows = [row[1:] for row in differences(base, theirs, merged)]
    assert rows == [("default", "Default", "green", "blue", False)]
    assert _names(_choose(theirs, merged, "default", base=base)) == ["green", "blue", "red", "new"]
    theirs, yours = _form(RED, GREEN, BLUE, NEW), _form(RED, NEW, BLUE, GREEN)
    rows = [row[1:] for row in differences(base, theirs, merge(base, theirs, yours))]
    assert rows == [("order", "Order of the variants", "green, blue, new", "new, blue, green", False)]
    assert _names(_choose(theirs, yours, "order", base=base)) == ["red", "green", "blue", "new"]


def test_what_both_changed_alike_is_known() -> None:
    theirs, yours = _form(successEvent="same", description="a"), _form(RED, BLUE, successEvent="same", description="b")
    assert changed_alike(BASE, theirs, yours) == {"successEvent"}


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
    others = {row.id for row in differences(base, theirs, merged) if not row.is_taken}
    left = [row.key for row in differences(base, theirs, choose(base, theirs, merged, others)) if not row.is_taken]
    assert {*left} <= {"default", "order"}  # where the other one added a variant


def _as_set(form_data: FormData) -> Any:
    """Where a variant that one added stands among those that the other moved is of no interest."""
    return form_data | {"variants": {tuple(variant.items()) for variant in form_data["variants"]}}
