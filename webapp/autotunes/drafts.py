"""Keeping what was typed, and checking it."""

import json
import re
import secrets
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..contract.characters import visible
from ..contract.errors import Problem
from ..contract.fields import FIELDS, MAX_LINE
from ..contract.form_data import Answers
from ..contract.ids import foreseen_id, held_as
from ..contract.payload import body
from ..contract.validation import Autotune, parse
from ..store import Record, queries
from .services import SANDBOX, Desk
from .states import EDITABLE, State

ID_BYTES = 6  # 48 bits: an address to share, not a secret
SINCE = "This name has been taken since you checked it: "
HELD = Problem(("name",), "This name is taken by another autotune of this desk. Enter another")
HELD_SINCE = Problem(("name",), f"{SINCE}another autotune of this desk has it. Enter another")
_COPY = re.compile(r" copy(?: [0-9]+)?$")


class NotSaved(Exception):
    """Why what was typed was not kept; `record` is what stands at the address."""

    def __init__(self, record: Record) -> None:
        super().__init__(record.id)
        self.record = record


class Changed(NotSaved):
    """Somebody else changed it since this form was opened."""


class Closed(NotSaved):
    """It has been sent: it cannot be edited any more."""


@dataclass(frozen=True)
class Typed:
    """A form as it was submitted. `token` is the form's own; `version` is what it was opened on, 0 for a new one."""

    answers: Answers
    token: str
    version: int
    project: str


def save(desk: Desk, record_id: str | None, typed: Typed, who: str, check: bool) -> Record:
    """Keeps a form under its token, so that a repeat reaches the same row; raises Changed or Closed.

    With `check` a valid autotune is ready; whatever fails the check is kept as a draft all the same.
    """
    try:
        return _save(desk, record_id, typed, who, check)
    except IntegrityError:  # the same form, sent twice at the same moment: now the row is there
        return _save(desk, record_id, typed, who, check)


def _save(desk: Desk, record_id: str | None, typed: Typed, who: str, check: bool) -> Record:
    with desk.store.write() as session:
        find, key = (queries.get, record_id) if record_id else (queries.by_token, typed.token)
        record = find(session, key, locked=True)
        if record is None:
            record = _new(desk, typed, who)
            what = "Wrote the first draft"
            _write(session, desk, record, typed, who, check)
            queries.add(session, record)
        else:
            if _is_repeat(record, typed, check):
                return record
            _refuse(session, record, typed)
            what = _what_changed(record, typed)
            _write(session, desk, record, typed, who, check)
        queries.say(session, record.id, desk.clock(), who, f"{what}; {_result(record, check)}")
        return record


def _new(desk: Desk, typed: Typed, who: str) -> Record:
    now = desk.clock()
    token = typed.token or secrets.token_urlsafe(16)
    return Record(id=secrets.token_hex(ID_BYTES), token=token, version=0, created_at=now, created_by=who)


def _is_repeat(record: Record, typed: Typed, check: bool) -> bool:
    same = _wrote(record, typed) and stored_answers(record) == typed.answers
    return same and not _moves(record, typed) and (record.state not in EDITABLE or check == _was_checked(record))


def _wrote(record: Record, typed: Typed) -> bool:
    """Whether this very form wrote it last. One that names no form is never the same as another such."""
    return bool(typed.token) and record.last_form == typed.token


def _was_checked(record: Record) -> bool:
    return record.state == State.READY or record.problems != "[]"


def _refuse(session: Session, record: Record, typed: Typed) -> None:
    """A form may replace what it was opened on, and what it wrote itself, but nothing that it has not seen."""
    session.expunge(record)  # so that it can be shown after the transaction is given up
    if record.state not in EDITABLE:
        raise Closed(record)
    if record.version != typed.version and not _wrote(record, typed):
        raise Changed(record)
    session.add(record)


def _write(session: Session, desk: Desk, record: Record, typed: Typed, who: str, check: bool) -> None:
    project, problems = _project(desk, record, typed)
    autotune = parse(typed.answers)
    record.version += 1
    record.last_form = typed.token
    content = json.dumps(typed.answers), project
    if (record.answers, record.project) != content:
        record.changed_at, record.changed_by = desk.clock(), who
        record.claim = None  # what is sent from now on was never sent before
    record.answers, record.project = content
    name = typed.answers["name"].strip()[:MAX_LINE]  # the list shows it; the answers keep all of it
    record.name = visible(name)
    record.foreseen_id = foreseen_id(name)
    record.sandbox = project == SANDBOX.name
    problems += [HELD] if check and name_holder(session, record) else []
    problems += autotune if isinstance(autotune, list) else []
    record.body = body(autotune) if check and isinstance(autotune, Autotune) and not problems else None
    record.state = State.READY if record.body else State.DRAFT
    record.problems = dump_problems(problems) if check else "[]"
    record.notice = ""
    record.statsig_read_at = None
    record.held_id = record.absent_at = None


def name_holder(session: Session, record: Record) -> Record | None:
    """The other autotune of this desk that keeps this one from being created under its name."""
    held = queries.holder(session, record.project, held_as(record.name)) if record.name else None
    return None if held is None or held.id == record.id else held


def _project(desk: Desk, record: Record, typed: Typed) -> tuple[str, list[Problem]]:
    """The Statsig project to create it in, or the problem that somebody has to choose one."""
    wanted = typed.project or record.project or ""
    project = desk.project_for(wanted)
    return (project, []) if project else (wanted, [Problem(("project",), "Choose the Statsig project")])


def _moves(record: Record, typed: Typed) -> bool:
    return typed.project not in ("", record.project)


def _what_changed(record: Record, typed: Typed) -> str:
    """For the history, before it is changed."""
    words = f"Changed {_changes(stored_answers(record), typed.answers)}"
    moved = f"; moved from {record.project or 'no project'} to {typed.project}"
    return words + moved if _moves(record, typed) else words


def _result(record: Record, check: bool) -> str:
    if not check:
        return "saved as a draft"
    problems = len(stored_problems(record))
    if not problems:
        return "checked, ready to create"
    return "checked, 1 problem" if problems == 1 else f"checked, {problems} problems"


def _changes(before: Answers, after: Answers) -> str:
    """Which answers differ, in words."""
    titles = [field.title for field in FIELDS if before.get(field.name) != after.get(field.name)]
    titles += ["Variants"] if before["variants"] != after["variants"] else []
    return ", ".join(titles).lower() or "nothing"


def stored_answers(record: Record) -> Answers:
    answers: Answers = json.loads(record.answers)
    return answers


def dump_problems(problems: list[Problem]) -> str:
    return json.dumps(problems)


def stored_problems(record: Record) -> list[Problem]:
    """What the last check found, or what Statsig refused."""
    return [Problem(tuple(path), message) for path, message in json.loads(record.problems)]


def free_name(desk: Desk, record: Record) -> str:
    """For a duplicate: `Name copy`, or `Name copy 2` and so on, which no other autotune has."""
    name = _COPY.sub("", stored_answers(record)["name"].strip()[: MAX_LINE - 20])

    def copy(number: int) -> str:
        return f"{name} copy {number}".strip() if number > 1 else f"{name} copy".strip()

    with desk.store.read() as session:
        return copy(queries.free_number(session, record.project, copy))
