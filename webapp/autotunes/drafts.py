"""Saves submitted forms as drafts, and checks them."""

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..contract.characters import visible
from ..contract.errors import FieldError
from ..contract.form import FIELDS, AutotuneForm
from ..contract.form_data import FormData
from ..contract.ids import expected_id, reservation_key
from ..contract.json_input import write_json
from ..contract.limits import MAX_LINE
from ..contract.policy import Policy
from ..store import AutotuneRecord, FormTemplateRecord, Version, queries
from . import working_copies
from .projects import SANDBOX, choose_project
from .services import Services
from .states import EDITABLE, State

ID_BYTES = 6  # 48 bits: an address to share, not a secret
TAKEN_AFTER_REVIEW = "This name was taken after your review: "
NAME_TAKEN = FieldError("name", "This name is taken. Enter another name")
NAME_TAKEN_SINCE = FieldError("name", f"{TAKEN_AFTER_REVIEW}another autotune has it. Enter another name")
NO_PROJECT = FieldError("project", "Choose the Statsig project")
_COPY = re.compile(r" copy(?: [0-9]+)?$")


class NotSaved(Exception):
    """The form was not saved; `record` is the autotune as it is."""

    def __init__(self, record: AutotuneRecord) -> None:
        super().__init__(record.id)
        self.record = record


class EditConflict(NotSaved):
    """Someone else has changed it since this form was opened."""


class NotEditable(NotSaved):
    """It was sent or discarded."""


@dataclass(frozen=True)
class Submission:
    """A submitted form. `version` is what it was opened on, 0 for a new one.

    `check`: validate it, and make it ready if it is valid. Otherwise it is saved as a draft.
    `token` names its page; `key` is what a new form and its draft are found by; `copy_digest` is that of the working
    copy that the page was opened on, if there was one.
    """

    form: AutotuneForm
    version: int
    project: str
    actor: str
    check: bool
    token: str
    key: str
    copy_digest: str = ""


def is_editable(record: AutotuneRecord) -> bool:
    return record.state in EDITABLE and record.discarded_at is None


def save(services: Services, record_id: str | None, submission: Submission) -> AutotuneRecord:
    """Saves a form under its key, so that a repeat finds the same row. Raises EditConflict or NotEditable.

    A form with errors is saved as a draft, with its errors.
    """
    try:
        return _save(services, record_id, submission)
    except IntegrityError:  # the same form was submitted twice at once: now the row exists
        return _save(services, record_id, submission)


def _save(services: Services, record_id: str | None, submission: Submission) -> AutotuneRecord:
    with services.store.write() as session:
        find, key = (queries.get, record_id) if record_id else (queries.find_by_token, submission.key)
        record = find(session, key, locked=True)
        if record is None:
            record, message = _new(services, submission), "Created the draft"
            _write(session, services, record, submission)
            session.add(record)
            session.flush()
        elif _is_repeat(record, submission):
            return record
        else:
            _require_editable(session, record, submission)
            message = _describe_changes(record, submission)
            _write(session, services, record, submission)
        message = f"{message}; {_result(record, submission.check)}"
        queries.add_event(session, record.id, services.clock(), submission.actor, message, record.version)
        session.add(_version(record))
        keys = [record.id, record.form_token]
        working_copies.discard_saved(session, submission.actor, keys, submission.token, submission.copy_digest)
        return record


def _new(services: Services, submission: Submission) -> AutotuneRecord:
    return AutotuneRecord(
        id=secrets.token_hex(ID_BYTES),
        form_token=submission.key or secrets.token_urlsafe(16),
        version=0,
        created_at=services.clock(),
        created_by=submission.actor,
    )


def _version(record: AutotuneRecord) -> Version:
    return Version(
        autotune_id=record.id,
        version=record.version,
        project=record.project,
        form_data=record.form_data,
        is_ready=record.state == State.READY,
    )


def _is_repeat(record: AutotuneRecord, submission: Submission) -> bool:
    same = _wrote(record, submission) and stored_form_data(record) == submission.form.form_data
    done = record.state not in EDITABLE or submission.check == _was_checked(record)
    return same and done and not _changes_project(record, submission)


def _wrote(record: AutotuneRecord, submission: Submission) -> bool:
    """Whether this form saved it last. A form without a token is never the same as another."""
    return bool(submission.token) and record.last_form_token == submission.token


def _was_checked(record: AutotuneRecord) -> bool:
    return record.state == State.READY or record.errors != "[]"


def _require_editable(session: Session, record: AutotuneRecord, submission: Submission) -> None:
    """A form may replace the version it was opened on and its own, but no version it has not seen."""
    session.expunge(record)  # so that it can be shown after the transaction is rolled back
    if not is_editable(record):
        raise NotEditable(record)
    if record.version != submission.version and not _wrote(record, submission):
        raise EditConflict(record)
    session.add(record)


