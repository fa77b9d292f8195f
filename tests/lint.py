"""Checks that a page has valid markup, one h1 that the title begins with, unique IDs, and a label for each control."""

import re
import warnings
from collections import Counter
from typing import Any
from xml.etree import ElementTree

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import html5lib

_LABELED_TAGS = {"input", "select", "textarea"}


# What differs between pages that are otherwise equal: tokens, addresses, numbers in names, times.
_VARYING_PARTS = re.compile(r'name="(csrf_token|token)"[^>]* value="[^"]*|\b[0-9a-f]{12}\b|[0-9]+')
_linted: set[str] = set()


def lint(page: str) -> None:
    """Raises AssertionError for a problem. Pages that are equal but for varying parts are linted once."""
    shape = _VARYING_PARTS.sub("", page)
    if shape not in _linted:
        _lint(page)
        _linted.add(shape)


def _lint(page: str) -> None:
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    elements = list(root.iter())
    _check_title(root)
    repeated_ids = [name for name, count in Counter(e.get("id") for e in elements if e.get("id")).items() if count > 1]
    assert not repeated_ids, f"ids are used twice: {repeated_ids}"
    _check_labels(elements)
    for element in elements:
        assert not element.get("style"), f"inline style on {element.tag}"
        handlers = [name for name in element.attrib if name.startswith("on")]
        assert not handlers, f"inline handler {handlers}"
        assert element.tag != "style", "inline style element"
        assert element.tag != "script" or element.get("src"), "inline script"


def _text(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _check_title(root: Any) -> None:
    headings = list(root.iter("h1"))
    assert len(headings) == 1, f"{len(headings)} h1"
    title = re.sub(r"^Error: ", "", _text(next(root.iter("title"))))
    assert title.startswith(_text(headings[0])), f"title {title!r} does not begin with {_text(headings[0])!r}"


def _check_labels(elements: list[ElementTree.Element]) -> None:
    labeled_ids = {e.get("for") for e in elements if e.tag == "label"}
    in_labels = {id(inner) for e in elements if e.tag == "label" for inner in e.iter()}
    for element in elements:
        if element.tag in _LABELED_TAGS and element.get("type") != "hidden":
            assert element.get("id") in labeled_ids or id(element) in in_labels, f"no label for {element.get('name')}"
