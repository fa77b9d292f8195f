"""What a user does on the form and the review page."""

from collections.abc import Callable

from playwright.sync_api import Page

NAME = "Button Color Test"
# What is typed for it, by the label of the field, in the order of the page; the table needs JavaScript.
TYPED = {
    "Name": NAME,
    "Success event": "click",
    "Name of parameter 1": "color",
    "Name of variant 1": "red",
    "color of red": "red",
    "Name of variant 2": "blue",
    "color of blue": "blue",
}


def fill_in(page: Page, site: str, name: str = NAME) -> None:
    page.goto(f"{site}/autotunes/new")
    page.fill("#name", name)
    open_section(page, "purpose")
    page.fill("#description", "Which color button gets the most clicks.")
    for row, color in enumerate(("red", "blue")):
        page.fill(f"#variants-{row}-name", color)
    fill_colors(page)
    page.fill("#successEvent", "click")
    page.select_option("#explorationWindow", label="1 hour")
    page.select_option("#attributionWindow", label="2")
    page.select_option("#winnerThreshold", label="99%")


def fill_colors(page: Page) -> None:
    """In the table, or as JSON without JavaScript."""
    parameter = page.get_by_label("Name of parameter 1", exact=True)
    if parameter.count():
        parameter.fill("color")
    for row, color in enumerate(("red", "blue")):
        if parameter.count():
            page.locator(f"#variants-{row} .parameter input").fill(color)
        else:
            page.fill(f"#variants-{row}-json", f'{{"color": "{color}"}}')


def open_section(page: Page, name: str) -> None:
    if not page.locator(f"#section-{name}[open]").count():
        page.locator(f"#section-{name} > summary").click()


def show_json(page: Page) -> None:
    """Shows the JSON of the variants instead of the table, which needs JavaScript."""
    button = page.get_by_role("button", name="Edit as JSON", exact=True)
    if button.is_visible():
        button.click()


def choose_type(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).check()
    if name == "Contextual":
        open_section(page, "contextual")


def click_in_menu(page: Page, row: int, name: str) -> None:
    page.locator(f"#variants-{row} .menu > summary").click()
    page.get_by_role("button", name=f"{name} variant {row + 1}").click()


def check(page: Page) -> None:
    """Waits until the next page is loaded, so that its script reacts to what the test does then."""
    with page.expect_event("load"):  # a new address alone is no new page
        page.get_by_role("button", name="Review").click()


def create(page: Page) -> None:
    page.get_by_role("button", name="Create in").click()


def tab_to(page: Page, reached: Callable[[], bool]) -> int:
    """Presses Tab until a control is reached. Returns how often."""
    for tabs in range(1, 80):
        page.keyboard.press("Tab")
        if reached():
            return tabs
    raise AssertionError("the control cannot be reached with the keyboard")


def tab_to_field(page: Page, label: str) -> None:
    tab_to(page, lambda: bool(page.evaluate("document.activeElement.labels?.[0]?.textContent") == label))


def tab_to_button(page: Page, text: str) -> int:
    return tab_to(page, lambda: bool(page.evaluate("document.activeElement.textContent").strip().startswith(text)))
