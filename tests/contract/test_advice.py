"""The advice for an autotune, and the fields where it is shown."""

import pytest

from webapp.contract.advice import advice, exploration_advice, first_data

from .samples import advice_of, body_of, row, rows

NAME_RULE = "Statsig usually requires 3 to 100 letters, digits, spaces, _ or - in a name."


def test_customary_autotune_has_no_advice() -> None:
    assert advice_of() == []


def guess(text: str) -> str:
    return f"Statsig doesn’t document the ID of a name with these characters; {text} is a guess."


@pytest.mark.parametrize(
    ("name", "messages"),
    [
        ("ab", [NAME_RULE]),
        ("abc", []),
        ("a" * 100, []),
        ("a" * 101, [NAME_RULE]),
        ("Button_Color 2", []),
        ("Button-Color", [guess("button-color")]),
        ("Größe 2", [NAME_RULE, guess("gre_2")]),
        ("日本語", [NAME_RULE, guess("it")]),
    ],
)
def test_name_that_is_not_customary_has_advice(name: str, messages: list[str]) -> None:
    assert advice_of(name=name) == [("name", message) for message in messages]


def test_long_description_has_advice() -> None:
    assert advice_of(description="a" * 1_000) == []
    message = "Statsig may refuse descriptions over 1,000 characters."
    assert advice_of(description="a" * 1_001) == [("description", message)]


@pytest.mark.parametrize("count", [2, 4, 8])
def test_up_to_eight_variants_have_no_advice(count: int) -> None:
    assert advice_of(variants=rows(count)) == []


@pytest.mark.parametrize("count", [9, 100])
def test_more_than_eight_variants_have_advice(count: int) -> None:
    message = "More than 8 variants need a lot of traffic; 4 to 8 work best."
    assert advice_of(variants=rows(count)) == [("variants", message)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Red", "rED"), ("red", "red\ufe0f"), ("Café", "Cafe\u0301"), ("red", "\uff52\uff45\uff44"), ("red", "r\u00aded")],
)
def test_variant_names_that_look_alike_have_advice(one: str, other: str) -> None:
    variants = [row(one, '{"a": 1}'), row("blue", '{"a": 2}'), row(other, '{"a": 3}')]
    assert advice_of(variants=variants)[0] == (
        "variants-2-name",
        f"“{other}” looks like the name of variant 1, “{one}”.",
    )


@pytest.mark.parametrize(
    ("json", "type_name"),
    [
        ("[]", "a list"),
        ("[{}]", "a list"),
        ("null", "null"),
        ("true", "true or false"),
        ("false", "true or false"),
        ("0", "a number"),
        ("0.5", "a number"),
        ('"{}"', "text"),
    ],
)
def test_json_that_is_not_an_object_has_advice(json: str, type_name: str) -> None:
    assert advice_of(variants=[row("a", "{}"), row("b", json)]) == [
        ("variants-1-json", f"The JSON of “b” is {type_name}; SDKs expect an object.")
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{}", "{ }"),
        ('{"a": 1, "b": [{"c": 1, "d": 2}]}', '{"b": [{"d": 2, "c": 1}], "a": 1}'),
        ('{"a": "\\u00e9"}', '{"a": "é"}'),
        ('{"a": 1.0}', '{"a": 1.00}'),
    ],
)
def test_equal_json_has_advice(one: str, other: str) -> None:
    assert advice_of(variants=[row("a", one), row("b", other)]) == [
        ("variants-1-json", "“b” has the same JSON as “a”: users will see no difference.")
    ]


def test_equal_json_refers_to_the_first_variant_that_has_it() -> None:
    variants = [row("a", "{}"), row("b", "{}"), row("c", "{}")]
    assert advice_of(variants=variants) == [
        ("variants-1-json", "“b” has the same JSON as “a”: users will see no difference."),
        ("variants-2-json", "“c” has the same JSON as “a”: users will see no difference."),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1}', '{"a": 2}'),
        ('{"a": [1, 2]}', '{"a": [2, 1]}'),
        ('{"a": [1]}', '{"a": [1, 1]}'),
        ('{"a": [12]}', '{"a": [1, 2]}'),
        ('{"a": {"b": 1}}', '{"a": {"c": 1}}'),
        ('{"a": {}}', '{"a": {"b": null}}'),
        ('{"a": "1,2"}', '{"a": "1, 2"}'),
        ('{"a": 1}', '{"a": 1.5}'),
        ('{"a": 9007199254740991}', '{"a": 9007199254740992}'),
    ],
)
def test_different_json_has_no_advice(one: str, other: str) -> None:
    assert advice_of(variants=[row("a", one), row("b", other)]) == []


