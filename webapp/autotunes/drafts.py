"""Keeping what was typed, and checking it."""

import json
import re
import secrets
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..contract.characters import visible
from ..contract.errors import FieldError
from ..contract.fields import FIELDS, MAX_LINE
from ..contract.form_data import Answers
from ..contract.ids import expected_id, reservation_key
from ..contract.payload import body
from ..contract.validation import Autotune, parse
from ..store import AutotuneRecord, queries
from .services import SANDBOX, Services
from .states import EDITABLE, State

ID_BYTES = 6  # 48 bits: an address to share, not a secret
SINCE = "This name has been taken since you checked it: "
NAME_TAKEN = FieldError(("name",), "This name is taken by another autotune of this desk. Enter another")
NAME_TAKEN_SINCE = FieldError(("name",), f"{SINCE}another autotune of this desk has it. Enter another")
_COPY = re.compile(r" copy(?: [0-9]+)?$")


class NotSaved(Exception):
    """Why what was typed was not kept; `record` is what stands at the address."""

    def __init__(self, record: AutotuneRecord) -> None:
        super().__init__(record.id)
        self.record = record


class EditConflict(NotSaved):
    """Somebody else changed it since this form was opened."""


class NotEditable(NotSaved):
    """It has been sent: it cannot be edited any more."""


@dataclass(frozen=True)
class Typed:
    """A form as it was submitted. `token` is the form's own; `version` is what it was opened on, 0 for a new one."""

    answers: Answers
    token: str
    version: int
    project: str


def save(services: Services, record_id: str | None, typed: Typed, actor: str, check: bool) -> AutotuneRecord:
    """Keeps a form under its token, so that a repeat reaches the same row; raises Changed or Closed.

    With `check` a valid autotune is ready; whatever fails the check is kept as a draft all the same.
    """
    try:
        return _save(services, record_id, typed, actor, check)
    except IntegrityError:  # the same form, sent twice at the same moment: now the row is there
        return _save(services, record_id, typed, actor, check)


def _save(services: Services, record_id: str | None, typed: Typed, actor: str, check: bool) -> AutotuneRecord:
    with services.store.write() as session:
        find, key = (queries.get, record_id) if record_id else (queries.by_token, typed.token)
        record = find(session, key, locked=True)
        if record is None:
            record = _new(services, typed, actor)
            message = "Wrote the first draft"
            _write(session, services, record, typed, actor, check)
            queries.add(session, record)
        else:
            if _is_repeat(record, typed, check):
                return record
            _refuse(session, record, typed)
            message = _what_changed(record, typed)
            _write(session, services, record, typed, actor, check)
        queries.add_event(session, record.id, services.clock(), actor, f"{message}; {_result(record, check)}")
        return record


def _new(services: Services, typed: Typed, actor: str) -> AutotuneRecord:
    now = services.clock()
    token = typed.token or secrets.token_urlsafe(16)
    return AutotuneRecord(id=secrets.token_hex(ID_BYTES), form_token=token, version=0, created_at=now, created_by=actor)


def _is_repeat(record: AutotuneRecord, typed: Typed, check: bool) -> bool:
    same = _wrote(record, typed) and stored_form_data(record) == typed.answers
    return same and not _moves(record, typed) and (record.state not in EDITABLE or check == _was_checked(record))


def _wrote(record: AutotuneRecord, typed: Typed) -> bool:
    """Whether this very form wrote it last. One that names no form is never the same as another such."""
    return bool(typed.token) and record.last_form_token == typed.token


def _was_checked(record: AutotuneRecord) -> bool:
    return record.state == State.READY or record.errors != "[]"


def _refuse(session: Session, record: AutotuneRecord, typed: Typed) -> None:
    """A form may replace what it was opened on, and what it wrote itself, but nothing that it has not seen."""
    session.expunge(record)  # so that it can be shown after the transaction is given up
    if record.state not in EDITABLE:
        raise NotEditable(record)
    if record.version != typed.version and not _wrote(record, typed):
        raise EditConflict(record)
    session.add(record)


