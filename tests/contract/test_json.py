"""JSON as people type it: what is read, and where and why it is refused."""

import json
from contextlib import suppress
from typing import Any

import pytest

from webapp.contract.json_input import JsonError, _check_formatted, read_json, write_json

from ..work import calls

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
    ('"\x7f\x80\x9f\ufdd0\uffff\U0010ffff"', "\x7f\x80\x9f\ufdd0\uffff\U0010ffff"),
    ('{"\x7f": 1}', {"\x7f": 1}),
    (r'"{\"a\": 1}"', '{"a": 1}'),
    ("[1,-2,0,-0.5,1.25e2,1E-2,1e+2]", [1, -2, 0, -0.5, 125.0, 0.01, 100.0]),
    ("[" * 32 + "]" * 32, eval("[" * 32 + "]" * 32)),  # noqa: S307
    ('{"NaN": "Infinity, -Infinity, undefined"}', {"NaN": "Infinity, -Infinity, undefined"}),
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_json_is_read(text: str, value: Any) -> None:
    assert repr(read_json(text)) == repr(value)


def test_the_order_of_keys_is_kept() -> None:
    assert list(read_json('{"b": 1, "a": 2, "c": 3}')) == ["b", "a", "c"]


LARGE = "This number is too large to arrive as typed. Round it, or put it in double quotes"
NUMBER = "Write a number like 12, -3 or 0.5, or put it in double quotes"
OPEN = "Close this text with a double quote"
BREAK = "Close the double quotes before the end of the line, or write \\n for a line break"
BACKSLASH = "Write \\\\ for a backslash"
HEX = "Write four hexadecimal digits after \\u, such as \\u00e9"
DEEP = "Use at most 32 levels of nesting"
NO_COMMENTS = "JSON has no comments: remove it"
NOTHING = "Enter a value here"
COMMA = "Remove this comma"
BEFORE_COMMA = "Enter a value before this comma, or remove the comma"
AFTER_LAST = "Remove the comma after the last value"
KEY = "Put double quotes around the key"
ADD_COMMA = "Add a comma here"
COLON = "Add a colon after this key"
COLON_VALUE = "Add a colon and a value after this key"
EXTRA = "Unexpected text after the JSON"
SEVERAL = "Unexpected text after the JSON: put several values into one list, such as [1, 2]"
EMPTY = 'Enter JSON, such as {"color": "red"}'
OBJECT = 'Write keys and values as one object, such as {"color": "red"}'
TABLE = 'Write the table as JSON, such as {"color": "red"}'
CSV = 'Remove the double quotes around the JSON, and write " where it has ""'
FENCE = "Remove the ``` lines around the JSON"
INNER = 'Add a comma here, or write \\" for a double quote inside text'
CODE = "Remove the code before the JSON"
LIST = "Write a list with [ and ], not with ( and )"
NO_COMMAS = "Write numbers without commas, such as 1000 or 0.5"
CLOSE_OBJECT = "Close the object with }, not ]"
CLOSE_LIST = "Close the list with ], not }"


def quote(word: str) -> str:
    return f"Put double quotes around {word}"


def straight(character: str) -> str:
    return f"Use straight double quotes, not {character}"


def invisible(code: str) -> str:
    return f"Remove the invisible character {code}"


def space(code: str) -> str:
    return f"Replace the invisible space {code} with a plain space"


def dots(written: str) -> str:
    return f"Write values in place of {written}, or remove it"


def early(missing: str) -> str:
    return f"The JSON ends too early: {missing}"


def half(escape: str) -> str:
    return f"Remove {escape}: it is only half of a character"


def duplicate(key: str) -> str:
    return f"Duplicate key {key}"


def inexact(value: str) -> str:
    return (
        f"This number has more digits than can be sent: it would arrive as {value}. "
        "Round it, or put it in double quotes"
    )


