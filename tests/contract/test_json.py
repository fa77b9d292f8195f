"""JSON as users enter it: what is read, and the position and reason of each error."""

from typing import Any

import pytest

from webapp.contract.json_input import JsonError, read_json, write_json

VALID: list[tuple[str, Any]] = [
    ("{}", {}),
    ("[]", []),
    ("[ ]", []),
    ("{ }", {}),
    ("null", None),
    ("true", True),
    ("false", False),
    ('""', ""),
    ('"a"', "a"),
    (" \t\r\n1 \t\r\n", 1),
    ('{"a":1,"b":[true,false,null]}', {"a": 1, "b": [True, False, None]}),
    ('{ "a" : 1 , "b" : { } }', {"a": 1, "b": {}}),
    ('{"": 0}', {"": 0}),
    ('{"a": 1, "A": 2}', {"a": 1, "A": 2}),
    ('[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
    ('{"a": {"a": {"a": 1}}}', {"a": {"a": {"a": 1}}}),
    (r'"\" \\ \/ \b \f \n \r \t"', '" \\ / \b \f \n \r \t'),
    (r'"\u00e9\u20AC\ud83d\ude00"', "é€😀"),
    (r'"\\u0041 \\\u0041 \uD83D\uDE00\ufeff"', "\\u0041 \\A 😀\ufeff"),
    ('"é€😀\u2028\xa0\ufeff\ufffd"', "é€😀\u2028\xa0\ufeff\ufffd"),
    ('"\ud7ff\ue000"', "\ud7ff\ue000"),
    (r'"\u0000\u007f\uFFFF"', "\x00\x7f\uffff"),
    ('"\x7f\x80\x9f\ufdd0\uffff\U0010ffff"', "\x7f\x80\x9f\ufdd0\uffff\U0010ffff"),
    ('{"\x7f": 1}', {"\x7f": 1}),
    (r'"{\"a\": 1}"', '{"a": 1}'),
    ("[1,-2,0,-0.5,1.25e2,1E-2,1e+2]", [1, -2, 0, -0.5, 125.0, 0.01, 100.0]),
    ("[" * 32 + "]" * 32, eval("[" * 32 + "]" * 32)),  # noqa: S307
    ('{"NaN": "Infinity, -Infinity, undefined"}', {"NaN": "Infinity, -Infinity, undefined"}),
]


@pytest.mark.parametrize(("text", "value"), VALID)
def test_json_is_read(text: str, value: Any) -> None:
    assert repr(read_json(text)) == repr(value)


def test_key_order_is_kept() -> None:
    assert list(read_json('{"b": 1, "a": 2, "c": 3}')) == ["b", "a", "c"]


LARGE = "This number is too large to arrive as typed. Round it, or put it in double quotes"
INEXACT = (
    "This number has more digits than can be sent: it would arrive as {}. Round it, or put it in double quotes".format
)
NUMBER = "Write a number like 12, -3 or 0.5, or put it in double quotes"
OPEN = "Close this text with a double quote"
BREAK = "Close the double quotes before the end of the line, or write \\n for a line break"
BACKSLASH = "Write \\\\ for a backslash"
HEX = "Write four hexadecimal digits after \\u, such as \\u00e9"
DEEP = "Use at most 32 levels of nesting"
COMMENT = "JSON has no comments: remove it"
NOTHING = "Enter a value here"
COMMA = "Remove this comma"
BEFORE_COMMA = "Enter a value before this comma, or remove the comma"
LAST_COMMA = "Remove the comma after the last value"
KEY = "Put double quotes around the key"
NO_KEY = "Enter a key in double quotes before this {}".format
ADD_COMMA = "Add a comma here"
INNER = 'Add a comma here, or write \\" for a double quote inside text'
COLON = "Add a colon after this key"
STRAY_COLON = "Use a colon only after a key, in { and }"
EXTRA = "Unexpected text after the JSON"
EARLY = "The JSON ends too early: close every { and ["
EMPTY = 'Enter JSON, such as {"color": "red"}'
OBJECT = 'Write keys and values as one object, such as {"color": "red"}'
FENCE = "Remove the ``` lines around the JSON"
SINGLE = "Use double quotes, not single quotes"
COMMAS = "Write numbers without commas, such as 1000 or 0.5"
CLOSE_OBJECT = "Close the object with }, not ]"
CLOSE_LIST = "Close the list with ], not }"
QUOTE = "Put double quotes around {}".format
STRAIGHT = "Use straight double quotes, not {}".format
INSTEAD = "Write {} instead of {}".format
CONSTANT = "JSON has no {}: write null or a number".format
INVISIBLE = "Remove the invisible character {}".format
SPACE = "Replace the invisible space {} with a plain space".format
HALF = "Remove {}: it is only half of a character".format
DUPLICATE = "Duplicate key {}".format

REJECTED: list[tuple[str, int, int, str]] = [
    # empty, or with text after the JSON
    ("", 1, 1, EMPTY),
    (" \n ", 2, 2, EMPTY),
    ("\n\n\n", 4, 1, EMPTY),
    ("1 2", 1, 3, EXTRA),
    ("{}}", 1, 3, EXTRA),
    ("[],", 1, 3, EXTRA),
    ('{"a": 1};', 1, 9, EXTRA),
    ('{"a": 1}\n{"a": 2}', 2, 1, EXTRA),
    ('{"a": 1} trailing', 1, 10, EXTRA),
    ("```json\n{}\n```", 1, 1, FENCE),
    ("{}\n```", 2, 1, FENCE),
    ('"a": 1,\n"b": 2', 1, 4, OBJECT),
    ("color: red\nsize: 2", 1, 1, OBJECT),
    # brackets
    ("{", 1, 2, EARLY),
    ("[1, ", 1, 5, EARLY),
    ('{"a"', 1, 5, EARLY),
    ('{"a":', 1, 6, EARLY),
    ('{"a": 1', 1, 8, EARLY),
    ("[\r\n", 2, 1, EARLY),
    ('{"a": 1]', 1, 8, CLOSE_OBJECT),
    ("[1}", 1, 3, CLOSE_LIST),
    ("[}", 1, 2, NOTHING),
    ("]", 1, 1, NOTHING),
    ("(1, 2)", 1, 1, NOTHING),
    # keys
    ("{a: 1}", 1, 2, KEY),
    ("{1: 1}", 1, 2, KEY),
    ("{'a': 1}", 1, 2, SINGLE),
    ("{\"a\": 1, 'b': 1}", 1, 10, SINGLE),
    ("{“a”: 1}", 1, 2, STRAIGHT("“")),
    ("{\u2018a\u2019: 1}", 1, 2, STRAIGHT("\u2018")),
    ('{{"a": 1}}', 1, 2, NO_KEY("{")),
    ("{[1]}", 1, 2, NO_KEY("[")),
    ('{"a" 1}', 1, 6, COLON),
    ('{"a"}', 1, 5, COLON),
    ('{"a" = 1}', 1, 6, COLON),
    ('{"a"::1}', 1, 6, NOTHING),
    ('{"a":}', 1, 6, NOTHING),
    ('["a": 1]', 1, 5, STRAY_COLON),
    ('{"a": 12:30}', 1, 9, STRAY_COLON),
    # duplicate keys
    ('{"a": 1, "a": 1}', 1, 10, DUPLICATE('"a"')),
    ('{\n  "a": 1,\n  "b": 2,\n  "a": 3\n}', 4, 3, DUPLICATE('"a"')),
    (r'{"a": 1, "\u0061": 2}', 1, 10, DUPLICATE('"a"')),
    ('{"": 1, "": 2}', 1, 9, DUPLICATE('""')),
    (r'{"\u0085": 1, "\u0085": 2}', 1, 15, DUPLICATE('"\\u0085"')),
    ('[{"x": {"a": 1, "a": 2}}]', 1, 17, DUPLICATE('"a"')),
    # commas
    ('{"a": 1,}', 1, 8, LAST_COMMA),
    ('{"a": 1 ,\n\n}', 1, 9, LAST_COMMA),
    ("[1,]", 1, 3, LAST_COMMA),
    ("{,}", 1, 2, COMMA),
    ('{"a": 1, , "b": 1}', 1, 10, COMMA),
    ("[,]", 1, 2, BEFORE_COMMA),
    ("[1,,2]", 1, 4, BEFORE_COMMA),
    ('{"a":,}', 1, 6, BEFORE_COMMA),
    ('{"a": 1 "b": 2}', 1, 8, ADD_COMMA),
    ('{\n  "a": 1\n  "b": 2\n}', 2, 9, ADD_COMMA),
    ('{"a": "x"\n"b": 1}', 1, 10, ADD_COMMA),
    ('{"a": {"b": 1}\n"c": 2}', 1, 15, ADD_COMMA),
    ('{"a": 1; "b": 2}', 1, 8, ADD_COMMA),
    ("[1 2]", 1, 3, ADD_COMMA),
    ('{"a": "say "hi" now"}', 1, 13, INNER),
    ('["a" b]', 1, 5, INNER),
    ('{"a": 1,000}', 1, 9, COMMAS),
    ('{"a": 0,5}', 1, 9, COMMAS),
    # text
    ('"', 1, 1, OPEN),
    ('{"a": "b}', 1, 7, OPEN),
    ('{"a', 1, 2, OPEN),
    ('["a\nb"]', 1, 4, BREAK),
    ('["a\r\nb"]', 1, 4, BREAK),
    ('{"a": "b,\n "c": 1}', 1, 10, BREAK),
    ('"a\tb"', 1, 3, "Write \\t for a tab"),
    (r'"a\x"', 1, 3, BACKSLASH),
    (r'"C:\Users"', 1, 4, BACKSLASH),
    (r'"\u12g4"', 1, 3, HEX),
    ("'a'", 1, 1, SINGLE),
    ("`a`", 1, 1, STRAIGHT("`")),
    ("“a”", 1, 1, STRAIGHT("“")),
    ("„a“", 1, 1, STRAIGHT("„")),
    # halves of surrogate pairs
    (r'"\ud800"', 1, 1, HALF("\\ud800")),
    (r'"a\ude00\ud83d"', 1, 1, HALF("\\ude00")),
    (r'{"\udbff": 1}', 1, 2, HALF("\\udbff")),
    ('"\ud800"', 1, 1, HALF("\\ud800")),
    # numbers
    *((text, 1, 1, NUMBER) for text in ("-", "01", "1.", "1.e5", "1e", "0x1F", "1a", "1_000", ".5", "+1", "- 1")),
    *((text, 1, 1, NUMBER) for text in ("1.2.3", "12px", "1²", "--1", "50%", "2024-01-01", "1/2", "10n")),
    ('{"a": 12px}', 1, 7, NUMBER),
    ("9007199254740993", 1, 1, LARGE),
    ('{"a": -9007199254740993}', 1, 7, LARGE),
    ("[1,\n 1e999]", 2, 2, LARGE),
    ("7" * 5_000, 1, 1, LARGE),
    ("0.1234567890123456789", 1, 1, INEXACT("0.12345678901234568")),
    ("1e-999", 1, 1, INEXACT("0.0")),
    ("NaN", 1, 1, CONSTANT("NaN")),
    ("[Infinity]", 1, 2, CONSTANT("Infinity")),
    ('{"x": -Infinity}', 1, 7, CONSTANT("-Infinity")),
    # words
    ('{"a": True, "b": None}', 1, 7, INSTEAD("true", "True")),
    ("FALSE", 1, 1, INSTEAD("false", "FALSE")),
    ("[None]", 1, 2, INSTEAD("null", "None")),
    ('{"a": undefined}', 1, 7, INSTEAD("null", "undefined")),
    ("nulll", 1, 1, QUOTE("nulll")),
    ("true1", 1, 1, QUOTE("true1")),
    ("grün", 1, 1, QUOTE("grün")),
    ("a" * 31, 1, 1, QUOTE("a" * 30)),
    ('{"a": yes}', 1, 7, QUOTE("yes")),
    ('{"a": function() {}}', 1, 7, QUOTE("function")),
    ('{"color": #fff}', 1, 11, QUOTE("#fff")),
    ('["😀", x]', 1, 7, QUOTE("x")),
    ("[1,\r\n2,\r\n\r\n x]", 4, 2, QUOTE("x")),
    # comments
    ("// a", 1, 1, COMMENT),
    ("[1, /* a */ 2]", 1, 5, COMMENT),
    ('{"a": # one\n 1}', 1, 7, COMMENT),
    ('{ // one\n"a": 1}', 1, 3, COMMENT),
    ('{"a": 1//one\n}', 1, 8, COMMENT),
    ('{"a" /*one*/: 1}', 1, 6, COMMENT),
    ("[1, 2, # x\n]", 1, 8, COMMENT),
    ("{}\n/* one */", 2, 1, COMMENT),
    # invisible characters
    ("\ufeff{}", 1, 1, INVISIBLE("U+FEFF")),
    ('{\u2060"a": 1}', 1, 2, INVISIBLE("U+2060")),
    ('{"a": 1\u200b}', 1, 8, INVISIBLE("U+200B")),
    ("{\n\x0c}", 2, 1, INVISIBLE("U+000C")),
    ('"a\x00"', 1, 3, INVISIBLE("U+0000")),
    ('[\n"\x1f"]', 2, 2, INVISIBLE("U+001F")),
    ('{\n\xa0\xa0"a": 1}', 2, 1, SPACE("U+00A0")),
    ('{"a" \xa0: 1}', 1, 6, SPACE("U+00A0")),
    ('{"a": true,\u2028"b": 1}', 1, 12, SPACE("U+2028")),
    ("[1\u3000, 2]", 1, 3, SPACE("U+3000")),
    ("[]\xa0", 1, 3, SPACE("U+00A0")),
    # nesting
    ("[" * 33 + "]" * 33, 1, 33, DEEP),
    ('{"a":' * 33 + "1" + "}" * 33, 1, 161, DEEP),
    ("[" * 31 + '\n{"a": {}}' + "]" * 31, 2, 7, DEEP),
    ("[" * 100_000, 1, 33, DEEP),
    # length
    ("[" * 100_000 + "]" * 100_000, 0, 0, "Shorten this to 100,000 characters; it has 200,000"),
]


@pytest.mark.parametrize(("text", "line", "column", "reason"), REJECTED, ids=range(len(REJECTED)))
def test_rejected_text_has_a_position_and_a_reason(text: str, line: int, column: int, reason: str) -> None:
    with pytest.raises(JsonError) as error:
        read_json(text)
    assert str(error.value) == (f"{reason} (line {line}, column {column})" if line else reason)


@pytest.mark.parametrize("text", ['"', r'"\ud800"', "1e999", "0.1234567890123456789"])
def test_error_has_no_chain_of_other_errors(text: str) -> None:
    with pytest.raises(JsonError) as error:
        read_json(text)
    assert error.value.__suppress_context__ or error.value.__context__ is None


@pytest.mark.parametrize(("open_", "close"), [("[", "]"), ('{"a":', "}")])
def test_32_levels_are_read_and_33_are_not(open_: str, close: str) -> None:
    inner = "1"
    assert read_json(open_ * 32 + inner + close * 32)
    with pytest.raises(JsonError):
        read_json(open_ * 33 + inner + close * 33)


def test_depth_counts_levels_and_not_brackets() -> None:
    assert read_json("[" + ",".join(["[[]]"] * 100) + "]") == [[[]]] * 100


def test_json_is_written_with_two_spaces_and_unescaped_letters() -> None:
    assert write_json({"b": [1, 2.5], "a": "é", "c": {}}) == (
        '{\n  "b": [\n    1,\n    2.5\n  ],\n  "a": "é",\n  "c": {}\n}'
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("\x00\x1f\x7f\x80\x9f", r'"\u0000\u001f\u007f\u0080\u009f"'),
        ("\ud800 \ufdd0\uffff", r'"\ud800 \ufdd0\uffff"'),
        ("\U0001fffe", r'"\ud83f\udffe"'),
        ({"\x85": "\n\t"}, '{\n  "\\u0085": "\\n\\t"\n}'),
        ("\xa0\u2028😀", '"\xa0\u2028😀"'),
    ],
)
def test_unshowable_characters_are_escaped(value: Any, text: str) -> None:
    assert write_json(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_infinite_numbers_are_not_written(value: float) -> None:
    with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
        write_json([value])


HOSTILE = [
    *(
        " ",
        "\t",
        "\n",
        "a\t",
        '"',
        '"\\',
        '\\"',
        "\\",
        "\\ud800",
        "[",
        "{",
        '{"a":',
        "[{",
        "1,",
        "-",
        "“",
        '"“',
        "'a':",
    ),
    *('"{""', "[ ", "|", "a ", "a: ", "a =", "/", "#", "`", "\x7f", "\xa0", "0", "e", "}", ",", ":", "…", "a" * 99),
]


@pytest.mark.parametrize("before", ["", '{"a": 1 ', '["'])
@pytest.mark.parametrize("repeated", HOSTILE)
def test_hostile_text_of_full_length_is_rejected_quickly(before: str, repeated: str) -> None:
    """Quadratic work, also in a regular expression, would take minutes."""
    with pytest.raises(JsonError):
        read_json((before + repeated * 100_000)[:100_000])
