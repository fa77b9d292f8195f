"""The snippets of an autotune's page: valid in their languages, whatever was typed."""

import ast
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.web.snippet_languages import JAVASCRIPT, KOTLIN, PYTHON, SWIFT, Language, Names
from webapp.web.snippets import snippets

HOSTILE = "a\"b'\\c\n\r\t\0\x7f${d}$e\\(f)\u2028\u2029\u202e*/ // # 😀👩‍💻 </script> {} {0} `"
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
COMMENT = re.compile(r"^\s*(?://|#).*$|(?<= )// in a coroutine$", re.M)


def write(statsig_id: str = "button_color_test", *more: Any, default: Any = None, **body: Any) -> dict[str, str]:
    """The snippets' code by their IDs; `more` is the JSON of the other variants."""
    values = [{"color": "red"} if default is None else default, *(more or [{"color": "blue"}])]
    variants = [{"name": str(row), "json": value} for row, value in enumerate(values)]
    request = {"name": "Button Color Test", "successEvent": "click", "variants": variants, **body}
    return {snippet.id: snippet.code for snippet in snippets(statsig_id, request)}


def test_each_platform_has_a_snippet() -> None:
    body = {"successEvent": "click", "variants": [{"name": "red", "json": {}}]}
    assert [(snippet.id, snippet.title) for snippet in snippets("a", body)] == [
        ("web", "Web (JavaScript)"),
        ("server", "Server (Python)"),
        ("ios", "iOS (Swift)"),
        ("android", "Android (Kotlin)"),
    ]


CASES: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    (
        {},
        {
            "web": [
                "const user = { userID: userID };",
                'getExperiment("button_color_test")',
                'const color = autotune.get("color", "red");',
                'statsig.logEvent("click");',
                "decides by the user ID",
            ],
            "server": [
                "user = StatsigUser(user_id=user_id)",
                'statsig.get_experiment(user, "button_color_test")',
                'color = autotune.get_string("color", "red")',
                'statsig.log_event(user, "click")',
            ],
            "ios": [
                "let user = StatsigUser(userID: userID)",
                'let color = autotune.getValue(forKey: "color", defaultValue: "red")',
                'Statsig.logEvent("click")',
            ],
            "android": [
                "val user = StatsigUser(userID)",
                'val color = autotune.getString("color", "red")',
                'Statsig.logEvent("click")',
            ],
        },
    ),
    (
        {"idType": "stableID"},
        {
            "web": ["const user = {};", "decides by the stable ID", "customIDs: { stableID: yours }"],
            "server": ['user = StatsigUser(custom_ids={"stableID": stable_id})'],
            "ios": ["let user = StatsigUser()", "StatsigOptions(overrideStableID: yours)"],
            "android": ["val user = StatsigUser()\nStatsig", "StatsigOptions(overrideStableID = yours)"],
        },
    ),
    (
        {"idType": "companyID", "successEventValue": "paid"},
        {
            "web": ['{ customIDs: { "companyID": companyID } }', 'logEvent("click", "paid")', "by the custom ID"],
            "server": ['StatsigUser(custom_ids={"companyID": company_id})', 'log_event(user, "click", value="paid")'],
            "ios": ['StatsigUser(customIDs: ["companyID": companyID])', 'logEvent("click", value: "paid")'],
            "android": ['user.customIDs = mapOf("companyID" to companyID)', 'logEvent("click", "paid")'],
        },
    ),
    (
        {"isContextual": True, "featureList": ["plan", "app_version", "Country"], "metadataField": "price"},
        {
            "web": [
                '{ userID: userID, country: country, appVersion: appVersion, custom: { "plan": plan } }',
                'logEvent("click", undefined, { "price": String(amount) })',
                "learns from the attributes below",
            ],
            "server": [
                "country=country, app_version=app_version, custom=",
                'log_event(user, "click", metadata={"price": amount})',
            ],
            "ios": ['appVersion: appVersion, custom: ["plan": plan]', 'metadata: ["price": amount]'],
            "android": ["user.country = country\n", 'logEvent("click", mapOf("price" to amount.toString()))'],
        },
    ),
    (
        {"isContextual": True, "idType": "teamID", "metadataField": "price", "successEventValue": "paid"},
        {
            "web": ["learns from every attribute", '"plan": plan', '"paid", { "price": String(amount) })'],
            "server": ['custom={"plan": plan}', 'value="paid", metadata={"price": amount})'],
            "ios": ['StatsigUser(custom: ["plan": plan], customIDs: ["teamID": teamID])'],
            "android": ['logEvent("click", "paid", mapOf("price" to amount.toString()))'],
        },
    ),
]


