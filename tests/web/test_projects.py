"""Several Statsig projects, each with a key of its own: the form asks which, and the rest follows from that."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from webapp.autotunes import Desk
from webapp.config import Secret
from webapp.store import StoredKey, keys

from ..forms import fill_in, press
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
    assert "<option>Mobile</option><option>Web</option>" in page
    assert "Sandbox" not in page


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


def test_a_project_that_is_not_one_of_ours_is_not_taken(app: Flask) -> None:
    client = app.test_client()
    address = fill_in(client, project="sandbox").headers["Location"]
    assert '<span class="badge plain">Mobile</span>' in client.get(address).text
