"""Drafts are discarded and restored, and what was created is archived."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select, text

from webapp.autotunes.outcomes import created_outcome, record_outcome
from webapp.autotunes.removal import MAX_PURGED, discard
from webapp.autotunes.services import Services
from webapp.store import AutotuneRecord, Event, ForecastRecord, Version, WorkingCopy

from ..conftest import Clock
from ..fake_statsig import FakeStatsig
from ..forms import click_create, fill_in, finished_forecast, hidden, initial_values, ready, text_of
from ..list_page import names, rows, tabs
from .test_listing import add_rows, pager_link

DAYS = 24 * 3600.0


def click(client: FlaskClient, address: str, action: str, **fields: str) -> str:
    """Clicks a button that discards, archives or restores, and returns the next page."""
    data = {"csrf_token": hidden(client.get("/autotunes/new").text, "csrf_token"), **fields}
    return client.post(f"{address}/{action}", data=data, follow_redirects=True).text


def created(client: FlaskClient, **fields: str) -> str:
    address = ready(client, **fields)
    click_create(client, address)
    return address


def history(client: FlaskClient, address: str) -> list[str]:
    return [event["what"] for event in client.get(f"{address}.json").get_json()["history"]]


def test_discarded_draft_leaves_the_list_and_comes_back(client: FlaskClient) -> None:
    address = fill_in(client, "save", name="Hero copy", description="For the landing page").headers["Location"]
    page = click(client, address, "discard")
    assert "Hero copy was discarded. Undo" in text_of(page) and names(page) == []
    assert f'action="{address}/restore"' in page
    page = client.get(address).text
    assert "This draft was discarded on" in text_of(page)
    assert "/edit" not in page and "Create in" not in page
    page = click(client, address, "restore")
    assert "Hero copy was restored." in text_of(page) and f'href="{address}/edit"' in page
    assert initial_values(client.get(f"{address}/edit").text)["description"] == "For the landing page"
    assert history(client, address)[-2:] == ["Discarded", "Restored"]
    assert names(client.get("/").text) == ["Hero copy"]


def test_list_stays_where_it_was(client: FlaskClient, clock: Clock) -> None:
    address = fill_in(client, "save", name="One").headers["Location"]
    clock.forward(60)
    fill_in(client, "save", name="Other")
    position = {"state": "draft", "q": "o", "older": f"{clock()}-0"}
    page = click(client, address, "discard", list="", **position)
    assert names(page) == ["Other"] and re.search('aria-current="page">\\s*Drafts', page)
    assert tabs(page)["Discarded"] == "1"
    undo = page[page.index('class="flash"') : page.index("Undo</button>")]
    fields = dict(re.findall('name="([^"]*)"(?: value="([^"]*)")?', undo))
    assert fields.items() >= {"list": "", **position}.items()
    page = click(client, address, "restore", **fields)
    assert "One was restored." in text_of(page) and names(page) == ["Other", "One"]


def test_discarded_are_listed_by_when_they_were_discarded(
    client: FlaskClient, services: Services, clock: Clock
) -> None:
    add_rows(services, ({"id": f"{number:x}", "name": f"Draft {number}"} for number in range(120)))
    for number in range(0, 120, 2):
        clock.forward(24 * 3600 if number == 60 else 1)
        assert discard(services, f"{number:x}", "anna@example.com")
    page = client.get("/?state=discarded").text
    assert names(page) == [f"Draft {number}" for number in range(118, 18, -2)]
    assert 'class="updated">Discarded</th>' in page
    assert {cells[1] for cells in rows(page)} == {"30 days left", "29 days left"}
    older = client.get(pager_link(page, "Older") or "").text
    assert names(older) == [f"Draft {number}" for number in range(18, -2, -2)]


def test_form_that_is_open_while_its_draft_is_discarded_is_kept(client: FlaskClient) -> None:
    address = fill_in(client, "save", name="Open").headers["Location"]
    form = initial_values(client.get(f"{address}/edit").text)
    click(client, address, "discard")
    preview = client.post(
        f"/autotunes/preview?autotune={address.rpartition('/')[2]}", data={**form, "description": "Typed since"}
    ).get_json()
    assert preview["is_kept"] and "This draft was discarded." in preview["pieces"]["saved_state"]
    assert "Your unsaved changes of" in text_of(client.get(address).text)
    click(client, address, "restore")
    assert initial_values(client.get(f"{address}/edit").text)["description"] == "Typed since"


def test_created_autotune_is_archived_and_keeps_its_name(client: FlaskClient) -> None:
    address = created(client, name="Kept name")
    assert "Kept name was archived. Undo" in text_of(click(client, address, "archive"))
    assert names(client.get("/").text) == []
    assert names(client.get("/?state=archived").text) == ["Kept name"]
    page = fill_in(client, name="Kept name").text
    assert "taken" in page and f'href="{address}"' in page
    page = client.get(address).text
    assert ">Restore<" in page and "Created in Statsig" in page
    click(client, address, "restore")
    assert names(client.get("/?state=created").text) == ["Kept name"]


def test_states_that_can_be_discarded_or_archived(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    draft, done = fill_in(client, "save", name="Draft").headers["Location"], created(client, name="Done")
    fake_statsig.responder = lambda request: (500, {}) if request.method == "POST" else None
    unconfirmed = created(client, name="Unconfirmed")
    assert client.get(f"{unconfirmed}.json").get_json()["state"] == "unknown"
    refused = [(unconfirmed, "discard"), (unconfirmed, "archive"), (done, "discard"), (draft, "archive")]
    for address, action in [*refused, (draft, "restore"), (done, "restore")]:
        before = history(client, address)
        page = text_of(click(client, address, action))
        assert re.search("can’t be (discarded|archived)|nothing to restore", page)
        assert history(client, address) == before
    assert len(names(client.get("/").text)) == 3


def test_second_click_changes_nothing(client: FlaskClient) -> None:
    address = fill_in(client, "save", name="Twice").headers["Location"]
    click(client, address, "discard")
    assert "Twice was discarded already. Undo" in text_of(click(client, address, "discard"))
    assert history(client, address).count("Discarded") == 1


def test_discarded_autotune_cannot_be_created(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = ready(client, name="Ready")
    version = hidden(client.get(address).text, "version")
    click(client, address, "discard")
    click(client, address, "create", version=version)
    assert [request for request in fake_statsig.requests if request.method == "POST"] == []
    assert client.get(f"{address}.json").get_json()["state"] == "ready"
    click(client, address, "restore")
    assert "Created in Statsig" in click_create(client, address).text


def test_form_of_a_draft_that_was_discarded_becomes_a_new_one(client: FlaskClient) -> None:
    address = fill_in(client, "save", name="Old").headers["Location"]
    form = initial_values(client.get(f"{address}/edit").text)
    click(client, address, "discard")
    response = client.post(f"{address}/edit", data={**form, "name": "Typed since", "action": "save"})
    assert response.status_code == 409
    assert "This draft was discarded. Restore it to change it. What you typed is still here" in text_of(response.text)
    again = initial_values(response.text)
    assert again["name"] == "Typed since"
    new = client.post("/autotunes", data={**again, "action": "save"}).headers["Location"]
    assert new != address and names(client.get("/").text) == ["Typed since"]
    page = client.get(f"{address}/edit", follow_redirects=True).text
    assert "This draft was discarded. Restore it to change it." in text_of(page)


def test_form_is_deleted_30_days_after_discarding(client: FlaskClient, services: Services, clock: Clock) -> None:
    address = ready(client, name="Short lived", description="Secret plan", explorationWindow="24hr")
    record_id = address.rpartition("/")[2]
    finished_forecast(client, address, {"visits": "200", "rate": "5", "days": "7"})
    form = initial_values(client.get(f"{address}/edit").text)
    link = client.post(f"{address}/edit", data={**form, "action": "link"}).text.split('value="http://localhost')[1]
    client.post(f"/autotunes/preview?autotune={record_id}", data={**form, "description": "Typed"})
    with services.store.read() as session:
        assert session.get(ForecastRecord, record_id)
        assert session.scalars(select(WorkingCopy).where(WorkingCopy.key == record_id)).all()
    click(client, address, "discard")
    clock.forward(30 * DAYS - 60)
    click(client, address, "restore")
    click(client, address, "discard")
    clock.forward(30 * DAYS + 60)
    client.get("/")
    page = client.get(address).text
    assert "what was typed has been deleted since" in text_of(page)
    assert "Secret plan" not in page and "Restore<" not in page and "What changed" not in page
    assert history(client, address)[-1] == "Deleted the form, 30 days after it was discarded"
    page = client.get("/?state=discarded").text
    assert names(page) == ["Short lived"] and rows(page)[0][1] == "Form deleted"
    assert "Duplicate" not in page and "Restore" not in page
    assert "nothing to restore" in text_of(click(client, address, "restore"))
    assert client.get(link.partition('"')[0]).status_code == client.get(f"{address}/template").status_code == 404
    assert "its form has been deleted since" in text_of(client.get(f"{address}/edit", follow_redirects=True).text)
    with services.store.read() as session:
        record = session.get(AutotuneRecord, record_id)
        assert record and (record.form_data, record.body) == ("", None)
        assert session.scalars(select(Version).where(Version.autotune_id == record_id)).all() == []
        assert session.scalars(select(ForecastRecord).where(ForecastRecord.autotune_id == record_id)).all() == []
        assert session.scalars(select(WorkingCopy).where(WorkingCopy.key == record_id)).all() == []
        events = session.scalars(select(Event).where(Event.autotune_id == record_id)).all()
        assert len(events) > 3 and {event.version for event in events} == {None}
    before = history(client, address)
    client.get("/")
    assert history(client, address) == before


def test_list_is_shown_while_forms_cannot_be_deleted(client: FlaskClient, services: Services, clock: Clock) -> None:
    for number in range(MAX_PURGED + 1):
        click(client, fill_in(client, "save", name=f"Due {number}").headers["Location"], "discard")
    clock.forward(31 * DAYS)
    with services.store.engine.begin() as connection:
        connection.execute(text("CREATE TRIGGER no BEFORE UPDATE ON autotunes BEGIN SELECT RAISE(ABORT, 'full'); END"))
    assert client.get("/?state=discarded").status_code == 200
    with services.store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER no"))
    left = [_count_forms(client, services) for _ in range(2)]
    assert left == [1, 0]


def _count_forms(client: FlaskClient, services: Services) -> int:
    """How many discarded drafts have their form after the list was opened."""
    client.get("/")
    with services.store.read() as session:
        return len(session.scalars(select(AutotuneRecord.id).where(AutotuneRecord.form_data != "")).all())


def test_late_answer_restores_what_was_discarded(client: FlaskClient, services: Services, clock: Clock) -> None:
    address = ready(client, name="Late")
    click(client, address, "discard")
    with services.store.write() as session:
        outcome = created_outcome({"id": "late"}, "Shop")
        record_outcome(session, clock(), address.rpartition("/")[2], "anna", outcome, ())
    assert client.get(f"{address}.json").get_json()["discarded_at"] is None
    clock.forward(31 * DAYS)
    assert names(client.get("/?state=created").text) == ["Late"]
    assert "Created in Statsig" in text_of(client.get(address).text)
