"""Two people have changed the same version: what differs, for the second to choose."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..autotunes.drafts import stored_form_data
from ..contract.changes import changes, variant_text
from ..contract.form_data import FormData
from ..store import AutotuneRecord, queries
from .page_form import AutotunePageForm
from .request_context import project_name, services

WINDOW = ("attributionWindow", "attributionWindowUnit")  # one field for people


@dataclass(frozen=True)
class Conflict:
    """One field, or one variant; `take_theirs`: only they changed it, so theirs is probably wanted."""

    field: str
    title: str
    theirs: str
    yours: str
    take_theirs: bool


def find_conflicts(form: AutotunePageForm, record: AutotuneRecord, chosen: set[str] | None = None) -> list[Conflict]:
    """In the order of the form. `chosen` are the fields that the user takes from the other version, if they chose."""
    with services().store.read() as session:
        opened = queries.version(session, record.id, form.version.data)
    theirs, yours = stored_form_data(record), form.form_data
    base = stored_form_data(opened) if opened else {}
    found = [*_of_project(form, record), *_of_fields(theirs, yours, base), *_of_variants(theirs, yours, base)]
    if chosen is None:
        return found
    return [replace(conflict, take_theirs=conflict.field in chosen) for conflict in found]


def _of_project(form: AutotunePageForm, record: AutotuneRecord) -> Iterator[Conflict]:
    theirs, yours = record.project, form.project.data
    if yours and yours != theirs:
        yield Conflict("project", "Statsig project", project_name(theirs or ""), project_name(yours), take_theirs=False)


def _of_fields(theirs: FormData, yours: FormData, base: FormData) -> Iterator[Conflict]:
    for name, title, before, after in changes({**theirs, "variants": []}, {**yours, "variants": []}):
        names = WINDOW if name in WINDOW else (name,)
        is_unchanged = all(name in base and yours[name] == base[name] for name in names)
        yield Conflict(name, title, before, after, is_unchanged)


def _of_variants(theirs: FormData, yours: FormData, base: FormData) -> Iterator[Conflict]:
    """One by one if both have the same names in the same order, otherwise as one field."""
    old, new, opened = theirs["variants"], yours["variants"], base.get("variants", [])
    names = [*map(_name, old)]
    if names == [*map(_name, new)] and len({*names}) == len(names):
        for row, (variant, other) in enumerate(zip(old, new, strict=True)):
            if variant != other:
                title = f"Variant {_name(other) or row + 1}"
                texts = variant_text(variant), variant_text(other)
                yield Conflict(f"variants-{row}", title, *texts, opened[row : row + 1] == [other])
    elif found := [change for change in changes(theirs, yours) if change.field == "variants"]:
        before = "\n".join(f"{change.title}: {change.before or '–'}" for change in found)
        after = "\n".join(f"{change.title}: {change.after or '–'}" for change in found)
        yield Conflict("variants", "Variants", before, after, new == opened)


def _name(variant: dict[str, str]) -> str:
    return variant["name"].strip()


def with_theirs(form: AutotunePageForm, record: AutotuneRecord, chosen: set[str]) -> AutotunePageForm:
    """`chosen` are the fields of conflicts."""
    theirs, page_fields = stored_form_data(record), form.page_fields
    if "project" in chosen:
        page_fields["project"] = record.project
    if not chosen.isdisjoint(WINDOW):
        chosen = chosen | {*WINDOW}
    merged = form.form_data | {name: theirs[name] for name in chosen & theirs.keys()}
    taken = {_name(variant): variant for row, variant in enumerate(theirs["variants"]) if f"variants-{row}" in chosen}
    variants = [taken.get(_name(variant), variant) for variant in merged["variants"]]
    return AutotunePageForm.with_data(merged | {"variants": variants}, **page_fields)
