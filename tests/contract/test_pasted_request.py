"""Requests that people paste: JSON, curl commands, what Statsig answers."""

import json
import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.contract.form import AutotuneForm
from webapp.contract.json_input import write_json
from webapp.contract.pasted_request import KEY_REMOVED, NO_FIELDS, read_request
from webapp.contract.request_text import NO_BODY, RequestError, readable_part

from .samples import FULL, body_of
from .test_properties import fast_settings, valid, valid_form_data

KEY = "console-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"
BODY = body_of(**FULL)
TEXT = write_json(BODY)
CREATED = {
    "message": "Autotune Experiments created successfully.",
    "data": {**BODY, "id": "layout", "isStarted": False, "lastModifierName": "CONSOLE API", "winner": None},
}


def body_from(text: str) -> dict[str, Any]:
    form = AutotuneForm.from_data(read_request(text).form_data)
    assert form.validate(), form.error_list()
    return form.body()


def notes_of(text: str) -> list[str]:
    return read_request(text).notes


def curl(body: str, *headers: str) -> str:
    options = " ".join(f"-H {shlex.quote(header)}" for header in headers)
    return f"curl --request POST https://statsigapi.net/console/v1/autotunes {options} --data-raw {shlex.quote(body)}"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        json.dumps(BODY),
        f"```json\n{TEXT}\n```",
        f"POST /console/v1/autotunes HTTP/1.1\nContent-Type: application/json\n\n{TEXT}",
        curl(TEXT, "STATSIG-API-KEY: $STATSIG_API_KEY"),
        curl(TEXT, 'X-Note: ^"'),
        f"$ curl -X POST https://x.example \\\n  -H 'Accept: */*' \\\n  -d {shlex.quote(TEXT)}",
        f"curl https://x.example --json={shlex.quote(TEXT)} -s",
        f"curl https://x.example -d{shlex.quote(TEXT)}",
        json.dumps({"id": "0a1b", "state": "created", "request": BODY, "statsig": None, "history": []}),
    ],
)
def test_request_is_read_as_its_body(text: str) -> None:
    assert body_from(text) == BODY and notes_of(text) == []


def test_answer_of_statsig_is_read_without_what_it_adds() -> None:
    for answer in (CREATED, CREATED["data"], {"data": [CREATED["data"]]}):
        assert body_from(json.dumps(answer)) == BODY
        assert notes_of(json.dumps(answer)) == ["Not used: id, isStarted, lastModifierName, winner."]


def test_answer_without_a_name_is_named_by_its_id() -> None:
    answer = {name: value for name, value in CREATED["data"].items() if name not in ("name", "winner")}  # type: ignore[attr-defined]
    pasted = read_request(json.dumps({"data": answer}))
    assert pasted.form_data["name"] == "layout"
    assert pasted.notes[0] == "It has no name, so its ID was filled in: layout."


@fast_settings
@given(valid_form_data(), st.sampled_from([write_json, json.dumps, lambda body: curl(json.dumps(body))]))
def test_any_valid_request_is_read_as_the_same(form_data: dict[str, Any], write: Any) -> None:
    body = valid(form_data).body()
    assert write_json(body_from(write(body))) == write_json(body)


@pytest.mark.parametrize(
    ("name", "spelling", "label"),
    [("explorationWindow", spelling, "1 week (168 hours)") for spelling in ("168", "168hr", "168hrs", 168)]
    + [("attributionWindow", spelling, "24 hours") for spelling in ("24", "24hr", "24hrs", 24)]
    + [("isContextual", spelling, "Contextual") for spelling in (True, "true")],
)
def test_every_spelling_is_understood(name: str, spelling: Any, label: str) -> None:
    form_data = read_request(json.dumps({"name": "x", name: spelling})).form_data
    form = AutotuneForm.from_data(form_data)
    assert form.display_value(name) == label and not form[name].process_errors


def test_values_of_other_types_are_filled_in_as_text() -> None:
    form_data = read_request('{"name": 5, "explorationWindowRate": "0.5", "featureList": "country"}').form_data
    assert [form_data[name] for name in ("name", "explorationWindowRate", "featureList")] == ["5", "0.5", "country"]


