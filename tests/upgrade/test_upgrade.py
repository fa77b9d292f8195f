"""A desk on the data of an old version, which README.md in this folder describes."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import html5lib
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from webapp.autotunes.services import Services
from webapp.store.models import Base

from ..auth.fixtures import ANNA, BEN, PROXY_SECRET, add_user, log_in
from ..cli.test_commands import run
from ..conftest import Clock
from ..forms import click_create, hidden, initial_values
from .conftest import AUTOTUNES, DATA, OLD

CARLA = "carla@example.com"
EDITABLE = ("draft", "ready")
READY = ("ready, classic with sizes", "ready, contextual with every field", "ready, waits for somebody else")

# Only a user can reconcile these. Opening the page reads Statsig again, which changes the message.
CONFIRMED_BY_USER = (
    "unknown, another has the name",
    "unknown, its project is gone",
    "unknown, not created, id not certain",
)
AFTER_ONE_READ = {
    "sending, arrived": "created",
    "sending, not arrived": "unknown",
    "unknown, created, garbled": "created",
    "unknown, created, id not certain": "created",
    "unknown, created, sent twice on its way": "created",
    "unknown, created, silence": "created",
    "unknown, name in use and gone": "unknown",
    "unknown, not created": "unknown",
    "unknown, not created, read once": "ready",
    **dict.fromkeys(CONFIRMED_BY_USER, "unknown"),
}
AFTER_TWO_READS = AFTER_ONE_READ | {
    "sending, not arrived": "ready",
    "unknown, name in use and gone": "draft",
    "unknown, not created": "ready",
}
SEARCH_RESULTS = {
    "KÄSE 50%": {"draft, changed three times"},
    "CREATED_IN_A_PROJECT": {"created, in a project"},
    "checkout done": {"created, contextual with every field", "ready, contextual with every field"},
    "rot \U0001f534": {
        "created, contextual with every field",
        "draft, never checked",
        "ready, contextual with every field",
    },
    "anna@example.com": {
        "created, by a second person",
        "draft, rejected",
        "draft, waits for its form",
        "ready, waits for somebody else",
    },
}


def state_of(case: str) -> str:
    return str(AUTOTUNES[case]["json"]["state"])


def in_states(*states: str) -> set[str]:
    return {case for case in AUTOTUNES if state_of(case) in states}


def replace_marks(text: str) -> str:
    """The text with each hidden character in place of its mark."""
    return re.sub(r"\[U\+(\w+)\]", lambda mark: chr(int(mark[1], 16)), text)


def text_of(page: str) -> str:
    return replace_marks(unescape(re.sub(r"<[^>]*>", "", page)))


def parse(page: str) -> Any:
    return html5lib.parse(page, namespaceHTMLElements=False)


def state_shown_on(page: str) -> str:
    """The state in the badge of an autotune's page."""
    badge = re.search(r'class="badge (\w+)"', page)
    assert badge, "no state"
    return badge[1]


def json_of(client: FlaskClient, case: str) -> Any:
    return client.get(f"{AUTOTUNES[case]['address']}.json").get_json()


def form_of(client: FlaskClient, case: str) -> dict[str, str]:
    """The values of its form or, if it can no longer be edited, of the form of its duplicate."""
    address = AUTOTUNES[case]["address"]
    path = f"{address}/edit" if state_of(case) in EDITABLE else f"/autotunes/new?from={address.rpartition('/')[2]}"
    return initial_values(client.get(path).text)


def values_of(form: dict[str, str], fields: dict[str, str]) -> dict[str, str | None]:
    """The form's values of these fields."""
    return {name: form.get(name) for name in fields}


def errors_at(page: str) -> dict[str, str]:
    """The errors at each invalid field of the form; at "" the text of the page."""
    elements = list(parse(page).iter())
    texts = {element.get("id"): replace_marks("".join(element.itertext())) for element in elements if element.get("id")}
    errors = {
        element.get("name"): " ".join(texts[id_] for id_ in element.get("aria-describedby").split())
        for element in elements
        if element.get("aria-invalid") == "true"
    }
    return errors | {"": text_of(page)}


def listed_addresses(client: FlaskClient, **query: str) -> list[str]:
    """The addresses on the list, newest first."""
    links = re.findall(r'href="(/autotunes/[0-9a-f]+)"', client.get("/", query_string=query).text)
    return list(dict.fromkeys(links))


def addresses(cases: set[str]) -> set[str]:
    return {AUTOTUNES[case]["address"] for case in cases}


def test_migrated_database_has_the_declared_tables(client: FlaskClient) -> None:
    services: Services = client.application.extensions["services"]
    with services.store.engine.connect() as connection:
        options = {"compare_type": True, "include_name": _is_declared}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def _is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """The models do not have what is for the search alone."""
    for_search = {"table": ("autotune_trigrams", "autotune_numbers"), "index": ("autotunes_to_", "autotunes_by_search")}
    return not (name or "").startswith(for_search.get(kind, ("no other kind",)))


