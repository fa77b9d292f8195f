"""What the snippet in one language says of an autotune: the user, the keys of the variants and the success event."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from .snippet_languages import Language, Names, group

MAX_KEYS = 20
_INT = 2**31 - 1  # Kotlin's largest

# The attributes for which a user has a field, in the order of Swift's initializer. The others are custom.
_FIELDS = {"email": "email", "ip": "ip", "country": "country", "locale": "locale", "appversion": "appVersion"}
_IDS = {"userid": "userID", "stableid": "stableID"}  # however they are capitalized


@dataclass(frozen=True)
class Kind:
    """The type of a key's values, and how the SDKs that need to know it call it."""

    python_getter: str
    swift_type: str
    kotlin_getter: str


_STRING = Kind("get_string", "String", "getString")
_BOOLEAN = Kind("get_bool", "Bool", "getBoolean")
_WHOLE = Kind("get_integer", "Int", "getInt")
_LARGE_WHOLE = Kind("get_integer", "Int", "getLong")
_NUMBER = Kind("get_float", "Double", "getDouble")
_LIST = Kind("get_array", "[Any]", "getArray")
_OBJECT = Kind("get_object", "[String: Any]", "getDictionary")


@dataclass(frozen=True)
class Key:
    """A key of the variants' JSON. `code` and `fallback` are the literals of the key and of the default's value."""

    code: str
    value: Any
    fallback: str
    variable: str
    kind: Kind


@dataclass(frozen=True)
class Plan:
    """`statsig_id`, `event` and `event_value` are literals; the pairs are of a name and the variable with its value."""

    language: Language
    statsig_id: str
    id_type: str
    id_variable: str
    fields: list[tuple[str, str]]
    custom: list[tuple[str, str]]
    attributes_note: str
    keys: list[Key]
    more_keys: int
    value_variable: str
    event: str
    event_value: str
    metadata: str

    @property
    def is_custom_id(self) -> bool:
        return self.id_type not in _IDS.values()

    def comments(self, mark: str, stable_id_note: str = "") -> Iterator[str]:
        name = {"userID": "user ID", "stableID": "stable ID"}.get(self.id_type, "custom ID below")
        yield f"{mark} Statsig decides by the {name} who gets which variant."
        if stable_id_note and self.id_type == "stableID":
            yield f"{mark} {stable_id_note}"
        if self.attributes_note:
            yield f"{mark} {self.attributes_note}"
        if self.more_keys:
            yield f"{mark} It has {self.more_keys} more parameters, which are read in the same way."

    def attributes(self, assign: str, opening: str, closing: str, space: str = "") -> Iterator[str]:
        """The arguments or properties of the user that hold the attributes."""
        for field, variable in self.fields:
            yield f"{self.language.field(field)}{assign}{variable}"
        if self.custom:
            yield f"custom{assign}{self.pairs(self.custom, opening, closing, space)}"

    def pairs(self, pairs: list[tuple[str, str]], opening: str, closing: str, space: str = "") -> str:
        return group(opening, (self.language.pair(name, code) for name, code in pairs), closing, space)


def make_plan(language: Language, statsig_id: str, body: Mapping[str, Any]) -> Plan:
    names = Names(language)
    id_type = body.get("idType", "userID")
    id_type = _IDS.get(id_type.lower(), id_type)
    id_variable = names.new(id_type)
    fields, custom = _attributes(body, names)
    value = body.get("successEventValue")
    keys = list(dict.fromkeys(key for json in _objects(body) for key in json))
    return Plan(
        language=language,
        statsig_id=language.literal(statsig_id),
        id_type=id_type,
        id_variable=id_variable,
        fields=fields,
        custom=custom,
        attributes_note=_attributes_note(body),
        keys=[_key(language, key, body, names) for key in islice(keys, MAX_KEYS)],
        more_keys=max(len(keys) - MAX_KEYS, 0),
        value_variable=names.new("value"),
        event=language.literal(body["successEvent"]),
        event_value="" if value is None else language.literal(value),
        metadata=body.get("metadataField") or "",
    )


def _attributes_note(body: Mapping[str, Any]) -> str:
    if not body.get("isContextual"):
        return ""
    if body.get("featureList"):
        return "It learns from the attributes below."
    return "It learns from every attribute of the user: replace this example with yours."


def _attributes(body: Mapping[str, Any], names: Names) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The attributes to learn from: those with a field of their own, and the custom ones."""
    if not body.get("isContextual"):
        return [], []
    fields, custom = {}, []
    for attribute in body.get("featureList") or ["plan"]:
        field = _FIELDS.get(attribute.lower().replace("_", ""))
        if field is None:
            custom.append((attribute, names.new(attribute)))
        elif field not in fields:
            fields[field] = names.new(field)
    return [(field, fields[field]) for field in _FIELDS.values() if field in fields], custom


def _objects(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The JSON of each variant, the default first; empty where it is not an object."""
    values = (variant["json"] for variant in body["variants"])
    return [value if isinstance(value, dict) else {} for value in values]


def _key(language: Language, key: str, body: Mapping[str, Any], names: Names) -> Key:
    value, kind = _objects(body)[0].get(key), _kind(key, body)
    if kind is _NUMBER and value is not None:
        value = float(value)
    return Key(language.literal(key), value, language.literal(value), names.new(key), kind)


def _kind(key: str, body: Mapping[str, Any]) -> Kind:
    """Of the default's value; if that is null, of the first other one. Whole only if it is in every variant.

    The SDKs serve the fallback for a value of another type, and Android's cuts the decimals off.
    """
    values = [value for json in _objects(body) if (value := json.get(key)) is not None]
    if not values or isinstance(values[0], str):
        return _STRING
    for value_type, kind in ((bool, _BOOLEAN), (list, _LIST), (dict, _OBJECT)):
        if isinstance(values[0], value_type):
            return kind
    if any(isinstance(value, float) for value in values):
        return _NUMBER
    return _LARGE_WHOLE if any(isinstance(value, int) and abs(value) > _INT for value in values) else _WHOLE
