"""The fields: which exist, which are required, their lengths and their characters."""

import pytest
from werkzeug.datastructures import MultiDict

from webapp.contract.errors import FieldError
from webapp.contract.form import CONTEXTUAL_FIELDS, FIELDS, VARIANT_FIELDS, AutotuneForm
from webapp.contract.sections import SECTIONS

from .samples import BLANK, FULL, SAMPLES, body_of, errors_of, fields_of, form_with, rows

REQUIRED = {
    "name": "Enter a name",
    "successEvent": "Enter the success event",
    "explorationWindow": "Choose an exploration window",
    "attributionWindow": "Choose an attribution window",
    "winnerThreshold": "Choose a winner threshold",
}
OPTIONAL = set(BLANK) - set(REQUIRED)
LINES, TEXTS = fields_of("line"), fields_of("text")
BLANKS = ["", " ", "\t", "\r\n", " \n \u00a0\u3000 "]


def test_fields_are_those_of_the_samples() -> None:
    assert {*FIELDS, "variants"} == {*SAMPLES, "variants"}
    assert list(VARIANT_FIELDS) == ["name", "json", "size"]


def test_each_field_is_in_its_section_in_order() -> None:
    in_sections = [(section.name, name) for section in SECTIONS for name in section.fields]
    assert in_sections == [(sample.section, name) for name, sample in SAMPLES.items()]


def test_optional_sections_are_folded_and_say_what_blank_means() -> None:
    folded = {section.name: section.blank for section in SECTIONS if section.folded}
    assert list(folded) == ["contextual", "purpose", "warehouse", "advanced"]
    assert all(folded.values())
    assert not any(FIELDS[name].flags.required for section in SECTIONS if section.folded for name in section.fields)


def test_empty_form_starts_as_the_console_does_but_explores_for_a_week() -> None:
    assert AutotuneForm.initial_data() == {
        **BLANK,
        "variants": [{"name": "", "size": "", "json": ""}, {"name": "", "size": "", "json": ""}],
        "explorationWindow": "168hr",
        "attributionWindow": "1hr",
        "winnerThreshold": "95%",
        "isContextual": "false",
    }


def test_initial_values_do_not_fill_absent_fields() -> None:
    assert AutotuneForm.from_data({}).form_data == {**BLANK, "variants": []}


def test_optional_field_says_so_and_describes_its_default() -> None:
    fields = [*FIELDS.values(), *VARIANT_FIELDS.values()]
    optional = [field for field in fields if not field.flags.required]
    assert {field.name for field in optional} == OPTIONAL | {"size"}
    for field in optional:
        assert bool(field.default_note) == (field.name != "size" and SAMPLES[field.name].has_default_note), field.name
    assert all(field.label.text.endswith(" (optional)") for field in optional if field.name != "isContextual")
    required = [field for field in fields if field.flags.required]
    assert not any("(optional)" in field.label.text or field.default_note for field in required)


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize(("name", "message"), REQUIRED.items())
def test_blank_required_field_is_an_error(name: str, message: str, blank: str) -> None:
    assert errors_of(**{name: blank}) == [(name, message)]


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_blank_optional_field_is_not_sent(name: str, blank: str) -> None:
    assert name not in body_of(**{name: blank})


def test_absent_field_is_blank() -> None:
    form = AutotuneForm.from_data({})
    assert not form.validate()
    assert form.error_list() == [
        ("name", "Enter a name"),
        ("successEvent", "Enter the success event"),
        ("variants", "Add a variant: an autotune needs at least 2"),
        ("explorationWindow", "Choose an exploration window"),
        ("attributionWindow", "Choose an attribution window"),
        ("winnerThreshold", "Choose a winner threshold"),
    ]


def test_errors_are_in_the_order_of_the_form() -> None:
    broken = dict.fromkeys(BLANK, "\x00")
    variants = [{"name": "red", "json": "{}", "size": "x"}, {"name": "red", "json": "{", "size": "x"}]
    in_variants = ["variants-0-size", "variants-1-name", "variants-1-json", "variants-1-size"]
    names = list(SAMPLES)
    after_variants = names.index("explorationWindow")
    expected = [*names[:after_variants], *in_variants, *names[after_variants:]]
    assert [field for field, _ in errors_of(**broken, variants=variants)] == expected


def test_variants_are_ordered_by_number() -> None:
    variants = rows(12)
    variants[1]["name"] = variants[10]["name"] = ""
    assert [field for field, _ in errors_of(variants=variants)] == ["variants-1-name", "variants-10-name"]


@pytest.mark.parametrize("name", LINES)
def test_line_is_sent_without_surrounding_spaces(name: str) -> None:
    assert body_of(isContextual="true", **{name: " \t a  b\u00e9’ \r\n"})[name] == "a  b\u00e9’"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", LINES)
