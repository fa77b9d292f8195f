"""JSON as people type it: what is read, and where and why it is refused."""

from typing import Any

import pytest

from webapp.contract import JsonError, read_json, write_json

READ: list[tuple[str, Any]] = [
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
    ("[1,-2,0,-0.5,1.25e2,1E-2,1e+2]", [1, -2, 0, -0.5, 125.0, 0.01, 100.0]),
    ("[" * 32 + "]" * 32, eval("[" * 32 + "]" * 32)),  # noqa: S307
    ('{"NaN": "Infinity, -Infinity, undefined"}', {"NaN": "Infinity, -Infinity, undefined"}),
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_json_is_read(text: str, value: Any) -> None:
    assert repr(read_json(text)) == repr(value)


def test_the_order_of_keys_is_kept() -> None:
    assert list(read_json('{"b": 1, "a": 2, "c": 3}')) == ["b", "a", "c"]


NUMBER = "this is not how JSON writes a number; write it like 12, -3 or 0.5"
LARGE = "this number is too large to arrive as typed; put it in quotes or make it smaller"
HALF = "this text holds half of a surrogate pair, which cannot be sent"
OPEN = "the text that begins here has no closing quote"
BREAK = 'close the quotes before the end of this line; a line break inside quotes is written as "\\n"'
TAB = 'a tab inside quotes is written as "\\t"'
BACKSLASH = "after a backslash JSON knows only the signs \\ / b f n r t u and the double quote"
HEX = "after \\u four hexadecimal digits are expected"
DEEP = "values are nested more than 32 deep"
NO_COMMENTS = "JSON has no comments; remove this"
CURLY = "use straight double quotes, not curly ones"
NOTHING = "a value is expected here"
COMMA = "remove this comma"
BEFORE_COMMA = "a value is missing before the comma"
KEY = "a key must stand in double quotes"
DOTS = "JSON has no dots in place of values; write the values, or remove the dots"


def space(code: str) -> str:
    return f"the invisible space {code} stands here; replace it by a plain one"


def sign(code: str) -> str:
    return f"the invisible sign {code} stands here; remove it"


def text(word: str) -> str:
    return f"{word} is not a JSON value; put text in double quotes"


REFUSED: list[tuple[str, int, int, str]] = [
    # nothing, or too much
    ("", 1, 1, "a value is missing at the end"),
    (" \n ", 2, 2, "a value is missing at the end"),
    ('{"a":', 1, 6, "a value is missing at the end"),
    ("1 2", 1, 3, "there is something after the end of the value"),
    ("{}}", 1, 3, "there is something after the end of the value"),
    ('{"a": 1}\n{"a": 2}', 2, 1, "there is something after the end of the value"),
    ("[],", 1, 3, "there is something after the end of the value"),
    # objects
    ("{", 1, 2, "the object is not closed; add }"),
    ('{"a": 1', 1, 8, "the object is not closed; add }"),
    ('{"a": 1,', 1, 9, "the object is not closed; add }"),
    ('{"a": 1 "b": 2}', 1, 9, "a comma or } is missing here"),
    ('{\n  "a": 1\n  "b": 2\n}', 3, 3, "a comma or } is missing here"),
    ('{"a": 1]', 1, 8, "a comma or } is missing here"),
    ('{"a": 1,}', 1, 8, "remove the comma after the last value"),
    ('{"a": 1 ,\n\n}', 1, 9, "remove the comma after the last value"),
    ("{,}", 1, 2, COMMA),
    ("{a: 1}", 1, 2, "a key must stand in double quotes"),
    ("{'a': 1}", 1, 2, "a key must stand in double quotes"),
    ("{1: 1}", 1, 2, "a key must stand in double quotes"),
    ('{"a": 1, , "b": 1}', 1, 10, COMMA),
    ('{"a":1,,"b":2}', 1, 8, COMMA),
    ('{, "a": 1}', 1, 2, COMMA),
    ("{“a”: 1}", 1, 2, CURLY),
    ("{”a”: 1}", 1, 2, CURLY),
    ("{\u2018a\u2019: 1}", 1, 2, CURLY),
    ('{"a": 1, “b": 1}', 1, 10, CURLY),
    ('{"a": 1, ...}', 1, 10, DOTS),
    ("{…}", 1, 2, DOTS),
    ('{"a" 1}', 1, 6, "a colon is missing after the key"),
    ('{"a"}', 1, 5, "a colon is missing after the key"),
    ('{"a"', 1, 5, "a colon is missing after the key"),
    ('{"a", 1}', 1, 5, "a colon is missing after the key"),
    ('{"a":}', 1, 6, NOTHING),
    ('{"a":,}', 1, 6, "a value is missing before the comma"),
    ('{"a"::1}', 1, 6, NOTHING),
    # the same key twice
    ('{"a": 1, "a": 1}', 1, 10, 'the key "a" stands here twice'),
    ('{\n  "a": 1,\n  "b": 2,\n  "a": 3\n}', 4, 3, 'the key "a" stands here twice'),
    (r'{"a": 1, "\u0061": 2}', 1, 10, 'the key "a" stands here twice'),
    ('{"": 1, "": 2}', 1, 9, 'the key "" stands here twice'),
    ('{"é\\n": 1, "é\\n": 2}', 1, 12, 'the key "é\\n" stands here twice'),
    (r'{"\u0085": 1, "\u0085": 2}', 1, 15, r'the key "\u0085" stands here twice'),
    ('[{"x": {"a": 1, "a": 2}}]', 1, 17, 'the key "a" stands here twice'),
    # lists
    ("[", 1, 2, "the list is not closed; add ]"),
    ("[1", 1, 3, "the list is not closed; add ]"),
    ('[{"a": [1}]', 1, 10, "a comma or ] is missing here"),
    ("[1,", 1, 4, "the list is not closed; add ]"),
    ("[1, ", 1, 5, "the list is not closed; add ]"),
    ("[1 2]", 1, 4, "a comma or ] is missing here"),
    ("[1}", 1, 3, "a comma or ] is missing here"),
    ("[1,]", 1, 3, "remove the comma after the last value"),
    ("[,]", 1, 2, "a value is missing before the comma"),
    ("[1,,2]", 1, 4, "a value is missing before the comma"),
    ("[1,2,...]", 1, 6, DOTS),
    ("[1, …]", 1, 5, DOTS),
    ("[..]", 1, 2, DOTS),
    ("[.]", 1, 2, NOTHING),
    ("[.a]", 1, 2, NOTHING),
    ("[}", 1, 2, NOTHING),
    ("]", 1, 1, NOTHING),
    (":", 1, 1, NOTHING),
    # text
    ('"abc', 1, 1, OPEN),
    ('"', 1, 1, OPEN),
    ('"abc\\', 1, 1, OPEN),
    ('{"a": "b}', 1, 7, OPEN),
    ('{"a', 1, 2, OPEN),
    ('["a\nb"]', 1, 4, BREAK),
    ('["a\r\nb"]', 1, 4, BREAK),
    ('{"a": "b,\n "c": 1}', 1, 10, BREAK),
    ('{"a: 1,\n "b": 2}', 1, 8, BREAK),
    ('"a\tb"', 1, 3, TAB),
    ('{"a\n": 1}', 1, 4, BREAK),
    (r'"a\x"', 1, 3, BACKSLASH),
    (r'"\'"', 1, 2, BACKSLASH),
    ('["\\\n"]', 1, 3, BACKSLASH),
    (r'"C:\Users"', 1, 4, BACKSLASH),
    (r'"\u12g4"', 1, 3, HEX),
    (r'"\u12"', 1, 3, HEX),
    (r'"\u"', 1, 3, HEX),
    (r'"\u12', 1, 3, HEX),
    (r'"\u00e9', 1, 1, OPEN),
    (r'"a\n', 1, 1, OPEN),
    # halves of surrogate pairs
    (r'"\ud800"', 1, 1, HALF),
    (r'"\udfff"', 1, 1, HALF),
    (r'"a\ude00\ud83d"', 1, 1, HALF),
    (r'["a", "b\udc00"]', 1, 7, HALF),
    (r'{"\udbff": 1}', 1, 2, HALF),
    # numbers
    *(
        (text, 1, 1, NUMBER)
        for text in ("-", "01", "-01", "00", "1.", "1.e5", "1e", "1e+", "1E-", "0x1F", "1a", "1_000")
    ),
    *((text, 1, 1, NUMBER) for text in ("1.2.3", "12px", "1²", "--1", "-a", "- 1", "-Infinity", "-NaN", "1é", "0b1")),
    ("[1, -Infinity]", 1, 5, NUMBER),
    ("9007199254740993", 1, 1, LARGE),
    ('{"a": -9007199254740993}', 1, 7, LARGE),
    ("[1,\n 1e999]", 2, 2, LARGE),
    ("-1e999", 1, 1, LARGE),
    ("7" * 5_000, 1, 1, LARGE),
    (
        "0.1234567890123456789",
        1,
        1,
        "this number has more digits than can be sent: it would arrive as 0.12345678901234568",
    ),
    ("1e-999", 1, 1, "this number has more digits than can be sent: it would arrive as 0.0"),
    # words
    ("True", 1, 1, "write true here, as JSON does"),
    ("False", 1, 1, "write false here, as JSON does"),
    ("None", 1, 1, "write null here, as JSON does"),
    ("TRUE", 1, 1, "write true here, as JSON does"),
    ("FALSE", 1, 1, "write false here, as JSON does"),
    ("NULL", 1, 1, "write null here, as JSON does"),
    ("none", 1, 1, "write null here, as JSON does"),
    ("Null", 1, 1, "write null here, as JSON does"),
    ("nil", 1, 1, "write null here, as JSON does"),
    ("[tRUE]", 1, 2, "write true here, as JSON does"),
    ("nan", 1, 1, "nan is not a JSON value; write null or a number"),
    ("[inf]", 1, 2, "inf is not a JSON value; write null or a number"),
    ("NaN", 1, 1, "NaN is not a JSON value; write null or a number"),
    ("[Infinity]", 1, 2, "Infinity is not a JSON value; write null or a number"),
    ('{"a": undefined}', 1, 7, "undefined is not a JSON value; write null or a number"),
    ("nul", 1, 1, "nul is not a JSON value; put text in double quotes"),
    ("nulll", 1, 1, "nulll is not a JSON value; put text in double quotes"),
    ("true1", 1, 1, "true1 is not a JSON value; put text in double quotes"),
    ("_a é", 1, 1, "_a is not a JSON value; put text in double quotes"),
    ("rot grün", 1, 1, "rot is not a JSON value; put text in double quotes"),
    ("grün", 1, 1, "grün is not a JSON value; put text in double quotes"),
    ("a" * 30, 1, 1, f"{'a' * 30} is not a JSON value; put text in double quotes"),
    ("a" * 31, 1, 1, f"{'a' * 30} is not a JSON value; put text in double quotes"),
    ("true false", 1, 6, "there is something after the end of the value"),
    # signs
    ("'a'", 1, 1, "JSON wants double quotes, not single ones"),
    ("`a`", 1, 1, "JSON wants double quotes, not backticks"),
    ("“a”", 1, 1, CURLY),
    ("\u2018a\u2019", 1, 1, CURLY),
    ("’a’", 1, 1, CURLY),
    ("„a“", 1, 1, CURLY),
    ("”a”", 1, 1, CURLY),
    ("// a", 1, 1, NO_COMMENTS),
    ("[1, /* a */ 2]", 1, 5, NO_COMMENTS),
    ("# a", 1, 1, NO_COMMENTS),
    ("#", 1, 1, NO_COMMENTS),
    ('{"a": // one\n 1}', 1, 7, NO_COMMENTS),
    ('{"a": # one\n 1}', 1, 7, NO_COMMENTS),
    ("[\n  //one\n  1]", 2, 3, NO_COMMENTS),
    ("[\n\t#one\n  1]", 2, 2, NO_COMMENTS),
    ('{ // one\n"a": 1}', 1, 3, NO_COMMENTS),
    ('{"a": 1 //one\n}', 1, 9, NO_COMMENTS),
    ('{"a": 1, #one\n"b": 1}', 1, 10, NO_COMMENTS),
    ('{"a" /*one*/: 1}', 1, 6, NO_COMMENTS),
    ("[1 #one\n]", 1, 4, NO_COMMENTS),
    ("{} // one", 1, 4, NO_COMMENTS),
    ("{}\n/* one */", 2, 1, NO_COMMENTS),
    ("[] #one", 1, 4, NO_COMMENTS),
    ('{"color": #fff}', 1, 11, text("#fff")),
    ("[1, #fff, 2]", 1, 5, text("#fff")),
    ('{"url": //cdn.test/x.png}', 1, 9, text("//cdn.test/x.png")),
    ('{"path": /shop/new\n}', 1, 10, text("/shop/new")),
    ("[#fff]", 1, 2, text("#fff")),
    (f"[#{'a' * 99}]", 1, 2, text(f"#{'a' * 29}")),
    ("[/]", 1, 2, text("/")),
    ("{/a: 1}", 1, 2, KEY),
    ("+1", 1, 1, "a number has no plus sign in front"),
    (".5", 1, 1, "write a zero before the point, as in 0.5"),
    ("\ufeff{}", 1, 1, sign("U+FEFF")),
    ("{}\ufeff", 1, 3, sign("U+FEFF")),
    ("\u200b[]", 1, 1, sign("U+200B")),
    ('{\u2060"a": 1}', 1, 2, sign("U+2060")),
    ('{"a"\u00ad: 1}', 1, 5, sign("U+00AD")),
    ('{"a":\u202a 1}', 1, 6, sign("U+202A")),
    ('{"a": 1\u200b}', 1, 8, sign("U+200B")),
    ('{\n\xa0\xa0"a": 1}', 2, 1, space("U+00A0")),
    ('{"a":\xa01}', 1, 6, space("U+00A0")),
    ('{"a"\xa0: 1}', 1, 5, space("U+00A0")),
    ('{"a": 1\xa0}', 1, 8, space("U+00A0")),
    ('{"a": true,\u2028"b": 1}', 1, 12, space("U+2028")),
    ("[1,\u20092]", 1, 4, space("U+2009")),
    ("[1\u3000, 2]", 1, 3, space("U+3000")),
    ("[]\xa0", 1, 3, space("U+00A0")),
    ("٣", 1, 1, NOTHING),
    ("²", 1, 1, "² is not a JSON value; put text in double quotes"),
    ("\u00a01", 1, 1, space("U+00A0")),
    ("<", 1, 1, NOTHING),
    # what no page can show
    ("\x00", 1, 1, "the invisible sign U+0000 stands here; remove it"),
    ("{\n\x0c}", 2, 1, "the invisible sign U+000C stands here; remove it"),
    ('[\n"\x1f"]', 2, 2, "the invisible sign U+001F stands here; remove it"),
    ('"\x7f"', 1, 2, "the invisible sign U+007F stands here; remove it"),
    ('"\ud800"', 1, 2, "the invisible sign U+D800 stands here; remove it"),
    ('{"a": "\ude00"', 1, 8, "the invisible sign U+DE00 stands here; remove it"),
    ('["\uffff\ufffe', 1, 3, "the invisible sign U+FFFF stands here; remove it"),
    # nesting
    ("[" * 33 + "]" * 33, 1, 33, DEEP),
    ('{"a":' * 33 + "1" + "}" * 33, 1, 161, DEEP),
    ("[" * 31 + '\n{"a": {}}' + "]" * 31, 2, 7, DEEP),
    ("[" * 100_000, 1, 33, DEEP),
    ("[" * 100_000 + "]" * 100_000, 1, 33, DEEP),
    ('{"a":' * 100_000, 1, 161, DEEP),
    # where it stands
    ("[1,\n2,\n\n x]", 4, 2, "x is not a JSON value; put text in double quotes"),
    ("[1,\r\n2,\r\n\r\n x]", 4, 2, "x is not a JSON value; put text in double quotes"),
    ("\n\n\n", 4, 1, "a value is missing at the end"),
    ("[\r\n", 2, 1, "the list is not closed; add ]"),
    ('["😀", x]', 1, 7, "x is not a JSON value; put text in double quotes"),
]


@pytest.mark.parametrize(("text", "line", "column", "reason"), REFUSED, ids=[repr(each[0][:20]) for each in REFUSED])
def test_what_is_refused_says_where_and_why(text: str, line: int, column: int, reason: str) -> None:
    with pytest.raises(JsonError) as error:
        read_json(text)
    assert (error.value.line, error.value.column, error.value.reason) == (line, column, reason)
    assert str(error.value) == f"Line {line}, column {column}: {reason}"


@pytest.mark.parametrize("typed", ['"', r'"\ud800"', "1e999", "0.1234567890123456789"])
def test_the_refusal_is_all_that_is_told(typed: str) -> None:
    """No chain of other errors in a log."""
    with pytest.raises(JsonError) as error:
        read_json(typed)
    assert error.value.__suppress_context__ or error.value.__context__ is None


@pytest.mark.parametrize(("open_", "close"), [("[", "]"), ('{"a":', "}")])
def test_32_levels_are_read_and_33_are_not(open_: str, close: str) -> None:
    inner = "1"
    assert read_json(open_ * 32 + inner + close * 32)
    with pytest.raises(JsonError):
        read_json(open_ * 33 + inner + close * 33)


def test_depth_counts_levels_and_not_brackets() -> None:
    assert read_json("[" + ",".join(["[[]]"] * 100) + "]") == [[[]]] * 100


def test_json_is_written_with_two_spaces_and_its_own_letters() -> None:
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
def test_what_no_page_can_show_is_escaped(value: Any, text: str) -> None:
    assert write_json(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_json_cannot_say_is_not_written(value: float) -> None:
    with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
        write_json([value])


@pytest.mark.parametrize(("text", "line", "column"), [("\n{", 2, 2), ("\n\n]", 3, 1), ("]", 1, 1), ("\n", 2, 1)])
def test_lines_are_counted_from_the_very_first_sign(text: str, line: int, column: int) -> None:
    with pytest.raises(JsonError) as raised:
        read_json(text)
    assert (raised.value.line, raised.value.column) == (line, column)