@pytest.mark.parametrize("case", AUTOTUNES)
def test_page_shows_name_state_errors_and_history(reader: FlaskClient, case: str) -> None:
    old = AUTOTUNES[case]
    response = reader.get(old["address"])
    assert response.status_code == 200
    assert state_shown_on(response.text) == state_of(case)
    text = text_of(response.text)
    expected = [old["name"], *(event["what"] for event in old["json"]["history"])]
    expected += [error["message"] for error in old["errors"] if state_of(case) == "draft"]
    expected += [old["notice"]] if case not in CONFIRMED_BY_USER else []
    assert [line for line in expected if line not in text] == []


@pytest.mark.parametrize("case", AUTOTUNES)
def test_json_has_the_same_state_request_response_and_history(reader: FlaskClient, case: str) -> None:
    autotune = json_of(reader, case)
    assert {name: autotune[name] for name in AUTOTUNES[case]["json"]} == AUTOTUNES[case]["json"]


@pytest.mark.parametrize("case", AUTOTUNES)
def test_form_has_all_input(reader: FlaskClient, case: str) -> None:
    fields = AUTOTUNES[case]["form"]
    assert values_of(form_of(reader, case), fields) == fields


@pytest.mark.parametrize("case", sorted(case for case in in_states("draft") if AUTOTUNES[case]["errors"]))
def test_form_shows_each_error_at_its_field(reader: FlaskClient, case: str) -> None:
    errors = errors_at(reader.get(f"{AUTOTUNES[case]['address']}/edit").text)
    missing = [error for error in AUTOTUNES[case]["errors"] if error["message"] not in errors.get(error["field"], "")]
    assert missing == []


def test_open_form_redirects_to_its_draft(reader: FlaskClient) -> None:
    for old in AUTOTUNES.values():
        response = reader.get("/autotunes/new", query_string={"form": old["token"]})
        assert response.headers["Location"] == f"{old['address']}/edit"


def test_list_has_every_autotune_in_its_state(reader: FlaskClient) -> None:
    assert set(listed_addresses(reader)) == addresses(set(AUTOTUNES))
    for state in ("draft", "ready", "sending", "unknown", "created"):
        assert set(listed_addresses(reader, state=state)) == addresses(in_states(state))


@pytest.mark.parametrize("search", SEARCH_RESULTS)
def test_search_finds_old_autotunes(reader: FlaskClient, search: str) -> None:
    assert set(listed_addresses(reader, q=search)) == addresses(SEARCH_RESULTS[search])


def test_saving_an_unchanged_form_keeps_all_input(client: FlaskClient) -> None:
    for case in in_states(*EDITABLE):
        path = f"{AUTOTUNES[case]['address']}/edit"
        data = {**initial_values(client.get(path).text), "action": "save"}
        assert client.post(path, data=data).status_code == 303, case
        fields = AUTOTUNES[case]["form"]
        assert values_of(form_of(client, case), fields) == fields, case


def test_ready_autotune_is_created_with_its_request(client: FlaskClient) -> None:
    for case in READY:
        click_create(client, AUTOTUNES[case]["address"])
        autotune = json_of(client, case)
        assert (autotune["state"], autotune["request"]) == ("created", AUTOTUNES[case]["json"]["request"]), case
        assert autotune["statsig"]["name"] == autotune["request"]["name"]


def open_pages(client: FlaskClient) -> dict[str, str]:
    """Opens the page of each unconfirmed autotune, which reads Statsig; returns the state that each page shows."""
    return {case: state_shown_on(client.get(AUTOTUNES[case]["address"]).text) for case in AFTER_TWO_READS}


def test_unconfirmed_autotunes_are_reconciled_by_two_reads(client: FlaskClient, clock: Clock) -> None:
    assert set(AFTER_TWO_READS) == in_states("sending", "unknown")
    clock.forward(90)
    assert open_pages(client) == AFTER_ONE_READ
    clock.forward(35)
    assert open_pages(client) == AFTER_TWO_READS
    created = [case for case, state in AFTER_TWO_READS.items() if state == "created"]
    assert all(json_of(client, case)["statsig"]["id"] for case in created)


def test_autotune_reconciled_as_not_created_can_be_created(client: FlaskClient, clock: Clock) -> None:
    address = AUTOTUNES["sending, not arrived"]["address"]
    for seconds in (90, 35):
        clock.forward(seconds)
        client.get(address)
    click_create(client, address)
    assert json_of(client, "sending, not arrived")["state"] == "created"


def test_rejection_of_a_name_is_shown_at_the_name_again(client: FlaskClient, clock: Clock) -> None:
    old = AUTOTUNES["unknown, name in use and gone"]
    for seconds in (90, 35):
        clock.forward(seconds)
        client.get(old["address"])
    errors = errors_at(client.get(f"{old['address']}/edit").text)
    assert old["errors"][0]["message"] in errors["name"]


