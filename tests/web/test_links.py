"""Links to forms that are filled in, and pasted requests."""

import json
import re
import shlex
from collections.abc import Callable
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from webapp.store import FormLink

from ..auth.fixtures import ANNA, BEN, PROXY_SETTINGS, behind_proxy
from ..conftest import CANARY, Clock
from ..fake_statsig import FakeStatsig
from ..forms import fill_in, hidden, initial_values, ready, text_of
from ..list_page import names

DAY = 24 * 3600.0


def copy_link(client: FlaskClient, path: str = "/autotunes/new", **changed: str) -> str:
    page = fill_in(client, "link", path, **changed).text
    url = re.search(r'<input id="link" readonly autofocus value="http://[^/]*(/links/[^"]*)"', page)
    assert url and initial_values(page)["name"] == changed.get("name", "Button Color Test")
    return url[1]


def paste(client: FlaskClient, text: str, follow: bool = True) -> str:
    data = {"csrf_token": hidden(client.get("/autotunes/paste").text, "csrf_token"), "pasted_request": text}
    return client.post("/autotunes/paste", data=data, follow_redirects=follow).text


def curl_with_key(body: str) -> str:
    return f"curl https://x.example -H 'STATSIG-API-KEY: {CANARY}' -d {shlex.quote(body)}"


def origin(page: str) -> str:
    """Where a form that is filled in says that it comes from."""
    section = re.search(r'<section class="flash" aria-label="Where this comes from">(.*?)</section>', page, re.DOTALL)
    return text_of(section[1]) if section else ""


def test_link_holds_the_form_as_it_was(client: FlaskClient) -> None:
    link = copy_link(client, name="Unfinished", description="As typed", variants__1__json='{"half')
    assert len(link) < 32
    page = client.get(link).text
    form = initial_values(page)
    assert (form["name"], form["description"], form["variants-1-json"]) == ("Unfinished", "As typed", '{"half')
    assert origin(page).startswith("Filled in by a link that you made on 15 Jan 2027")
    assert origin(page).endswith("Check it before you save or create it.")
    assert names(client.get("/").text) == []


def test_link_of_an_edited_draft_opens_a_new_form(client: FlaskClient) -> None:
    address = ready(client, name="Stored")
    link = copy_link(client, f"{address}/edit", name="Changed", description="Not saved")
    assert client.get(f"{address}.json").get_json()["request"]["name"] == "Stored"
    form = initial_values(client.get(link).text)
    new = client.post("/autotunes", data={**form, "action": "save"}).headers["Location"]
    assert new != address and sorted(names(client.get("/").text)) == ["Changed", "Stored"]


def test_link_expires(make_app: Callable[..., Flask], clock: Clock) -> None:
    app = make_app(LINK_DAYS="3")
    client = app.test_client()
    link = copy_link(client)
    clock.forward(3 * DAY - 60)
    assert client.get(link).status_code == 200
    clock.forward(120)
    response = client.get(link)
    assert response.status_code == 404 and "This link has expired" in response.text
    assert client.get("/links/%00%ff").status_code == 404
    copy_link(client)
    with app.extensions["services"].store.read() as session:
        assert len(session.scalars(select(FormLink)).all()) == 1


def test_viewer_reads_what_a_link_holds(make_app: Callable[..., Flask]) -> None:
    app = make_app(**PROXY_SETTINGS, WRITERS=ANNA, CREATORS=ANNA)
    link = copy_link(behind_proxy(app, ANNA), name="Shared <form>")
    page = behind_proxy(app, BEN).get(link).text
    assert "Shared &lt;form&gt;" in page and '<form id="form"' not in page
    assert f"Filled in by a link that {ANNA} made on" in text_of(page)
    assert "red" in page and "Winner threshold" in page
    assert "Shared" not in app.test_client().get(link).text