REFUSED: list[tuple[str, int, int, str]] = [
    # nothing, or too much
    ("", 1, 1, EMPTY),
    (" \n ", 2, 2, EMPTY),
    ('{"a":', 1, 6, early("add a value and }")),
    ("1 2", 1, 3, SEVERAL),
    ("{}}", 1, 3, "Remove this }: nothing is open here"),
    ('{"a": 1}\n{"a": 2}', 2, 1, SEVERAL),
    ("[],", 1, 3, "Remove the comma after the JSON"),
    # objects
    ("{", 1, 2, early("add }")),
    ('{"a": 1', 1, 8, early("add }")),
    ('{"a": 1,', 1, 9, early("replace the comma with }")),
    ('{"a": 1 "b": 2}', 1, 8, ADD_COMMA),
    ('{\n  "a": 1\n  "b": 2\n}', 2, 9, ADD_COMMA),
    ('{"a": 1]', 1, 8, CLOSE_OBJECT),
    ('{"a": 1,}', 1, 8, AFTER_LAST),
    ('{"a": 1 ,\n\n}', 1, 9, AFTER_LAST),
    ("{,}", 1, 2, COMMA),
    ("{a: 1}", 1, 2, KEY),
    ("{'a': 1}", 1, 2, "Use double quotes, not single quotes"),
    ("{1: 1}", 1, 2, KEY),
    ('{"a": 1, , "b": 1}', 1, 10, COMMA),
    ('{"a":1,,"b":2}', 1, 8, COMMA),
    ('{, "a": 1}', 1, 2, COMMA),
    ("{“a”: 1}", 1, 2, straight("“")),
    ("{”a”: 1}", 1, 2, straight("”")),
    ("{\u2018a\u2019: 1}", 1, 2, straight("\u2018")),
    ('{"a": 1, “b": 1}', 1, 10, straight("“")),
    ('{"a": 1, ...}', 1, 10, dots("...")),
    ("{…}", 1, 2, dots("…")),
    ('{"a" 1}', 1, 6, COLON),
    ('{"a"}', 1, 5, COLON_VALUE),
    ('{"a"', 1, 5, COLON_VALUE),
    ('{"a", 1}', 1, 5, COLON_VALUE),
    ('{"a":}', 1, 6, NOTHING),
    ('{"a":,}', 1, 6, BEFORE_COMMA),
    ('{"a"::1}', 1, 6, NOTHING),
    # the same key twice
    ('{"a": 1, "a": 1}', 1, 10, duplicate('"a"')),
    ('{\n  "a": 1,\n  "b": 2,\n  "a": 3\n}', 4, 3, duplicate('"a"')),
    (r'{"a": 1, "\u0061": 2}', 1, 10, duplicate('"a"')),
    ('{"": 1, "": 2}', 1, 9, duplicate('""')),
    ('{"é\\n": 1, "é\\n": 2}', 1, 12, duplicate('"é\\n"')),
    (r'{"\u0085": 1, "\u0085": 2}', 1, 15, duplicate('"\\u0085"')),
    ('[{"x": {"a": 1, "a": 2}}]', 1, 17, duplicate('"a"')),
    # lists
    ("[", 1, 2, early("add ]")),
    ("[1", 1, 3, early("add ]")),
    ('[{"a": [1}]', 1, 10, CLOSE_LIST),
    ("[1,", 1, 4, early("replace the comma with ]")),
    ("[1, ", 1, 5, early("replace the comma with ]")),
    ("[1 2]", 1, 3, ADD_COMMA),
    ("[1}", 1, 3, CLOSE_LIST),
    ("[1,]", 1, 3, AFTER_LAST),
    ("[,]", 1, 2, BEFORE_COMMA),
    ("[1,,2]", 1, 4, BEFORE_COMMA),
    ("[1,2,...]", 1, 6, dots("...")),
    ("[1, …]", 1, 5, dots("…")),
    ("[..]", 1, 2, dots("..")),
    ("[.]", 1, 2, quote(".")),
    ("[.a]", 1, 2, quote(".a")),
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
    ('"a\tb"', 1, 3, "Write \\t for a tab"),
    ('{"a\n": 1}', 1, 4, BREAK),
    (r'"a\x"', 1, 3, BACKSLASH),
    (r'"\'"', 1, 2, "Remove the backslash before the single quote"),
    ('["\\\n"]', 1, 3, BACKSLASH),
    (r'"C:\Users"', 1, 4, BACKSLASH),
    (r'"\u12g4"', 1, 2, HEX),
    (r'"\u12"', 1, 2, HEX),
    (r'"\u"', 1, 2, HEX),
    (r'"\u12', 1, 2, HEX),
    (r'"\u00e9', 1, 2, OPEN),
    (r'"a\n', 1, 1, OPEN),
    # halves of surrogate pairs
    (r'"\ud800"', 1, 2, half("\\ud800")),
    (r'"\udfff"', 1, 2, half("\\udfff")),
    (r'"a\ude00\ud83d"', 1, 3, half("\\ude00")),
    (r'["a", "b\udc00"]', 1, 9, half("\\udc00")),
    (r'{"\udbff": 1}', 1, 3, half("\\udbff")),
    # numbers
    *(
        (text, 1, 1, NUMBER)
        for text in ("-", "01", "-01", "00", "1.", "1.e5", "1e", "1e+", "1E-", "0x1F", "1a", "1_000")
    ),
    *((text, 1, 1, NUMBER) for text in ("1.2.3", "12px", "1²", "--1", "-a", "- 1", "1é", "0b1", "50%", "2024-01-01")),
    ("[1, -Infinity]", 1, 5, "JSON has no -Infinity: write null or a number"),
    ("9007199254740993", 1, 1, LARGE),
    ('{"a": -9007199254740993}', 1, 7, LARGE),
    ("[1,\n 1e999]", 2, 2, LARGE),
    ("-1e999", 1, 1, LARGE),
    ("7" * 5_000, 1, 1, LARGE),
    ("0.1234567890123456789", 1, 1, inexact("0.12345678901234568")),
    ("1e-999", 1, 1, inexact("0.0")),
    # words
    ("True", 1, 1, "Write true instead of True"),
    ("False", 1, 1, "Write false instead of False"),
    ("None", 1, 1, "Write null instead of None"),
    ("TRUE", 1, 1, "Write true instead of TRUE"),
    ("FALSE", 1, 1, "Write false instead of FALSE"),
    ("NULL", 1, 1, "Write null instead of NULL"),
    ("none", 1, 1, "Write null instead of none"),
    ("Null", 1, 1, "Write null instead of Null"),
    ("nil", 1, 1, "Write null instead of nil"),
    ("[tRUE]", 1, 2, "Write true instead of tRUE"),
    ("nan", 1, 1, "JSON has no nan: write null or a number"),
    ("[inf]", 1, 2, "JSON has no inf: write null or a number"),
    ("NaN", 1, 1, "JSON has no NaN: write null or a number"),
    ("[Infinity]", 1, 2, "JSON has no Infinity: write null or a number"),
    ('{"a": undefined}', 1, 7, "Write null instead of undefined"),
    ("nul", 1, 1, quote("nul")),
    ("nulll", 1, 1, quote("nulll")),
    ("true1", 1, 1, quote("true1")),
    ("_a é", 1, 1, quote("_a")),
    ("rot grün", 1, 1, quote("rot")),
    ("grün", 1, 1, quote("grün")),
    ("a" * 30, 1, 1, quote("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")),
    ("a" * 31, 1, 1, quote("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")),
    ("true false", 1, 6, EXTRA),
    # signs
    ("'a'", 1, 1, "Use double quotes, not single quotes"),
    ("`a`", 1, 1, straight("`")),
    ("“a”", 1, 1, straight("“")),
    ("\u2018a\u2019", 1, 1, straight("\u2018")),
    ("’a’", 1, 1, straight("’")),
    ("„a“", 1, 1, straight("„")),
    ("”a”", 1, 1, straight("”")),
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
    ('{"color": #fff}', 1, 11, quote("#fff")),
    ("[1, #fff, 2]", 1, 5, quote("#fff")),
    ('{"url": //cdn.test/x.png}', 1, 9, quote("//cdn.test/x.png")),
    ('{"url": https://cdn.test/x.png}', 1, 9, quote("https://cdn.test/x.png")),
    ('{"url": http://localhost:80/x, "a": 1}', 1, 9, quote("http://localhost:80/x")),
    ("#ff0000", 1, 1, quote("#ff0000")),
    ("https://cdn.test/", 1, 1, quote("https://cdn.test/")),
    ('{"path": /shop/new\n}', 1, 10, quote("/shop/new")),
    ("[#fff]", 1, 2, quote("#fff")),
    (f"[#{'a' * 99}]", 1, 2, NO_COMMENTS),
    ("[/]", 1, 2, quote("/")),
    ("{/a: 1}", 1, 2, KEY),
    ("+1", 1, 1, "Remove the plus sign"),
    (".5", 1, 1, "Write a zero before the decimal point, as in 0.5"),
    ("\ufeff{}", 1, 1, invisible("U+FEFF")),
    ("{}\ufeff", 1, 3, invisible("U+FEFF")),
    ("\u200b[]", 1, 1, invisible("U+200B")),
    ('{\u2060"a": 1}', 1, 2, invisible("U+2060")),
    ('{"a"\u00ad: 1}', 1, 5, invisible("U+00AD")),
    ('{"a":\u202a 1}', 1, 6, invisible("U+202A")),
    ('{"a": 1\u200b}', 1, 8, invisible("U+200B")),
    ('{\n\xa0\xa0"a": 1}', 2, 1, space("U+00A0")),
    ('{"a":\xa01}', 1, 6, space("U+00A0")),
    ('{"a"\xa0: 1}', 1, 5, space("U+00A0")),
    ('{"a": 1\xa0}', 1, 8, space("U+00A0")),
    ('{"a": true,\u2028"b": 1}', 1, 12, space("U+2028")),
    ("[1,\u20092]", 1, 4, space("U+2009")),
    ("[1\u3000, 2]", 1, 3, space("U+3000")),
    ("[]\xa0", 1, 3, space("U+00A0")),
    ("٣", 1, 1, quote("٣")),
    ("²", 1, 1, quote("²")),
    ("\u00a01", 1, 1, space("U+00A0")),
    ("<", 1, 1, quote("<")),
    # what no page can show
    ("\x00", 1, 1, invisible("U+0000")),
    ("{\n\x0c}", 2, 1, invisible("U+000C")),
    ('[\n"\x1f"]', 2, 2, invisible("U+001F")),
    ('"\ud800"', 1, 2, half("\\ud800")),
    ('{"a": "\ude00"', 1, 8, half("\\ude00")),
    ('["\uffff\ufffe', 1, 2, OPEN),
    # what people paste
    ('{"a": //note\n 1}', 1, 7, NO_COMMENTS),
    ('{"a": #note\n 1}', 1, 7, NO_COMMENTS),
    ('{"a": #add\n 1}', 1, 7, NO_COMMENTS),
    ("[–5]", 1, 2, "Write -5 with a plain hyphen"),
    ('{"a": \u22120.5}', 1, 7, "Write -0.5 with a plain hyphen"),
    ('{"a": — 5}', 1, 7, "Write -5 with a plain hyphen"),
    ('```json\n{"a": 1}\n```', 1, 1, FENCE),
    ('{"a": 1}\n```', 2, 1, FENCE),
    ('"{""a"": 1}"', 1, 1, CSV),
    ('{""a"": 1}', 1, 1, CSV),
    ('"[1, ""a""]"', 1, 1, CSV),
    ('"{\n  ""a"": 1\n}"', 1, 1, CSV),
    ("| a | b |\n|---|---|", 1, 1, TABLE),
    ("a\tb\n1\t2", 1, 1, TABLE),
    ("color: red\nsize: 2", 1, 1, OBJECT),
    ('"a": 1,\n"b": 2', 1, 1, OBJECT),
    ("- a\n- b", 1, 1, 'Write the values as one list, such as ["a", "b"]'),
    ("---\na: 1", 1, 1, OBJECT),
    ("const x = {a: 1};", 1, 1, CODE),
    ("export default {", 1, 1, CODE),
    ('{"a": 1};', 1, 9, "Remove the semicolon after the JSON"),
    ('return {"a": 1}', 1, 1, CODE),
    ("(1, 2)", 1, 1, LIST),
    ('{"a": (1, 2)}', 1, 7, LIST),
    ('{"a": 1,000}', 1, 9, NO_COMMAS),
    ('{"a": 0,5}', 1, 9, NO_COMMAS),
    ('{"a": 12px}', 1, 7, NUMBER),
    ('{"a": 12:30}', 1, 7, NUMBER),
    ('{"a" = 1}', 1, 6, "Write a colon after the key, not ="),
    ('{"a" => 1}', 1, 6, "Write a colon after the key, not =>"),
    ("{\"a\": b'x'}", 1, 7, "Remove the b before the quotes"),
    ('{"a": "say "hi" now"}', 1, 13, INNER),
    ('{"a": "x""y"}', 1, 10, INNER),
    ('{"a": "b”, "c": 1}', 1, 9, straight("”")),
    ('{"a”: 1,\n "b": 2}', 1, 4, straight("”")),
    ('{\\"a\\": 1}', 1, 2, "Remove the backslashes before the double quotes"),
    ('\uff5b"a"\uff1a1\uff5d', 1, 1, "Write { instead of \uff5b"),
    ('{"a"\uff1a1}', 1, 5, "Write : instead of \uff1a"),
    ('{"a": 1\uff0c"b": 2}', 1, 8, "Write , instead of \uff0c"),
    ('["a": 1]', 1, 5, "Put keys and values in { and }, not in [ and ]"),
    ('["a" => 1]', 1, 6, "Put keys and values in { and }, not in [ and ]"),
    ('{"a": 1; "b": 2}', 1, 8, "Write a comma, not ;"),
    ('{"a": True, "b": None}', 1, 7, "Write true instead of True"),
    ('{"a": 1}{"b": 2}', 1, 9, SEVERAL),
    ('{"a": 1},\n{"b": 2}', 1, 9, SEVERAL),
    ('{"a": 10n}', 1, 7, NUMBER),
    ('{"a": function() {}}', 1, 7, quote("function")),
    ('{"a": new Date()}', 1, 7, quote("new")),
    ('{"a": yes}', 1, 7, quote("yes")),
    ('{"a": "x"\n"b": 1}', 1, 10, ADD_COMMA),
    ('{"a": {"b": 1}\n"c": 2}', 1, 15, ADD_COMMA),
    ('["a" b]', 1, 6, INNER),
    ('{"a": 1 b: 2}', 1, 8, ADD_COMMA),
    ('{"a": "b" c: 2}', 1, 11, INNER),
    ('{"a": 1/2}', 1, 7, NUMBER),
    ('{"a": 1 // one\n}', 1, 9, NO_COMMENTS),
    ('{"a": 1//one\n}', 1, 8, NO_COMMENTS),
    ('{"a": 5 %}', 1, 9, ADD_COMMA),
    ('{"a": "\\u00e9', 1, 8, OPEN),
    ('"\\u00e', 1, 2, HEX),
    ("[-Infinity]", 1, 2, "JSON has no -Infinity: write null or a number"),
    ('{"x": -Infinity}', 1, 7, "JSON has no -Infinity: write null or a number"),
    ("\x7f", 1, 1, invisible("U+007F")),
    ('{"a": 1\x85}', 1, 8, invisible("U+0085")),
    ('"a\x00"', 1, 3, invisible("U+0000")),
    ('{"a": {{x}}}', 1, 8, "Enter a key in double quotes before this {"),
    ('{{"a": 1}}', 1, 2, "Enter a key in double quotes before this {"),
    ("{[1]}", 1, 2, "Enter a key in double quotes before this ["),
    ('`{"a":1}`', 1, 1, straight("`")),
    ('"a" "b"', 1, 5, SEVERAL),
    ('{"a": "it\'s", \'b\': 1}', 1, 15, "Use double quotes, not single quotes"),
    ('{"a": 1,\n // c\n}', 2, 2, NO_COMMENTS),
    ('{"a": 1, /* x */}', 1, 10, NO_COMMENTS),
    ("[1, 2, # x\n]", 1, 8, NO_COMMENTS),
    ('{"a":1}}', 1, 8, "Remove this }: nothing is open here"),
    ("x = 1", 1, 1, quote("x")),
    ('{"a": "\\x"}', 1, 8, BACKSLASH),
    ('{"a": 1} trailing', 1, 10, EXTRA),
    # nesting
    ("[" * 33 + "]" * 33, 1, 33, DEEP),
    ('{"a":' * 33 + "1" + "}" * 33, 1, 161, DEEP),
    ("[" * 31 + '\n{"a": {}}' + "]" * 31, 2, 7, DEEP),
    ("[" * 100_000, 1, 33, DEEP),
    ("[" * 100_000 + "]" * 100_000, 0, 0, "Shorten this to 100,000 characters; it has 200,000"),
    ('{"a":' * 100_000, 0, 0, "Shorten this to 100,000 characters; it has 500,000"),
    # where it stands
    ("[1,\n2,\n\n x]", 4, 2, quote("x")),
    ("[1,\r\n2,\r\n\r\n x]", 4, 2, quote("x")),
    ("\n\n\n", 4, 1, EMPTY),
    ("[\r\n", 2, 1, early("add ]")),
    ('["😀", x]', 1, 7, quote("x")),
]


