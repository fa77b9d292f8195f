"""What is typed and not saved is kept for the person who typed it, beside the stored version."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from webapp.autotunes.services import Services
from webapp.store import WorkingCopy

from ..auth.fixtures import ANNA, BEN, PROXY_SETTINGS
from ..conftest import CANARY, Clock
from ..fake_statsig import FakeStatsig
from ..forms import BUTTON_COLOR_TEST, click_create, hidden, initial_values, ready, text_of


@pytest.fixture
def app(make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> Flask:
    return make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url, **PROXY_SETTINGS)


HIDDEN_FIELDS = ("csrf_token", "token", "first_token", "copy_digest", "version")


class OpenForm:
    """A form in a browser's tab, with what is typed into it."""

    def __init__(self, client: FlaskClient, path: str = "/autotunes/new") -> None:
        self.client, self.path = client, path
        self.page = client.get(path).text
        self.fields = {name: hidden(self.page, name) for name in HIDDEN_FIELDS if f'name="{name}"' in self.page}
        self.fields |= BUTTON_COLOR_TEST

    def type(self, **changed: str) -> Any:
        """The response of the preview, which keeps the form."""
        self.fields |= changed
        url = re.search(r'data-preview="([^"]*)"', self.page)
        assert url
        return self.client.post(url[1], data=self.fields).get_json()

    def submit(self, action: str = "save", **more: Any) -> Any:
        path = self.path if self.path.endswith("/edit") else "/autotunes"
        return self.client.post(path, data={**self.fields, **more, "action": action})

    @property
    def address(self) -> str:
        """Of a new form, which leads back to it."""
        return f"/autotunes/new?form={self.fields['token']}"


def open_by_two(anna: FlaskClient, ben: FlaskClient) -> tuple[str, OpenForm, OpenForm]:
    """The path of a form, and the form as Anna and as Ben have opened it."""
    path = f"{ready(anna)}/edit"
    return path, OpenForm(anna, path), OpenForm(ben, path)


def _count(app: Flask) -> int:
    services: Services = app.extensions["services"]
    with services.store.read() as session:
        return session.scalar(select(func.count()).select_from(WorkingCopy)) or 0


def test_new_form_is_restored_for_its_author_alone(anna: FlaskClient, ben: FlaskClient) -> None:
    form = OpenForm(anna)
    assert form.type(name="Half typed")["is_kept"]
    page = anna.get(form.address).text
    assert 'value="Half typed"' in page and "Your unsaved changes of" in page
    assert hidden(page, "first_token") == form.fields["token"]
    assert "Half typed, 15 Jan 2027, 08:00 UTC" in text_of(anna.get("/autotunes/new").text)
    assert "Half typed" not in ben.get(form.address).text + ben.get("/autotunes/new").text
    assert "No autotunes yet" in anna.get("/").text


def test_empty_form_stores_nothing(app: Flask, anna: FlaskClient) -> None:
    form = OpenForm(anna)
    form.fields = {name: text for name, text in form.fields.items() if name not in BUTTON_COLOR_TEST}
    assert form.type(explorationWindow="168hr")["is_kept"] and _count(app) == 0
    form.type(name="A")
    assert _count(app) == 1
    form.type(name="")
    assert _count(app) == 0


@pytest.mark.parametrize("typed", [{"visits": "2000"}, {"types": '{"buttonSize": "text"}'}])
def test_assumptions_and_names_of_parameters_are_kept_alone(anna: FlaskClient, typed: dict[str, str]) -> None:
    form = OpenForm(anna)
    form.fields = {name: text for name, text in form.fields.items() if name not in BUTTON_COLOR_TEST}
    assert form.type(**typed)["is_autosaved"]
    again = initial_values(anna.get(form.address).text)
    assert {name: again[name] for name in typed} == typed


