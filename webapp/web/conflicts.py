"""Two people have changed the same version: what differs, for the second to choose."""

from dataclasses import dataclass
from itertools import groupby

from ..autotunes.drafts import stored_form_data
from ..contract.changes import Change, changes
from ..contract.form_data import FormData
from ..store import AutotuneRecord, queries
from .page_form import AutotunePageForm
from .request_context import services


@dataclass(frozen=True)
class Conflict:
    """One field; `take_theirs`: only they changed it, so theirs is probably wanted."""

    field: str
    title: str
    theirs: str
    yours: str
    take_theirs: bool


def find_conflicts(form: AutotunePageForm, record: AutotuneRecord) -> list[Conflict]:
    """Field by field, the variants as one."""
    with services().store.read() as session:
        opened = queries.version(session, record.id, form.version.data)
    theirs, yours = stored_form_data(record), form.form_data
    base = stored_form_data(opened) if opened else {}
    grouped = groupby(changes(theirs, yours), key=lambda change: change.field)
    return [_conflict(name, [*found], yours, base) for name, found in grouped]


def _conflict(name: str, found: list[Change], yours: FormData, base: FormData) -> Conflict:
    is_unchanged = name in base and yours[name] == base[name]
    if name != "variants":
        return Conflict(name, found[0].title, found[0].before, found[0].after, is_unchanged)
    theirs = "\n".join(f"{change.title}: {change.before or '–'}" for change in found)
    mine = "\n".join(f"{change.title}: {change.after or '–'}" for change in found)
    return Conflict(name, "Variants", theirs, mine, is_unchanged)
