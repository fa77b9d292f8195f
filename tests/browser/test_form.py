"""The form in a browser, while a user fills it in."""

import re

import pytest
from playwright.sync_api import Dialog, Locator, Page, Route, expect

from .actions import check, choose_type, click_in_menu, create, fill_in, open_section, show_json


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def any_page(request: pytest.FixtureRequest) -> Page:
    name = "page" if request.param == "with JavaScript" else "plain_page"
    page: Page = request.getfixturevalue(name)
    return page


def test_adding_and_removing_variants_moves_the_focus(any_page: Page, site: str) -> None:
    fill_in(any_page, site)
    any_page.get_by_role("button", name="Add variant").click()
    expect(any_page.locator("#variants-2-name")).to_be_focused()
    any_page.locator("#variants-2-name").fill("green")
    show_json(any_page)
    any_page.locator("#variants-2-json").fill('{"color": "green"}')
    any_page.get_by_role("button", name="Remove variant 2").click()
    expect(any_page.locator(".variant")).to_have_count(2)
    expect(any_page.locator("#variants-1-name")).to_be_focused()
    expect(any_page.locator("#variants-0-name")).to_have_value("red")
    expect(any_page.locator("#variants-1-name")).to_have_value("green")
    expect(any_page.locator("#description")).to_have_value("Which color button gets the most clicks.")


def test_default_is_sent_first(any_page: Page, site: str) -> None:
    fill_in(any_page, site)
    expect(any_page.get_by_role("radio", name="Variant 1 is the default")).to_be_checked()
    any_page.get_by_role("radio", name="Variant 2 is the default").click()
    check(any_page)
    expect(any_page.locator("main table tbody tr").first).to_contain_text("blue Default", use_inner_text=True)


def test_chosen_default_moves_to_the_first_row(page: Page, site: str) -> None:
    fill_in(page, site)
    page.get_by_role("radio", name="Variant 2 is the default").click()
    expect(page.locator("#variants-0-name")).to_have_value("blue")
    expect(page.get_by_role("radio", name="Variant 1 is the default")).to_be_checked()
    expect(page.get_by_role("radio", name="Variant 1 is the default")).to_be_focused()
    click_in_menu(page, 1, "Format JSON")
    expect(page.locator("#variants-1-json")).to_have_value('{\n  "color": "red"\n}')
    expect(page.locator("#variants-1-name")).to_have_value("red")
    page.route("**/autotunes", lambda route: route.abort())
    page.get_by_role("radio", name="Variant 2 is the default").click()
    page.wait_for_function("!document.getElementById('form').inert")
    expect(page.get_by_role("radio", name="Variant 2 is the default")).to_be_checked()
    page.unroute("**/autotunes")
    click_in_menu(page, 1, "Format JSON")
    expect(page.locator("#variants-0-name")).to_have_value("red")
    expect(page.get_by_role("radio", name="Variant 1 is the default")).to_be_checked()


def test_default_that_is_chosen_with_arrow_keys_is_kept_and_sent_first(page: Page, site: str) -> None:
    fill_in(page, site)
    page.get_by_role("button", name="Add variant").click()
    page.locator("#variants-2-name").fill("green")
    page.get_by_role("radio", name="Variant 1 is the default").focus()
    page.keyboard.press("ArrowDown")
    with page.expect_response(lambda response: "default=2" in (response.request.post_data or "")):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Variant 3 is the default")).to_be_focused()
    page.locator("#successEvent").click()
    page.keyboard.type(" more")
    expect(page.locator("#successEvent")).to_have_value(re.compile(" more"))
    expect(page.locator("#successEvent")).to_be_focused()
    expect(page.locator("#saved_state")).to_contain_text("Autosaved")
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.locator("#variants-0-name")).to_have_value("green")
    page.get_by_role("radio", name="Variant 1 is the default").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.locator("#variants-0-name")).to_have_value("red")


def test_going_back_does_not_bring_old_values_into_a_newer_version(page: Page, site: str) -> None:
    fill_in(page, site)
    check(page)
    url = page.url
    for event in ("buy_1", "buy_2"):
        page.goto(f"{url}/edit")
        page.fill("#successEvent", event)
        _save_draft(page)
    for _ in range(3):
        page.go_back()
    expect(page.get_by_role("heading", name="Edit")).to_be_visible()
    expect(page.locator("#successEvent")).to_have_value("buy_2")