def test_text_is_not_equal_to_a_number() -> None:
    messages = [message for _, message in advice_of(variants=[row("a", '{"a": "1"}'), row("b", '{"a": 1}')])]
    assert messages == ["The parameter “a” has different types: a number, text."]


def test_key_missing_from_a_variant_has_advice() -> None:
    variants = [row("a", '{"x": 1, "y": 1}'), row("b", '{"y": 2}'), row("c", '{"x": 3, "y": 3}')]
    assert advice_of(variants=variants) == [("variants-1-json", "The parameter “x” is missing from “b”.")]


def test_keys_are_in_the_order_of_the_variants() -> None:
    variants = [row("a", '{"y": 1}'), row("b", '{"x": 2, "z": 2}')]
    assert advice_of(variants=variants) == [
        ("variants-1-json", "The parameter “y” is missing from “b”."),
        ("variants-0-json", "The parameter “x” is missing from “a”."),
        ("variants-0-json", "The parameter “z” is missing from “a”."),
    ]


@pytest.mark.parametrize(
    ("without", "names"),
    [
        (1, "“b”"),
        (2, "“b”, “c”"),
        (3, "“b”, “c”, “d”"),
        (4, "“b”, “c”, “d” and 1 more"),
        (5, "“b”, “c”, “d” and 2 more"),
    ],
)
def test_three_variants_are_named_and_the_rest_are_counted(without: int, names: str) -> None:
    variants = [row("a", '{"n": 0, "x": 1}'), *(row(name, f'{{"n": "{name}"}}') for name in "bcdef"[:without])]
    expected = [
        ("variants-1-json", f"The parameter “x” is missing from {names}."),
        ("variants-0-json", "The parameter “n” has different types: a number, text."),
    ]
    assert sorted(advice_of(variants=variants)) == sorted(expected)


@pytest.mark.parametrize(
    ("one", "other", "types"),
    [
        ("1", '"1"', "a number, text"),
        ("true", "1", "a number, true or false"),
        ("null", "1", "a number, null"),
        ("[]", "{}", "a list, an object"),
        ("{}", '""', "an object, text"),
    ],
)
def test_key_with_different_types_has_advice(one: str, other: str, types: str) -> None:
    variants = [row("a", f'{{"k": {one}}}'), row("b", f'{{"k": {other}}}')]
    assert advice_of(variants=variants) == [("variants-0-json", f"The parameter “k” has different types: {types}.")]


@pytest.mark.parametrize(
    ("values", "types"),
    [
        (["1", '"1"', "[]"], "a list, a number, text"),
        (["1", '"1"', "1", "[]"], "a list, a number, text"),
        (["1", '"1"', "[]", "null"], "a list, a number, null, text"),
    ],
)
def test_types_of_a_key_are_listed_in_order(values: list[str], types: str) -> None:
    variants = [row(f"v{number}", f'{{"k": {value}, "n": {number}}}') for number, value in enumerate(values)]
    assert advice_of(variants=variants) == [("variants-0-json", f"The parameter “k” has different types: {types}.")]


def test_true_is_not_equal_to_one() -> None:
    messages = [message for _, message in advice_of(variants=[row("a", '{"a": true}'), row("b", '{"a": 1}')])]
    assert messages == ["The parameter “a” has different types: a number, true or false."]


@pytest.mark.parametrize(("one", "other"), [("1", "1.5"), ("true", "false"), ("[]", "[1]"), ("{}", '{"a": 1}')])
def test_key_with_one_type_has_no_advice(one: str, other: str) -> None:
    assert advice_of(variants=[row("a", f'{{"k": {one}}}'), row("b", f'{{"k": {other}}}')]) == []


def test_keys_are_compared_between_objects_only() -> None:
    variants = [row("a", "[]"), row("b", '{"k": 1}'), row("c", '{"k": "1"}')]
    assert advice_of(variants=variants) == [
        ("variants-0-json", "The JSON of “a” is a list; SDKs expect an object."),
        ("variants-1-json", "The parameter “k” has different types: a number, text."),
    ]


def test_advice_on_keys_is_limited() -> None:
    keys = ", ".join(f'"{number}": 0' for number in range(3_000))
    shown_advice = advice_of(variants=[row("a", f"{{{keys}}}"), row("b", "{}")])
    assert shown_advice == [
        ("variants-1-json", f"The parameter “{number}” is missing from “b”.") for number in range(20)
    ]


SOME_SIZES = "Some variants have a share and others have none. Give all of them a share, or none."


