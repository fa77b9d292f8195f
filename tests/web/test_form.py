"""The form: input is kept, errors are at their fields, and a repeated submission changes the same autotune."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ..fake_statsig import FakeStatsig
from ..forms import BUTTON_COLOR_TEST, click_create, fill_in, hidden, initial_values, ready, text_of
from ..list_page import names


def error_at(page: str, field: str) -> str:
    """The error message at a field, without its label for screen readers."""
    _, marker, rest = page.partition(f'id="{field}-error">')
    return rest.split("</p>")[0].rpartition("</span>")[2] if marker else ""


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("name", "", "Enter a name"),
        ("name", "   ", "Enter a name"),
        ("successEvent", "", "Enter the success event"),
        ("explorationWindow", "", "Choose an exploration window"),
        ("explorationWindow", "3hr", "Choose one of: 1 hour, 1 day (24 hours), 2 days (48 hours), "),
        ("attributionWindow", "", "Choose an attribution window"),
        ("winnerThreshold", "97%", "Choose one of: 80%, 90%, 95%, 98%, 99%"),
        ("variants-0-name", "", "Enter a name for this variant"),
        ("variants-1-name", "red", "Variant 1 has this name too. Enter another name"),
        ("variants-1-json", "", "Enter a value for this variant"),
        (
            "variants-1-json",
            '{"a": NaN}',
            "JSON has no NaN: write null or a number (line 1, column 7)",
        ),
        ("variants-0-size", "many", "Enter a number in digits, such as 50 or 0.5"),
        ("variants-0-size", "-20", "Enter 0 or more"),
        ("variants-0-size", "66,7 %", "Enter 66.7"),
        ("explorationWindowRate", "1.01", "Enter a number from 0.001 to 1, such as 0.5"),
        ("longtermExplorationAllocation", "0.0009", "Enter a number from 0.001 to 1, such as 0.5"),
        ("explorationWindowRate", "0.5", "Only contextual autotunes use this. Clear it, or choose Contextual"),
        ("featureList", "country", "Only contextual autotunes use this. Clear it, or choose Contextual"),
        ("metadataField", "price", "Only contextual autotunes use this. Clear it, or choose Contextual"),
        ("higherIsBetter", "false", "Only contextual autotunes use this. Clear it, or choose Contextual"),
        ("description", "a\0b", "Remove the invisible character U+0000"),
    ],
)
def test_error_is_at_its_field_and_in_the_summary(
    client: FlaskClient, fake_statsig: FakeStatsig, field: str, text: str, message: str
) -> None:
    response = fill_in(client, **{field.replace("-", "__"): text})
    assert response.status_code == 422
    assert "<title>Error: " in response.text
    error = error_at(response.text, field)
    assert error.replace("&#34;", '"').startswith(message)
    assert response.text.count(error) >= 2, "the summary has the same message"
    assert f'href="#{field}"' in response.text
    assert fake_statsig.requests == []


def test_input_is_kept_with_errors(client: FlaskClient) -> None:
    fields = {
        "name": "<b>&\"' name</b>",
        "description": "two\nlines",
        "winnerThreshold": "80%",
        "featureList": "a\nb",
        "variants-1-json": '{"a": </textarea><script>',
    }
    page = fill_in(client, **{name.replace("-", "__"): text for name, text in fields.items()}, successEvent="").text
    for text in (
        "&lt;b&gt;&amp;&#34;&#39; name&lt;/b&gt;",
        "two\nlines",
        "a\nb",
        "&lt;/textarea&gt;&lt;script&gt;",
    ):
        assert text in page
    assert '<option selected value="80%">' in page


def test_format_keeps_json_that_would_be_too_long(client: FlaskClient) -> None:
    text = "[" * 30 + "1," * 5_000 + "1" + "]" * 30
    page = fill_in(client, action="format-0", variants__0__json=text).text
    assert error_at(page, "variants-0-json") == "Shorten this: formatted, it has more than 100,000 characters"
    assert f"{text}</textarea>" in page


def test_draft_with_a_very_long_name_is_listed_truncated(client: FlaskClient) -> None:
    address = fill_in(client, action="save", name="a" * 50_000).headers["Location"]
    assert len(client.get("/").text) < 10_000
    assert f'value="{"a" * 50_000}"' in client.get(f"{address}/edit").text


def test_form_with_too_many_fields_is_rejected_before_parsing(client: FlaskClient) -> None:
    hidden_fields = {name: hidden(client.get("/autotunes/new").text, name) for name in ("csrf_token", "token")}
    body = urlencode({**hidden_fields, "action": "save"})
    for fields, status in ((497, 422), (498, 400)):  # 422: it was read, but it is an untouched form
        response = client.post(
            "/autotunes", data=body + "&a" * fields, content_type="application/x-www-form-urlencoded"
        )
        assert response.status_code == status
    assert "A form may have 500 fields. Go back and remove variants." in response.text


@pytest.mark.parametrize(("character", "escape"), [("\x7f", r"\u007f"), ("\x85", r"\u0085"), ("\uffff", r"\uffff")])
def test_unshowable_character_in_json_is_shown_and_sent_as_an_escape(
    client: FlaskClient, fake_statsig: FakeStatsig, character: str, escape: str
) -> None:
    page = fill_in(client, name="", variants__0__json=f'{{"color": "{character}"}}').text
    assert f"{{&#34;color&#34;: &#34;{escape}&#34;}}</textarea>" in page
    click_create(client, ready(client, variants__0__json=f'{{"color": "{character}"}}'))
    assert fake_statsig.posts[0].json["variants"][0]["json"] == {"color": character}


def test_form_with_errors_is_saved_as_a_draft(client: FlaskClient) -> None:
    page = fill_in(client, successEvent="").text
    address = page.split('<form id="form" method="post" action="')[1].split('"')[0]
    assert "Enter the success event" in client.get(address).text
    shown = client.get(address.removesuffix("/edit")).text
    assert "Not ready yet" in shown and "Enter the success event" in shown


def test_saving_a_draft_does_not_validate(client: FlaskClient) -> None:
    response = fill_in(client, "save", name="", variants__0__json="{")
    assert response.status_code == 303
    page = client.get(response.headers["Location"]).text
    assert "Untitled draft" in page and "Saved as a draft" in page and "Enter a name" in page


@pytest.mark.parametrize("action", ["add", "remove-0", "format-0", "clear"])
def test_form_actions_save_nothing(client: FlaskClient, action: str) -> None:
    assert fill_in(client, action).status_code == 200
    assert "No autotunes yet" in client.get("/").text


@pytest.mark.parametrize(
    ("action", "event", "result"),
    [
        ("check", "click", "reviewed, ready to create"),
        ("check", "", "reviewed, 1 problem"),
        ("save", "click", "saved as a draft"),
    ],
)
def test_resubmitted_form_finds_its_row_unchanged(client: FlaskClient, action: str, event: str, result: str) -> None:
    page = client.get("/autotunes/new").text
    hidden_fields = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    data = {**BUTTON_COLOR_TEST, **hidden_fields, "action": action, "successEvent": event}
    first, second = client.post("/autotunes", data=data), client.post("/autotunes", data=data)
    assert first.status_code == second.status_code
    assert len(names(client.get("/").text)) == 1
    address = client.get(f"/autotunes/new?form={hidden_fields['token']}").headers["Location"].removesuffix("/edit")
    history = client.get(f"{address}.json").json["history"]  # type: ignore[index]
    assert [event["what"] for event in history] == [f"Created the draft; {result}"]


def test_changed_form_after_back_updates_the_same_row(client: FlaskClient) -> None:
    page = client.get("/autotunes/new").text
    data = {
        **BUTTON_COLOR_TEST,
        **{n: hidden(page, n) for n in ("csrf_token", "token", "version")},
        "action": "check",
    }
    address = client.post("/autotunes", data=data).headers["Location"]
    resubmitted = client.post("/autotunes", data={**data, "description": "Changed after going back"})
    assert resubmitted.headers["Location"] == address
    assert "Changed after going back" in client.get(address).text


def test_edit_conflict_is_not_overwritten(client: FlaskClient) -> None:
    address = ready(client)
    mine, theirs = client.get(f"{address}/edit").text, client.get(f"{address}/edit").text

    def data(page: str, **changed: Any) -> dict[str, Any]:
        return {**initial_values(page), **BUTTON_COLOR_TEST, "action": "check", **changed}

    assert client.post(f"{address}/edit", data=data(theirs, description="Theirs")).status_code == 303
    conflict = client.post(f"{address}/edit", data=data(mine, description="Mine"))
    assert conflict.status_code == 409
    assert "This was changed\n    after you opened it" in conflict.text and "Mine" in conflict.text
    assert "Theirs" in client.get(address).text
    assert client.post(f"{address}/edit", data=data(conflict.text, description="Mine")).status_code == 303
    assert "Mine" in client.get(address).text


@pytest.mark.parametrize("token", [{}, {"token": ""}, {"token": "!"}], ids=["none", "blank", "no valid character"])
def test_form_without_a_token_does_not_replace_a_newer_version(client: FlaskClient, token: dict[str, str]) -> None:
    address = ready(client)
    page = client.get(f"{address}/edit").text
    hidden_fields = {name: hidden(page, name) for name in ("csrf_token", "version")}
    theirs, mine = ({**BUTTON_COLOR_TEST, **hidden_fields, **token, "description": text} for text in ("Theirs", "Mine"))
    assert client.post(f"{address}/edit", data=theirs).status_code == 303
    conflict = client.post(f"{address}/edit", data=mine)
    assert conflict.status_code == 409
    assert "This was changed\n    after you opened it" in conflict.text and "Mine" in conflict.text
    assert "Theirs" in client.get(address).text


def test_input_is_kept_if_the_autotune_was_sent_in_the_meantime(client: FlaskClient) -> None:
    address = ready(client)
    page = client.get(f"{address}/edit").text
    click_create(client, address)
    hidden_fields = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    data = {**BUTTON_COLOR_TEST, **hidden_fields, "name": "Too late", "action": "check"}
    response = client.post(f"{address}/edit", data=data)
    assert response.status_code == 409
    assert "Someone has started to create this autotune" in response.text and "Too late" in response.text
    hidden_fields = {name: hidden(response.text, name) for name in ("csrf_token", "token", "version")}
    new = client.post("/autotunes", data={**data, **hidden_fields})
    assert new.status_code == 303 and new.headers["Location"] != address


def test_sent_autotune_cannot_be_edited(client: FlaskClient) -> None:
    address = ready(client)
    click_create(client, address)
    assert client.get(f"{address}/edit").headers["Location"] == address


@pytest.mark.parametrize("token", ["", "forged"])
def test_expired_form_is_shown_again_with_its_input(client: FlaskClient, token: str) -> None:
    client.get("/autotunes/new")
    response = client.post("/autotunes", data={**BUTTON_COLOR_TEST, "default": "1", "csrf_token": token})
    assert response.status_code == 400
    assert "This form expired" in response.text and "Which color button" in response.text
    assert initial_values(response.text)["variants-0-name"] == "blue", "the default that was chosen is lost"
    hidden_fields = {name: hidden(response.text, name) for name in ("csrf_token", "token", "version")}
    assert client.post("/autotunes", data={**BUTTON_COLOR_TEST, **hidden_fields, "action": "check"}).status_code == 303


def test_expired_create_sends_nothing(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = ready(client)
    response = client.post(f"{address}/create", data={"version": "1"}, follow_redirects=True)
    assert "This page expired, so nothing was sent" in response.text
    assert fake_statsig.posts == []


@pytest.mark.parametrize(
    "names", [["variants-²-name"], [f"variants-{'9' * 5000}-name"], ["variants--1-name", "variants-x-json"]]
)
def test_invalid_row_numbers_are_ignored(client: FlaskClient, names: list[str]) -> None:
    response = fill_in(client, **{name.replace("-", "__"): "odd" for name in names})
    assert response.status_code == 303


def test_gaps_between_rows_are_closed(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = ready(
        client, variants__1__name=None, variants__1__json=None, variants__7__name="b", variants__7__json="{}"
    )
    click_create(client, address)
    assert [variant["name"] for variant in fake_statsig.posts[0].json["variants"]] == ["red", "b"]


@pytest.mark.parametrize(("count", "status"), [(100, 303), (101, 422)])
def test_hundred_variants_are_the_limit(
    client: FlaskClient, fake_statsig: FakeStatsig, count: int, status: int
) -> None:
    rows = {
        f"variants__{row}__{name}": text for row in range(count) for name, text in (("name", f"v{row}"), ("json", "{}"))
    }
    response = fill_in(client, **rows)
    assert response.status_code == status
    if status == 303:
        click_create(client, response.headers["Location"])
        assert [v["name"] for v in fake_statsig.posts[0].json["variants"]] == [f"v{row}" for row in range(count)]
    else:
        assert "Remove variants until 100 are left" in response.text


@pytest.mark.parametrize("rows", [0, 1])
def test_fewer_than_two_variants_are_rejected(client: FlaskClient, rows: int) -> None:
    missing: dict[str, Any] = {f"variants__{row}__{name}": None for row in range(rows, 2) for name in ("name", "json")}
    response = fill_in(client, **missing)
    assert "Add a variant: an autotune needs at least 2" in response.text


def test_link_prefills_the_form(client: FlaskClient) -> None:
    page = client.get(
        "/autotunes/new?name=From+a+link&variants-0-name=a&variants-1-name=b&variants-2-name=c&idType=stableID"
    )
    for text in (
        'value="From a link"',
        'id="variants-2-name"',
        'value="stableID"',
        '<option selected value="168hr">',
    ):
        assert text in page.text


def test_taken_name_in_a_link_is_reported_at_once(client: FlaskClient) -> None:
    click_create(client, ready(client, name="Taken before"))
    page = client.get("/autotunes/new?name=Taken+before").text
    assert "This name is taken. Enter another name" in text_of(page)
    assert "There is a problem" not in client.get("/autotunes/new?name=Free+name").text


def test_link_can_repeat_the_feature_list(client: FlaskClient) -> None:
    assert ">\r\na\nb</textarea>" in client.get("/autotunes/new?featureList=a&featureList=b").text


@pytest.mark.parametrize("action", ["remove-9", "format-9", "remove-1", "format-1"])
def test_action_of_a_missing_row_does_nothing(client: FlaskClient, action: str) -> None:
    missing: dict[str, Any] = {"variants__1__name": None, "variants__1__json": None}
    rows = {**missing, "variants__7__name": "b", "variants__7__json": "{}"}
    page = fill_in(client, action, **rows)
    assert page.status_code == 200 and _value_of(page.text, "variants-1-name") == "b"
    assert "No autotunes yet" in client.get("/").text
    assert _value_of(fill_in(client, "remove-7", **rows).text, "variants-1-name") != "b"


def _value_of(page: str, field: str) -> str:
    return "".join(re.findall(f' name="{field}"[^>]* value="([^"]*)"', page))


def test_duplicate_has_a_free_name(client: FlaskClient) -> None:
    address = ready(client, name="Banner")
    names = []
    for _ in range(3):
        names.append(_value_of(client.get(f"/autotunes/new?from={address.rpartition('/')[2]}").text, "name"))
        address = ready(client, name=names[-1])
    assert names == ["Banner copy", "Banner copy 2", "Banner copy 3"]
    long = fill_in(client, "save", name="x" * 1000).headers["Location"].rpartition("/")[2]
    assert f'value="{"x" * 980} copy"' in client.get(f"/autotunes/new?from={long}").text


def test_empty_form_has_two_rows_and_initial_values(client: FlaskClient) -> None:
    page = client.get("/autotunes/new").text
    assert page.count('<tr class="variant"') == 2
    for chosen in (
        'selected value="168hr"',
        'selected value="1hr"',
        'selected value="95%"',
        'checked id="isContextual"',
    ):
        assert chosen in page


MINIMAL_FORM = {  # what an autotune needs besides the initial values of the form
    "name": "Button Color Test",
    "variants-0-name": "red",
    "variants-0-json": '{"color": "red"}',
    "variants-1-name": "blue",
    "variants-1-json": '{"color": "blue"}',
    "successEvent": "click",
}


def test_minimal_form_with_initial_values_has_no_advice(client: FlaskClient) -> None:
    sent = initial_values(client.get("/autotunes/new").text, "form")
    response = client.post("/autotunes", data={**sent, **MINIMAL_FORM, "action": "check"})
    assert response.status_code == 303
    page = client.get(response.headers["Location"]).text
    assert "Worth knowing" not in page and "Create in Statsig" in page


def test_forecast_with_initial_values_has_no_errors(client: FlaskClient) -> None:
    sent = initial_values(client.get("/autotunes/new").text, "form")
    address = client.post("/autotunes", data={**sent, **MINIMAL_FORM, "action": "check"}).headers["Location"]
    assumptions = initial_values(client.get(f"{address}/forecast").text, "assumptions")
    response = client.get(f"{address}/forecast", query_string={**assumptions, "visits": "2000", "rate": "5"})
    assert response.status_code == 200 and 'id="error-summary"' not in response.text


@pytest.mark.parametrize(
    ("action", "message"),
    [("check", "Enter a name"), ("save", "Fill in at least one field"), ("plan", "Fill in at least one field")],
)
@pytest.mark.parametrize("changed", [{}, {"variants-0-name": "  "}, {"variants-2-name": "", "variants-2-json": ""}])
def test_untouched_form_is_not_saved(client: FlaskClient, action: str, message: str, changed: dict[str, str]) -> None:
    sent = initial_values(client.get("/autotunes/new").text)
    response = client.post("/autotunes", data={**sent, **changed, "action": action})
    assert response.status_code == 422
    assert error_at(response.text, "name").startswith(message)
    assert "No autotunes yet" in client.get("/").text
    data = {**initial_values(response.text), "description": "Only this", "action": action}
    assert client.post("/autotunes", data=data).status_code == (422 if action == "check" else 303)
    assert len(names(client.get("/").text)) == 1


@pytest.mark.parametrize(("field", "value"), [("explorationWindow", "1hr"), ("isContextual", "true")])
def test_form_with_only_a_changed_choice_is_saved(client: FlaskClient, field: str, value: str) -> None:
    sent = initial_values(client.get("/autotunes/new").text)
    assert client.post("/autotunes", data={**sent, field: value, "action": "save"}).status_code == 303


def test_saved_draft_can_be_emptied(client: FlaskClient) -> None:
    sent = initial_values(client.get("/autotunes/new").text)
    address = client.post("/autotunes", data={**sent, "description": "Old", "action": "save"}).headers["Location"]
    assert client.post("/autotunes", data={**sent, "action": "save"}).headers["Location"] == address
    assert ">Old<" not in client.get(address).text


def test_project_field_is_shown_only_for_several_projects(app: Flask, client: FlaskClient) -> None:
    assert 'id="project"' not in client.get("/autotunes/new").text


@pytest.mark.parametrize("body", [b"name=\xff", b"name=%FF%FE&successEvent=x"])
def test_invalid_utf8_is_a_bad_request(client: FlaskClient, body: bytes) -> None:
    response = client.post("/autotunes", data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"name=a\xff&csrf_token={token}", "application/x-www-form-urlencoded"),
        (b'{"name": "a"}', "application/json"),
        (b"name=a", "text/plain"),
        (b"--x\r\nContent-Disposition: form-data; name=name\r\n\r\na", "multipart/form-data; boundary=x"),
    ],
)
def test_unreadable_form_has_its_message(client: FlaskClient, body: bytes, content_type: str) -> None:
    """It must not say that the input is still here, since the form would be empty."""
    token = hidden(client.get("/autotunes/new").text, "csrf_token")
    response = client.post("/autotunes", data=body, content_type=content_type, headers={"X-CSRFToken": token})
    assert response.status_code == 400
    assert "could not be read" in response.text and "still here" not in response.text


def test_reopened_new_form_redirects_to_its_draft(client: FlaskClient) -> None:
    page = client.get("/autotunes/new").text
    hidden_fields = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    path = f"/autotunes/new?form={hidden_fields['token']}"
    assert client.get(path).status_code == 200
    address = client.post("/autotunes", data={**BUTTON_COLOR_TEST, **hidden_fields}).headers["Location"]
    assert client.get(path).headers["Location"] == f"{address}/edit"


def test_link_with_one_variant_shows_a_second_row(client: FlaskClient) -> None:
    page = client.get("/autotunes/new?variants-0-name=short&isContextual=yes").text
    assert 'id="variants-0-name"' in page and 'id="variants-1-name"' in page
    assert len(re.findall('<input[^>]* checked[^>]*name="isContextual"', page)) == 1
