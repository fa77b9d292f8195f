"""The measurements of docs/screens.md: clicks, characters, heights, Tabs, bytes and targets. Takes its pictures."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from ..conftest import Clock
from ..fake_statsig import FakeStatsig
from .actions import TYPED, check, create, fill_in, tab_to_button, tab_to_field
from .appearance import SCREENSHOTS, WIDTHS
from .states import States

IMAGES = Path(__file__).parents[2] / "docs" / "images"
HEIGHT = "document.querySelector('.page').scrollHeight"
MAX_CLICKS, MAX_CHARACTERS, MAX_TABS = 9, 60, 5
MAX_FORM, MAX_PAGE, MAX_FORTY_VARIANTS = 1_500, 1_400, 3_200  # px at a width of 1,280
MAX_BYTES, MAX_REQUESTS = 30_000, 5
MIN_TARGET = 24  # px


class CountingUser:
    """Uses the page like a person, and counts the clicks and the characters. Tab and Enter do not count."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = self.characters = 0

    def click(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
        self.page.wait_for_load_state()
        self.clicks += 1

    def choose(self, field: str, label: str) -> None:
        self.page.select_option(f"#{field}", label=label)
        self.clicks += 1

    def type(self, label: str, text: str) -> None:
        tab_to_field(self.page, label)
        self.page.keyboard.type(text)
        self.characters += len(text)


def test_plain_autotune_takes_few_clicks_and_characters(page: Page, site: str, fake_statsig: FakeStatsig) -> None:
    """The example of Statsig's page without its description."""
    page.goto(site)
    user = CountingUser(page)
    user.click("link", "New autotune")
    for label, text in TYPED.items():
        user.type(label, text)
    user.choose("explorationWindow", "1 hour")
    user.choose("attributionWindow", "2")
    user.choose("winnerThreshold", "99%")
    user.click("button", "Review")
    user.click("button", "Create in Statsig")
    expect(page.get_by_role("heading", name="Created in Statsig")).to_be_visible()
    assert fake_statsig.posts[0].json["variants"] == [
        {"name": "red", "json": {"color": "red"}},
        {"name": "blue", "json": {"color": "blue"}},
    ]
    assert user.clicks <= MAX_CLICKS
    assert user.characters <= MAX_CHARACTERS


@pytest.fixture
def wide_page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": WIDTHS["wide"], "height": 800}, device_scale_factor=1)


@pytest.fixture
def states(app: Flask, fake_statsig: FakeStatsig, clock: Clock) -> States:
    return States(app, fake_statsig, clock)


def test_phone_form_ends_with_its_content(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/autotunes/new")
    assert page.evaluate("document.documentElement.scrollHeight") == 844, "there is an empty page below the buttons"


def test_phone_review_has_variants_and_advice_above_the_button(page: Page, site: str, states: States) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site + states.ready())
    order = (
        "region[name='Table of variants']",
        "heading[name='Before you create it']",
        "button[name='Create in Statsig']",
        "heading[name='Settings']",
    )
    boxes = [page.locator(f"role={role}").bounding_box() for role in order]
    tops = [box["y"] for box in boxes if box]
    assert len(tops) == 4 and tops == sorted(tops)


def test_plain_form_review_and_status_are_compact(wide_page: Page, site: str) -> None:
    page = wide_page
    page.goto(f"{site}/autotunes/new")
    assert page.evaluate(HEIGHT) <= MAX_FORM
    fill_in(page, site)
    expect(page.locator(".checklist .done")).to_have_count(4)
    _take_picture(page, "form")
    check(page)
    assert page.evaluate(HEIGHT) <= MAX_PAGE
    _take_picture(page, "review")
    for element in (".sentence", "main table", ".checklist", "button:has-text('Create in Statsig')"):
        expect(page.locator(element).first).to_be_in_viewport(ratio=1)
    assert tab_to_button(page, "Create in Statsig") <= MAX_TABS
    create(page)
    expect(page.get_by_role("heading", name="Created in Statsig")).to_be_visible()
    assert page.evaluate(HEIGHT) <= MAX_PAGE
    _take_picture(page, "status")


def _take_picture(page: Page, name: str) -> None:
    if SCREENSHOTS:
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=IMAGES / f"{name}.png", full_page=True)


def test_forty_variants_fit_with_rows_of_44_px(wide_page: Page, site: str, states: States) -> None:
    wide_page.goto(site + states.forty_variants_form())
    assert wide_page.evaluate(HEIGHT) <= MAX_FORTY_VARIANTS
    heights = wide_page.locator("tr.variant").evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert len(heights) == 40 and max(heights) <= 44
    expect(wide_page.get_by_text("A forecast can have at most 10 variants")).to_be_visible()
    expect(wide_page.get_by_label("Visits per day")).to_be_hidden()
    expect(wide_page.get_by_role("button", name="See the forecast")).to_be_hidden()


def test_first_load_is_small(wide_page: Page, site: str) -> None:
    sizes: list[int] = []
    wide_page.on("response", lambda response: sizes.append(response.request.sizes()["responseBodySize"]))
    wide_page.goto(f"{site}/autotunes/new")
    wide_page.wait_for_load_state("networkidle")
    assert len(sizes) <= MAX_REQUESTS
    assert sum(sizes) <= MAX_BYTES


SMALL_TARGETS = """(min) => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((element) => element.checkVisibility({visibilityProperty: true}))
  .filter((element) => !element.matches("[type=hidden], .visually-hidden, .skip-link, p a, dd a")) // in text
  .map((element) => [element.outerHTML.slice(0, 90), (element.closest("label") ?? element).getBoundingClientRect()])
  .filter(([, box]) => box.width < min || box.height < min).map(([html]) => html)"""


# Those in which less than about five characters can be read; the cells of the table scroll.
NARROW_CONTROLS = """[...document.querySelectorAll(".field > :is(input, select), .joined > select")]
  .filter((control) => !control.closest("table, .radio-card") && control.checkVisibility())
  .filter((control) => control.offsetWidth < 4 * parseFloat(getComputedStyle(document.documentElement).fontSize))
  .map((control) => control.id)"""


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS.values())
@pytest.mark.parametrize(
    "state", ["empty_form", "form_with_errors", "forty_variants_form", "ready", "created", "unconfirmed"]
)
def test_targets_are_large_enough(browser: Browser, site: str, states: States, state: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.goto(site + getattr(states, state)())
    assert page.evaluate(SMALL_TARGETS, MIN_TARGET) == []
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "state", ["empty_form", "form_with_errors", "ready_with_all_fields", "created_with_differences"]
)
def test_pages_reflow_at_320_px_and_at_twice_the_text_size(
    browser: Browser, site: str, states: States, state: str
) -> None:
    page = browser.new_page()
    path = getattr(states, state)()
    for width, zoom in ((320, 1), (640, 2), (1280, 2)):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(site + path)
        page.evaluate(f"document.documentElement.style.fontSize = '{zoom * 100}%'")
        overflow = page.evaluate("(p => p.scrollWidth - p.clientWidth)(document.querySelector('.page'))")
        assert overflow <= 0, f"{overflow} px stick out at {width} px and {zoom} times the size"
        assert page.evaluate(NARROW_CONTROLS) == []
    page.close()


def test_forced_colors_tell_the_primary_button_from_others(browser: Browser, site: str) -> None:
    page = browser.new_page(forced_colors="active")
    page.goto(f"{site}/autotunes/new")
    colors = [
        page.get_by_role("button", name=name, exact=True).evaluate("button => getComputedStyle(button).backgroundColor")
        for name in ("Review", "Save draft")
    ]
    assert colors[0] != colors[1]
    page.close()