def test_line_break_in_a_line_is_rejected(name: str, line_end: str) -> None:
    assert errors_of(isContextual="true", **{name: f"a{line_end}b"}) == [(name, "Put this on one line")]


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_sent_as_typed_with_normal_line_ends(name: str) -> None:
    assert body_of(**{name: " a\r\n\r\nb\rc\nd\t "})[name] == " a\n\nb\nc\nd\t "


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("country", ["country"]),
        ("country\nplan", ["country", "plan"]),
        ("\r\n country \r\n\r\n\tplan\rage\n \n", ["country", "plan", "age"]),
        ("two words\nuser.email", ["two words", "user.email"]),
        ("country\nplan\n country \nCountry\nplan", ["country", "plan", "Country"]),
    ],
)
def test_feature_list_has_one_feature_per_line(text: str, features: list[str]) -> None:
    assert body_of(isContextual="true", featureList=text)["featureList"] == features


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("country, device_type, plan", "Put each attribute on its own line: country · device_type · plan"),
        ("age\ncountry;plan", "Put each attribute on its own line: country · plan"),
        ("country\tplan", "Put each attribute on its own line: country · plan"),
        ("a\uff0cb\u3001c", "Put each attribute on its own line: a · b · c"),
        ("a,b,c,d,e,f,g", "Put each attribute on its own line: a · b · c · d · e and 2 more"),
        ("country,\nplan", "Enter country"),
        (", ;", "Remove this line: it contains no attribute"),
    ],
)
def test_several_features_on_one_line_are_rejected(text: str, message: str) -> None:
    assert errors_of(isContextual="true", featureList=text) == [("featureList", message)]


@pytest.mark.parametrize("name", LINES)
def test_line_has_at_most_1000_characters(name: str) -> None:
    assert body_of(isContextual="true", **{name: "é" * 1_000})[name] == "é" * 1_000
    message = "Shorten this to 1,000 characters; it has 1,001"
    assert errors_of(isContextual="true", **{name: "é" * 1_001}) == [(name, message)]


@pytest.mark.parametrize("name", TEXTS)
def test_text_has_at_most_10000_characters(name: str) -> None:
    assert body_of(**{name: "é" * 10_000})[name] == "é" * 10_000
    assert errors_of(**{name: "é" * 10_001}) == [(name, "Shorten this to 10,000 characters; it has 10,001")]


def test_feature_list_has_at_most_10000_characters() -> None:
    assert body_of(isContextual="true", featureList="é" * 10_000)["featureList"] == ["é" * 10_000]
    message = "Shorten this to 10,000 characters; it has 10,001"
    assert errors_of(isContextual="true", featureList="é" * 10_001) == [("featureList", message)]


def test_crlf_counts_as_one_character() -> None:
    assert body_of(description="a\r\n" * 5_000)["description"] == "a\n" * 5_000


@pytest.mark.parametrize("name", ["explorationWindow", "isContextual", "explorationWindowRate"])
def test_choice_and_number_have_a_maximum_length(name: str) -> None:
    assert errors_of(**{name: "1" * 1_001}) == [(name, "Shorten this to 1,000 characters; it has 1,001")]


INVISIBLE = [
    ("\x00", "U+0000"),
    ("\x08", "U+0008"),
    ("\x0b", "U+000B"),
    ("\x0c", "U+000C"),
    ("\x0e", "U+000E"),
    ("\x1f", "U+001F"),
    ("\x7f", "U+007F"),
    ("\x80", "U+0080"),
    ("\x9f", "U+009F"),
    ("\ud800", "U+D800"),
    ("\udbff", "U+DBFF"),
    ("\udfff", "U+DFFF"),
    ("\ufdd0", "U+FDD0"),
    ("\ufdef", "U+FDEF"),
    ("\ufffe", "U+FFFE"),
    ("\uffff", "U+FFFF"),
]


@pytest.mark.parametrize(("character", "code"), INVISIBLE, ids=[code for _, code in INVISIBLE])
@pytest.mark.parametrize("name", ["name", "description", "featureList", "winnerThreshold", "explorationWindowRate"])
def test_unshowable_character_is_named_by_its_code(name: str, character: str, code: str) -> None:
    message = f"Remove the invisible character {code}"
    assert errors_of(**{name: f"a{character}b\x01"}) == [(name, message)]


