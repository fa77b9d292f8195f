"""What a user does on the form and the review page."""

from playwright.sync_api import Page

NAME = "Button Color Test"


def fill_in(page: Page, site: str, name: str = NAME) -> None:
    page.goto(f"{site}/autotunes/new")
    page.fill("#name", name)
    page.fill("#description", "Which color button gets the most clicks.")
    for row, color in enumerate(("red", "blue")):
        page.fill(f"#variants-{row}-name", color)
        page.fill(f"#variants-{row}-json", f'{{"color": "{color}"}}')
    page.fill("#successEvent", "click")
    page.select_option("#explorationWindow", label="1 hour")
    page.select_option("#attributionWindow", label="2")
    page.select_option("#winnerThreshold", label="99%")


def check(page: Page) -> None:
    """Waits until the next page is loaded, so that its script reacts to what the test does then."""
    page.get_by_role("button", name="Review").click()
    page.wait_for_load_state()


def create(page: Page) -> None:
    page.get_by_role("button", name="Create in").click()
