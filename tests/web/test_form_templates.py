"""Templates, and similar autotunes in the form's sidebar."""

import re

import pytest
from flask.testing import FlaskClient

from webapp.autotunes.form_templates import BUILT_IN
from webapp.contract.form import AutotuneForm

from ..conftest import Clock
from ..forms import click_create, fill_in, hidden, initial_values, ready, text_of
from .test_links import origin
from .test_removal import click

NOTE = "When a button has several words."


def make_template(client: FlaskClient, address: str, title: str, note: str = NOTE) -> str:
    page = client.get(f"{address}/template").text
    data = {"csrf_token": hidden(page, "csrf_token"), "title": title, "note": note}
    return client.post(f"{address}/template", data=data, follow_redirects=True).text


def template_url(page: str, title: str) -> str:
    url = re.search(rf'href="(/autotunes/new\?template=[^"]*)"[^>]*>Use<span class="visually-hidden"> {title}<', page)
    assert url
    return url[1]


def starts(client: FlaskClient) -> list[str]:
    """What a new form offers to start from."""
    nav = re.search(r'<nav class="starts".*?</nav>', client.get("/autotunes/new").text, re.DOTALL)
    assert nav
    return [text_of(link) for link in re.findall("<a [^>]*>(.*?)</a>", nav[0], re.DOTALL)]


def similar(client: FlaskClient, **fields: str) -> list[str]:
    """The similar autotunes that the sidebar of a form names while it is filled in."""
    token = hidden(client.get("/autotunes/new").text, "csrf_token")
    preview = client.post("/autotunes/preview", data={"csrf_token": token, **fields}).get_json()
    items = re.findall("<li>(.*?)</li>", preview["pieces"]["similar"], re.DOTALL)
    return [text_of(item) for item in items]


def test_any_autotune_becomes_a_template(client: FlaskClient, clock: Clock) -> None:
    draft = fill_in(client, "save", name="Half", successEvent="", variants__1__json="{half").headers["Location"]
    created = ready(client, name="Done", description="From last year")
    click_create(client, created)
    make_template(client, draft, "From a draft")
    clock.forward(1)
    page = make_template(client, created, "Buttons <b>", "Use it\r\nfor buttons.")
    assert "Buttons &lt;b&gt; is a template now." in page and "Use it for buttons." in text_of(page)
    form = client.get(template_url(page, "Buttons &lt;b&gt;")).text
    values = initial_values(form)
    assert (values["name"], values["description"], values["variants-1-name"]) == ("", "From last year", "blue")
    assert "From the template Buttons <b> : Use it for buttons." in origin(form)
    assert initial_values(client.get(template_url(page, "From a draft")).text)["variants-1-json"] == "{half"
    assert starts(client) == [
        *(
            "Buttons <b>",
            "From a draft",
            "Button text",
            "Price",
            "Ranking of sections",
            "All templates",
            "A pasted request",
        )
    ]


def test_template_keeps_what_it_copied(client: FlaskClient) -> None:
    address = fill_in(client, "save", name="Source", description="Before").headers["Location"]
    page = make_template(client, address, "Kept")
    fill_in(client, "save", f"{address}/edit", name="Source", description="After")
    click(client, address, "discard")
    assert initial_values(client.get(template_url(page, "Kept")).text)["description"] == "Before"


@pytest.mark.parametrize(
    ("title", "note", "message"),
    [
        (" ", NOTE, "Enter a title"),
        ("x", " \n", "Say in a sentence when to use it"),
        ("x" * 101, NOTE, "Shorten this to 100 characters; it has 101"),
    ],
)
def test_template_needs_a_title_and_a_note(client: FlaskClient, title: str, note: str, message: str) -> None:
    page = make_template(client, ready(client), title, note)
    assert message in page and f'value="{title}"' in page and note.strip() in page
    assert starts(client)[0] == "Button text"


def test_template_form_without_csrf_token_is_shown_again(client: FlaskClient) -> None:
    response = client.post(f"{ready(client)}/template", data={"title": "Typed", "note": "With care"})
    assert response.status_code == 400 and 'value="Typed"' in response.text and "With care" in response.text


def test_removed_template_is_restored(client: FlaskClient) -> None:
    page = make_template(client, ready(client), "Removed")
    address = re.findall('action="(/templates/[^"]*)/remove"', page)[0]
    page = click(client, address, "remove")
    assert "Removed was removed. Undo" in text_of(page) and "Removed" not in starts(client)
    assert f'action="{address}/restore"' in page
    assert "Removed was restored." in text_of(click(client, address, "restore"))
    assert starts(client)[0] == "Removed"
    assert "was removed" not in click(client, "/templates/button-text", "remove")
    assert "Button text" in starts(client)


def test_unknown_autotune_and_template_are_not_found(client: FlaskClient) -> None:
    assert client.get("/autotunes/new?template=none").status_code == 404
    assert client.get("/autotunes/new?template=%00").status_code == 404
    assert client.get("/autotunes/0a/template").status_code == 404


@pytest.mark.parametrize("template", BUILT_IN, ids=lambda template: template.id)
def test_template_of_the_desk_lacks_only_name_and_event(client: FlaskClient, template: object) -> None:
    form_data = template.form_data  # type: ignore[attr-defined]
    form = AutotuneForm.from_data(form_data)
    assert not form.validate()
    assert [error.field for error in form.error_list()] == ["name", "successEvent"]
    values = initial_values(client.get(f"/autotunes/new?template={template.id}").text)  # type: ignore[attr-defined]
    assert values["variants-2-json"] == form_data["variants"][2]["json"]


def test_similar_autotunes_have_the_same_event_or_parameters(client: FlaskClient, clock: Clock) -> None:
    sizes = {"variants__0__json": '{"size": 1}', "variants__1__json": '{"size": 2}'}
    fill_in(client, "save", name="Same event", successEvent="click", **sizes)
    clock.forward(1)
    click_create(client, ready(client, name="Both", successEvent="click"))
    clock.forward(1)
    ready(client, name="Same parameters", successEvent="buy")
    fill_in(client, "save", name="Neither", successEvent="buy", **sizes)
    discarded = fill_in(client, "save", name="Discarded", successEvent="click").headers["Location"]
    click(client, discarded, "discard")
    variants = {"variants-0-name": "a", "variants-0-json": '{"color": "green"}', "variants-1-json": "{"}
    assert similar(client, successEvent=" click ", **variants) == [
        "Both Same event and parameters · created, local user",
        "Same parameters Same parameters · ready to create, local user",
        "Same event Same event · draft, local user",
    ]
    assert similar(client, successEvent="click") == [
        "Both Same event · created, local user",
        "Same event Same event · draft, local user",
    ]
    assert similar(client, name="Same event") == similar(client, successEvent="clicks") == []


def test_autotune_is_not_similar_to_itself(client: FlaskClient) -> None:
    address = ready(client, name="Alone")
    assert "Similar autotunes" not in client.get(f"{address}/edit").text
    other = ready(client, name="Another")
    assert f'<a dir="auto" href="{other}">Another</a>' in client.get(f"{address}/edit").text