def _write(session: Session, services: Services, record: AutotuneRecord, submission: Submission) -> None:
    form_data = submission.form.form_data
    project = choose_project(services.projects.all(session), submission.project or record.project or "")
    project_name = project or submission.project or record.project or ""
    if not record.form_data or (stored_form_data(record), record.project) != (form_data, project_name):
        record.changed_at, record.changed_by = services.clock(), submission.actor
        record.claim = None  # this content was never sent
    record.form_data, record.project = json.dumps(form_data), project_name
    name = form_data["name"].strip()[:MAX_LINE]  # the list shows it; the form data has all of it
    record.name = visible(name)
    record.expected_id = expected_id(name)
    record.sandbox = project == SANDBOX.name
    record.version += 1
    record.last_form_token = submission.token
    errors = _check(session, services, record, submission.form, project) if submission.check else []
    record.errors = dump_errors(errors)
    is_ready = submission.check and not errors
    record.body = write_json(_request_body(services, record, submission.form)) if is_ready else None
    record.state = State.READY if record.body else State.DRAFT
    record.status_message = ""
    record.statsig_read_at = record.reserved_id = record.first_not_found_at = record.retry_at = None


def _check(
    session: Session, services: Services, record: AutotuneRecord, form: AutotuneForm, project: str | None
) -> list[FieldError]:
    services.policy.validate(form)
    problems = {NO_PROJECT: not project, NAME_TAKEN: find_name_conflict(session, record)}
    form.add_errors([error for error, applies in problems.items() if applies])
    return form.error_list()


def find_name_conflict(session: Session, record: AutotuneRecord) -> AutotuneRecord | None:
    """The other autotune that reserves this one's name."""
    return find_reserved_name(session, record.project, record.name, record.id)


def find_reserved_name(session: Session, project: str, name: str, own_id: str | None) -> AutotuneRecord | None:
    """The autotune that reserves a name, unless it has this ID."""
    other = queries.find_reservation(session, project, reservation_key(name)) if name else None
    return None if other is None or other.id == own_id else other


def _changes_project(record: AutotuneRecord, submission: Submission) -> bool:
    return submission.project not in ("", record.project)


def _describe_changes(record: AutotuneRecord, submission: Submission) -> str:
    """For the history, before the record is changed."""
    before, after = stored_form_data(record), submission.form.form_data
    titles = [field.title for name, field in FIELDS.items() if before[name] != after[name]]
    titles += ["Variants"] if before["variants"] != after["variants"] else []
    changed = f"Changed {', '.join(titles).lower() or 'nothing'}"
    moved = f"; moved from {record.project or 'no project'} to {submission.project}"
    return changed + moved if _changes_project(record, submission) else changed


def _result(record: AutotuneRecord, check: bool) -> str:
    if not check:
        return "saved as a draft"
    errors = len(stored_errors(record))
    if not errors:
        return "reviewed, ready to create"
    return "reviewed, 1 problem" if errors == 1 else f"reviewed, {errors} problems"


def stored_form_data(record: AutotuneRecord | Version | FormTemplateRecord) -> FormData:
    """What was typed; blank for fields that are newer than the stored data, and once the form was deleted."""
    return {**dict.fromkeys(FIELDS, ""), "variants": [], **json.loads(record.form_data or "{}")}


def stored_form(record: AutotuneRecord) -> AutotuneForm:
    return AutotuneForm.from_data(stored_form_data(record))


def policy_for(services: Services, record: AutotuneRecord) -> Policy:
    """What was sent stays valid, whatever is required now."""
    return services.policy if is_editable(record) else Policy()


def request_text(services: Services, record: AutotuneRecord) -> str:
    """The body that is or would be sent; blank if something is missing."""
    form = stored_form(record)
    if record.body or not policy_for(services, record).validate(form):
        return record.body or ""
    return write_json(_request_body(services, record, form))


def _request_body(services: Services, record: AutotuneRecord, form: AutotuneForm) -> dict[str, Any]:
    """Statsig's log does not say who asked for an autotune: with the setting, its description does."""
    body = form.body()
    if services.settings.requested_by:
        line = f"Requested by {record.created_by}, {page_address(services, record)}"
        body["description"] = f"{body['description']}\n\n{line}" if "description" in body else line
    return body


def page_address(services: Services, record: AutotuneRecord) -> str:
    return f"{services.settings.address}/autotunes/{record.id}"


def dump_errors(errors: Sequence[FieldError]) -> str:
    return json.dumps(errors)


def stored_errors(record: AutotuneRecord) -> list[FieldError]:
    """The errors of the last validation, or Statsig's."""
    return [FieldError(_field_id(field), message) for field, message in json.loads(record.errors)]


def _field_id(field: str | list[str | int]) -> str:
    """Version 0.1 stored the steps that lead to a field: `["variants", 1, "name"]`."""
    return field if isinstance(field, str) else "-".join(map(str, field))


def free_name(services: Services, record: AutotuneRecord) -> str:
    """For a duplicate: `Name copy`, or `Name copy 2` and so on, which no other autotune has."""
    name = _COPY.sub("", stored_form_data(record)["name"].strip()[: MAX_LINE - 20])

    def copy(number: int) -> str:
        return f"{name} copy {number}".strip() if number > 1 else f"{name} copy".strip()

    with services.store.read() as session:
        return copy(queries.free_number(session, record.project, copy))