@pytest.mark.parametrize("character", ["\t", " ", "~", *"\xa0\xad\u200b\u2028\ud7ff\ue000\ufdcf\ufdf0\ufeff\ufffd😀"])
def test_showable_character_is_sent(character: str) -> None:
    assert body_of(successEvent=f"a{character}b")["successEvent"] == f"a{character}b"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.001", 0.001),
        ("1", 1),
        ("1.0", 1.0),
        ("0.5", 0.5),
        (".5", 0.5),
        (" 0.25 ", 0.25),
        ("0.0010000000000000002", 0.0010000000000000002),
    ],
)
@pytest.mark.parametrize("name", ["explorationWindowRate", "longtermExplorationAllocation"])
def test_share_is_sent_as_a_number(name: str, text: str, number: float) -> None:
    value = body_of(isContextual="true", **{name: text})[name]
    assert value == number
    assert type(value) is type(number)


SHARE = "Enter a number from 0.001 to 1, such as 0.5"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        *((text, SHARE) for text in ("0", "0.0009", "0.0009999999999999998", "1.0000000000000002", "2", "50", "-0.5")),
        *((text, SHARE) for text in ("half", "150%", "..5", "-.5", "0x1", "NaN", "Infinity", "1 0", "2,5")),
        *((text, SHARE) for text in ("true", "٣", "1_0", "1e", ".", "1e999", "-1e999", "½", "1/2", "50%%")),
        *((text, "Enter 0.5") for text in ("50%", "50 %", "0,5", "+0.5", "5e-1", "\uff10.\uff15", "00.5")),
        *((text, "Enter 1") for text in ("1.", "01", "100%", "1e0")),
        ("66.7%", "Enter 0.667"),
        ("9" * 400, "This number is too large to arrive as typed"),
        (
            "0.10000000000000000001",
            "This number has more digits than can be sent: it would arrive as 0.1",
        ),
    ],
)
@pytest.mark.parametrize("name", ["explorationWindowRate", "longtermExplorationAllocation"])
def test_invalid_share_is_rejected(name: str, text: str, message: str) -> None:
    assert errors_of(**{name: text}) == [(name, message)]


CLEAR = "Only contextual autotunes use this. Clear it, or choose Contextual"


CONTEXTUAL = [name for name in BLANK if name in CONTEXTUAL_FIELDS]


def test_contextual_section_has_the_contextual_fields() -> None:
    section = next(section for section in SECTIONS if section.name == "contextual")
    assert section.fields == CONTEXTUAL_FIELDS


@pytest.mark.parametrize("kind", ["", "false"])
@pytest.mark.parametrize("name", CONTEXTUAL)
def test_contextual_value_of_a_classic_autotune_is_rejected(kind: str, name: str) -> None:
    assert errors_of(isContextual=kind, **{name: FULL[name]}) == [(name, CLEAR)]
    assert name in body_of(isContextual="true", **{name: FULL[name]})


def test_contextual_values_are_rejected_at_their_fields() -> None:
    errors = errors_of(**{name: FULL[name] for name in CONTEXTUAL}, successEvent="", idType="a\nb")
    assert [field for field, _ in errors] == ["successEvent", *CONTEXTUAL, "idType"]


def test_invalid_contextual_value_has_one_error() -> None:
    assert errors_of(explorationWindowRate="2") == [("explorationWindowRate", SHARE)]


# Behavior of WTForms that the form must not have.


@pytest.mark.parametrize("name", ["name", "description", "successEvent", "featureList"])
def test_no_field_has_a_maxlength_that_would_cut_a_paste(name: str) -> None:
    assert "maxlength" not in str(form_with()[name]())


def test_unknown_choice_stays_visible() -> None:
    page = str(form_with(explorationWindow="72hr").explorationWindow())
    assert '<option selected value="72hr">72hr</option>' in page


def test_added_error_is_listed_until_the_next_validation() -> None:
    form = form_with()
    assert form.validate()
    form.add_errors([FieldError("variants-1-json", "Statsig rejects this"), FieldError("weight", "Unknown property")])
    assert form.variants[1].form.json.errors == ["Statsig rejects this"]
    assert form.error_list() == [("weight", "Unknown property"), ("variants-1-json", "Statsig rejects this")]
    assert form.validate()


def test_rows_with_gaps_are_renumbered() -> None:
    form = AutotuneForm(MultiDict({"variants-1-name": "b", "variants-7-name": "c"}))
    assert [variant["name"] for variant in form.form_data["variants"]] == ["b", "c"]
    assert [variant.form.name.id for variant in form.variants] == ["variants-0-name", "variants-1-name"]
    assert form.variants.row_numbers == (1, 7)


@pytest.mark.parametrize("row", ["²", "٣", "", "-1", "1" * 5_000, "1e1"])
def test_row_without_a_number_is_ignored(row: str) -> None:
    assert AutotuneForm(MultiDict({f"variants-{row}-name": "b"})).form_data["variants"] == []