def test_working_copy_changes_nothing_of_the_autotune(anna: FlaskClient, ben: FlaskClient, clock: Clock) -> None:
    address = ready(anna)
    before = anna.get(f"{address}.json").get_json()
    clock.forward(60)
    OpenForm(ben, f"{address}/edit").type(description="Only typed")
    assert anna.get(f"{address}.json").get_json() == before
    assert "Only typed" not in anna.get(f"{address}/edit").text
    restored = ben.get(f"{address}/edit").text
    assert "Only typed" in restored and "Your unsaved changes of" in restored
    assert "Your unsaved changes of" in text_of(ben.get(address).text)
    assert "Your unsaved changes of" not in text_of(anna.get(address).text)


@pytest.mark.parametrize("action", ["save", "check"])
def test_saving_turns_it_into_the_version(app: Flask, anna: FlaskClient, action: str) -> None:
    form = OpenForm(anna)
    form.type(description="Typed")
    address = form.submit(action).headers["Location"]
    assert form.type(description="Not the last")["is_kept"] is False  # a request that was under way
    assert "were restored" not in anna.get(f"{address}/edit").text
    edit = OpenForm(anna, f"{address}/edit")
    edit.type(description="Typed again")
    edit.submit(action)
    assert "Typed again" in anna.get(f"{address}/edit").text and "were restored" not in anna.get(f"{address}/edit").text


def test_second_tab_of_a_working_copy_replaces_nothing(anna: FlaskClient) -> None:
    path = f"{ready(anna)}/edit"
    OpenForm(anna, path).type(description="Typed")
    first, second = OpenForm(anna, path), OpenForm(anna, path)
    first.fields["description"], second.fields["description"] = "First", "Second"
    assert first.submit().status_code == 303
    assert second.submit().status_code == 409
    assert "First" in anna.get(path).text


@pytest.mark.parametrize("is_new", [True, False])
def test_tab_does_not_replace_what_another_tab_keeps(anna: FlaskClient, is_new: bool) -> None:
    first = OpenForm(anna, "/autotunes/new" if is_new else f"{ready(anna)}/edit")
    path = first.address if is_new else first.path
    second = OpenForm(anna, path)
    assert first.type(description="First")["is_kept"]
    if is_new:
        second = OpenForm(anna, path)
        assert first.type(description="First, continued")["is_kept"]
        assert second.type(description="Second")["is_kept"] is False
    refused = second.type(description="Second")
    assert refused["is_kept"] is False
    assert "in another tab" in text_of(refused["pieces"]["saved_state"])
    third = OpenForm(anna, path)
    assert "First" in third.page and third.type(description="Third")["is_kept"]
    assert first.type(description="Not kept")["is_kept"] is False


def test_second_tab_of_a_new_form_chooses_what_to_keep(anna: FlaskClient) -> None:
    first = OpenForm(anna)
    first.type(description="First")
    second = OpenForm(anna, first.address)
    address = first.submit().headers["Location"]
    assert "saved in another tab" in text_of(second.type(description="Second")["pieces"]["saved_state"])
    conflict = second.submit()
    assert conflict.status_code == 409
    assert "Description First Second in the form Take theirs" in text_of(conflict.text)
    first.fields["description"] = "Changed after going back"
    assert first.submit().headers["Location"] == address


def test_opening_another_tab_leaves_the_first_one_autosaved(anna: FlaskClient) -> None:
    first = OpenForm(anna)
    first.type(description="First")
    second = OpenForm(anna, first.address)
    assert second.type(description="First")["is_kept"]
    assert first.type(description="First, continued")["is_kept"]
    assert second.type(description="First")["is_kept"] is False
    assert "First, continued" in anna.get(first.address).text


def test_conflict_of_a_new_form_is_autosaved_after_a_reload(anna: FlaskClient) -> None:
    first = OpenForm(anna)
    first.type(description="First")
    second = OpenForm(anna, first.address)
    path = f"{first.submit().headers['Location']}/edit"
    second.fields["description"] = "Second"
    conflict = second.submit().text
    second.fields |= {name: hidden(conflict, name) for name in ("token", "replaces")}
    second.path, second.page = path, conflict
    assert second.type()["is_kept"]
    assert "Unsaved forms" not in anna.get("/autotunes/new").text
    again = OpenForm(anna, path)
    assert "Second</textarea>" in again.page and again.type(description="Third")["is_kept"]
    assert "Third</textarea>" in anna.get(path).text
    assert again.submit().status_code == 409


