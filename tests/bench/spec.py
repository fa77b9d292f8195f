"""The desk's fields as the reference wants them: from the contract, so that both forms hold the same ones."""

from webapp.contract.fields import FIELDS, VARIANT_FIELDS
from webapp.contract.fields import Field as Member

from .reference import Field, Spec


def spec() -> Spec:
    return {"fields": [_field(each) for each in FIELDS], "variant": [_field(each) for each in VARIANT_FIELDS]}


def _field(member: Member) -> Field:
    choices = {choice.value: choice.label for choice in member.choices}
    if choices and member.kind == "choice" and not member.required:
        choices = {"": "", **choices}
    start = member.start or next(iter(choices), "")
    return {
        "name": member.name,
        "label": member.label,
        "kind": member.kind,
        "start": start,
        "choices": choices,
    }
