"""Hidden characters are marked wherever input is shown, and sent as typed."""

import html
import re

import pytest
from flask.testing import FlaskClient

from ..fake_statsig import FakeStatsig
from ..forms import click_create, fill_in, ready
from ..forms import hidden as hidden_field

URL = '{"url": "https://shop.test/\u202egnp.exe"}'
MARK = '<mark class="character" dir="ltr" title="right-to-left override">[U+202E]</mark>'


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "Button \u202etset"),
        ("description", "Give \u202e10% off"),
        ("goalRichText", "Give \u202e10% off"),
        ("successEvent", "cli\u202eck"),
        ("idType", "user\u202eID"),
        ("variants__0__name", "re\u202ed"),
        ("variants__0__json", URL),
    ],
)
def test_hidden_character_is_marked_at_review_and_sent_as_typed(
    client: FlaskClient, fake_statsig: FakeStatsig, field: str, text: str
) -> None:
    address = ready(client, **{field: text})
    page = client.get(address).text
    assert "\u202e" not in page
    assert MARK in page.split('id="main"')[1].partition("<aside")[0] + page.split("</aside>")[1].partition("as JSON")[0]
    assert "(right-to-left override). It is sent as typed." in page
    click_create(client, address)
    assert "\u202e" in fake_statsig.posts[0].body.decode()
    assert shown_body(page) == fake_statsig.posts[0].body.decode()


def shown_body(page: str) -> str:
    """The request body with each mark put back, as the copy button does."""
    body = page.split('aria-label="request body"><code>')[1].partition("</code>")[0]
    body = re.sub(r"<mark [^>]*>\[U\+(\w+)\]</mark>", lambda match: chr(int(match[1], 16)), body)
    return html.unescape(body)


def test_emoji_and_joiners_are_left_alone_in_long_text_and_json(client: FlaskClient) -> None:
    family, persian = "👨\u200d👩\u200d👧 ❤\ufe0f", "می\u200cخو\u0627\u0647م"
    address = ready(client, description=f"{family} {persian}", variants__0__json=f'{{"a": "{family}"}}')
    page = client.get(address).text
    assert "U+" not in page
    assert page.count(family) >= 4, "in the settings, in the table and in the request"


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\ufe0f", "\u2069"])
def test_no_page_shows_a_name_with_a_hidden_character_unmarked(client: FlaskClient, hidden: str) -> None:
    name = f"Button{hidden} test"
    address = ready(client, name=name)
    twin = ready(client, name=name, successEvent=f"a{hidden}", variants__1__json=f'{{"color{hidden}": 1}}')
    for path in ("/", f"/?q={hidden}", address, twin, f"{address}/forecast", f"{twin}/forecast"):
        page = client.get(path).text
        without_fields = re.sub(r'value="[^"]*"', "", page)
        assert hidden not in without_fields, path
        assert f"[U+{ord(hidden):04X}]" in page, path


def test_hidden_character_stays_in_the_fields_of_the_form(client: FlaskClient) -> None:
    address = ready(client, name="Button\u200b test", description="a\u202eb", variants__0__json=URL)
    page = client.get(f"{address}/edit").text
    assert 'value="Button\u200b test"' in page
    assert "\na\u202eb</textarea>" in page
    assert html.escape(URL) in page.replace("&#34;", "&quot;")
    assert "Button[U+200B] test</h1>" in page


def test_hidden_character_is_spelled_out_in_messages(client: FlaskClient) -> None:
    response = fill_in(client, explorationWindow="1\u200bhr", variants__0__json='{"a\u202e": 1, "a\u202e": 2}')
    problems = response.text.split('id="error-summary"')[1].split("</section>")[0]
    assert "[U+202E]" in problems and "\u202e" not in problems
    assert "1[U+200B]hr</option>" in response.text


def test_hidden_character_is_spelled_out_in_the_preview(client: FlaskClient) -> None:
    data = {
        "csrf_token": hidden_field(client.get("/autotunes/new").text, "csrf_token"),
        "name": "a\u202e",
        "variants-0-name": "b\u202e",
        "variants-0-json": '{"a\u202e": 1, "a\u202e": 2}',
    }
    preview = client.post("/autotunes/preview", data=data).get_json()
    assert "[U+202E]" in preview["errors"]["variants-0-json"]
    assert MARK in preview["pieces"]["sidebar"] and "\u202e" not in str(preview)


def test_line_separator_in_the_default_json_stays_one_value_in_the_snippet(
    client: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    page = click_create(client, ready(client, variants__0__json='{"a": "b\u2028 c"}')).text
    assert r"&#34;b\u2028 c&#34;" in page.split('aria-label="snippet for Web (JavaScript)"')[1]