def test_saving_leaves_what_another_tab_keeps(anna: FlaskClient) -> None:
    path = f"{ready(anna)}/edit"
    first, second = OpenForm(anna, path), OpenForm(anna, path)
    first.type(description="First")
    second.fields["description"] = "Second"
    assert second.submit().status_code == 303
    page = anna.get(path).text
    assert "First</textarea>" in page and "were restored" in page


def test_request_that_cannot_be_read_keeps_nothing(app: Flask, anna: FlaskClient) -> None:
    form = OpenForm(anna, f"{ready(anna)}/edit")
    url = f"/autotunes/preview?autotune={form.path.split('/')[2]}"
    headers = {"X-CSRFToken": form.fields["csrf_token"]}
    response = anna.post(url, json={"name": "Not a form"}, headers=headers)
    assert response.status_code == 400 and "could not be read" in response.text
    assert _count(app) == 0


def test_pasted_cells_are_kept(anna: FlaskClient) -> None:
    path = f"{ready(anna)}/edit"
    for form in (OpenForm(anna), OpenForm(anna, path)):
        form.type(pasted="a\tb\nc\td")
        assert "a\tb\nc\td</textarea>" in anna.get(form.address if form.path != path else path).text


@pytest.mark.parametrize("path", ["/autotunes/new", "edit"])
def test_discarding_shows_the_stored_version(anna: FlaskClient, path: str) -> None:
    form = OpenForm(anna, path if path.startswith("/") else f"{ready(anna)}/edit")
    form.type(description="A mistake")
    response = form.submit("discard")
    assert response.status_code == 303
    page = anna.get(response.headers["Location"]).text
    assert "A mistake" not in page and "were restored" not in page


def test_two_editors_see_each_other_for_a_minute(anna: FlaskClient, ben: FlaskClient, clock: Clock) -> None:
    path, mine, theirs = open_by_two(anna, ben)
    mine.type()
    assert f"{ANNA} is editing this too" in text_of(theirs.type()["pieces"]["saved_state"])
    assert f"{BEN} is editing this too" in text_of(mine.type()["pieces"]["saved_state"])
    assert f"{ANNA} is editing this too" in text_of(ben.get(path).text)
    clock.forward(61)
    assert "is editing" not in mine.type()["pieces"]["saved_state"]


def test_second_to_save_sees_the_differences_and_chooses(anna: FlaskClient, ben: FlaskClient) -> None:
    path, mine, theirs = open_by_two(anna, ben)
    theirs.fields |= {"description": "Theirs", "winnerThreshold": "90%"}
    theirs.submit()
    assert "Another version was saved" in text_of(mine.type(description="Mine")["pieces"]["saved_state"])
    response = mine.submit()
    assert response.status_code == 409
    assert "Winner threshold 90% in the form 99% before Undo theirs" in text_of(response.text)
    assert "Description Theirs Mine in the form Take theirs" in text_of(response.text)
    assert [*choices(response.text)] == ["winnerThreshold", "description"]
    mine.fields |= initial_values(response.text)
    assert (mine.fields["winnerThreshold"], mine.fields["description"]) == ("90%", "Mine")
    assert mine.submit().status_code == 303
    page = anna.get(path).text
    assert "Mine</textarea>" in page and 'selected value="90%"' in page and "Theirs" not in page


def choices(page: str) -> dict[str, str]:
    """The values of the boxes that choose the other side, by the keys of the differences."""
    return {unescape(key): value for value, key in re.findall(r'name="other" value="(\w+)" data-key="([^"]+)"', page)}


def test_other_side_can_be_chosen_for_each_field(anna: FlaskClient, ben: FlaskClient) -> None:
    path, mine, theirs = open_by_two(anna, ben)
    theirs.fields |= {"description": "Theirs", "winnerThreshold": "90%"}
    theirs.submit()
    mine.fields["description"] = "Mine"
    conflict = mine.submit().text
    mine.fields |= initial_values(conflict)
    assert mine.submit(other=[*choices(conflict).values()]).status_code == 303
    page = anna.get(path).text
    assert "Theirs</textarea>" in page and 'selected value="99%"' in page


