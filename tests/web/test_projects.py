"""Several Statsig projects, each with its own key: the form asks which one, and pages name it.

With only one project, pages name it too.
"""

import re
import secrets
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from webapp.autotunes.services import Services
from webapp.config import Secret
from webapp.store import AutotuneRecord, StoredKey, encrypted_keys
from webapp.store.models import Event, Version

from ..conftest import CANARY, Clock
from ..fake_statsig import FakeStatsig, serve_fake_statsig
from ..forecast.workers import eventually
from ..forms import BUTTON_COLOR_TEST, click_create, fill_in, hidden, initial_values, ready, text_of
from ..http_stub import Request, Response
from ..list_page import rows


@pytest.fixture
def other_statsig() -> Iterator[FakeStatsig]:
    with serve_fake_statsig() as statsig:
        yield statsig


@pytest.fixture
def app(make_app: Callable[..., Flask], fake_statsig: FakeStatsig, other_statsig: FakeStatsig) -> Flask:
    app = make_app()
    services: Services = app.extensions["services"]
    for name, statsig in (("Mobile", fake_statsig), ("Web", other_statsig)):
        ciphertext = services.key_cipher.encrypt(Secret(f"console-key-of-{name}"), statsig.url)
        with services.store.write() as session:
            session.add(StoredKey(name=name, ciphertext=ciphertext, fingerprint="f", api_url=statsig.url, added_at=0))
    return app


def test_form_asks_for_the_project(app: Flask) -> None:
    page = app.test_client().get("/autotunes/new").text
    assert re.search('<select[^>]* name="project"', page) and ">Choose one</option>" in page
    assert '<option value="Mobile">Mobile</option>' in page and '<option value="Web">Web</option>' in page
    assert "Sandbox" not in page
    assert '<option selected value="Web">' in app.test_client().get("/autotunes/new?project=Web").text


def test_autotune_is_created_in_the_chosen_project(
    app: Flask, fake_statsig: FakeStatsig, other_statsig: FakeStatsig
) -> None:
    client = app.test_client()
    address = fill_in(client, project="Web").headers["Location"]
    assert '<span class="badge plain">Web</span>' in client.get(address).text
    assert '<span class="badge plain">Web</span>' in client.get(f"{address}/forecast").text
    assert rows(client.get("/").text)[0][1:3] == ["Ready to create", "Web"]
    assert "Created in Statsig" in click_create(client, address).text
    assert [post.headers["statsig-api-key"] for post in other_statsig.posts] == ["console-key-of-Web"]
    assert fake_statsig.requests == []


def test_same_name_is_allowed_in_two_projects(
    app: Flask, fake_statsig: FakeStatsig, other_statsig: FakeStatsig
) -> None:
    client = app.test_client()
    for project in ("Web", "Mobile"):
        assert "Created in Statsig" in click_create(client, fill_in(client, project=project).headers["Location"]).text
    assert (len(fake_statsig.posts), len(other_statsig.posts)) == (1, 1)


@pytest.mark.parametrize("project", [None, "", "sandbox", "Nope", "x" * 300])
def test_missing_project_is_an_error(app: Flask, project: str | None) -> None:
    response = fill_in(app.test_client(), project=project)
    assert response.status_code == 422
    assert 'href="#project">Choose the Statsig project</a>' in response.text


def test_changing_the_project_is_a_change(app: Flask, fake_statsig: FakeStatsig, other_statsig: FakeStatsig) -> None:
    """Submitting the form again with only another project is not a repeated submission."""
    client = app.test_client()
    page = client.get("/autotunes/new").text
    hidden_fields = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    for project in ("Mobile", "Web"):
        address = client.post("/autotunes", data={**BUTTON_COLOR_TEST, **hidden_fields, "project": project}).headers[
            "Location"
        ]
    page = client.get(address).text
    assert "moved from Mobile to Web" in page
    assert "1 change since the last review Field Before After Statsig project Mobile Web" in text_of(page)
    assert "Created in Statsig" in click_create(client, address).text
    assert (len(fake_statsig.posts), len(other_statsig.posts)) == (0, 1)


def test_moved_autotune_is_a_conflict_that_can_be_taken_over(app: Flask) -> None:
    client = app.test_client()
    address = fill_in(client, project="Web").headers["Location"]
    page = client.get(f"{address}/edit").text
    assert fill_in(client, path=f"{address}/edit", project="Mobile").status_code == 303
    mine = BUTTON_COLOR_TEST | {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    conflict = client.post(f"{address}/edit", data={**mine, "project": "Web", "description": "Mine"}).text
    assert "Statsig project Mobile in the form Web before Undo theirs" in text_of(conflict)
    assert client.post(f"{address}/edit", data={**initial_values(conflict), "action": "check"}).status_code == 303
    assert rows(client.get("/").text)[0][1:3] == ["Ready to create", "Mobile"]


def test_removed_project_must_be_chosen_again(app: Flask) -> None:
    client = app.test_client()
    address = fill_in(client, project="Web").headers["Location"]
    services: Services = app.extensions["services"]
    with services.store.write() as session:
        encrypted_keys.remove_key(session, "Web")
    form = client.get(f"{address}/edit").text
    assert '<option selected value="Web">' in form and '<option value="Mobile">' in form
    unchanged = fill_in(client, path=f"{address}/edit", project="Web")
    assert "Choose the Statsig project" in unchanged.text and unchanged.status_code == 422
    moved = fill_in(client, path=f"{address}/edit", project="Mobile")
    assert moved.status_code == 303
    assert "moved from Web to Mobile" in client.get(address).text


def test_sandbox_draft_goes_to_statsig_only_after_choosing_a_project(
    make_app: Callable[..., Flask], fake_statsig: FakeStatsig
) -> None:
    address = fill_in(make_app().test_client(), "save").headers["Location"]
    client = make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url).test_client()
    assert fill_in(client, path=f"{address}/edit").status_code == 422
    assert fake_statsig.requests == []


