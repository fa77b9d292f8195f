"""Cells copied from a spreadsheet, as variants."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count

from .json_input import JsonError, read_json

_NAME_HEADER = re.compile(r"(?:(?:variant|group|arm) )?name|name of (?:the )?variant|variants?|groups?|arms?")
_SHARE_HEADER = re.compile(r"(?:traffic )?share(?: of traffic)?(?: in)? ?(?:%|\(%\)|percent)?")
_PERCENT_HEADER = re.compile(r"(?:traffic|weight|split|allocation|percent(?:age)?|%| |[()])+")  # or a parameter's name
_DECODER = json.JSONDecoder()
_MAX_DIGITS = 15  # a double holds every number of so many digits
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:[.,][0-9]++)?")
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")  # or a decimal comma, which only other cells can tell

Table = list[list[str]]


def parse_table(text: str, parameters: Sequence[str] = ()) -> list[dict[str, str]] | None:
    """The variants in a copied table, without `size` or `json` if it has no column for it; None if it is no table.

    `parameters` are the keys that the form's variants have so far.
    """
    rows = _read_rows(text.replace("\r\n", "\n").replace("\r", "\n"))
    width = max(map(len, rows), default=0)
    if width < 2:
        return None
    rows = [row + [""] * (width - len(row)) for row in rows]
    if len(rows) > 1 and (_is_header(rows[0], parameters) or _has_corner(rows) or _has_titles_of_values(rows)):
        rows = _names_first(rows)
        return _variants(rows[1:], _keys(rows[0][1:]))
    return _variants(rows, _keys([*parameters, *[""] * width][: width - 1]))


def _read_rows(text: str) -> Table:
    """By the first delimiter that gives rows of one width; by the first one in the text if none does."""
    tables = [_split(text, delimiter) for delimiter in "\t;," if delimiter in text]
    regular = (rows for rows in tables if len({len(row) for row in rows}) == 1 and len(rows[0]) > 1)
    return next(regular, tables[0] if tables else [])


def _split(text: str, delimiter: str) -> Table:
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):  # a quote can also mean inches
        try:
            rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, quoting=quoting, strict=True))
        except csv.Error:
            continue
        return [row for row in rows if any(cell.strip() for cell in row)]
    return []


def _is_header(row: list[str], parameters: Sequence[str]) -> bool:
    is_known = any(cell.strip() in parameters for cell in row[1:] if cell.strip())
    return is_known or _is_name(row[0]) or any(map(_is_share, row))


def _is_name(header: str) -> bool:
    return _NAME_HEADER.fullmatch(header.strip().casefold()) is not None


def _names_first(rows: Table) -> Table:
    """With the column of the names first, if a header says which it is."""
    column = next((index for index, cell in enumerate(rows[0]) if _is_name(cell)), 0)
    return [[row[column], *row[:column], *row[column + 1 :]] for row in rows]


def _has_corner(rows: Table) -> bool:
    """Whether only the first cell of the first row and column is blank, as where both have headers."""
    return not rows[0][0].strip() and all(cell.strip() for cell in [*rows[0][1:], *(row[0] for row in rows[1:])])


def _has_titles_of_values(rows: Table) -> bool:
    """Whether a column is text in the first row, and numbers, or true and false, in at least two others and no text."""
    columns = ([cell.strip() for cell in column] for column in list(zip(*rows, strict=True))[1:])
    filled = ((title, [cell for cell in cells if cell]) for title, *cells in columns)
    return any(
        len(cells) > 1 and title and any(not fits([title]) and fits(cells) for fits in (_look_numeric, _are_booleans))
        for title, cells in filled
    )


def _look_numeric(cells: list[str]) -> bool:
    return all(_NUMBER.fullmatch(cell) for cell in cells)


def _is_share(header: str) -> bool:
    return _SHARE_HEADER.fullmatch(header.strip().casefold()) is not None


def _are_shares(header: str, cells: list[str]) -> bool:
    """Whether a column that has another word for the share adds up to 100%: a weight can also be that of a font."""
    shares = [_share(cell) for cell in cells if cell.strip()]
    is_named = _PERCENT_HEADER.fullmatch(header.strip().casefold()) and _look_numeric(shares)
    return bool(is_named) and abs(sum(map(float, shares)) - 100) < 0.5


def _share(cell: str) -> str:
    return cell.strip().removesuffix("%").strip().replace(",", ".")


def _keys(headers: list[str]) -> list[str]:
    """A key for each column, each of them once; a column without a header is a "value"."""
    keys: list[str] = []
    for header in headers:
        wanted = header.strip() or "value"
        keys.append(next(key for key in _numbered(wanted) if key not in keys))
    return keys


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name} {number}" for number in count(2))


def _variants(rows: Table, keys: list[str]) -> list[dict[str, str]]:
    variants = [{"name": row[0].strip()} for row in rows]
    columns = {key: [row[index] for row in rows] for index, key in enumerate(keys, 1)}
    shares = next((columns.pop(key) for key in keys if _is_share(key) or _are_shares(key, columns[key])), None)
    for variant, share in zip(variants, shares or (), strict=False):
        variant["size"] = _share(share)
    values = {key: _json_values(cells) for key, cells in columns.items()}
    for row, variant in enumerate(variants if values else ()):
        members = [f"{_string(key)}: {column[row]}" for key, column in values.items() if column[row]]
        variant["json"] = f"{{{', '.join(members)}}}"
    return variants


def _json_values(cells: list[str]) -> list[str]:
    """The JSON of a column's cells; blank for blank cells."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    to_json = next((to_json for fits, to_json in _TYPES if fits(filled)), _string)
    return [to_json(cell) if cell.strip() else "" for cell in cells]


def merge_json(text: str, pasted: str) -> str:
    """The JSON of a variant with the parameters that were pasted; the others keep their text."""
    members = _members(text) | _members(pasted)
    return f"{{{', '.join(f'{_string(key)}: {value}' for key, value in members.items())}}}"


def _members(text: str) -> dict[str, str]:
    """The texts of an object's values; none for another text."""
    members: dict[str, str] = {}
    try:
        if not isinstance(json.loads(text), dict):
            return {}
    except (ValueError, RecursionError):
        return {}
    at = _skip(text, text.index("{") + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)  # after the colon
        end = _DECODER.raw_decode(text, start)[1]
        members[key] = text[start:end]
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at
    return members


def _skip(text: str, at: int) -> int:
    """The position of the next character that is no white space."""
    return at + len(text[at:]) - len(text[at:].lstrip(" \t\n\r"))


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _are_numbers(cells: list[str]) -> bool:
    numbers = all(_NUMBER.fullmatch(cell) and len(re.sub("[^0-9]", "", cell)) <= _MAX_DIGITS for cell in cells)
    commas = [cell for cell in cells if "," in cell]
    is_clear = any(not _THOUSANDS.fullmatch(cell) for cell in commas) and not any("." in cell for cell in cells)
    return numbers and (is_clear or not commas)


def _are_booleans(cells: list[str]) -> bool:
    return all(cell.casefold() in ("true", "false") for cell in cells)


def _are_json(cells: list[str]) -> bool:
    try:
        return all(isinstance(read_json(cell), dict | list) for cell in cells)
    except JsonError:
        return False


_TYPES: list[tuple[Callable[[list[str]], bool], Callable[[str], str]]] = [
    (_are_numbers, lambda cell: cell.strip().replace(",", ".")),
    (_are_booleans, lambda cell: cell.strip().casefold()),
    (_are_json, str.strip),
]