def test_form_says_where_its_values_come_from(client: FlaskClient) -> None:
    address = ready(client, name="First")
    copied = client.get(f"/autotunes/new?from={address.rpartition('/')[2]}").text
    assert origin(copied).startswith("A copy of First ") and f'<a href="{address}">First</a>' in copied
    assert origin(client.get("/autotunes/new?name=x").text).startswith("Filled in by the link that you opened.")
    assert origin(client.get("/autotunes/new").text) == ""


def test_pasted_request_becomes_a_form(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = ready(client, name="Pasted", description="All of it")
    download = client.get(f"{address}/request.json")
    assert download.headers["Content-Disposition"] == "attachment; filename=pasted.json"
    page = paste(client, download.text)
    assert origin(page).startswith("Filled in from a request that you pasted on 15 Jan 2027")
    form = initial_values(page)
    assert (form["name"], form["description"]) == ("Pasted", "All of it")
    copy = client.post("/autotunes", data={**form, "action": "check"}).headers["Location"]
    assert client.get(f"{copy}/request.json").data == download.data
    assert fake_statsig.posts == []


def test_unfinished_draft_has_no_request_to_download(client: FlaskClient) -> None:
    address = fill_in(client, "save", name="Half", successEvent="").headers["Location"]
    assert "Download JSON" not in client.get(address).text
    assert client.get(f"{address}/request.json").status_code == 404


def test_curl_of_the_desk_is_read_by_the_desk(client: FlaskClient) -> None:
    page = client.get(ready(client, name="It's <b>bold</b> $HOME `x`")).text
    curl = re.search(r'<pre id="curl"[^>]*><code>(.*?)</code>', page, re.DOTALL)
    assert curl and "$STATSIG_API_KEY" in curl[1]
    form = initial_values(paste(client, unescape(re.sub("<[^>]*>", "", curl[1]))))
    assert form["name"] == "It's <b>bold</b> $HOME `x`" and form["variants-0-json"] == '{\n  "color": "red"\n}'


def test_unusable_parts_are_listed(client: FlaskClient) -> None:
    page = paste(
        client, json.dumps({"data": {"id": "hero", "isStarted": False, "successEvent": ["<b>"], "description": "x"}})
    )
    said = origin(page)
    assert "Not used: isStarted." in said and 'Not used: successEvent = ["<b>"]. Expected a string.' in said
    assert initial_values(page)["name"] == "hero"


def test_request_that_cannot_be_read_is_shown_again(client: FlaskClient) -> None:
    page = paste(client, '{"name": "typed with care",')
    assert "typed with care" in initial_values_of_paste(page)
    assert 'id="pasted_request-error"' in page and "<title>Error: Paste a request" in page


def initial_values_of_paste(page: str) -> str:
    text = re.search(r'<textarea[^>]*id="pasted_request"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert text
    return text[1]


def test_key_in_a_pasted_request_is_removed(client: FlaskClient) -> None:
    """The fixtures check that it is in no page, in no file and in no line of the log."""
    read, refused = (paste(client, curl_with_key(body)) for body in (json.dumps({"name": CANARY}), '{"name": broken'))
    assert (
        "There was a key, a password or a cookie in it." in origin(read) and initial_values(read)["name"] == "(removed)"
    )
    assert initial_values_of_paste(refused).strip() == "{&#34;name&#34;: broken"
    assert "Only the JSON is still here" in text_of(refused)


def test_pasted_request_without_csrf_token_is_shown_without_its_key(client: FlaskClient) -> None:
    response = client.post("/autotunes/paste", data={"pasted_request": curl_with_key('{"name": "kept"}')})
    assert response.status_code == 400 and "kept" in response.text


def test_link_is_opened_by_another_person(make_app: Callable[..., Flask]) -> None:
    app = make_app(**PROXY_SETTINGS)
    anna, ben = behind_proxy(app, ANNA), behind_proxy(app, BEN)
    form = initial_values(ben.get(copy_link(anna, name="By Anna")).text)
    address = ben.post("/autotunes", data={**form, "action": "save"}).headers["Location"]
    assert f"Drafted by {BEN}" in text_of(anna.get(address).text)
