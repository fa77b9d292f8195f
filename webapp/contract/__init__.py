"""Statsig's Create Autotune in plain Python: what may be asked for, how it is said, and what is sent.

Every rule is written here once; the form, the sandbox and the command line ask it.

    parse(answers) -> Autotune | [Problem]      what was typed, read by the contract
    advice(autotune) -> [Advice]                 worth knowing, never in the way
    payload(autotune) -> dict; body(autotune)    what is sent
"""

from .advice import advice, first_data
from .answers import Answers, VariantAnswers, answers_of, empty_variant, is_untouched, starting_answers, topped_up
from .characters import (
    character_name,
    code_point,
    compare_key,
    escape_json,
    spell_out,
    split_hidden,
    visible,
)
from .choices import Choice, choice_of
from .comparing import Difference, confirms, differences
from .fields import (
    CONTEXTUAL_ONLY,
    FIELD,
    FIELDS,
    MAX_LINE,
    MAX_VARIANTS,
    MIN_VARIANTS,
    PARTS,
    VARIANT_FIELD,
    VARIANT_FIELDS,
    Field,
    Part,
)
from .json_input import JsonError, read_json, write_json
from .name import foreseen_id, held_as, id_is_certain
from .payload import body, payload
from .problems import Advice, Path, Problem, field_id
from .reading import Autotune, Variant, parse
from .words import in_words

__all__ = [
    "CONTEXTUAL_ONLY",
    "FIELD",
    "FIELDS",
    "MAX_LINE",
    "MAX_VARIANTS",
    "MIN_VARIANTS",
    "PARTS",
    "VARIANT_FIELD",
    "VARIANT_FIELDS",
    "Advice",
    "Answers",
    "Autotune",
    "Choice",
    "Difference",
    "Field",
    "JsonError",
    "Part",
    "Path",
    "Problem",
    "Variant",
    "VariantAnswers",
    "advice",
    "answers_of",
    "body",
    "character_name",
    "choice_of",
    "code_point",
    "compare_key",
    "confirms",
    "differences",
    "empty_variant",
    "escape_json",
    "field_id",
    "first_data",
    "foreseen_id",
    "held_as",
    "id_is_certain",
    "in_words",
    "is_untouched",
    "parse",
    "payload",
    "read_json",
    "spell_out",
    "split_hidden",
    "starting_answers",
    "topped_up",
    "visible",
    "write_json",
]