def _write(session: Session, services: Services, record: AutotuneRecord, typed: Typed, actor: str, check: bool) -> None:
    project, errors = _project(services, record, typed)
    autotune = parse(typed.answers)
    record.version += 1
    record.last_form_token = typed.token
    content = json.dumps(typed.answers), project
    if (record.form_data, record.project) != content:
        record.changed_at, record.changed_by = services.clock(), actor
        record.claim = None  # what is sent from now on was never sent before
    record.form_data, record.project = content
    name = typed.answers["name"].strip()[:MAX_LINE]  # the list shows it; the answers keep all of it
    record.name = visible(name)
    record.expected_id = expected_id(name)
    record.sandbox = project == SANDBOX.name
    errors += [NAME_TAKEN] if check and name_holder(session, record) else []
    errors += autotune if isinstance(autotune, list) else []
    record.body = body(autotune) if check and isinstance(autotune, Autotune) and not errors else None
    record.state = State.READY if record.body else State.DRAFT
    record.errors = dump_errors(errors) if check else "[]"
    record.status_message = ""
    record.statsig_read_at = None
    record.reserved_id = record.first_not_found_at = None


def name_holder(session: Session, record: AutotuneRecord) -> AutotuneRecord | None:
    """The other autotune of this desk that keeps this one from being created under its name."""
    held = queries.find_reservation(session, record.project, reservation_key(record.name)) if record.name else None
    return None if held is None or held.id == record.id else held


def _project(services: Services, record: AutotuneRecord, typed: Typed) -> tuple[str, list[FieldError]]:
    """The Statsig project to create it in, or the problem that somebody has to choose one."""
    wanted = typed.project or record.project or ""
    project = services.project_for(wanted)
    return (project, []) if project else (wanted, [FieldError(("project",), "Choose the Statsig project")])


def _moves(record: AutotuneRecord, typed: Typed) -> bool:
    return typed.project not in ("", record.project)


def _what_changed(record: AutotuneRecord, typed: Typed) -> str:
    """For the history, before it is changed."""
    words = f"Changed {_changes(stored_form_data(record), typed.answers)}"
    moved = f"; moved from {record.project or 'no project'} to {typed.project}"
    return words + moved if _moves(record, typed) else words


def _result(record: AutotuneRecord, check: bool) -> str:
    if not check:
        return "saved as a draft"
    errors = len(stored_errors(record))
    if not errors:
        return "checked, ready to create"
    return "checked, 1 problem" if errors == 1 else f"checked, {errors} problems"


def _changes(before: Answers, after: Answers) -> str:
    """Which answers differ, in words."""
    titles = [field.title for field in FIELDS if before.get(field.name) != after.get(field.name)]
    titles += ["Variants"] if before["variants"] != after["variants"] else []
    return ", ".join(titles).lower() or "nothing"


def stored_form_data(record: AutotuneRecord) -> Answers:
    answers: Answers = json.loads(record.form_data)
    return answers


def dump_errors(errors: list[FieldError]) -> str:
    return json.dumps(errors)


def stored_errors(record: AutotuneRecord) -> list[FieldError]:
    """What the last check found, or what Statsig refused."""
    return [FieldError(tuple(path), message) for path, message in json.loads(record.errors)]


def free_name(services: Services, record: AutotuneRecord) -> str:
    """For a duplicate: `Name copy`, or `Name copy 2` and so on, which no other autotune has."""
    name = _COPY.sub("", stored_form_data(record)["name"].strip()[: MAX_LINE - 20])

    def copy(number: int) -> str:
        return f"{name} copy {number}".strip() if number > 1 else f"{name} copy".strip()

    with services.store.read() as session:
        return copy(queries.free_number(session, record.project, copy))