def test_conflict_is_shown_again_after_a_reload(anna: FlaskClient, ben: FlaskClient) -> None:
    path, mine, theirs = open_by_two(anna, ben)
    theirs.fields["winnerThreshold"] = "90%"
    theirs.submit()
    mine.fields["description"] = "Mine"
    mine.fields |= initial_values(mine.submit().text)
    assert mine.type(winnerThreshold="99%")["is_kept"]
    again = anna.get(path).text
    assert "Winner threshold 90% 99% in the form Take theirs" in text_of(again)
    assert anna.post(path, data={**initial_values(again), "action": "save"}).status_code == 303
    assert 'selected value="99%"' in anna.get(path).text


def test_third_version_is_merged_with_what_was_seen(anna: FlaskClient, ben: FlaskClient) -> None:
    path, mine, theirs = open_by_two(anna, ben)
    theirs.fields |= {"winnerThreshold": "90%", "successEvent": "theirs", "description": "Theirs"}
    theirs.submit()
    mine.fields |= {"goalRichText": "Mine", "successEvent": "mine"}
    conflict = mine.submit().text
    mine.fields |= initial_values(conflict) | {"description": "Back to mine"}
    theirs = OpenForm(ben, path)
    theirs.fields |= initial_values(theirs.page) | {"winnerThreshold": "99%", "idType": "stableID"}
    theirs.submit()
    again = mine.submit(other=[choices(conflict)["successEvent"]]).text
    assert [*choices(again)] == ["winnerThreshold", "idType"]
    values = initial_values(again)
    merged = {"winnerThreshold": "99%", "successEvent": "theirs", "description": "Back to mine", "goalRichText": "Mine"}
    assert {name: values[name] for name in merged} == merged
    assert anna.post(path, data={**values, "action": "save"}).status_code == 303


def test_same_change_of_two_people_is_no_conflict(anna: FlaskClient, ben: FlaskClient) -> None:
    path, mine, theirs = open_by_two(anna, ben)
    for form in (theirs, mine):
        form.fields["winnerThreshold"] = "90%"
        assert form.submit().status_code == 303
    mine, theirs = OpenForm(anna, path), OpenForm(ben, path)
    theirs.fields |= {"winnerThreshold": "80%", "description": "Theirs"}
    theirs.submit()
    mine.fields |= {"winnerThreshold": "80%", "description": "Mine"}
    conflict = mine.submit().text
    assert [*choices(conflict)] == ["description"]
    mine.fields |= initial_values(conflict)
    assert [*choices(mine.submit("add").text)] == ["description"]


def test_what_is_typed_after_a_choice_wins(anna: FlaskClient, ben: FlaskClient) -> None:
    path, mine, theirs = open_by_two(anna, ben)
    theirs.fields |= {"successEvent": "theirs", "variants-0-json": '{"color": "theirs"}', "description": "theirs"}
    theirs.submit()
    mine.fields |= {"successEvent": "mine", "variants-0-json": '{"color": "mine"}'}
    conflict = mine.submit().text
    typed = {"successEvent": "since", "variants-0-json": '{"color": "since"}', "description": "since"}
    mine.fields |= initial_values(conflict) | typed
    mine.submit(other=[*choices(conflict).values()])
    saved = initial_values(anna.get(path).text)
    assert {name: saved[name] for name in typed} == typed


def test_old_tab_without_changes_keeps_nothing(anna: FlaskClient, ben: FlaskClient) -> None:
    path, mine, theirs = open_by_two(anna, ben)
    theirs.fields["description"] = "Theirs"
    theirs.submit()
    assert "Another version was saved" in mine.type()["pieces"]["saved_state"]
    page = anna.get(path).text
    assert "Theirs</textarea>" in page and "were restored" not in page


