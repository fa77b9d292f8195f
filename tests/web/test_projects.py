"""Several Statsig projects, each with a key of its own: the form asks which, and the rest follows from that."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from webapp.autotunes import Desk
from webapp.config import Secret
from webapp.store import StoredKey, keys

from ..conftest import CANARY
from ..forms import BUTTON_COLOR_TEST, fill_in, hidden, press, ready
from ..upstream import Upstream, serving


@pytest.fixture
def other() -> Iterator[Upstream]:
    with serving() as upstream:
        yield upstream


@pytest.fixture
def app(make_app: Callable[..., Flask], upstream: Upstream, other: Upstream) -> Flask:
    app = make_app()
    desk: Desk = app.extensions["desk"]
    for name, statsig in (("Mobile", upstream), ("Web", other)):
        locked = desk.vault.lock(Secret(f"console-key-of-{name}"), statsig.url)
        with desk.store.write() as session:
            keys.add_key(
                session, StoredKey(name=name, ciphertext=locked, fingerprint="f", api_url=statsig.url, added_at=0)
            )
    return app


def test_the_form_asks_which_project(app: Flask) -> None:
    page = app.test_client().get("/autotunes/new").text
    assert '<select id="project" name="project"' in page and '<option value="">Choose one</option>' in page
    assert '<option value="Mobile">Mobile</option>' in page and '<option value="Web">Web</option>' in page
    assert "Sandbox" not in page
    assert '<option value="Web" selected>' in app.test_client().get("/autotunes/new?project=Web").text


def test_it_is_created_in_the_project_that_was_chosen(app: Flask, upstream: Upstream, other: Upstream) -> None:
    client = app.test_client()
    address = fill_in(client, project="Web").headers["Location"]
    assert '<span class="badge plain">Web</span>' in client.get(address).text
    assert "Created in Statsig" in press(client, address).text
    assert [post.headers["statsig-api-key"] for post in other.posts] == ["console-key-of-Web"]
    assert upstream.requests == []


def test_the_same_name_may_stand_in_both(app: Flask, upstream: Upstream, other: Upstream) -> None:
    client = app.test_client()
    for project in ("Web", "Mobile"):
        assert "Created in Statsig" in press(client, fill_in(client, project=project).headers["Location"]).text
    assert (len(upstream.posts), len(other.posts)) == (1, 1)


@pytest.mark.parametrize("wanted", [None, "", "sandbox", "Nope", "x" * 300])
def test_no_project_is_guessed(app: Flask, wanted: str | None) -> None:
    answer = fill_in(app.test_client(), project=wanted)
    assert answer.status_code == 422
    assert 'href="#project">Choose the Statsig project</a>' in answer.text


def test_another_choice_of_the_same_form_is_a_change(app: Flask, upstream: Upstream, other: Upstream) -> None:
    """Going back to choose another project, and nothing else, must not be taken for a repeat."""
    client = app.test_client()
    page = client.get("/autotunes/new").text
    own = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    for project in ("Mobile", "Web"):
        address = client.post("/autotunes", data={**BUTTON_COLOR_TEST, **own, "project": project}).headers["Location"]
    assert "moved from Mobile to Web" in client.get(address).text
    assert "Created in Statsig" in press(client, address).text
    assert (len(upstream.posts), len(other.posts)) == (0, 1)


def test_where_its_project_is_gone_somebody_has_to_choose(app: Flask) -> None:
    client = app.test_client()
    address = fill_in(client, project="Web").headers["Location"]
    desk: Desk = app.extensions["desk"]
    with desk.store.write() as session:
        keys.remove_key(session, "Web")
    form = client.get(f"{address}/edit").text
    assert '<option value="Web" selected>' in form and '<option value="Mobile">' in form
    unchanged = fill_in(client, path=f"{address}/edit", project="Web")
    assert "Choose the Statsig project" in unchanged.text and unchanged.status_code == 422
    moved = fill_in(client, path=f"{address}/edit", project="Mobile")
    assert moved.status_code == 303
    assert "moved from Web to Mobile" in client.get(address).text


def test_a_draft_of_the_sandbox_goes_to_statsig_only_when_somebody_chooses_so(
    make_app: Callable[..., Flask], upstream: Upstream
) -> None:
    address = fill_in(make_app().test_client(), "save").headers["Location"]
    client = make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=upstream.url).test_client()
    assert fill_in(client, path=f"{address}/edit").status_code == 422
    assert upstream.requests == []


def test_what_was_ready_in_the_sandbox_says_that_it_is_practice(
    make_app: Callable[..., Flask], upstream: Upstream
) -> None:
    address = ready(make_app().test_client())
    client = make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=upstream.url).test_client()
    page = client.get(address).text
    assert "This one is practice: it goes to the sandbox and not to Statsig." in page
    assert "One request goes to Statsig" not in page
    assert "This one was practice" in press(client, address).text and upstream.requests == []


def test_another_key_in_the_settings_asks_nobody_to_choose(make_app: Callable[..., Flask], upstream: Upstream) -> None:
    address = fill_in(make_app(STATSIG_API_KEY="console-before", STATSIG_API_URL=upstream.url).test_client(), "save")
    client = make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=upstream.url).test_client()
    path = f"{address.headers['Location']}/edit"
    assert 'name="project"' not in client.get(path).text
    assert fill_in(client, path=path).status_code == 303