def test_ready_autotune_in_the_sandbox_is_called_a_test(
    make_app: Callable[..., Flask], fake_statsig: FakeStatsig
) -> None:
    address = ready(make_app().test_client())
    client = make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url).test_client()
    page = client.get(address).text
    assert "This is a sandbox test: it is created in the sandbox and not in Statsig." in page
    assert "One request goes to Statsig" not in page
    assert "This is a sandbox test" in click_create(client, address).text and fake_statsig.requests == []


def test_other_key_in_the_settings_needs_no_choice(make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> None:
    address = fill_in(
        make_app(STATSIG_API_KEY="console-before", STATSIG_API_URL=fake_statsig.url).test_client(), "save"
    )
    client = make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url).test_client()
    path = f"{address.headers['Location']}/edit"
    assert 'name="project"' not in client.get(path).text
    assert fill_in(client, path=path).status_code == 303


def _pages(client: FlaskClient) -> list[str]:
    """The form, the review and the status page."""
    address = ready(client, name=secrets.token_hex(8))
    form, review = client.get(f"{address}/edit").text, client.get(address).text
    return [client.get("/autotunes/new").text, form, review, click_create(client, address).text]


def _name_shown(client: FlaskClient, name: str) -> bool:
    return all(f">{name}</" in page for page in _pages(client))


def test_only_project_has_the_name_of_the_setting(make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> None:
    app = make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url, STATSIG_PROJECT_NAME="Shop & Co")
    assert _name_shown(app.test_client(), "Shop &amp; Co")
    assert "/project" not in [request.path for request in fake_statsig.requests]


def test_only_stored_project_is_named(app: Flask) -> None:
    services: Services = app.extensions["services"]
    with services.store.write() as session:
        encrypted_keys.remove_key(session, "Web")
    assert _name_shown(app.test_client(), "Mobile")


def _app_with_unnamed_project(make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> tuple[FlaskClient, str]:
    """A desk whose project gets its name from Statsig, and the name until then."""
    app = make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url, STATSIG_PROJECT_NAME="")
    return app.test_client(), app.extensions["services"].projects.from_settings()[0].name


def _wait_for_name(client: FlaskClient, name: str) -> None:
    """Waits until the name was read in the background."""
    services: Services = client.application.extensions["services"]
    eventually(lambda: services.project_names.name_of(services.projects.from_settings()[0]) == name)


def test_project_without_a_name_is_called_by_its_id(
    make_app: Callable[..., Flask], fake_statsig: FakeStatsig, clock: Clock
) -> None:
    fake_statsig.responder = lambda request: (200, {"data": {"id": "<shop>"}}) if request.path == "/project" else None
    client, _ = _app_with_unnamed_project(make_app, fake_statsig)
    client.get("/autotunes/new")
    _wait_for_name(client, "<shop>")
    clock.forward(86_400)
    assert _name_shown(client, "&lt;shop&gt;")
    assert [request.path for request in fake_statsig.requests].count("/project") == 1


def test_pages_do_not_wait_for_the_project_id(make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> None:
    proceed = threading.Event()

    def hang(request: Request) -> Response | None:
        return (200, {"data": {"id": "shop"}}) if request.path == "/project" and proceed.wait(60) else None

    fake_statsig.responder = hang
    client, fingerprint = _app_with_unnamed_project(make_app, fake_statsig)
    assert _name_shown(client, fingerprint)
    proceed.set()
    _wait_for_name(client, "shop")
    assert _name_shown(client, "shop")


@pytest.mark.parametrize(
    "response", [(403, {}), (500, {}), (200, {"data": {"id": 5}}), (200, {"data": []}), (200, b"no JSON")]
)
def test_failed_read_of_the_project_id_is_repeated_later(
    make_app: Callable[..., Flask], fake_statsig: FakeStatsig, clock: Clock, response: Response
) -> None:
    fake_statsig.responder = lambda request: response if request.path == "/project" else None
    client, fingerprint = _app_with_unnamed_project(make_app, fake_statsig)
    assert _name_shown(client, fingerprint)
    fake_statsig.responder = lambda request: (200, {"data": {"id": "shop"}}) if request.path == "/project" else None
    client.get("/autotunes/new")
    assert [request.path for request in fake_statsig.requests].count("/project") == 1
    clock.forward(301)
    _wait_for_name(client, "shop")


@pytest.mark.parametrize("state", ["ready", "created", "taken", "unknown"])
def test_sandbox_page_does_not_mention_statsig(make_app: Callable[..., Flask], state: str) -> None:
    client = make_app().test_client()
    address = ready(client, name="Sandbox error" if state == "unknown" else "Button Color Test")
    if state == "taken":
        click_create(client, address)
        services: Services = client.application.extensions["services"]
        with services.store.write() as session:
            session.execute(delete(Event))
            session.execute(delete(Version))
            session.execute(delete(AutotuneRecord))
        address = ready(client)
    is_reviewed = state in ("ready", "taken")  # a taken name is rejected at review
    page = client.get(address).text if is_reviewed else click_create(client, address).text
    main = " ".join(re.sub("<[^>]+>", " ", page.split('id="main"')[1]).split())
    for phrase in ("Create in Statsig", "Created in Statsig", "Statsig does not have", "in Statsig", "ID in Statsig"):
        assert phrase not in main, phrase
    expected = {
        "ready": "Create in the sandbox",
        "created": "Created in the sandbox as button_color_test",
        "taken": "This name is taken in the sandbox. Enter another name",
        "unknown": "It may exist in the sandbox",
    }
    assert expected[state] in main
