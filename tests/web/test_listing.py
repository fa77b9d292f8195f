"""The list: search, filter and pages."""

import json
import re
from collections.abc import Callable, Iterable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.autotunes.services import Services
from webapp.store import AutotuneRecord

from ..auth.fixtures import ANNA, BEN, PROXY_SETTINGS, behind_proxy
from ..conftest import CANARY, Clock
from ..fake_statsig import FakeStatsig
from ..forms import click_create, fill_in, ready
from ..list_page import names, rows, tabs

PAGE_SIZE = 50


def search_names(client: FlaskClient, search: str, **query: str) -> list[str]:
    return names(client.get("/", query_string={"q": search, **query}).text)


def pager_link(page: str, label: str) -> str | None:
    """The target of a link of the list's pager."""
    match = re.search(rf'<a href="([^"]*)">{label}</a>', page)
    return unescape(match[1]) if match else None


def add_rows(services: Services, rows: Iterable[dict[str, object]]) -> None:
    """Stores rows with these columns, such as an earlier version may have left."""
    with services.store.write() as session:
        for number, row in enumerate(rows):
            values: dict[str, object] = {
                "id": f"{number:012x}",
                "form_token": f"t{number}",
                "last_form_token": "",
                "state": "draft",
                "version": 1,
                "project": "p",
                "sandbox": False,
                "name": f"Draft {number}",
                "form_data": "{}",
                "expected_id": "",
                "created_at": 1.0,
                "created_by": "a",
                "changed_at": 1.0,
                "changed_by": "a",
            }
            session.add(AutotuneRecord(**{**values, **row}))


def test_list_is_filtered_by_state(client: FlaskClient) -> None:
    fill_in(client, "save", name="Alpha 100% draft")
    ready(client, name="Beta")
    page = client.get("/").text
    assert (tabs(page)["All"], tabs(page)["Drafts"]) == ("2", "1")
    assert sorted(names(page)) == ["Alpha 100% draft", "Beta"]
    assert names(client.get("/?state=ready").text) == ["Beta"]
    assert search_names(client, "alpha", state="ready") == []


@pytest.mark.parametrize(
    ("fields", "search"),
    [
        ({"name": "Käse am Abend"}, "KÄSE"),
        ({"name": "KÄSE AM ABEND"}, "a\u0308se AM"),
        ({"name": "Große Straße"}, "STRASSE"),
        ({"name": "Käse am Abend"}, "abend kase"),
        ({"name": "Kase am Abend"}, "KÄSE"),
        ({"name": "Smørrebrød łódź"}, "lodz smorrebrod"),
        ({"name": "Йод Ёлка"}, "елка иод"),
        ({"name": "Checkout", "successEvent": "paid", "variants__1__name": "green"}, "green local PAID check"),
        ({"name": "ﬁrst \uff4f\uff46\uff46er"}, "first offer"),
        ({"name": "Two  spaces"}, "two spaces"),
        ({"name": "Checkout"}, "ckou"),
        ({"successEvent": "checkout_done"}, "OUT_DONE"),
        ({"variants__1__name": "Dark green"}, "dark gr"),
        ({}, "local us"),
        ({"name": "Green button"}, "green_button"),
        ({"name": "Emoji 🎯🎯🎯 test"}, "🎯🎯🎯"),
        ({"name": "an"}, "an"),
        ({"name": "An offer"}, "AN"),
        ({"name": "Checkout offer"}, "OF"),
        ({"name": "With % in it"}, "%"),
        ({"successEvent": "x_done"}, "x"),
        ({"name": "会社の名前"}, "会社"),
        ({"name": "NUL\0here"}, "NUL\0here"),
    ],
)
def test_search_finds_folded_text_of_name_id_event_variant_and_person(
    client: FlaskClient, fields: dict[str, str], search: str
) -> None:
    fill_in(client, "save", **{"name": "Searched", **fields})
    assert len(search_names(client, search)) == 1