def total(number: str) -> str:
    return f"The shares add up to {number}%. We assume that they must add up to 100%."


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        (("", "", ""), None),
        (("50", "30", "20"), None),
        (("33.3", "33.3", "33.3"), None),
        (("0", "0", "100"), None),
        (("33", "33", "33"), None),
        (("33", "34", "34"), None),
        (("33", "33", "32.99"), total("98.99")),
        (("33", "34", "34.01"), total("101.01")),
        (("1", "1", "1"), total("3")),
        (("0.5", "0.25", "0.25"), total("1")),
        (("0.0000001", "0", "0"), total("0.0000001")),
        (("50", "50", ""), SOME_SIZES),
        (("", "0", ""), SOME_SIZES),
    ],
)
def test_sizes_that_are_not_percentages_have_advice(sizes: tuple[str, ...], message: str | None) -> None:
    variants = [{**variant, "size": size} for variant, size in zip(rows(3), sizes, strict=True)]
    assert advice_of(variants=variants) == ([("variants", message)] if message else [])


SHORT = (
    "explorationWindow",
    "Exploring for less than a week may pick the wrong variant, since behavior varies by day of the week.",
)
EFFECT = "when exploration ends, nothing has been counted yet, and the first few results may already decide."
EQUAL = f"The attribution window is as long as the exploration window: {EFFECT}"
LONGER = f"The attribution window is longer than the exploration window: {EFFECT}"
CHOOSE_WEEK = "Choose an exploration window of 1 week (168 hours) or more."
CHOOSE_2_WEEKS = "Choose an exploration window of 2 weeks (336 hours)."
CHOOSE_BOTH = (
    "Choose an attribution window of at most 4 days (96 hours) and an exploration window of 2 weeks (336 hours)."
)
SHORTEN = "Choose an attribution window of at most 4 days (96 hours)."


@pytest.mark.parametrize(
    ("exploration", "attribution", "unit", "message"),
    [
        ("1", "24", "min", ""),
        ("1", "1", "", f"{EQUAL} {CHOOSE_WEEK}"),
        ("1", "1", "hour", f"{EQUAL} {CHOOSE_WEEK}"),
        ("1", "2", "", f"{LONGER} {CHOOSE_WEEK}"),
        ("1", "4", "hour", f"{LONGER} {CHOOSE_WEEK}"),
        ("1", "24", "hour", f"{LONGER} {CHOOSE_WEEK}"),
        ("1", "1", "day", f"{LONGER} {CHOOSE_WEEK}"),
        ("24", "24", "min", ""),
        ("24", "4", "", ""),
        ("24", "24", "", f"{EQUAL} {CHOOSE_WEEK}"),
        ("24", "1", "day", f"{EQUAL} {CHOOSE_WEEK}"),
        ("24", "2", "day", f"{LONGER} {CHOOSE_WEEK}"),
        ("48", "24", "", ""),
        ("48", "2", "day", f"{EQUAL} {CHOOSE_WEEK}"),
        ("48", "4", "day", f"{LONGER} {CHOOSE_2_WEEKS}"),
        ("168", "24", "hour", ""),
        ("168", "4", "day", ""),
        ("168", "24", "day", f"{LONGER} {CHOOSE_BOTH}"),
        ("336", "4", "day", ""),
        ("336", "24", "day", f"{LONGER} {SHORTEN}"),
    ],
)
def test_attribution_window_that_outlasts_the_exploration_has_advice_with_a_remedy(
    exploration: str, attribution: str, unit: str, message: str
) -> None:
    windows = {"explorationWindow": exploration, "attributionWindow": attribution, "attributionWindowUnit": unit}
    shown = [item.message for item in advice_of(**windows) if item.field == "attributionWindow"]
    assert shown == ([message] if message else [])
    assert exploration_advice(f"{exploration}hr", f"{attribution}hr", unit or None) == message


def test_contextual_autotune_has_no_advice_about_its_exploration() -> None:
    windows = {"explorationWindow": "1hr", "attributionWindow": "24hr", "linkedExperimentName": "check"}
    assert advice_of(isContextual="true", **windows) == []


@pytest.mark.parametrize("window", ["1", "24", "48"])
def test_exploration_of_less_than_a_week_has_advice(window: str) -> None:
    assert advice_of(explorationWindow=window, attributionWindow="24", attributionWindowUnit="min")[0] == SHORT


@pytest.mark.parametrize("window", ["168", "336"])
def test_exploration_of_a_week_or_more_has_no_advice(window: str) -> None:
    assert advice_of(explorationWindow=window, attributionWindow="24") == []


