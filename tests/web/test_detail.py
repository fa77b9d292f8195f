"""The page of an autotune, and its JSON."""

import json
import re
import subprocess
from typing import Any

import pytest
from flask.testing import FlaskClient

from ..browser.states import ALL_FIELDS
from ..conftest import CANARY, Clock
from ..fake_statsig import FakeStatsig
from ..forms import BUTTON_COLOR_TEST, click_create, fill_in, hidden, ready, text_of

START_TIME = "15 Jan 2027, 08:00 UTC"  # of the fake clock


def test_all_fields_of_a_contextual_autotune_are_sent_with_their_types(
    client: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    click_create(client, ready(client, **{name.replace("-", "__"): text for name, text in ALL_FIELDS.items()}))
    assert fake_statsig.posts[0].json == {
        "name": "Button Color Test",
        "description": "Which color button gets the most clicks.",
        "variants": [
            {"name": "red", "json": {"color": "red"}, "size": 60},
            {"name": "blue", "json": {"color": "blue"}, "size": 40},
        ],
        "successEvent": "click",
        "successEventValue": "paid",
        "explorationWindow": "1hr",
        "attributionWindow": "2",
        "attributionWindowUnit": "day",
        "explorationWindowRate": 0.3,
        "longtermExplorationAllocation": 0.05,
        "winnerThreshold": "99%",
        "metadataField": "revenue",
        "higherIsBetter": False,
        "isContextual": True,
        "metricSourceID": "orders",
        "linkedExperimentName": "bandit_check",
        "goalRichText": "More clicks,\nfewer returns.",
        "optimizationParameter": "value",
        "valueColumn": "amount",
        "featureList": ["country", "plan", "device"],
        "idType": "stableID",
    }


def test_sent_body_equals_the_reviewed_body(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = ready(client, description="Grüße & <Küsse> “quoted”", variants__0__json='{"a": [1, 2.50, 1e3, null]}')
    escaped = client.get(address).text.split('aria-label="request body"><code>')[1].split("</code>")[0]
    click_create(client, address)
    unescaped = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&#39;", "'")
    assert fake_statsig.posts[0].body.decode() == unescaped.replace("&amp;", "&")


def test_curl_command_sends_the_same_request(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = ready(client, description="It's $HOME `here` \\ 'there'")
    escaped = client.get(address).text.split('aria-label="curl command"><code>')[1].split("</code>")[0]
    command = escaped.replace("&#39;", "'").replace("&#34;", '"').replace("&lt;", "<").replace("&amp;", "&")
    assert CANARY not in command
    subprocess.run(
        ["bash", "-c", command],
        check=True,
        env={"PATH": "/usr/bin:/bin", "STATSIG_API_KEY": "mine"},
        capture_output=True,
    )
    click_create(client, ready(client, name="Another", description="It's $HOME `here` \\ 'there'"))
    by_curl, by_desk = (post.json for post in fake_statsig.posts)
    assert by_curl | {"name": ""} == by_desk | {"name": ""}
    assert fake_statsig.posts[0].headers["statsig-api-key"] == "mine"


@pytest.mark.parametrize(
    ("setting", "header", "message"),
    [
        ({}, "true", "The request has the header x-respect-review-settings: true ."),
        ({"RESPECT_REVIEW_SETTINGS": "false"}, "false", "has the header x-respect-review-settings: false ."),
        ({"RESPECT_REVIEW_SETTINGS": ""}, None, "doesn’t have the header x-respect-review-settings ."),
    ],
)
def test_review_header_follows_the_setting(
    make_app: object, fake_statsig: FakeStatsig, setting: dict[str, str], header: str | None, message: str
) -> None:
    app = make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url, **setting)  # type: ignore[operator]
    client = app.test_client()
    address = ready(client)
    page = text_of(client.get(address).text)
    assert f"{message} Statsig doesn’t document what" in page
    assert not re.search("review (settings|rules)", page)
    click_create(client, address)
    assert fake_statsig.posts[0].headers.get("x-respect-review-settings") == header


def test_review_lists_what_was_set_and_folds_the_defaults(client: FlaskClient) -> None:
    page = text_of(client.get(ready(client, name="Buttons")).text)
    assert "Exploration window 1 hour Attribution window 2 hours Winner threshold 99%" in page
    assert "8 settings at their defaults" in page
    defaults = page.split("8 settings at their defaults")[1].partition("as JSON")[0]
    assert "ID type Not provided · Statsig uses userID" in defaults
    assert "Linked experiment Not provided" in defaults and "Feature list" not in defaults


def test_review_of_a_contextual_autotune_has_no_winner(client: FlaskClient) -> None:
    page = text_of(client.get(ready(client, isContextual="true")).text)
    assert "Winner threshold 99%, which Statsig requires; a contextual autotune has no winner" in page


def test_review_shows_the_parameters_of_the_variants_in_columns(client: FlaskClient) -> None:
    address = ready(client, variants__0__json='{"color": "red", "size": 14}', variants__1__json='{"color": "blue"}')
    table = text_of(client.get(address).text.split("<table>")[1].partition("</table>")[0])
    assert table == "Name color text size number Share % red Default red 14 even blue blue missing even"


@pytest.mark.parametrize("json", ["[1]", '"red"', f'{{"color": "{"r" * 200}"}}', str({f"k{n}": n for n in range(9)})])
def test_review_shows_json_that_fits_no_table_as_it_is(client: FlaskClient, json: str) -> None:
    page = client.get(ready(client, variants__1__json=json.replace("'", '"'))).text
    assert '<th scope="col">JSON</th>' in page and "<pre><code>{&#34;color&#34;: &#34;red&#34;}</code></pre>" in page


def test_advice_does_not_block_create(client: FlaskClient) -> None:
    page = client.get(ready(client, variants__1__json="[1]")).text
    assert "SDKs expect an object" in page and "Create in Statsig" in page


def test_page_says_when_to_expect_data(client: FlaskClient) -> None:
    assert "the first data takes the attribution window of 2 hours" in client.get(ready(client)).text


def test_confirmation_lists_differences(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    data = {
        "id": "other_id",
        "winnerThreshold": "80%",
        "attributionWindow": "2hrs",
        "variants": [{"name": "red", "json": {}}],
    }
    fake_statsig.responder = lambda request: (200, {"data": data}) if request.method == "POST" else None
    page = click_create(client, ready(client)).text
    assert "Statsig chose the ID other_id instead of the expected button_color_test ." in text_of(page)
    assert "Differences from your request" in page and "<td>80%</td>" in page and "2hrs" not in page


def test_page_of_a_created_autotune_follows_what_statsig_returned(
    client: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    answer = {"explorationWindow": "24", "attributionWindow": "1", "attributionWindowUnit": "day", "isContextual": True}
    data = {"id": "button_color_test", **answer, "idType": "stableID", "winnerThreshold": {"a": 1}}
    fake_statsig.responder = lambda request: (201, {"data": data}) if request.method == "POST" else None
    page = text_of(click_create(client, ready(client)).text)
    assert "Exploring 1 day from the start Winner None: it is contextual" in page
    assert "the attribution window of 1 day (24 hours) plus" in page
    assert "Statsig decides by the stable ID" in page and "It learns from every attribute of the user" in page


@pytest.mark.parametrize(("started", "message"), [(False, "Not yet as of"), (True, "As of")])
def test_running_state_has_its_read_time(
    client: FlaskClient, fake_statsig: FakeStatsig, clock: Clock, started: Any, message: str
) -> None:
    data = {"id": "button_color_test", "isStarted": started, "winnerThreshold": "80%"}
    fake_statsig.responder = lambda request: (201, {"data": data}) if request.method == "POST" else None
    address = ready(client)
    click_create(client, address)
    clock.forward(90_000)
    page = text_of(client.get(address).text)
    assert f"Started {'(done) ' if started else ''}{message} {START_TIME}" in page
    assert f"Differences from your request As Statsig had it on {START_TIME} ." in page


@pytest.mark.parametrize("started", ["yes", None])
def test_start_that_was_not_reported_is_not_known(client: FlaskClient, fake_statsig: FakeStatsig, started: Any) -> None:
    data = {"id": "button_color_test", "isStarted": started}
    fake_statsig.responder = lambda request: (201, {"data": data}) if request.method == "POST" else None
    page = text_of(click_create(client, ready(client)).text)
    assert "Started Not known yet Exploring 1 hour from the start Winner At 99%" in page


def test_running_state_has_the_time_of_the_reconciling_read(
    client: FlaskClient, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    fake_statsig.responder = lambda request: (500, {}) if request.method == "POST" else None
    address = ready(client)
    click_create(client, address)
    sent = fake_statsig.posts[0].json
    fake_statsig.autotunes["button_color_test"] = {"id": "button_color_test", "isStarted": False, **sent}
    clock.forward(3600)
    assert "Not yet as of 15 Jan 2027, 09:00 UTC" in text_of(client.get(address).text)


def test_taken_name_has_its_read_time_until_the_next_review(
    client: FlaskClient, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    fake_statsig.autotunes["button_color_test"] = {"id": "button_color_test"}
    address = ready(client)
    client.get(address)
    clock.forward(90_000)
    for path in (address, f"{address}/edit"):
        assert f"As of {START_TIME} :" in text_of(client.get(path).text)
    fill_in(client, path=f"{address}/edit", name="", action="check")
    for path in (address, f"{address}/edit"):
        page = text_of(client.get(path).text)
        assert "Enter a name" in page and "As of" not in page


def test_wait_for_a_busy_statsig_is_counted_down_and_cleared(
    client: FlaskClient, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    fake_statsig.responder = lambda request: (429, {}, {"Retry-After": "7"}) if request.method == "POST" else None
    address = ready(client)
    click_create(client, address)
    page = client.get(address).text
    assert f"Try again in 7 seconds. {START_TIME}" in text_of(page) and 'data-retry-in="7"' in page
    clock.forward(3)
    page = client.get(address).text
    assert "Try again in 4 seconds." in text_of(page) and 'data-retry-in="4"' in page
    clock.forward(4)
    page = client.get(address).text
    assert "Create in Statsig" in page and "Try again" not in page.partition("History")[0]


@pytest.mark.parametrize(("header", "when"), [("0", "now"), ("3600", "in a minute or more")])
def test_wait_that_cannot_be_counted_down_stays(
    client: FlaskClient, fake_statsig: FakeStatsig, clock: Clock, header: str, when: str
) -> None:
    fake_statsig.responder = lambda request: (429, {}, {"Retry-After": header}) if request.method == "POST" else None
    address = ready(client)
    click_create(client, address)
    clock.forward(90)
    page = client.get(address).text
    assert f"Statsig is busy. Try again {when}. {START_TIME}" in text_of(page) and "data-retry-in" not in page


def test_other_content_has_the_time_of_the_last_read(
    client: FlaskClient, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    fake_statsig.responder = lambda request: (500, {}) if request.method == "POST" else None
    address = ready(client)
    click_create(client, address)
    assert "As of" not in client.get(address).text
    fake_statsig.autotunes["button_color_test"] = {"id": "button_color_test", "variants": []}
    for minutes in ("05", "10"):
        clock.forward(300)
        client.get(address)
        page = text_of(client.get(address).text)
        assert f"Yours is unconfirmed. As of 15 Jan 2027, 08:{minutes} UTC" in page


def test_snippet_gets_the_id_and_logs_the_event(client: FlaskClient) -> None:
    page = click_create(client, ready(client)).text.replace("&#34;", '"')
    assert 'statsig.getExperiment("button_color_test")' in page and 'statsig.logEvent("click")' in page


def test_json_of_an_autotune_has_state_request_and_history(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    draft = fill_in(client, "save", successEvent="").headers["Location"]
    autotune = client.get(f"{draft}.json").get_json()
    assert autotune["id"] == draft.rpartition("/")[2]
    assert (autotune["state"], autotune["request"], autotune["statsig"]) == ("draft", None, None)
    address = ready(client)
    assert client.get(f"{address}.json").get_json()["request"]["name"] == "Button Color Test"
    click_create(client, address)
    autotune = client.get(f"{address}.json").get_json()
    assert autotune["state"] == "created" and autotune["statsig"]["id"] == "button_color_test"
    assert [event["what"] for event in autotune["history"]] == [
        "Created the draft; reviewed, ready to create",
        "Clicked “Create in Statsig”",
        "Created in Statsig as button_color_test",
    ]
    assert {event["who"] for event in autotune["history"]} == {"local user"}


def test_history_names_the_changes(client: FlaskClient) -> None:
    address = ready(client)
    fill_in(client, path=f"{address}/edit", description="New", variants__1__name="green")
    assert "Changed description, variants; reviewed, ready to create" in client.get(address).text


def test_other_autotune_with_the_same_id_is_listed(client: FlaskClient) -> None:
    first = ready(client)
    page = client.get(ready(client, name="button color test")).text
    assert "has this name, or one that may get the same ID" in page and first in page


@pytest.mark.parametrize(
    "path", ["/autotunes/x", "/autotunes/x/edit", "/autotunes/x.json", "/autotunes/new?from=x", "/no"]
)
def test_unknown_address_is_not_found(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404 and "Page not found" in response.text


def test_get_of_create_redirects_to_the_page(client: FlaskClient) -> None:
    address = ready(client)
    assert client.get(f"{address}/create").headers["Location"] == address
    assert client.get("/autotunes").headers["Location"] == "/"


def test_healthz_reveals_only_its_status(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def _preview(client: FlaskClient, path: str = "/autotunes/new", **changed: str) -> Any:
    """The preview of a form that is filled in, with these changes."""
    page = client.get(path).text
    fields = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    fields |= BUTTON_COLOR_TEST | {name.replace("__", "-"): text for name, text in changed.items()}
    url = re.search(r'data-preview="([^"]*)"', page)
    assert url
    return client.post(url[1], data=fields).get_json()


def test_preview_has_the_expected_id_the_sentence_and_the_checklist(client: FlaskClient) -> None:
    preview = _preview(client, name="A b", successEvent="")
    assert text_of(preview["pieces"]["expected_id"]) == "Expected ID a_b"
    sidebar = text_of(preview["pieces"]["sidebar"])
    assert sidebar.startswith("red or blue , by a success event: an even split for 1 hour, then whichever works")
    assert "Done: Name Missing: Enter the success event Done: 2 variants" in sidebar
    assert text_of(preview["pieces"]["timeline"]) == "Even split, 1 hour Traffic moves to what works Winner at 99%"
    assert preview["errors"] == {"successEvent": "Enter the success event"}


@pytest.mark.parametrize(
    ("changed", "items"),
    [
        ({"variants__1__json": "{1}"}, "Invalid: Variant 2, JSON: Put double quotes around the key (line 1, column 2)"),
        ({"variants__1__json": "{1}", "variants__1__size": "x"}, "Invalid: 2 variants: 2 problems"),
        ({"variants__1__json": "", "variants__1__name": ""}, "Missing: Name the variants and give them values"),
        ({"winnerThreshold": ""}, "Missing: Choose a winner threshold"),
        ({"variants__1__json": '{"colour": "blue"}'}, "Advised: "),
    ],
)
def test_checklist_says_what_is_missing_invalid_or_advised(
    client: FlaskClient, changed: dict[str, str], items: str
) -> None:
    assert items in text_of(_preview(client, **changed)["pieces"]["sidebar"])


def test_preview_of_json_has_line_and_column(client: FlaskClient) -> None:
    errors = _preview(client, variants__1__json="{\r\n1}")["errors"]
    assert errors == {"variants-1-json": "Put double quotes around the key (line 2, column 1)"}


def test_preview_says_that_a_name_is_taken_unless_it_is_its_own(client: FlaskClient) -> None:
    click_create(client, ready(client))
    assert _preview(client)["errors"] == {"name": "This name is taken. Enter another name"}
    other = ready(client, name="Other")
    assert _preview(client, f"{other}/edit", name="Other")["errors"] == {}


def test_preview_keeps_the_errors_of_statsig_until_their_field_is_changed(
    client: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    refusal = {"message": "Bad", "errors": [{"property": "variants[1].json", "errorMessage": "Expected object"}]}
    fake_statsig.responder = lambda request: (400, refusal, {}) if request.method == "POST" else None
    address = ready(client)
    click_create(client, address)
    unchanged = _preview(client, f"{address}/edit")
    assert "Invalid: Variant 2, JSON: Statsig says: Expected object" in text_of(unchanged["pieces"]["sidebar"])
    changed = _preview(client, f"{address}/edit", variants__1__json='{"color": "navy"}')
    assert "Done: 2 variants" in text_of(changed["pieces"]["sidebar"]) and changed["errors"] == {}


@pytest.mark.parametrize(
    ("shares", "split"),
    [(("60", "40"), "a 60/40 split"), (("60", ""), "a split by share"), (("", ""), "an even split")],
)
def test_preview_says_how_traffic_is_split(client: FlaskClient, shares: tuple[str, str], split: str) -> None:
    pieces = _preview(client, variants__0__size=shares[0], variants__1__size=shares[1])["pieces"]
    assert f"by click : {split} for 1 hour, then" in text_of(pieces["sidebar"])
    assert text_of(pieces["timeline"]).startswith(split.partition(" ")[2].capitalize() + ", 1 hour")


def test_preview_of_a_contextual_autotune_has_no_winner(client: FlaskClient) -> None:
    pieces = _preview(client, isContextual="true")["pieces"]
    assert "A contextual autotune has no winner" in pieces["timeline"] and "no winner" in pieces["sidebar"]


def test_large_preview_is_rejected_before_parsing(client: FlaskClient) -> None:
    errors = _preview(client, variants__0__json=f"[{'1,' * 900_000}1]")["errors"]
    assert errors == {"variants-0-json": "Shorten this to 100,000 characters; it has 1,800,003"}


def test_preview_truncates_a_long_name(client: FlaskClient) -> None:
    preview = _preview(client, name="a" * 1_900_000)
    assert f"<code>{'a' * 1_000}</code>" in preview["pieces"]["expected_id"]


def test_json_pages_have_the_json_type(client: FlaskClient) -> None:
    assert json.loads(client.get(f"{ready(client)}.json").data)


def test_taken_name_links_to_the_autotune_that_has_it(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    fake_statsig.responder = lambda request: (201, {"data": {"id": "renamed_id"}}) if request.method == "POST" else None
    ours = ready(client, name="Ours")
    click_create(client, ours)
    response = fill_in(client, name="Renamed Id")
    assert response.status_code == 422
    assert "This name is taken" in response.text
    assert f'<a href="{ours}">Ours</a>' in response.text
    assert ", of Ours (created)" in text_of(response.text)
    draft = re.search(r'action="(/autotunes/[0-9a-f]+)/edit"', response.text)
    assert draft and "Ours (created) has this name, or its ID." in text_of(client.get(draft[1]).text)