@pytest.mark.parametrize(
    "search",
    ["Kase", "%", "_", "ha%ft", "a_pha", "*", '"', "'", "alpha OR beta", "alp*", "\\", "/", "lpha dr%", "lp", "^al"],
)
def test_search_takes_every_character_literally(client: FlaskClient, search: str) -> None:
    fill_in(client, "save", name="Alpha draft", description="Käse")
    assert search_names(client, search) == []


@pytest.mark.parametrize("search", ['50% off_"now"', "50%", 'f_"n', "OFF_"])
def test_search_finds_characters_that_databases_treat_specially(client: FlaskClient, search: str) -> None:
    fill_in(client, "save", name='50% off_"now"*')
    fill_in(client, "save", name="50 offers now")
    assert search_names(client, search) == ['50% off_"now"*']


@pytest.mark.parametrize("length", [200, 5_000, 50_000])
def test_search_of_any_length_is_answered(client: FlaskClient, length: int) -> None:
    fill_in(client, "save", name="x" * 5_000)
    fill_in(client, "save", name="y")
    assert search_names(client, "x" * length) == ["x" * 199 + "…"]


def test_search_follows_an_edit_and_a_create(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    fake_statsig.responder = lambda request: (201, {"data": {"id": "renamed_id"}}) if request.method == "POST" else None
    address = ready(client, name="First words")
    fill_in(client, path=f"{address}/edit", name="Later words", successEvent="paid_order")
    assert search_names(client, "first") == [] and search_names(client, "click") == []
    assert search_names(client, "later") == search_names(client, "paid_order") == ["Later words"]
    click_create(client, address)
    assert search_names(client, "renamed_id") == ["Later words"] and search_names(client, "later words") == [
        "Later words"
    ]


def test_search_finds_who_created_it_in_statsig(make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> None:
    headers = {"X-Desk-Proxy-Secret": "0123456789abcdef0123456789abcdef"}
    app = make_app(
        STATSIG_API_KEY=CANARY,
        STATSIG_API_URL=fake_statsig.url,
        PUBLIC_URL="http://localhost",
        PROXY_USER_HEADER="X-Auth-Email",
        PROXY_SECRET=headers["X-Desk-Proxy-Secret"],
        ALLOWED_EMAIL_DOMAINS="*",
    )
    anna, ben = app.test_client(), app.test_client()
    for person, email in ((anna, "anna@example.com"), (ben, "ben@example.com")):
        person.environ_base |= {"HTTP_X_AUTH_EMAIL": email, "HTTP_X_DESK_PROXY_SECRET": headers["X-Desk-Proxy-Secret"]}
    address = ready(anna, name="Shared")
    assert search_names(anna, "ben@example") == []
    click_create(ben, address)
    assert search_names(anna, "ben@example") == search_names(ben, "anna@") == ["Shared"]


def test_pages_show_each_autotune_once_in_both_directions(client: FlaskClient, services: Services) -> None:
    """Many were changed at the same moment."""
    add_rows(services, ({"changed_at": 1000.0 + number // 60} for number in range(130)))
    address, all_names, pages = "/", list[str](), list[str]()
    while address and len(pages) < 9:
        page = client.get(address).text
        pages.append(address)
        all_names += names(page)
        address = pager_link(page, "Older") or ""
    assert len(all_names) == 130 and set(all_names) == {f"Draft {number}" for number in range(130)} and len(pages) == 3
    back = pager_link(client.get(pages[2]).text, "Newer")
    assert back and names(client.get(back).text) == all_names[PAGE_SIZE : 2 * PAGE_SIZE]
    top = client.get(pager_link(client.get(back).text, "Newer") or "").text
    assert names(top) == all_names[:PAGE_SIZE] and pager_link(top, "Newer") is None


def test_next_page_is_stable_when_the_top_changes(client: FlaskClient, clock: Clock) -> None:
    for number in range(52):
        clock.forward(1)
        fill_in(client, "save", name=f"Draft {number}")
    older = pager_link(client.get("/").text, "Older")
    clock.forward(1)
    fill_in(client, "save", name="Newest")
    page = client.get(older or "").text
    assert names(page) == ["Draft 1", "Draft 0"]
    assert names(client.get(pager_link(page, "Newer") or "").text)[0] in ("Newest", "Draft 51")


def test_pages_keep_search_and_state(client: FlaskClient, services: Services) -> None:
    add_rows(services, ({"name": f"Both {number}", "state": ("draft", "ready")[number % 2]} for number in range(120)))
    page = client.get("/?q=both&state=ready").text
    rest = names(client.get(pager_link(page, "Older") or "").text)
    assert tabs(page)["Ready to create"] == "60" and len(names(page)) == 50 and len(rest) == 10
    assert all(int(name.split()[1]) % 2 for name in rest)


@pytest.mark.parametrize("cursor", ["", "x", "1e999-a", "\0", "1.0-", "1.0-zz", "nan-a", "999999999999.0-a", "0.0-a"])
@pytest.mark.parametrize("side", ["older", "newer"])
def test_invalid_cursor_shows_the_first_page(client: FlaskClient, side: str, cursor: str) -> None:
    fill_in(client, "save", name="Here")
    assert names(client.get("/", query_string={side: cursor}).text) == ["Here"]


def test_list_beyond_the_count_limit_has_pages(client: FlaskClient, services: Services) -> None:
    states = ("draft", "ready")
    add_rows(
        services, ({"changed_at": 1.0 + n // 3, "state": states[n % 2], "name": f"Many {n}"} for n in range(3_005))
    )
    for query in ("/", "/?q=many", "/?q=ma", "/?q=many&state=ready"):
        page = client.get(query).text
        assert names(page)[0].startswith("Many") and len(names(page)) == PAGE_SIZE
        second = client.get(pager_link(page, "Older") or "").text
        assert not set(names(page)) & set(names(second)) and len(names(second)) == PAGE_SIZE
        assert names(client.get(pager_link(second, "Newer") or "").text) == names(page)
    assert {tabs(client.get("/").text)[title] for title in ("All", "Drafts", "Ready to create")} == {"1,000+"}
    assert tabs(client.get("/?q=many").text)["All"] == ""


def test_search_shows_only_real_matches(client: FlaskClient, services: Services) -> None:
    add_rows(services, ({"name": "abc def" if number else "abcdef"} for number in range(3_005)))
    page = client.get("/?q=abcdef").text
    assert names(page) == ["abcdef"]


def test_short_search_without_results_explains_itself(client: FlaskClient) -> None:
    fill_in(client, "save", name="Alpha")
    assert "match the beginning of a word" in client.get("/?q=ph").text
    assert "match the beginning of a word" not in client.get("/?q=phx").text


def test_all_leads_to_everybody_and_mine_to_the_own(make_app: Callable[..., Flask]) -> None:
    app = make_app(**PROXY_SETTINGS)
    anna, ben = behind_proxy(app, ANNA), behind_proxy(app, BEN)
    for client, name in ((anna, "One"), (anna, "Two"), (ben, "Three")):
        fill_in(client, "save", name=name)
    page = anna.get(f"/?person={ANNA}").text
    assert tabs(page) == tabs(anna.get("/").text)
    assert (tabs(page)["All"], tabs(page)["Mine"], tabs(page)["Drafts"]) == ("3", "2", "3")
    assert 'aria-current="page">Mine' in page and 'href="/?state=draft"' in page
    page = anna.get(f"/?person={BEN}").text
    assert (tabs(page)["All"], tabs(page)["Mine"], tabs(page)["Drafts"]) == ("1", "2", "1")


def test_tabs_without_a_login_keep_the_chosen_owner(client: FlaskClient, services: Services) -> None:
    add_rows(services, ({"name": name, "created_by": name} for name in ("anna", "ben")))
    page = client.get("/?person=anna").text
    assert tabs(page)["All"] == "1" and "Mine" not in tabs(page) and 'href="/?person=anna" aria-current' in page


def test_row_has_id_state_event_variants_owner_and_age(client: FlaskClient, services: Services, clock: Clock) -> None:
    variants = [{"name": name, "json": "{}", "size": ""} for name in ("red", "blue")]
    many = [{"name": f"a long name {number}", "json": "{}", "size": ""} for number in range(4)]
    created = {"state": "created", "statsig_id": "green_button", "expected_id": "green"}
    add_rows(
        services,
        [
            {
                "name": "Green",
                "form_data": json.dumps({"successEvent": " click ", "variants": variants}),
                "created_by": "anna@example.com",
                "changed_at": clock() - 3 * 3600,
                **created,
            },
            {"name": "", "form_data": json.dumps({"variants": many}), "changed_at": clock() - 50 * 24 * 3600},
        ],
    )
    first, second = rows(client.get("/").text)
    assert first == ["Green green_button", "Created", "click", "red, blue", "anna@example.com", "3 h ago"]
    names_of_four = "4 variants: a long name 0, a long name 1, a long name 2, a long name 3"
    assert second == ["Untitled draft", "Draft", "–", names_of_four, "a", "26 Nov 2026"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3_599, "59 min ago"),
        (3_600, "1 h ago"),
        (86_399, "23 h ago"),
        (86_400, "1 day ago"),
        (6 * 86_400, "6 days ago"),
        (7 * 86_400, "8 Jan"),
        (15 * 86_400, "31 Dec 2026"),
        (-60, "just now"),
    ],
)
def test_age_is_relative_for_a_week(
    client: FlaskClient, services: Services, clock: Clock, seconds: int, text: str
) -> None:
    add_rows(services, [{"changed_at": clock() - seconds}])
    page = client.get("/").text
    assert rows(page)[0][-1] == text
    assert re.search(r'data-exact="\d+ \w+ 202\d, \d\d:\d\d UTC"', page)


def test_tabs_count_what_the_filters_leave(client: FlaskClient, services: Services) -> None:
    add_rows(
        services,
        [
            {"created_by": "ann", "name": "One"},
            {"created_by": "ann", "name": "Two", "state": "ready", "project": "q"},
            {"created_by": "ben", "name": "Three", "state": "created"},
            {"created_by": "ben", "name": "Four", "state": "created", "archived_at": 5.0},
            {"created_by": "ben", "name": "Five", "discarded_at": 5.0},
        ],
    )
    page = client.get("/").text
    states = {
        "Drafts": "1",
        "Ready to create": "1",
        "Created": "1",
        "Running": "0",
        "Unconfirmed": "0",
        "Ended": "0",
        "Archived": "1",
        "Discarded": "1",
    }
    assert tabs(page) == {"All": "3", **states}
    assert sorted(names(page)) == ["One", "Three", "Two"]
    assert names(client.get("/?person=ann&project=q").text) == ["Two"]
    assert tabs(client.get("/?person=ben").text)["All"] == "1"
    for state, name in (("archived", "Four"), ("discarded", "Five"), ("created", "Three")):
        assert names(client.get(f"/?state={state}").text) == [name]
    found = client.get("/?q=f").text
    assert names(found) == [] and {"Archived (1)", "Discarded (1)"} <= set(re.findall(r">([A-Z][a-z]+ \(.\))<", found))
    assert names(client.get("/?q=f&state=archived&person=ben").text) == ["Four"]


def test_person_and_project_can_be_chosen(client: FlaskClient, services: Services) -> None:
    add_rows(services, ({"created_by": person, "project": project} for person in "cba" for project in ("y", "x", "")))
    page = client.get("/?person=gone").text
    assert re.findall('<option value="([^"]*)"', page) == ["", "gone", "a", "b", "c", "", "x", "y"]
    assert re.findall('<option value="([^"]*)" selected', page) == ["gone"]


def test_one_person_and_one_project_are_no_choice(client: FlaskClient) -> None:
    fill_in(client, "save", name="Alone")
    assert "<select" not in client.get("/").text