def test_what_cannot_be_used_is_listed() -> None:
    body = {
        "name": "<string>",
        "owner": "anna",
        "successEvent": {"a": 1},
        "featureList": ["<string>"],
        "variants": [{"name": "a", "id": 1}, {"name": "b", "id": 2}, "c"],
    }
    assert notes_of(json.dumps(body)) == [
        "Not used: owner, variants[].id.",
        "Placeholders, not used: name, featureList.",
        'Not used: successEvent = {"a": 1}. Expected a string.',
        'Not used: variants[2] = "c". A variant must be an object.',
        "Not in it, so as in an empty form: exploration window, attribution window, winner threshold.",
    ]


def test_variants_beyond_the_limit_are_listed() -> None:
    pasted = read_request(json.dumps(BODY | {"variants": [{"name": f"v{row}"} for row in range(130)]}))
    assert len(pasted.form_data["variants"]) == 100
    assert pasted.notes == ["Not used: variants 101 to 130. An autotune can have 100."]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Paste a request: JSON, a curl command or Statsig’s answer"),
        ("hello", "There is no JSON in this. It begins with { and ends with }"),
        ("[]", "This list is empty. Paste an autotune"),
        ('[{"name": "a"}, {"name": "b"}]', "This is a list of 2. Paste one autotune of it"),
        ('{"state": "draft", "request": null}', NO_FIELDS),
        ("[5]", NO_FIELDS),
        ('{"name": "a",\n}', "Remove the comma after the last value (line 1, column 13)"),
        ('Header: x\n\n{"name": a}', "Put double quotes around a (line 1, column 10)"),
        ("curl https://x.example", NO_BODY),
        ("curl https://x.example -d", NO_BODY),
        ("curl -d @a.json x", "The body of this command is in the file a.json. Paste what is in it"),
        ("curl x -d 'a", "A quote is missing. Copy the whole command again"),
        ('curl x -d \'{"name":', "The JSON ends too early: close every { and [ (line 1, column 9)"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(text: str, message: str) -> None:
    with pytest.raises(RequestError) as error:
        read_request(text)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "text",
    [
        curl(TEXT, f"STATSIG-API-KEY: {KEY}"),
        curl(TEXT, "statsig-api-key:short"),
        curl(TEXT, "Authorization: Bearer abc"),
        curl(TEXT, "Cookie: session=abc"),
        curl(TEXT) + " -u me:pw",
        curl(TEXT) + " --user='me:pw'",
        curl(TEXT).replace("https://", "https://me:pw@"),
        f"POST /autotunes\nSTATSIG-API-KEY: {KEY}\n\n{TEXT}",
    ],
)
def test_keys_around_the_body_are_removed_and_mentioned(text: str) -> None:
    pasted = read_request(text)
    assert pasted.notes == [KEY_REMOVED] and body_from(text) == BODY


def test_key_in_the_body_is_removed() -> None:
    pasted = read_request(json.dumps(BODY | {"description": f"with {KEY}", "STATSIG-API-KEY": KEY}))
    assert pasted.form_data["description"] == "with (removed)"
    assert pasted.notes == [KEY_REMOVED, "Not used: STATSIG-API-KEY."]


@pytest.mark.parametrize("text", [f"{{{KEY}}}", "{STATSIG-API-KEY: hunter22}", f"curl -d '{{{KEY}' x"])
def test_error_has_no_part_of_a_key(text: str) -> None:
    with pytest.raises(RequestError) as error:
        read_request(text)
    assert KEY not in str(error.value) and "hunter" not in str(error.value)


@pytest.mark.parametrize("value", ["$STATSIG_API_KEY", "${KEY}", "<api-key>"])
def test_variable_or_placeholder_is_no_key(value: str) -> None:
    assert notes_of(f'curl x -H "STATSIG-API-KEY: {value}" -d {shlex.quote(TEXT)}') == []


def test_text_of_a_variant_that_looks_like_a_header_is_kept() -> None:
    body = {**BODY, "description": "Cookie: the banner says -u so. $'x'"}
    assert body_from(curl(json.dumps(body))) == body and notes_of(curl(json.dumps(body))) == []