@pytest.mark.parametrize(("unit", "text"), [("min", "2 minutes"), ("day", "2 days (48 hours)")])
def test_window_in_another_unit_than_hours_has_advice(unit: str, text: str) -> None:
    message = f"We assume that the attribution window is {text}. Statsig doesn’t document how it reads the unit."
    assert advice_of(attributionWindowUnit=unit) == [("attributionWindowUnit", message)]


@pytest.mark.parametrize("unit", ["", "hour"])
def test_window_in_hours_has_no_advice(unit: str) -> None:
    assert advice_of(attributionWindowUnit=unit) == []


ON_A_LINE = {
    "successEvent": "Success event", "successEventValue": "Success event value", "featureList": "Feature list",
    "metadataField": "Metadata field", "metricSourceID": "Metric source ID", "valueColumn": "Value column",
    "linkedExperimentName": "Linked experiment", "idType": "ID type",
}  # fmt: skip
CONTEXTUAL = {"isContextual": "true", "linkedExperimentName": "holdout"}


def hidden(where: str, character_name: str) -> str:
    return f"{where} contains the hidden character {character_name}. It is sent as typed."


@pytest.mark.parametrize(("name", "title"), ON_A_LINE.items())
@pytest.mark.parametrize(
    ("character", "character_name"),
    [
        ("\u200b", "U+200B (zero width space)"), ("\u202e", "U+202E (right-to-left override)"),
        ("\ufe0f", "U+FE0F (variation selector-16)"), ("\u00a0", "U+00A0 (no-break space)"),
        ("\u2028", "U+2028 (line separator)"),
    ],
)  # fmt: skip
def test_hidden_character_on_a_line_is_named(name: str, title: str, character: str, character_name: str) -> None:
    shown_advice = [
        item for item in advice_of(**CONTEXTUAL | {name: f"a{character}b{character}c"}) if "hidden" in item[1]
    ]
    assert shown_advice == [(name, hidden(title, character_name))]


def test_tab_in_a_name_is_named() -> None:
    variants = [row("a\tb", '{"a": 1}'), row("b", '{"a": 2}')]
    assert advice_of(successEvent="cl\tick", variants=variants) == [
        ("successEvent", hidden("Success event", "U+0009 (tab)")),
        ("variants-0-name", hidden("The name of variant 1", "U+0009 (tab)")),
    ]


def test_hidden_characters_in_long_text_and_json_are_named() -> None:
    variants = [row("a", '{"url": "https://shop.test/\u202egnp.exe"}'), row("b", r'{"url": "\u200b", "x\u2060": 1}')]
    shown_advice = [
        item for item in advice_of(description="Give \u202e10% off", variants=variants) if "hidden" in item[1]
    ]
    assert shown_advice == [
        ("variants-0-json", hidden("The JSON of variant 1", "U+202E (right-to-left override)")),
        (
            "variants-1-json",
            "The JSON of variant 2 contains the hidden characters U+200B (zero width space), U+2060 (word joiner). "
            "They are sent as typed.",
        ),
        ("description", hidden("Description", "U+202E (right-to-left override)")),
    ]


def test_hidden_characters_in_names_are_named_up_to_three() -> None:
    variants = [row("a", '{"a": 1}'), row("b\u200b\u200c\u200d\u2060c", '{"a": 2}')]
    assert advice_of(name="Button\u00a0Color", variants=variants) == [
        ("name", NAME_RULE),
        ("name", guess("buttoncolor")),
        ("name", hidden("Name", "U+00A0 (no-break space)")),
        (
            "variants-1-name",
            "The name of variant 2 contains the hidden characters U+200B (zero width space), "
            "U+200C (zero width non-joiner), U+200D (zero width joiner) and 1 more. They are sent as typed.",
        ),
    ]


def test_visible_characters_have_no_advice() -> None:
    assert advice_of(successEvent="ein Großes Ereignis, 日本語 😀 e\u0301", description="10\u00a0000\t❤\ufe0f") == []
    assert advice_of(variants=[row("a", '{"a": "👨\u200d👩\u200d👧"}'), row("b", '{"a": "b"}')]) == []


def test_contextual_autotune_without_a_linked_experiment_has_advice() -> None:
    message = "A contextual autotune is best measured with a linked experiment."
    assert advice_of(isContextual="true") == [("linkedExperimentName", message)]
    assert advice_of(isContextual="true", linkedExperimentName="holdout") == []