def test_escape_closes_the_menu_of_a_row(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    page.locator("#variants-0 summary").click()
    expect(page.get_by_role("button", name="Duplicate variant 1")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Duplicate variant 1")).to_be_hidden()
    expect(page.locator("#variants-0 summary")).to_be_focused()


def test_press_on_the_border_of_a_menu_leaves_it_open(page: Page, site: str) -> None:
    fill_in(page, site)
    menu = page.locator("#variants-1 .menu > div")
    page.locator("#variants-1 .menu > summary").click()
    menu.click(position={"x": 3, "y": 3})
    expect(menu).to_be_visible()
    page.locator("#name").click()
    expect(menu).to_be_hidden()


def test_removed_variants_come_back_one_after_another(any_page: Page, site: str) -> None:
    fill_in(any_page, site)
    for name in ("red", "blue"):
        any_page.get_by_role("button", name="Remove variant 1").click()
        expect(any_page.get_by_role("button", name=f"Undo: restore {name}")).to_be_visible()
    for name in ("blue", "red"):
        any_page.get_by_role("button", name=f"Undo: restore {name}").click()
        expect(any_page.locator("#variants-0-name")).to_have_value(name)
    expect(any_page.locator("#variants-1-name")).to_have_value("blue")


def test_variants_are_moved_duplicated_and_restored(any_page: Page, site: str) -> None:
    fill_in(any_page, site)
    click_in_menu(any_page, 1, "Move up")
    expect(any_page.locator("#variants-0-name")).to_have_value("blue")
    click_in_menu(any_page, 0, "Duplicate")
    expect(any_page.locator("#variants-1-name")).to_be_focused()
    expect(any_page.locator("#variants-1-json")).to_have_value('{"color": "blue"}')
    any_page.get_by_role("button", name="Remove variant 1").click()
    expect(any_page.locator(".variant")).to_have_count(2)
    any_page.fill("#variants-0-name", "navy")
    any_page.get_by_role("button", name="Undo: restore blue").click()
    expect(any_page.locator(".variant")).to_have_count(3)
    names = [any_page.locator(f"#variants-{row}-name").input_value() for row in range(3)]
    assert names == ["blue", "navy", "red"]


def test_format_indents_json_or_shows_its_error(any_page: Page, site: str) -> None:
    fill_in(any_page, site)
    click_in_menu(any_page, 0, "Format JSON")
    expect(any_page.locator("#variants-0-json")).to_have_value('{\n  "color": "red"\n}')
    show_json(any_page)
    any_page.locator("#variants-1-json").fill('{"color": "blue",}')
    click_in_menu(any_page, 1, "Format JSON")
    expect(any_page.locator("#variants-1-json-error")).to_contain_text(
        "Remove the comma after the last value (line 1, column 17)"
    )
    expect(any_page.locator("#variants-1-json")).to_have_value('{"color": "blue",}')


def test_hundred_variants_are_the_limit(any_page: Page, site: str) -> None:
    rows = "&".join(f"variants-{row}-name=v{row}" for row in range(99))
    any_page.goto(f"{site}/autotunes/new?name=Many&{rows}")
    any_page.get_by_role("button", name="Add variant").click()
    expect(any_page.locator("#variants-99-name")).to_be_focused()
    expect(any_page.get_by_text("You can add up to 100 variants")).to_be_visible()
    expect(any_page.get_by_role("button", name="Add variant")).to_have_count(0)


def test_summary_has_the_focus_and_links_to_fields(any_page: Page, site: str) -> None:
    any_page.goto(f"{site}/autotunes/new")
    check(any_page)
    expect(any_page.locator("#error-summary")).to_be_focused()
    any_page.get_by_role("link", name="Enter the success event").first.click()
    expect(any_page.locator("#successEvent")).to_be_in_viewport()
    expect(any_page.locator("#successEvent-error")).to_have_text("Error: Enter the success event")


def test_expected_id_is_shown_while_typing(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    expect(page.locator("#expected_id")).to_be_empty()
    page.locator("#name").press_sequentially("Button Color Test")
    expect(page.locator("#expected_id")).to_have_text("Expected ID button_color_test", use_inner_text=True)
    page.fill("#name", "Büro")
    expect(page.locator("#expected_id")).to_contain_text("Statsig decides")


def test_field_is_validated_when_it_is_left_and_not_before(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    show_json(page)
    json = page.locator("#variants-0-json")
    with page.expect_response("**/preview*"):
        json.press_sequentially('{"a": 1 "b": 2}')
    expect(page.locator("#sidebar")).to_contain_text("2 variants: 4 problems")
    expect(page.locator("#variants-0-json-error")).to_have_count(0)
    page.locator("#successEvent").focus()
    expect(page.locator("#variants-0-json-error")).to_have_text("Error: Add a comma here (line 1, column 8)")
    expect(json).to_have_attribute("aria-invalid", "true")
    json.fill('{"a": 1, "b": 2}')
    expect(page.locator("#variants-0-json-error")).to_have_count(0)
    expect(json).not_to_have_attribute("aria-invalid", "true")


def test_error_takes_the_place_of_the_hint_and_nothing_moves(page: Page, site: str) -> None:
    fill_in(page, site)
    expect(page.locator(".checklist .done")).to_have_count(4)
    top = "document.getElementById('section-timing').offsetTop"
    before = page.evaluate(top)
    page.fill("#name", "")
    page.locator("#successEvent").focus()
    expect(page.locator("#name-error")).to_have_text("Error: Enter a name")
    assert page.evaluate(top) == before


def test_error_that_appears_during_a_click_does_not_move_its_button(page: Page, site: str) -> None:
    fill_in(page, site)
    expect(page.locator(".checklist .done")).to_have_count(4)
    page.fill("#variants-1-name", "red")
    button = page.get_by_role("button", name="Add variant")
    button.hover()
    before = button.bounding_box()
    with page.expect_response("**/preview*"):
        page.mouse.down()
    page.wait_for_timeout(100)  # time for the error to appear, if it does not wait
    assert button.bounding_box() == before
    page.mouse.up()
    expect(page.locator("#variants-2-name")).to_be_focused()


def test_taken_name_is_shown_below_it(page: Page, site: str) -> None:
    fill_in(page, site)
    check(page)
    create(page)
    expect(page.get_by_role("heading", name="Created in Statsig")).to_be_visible()
    page.goto(f"{site}/autotunes/new")
    page.fill("#name", "button color test")
    page.locator("#successEvent").focus()
    expect(page.locator("#name-error")).to_contain_text("This name is taken")


def test_sidebar_says_what_is_set_and_what_is_missing(any_page: Page, site: str) -> None:
    fill_in(any_page, site)
    if any_page.get_by_role("button", name="Add parameter").count():
        expect(any_page.locator(".sentence")).to_contain_text("red or blue, by click: an even split for 1 hour")
    any_page.fill("#successEvent", "")
    check(any_page)
    expect(any_page.locator(".sentence")).to_have_text(
        "red or blue, by a success event: an even split for 1 hour, then whichever works; wins at 99%."
    )
    expect(any_page.locator(".checklist .done")).to_contain_text(["Name", "2 variants", "Timing"])
    any_page.locator(".checklist").get_by_role("link", name="Enter the success event").click()
    expect(any_page.locator("#successEvent")).to_be_in_viewport()


def test_timeline_follows_the_choices(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    expect(page.locator("#timeline li")).to_have_text(
        ["Even split, 1 week", "Traffic moves to what works", "Winner at 95%"]
    )
    page.select_option("#explorationWindow", label="1 hour")
    page.select_option("#winnerThreshold", label="80%")
    expect(page.locator("#timeline li")).to_have_text(
        ["Even split, 1 hour", "Traffic moves to what works", "Winner at 80%"]
    )
    choose_type(page, "Contextual")
    expect(page.locator("#timeline")).to_contain_text("A contextual autotune has no winner")


def test_new_form_has_the_focus_on_its_first_field(any_page: Page, site: str) -> None:
    any_page.goto(f"{site}/autotunes/new")
    expect(any_page.get_by_role("radio", name="Classic")).to_be_focused()


def test_control_and_enter_review(page: Page, site: str) -> None:
    fill_in(page, site)
    page.locator("#description").press("Control+Enter")
    expect(page.get_by_role("button", name="Create in Statsig")).to_be_visible()


def test_contextual_settings_are_shown_for_contextual_autotunes(any_page: Page, site: str) -> None:
    any_page.goto(f"{site}/autotunes/new")
    section = any_page.locator("#section-contextual")
    expect(section).to_be_hidden()
    choose_type(any_page, "Contextual")
    expect(any_page.locator("#metadataField")).to_be_visible()
    any_page.fill("#metadataField", "price")
    any_page.get_by_role("radio", name="Classic").check()
    expect(section).to_be_visible()


def test_folded_sections_open_where_they_hold_a_value(any_page: Page, site: str) -> None:
    any_page.goto(f"{site}/autotunes/new?idType=stableID")
    expect(any_page.locator("#idType")).to_be_visible()
    expect(any_page.locator("#metricSourceID")).to_be_hidden()
    open_section(any_page, "warehouse")
    any_page.fill("#metricSourceID", "orders")


def test_contextual_settings_can_be_cleared(any_page: Page, site: str) -> None:
    fill_in(any_page, site)
    choose_type(any_page, "Contextual")
    any_page.fill("#metadataField", "price")
    any_page.select_option("#higherIsBetter", "false")
    any_page.fill("#explorationWindowRate", "0.5")
    any_page.fill("#featureList", "country")
    choose_type(any_page, "Classic")
    check(any_page)
    expect(any_page.locator("#metadataField-error")).to_contain_text("Only contextual autotunes use this")
    any_page.get_by_role("button", name="Clear the contextual settings").click()
    for field in ("metadataField", "explorationWindowRate", "featureList"):
        expect(any_page.locator(f"#{field}")).to_have_value("")
    focused = any_page.locator(":is(#isContextual, #metadataField, #explorationWindowRate, #featureList):focus")
    expect(focused).to_have_count(1)
    expect(any_page.locator("#error-summary")).to_have_count(0)
    expect(any_page).to_have_title("Edit Button Color Test · Autotune desk")
    check(any_page)
    expect(any_page.get_by_role("button", name="Create in Statsig")).to_be_visible()


def test_summary_disappears_when_rows_move(any_page: Page, site: str) -> None:
    any_page.goto(f"{site}/autotunes/new?variants-0-name=a&variants-1-name=b&variants-2-json=x")
    check(any_page)
    expect(any_page.locator("#error-summary")).to_contain_text("Variant 3")
    any_page.get_by_role("button", name="Remove variant 1").click()
    expect(any_page.locator(".variant")).to_have_count(2)
    expect(any_page.locator("#error-summary")).to_have_count(0)
    expect(any_page.locator(".error-message")).to_have_count(0)


def test_fields_are_disabled_while_rows_are_updated(page: Page, site: str) -> None:
    """Input made now would be missing from the updated form."""
    fill_in(page, site)
    routes: list[Route] = []

    def hold(route: Route) -> None:
        routes.append(route)

    page.route("**/autotunes", hold)
    page.get_by_role("button", name="Add variant").click()
    page.wait_for_function("document.getElementById('form').inert")
    routes[0].continue_()
    expect(page.locator("#variants-2-name")).to_be_focused()
    expect(page.locator("#variants-1-name")).to_have_value("blue")


def test_network_failure_keeps_input_and_shows_a_message(page: Page, site: str) -> None:
    fill_in(page, site)
    page.route("**/autotunes", lambda route: route.abort())
    page.get_by_role("button", name="Add variant").click()
    expect(page.locator("#form-message")).to_contain_text("The desk can’t be reached right now")
    expect(page.locator("#variants-1-name")).to_have_value("blue")
    page.unroute("**/autotunes")
    page.get_by_role("button", name="Add variant").click()
    expect(page.locator("#variants-2-name")).to_be_focused()


def test_back_to_a_new_form_opens_its_draft(page: Page, site: str) -> None:
    fill_in(page, site)
    check(page)
    expect(page.get_by_role("button", name="Create in Statsig")).to_be_visible()
    page.go_back()
    expect(page.locator("#name")).to_have_value("Button Color Test")
    expect(page.locator("#variants-1-name")).to_have_value("blue")
    assert page.url.endswith("/edit")


def test_reloading_a_form_with_errors_shows_it_again(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    open_section(page, "purpose")
    page.fill("#description", "Only this")
    check(page)
    expect(page.locator("#error-summary")).to_be_focused()
    page.reload()
    expect(page.locator("#error-summary")).to_contain_text("Enter a name")
    expect(page.locator("#description")).to_have_value("Only this")


@pytest.mark.slow
def test_input_survives_a_crash_within_two_seconds(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    with page.expect_response("**/preview*"):
        page.locator("#name").press_sequentially("Not saved by anybody, typed without a pause", delay=45)
    expect(page.locator("#saved_state")).to_contain_text("Autosaved")
    crashed_url = page.url
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(crashed_url)
    expect(again.get_by_text("Your unsaved changes of")).to_be_visible()
    expect(again.locator("#name")).to_have_value(re.compile("^Not saved by anybody, typed"))
    again.get_by_role("button", name="Discard them").click()
    expect(again.locator("#name")).to_have_value("")


def test_reload_right_after_typing_is_no_other_tab(page: Page, site: str) -> None:
    fill_in(page, site)
    expect(page.locator("#saved_state")).to_contain_text("Autosaved")
    page.wait_for_load_state("networkidle")
    page.locator("#successEvent").press("End")
    page.keyboard.type("_one")
    page.reload()
    # what was typed last may be stored after the page was read
    expect(page.locator("#successEvent")).to_have_value(re.compile("^click"))
    page.locator("#successEvent").fill("click_two")
    expect(page.locator("#saved_state")).to_have_text("Autosaved. Only you see it until you save.")
    _save_draft(page)
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.locator("#successEvent")).to_have_value("click_two")
    expect(page.get_by_text("were restored")).to_have_count(0)


def test_autosave_recovers_when_the_desk_can_be_reached_again(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    page.fill("#name", "First")
    expect(page.locator("#saved_state")).to_contain_text("Autosaved")
    page.route("**/preview*", lambda route: route.abort())
    page.fill("#name", "Second")
    expect(page.locator("#saved_state")).to_contain_text("Not autosaved")
    page.unroute("**/preview*")
    page.fill("#name", "Third")
    expect(page.locator("#saved_state")).to_contain_text("Autosaved")


def test_added_and_moved_rows_are_autosaved_and_keep_their_marks(page: Page, site: str) -> None:
    fill_in(page, site)
    page.get_by_label("Type of color").select_option("json")
    page.get_by_label("color of blue").fill("5")
    page.locator("#successEvent").focus()
    note = page.locator("#variant-notes")
    expect(note).to_have_text("color of blue: The other variants have text here")
    delayed: list[Route] = []

    def delay_first(route: Route) -> None:
        if delayed:
            route.continue_()
        delayed.append(route)

    page.route("**/preview*", delay_first)
    with page.expect_request("**/preview*"):
        page.fill("#successEvent", "buy")
    click_in_menu(page, 1, "Move up")
    expect(page.locator("#variants-0-name")).to_have_value("blue")
    delayed[0].continue_()
    expect(note).to_have_text("color of red: The other variants have a number here")
    page.reload()
    expect(page.locator("#variants-0-name")).to_have_value("blue")


def test_leaving_keeps_the_input_and_offers_it_in_the_next_new_form(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    page.fill("#name", "Left behind")
    page.get_by_role("link", name="Autotunes", exact=True).click()
    expect(page.get_by_role("heading", name="Autotunes")).to_be_visible()
    page.get_by_role("link", name="New autotune").click()
    page.get_by_role("link", name="Left behind").click()
    expect(page.locator("#name")).to_have_value("Left behind")


def test_leaving_asks_first_where_the_input_could_not_be_kept(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    page.route("**/preview*", lambda route: route.abort())
    page.locator("#name").press_sequentially("Not sent yet")
    expect(page.locator("#saved_state")).to_contain_text("Not autosaved")
    dialogs: list[str] = []

    def stay(dialog: Dialog) -> None:
        dialogs.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Autotunes", exact=True).click()
    expect(page.locator("#name")).to_have_value("Not sent yet")
    assert dialogs == ["beforeunload"]


def _save_draft(page: Page) -> None:
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_visible()


def _save_their_event(page: Page, site: str) -> None:
    """Opens a draft, and saves another version of it in another tab."""
    other = _open_in_two_tabs(page, site)
    other.fill("#successEvent", "theirs")
    _save_draft(other)


def _open_in_two_tabs(page: Page, site: str) -> Page:
    """Opens a draft in this page and in another one, which it returns."""
    fill_in(page, site)
    with page.expect_event("load"):
        page.get_by_role("button", name="Save draft").click()
    url = page.url
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{url}/edit")
    return other


def test_two_tabs_of_a_draft_choose_field_by_field(any_page: Page, site: str) -> None:
    other = _open_in_two_tabs(any_page, site)
    other.select_option("#winnerThreshold", label="80%")
    _save_draft(other)
    any_page.fill("#successEvent", "buy")
    any_page.get_by_role("button", name="Save draft").click()
    expect(any_page.get_by_role("table", name="What differs")).to_be_visible()
    expect(any_page.locator("#winnerThreshold")).to_have_value("80%")
    expect(any_page.locator(".changes tbody tr")).to_have_text([re.compile("Winner threshold.*Undo theirs", re.DOTALL)])
    any_page.get_by_role("button", name="Add variant").click()
    expect(any_page.locator("#variants-2-name")).to_be_focused()
    any_page.get_by_role("button", name="Remove variant 3").click()
    expect(any_page.locator("#variants-2-name")).to_have_count(0)
    check(any_page)
    expect(any_page.locator(".sentence")).to_have_text(re.compile("by buy: .*wins at 80%"))
    expect(any_page.get_by_role("button", name="Create in Statsig")).to_be_visible()


def test_reloading_the_conflict_keeps_what_was_typed_since(page: Page, site: str) -> None:
    _save_their_event(page, site)
    page.fill("#successEvent", "mine")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("table", name="What differs")).to_be_visible()
    page.fill("#successEvent", "mine, later")
    expect(page.locator("#saved_state")).to_contain_text("Autosaved")
    with page.expect_response("**/preview*"):
        page.locator("#successEvent").press("End")
        page.keyboard.type("!")
    expect(page).to_have_url(re.compile("/edit$"))
    page.reload()
    expect(page.locator("#successEvent")).to_have_value("mine, later!")
    expect(page.get_by_role("table", name="What differs")).to_contain_text("mine, later!")
    _save_draft(page)
    expect(page.locator(".sentence")).to_contain_text("by mine, later!")


def test_what_is_typed_after_a_conflict_is_kept(any_page: Page, site: str) -> None:
    _save_their_event(any_page, site)
    any_page.select_option("#winnerThreshold", label="80%")
    any_page.get_by_role("button", name="Save draft").click()
    expect(any_page.locator("#successEvent")).to_have_value("theirs")
    any_page.get_by_label("Undo theirs: Success event").check()
    any_page.fill("#successEvent", "typed since")
    _save_draft(any_page)
    expect(any_page.locator(".sentence")).to_contain_text("by typed since")


def test_rows_can_be_changed_after_a_conflict(any_page: Page, site: str) -> None:
    other = _open_in_two_tabs(any_page, site)
    other.get_by_role("button", name="Add variant").click()
    other.fill("#variants-2-name", "green")
    _save_draft(other)
    any_page.fill("#successEvent", "buy")
    any_page.get_by_role("button", name="Save draft").click()
    expect(any_page.locator("#variants-2-name")).to_have_value("green")
    any_page.get_by_role("button", name="Remove variant 2").click()
    expect(any_page.locator("tr.variant")).to_have_count(2)
    _save_draft(any_page)
    variants = any_page.get_by_role("region", name="Table of variants")
    expect(variants).to_contain_text("green")
    expect(variants).not_to_contain_text("blue")


@pytest.mark.parametrize("button", ["Review", "Save draft"])
def test_pasted_cells_that_were_not_used_are_not_lost(any_page: Page, site: str, button: str) -> None:
    fill_in(any_page, site)
    any_page.get_by_text("Paste from a spreadsheet").click()
    any_page.fill("#pasted", "name\tcolor\ngreen\tlime")
    any_page.get_by_role("button", name=button).last.click()
    expect(any_page.locator("#error-summary")).to_contain_text("Turn these cells into variants, or clear them")
    expect(any_page.locator("#pasted")).to_have_value("name\tcolor\ngreen\tlime")


def test_link_to_the_type_focuses_its_first_option(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new#isContextual")
    expect(page.get_by_role("radio", name="Classic")).to_be_focused()


INVALID_AND_VALID = {  # for a field of each kind, an invalid value and a valid one
    "name": ("", "A name"),
    "description": ("x" * 10_001, "Shorter"),
    "featureList": ("x" * 10_001, "country"),
    "variants-1-size": ("many", "50"),
    "explorationWindowRate": ("7", "0.5"),
    "variants-0-json": ("{", "{}"),
}


def _field(page: Page, field: str) -> Locator:
    return page.locator(f"#{field}")


def test_error_disappears_when_its_field_is_edited(page: Page, site: str) -> None:
    fill_in(page, site)
    choose_type(page, "Contextual")
    show_json(page)
    for field, (invalid, _) in INVALID_AND_VALID.items():
        _field(page, field).fill(invalid)
    check(page)
    expect(page).to_have_title(re.compile("^Error: "))
    for errors_left, (field, (_, valid)) in zip(
        range(len(INVALID_AND_VALID) - 1, -1, -1), INVALID_AND_VALID.items(), strict=True
    ):
        expect(page.locator(f'#error-summary a[href="#{field}"]')).to_have_count(1)
        _field(page, field).fill(valid)
        expect(page.locator(f"#{field}-error")).to_have_count(0)
        expect(_field(page, field)).not_to_have_attribute("aria-invalid", "true")
        expect(page.locator(f'.has-error #{field}, #error-summary a[href="#{field}"]')).to_have_count(0)
        expect(page.locator("#error-summary li")).to_have_count(errors_left)
    expect(page.locator("#error-summary")).to_have_count(0)
    expect(page).not_to_have_title(re.compile("^Error: "))


def test_taken_name_leads_to_its_autotune_until_the_name_changes(page: Page, site: str) -> None:
    fill_in(page, site)
    check(page)
    create(page)
    expect(page.get_by_role("heading", name="Created in Statsig")).to_be_visible()
    fill_in(page, site)
    check(page)
    expect(page.locator("#expected_id")).to_contain_text("button_color_test, of Button Color Test (created)")
    expect(page.locator("#error-summary li").first).to_contain_text("This name is taken")
    page.fill("#name", "Another name")
    expect(page.locator("#error-summary")).to_have_count(0)
    expect(page.locator("#expected_id")).to_have_text(re.compile(r"^\s*Expected ID another_name\s*$"))


def test_error_of_a_choice_disappears_when_it_changes(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new?name=A&successEvent=e&winnerThreshold=97%25&isContextual=perhaps")
    check(page)
    for field in ("winnerThreshold", "isContextual"):
        expect(page.locator(f"#{field}-error")).to_have_count(0 if field == "isContextual" else 1)
    page.select_option("#winnerThreshold", label="95%")
    expect(page.locator("#winnerThreshold-error")).to_have_count(0)
    expect(page.get_by_text("There are 4 problems")).to_be_visible()


def test_error_disappears_when_a_related_field_fixes_it(page: Page, site: str) -> None:
    fill_in(page, site)
    page.fill("#variants-1-name", "red")
    choose_type(page, "Contextual")
    page.fill("#metadataField", "price")
    choose_type(page, "Classic")
    check(page)
    expect(page.locator("#variants-1-name-error")).to_have_count(1)
    page.fill("#variants-0-name", "green")
    expect(page.locator("#variants-1-name-error")).to_have_count(0)
    choose_type(page, "Contextual")
    expect(page.locator("#metadataField-error, #error-summary")).to_have_count(0)


def test_new_json_error_replaces_the_old_one(page: Page, site: str) -> None:
    fill_in(page, site)
    show_json(page)
    page.fill("#variants-1-json", '{"a": 1,}')
    check(page)
    expect(page.locator("#error-summary")).to_be_focused()
    page.fill("#variants-1-json", '{"a": NaN}')
    check(page)
    new = "JSON has no NaN: write null or a number"
    expect(page.locator("#variants-1-json-error")).to_contain_text(new)
    expect(page.locator("#error-summary li")).to_have_text(f"Variant 2, JSON: {new} (line 1, column 7)")


def test_format_can_be_undone(page: Page, site: str) -> None:
    fill_in(page, site)
    show_json(page)
    page.locator("#variants-1-json").press_sequentially(" ")
    click_in_menu(page, 0, "Format JSON")
    json = page.locator("#variants-0-json")
    expect(json).to_have_value('{\n  "color": "red"\n}')
    expect(json).to_be_focused()
    page.keyboard.press("Control+z")
    expect(json).to_have_value('{"color": "red"}')


def test_clear_can_be_undone(page: Page, site: str) -> None:
    fill_in(page, site)
    choose_type(page, "Contextual")
    page.fill("#metadataField", "price")
    choose_type(page, "Classic")
    check(page)
    page.get_by_role("button", name="Clear the contextual settings").click()
    expect(page.locator("#metadataField")).to_have_value("")
    expect(page.locator("#error-summary")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator("#metadataField")).to_have_value("price")
