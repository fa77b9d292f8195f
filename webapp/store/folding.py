"""Text as it is compared and searched."""

import re
from hashlib import sha256
from unicodedata import normalize

from ..contract.characters import compare_key, visible

MAX_KEY = 200  # characters of a text in an index: PostgreSQL takes at most 2,704 bytes
TRIGRAM = 3  # characters

_ACCENTS = re.compile("[\u0300-\u036f]+")
_STROKES = str.maketrans("øłđħŧı", "oldhti")  # these have no accent of their own in Unicode


def fold(text: str) -> str:
    """`KÄSE` and `Käse` become `käse`, with single spaces. Characters that a database cannot store are replaced."""
    return " ".join(compare_key(visible(text)).split())


def fold_to_search(text: str) -> str:
    """`KÄSE` and `Kase` become `kase`. Two spaces stand before each word: its first character is a trigram as well."""
    plain = normalize("NFC", _ACCENTS.sub("", normalize("NFD", fold(text)))).translate(_STROKES)
    return "".join(f"  {word}" for word in plain.split())


def name_key(name: str) -> str:
    return shortened(fold(name))


def shortened(text: str) -> str:
    """Short enough for an index: a long text is cut, with a hash of the whole."""
    if len(text) <= MAX_KEY:
        return text
    return f"{text[:MAX_KEY]} {sha256(text.encode(errors='surrogatepass')).hexdigest()}"


def needles(search: str) -> list[str]:
    """The substrings of a search text that a search matches, in any order: its words.

    A word of one or two characters matches the beginnings of words.
    """
    words = dict.fromkeys(fold_to_search(search).split())
    return [word if len(word) >= TRIGRAM else f"  {word}" for word in words]
