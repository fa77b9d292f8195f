"""Login, logout, the end of a session and approval in a browser, with a real OpenID provider."""

import socket
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from webapp.web.detail import NO_REASON

from ..auth.fixtures import ANNA, BEN, EVE, issuer, with_login
from ..conftest import Clock
from ..fake_statsig import FakeStatsig
from .actions import NAME, check, create, fill_in, show_json
from .appearance import check_appearance

__all__ = ["issuer", "with_login"]

HOURS = 3600.0


@pytest.fixture
def open_site(with_login: Callable[..., Flask], serve: Callable[..., str]) -> Callable[..., str]:
    """Serves an app with a login, whose PUBLIC_URL must be known before the app is made."""

    def start(**environ: str) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        serve(with_login(PUBLIC_URL=address, **environ), listener)
        return address

    return start


@pytest.fixture
def login_site(open_site: Callable[..., str]) -> str:
    return open_site()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def any_page(request: pytest.FixtureRequest) -> Page:
    name = "page" if request.param == "with JavaScript" else "plain_page"
    page: Page = request.getfixturevalue(name)
    return page


def _log_in_at_provider(page: Page, actor: str = ANNA) -> None:
    page.locator("input[name=sub]").fill(actor)
    page.get_by_role("button", name="Authorize").click()


def test_login_returns_to_the_prefilled_form(any_page: Page, login_site: str) -> None:
    any_page.goto(f"{login_site}/autotunes/new?name=From+a+link")
    _log_in_at_provider(any_page)
    expect(any_page.locator("#name")).to_have_value("From a link")
    expect(any_page.locator("footer")).to_contain_text(f"Logged in as Anna ({ANNA}).")


def test_declined_login_can_be_repeated(any_page: Page, login_site: str) -> None:
    any_page.goto(login_site)
    any_page.get_by_role("button", name="Deny").click()
    expect(any_page.get_by_role("heading", name="You are not logged in")).to_be_visible()
    any_page.get_by_role("link", name="Log in").click()
    _log_in_at_provider(any_page)
    expect(any_page.get_by_role("heading", name="Autotunes", exact=True)).to_be_visible()


def test_denied_user_logs_in_with_another_account(any_page: Page, login_site: str) -> None:
    any_page.goto(login_site)
    _log_in_at_provider(any_page, EVE)
    expect(any_page.get_by_role("heading", name="You don’t have access")).to_be_visible()
    any_page.get_by_role("link", name="Log in with another account").click()
    _log_in_at_provider(any_page, BEN)
    expect(any_page.locator("footer")).to_contain_text(BEN)


def test_pages_require_login_after_logout(any_page: Page, login_site: str) -> None:
    any_page.goto(login_site)
    _log_in_at_provider(any_page)
    any_page.get_by_role("button", name="Log out").click()
    expect(any_page.get_by_role("heading", name="You are logged out")).to_be_visible()
    any_page.goto(f"{login_site}/autotunes/new")
    expect(any_page.locator("input[name=sub]")).to_be_visible()


def test_cookie_is_not_readable_by_scripts(page: Page, login_site: str) -> None:
    page.goto(login_site)
    _log_in_at_provider(page)
    expect(page.locator("footer")).to_contain_text(ANNA)
    assert page.evaluate("document.cookie") == ""
    (cookie,) = page.context.cookies(login_site)
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("desk", True, "Lax")


@pytest.mark.slow
def test_form_checked_after_session_end_is_restored(any_page: Page, login_site: str, clock: Clock) -> None:
    any_page.goto(login_site)
    _log_in_at_provider(any_page)
    fill_in(any_page, login_site)
    any_page.fill("#description", "Typed\nover two lines, with “signs” <b>& all")
    show_json(any_page)
    any_page.fill("#variants-1-json", '{"color": "blue"')
    clock.forward(13 * HOURS)
    check(any_page)
    expect(any_page.get_by_role("heading", name="Log in again")).to_be_visible()
    expect(any_page.locator("main")).to_contain_text("What you typed is saved")
    any_page.get_by_role("link", name="Log in").click()
    _log_in_at_provider(any_page)
    expect(any_page.locator("main")).to_contain_text("What you typed is saved as a draft")
    expect(any_page.locator("#name")).to_have_value(NAME)
    expect(any_page.locator("#description")).to_have_value("Typed\nover two lines, with “signs” <b>& all")
    expect(any_page.locator("#variants-0-json")).to_have_value('{"color": "red"}')
    expect(any_page.locator("#variants-1-json")).to_have_value('{"color": "blue"')
    expect(any_page.locator("#winnerThreshold")).to_have_value("99%")


