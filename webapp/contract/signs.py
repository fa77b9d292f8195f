"""Names that the JSON reader imports from here."""

from .characters import INVISIBLE, ODD_SPACE, UNSHOWABLE, code_point

__all__ = ["INVISIBLE", "ODD_SPACE", "UNSHOWABLE", "code_point"]
