"""What the page of the list shows."""

import re
from html import unescape

from .forms import text_of


def names(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<a dir="auto" [^>]*>([^<]*)</a>', page)]


def tabs(page: str) -> dict[str, str]:
    """The title of each tab with its count, which is blank if it is not known."""
    links = re.search(r'<nav class="tabs".*?</nav>', page, re.DOTALL)
    assert links
    found = re.findall(r"<a[^>]*>([^<]*?)\s*(?:<span[^>]*>(.*?)</span>)?</a>", links[0])
    return dict(found)


def rows(page: str) -> list[list[str]]:
    """The texts of the cells of each row, without the menu."""
    found = re.findall(r'<tr role="row">\s*(<th scope="row".*?)</tr>', page, re.DOTALL)
    return [[text_of(cell) for cell in re.split("(?=<td )", row)][:-1] for row in found]