def _autosave_before_the_session_ends(page: Page, login_site: str, clock: Clock) -> None:
    page.goto(login_site)
    _log_in_at_provider(page)
    page.goto(f"{login_site}/autotunes/new")
    page.fill("#name", "Typed before the session ended")
    expect(page.locator("#saved_state")).to_contain_text("Autosaved")
    clock.forward(13 * HOURS)


def test_autosaved_form_survives_a_login_in_between(page: Page, login_site: str, clock: Clock) -> None:
    _autosave_before_the_session_ends(page, login_site, clock)
    page.reload()
    _log_in_at_provider(page)
    expect(page.get_by_text("Your unsaved changes of")).to_be_visible()
    expect(page.locator("#name")).to_have_value("Typed before the session ended")


def test_autosave_goes_on_after_a_login_in_another_tab(page: Page, login_site: str, clock: Clock) -> None:
    _autosave_before_the_session_ends(page, login_site, clock)
    page.fill("#name", "After the session ended")
    expect(page.locator("#saved_state")).to_contain_text("you have to log in again")
    other = page.context.new_page()
    other.goto(login_site)
    _log_in_at_provider(other)
    expect(other.locator("footer")).to_contain_text(ANNA)
    page.locator("#name").press_sequentially("!")
    expect(page.locator("#saved_state")).to_contain_text("Autosaved")
    page.fill("#successEvent", "click")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", name="After the session ended!")).to_be_visible()


@pytest.mark.slow
def test_add_variant_after_session_end_is_restored(any_page: Page, login_site: str, clock: Clock) -> None:
    any_page.goto(login_site)
    _log_in_at_provider(any_page)
    fill_in(any_page, login_site)
    clock.forward(13 * HOURS)
    any_page.get_by_role("button", name="Add variant").click()
    any_page.get_by_role("link", name="Log in").click()
    _log_in_at_provider(any_page)
    expect(any_page.locator("#name")).to_have_value(NAME)
    expect(any_page.locator("#variants-1-name")).to_have_value("blue")


@pytest.mark.slow
def test_form_continues_after_logout_in_another_tab(any_page: Page, login_site: str) -> None:
    any_page.goto(login_site)
    _log_in_at_provider(any_page)
    fill_in(any_page, login_site)
    other = any_page.context.new_page()
    other.goto(login_site)
    other.get_by_role("button", name="Log out").click()
    expect(other.get_by_role("heading", name="You are logged out")).to_be_visible()
    check(any_page)
    expect(any_page.locator("main")).to_contain_text("What you typed is still on this page")
    with any_page.context.expect_page() as new_tab:
        any_page.get_by_role("link", name="Log in, in a new tab").click()
    _log_in_at_provider(new_tab.value)
    expect(new_tab.value.locator("footer")).to_contain_text(ANNA)
    any_page.get_by_role("button", name="Continue").click()
    expect(any_page.locator("#name")).to_have_value(NAME)
    check(any_page)
    expect(any_page.get_by_role("button", name="Create in Statsig")).to_be_visible()


@pytest.fixture
def two_pages(browser: Browser) -> Iterator[tuple[Page, Page]]:
    """Two users, each with their own browser."""
    contexts: list[BrowserContext] = [browser.new_context() for _ in range(2)]
    yield contexts[0].new_page(), contexts[1].new_page()
    for context in contexts:
        context.close()


