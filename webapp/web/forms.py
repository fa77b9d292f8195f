"""The form: empty, filled in, edited, checked."""

import secrets
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for

from ..auth import person
from ..autotunes import (
    EDITABLE,
    Changed,
    Closed,
    State,
    Typed,
    save,
    stored_answers,
    stored_problems,
)
from ..contract import (
    FIELDS,
    PARTS,
    Answers,
    JsonError,
    Path,
    Problem,
    field_id,
    foreseen_id,
    id_is_certain,
    read_json,
    starting_answers,
)
from ..store import Record, StoreError, records
from .binding import Submitted, names_a_field
from .display import desk, moment, projects
from .rows import rearrange

blueprint = Blueprint("forms", __name__)

Page = str | Response | tuple[str, int]

EXPIRED = Problem((), "This form had expired, so it was not sent. What you typed is still here: press the button again.")
NOT_KEPT = Problem((), "This could not be stored just now. What you typed is still here: try again in a moment.")
SENT_MEANWHILE = Problem(
    (), "This autotune has been sent meanwhile and cannot be changed. What you typed is still here: check it to start a new one."
)


@blueprint.get("/autotunes/new")
def new() -> Page:
    if source := request.args.get("from"):
        return show(_copy(_record(source)), project=_record(source).project)
    if names_a_field(list(request.args)):
        return show(starting_answers() | _given(Submitted(request.args).answers))
    return show(starting_answers())


def _given(answers: Answers) -> Answers:
    return {name: value for name, value in answers.items() if value}


def _copy(record: Record) -> Answers:
    """The same answers under a name that is still free."""
    answers = stored_answers(record)
    return answers | {"name": f"{answers['name'].strip()} copy".strip()}


@blueprint.get("/autotunes")
def nothing_here() -> Response:
    return redirect(url_for("listing.index"), 303)  # type: ignore[return-value]


@blueprint.post("/autotunes")
def submit_new() -> Page:
    return _submitted(None)


@blueprint.get("/autotunes/<record_id>/edit")
def edit(record_id: str) -> Page:
    record = _record(record_id)
    if record.state not in EDITABLE:
        flash("This autotune has been sent: it cannot be changed here any more.")
        return redirect(url_for("pages.show", record_id=record_id), 303)  # type: ignore[return-value]
    return show(
        stored_answers(record),
        problems=stored_problems(record),
        record=record,
        version=record.version,
        project=record.project,
    )


@blueprint.post("/autotunes/<record_id>/edit")
def submit_edit(record_id: str) -> Page:
    return _submitted(_record(record_id))


@blueprint.post("/autotunes/preview")
def preview() -> dict[str, Any]:
    """What the page shows while somebody types: the id that the name becomes, and whether a JSON can be read."""
    name, json = request.form.get("name", ""), request.form.get("json", "")
    return {"id": foreseen_id(name), "certain": id_is_certain(name), "problem": _json_problem(json)}


def _json_problem(text: str) -> str:
    try:
        read_json(text.replace("\r\n", "\n"))
    except JsonError as error:
        return str(error) if text.strip() else ""
    return ""


def _submitted(record: Record | None) -> Page:
    form = Submitted(request.form)
    if not request.form and request.content_length:
        abort(400, "The form arrived in a way that could not be read. Go back and send it again.")
    if rearranged := rearrange(form.answers, form.action):
        return _again(form, record, rearranged.answers, rearranged.problems, rearranged.focus, 200)
    return _keep(form, record)


def _keep(form: Submitted, record: Record | None) -> Page:
    typed = Typed(form.answers, form.token, form.version, form.project)
    try:
        kept = save(desk(), record.id if record else None, typed, person().who, form.action != "save")
    except Changed as error:
        return show(form.answers, [_changed(error.record)], error.record, error.record.version, form.project, status=409)
    except Closed:
        return show(form.answers, [SENT_MEANWHILE], project=form.project, status=409)
    except StoreError:
        return _again(form, record, form.answers, [NOT_KEPT], (), 503)
    if kept.state == State.DRAFT and form.action != "save":
        return _again(form, kept, form.answers, stored_problems(kept), (), 422, kept.version)
    return redirect(url_for("pages.show", record_id=kept.id), 303)  # type: ignore[return-value]


def _changed(record: Record) -> Problem:
    message = f"{record.changed_by} changed this after you opened it. Press again to replace that by what stands here."
    return Problem((), message)


def _again(
    form: Submitted,
    record: Record | None,
    answers: Answers,
    problems: list[Problem],
    focus: Path,
    status: int,
    version: int | None = None,
) -> Page:
    """The same form once more, with everything that was typed."""
    version = form.version if version is None else version
    return show(answers, problems, record, version, form.project, form.token, focus, status)


def expired() -> Page:
    """The form that came with no valid CSRF token, as it was typed."""
    form = Submitted(request.form)
    record_id = (request.view_args or {}).get("record_id")
    return _again(form, _record(record_id) if record_id else None, form.answers, [EXPIRED], (), 400)


def show(
    answers: Answers,
    problems: list[Problem] | tuple[()] = (),
    record: Record | None = None,
    version: int = 0,
    project: str = "",
    token: str = "",
    focus: Path = (),
    status: int = 200,
) -> Page:
    page = render_template(
        "autotunes/form.html",
        answers=answers,
        problems=problems,
        said={field_id(problem.path): problem.message for problem in reversed(problems)},
        record=record,
        version=version,
        project=project,
        projects=projects(),
        token=token or secrets.token_urlsafe(16),
        focus=field_id(focus),
        parts=PARTS,
        id=foreseen_id(answers["name"]),
        certain=id_is_certain(answers["name"]),
    )
    return page, status


def _record(record_id: str) -> Record:
    with desk().store.read() as session:
        record = records.get(session, record_id)
    return record or abort(404)
