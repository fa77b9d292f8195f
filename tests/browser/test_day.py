"""A day of two people with one autotune, from a template to its winner."""

import socket
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from webapp.autotunes.scheduler import Scheduler
from webapp.autotunes.services import Services
from webapp.web.wait_budget import VIEW_TIMEOUT

from .. import catalog
from ..auth.fixtures import ANNA, BEN, issuer, with_login
from ..conftest import Clock
from ..fake_statsig import FakeStatsig
from ..http_stub import Response
from ..web.test_suggestions import wait_for_reads
from .actions import check, create

__all__ = ["issuer", "with_login"]

NAME, ID = "Checkout text", "checkout_text"
CELLS = "Name\ttext\tlarge\nshort\tBuy\ttrue\nlong\tBuy it now\tfalse"
HOUR = 3600.0


@pytest.fixture
def app(with_login: Callable[..., Flask], fake_statsig: FakeStatsig, listener: socket.socket) -> Flask:
    catalog.fill(fake_statsig)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    days = {"SESSION_IDLE_MINUTES": "1440", "SESSION_HOURS": "744"}
    app = with_login(PUBLIC_URL=address, REQUIRE_APPROVAL="1", STATSIG_REQUEST_BUDGET="600", **days)
    app.extensions["view_timeout"] = VIEW_TIMEOUT
    return app


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def site(app: Flask, serve: Callable[..., str], listener: socket.socket) -> str:
    return serve(app, listener)


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[[str], Page]]:
    """A browser of somebody who has logged in."""
    contexts = []

    def start(person: str) -> Page:
        context = browser.new_context()
        contexts.append(context)
        page = context.new_page()
        page.goto(site)
        page.locator("input[name=sub]").fill(person)
        page.get_by_role("button", name="Authorize").click()
        expect(page.locator("footer")).to_contain_text(person)
        return page

    yield start
    for context in contexts:
        context.close()


class Day:
    """What Anna and Ben do, and what happens in Statsig in the meantime."""

    def __init__(
        self, site: str, anna: Page, ben: Page, services: Services, statsig: FakeStatsig, clock: Clock
    ) -> None:
        self.site, self.anna, self.ben = site, anna, ben
        self.services, self.statsig, self.clock = services, statsig, clock

    def fill_in_from_a_template(self, suggested: bool) -> None:
        """Anna starts from a template, pastes cells of a spreadsheet and takes a suggested event."""
        self.anna.goto(f"{self.site}/autotunes/new")
        wait_for_reads(self.services)
        self.anna.get_by_role("link", name="Button text").click()
        self.anna.get_by_label("Name", exact=True).fill(NAME)
        self.anna.get_by_text("Paste from a spreadsheet").click()
        self.anna.get_by_label("Cells of your spreadsheet").fill(CELLS)
        self.anna.get_by_role("button", name="Turn into variants").click()
        expect(self.anna.locator("tr.variant .name input").last).to_have_value("long")
        event = self.anna.get_by_label("Success event", exact=True)
        event.fill("")
        event.press_sequentially("add_to" if suggested else "add_to_cart")
        if suggested:
            self.anna.get_by_role("option", name="add_to_cart").click()
            expect(self.anna.locator("#successEvent-hint")).to_contain_text("21,377 on Thursday")

    def share_and_change(self) -> str:
        """Anna saves and sends the link to Ben, who changes the threshold. Returns the address."""
        with self.anna.expect_event("load"):
            self.anna.get_by_role("button", name="Save draft").first.click()
        address = self.anna.url
        self.ben.goto(address)
        self.ben.get_by_role("link", name="Edit", exact=True).click()
        self.ben.select_option("#winnerThreshold", label="99%")
        check(self.ben)
        expect(self.ben.get_by_text("Someone else must review and create this")).to_be_visible()
        return address

    def happens(self, seconds: float, **properties: object) -> None:
        """In Statsig, and is noticed without anybody opening the page."""
        self.clock.forward(seconds)
        self.statsig.autotunes[ID] |= {"lastModifiedTime": self.clock.now * 1000, **properties}
        self.clock.forward(61)
        Scheduler(self.services).run_once()

    def ask(self, page: Page, address: str, link: str, button: str) -> None:
        page.goto(address)
        page.get_by_role("link", name=link).click()
        page.get_by_role("button", name=button).click()