def test_variants_of_two_people_are_merged(anna: FlaskClient, ben: FlaskClient) -> None:
    path, mine, theirs = open_by_two(anna, ben)
    theirs.fields |= {"variants-0-size": "40", "variants-1-size": "60", "variants-1-json": '{"color": "sky"}'}
    theirs.submit()
    mine.fields |= {
        "variants-1-json": '{"color": "navy"}',
        "variants-2-name": "mine",
        "variants-2-json": '{"color": "x"}',
    }
    response = mine.submit()
    assert [*choices(response.text)] == ["size red", "json blue", "size blue"]
    assert 'JSON of variant blue {"color": "sky"} {"color": "navy"} in the form Take theirs' in text_of(response.text)
    mine.fields |= initial_values(response.text)
    mine.submit(default="1")
    sent = anna.get(path.replace("/edit", ".json")).get_json()["request"]["variants"]
    assert sent == [
        {"name": "blue", "json": {"color": "navy"}, "size": 60},
        {"name": "red", "json": {"color": "red"}, "size": 40},
        {"name": "mine", "json": {"color": "x"}},
    ]


def test_buttons_of_rows_keep_a_choice_and_what_was_removed(anna: FlaskClient, ben: FlaskClient) -> None:
    path, mine, theirs = open_by_two(anna, ben)
    theirs.fields |= {"variants-0-json": '{"color": "theirs"}', "variants-2-name": "ann", "variants-2-json": "{}"}
    theirs.submit()
    mine.fields["successEvent"] = "mine"
    mine.fields |= initial_values(mine.submit().text)
    chosen = choices(mine.submit("add").text)["variant ann"]
    for action in ("down-0", "remove-0", "duplicate-0"):
        response = mine.submit(action, other=[chosen])
        assert re.search(f'value="{chosen}" data-key="variant ann" checked', response.text)
        mine.fields = {name: text for name, text in mine.fields.items() if not name.startswith("variants-")}
        mine.fields |= initial_values(response.text)
    mine.fields["variants-1-name"] = "second red"
    assert mine.submit(other=[chosen]).status_code == 303
    sent = anna.get(path.replace("/edit", ".json")).get_json()["request"]["variants"]
    assert [(variant["name"], variant["json"]) for variant in sent] == [
        ("red", {"color": "theirs"}),
        ("second red", {"color": "theirs"}),
    ]


def test_autotune_that_was_sent_keeps_nothing(app: Flask, anna: FlaskClient) -> None:
    address = ready(anna)
    form = OpenForm(anna, f"{address}/edit")
    click_create(anna, address)
    assert form.type(description="Too late")["is_kept"] is False
    assert _count(app) == 0


def test_what_was_typed_before_it_was_sent_becomes_a_new_form(anna: FlaskClient, ben: FlaskClient) -> None:
    address = ready(anna)
    OpenForm(anna, f"{address}/edit").type(description="Typed in time")
    click_create(ben, address)
    page = anna.get(f"{address}/edit", follow_redirects=True).text
    assert "Typed in time" in page and "What you typed is still here" in page and 'action="/autotunes"' in page
    for client in (anna, ben):
        assert client.get(f"{address}/edit").headers["Location"] == address
    link = re.search(r'href="(/autotunes/new\?form=[^"]+)"', anna.get("/autotunes/new").text)
    assert link and "Typed in time" in anna.get(link[1]).text


def test_chosen_settings_are_added_to_what_was_typed(anna: FlaskClient) -> None:
    path = f"{ready(anna)}/edit"
    OpenForm(anna, path).type(description="Typed")
    page = anna.get(f"{path}?winnerThreshold=90%25").text
    assert "Typed</textarea>" in page and 'selected value="90%"' in page and "Filled in from a link" in page


def test_history_shows_what_a_version_changed(anna: FlaskClient) -> None:
    address = ready(anna)
    form = OpenForm(anna, f"{address}/edit")
    form.fields |= {"winnerThreshold": "90%", "variants-1-json": '{"color": "navy"}'}
    form.submit("check")
    page = anna.get(address).text
    assert "2 changes since the last review" in page
    assert page.count('class="show-changes"') == 1
    changes = text_of(anna.get(f"{address}/history/2").text)
    assert "Winner threshold 99% 90%" in changes
    assert 'Variant blue {"color": "blue"} {"color": "navy"}' in changes
    assert anna.get(f"{address}/history/3").status_code == 404