@pytest.mark.parametrize(("body", "expected"), CASES)
def test_user_and_event(body: dict[str, Any], expected: dict[str, list[str]]) -> None:
    codes = write(**body)
    assert [(id_, part) for id_, parts in expected.items() for part in parts if part not in codes[id_]] == []


def test_long_user_is_put_on_several_lines() -> None:
    features = ["country", *(f"attribute {number}" for number in range(9))]
    code = write(isContextual=True, featureList=features)["web"]
    assert "const user = {\n    userID: userID,\n    country: country,\n    custom: {\n" in code
    assert '        "attribute 8": attribute8\n    }\n};\n' in code


KEY = '"a"'
VALUES: list[tuple[list[Any], str, str, str, str]] = [
    ([True], "true", "get_bool({}, True)", "defaultValue: true)", "getBoolean({}, true)"),
    ([1, 2], "1", "get_integer({}, 1)", "defaultValue: 1)", "getInt({}, 1)"),
    ([1, 2.5], "1.0", "get_float({}, 1.0)", "defaultValue: 1.0)", "getDouble({}, 1.0)"),
    ([-0.5, 1], "-0.5", "get_float({}, -0.5)", "defaultValue: -0.5)", "getDouble({}, -0.5)"),
    ([1, 2**31], "1", "get_integer({}, 1)", "defaultValue: 1)", "getLong({}, 1)"),
    ([None, 2], "null", "get_integer({}, None)", "let a: Int? = ", "getIntIfPresent({})"),
    ([None, None], "null", "get_string({}, None)", "let a: String? = ", "getStringIfPresent({})"),
    (["x", 2], '"x"', 'get_string({}, "x")', 'defaultValue: "x")', 'getString({}, "x")'),
    ([[]], "[]", "get_array({}, [])", "defaultValue: [] as [Any])", "getArray({}, arrayOf<Any?>())"),
    (
        [[1, [], None, {"b": False}]],
        '[1, [], null, {"b": false}]',
        'get_array({}, [1, [], None, {"b": False}])',
        '[1, [] as [Any], NSNull(), ["b": false] as [String: Any]] as [Any])',
        'getArray({}, arrayOf<Any?>(1, emptyList<Any>(), null, mapOf("b" to false)))',
    ),
    (
        [{"b": [1], "c": None}],
        '{"b": [1], "c": null}',
        'get_object({}, {"b": [1], "c": None})',
        '["b": [1] as [Any], "c": NSNull()] as [String: Any])',
        'getDictionary({}, mapOf("b" to listOf(1)))',
    ),
    ([{}], "{}", "get_object({}, {})", "[:] as [String: Any])", "getDictionary({}, emptyMap<String, Any>())"),
]


@pytest.mark.parametrize(("values", "web", "server", "ios", "android"), VALUES)
def test_fallbacks(values: list[Any], web: str, server: str, ios: str, android: str) -> None:
    first, *more = ({"a": value} for value in values)
    codes = write("id", *more, default=first)
    assert f'const a = autotune.get("a", {web});' in codes["web"]
    assert f"a = autotune.{server.replace('{}', KEY, 1)}\n" in codes["server"]
    assert ios in codes["ios"]
    assert f"val a = autotune.{android.replace('{}', KEY, 1)}\n" in codes["android"]


