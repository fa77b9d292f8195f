"""Two people have changed the same version: what differs, for the second to choose."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ..autotunes.drafts import stored_form_data
from ..contract.form_data import FormData
from ..contract.merge import Difference, choose, differences, merge
from ..store import AutotuneRecord, Version, queries
from .page_form import AutotunePageForm
from .request_context import project_name, services


@dataclass(frozen=True)
class Choices:
    """The keys of differences: those of which the user takes theirs, or keeps their own."""

    take: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()

    @classmethod
    def of(cls, take: Collection[str], keep: Collection[str]) -> "Choices":
        return cls(frozenset(take), frozenset(keep))


def merged(form: AutotunePageForm, record: AutotuneRecord) -> AutotunePageForm:
    """The form with what only the other person changed."""
    base, theirs, yours = _versions(form, record)
    return _with_data(form, merge(base, theirs, yours))


def with_choices(form: AutotunePageForm, record: AutotuneRecord, choices: Choices) -> AutotunePageForm:
    base, theirs, yours = _versions(form, record)
    return _with_data(form, choose(base, theirs, yours, {*choices.take}, {*choices.keep}))


def find_differences(form: AutotunePageForm, record: AutotuneRecord) -> list[Difference]:
    """What the other person changed, beside a merged form."""
    found = differences(*_versions(form, record))
    return [_with_project_names(difference) if difference.key == "project" else difference for difference in found]


def _with_project_names(difference: Difference) -> Difference:
    return difference._replace(theirs=project_name(difference.theirs), yours=project_name(difference.yours))


def _versions(form: AutotunePageForm, record: AutotuneRecord) -> tuple[FormData, FormData, FormData]:
    """The one that was opened, theirs, and the form: each with its project."""
    with services().store.read() as session:
        opened = queries.version(session, record.id, form.version.data)
    theirs = stored_form_data(record) | {"project": record.project or ""}
    yours = form.form_data | {"project": form.project.data or record.project or ""}
    return _base(opened, theirs, yours), theirs, yours


def _base(opened: Version | None, theirs: FormData, yours: FormData) -> FormData:
    """If it is not known, whatever differs was changed by both."""
    if opened:
        return stored_form_data(opened) | {"project": opened.project or theirs["project"]}
    equal: dict[str, Any] = {name: text for name, text in theirs.items() if text == yours[name]}
    return equal | {"variants": [variant for variant in theirs["variants"] if variant in yours["variants"]]}


def _with_data(form: AutotunePageForm, form_data: FormData) -> AutotunePageForm:
    """The project is a field of the page."""
    page_fields = form.page_fields | {"project": form_data.pop("project")}
    return AutotunePageForm.with_data(form_data, **page_fields)
