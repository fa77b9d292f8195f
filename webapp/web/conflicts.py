"""Two people have changed the same version: what differs, for the second to choose."""

from typing import Any

from flask import request

from ..autotunes.drafts import stored_form_data
from ..contract.form_data import FormData
from ..contract.merge import Difference, changed_alike, choose, differences, merge
from ..store import AutotuneRecord, Version, queries
from .page_form import AutotunePageForm
from .request_context import project_name, services


def merge_with(form: AutotunePageForm, record: AutotuneRecord) -> tuple[AutotunePageForm, dict[str, Any]]:
    """The form with what only the other person changed since the version that its user has seen, and for its page what
    differs. It may replace the record's version."""
    form.version.data, form.replaces.data = form.base_version, record.version
    base, theirs, yours = _versions(form, record)
    merged = merge(base, theirs, yours)
    return _with_data(form, merged), _notices(base, theirs, merged, changed_alike(base, theirs, yours))


def open_conflict(form: AutotunePageForm, record: AutotuneRecord | None) -> dict[str, Any]:
    """What the page shows of a conflict until the form is saved."""
    if record is None or form.replaces.data != record.version:
        return {}
    return _notices(*_versions(form, record), {*request.form.getlist("unlisted")})


def with_choices(form: AutotunePageForm, record: AutotuneRecord) -> AutotunePageForm:
    """With the other value of the differences that were checked, unless something else was typed since."""
    if not form.replaces.data:
        return form
    return _with_data(form, choose(*_versions(form, record), _chosen()))


def _chosen() -> set[str]:
    """The IDs of differences."""
    return {*request.form.getlist("other")}


def _notices(base: FormData, theirs: FormData, form_data: FormData, unlisted: set[str]) -> dict[str, Any]:
    """For the template; empty if there is nothing to choose. `unlisted`: the keys of what both changed to the same."""
    found = differences(base, theirs, form_data)
    listed = [_with_project_names(difference) for difference in found if difference.key not in unlisted]
    return {"differences": listed, "unlisted": unlisted, "chosen": _chosen()} if listed else {}


def _with_project_names(difference: Difference) -> Difference:
    if difference.key != "project":
        return difference
    return difference._replace(theirs=project_name(difference.theirs), yours=project_name(difference.yours))


def _versions(form: AutotunePageForm, record: AutotuneRecord) -> tuple[FormData, FormData, FormData]:
    """The version that was opened, the one that the form replaces, and the form: each with its project."""
    with services().store.read() as session:
        opened = queries.saved_version(session, record.id, form.version.data)
        replaced = queries.saved_version(session, record.id, form.replaces.data)
    theirs = stored_form_data(replaced or record) | {"project": (replaced or record).project or record.project or ""}
    yours = form.form_data | {"project": form.project.data or theirs["project"]}
    return _base(opened, theirs, yours), theirs, yours


def _base(opened: Version | None, theirs: FormData, yours: FormData) -> FormData:
    """If it is not known, whatever differs was changed by both."""
    if opened:
        return stored_form_data(opened) | {"project": opened.project or theirs["project"]}
    equal: dict[str, Any] = {name: text for name, text in theirs.items() if text == yours[name]}
    return equal | {"variants": [variant for variant in theirs["variants"] if variant in yours["variants"]]}


def _with_data(form: AutotunePageForm, form_data: FormData) -> AutotunePageForm:
    """The project is a field of the page."""
    fields = {name: value for name, value in form_data.items() if name != "project"}
    return AutotunePageForm.with_data(fields, **form.page_fields | {"project": form_data["project"]})