def test_second_person_rejects_then_creates(
    two_pages: tuple[Page, Page], open_site: Callable[..., str], fake_statsig: FakeStatsig
) -> None:
    site = open_site(REQUIRE_APPROVAL="1")
    anna, ben = two_pages
    anna.goto(site)
    _log_in_at_provider(anna)
    fill_in(anna, site)
    check(anna)
    expect(anna.locator("main")).to_contain_text("Someone else must review and create this, since you changed it last.")
    expect(anna.get_by_role("button", name="Create in Statsig")).to_have_count(0)
    address = anna.url

    ben.goto(address)
    _log_in_at_provider(ben, BEN)
    assert ben.url == address
    ben.get_by_text("Reject", exact=True).first.click()
    ben.get_by_label("Reason").fill("Take a day,\nnot an hour.")
    ben.get_by_role("button", name="Reject").click()
    expect(ben.locator("main")).to_contain_text("Rejected.")

    anna.reload()
    expect(anna.locator(".notice")).to_have_text(f"{BEN} rejected this: Take a day,\nnot an hour.")
    anna.get_by_role("link", name="Edit", exact=True).click()
    expect(anna.locator(".notice")).to_contain_text("Take a day")
    anna.select_option("#attributionWindow", label="4")
    check(anna)

    ben.reload()
    create(ben)
    expect(ben.get_by_role("heading", name="Created in Statsig")).to_be_visible()
    expect(ben.locator("main")).to_contain_text(f"By {BEN}")
    assert len(fake_statsig.posts) == 1


@pytest.mark.slow
def test_create_after_an_unreviewed_change_sends_nothing(
    two_pages: tuple[Page, Page], open_site: Callable[..., str], fake_statsig: FakeStatsig
) -> None:
    site = open_site(REQUIRE_APPROVAL="1")
    anna, ben = two_pages
    anna.goto(site)
    _log_in_at_provider(anna)
    fill_in(anna, site)
    check(anna)
    ben.goto(anna.url)
    _log_in_at_provider(ben, BEN)
    expect(ben.get_by_role("button", name="Create in Statsig")).to_be_visible()
    anna.get_by_role("link", name="Edit", exact=True).click()
    anna.fill("#successEvent", "something_else")
    check(anna)
    create(ben)
    expect(ben.locator("main")).to_contain_text("changed after you opened its page, so this click did nothing")
    assert fake_statsig.posts == []


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_login_and_approval_pages_are_accessible(
    browser: Browser, open_site: Callable[..., str], clock: Clock, width: int, scheme: str
) -> None:
    site = open_site(REQUIRE_APPROVAL="1")
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    _check_login_pages(page, site, width)
    _check_approval_pages(page, site, width)
    clock.forward(13 * HOURS)
    _check_ended_session(page, width)
    context.close()


def _check_login_pages(page: Page, site: str, width: int) -> None:
    page.goto(site)
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading", name="You are not logged in")).to_be_visible()
    check_appearance(page, f"login-denied-{width}")
    page.get_by_role("link", name="Log in").click()
    _log_in_at_provider(page, EVE)
    check_appearance(page, f"login-no-access-{width}")


def _check_approval_pages(page: Page, site: str, width: int) -> None:
    page.goto(site)
    _log_in_at_provider(page)
    fill_in(page, site)
    check(page)
    check_appearance(page, f"approval-last-editor-{width}")
    address = page.url
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="You are logged out")).to_be_visible()
    check_appearance(page, f"logged-out-{width}")
    page.goto(address)
    _log_in_at_provider(page, BEN)
    expect(page.get_by_role("button", name="Create in Statsig")).to_be_visible()
    check_appearance(page, f"approval-review-{width}")
    page.get_by_text("Reject", exact=True).first.click()
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text(NO_REASON).first).to_be_visible()
    check_appearance(page, f"approval-no-reason-{width}")
    assert str(page.locator("[data-copy-link]").get_attribute("data-copy-link")) in address
    page.get_by_label("Reason").fill("Take a day.")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("Rejected. Its author sees your reason")).to_be_visible()
    check_appearance(page, f"approval-rejected-{width}")
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_role("heading", name="Edit")).to_be_visible()
    check_appearance(page, f"approval-rejected-form-{width}")


def _check_ended_session(page: Page, width: int) -> None:
    check(page)
    check_appearance(page, f"session-ended-{width}")
    page.context.clear_cookies()
    page.reload()
    check_appearance(page, f"session-unknown-{width}")