def test_body_as_browsers_copy_it_is_read() -> None:
    body = {**BODY, "description": "It’s here!\n\u00fc\ttab \\ 'quoted'"}
    escaped = json.dumps(body).replace("\\", "\\\\").replace("'", "\\'").replace("!", "\\u0021")
    assert body_from(f"curl 'https://x.example' \\\n  -H 'a: b' \\\n  --data-raw $'{escaped}'") == body


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (curl('{"name": "x",}', f"STATSIG-API-KEY: {KEY}", "x-csrf-token: S", "Cookie: a={1}; b=S"), '{"name": "x",}'),
        ("KEY=S curl 'https://x/?token=S' -u me:'S S' -d '{\"name\": \"x\",}' --pass S", '{"name": "x",}'),
        ("curl x -H 'api-key: S' -d '{\"name\": \"x\",}' -H 'X-Token: S", '{"name": "x",}'),
        ('curl x -H \'Cookie: p={"a":1}; s=S\' -d \'{"name": "x" -H \'y: S\'', '{"name": "x'),
        ("curl x -H 'api-key: S' -d '{\"name\": \"x\" ' -H 'y: S'", '{"name": "x"'),
        (f'{{"name": "{KEY}", "json": {{"cookie": "oat", "-b": "c -u d"}},}}', None),
        ("STATSIG-API-KEY: hunter22", ""),
        ("curl https://me:S@x", ""),
        (" hello\n", "hello"),
    ],
)
def test_only_the_json_is_shown_again(text: str, part: str | None) -> None:
    assert readable_part(text) == (text.replace(KEY, "(removed)") if part is None else part)


def test_command_of_the_windows_command_line_is_read() -> None:
    escaped = json.dumps(BODY).replace('"', '^\\^"').replace("{", "^{").replace("}", "^}")
    assert body_from(f'curl ^"https://x.example^" ^\n  -H ^"a: b^" ^\n  --data-raw ^"{escaped}^"') == BODY


@pytest.mark.parametrize("before", ["sudo ", "/usr/bin/", "# create it\n", "export KEY=$SECRET\n", "```bash\n"])
def test_curl_can_have_something_before_it(before: str) -> None:
    body = {**BODY, "description": "it's here, with curl x"}
    assert body_from(before + curl(json.dumps(body), "accept: {x}")) == body


@pytest.mark.parametrize("options", ["--data-binary @- <<'EOF'\n{}\nEOF", "-sSd '{}'", "--data-urlencode '{}'"])
def test_body_in_another_place_is_found(options: str) -> None:
    assert body_from("curl x " + options.format(json.dumps(BODY))) == BODY


def test_missing_quote_does_not_hide_the_warning_about_a_key() -> None:
    pasted = read_request(f"curl x -H 'statsig-api-key: {KEY} -d '{TEXT}'")
    assert pasted.notes[0] == KEY_REMOVED and pasted.form_data["name"] == BODY["name"]


@pytest.mark.parametrize("text", [f'{{"name": "x", "STATSIG-API-KEY": "{KEY}"', '{"name": "x"'])
def test_text_that_ends_too_early_stays_as_it_is_shown(text: str) -> None:
    shown = readable_part(text)
    assert readable_part(shown) == shown == text.replace(KEY, "(removed)")
    with pytest.raises(RequestError, match="The JSON ends too early"):
        read_request(shown)


def test_placeholder_is_no_name() -> None:
    pasted = read_request('{"id": "<string>", "name": "<string>", "successEvent": "click"}')
    assert pasted.form_data["name"] == "" and "Not used: id." in pasted.notes


def test_error_about_a_file_has_no_key() -> None:
    with pytest.raises(RequestError) as error:
        read_request(f"curl x -d @{KEY}")
    assert KEY not in str(error.value)


@pytest.mark.parametrize(
    "text", ["key" * 300_000, "curl x " + "-d 1 " * 25_000, "curl " + "a" * 900_000, "://" * 200_000]
)
def test_long_text_is_read_in_linear_time(text: str) -> None:
    with pytest.raises(RequestError):
        read_request(text)
    readable_part(text)