@pytest.mark.parametrize(("text", "line", "column", "reason"), REFUSED, ids=[repr(each[0][:20]) for each in REFUSED])
def test_what_is_refused_says_where_and_why(text: str, line: int, column: int, reason: str) -> None:
    with pytest.raises(JsonError) as error:
        read_json(text)
    assert (error.value.line, error.value.column, error.value.reason) == (line, column, reason)
    assert str(error.value) == (f"Line {line}, column {column}: {reason}" if line else reason)


@pytest.mark.parametrize("typed", ['"', r'"\ud800"', "1e999", "0.1234567890123456789"])
def test_error_has_no_chain_of_other_errors(typed: str) -> None:
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
def test_lines_are_counted_from_the_first_character(text: str, line: int, column: int) -> None:
    with pytest.raises(JsonError) as raised:
        read_json(text)
    assert (raised.value.line, raised.value.column) == (line, column)


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
def test_hostile_text_of_full_length_is_refused(before: str, repeated: str) -> None:
    """Work that grows with the square of the length, in a pattern too, would take minutes here."""
    with pytest.raises(JsonError):
        read_json((before + repeated * 100_000)[:100_000])


def _try(text: str) -> None:
    with suppress(JsonError):
        read_json(text)


@pytest.mark.parametrize("unit", ['{"a": 1},', '"a",', "1,", '[[1, "\\ud83d\\ude00"]],', "0.5,", "[],"])
@pytest.mark.parametrize("end", ["1]", "x", "", '"'])
def test_twice_the_text_is_at_most_twice_the_work(unit: str, end: str) -> None:
    short, long = (calls(_try, "[" + unit * times + end) for times in (200, 400))
    assert long <= 2.1 * short


@pytest.mark.parametrize("unit", ["1,", "[", '"', '{"a":', "\\ud800"])
def test_text_over_the_limit_is_refused_before_any_other_work(unit: str) -> None:
    text = "[" + unit * 100_000
    with pytest.raises(JsonError, match="Shorten this to 100,000 characters; it has "):
        read_json(text)
    assert calls(_try, text) < 20


def test_formatting_stops_at_the_limit() -> None:
    short, long = ("[" * 31 + "1," * times + "1" + "]" * 31 for times in (4_900, 49_000))
    with pytest.raises(JsonError, match="formatted, it has more than 100,000 characters"):
        read_json(long)
    assert calls(_formatted, json.loads(long)) == calls(_formatted, json.loads(short))


def _formatted(value: Any) -> None:
    with suppress(JsonError):
        _check_formatted(value)