@pytest.mark.parametrize("default", [{}, [], [1], "red", 1, True])
def test_value_object_without_keys(default: Any) -> None:
    codes = write("button_color_test", default, default=default)
    assert "const value = autotune.value;" in codes["web"] and "\nvalue = autotune.value\n" in codes["server"]
    assert "let value = autotune.value\n" in codes["ios"] and "val value = autotune.getValue()\n" in codes["android"]


def test_parameters_that_only_other_variants_have_are_read() -> None:
    codes = write("button_color_test", {"n": 2, "label": "Buy"}, default={"n": 1})
    assert 'const label = autotune.get("label", null);' in codes["web"]
    assert 'label = autotune.get_string("label", None)' in codes["server"]
    assert 'let label: String? = autotune.getValue(forKey: "label")' in codes["ios"]
    assert 'val label = autotune.getStringIfPresent("label")' in codes["android"]


def test_parameters_that_are_left_out_are_counted() -> None:
    keys = {f"key{number}": number for number in range(23)}
    code = write("button_color_test", keys, default=keys)["web"]
    assert code.count("autotune.get(") == 20 and "// It has 3 more parameters" in code
    assert "more parameters" not in write(default=dict.fromkeys("abcdef", 1))["web"]


NAMES = [
    ("color", "color", "color"),
    ("font-size", "fontSize", "font_size"),
    ("Font Size", "fontSize", "font_size"),
    ("companyID", "companyID", "company_id"),
    ("COLOR", "color", "color"),
    ("URL_a", "urlA", "url_a"),
    ("class", "classValue", "class_value"),
    ("fun", "funValue", "fun_value"),
    ("user", "userValue", "user_value"),
    ("1st", "value1st", "value_1st"),
    ("crème brûlée", "cremeBrulee", "creme_brulee"),
    ("größe", "value", "value"),
    ("色", "value", "value"),
    ("", "value", "value"),
    ("_", "value", "value"),
    ("*/ x", "x", "x"),
    ("😀", "value", "value"),
]


@pytest.mark.parametrize(("key", "camel", "snake"), NAMES)
def test_names(key: str, camel: str, snake: str) -> None:
    assert (Names(SWIFT).new(key), Names(PYTHON).new(key)) == (camel, snake)


def test_names_differ() -> None:
    names = Names(KOTLIN)
    assert [names.new(key) for key in ("color2", "color", "Color", "COLOR", "色", "")] == [
        *("color2", "color", "color3", "color4"),
        *("value", "value2"),
    ]
    codes = write(default={"userID": 1, "plan": 2}, isContextual=True, featureList=["plan"])
    assert "const userID2 =" in codes["web"] and "plan_2 =" in codes["server"]


HOSTILE_BODY: dict[str, Any] = {
    "successEvent": HOSTILE,
    "successEventValue": HOSTILE,
    "metadataField": HOSTILE,
    "idType": HOSTILE,
    "isContextual": True,
    "featureList": [HOSTILE, "__proto__", "class", *"abcdefghijklmnopqrstuvwxyz"],
}
BODIES = [*(body for body, _ in CASES), HOSTILE_BODY]
DEFAULTS: list[Any] = [
    {HOSTILE: HOSTILE, "__proto__": {"__proto__": [HOSTILE]}, "await": {HOSTILE: None}, "eval": 1e-300},
    dict.fromkeys(("let", "of", "static", "yield"), -1e300),
    dict.fromkeys(("undefined", "arguments", "enum", "package"), False),
    [HOSTILE],
]


def outside_strings(code: str) -> str:
    return COMMENT.sub("", STRING.sub("''", code))


@pytest.mark.parametrize("default", DEFAULTS)
@pytest.mark.parametrize("body", BODIES)
def test_nothing_breaks_out_of_a_string(body: dict[str, Any], default: Any) -> None:
    for code in write(HOSTILE, default=default, **body).values():
        assert all(line.isprintable() for line in code.split("\n"))
        rest = outside_strings(code)
        assert '"' not in rest and "\\" not in rest and rest.isascii()
        assert all(rest.count(opening) == rest.count(closing) for opening, closing in ("()", "[]", "{}"))