def test_optimizing_for_a_value_without_its_name_has_advice() -> None:
    message = "To optimize for a value, name the metadata field or the value column."
    assert advice_of(optimizationParameter="value") == [("optimizationParameter", message)]
    assert advice_of(optimizationParameter="value", valueColumn="total") == []
    contextual = {"isContextual": "true", "linkedExperimentName": "holdout", "optimizationParameter": "value"}
    assert advice_of(**contextual) == [("optimizationParameter", message)]
    assert advice_of(**contextual, metadataField="price") == []
    assert advice_of(optimizationParameter="occurrence") == []


VALUE, METADATA, COLUMN, PARAMETER = (
    "“Success event value”",
    "“Metadata field”",
    "“Value column”",
    "“Optimization parameter”",
)


@pytest.mark.parametrize(
    ("filled", "names"),
    [
        ({"successEventValue": "paid"}, ""),
        ({"metadataField": "price"}, ""),
        ({"valueColumn": "total"}, ""),
        ({"metadataField": "price", "optimizationParameter": "value"}, ""),
        ({"valueColumn": "total", "optimizationParameter": "value"}, ""),
        ({"successEventValue": "paid", "optimizationParameter": "occurrence"}, ""),
        ({"successEventValue": "paid", "metadataField": "price"}, f"{VALUE} and {METADATA}"),
        ({"metadataField": "price", "valueColumn": "total"}, f"{METADATA} and {COLUMN}"),
        ({"successEventValue": "paid", "valueColumn": "total"}, f"{VALUE} and {COLUMN}"),
        (
            {"metadataField": "price", "valueColumn": "total", "optimizationParameter": "value"},
            f"{METADATA}, {COLUMN} and {PARAMETER}",
        ),
        (
            {"successEventValue": "p", "metadataField": "p", "valueColumn": "t", "optimizationParameter": "value"},
            f"{VALUE}, {METADATA}, {COLUMN} and {PARAMETER}",
        ),
        ({"metadataField": "price", "optimizationParameter": "occurrence"}, f"{METADATA} and {PARAMETER}"),
        ({"valueColumn": "total", "optimizationParameter": "occurrence"}, f"{COLUMN} and {PARAMETER}"),
    ],
)
def test_contradicting_properties_are_named(filled: dict[str, str], names: str) -> None:
    messages = [message for _, message in advice_of(**CONTEXTUAL | filled)]
    expected = f"{names} are filled in. Statsig doesn’t document which one counts."
    assert messages == ([expected] if names else [])


def test_event_value_without_a_column_has_advice_at_both_fields() -> None:
    fields = [field for field, _ in advice_of(successEventValue="paid", optimizationParameter="value")]
    assert fields == ["successEventValue", "optimizationParameter"]


def test_advice_is_in_the_order_of_the_form() -> None:
    shown_advice = advice_of(
        name="日",
        description="a" * 1_001,
        variants=[row("a", "1", "1"), row("b", "1"), row("B", "{}")],
        explorationWindow="1",
        attributionWindowUnit="day",
        optimizationParameter="value",
    )
    assert [field for field, _ in shown_advice] == [
        "name",
        "name",
        "variants-0-json",
        "variants-1-json",
        "variants-2-name",
        "variants-1-json",
        "variants",
        "attributionWindow",
        "attributionWindowUnit",
        "description",
        "optimizationParameter",
    ]


def test_advice_does_not_change_the_body() -> None:
    body = body_of(variants=[row("a", '{"b": 1, "a": 2}'), row("b", "[]")])
    advice(body)
    assert body == body_of(variants=[row("a", '{"b": 1, "a": 2}'), row("b", "[]")])
    assert list(body["variants"][0]["json"]) == ["b", "a"]


@pytest.mark.parametrize(
    ("window", "unit", "text"),
    [
        ("1", "", "1 hour"),
        ("2hrs", "", "2 hours"),
        ("24", "hour", "24 hours"),
        ("1", "min", "1 minute"),
        ("24", "min", "24 minutes"),
        ("1", "day", "1 day (24 hours)"),
        ("4", "day", "4 days (96 hours)"),
    ],
)
def test_first_data_takes_the_attribution_window_and_one_to_two_hours(window: str, unit: str, text: str) -> None:
    message = f"After the start, the first data takes the attribution window of {text} plus one to two hours."
    assert first_data(body_of(attributionWindow=window, attributionWindowUnit=unit)) == message


def test_unshowable_characters_of_keys_are_replaced() -> None:
    variants = [row("a", r'{"x\u0000": 1, "y\u0085": 1}'), row("b", r'{"y\u0085": ""}')]
    assert advice_of(variants=variants) == [
        ("variants-1-json", "The parameter “x\ufffd” is missing from “b”."),
        ("variants-0-json", "The parameter “y\ufffd” has different types: a number, text."),
    ]
