"""The accessible names of the controls of a page, from Chromium's accessibility tree."""

from collections import Counter
from typing import Any

from playwright.sync_api import Page

FIELDS = ("textbox", "combobox", "radio", "checkbox", "searchbox", "spinbutton")
BUTTONS = ("button", "DisclosureTriangle")
_GROUPS = ("group", "radiogroup")


def names_used_twice(page: Page) -> list[tuple[str, ...]]:
    """Names that two fields or two buttons have in the same groups, and texts of links with different targets."""
    session = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    session.detach()
    paths = [_path(node, nodes) for node in nodes.values() if not node["ignored"] and _is_control(node)]
    return [path for path, count in Counter(paths).items() if count > 1] + _links_that_differ(page)


def _is_control(node: Any) -> bool:
    return node["role"]["value"] in (*FIELDS, *BUTTONS)


def _path(node: Any, nodes: dict[str, Any]) -> tuple[str, ...]:
    """The role, the names of the groups around it, and its own name."""
    kind = "button" if node["role"]["value"] in BUTTONS else "field"
    names = [_name(node)]
    while node := nodes.get(node.get("parentId")):
        if not node["ignored"] and node["role"]["value"] in _GROUPS:
            names.insert(0, _name(node))
    return (kind, *names)


def _name(node: Any) -> str:
    return " ".join(node.get("name", {}).get("value", "").split())


def _links_that_differ(page: Page) -> list[tuple[str, ...]]:
    """Texts, such as "Edit", of links with different targets."""
    links = page.locator("main a").evaluate_all("links => links.map(link => [link.textContent.trim(), link.href])")
    targets: dict[str, set[str]] = {}
    for text, href in links:
        targets.setdefault(" ".join(text.split()), set()).add(href)
    return [("link", text) for text, hrefs in targets.items() if len(hrefs) > 1]