def test_comments_contain_nothing_that_was_typed() -> None:
    typed = write(HOSTILE, default=DEFAULTS[0], **HOSTILE_BODY)
    plain = write(idType="teamID", isContextual=True, featureList=["plan"])
    assert [COMMENT.findall(code) for code in typed.values()] == [COMMENT.findall(code) for code in plain.values()]


@pytest.mark.parametrize("default", DEFAULTS)
@pytest.mark.parametrize("body", BODIES)
def test_server_snippet_is_python(body: dict[str, Any], default: Any) -> None:
    ast.parse(write(HOSTILE, default=default, **body)["server"])


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
def test_web_snippet_is_javascript(tmp_path: Path) -> None:
    codes = [write(HOSTILE, default=default, **body)["web"] for default in DEFAULTS for body in BODIES]
    module = tmp_path / "snippets.mjs"
    imported, _, _ = codes[0].partition("\n")
    blocks = "\n".join(f"{{{code.removeprefix(imported)}\n}}" for code in codes)  # one module: Node starts once
    module.write_text(f"{imported}\n{blocks}", encoding="utf-8")
    checked = subprocess.run(["node", "--check", module], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


fast_settings = settings(deadline=None, max_examples=200, derandomize=True)
texts = st.text(st.characters(exclude_categories=()), max_size=20) | st.just(HOSTILE)
proper_texts = st.text(max_size=20) | st.just(HOSTILE)
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    scalars | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)


@fast_settings
@given(values)
def test_python_literal_is_the_value(value: Any) -> None:
    assert repr(ast.literal_eval(PYTHON.literal(value))) == repr(value)


@fast_settings
@given(values)
def test_javascript_literal_is_json(value: Any) -> None:
    literal = JAVASCRIPT.literal(value).replace('["__proto__"]:', '"__proto__":')  # JavaScript needs the brackets
    assert repr(json.loads(literal)) == repr(json.loads(json.dumps(value)))


ESCAPE = re.compile(r"\\(?:u\{(?P<code>[0-9a-f]+)\}|(?P<units>(?:u[0-9a-f]{4}\\)*u[0-9a-f]{4})|(?P<other>.))")
OTHERS = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"', "$": "$"}


def unescape(match: re.Match[str]) -> str:
    if match["code"]:
        return chr(int(match["code"], 16))
    if match["units"]:
        return bytes.fromhex(match["units"].replace("u", "").replace("\\", "")).decode("utf-16-be")
    return OTHERS[match["other"]]


@pytest.mark.parametrize("language", [SWIFT, KOTLIN])
@fast_settings
@given(text=proper_texts)
def test_string_of_a_mobile_language(language: Language, text: str) -> None:
    """Its escapes are known ones, so that `\\(` and `$` insert nothing."""
    literal = language.string(text)
    assert STRING.fullmatch(literal) and literal.isprintable()
    assert language is SWIFT or "$" not in literal.replace("\\\\", "").replace("\\$", "")
    assert ESCAPE.sub(unescape, literal[1:-1]) == text


def test_swift_has_no_half_characters() -> None:
    assert SWIFT.string("\ud800") == '"\\u{fffd}"'


@fast_settings
@given(
    default=st.dictionaries(texts, values, max_size=6) | values,
    more=values,
    event=texts,
    id_type=texts.filter(bool),
    features=st.lists(texts, max_size=5),
)
def test_any_snippet_is_well_formed(default: Any, more: Any, event: str, id_type: str, features: list[str]) -> None:
    body = {"successEvent": event, "idType": id_type, "isContextual": True, "featureList": features}
    codes = write(event, more, default=[] if default is None else default, **body)
    assigned = [node for node in ast.walk(ast.parse(codes["server"])) if isinstance(node, ast.Name)]
    stored = [node.id for node in assigned if isinstance(node.ctx, ast.Store)]
    assert len(stored) == len(set(stored))
    for code in codes.values():
        rest = outside_strings(code)
        assert '"' not in rest and rest.isascii() and rest.count("{") == rest.count("}")