@pytest.fixture
def day(app: Flask, site: str, open_page: Callable[[str], Page], fake_statsig: FakeStatsig, clock: Clock) -> Day:
    return Day(site, open_page(ANNA), open_page(BEN), app.extensions["services"], fake_statsig, clock)


def test_autotune_from_a_template_to_its_winner(day: Day) -> None:
    day.fill_in_from_a_template(suggested=True)
    address = day.share_and_change()
    day.anna.goto(address)
    create(day.anna)
    expect(day.anna.get_by_role("heading", name="Created in Statsig")).to_be_visible()
    day.ask(day.ben, address, "Start…", "Ask a second person")
    expect(day.ben.get_by_role("heading", name="Waiting for a second person")).to_be_visible()
    day.ask(day.anna, address, "Review this start", "Start in Statsig")
    expect(day.anna.get_by_text("Exploring, day 1 of")).to_be_visible()
    day.happens(12 * HOUR, winnerThreshold="80%", lastModifierName="Dana")
    day.ben.goto(address)
    expect(day.ben.get_by_text("Not as requested", exact=True)).to_be_visible()
    expect(day.ben.get_by_role("row", name="Winner threshold 99% 80%")).to_be_visible()
    day.happens(12 * HOUR, winner={"id": "long", "name": "long"})
    day.ben.goto(day.site)
    expect(day.ben.get_by_text("Winner: long")).to_be_visible()
    day.ben.goto(address)
    expect(day.ben.get_by_text("Everybody gets long, the winner.")).to_be_visible()
    assert [(put.method, put.path) for put in day.statsig.requests if put.method != "GET"] == [
        ("POST", "/autotunes"),
        ("PUT", f"/autotunes/{ID}/start"),
    ]
    assert day.statsig.posts[0].json["variants"][-1] == {"name": "long", "json": {"text": "Buy it now", "large": False}}


FAILURES: dict[str, Response | None] = {"down": (503, {}), "403": (403, {}), "429": (429, {}), "slow": None}
IN_SOAK = [pytest.param(name, marks=pytest.mark.soak) for name in ("down", "429")]  # they differ little from a 403


@pytest.mark.slow
@pytest.mark.parametrize("failure", ["403", "slow", *IN_SOAK])
def test_day_goes_on_while_statsig_cannot_be_read(day: Day, failure: str) -> None:
    """Every read fails, or takes five seconds: pages are shown, and what needs a read says why it was not done."""
    reply = FAILURES[failure]

    def fail_reads(is_failing: bool) -> None:
        day.statsig.responder = lambda request: reply if is_failing and request.method == "GET" else None
        day.statsig.delay = 5.0 if is_failing and reply is None else 0.0

    fail_reads(True)
    day.fill_in_from_a_template(suggested=False)
    address = day.share_and_change()
    day.anna.goto(address)
    expect(day.anna.get_by_role("button", name="Create in Statsig")).to_be_visible()
    fail_reads(False)
    create(day.anna)
    expect(day.anna.get_by_role("heading", name="Created in Statsig")).to_be_visible()
    fail_reads(True)
    day.clock.forward(61)
    day.ask(day.ben, address, "Start…", "Ask a second person")
    day.anna.goto(address)
    expect(day.anna.get_by_text("Not yet as of")).to_be_visible()
    if reply is not None:
        day.ask(day.anna, address, "Review this start", "Start in Statsig")
        expect(day.anna.get_by_text("Not started.").first).to_be_visible()
        fail_reads(False)
        day.ask(day.ben, address, "Start…", "Ask a second person")
    fail_reads(False)
    day.ask(day.anna, address, "Review this start", "Start in Statsig")
    expect(day.anna.get_by_text("Exploring, day 1 of")).to_be_visible()
    assert [request.method for request in day.statsig.requests if request.method != "GET"] == ["POST", "PUT"]
