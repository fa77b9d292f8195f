"""What Statsig has is suggested while the user types, from lists that are read in the background."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.autotunes.cached_reads import READERS
from webapp.autotunes.services import Services
from webapp.store import cached_reads
from webapp.web.wait_budget import VIEW_TIMEOUT

from .. import catalog
from ..conftest import CANARY, Clock
from ..fake_statsig import FakeStatsig
from ..forms import BUTTON_COLOR_TEST, click_create, hidden, ready, text_of
from ..http_stub import Request, Response

READ_IN_BACKGROUND = 60.0  # seconds that a test waits for it
LISTS = 8  # requests for a form: seven lists, and the traffic of experiments


@pytest.fixture
def app(make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> Flask:
    catalog.fill(fake_statsig)
    return make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url, STATSIG_REQUEST_BUDGET="600")


def wait_for_reads(services: Services) -> None:
    """Until every thread that reads in the background is free."""
    free = services.cached_reads._executor._free
    assert all(free.acquire(timeout=READ_IN_BACKGROUND) for _ in range(READERS))
    free.release(READERS)


def open_form(client: FlaskClient, services: Services) -> str:
    """The form, once the lists were read."""
    client.get("/autotunes/new")
    wait_for_reads(services)
    return client.get("/autotunes/new").text


def suggested(client: FlaskClient, field: str, typed: str = "", **query: str) -> list[str]:
    result = client.get("/suggestions", query_string={"field": field, "typed": typed, **query}).get_json()
    return [f"{entry['value']}: {entry['note']}".removesuffix(": ") for entry in result["suggestions"]]


def preview(client: FlaskClient, page: str, **changed: str) -> Any:
    form = BUTTON_COLOR_TEST | {"csrf_token": hidden(page, "csrf_token"), "token": hidden(page, "token")} | changed
    return client.post("/autotunes/preview", data=form).get_json()


SUGGESTED = [  # field, what is typed, the metric source, what is suggested
    ("successEvent", "", "", ["add_to_cart", "page_view", "purchase"]),
    ("successEvent", "P", "", ["page_view", "purchase"]),
    ("successEvent", "cart", "", ["add_to_cart"]),
    ("successEvent", "p", "", ["page_view", "purchase"]),
    ("successEvent", "nothing", "", []),
    ("metricSourceID", "", "", ["Orders: Every order"]),
    ("valueColumn", "", "Orders", ["ordered_at", "revenue", "user_id"]),
    ("valueColumn", "", "", []),
    ("linkedExperimentName", "check", "", ["checkout_flow: active"]),
    ("idType", "c", "", ["companyID: One company"]),
    (
        "idType",
        "ID",
        "",
        ["companyID: One company", "stableID: a device, logged in or not", "userID: Statsig’s default"],
    ),
]


def test_values_of_statsig_are_suggested(client: FlaskClient, services: Services) -> None:
    open_form(client, services)
    for field, typed, source, expected in SUGGESTED:
        assert suggested(client, field, typed, source=source) == expected, (field, typed)


def test_people_of_logged_events_are_not_stored(client: FlaskClient, services: Services) -> None:
    open_form(client, services)
    with services.store.read() as session:
        rows = cached_reads.find(session, services.projects.all()[0].name, ["recent_events"])
    assert "page_view" in str(rows["recent_events"].value)
    assert "1922" not in str(rows["recent_events"].value)


def test_ten_openings_read_each_list_once(client: FlaskClient, services: Services, fake_statsig: FakeStatsig) -> None:
    for _ in range(10):
        client.get("/autotunes/new")
        suggested(client, "successEvent", "add")
    wait_for_reads(services)
    open_form(client, services)
    assert len(fake_statsig.requests) == LISTS


def test_lists_are_read_again_when_they_are_old(
    client: FlaskClient, services: Services, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    open_form(client, services)
    clock.forward(901)
    open_form(client, services)
    assert len(fake_statsig.requests) == 2 * LISTS


def test_two_copies_share_what_was_read(
    client: FlaskClient, services: Services, fake_statsig: FakeStatsig, make_app: Callable[..., Flask]
) -> None:
    open_form(client, services)
    other = make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url, STATSIG_REQUEST_BUDGET="600")
    assert suggested(other.test_client(), "successEvent", "add") == ["add_to_cart"]
    assert len(fake_statsig.requests) == LISTS


@pytest.mark.parametrize(
    ("status", "requests"),
    [(403, LISTS - 1), (404, LISTS - 1), (500, LISTS - 1), (401, 1), (429, 1)],
    ids=str,
)
def test_form_works_without_what_statsig_refuses(
    client: FlaskClient, services: Services, fake_statsig: FakeStatsig, clock: Clock, status: int, requests: int
) -> None:
    fake_statsig.responder = lambda _: (status, {"status": status, "message": "no"})
    for _ in range(3):
        assert "Success event" in text_of(open_form(client, services))
    assert suggested(client, "successEvent", "a") == []
    assert len(fake_statsig.requests) == requests
    clock.forward(901)
    fake_statsig.responder = lambda _: None
    open_form(client, services)
    assert suggested(client, "successEvent", "add") == ["add_to_cart"]


def test_what_was_read_before_stays_when_statsig_is_down(
    client: FlaskClient, services: Services, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    open_form(client, services)
    clock.forward(3600)
    fake_statsig.responder = lambda _: (429, {})
    open_form(client, services)
    result = client.get("/suggestions?field=successEvent&typed=add").get_json()
    assert [entry["value"] for entry in result["suggestions"]] == ["add_to_cart"]
    assert result["source"] == "From Statsig, read 1 h ago"


def test_no_page_waits_for_a_read(
    app: Flask, client: FlaskClient, services: Services, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    app.extensions["view_timeout"] = VIEW_TIMEOUT
    address, unconfirmed, created = ready(client), ready(client, name="Unconfirmed"), ready(client, name="Created")
    click_create(client, created)
    fake_statsig.responder = lambda request: (500, {}) if request.method == "POST" else None
    click_create(client, unconfirmed)
    clock.forward(3600)
    fake_statsig.proceed.clear()  # Statsig does not answer until the pages were shown
    texts = [text_of(client.get(path).text) for path in (address, unconfirmed, created, "/", f"{unconfirmed}.json")]
    assert "Ready to create" in texts[0]
    assert "Unconfirmed" in texts[1]
    page = client.get("/autotunes/new").text
    assert preview(client, page)["is_kept"]
    assert client.get("/suggestions?field=successEvent&typed=a").status_code == 200
    fake_statsig.proceed.set()
    wait_for_reads(services)


def test_pages_read_nothing_in_their_own_thread(
    client: FlaskClient, services: Services, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    address = ready(client, successEvent="add_to_cart", linkedExperimentName="sign_up")
    other = ready(client, name="Other", successEvent="purchase")
    click_create(client, address)
    wait_for_reads(services)
    threads, open_transport = [], services._open_transport

    def record_thread(*args: Any) -> Any:
        threads.append(threading.current_thread().name)
        return open_transport(*args)

    services._open_transport = record_thread
    for path in ("/", "/autotunes/new", f"{other}/edit", f"{other}/forecast", address, f"{address}.json", "/forecasts"):
        clock.forward(1000)
        page = client.get(path).text
        if path.endswith("/edit"):
            preview(client, page, successEvent="add_to_cart")
        wait_for_reads(services)
    assert {name.rpartition("_")[0] for name in threads} == {"background read"}
    assert len(threads) > 2 * LISTS


def test_budget_of_a_project_is_shared_and_counts_refused_requests(
    make_app: Callable[..., Flask], fake_statsig: FakeStatsig, clock: Clock
) -> None:
    settings = {"STATSIG_API_KEY": CANARY, "STATSIG_API_URL": fake_statsig.url, "STATSIG_REQUEST_BUDGET": "4"}
    fake_statsig.responder = lambda _: (403, {})
    for copy in (make_app(**settings), make_app(**settings)):
        for _ in range(3):
            open_form(copy.test_client(), copy.extensions["services"])
            clock.forward(61)
    assert len(fake_statsig.requests) == 4
    clock.forward(900)
    open_form(copy.test_client(), copy.extensions["services"])
    assert len(fake_statsig.requests) == 8


def test_create_is_sent_even_if_the_budget_is_spent(
    client: FlaskClient, services: Services, fake_statsig: FakeStatsig
) -> None:
    project = services.projects.all()[0].name
    for _ in range(600):
        services.budget.count(project)
    open_form(client, services)
    assert fake_statsig.requests == []
    click_create(client, ready(client))
    assert len(fake_statsig.posts) == 1


NOTES = [  # the event, what stands below it, whether that is a warning
    ("add_to_cart", "21,377 on Thursday, 5,676 users", False),
    ("add_to_crt", "Not among the 3 events that Statsig listed just now. Did you mean “add_to_cart”?", True),
    ("PURCHASE", "Not among the 3 events that Statsig listed just now. Did you mean “purchase”?", True),
    ("page_view", "The event to get more of, spelled exactly as your product logs it.", False),
]


def test_event_is_known_with_its_counts_or_unknown(client: FlaskClient, services: Services) -> None:
    page = open_form(client, services)
    for typed, note, is_warning in NOTES:
        preview(client, page, successEvent=typed)
        wait_for_reads(services)
        hint = preview(client, page, successEvent=typed)["pieces"]["successEvent-hint"]
        assert (text_of(hint), "unknown-value" in hint) == (note, is_warning)


def test_warning_about_the_id_type_keeps_what_matters(client: FlaskClient, services: Services) -> None:
    page = open_form(client, services)
    hint = text_of(preview(client, page, idType="userid")["pieces"]["idType-hint"])
    assert "Did you mean “userID”?" in hint
    assert "It cannot be changed later." in hint
    source = text_of(preview(client, page, metricSourceID="orders")["pieces"]["metricSourceID-hint"])
    assert source.startswith("Not the only metric source that Statsig listed just now.")


def test_counts_of_an_event_are_read_once_a_day(
    client: FlaskClient, services: Services, fake_statsig: FakeStatsig
) -> None:
    page = open_form(client, services)
    for _ in range(3):
        preview(client, page, successEvent="add_to_cart")
        wait_for_reads(services)
    counted = [request.path for request in fake_statsig.requests if "/metrics/values" in request.path]
    assert len(counted) == 7


def test_users_of_another_id_type_are_counted(client: FlaskClient, services: Services) -> None:
    page = open_form(client, services)
    for _ in range(2):
        result = preview(client, page, successEvent="add_to_cart", idType="stableID")
        wait_for_reads(services)
    assert text_of(result["pieces"]["successEvent-hint"]) == "21,377 on Thursday, 6,001 devices"


def test_unknown_value_is_advice_at_review_and_can_be_sent(
    client: FlaskClient, services: Services, fake_statsig: FakeStatsig
) -> None:
    open_form(client, services)
    address = ready(client, successEvent="add_to_crt")
    assert "Did you mean “add_to_cart”?" in text_of(client.get(address).text)
    click_create(client, address)
    assert fake_statsig.posts[0].json["successEvent"] == "add_to_crt"


def test_name_that_statsig_has_is_seen_while_it_is_typed(client: FlaskClient, services: Services) -> None:
    page = open_form(client, services)
    for name, is_taken in (("Hero Image", True), ("hero image", True), ("Hero-Image", False)):
        text = text_of(preview(client, page, name=name)["pieces"]["expected_id"])
        assert ("Taken in Statsig by “Hero Image” (started)" in text) == is_taken, name


def test_similar_autotunes_of_statsig_are_named(client: FlaskClient, services: Services) -> None:
    page = open_form(client, services)
    similar = text_of(preview(client, page, successEvent="add_to_cart")["pieces"]["similar"])
    assert "Hero Image Same event · in Statsig, started, not from here" in similar
    assert "Hero Image" not in text_of(preview(client, page, successEvent="purchase")["pieces"]["similar"])


def test_own_autotune_is_not_listed_twice(client: FlaskClient, services: Services) -> None:
    click_create(client, ready(client, successEvent="purchase"))
    page = open_form(client, services)
    similar = text_of(preview(client, page, name="Other", successEvent="purchase")["pieces"]["similar"])
    assert similar.count("Button Color Test") == 1


def test_warehouse_part_says_that_the_company_is_not_warehouse_native(client: FlaskClient, services: Services) -> None:
    assert "is not warehouse-native" in text_of(open_form(client, services))


def test_unknown_field_has_no_suggestions(client: FlaskClient) -> None:
    assert client.get("/suggestions?field=name").status_code == 404


def test_incomplete_list_gives_no_warning(client: FlaskClient, services: Services, fake_statsig: FakeStatsig) -> None:
    def fail_second_page(request: Request) -> Response | None:
        return (500, {}) if request.path.startswith("/experiments") and "page=2" in request.path else None

    fake_statsig.catalog["/experiments"] = [{"id": f"e{number}"} for number in range(150)]
    fake_statsig.responder = fail_second_page
    page = open_form(client, services)
    hint = preview(client, page, linkedExperimentName="other")["pieces"]["linkedExperimentName-hint"]
    assert "unknown-value" not in hint
    assert suggested(client, "linkedExperimentName", "e14")[0] == "e14"


def test_events_that_are_allowed_are_suggested_and_named_at_the_field(
    make_app: Callable[..., Flask], fake_statsig: FakeStatsig
) -> None:
    settings = {"STATSIG_API_KEY": CANARY, "STATSIG_API_URL": fake_statsig.url, "STATSIG_REQUEST_BUDGET": "600"}
    app = make_app(**settings, ALLOWED_EVENTS="purchase, refund")
    client = app.test_client()
    page = open_form(client, app.extensions["services"])
    assert suggested(client, "successEvent", "") == ["purchase", "refund"]
    hint = text_of(preview(client, page, successEvent="pur")["pieces"]["successEvent-hint"])
    assert hint.endswith("Allowed: purchase, refund.")