@pytest.mark.parametrize("case", CONFIRMED_BY_USER)
def test_autotune_that_no_read_reconciles_is_confirmed_by_a_user(client: FlaskClient, clock: Clock, case: str) -> None:
    clock.forward(90)
    address = AUTOTUNES[case]["address"]
    page = client.get(address).text
    data = {name: hidden(page, name) for name in ("csrf_token", "version")}
    client.post(f"{address}/not-created", data=data)
    assert json_of(client, case)["state"] == "ready"


def test_author_cannot_create_without_approval(make_app: Callable[..., Flask], environ: dict[str, str]) -> None:
    proxy = {"PUBLIC_URL": "http://localhost", "PROXY_USER_HEADER": "X-Auth-Email", "PROXY_SECRET": PROXY_SECRET}
    app = make_app(**environ, **proxy, REQUIRE_APPROVAL="1")
    states = {}
    for email in (ANNA, BEN):
        client = app.test_client()
        client.environ_base |= {"HTTP_X_DESK_PROXY_SECRET": PROXY_SECRET, "HTTP_X_AUTH_EMAIL": email}
        create(client, "ready, waits for somebody else")
        states[email] = json_of(client, "ready, waits for somebody else")["state"]
    assert states == {ANNA: "ready", BEN: "created"}


def create(client: FlaskClient, case: str) -> int:
    """Sends a create, also if the page has no button for it."""
    address = AUTOTUNES[case]["address"]
    page = client.get(f"{address}/edit").text
    data = {name: hidden(page, name) for name in ("csrf_token", "version")}
    return client.post(f"{address}/create", data=data).status_code


def client_with_cookie(app: Flask, content: dict[str, Any]) -> FlaskClient:
    """A browser with a cookie of the old version, signed with its stored key."""
    old = Flask("old")
    old.secret_key = (DATA / "secrets.env").read_text(encoding="utf-8").partition("SECRET_KEY=")[2].splitlines()[0]
    serializer = SecureCookieSessionInterface().get_signing_serializer(old)
    assert serializer
    client = app.test_client()
    client.set_cookie("desk", serializer.dumps(content))
    return client


@pytest.mark.parametrize(("email", "status"), [(BEN, 403), (CARLA, 303)])
def test_login_session_is_kept_with_its_groups(app: Flask, email: str, status: int) -> None:
    client = client_with_cookie(app, {"id": OLD["sessions"][email]})
    assert email in client.get("/").text
    assert create(client, READY[0]) == status


def test_expired_session_stays_expired(app: Flask) -> None:
    response = client_with_cookie(app, {"id": OLD["ended_session"]}).get("/")
    assert response.status_code == 302 and response.headers["Location"].startswith("/login")


def test_late_create_returns_to_the_page_after_login(app: Flask, issuer: str) -> None:
    add_user(issuer, CARLA)
    client = client_with_cookie(app, OLD["pressed_too_late"])
    assert log_in(client, CARLA).headers["Location"] == AUTOTUNES["ready, classic with sizes"]["address"]


@pytest.mark.parametrize("email", [ANNA, BEN])
def test_pending_form_is_restored_after_login(app: Flask, email: str) -> None:
    pending = {form["name"].strip(): form for form in OLD["held"][email]}
    client = app.test_client()
    after_login = log_in(client, email).headers["Location"]
    last_form = initial_values(client.get(after_login, follow_redirects=True).text)
    assert values_of(last_form, OLD["held"][email][-1]) == OLD["held"][email][-1]
    forms = [initial_values(client.get(f"{address}/edit").text) for address in listed_addresses(client)[: len(pending)]]
    assert {form["name"].strip(): values_of(form, pending[form["name"].strip()]) for form in forms} == pending


def test_login_link_still_fills_in_the_form(app: Flask, issuer: str) -> None:
    add_user(issuer, CARLA)
    client = app.test_client()
    after_login = log_in(client, CARLA, OLD["login_link"]["address"]).headers["Location"]
    fields = OLD["login_link"]["fields"]
    assert values_of(initial_values(client.get(after_login).text), fields) == fields


def test_stored_keys_are_listed_and_can_be_decrypted(
    make_app: Callable[..., Flask], environ: dict[str, str], tmp_path: Path
) -> None:
    rotated = run(tmp_path / "desk", "keys", "rotate", **environ)
    assert rotated.exit_code == 0, rotated.output
    listed_keys = run(tmp_path / "desk", "keys", "list", **environ).output.splitlines()
    stored_keys = [[key["name"], key["fingerprint"], key["api_url"]] for key in OLD["keys"]]
    assert [line.split() for line in listed_keys] == stored_keys
    page = parse(make_app(**environ).test_client().get("/autotunes/new").text)
    choices = [option.get("value") for option in page.iterfind(".//select[@name='project']/option")]
    assert choices == ["", *(key["name"] for key in OLD["keys"])]
