"""The form: empty, filled in, edited, checked."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..auth import Permission, current_user, keeps_form, requires
from ..autotunes.drafts import (
    EditConflict,
    NotEditable,
    Typed,
    free_name,
    name_holder,
    save,
    stored_errors,
    stored_form_data,
)
from ..autotunes.states import EDITABLE, State
from ..contract.characters import spell_out
from ..contract.choices import Choice
from ..contract.errors import FieldError, Path, field_id
from ..contract.fields import FIELDS, MAX_LINE, Field
from ..contract.form_data import Answers, is_untouched, starting_answers, topped_up
from ..contract.formatting import in_words
from ..contract.ids import expected_id, id_is_certain
from ..contract.json_input import JsonError, read_json
from ..contract.validation import Autotune, parse
from ..store import AutotuneRecord, NotStorable, StoreError, queries
from .assumptions import LONGEST_CARRIED, carried
from .forms import Submitted, clean_token, names_a_field
from .request_context import find, project_name, projects, services
from .variant_rows import rearrange

blueprint = Blueprint("forms", __name__)

Page = str | Response | tuple[str, int]

UNREADABLE = "The form arrived in a way that could not be read. Go back and send it again."
EXPIRED = FieldError(
    (), "This form had expired, so it was not sent. What you typed is still here: press the button again."
)
NOT_KEPT = FieldError((), "This could not be stored just now. What you typed is still here: try again in a moment.")
NOT_STORABLE = FieldError((), "This holds a character that the database cannot store. Remove it and try again.")
NOTHING_TYPED = FieldError(("name",), "Enter a name, or fill in anything else, before you save this")
SENT_MEANWHILE = FieldError(
    (),
    "Somebody has started to create this autotune, so it cannot be changed any more. What you typed is still here: "
    "check it to start a new one.",
)


@blueprint.get("/autotunes/new")
@requires(Permission.WRITE)
def new() -> Page:
    if (token := clean_token(request.args.get("form"))) and (written := _written(token)):
        return redirect(url_for("forms.edit", record_id=written.id), 303)
    if source := request.args.get("from"):
        record = find(source)
        answers = stored_form_data(record) | {"name": free_name(services(), record)}
        return show(Form(answers, project=record.project))
    if names_a_field(list(request.args)):
        given = Submitted(request.args)
        return show(Form(topped_up(starting_answers() | _given(given.answers)), project=given.project))
    return show(Form(starting_answers(), project=request.args.get("project", "")))


def _written(token: str) -> AutotuneRecord | None:
    """What became of a new form: where it is opened once more, by going back, its draft is."""
    with services().store.read() as session:
        return queries.by_token(session, token)


def _given(answers: Answers) -> Answers:
    return {name: value for name, value in answers.items() if value}


@blueprint.get("/autotunes")
@requires(Permission.VIEW)
def nothing_here() -> Response:
    return redirect(url_for("listing.index"), 303)


def expired(record_id: str | None = None) -> Page:
    """The form that came with no valid CSRF token, as it was typed."""
    form = _as_typed(Submitted(request.form), find(record_id) if record_id else None)
    return show(replace(form, problems=[EXPIRED]), 400)


@blueprint.post("/autotunes")
@requires(Permission.WRITE)
@keeps_form(on_csrf_error=expired, until_login=True)
def submit_new() -> Page:
    return _submitted(None)


@blueprint.get("/autotunes/<record_id>/edit")
@requires(Permission.WRITE)
def edit(record_id: str) -> Page:
    record = find(record_id)
    if record.state not in EDITABLE:
        flash("Somebody has started to create this autotune, so it cannot be changed here any more.")
        return redirect(url_for("detail.show", record_id=record_id), 303)
    answers = stored_form_data(record)
    form = Form(answers, stored_errors(record), record, record.version, record.project)
    form = replace(form, refused_at=record.statsig_read_at)
    if names_a_field(list(request.args)):
        return show(_filled_in(form, answers | _given(Submitted(request.args).answers)))
    return show(form)


@blueprint.post("/autotunes/<record_id>/edit")
@requires(Permission.WRITE)
@keeps_form(on_csrf_error=expired, until_login=True)
def submit_edit(record_id: str) -> Page:
    return _submitted(find(record_id))


@blueprint.post("/autotunes/preview")
@requires(Permission.WRITE)
def preview() -> dict[str, Any]:
    """What the page shows while somebody types: the id that the name becomes, and whether a JSON can be read."""
    name, json = request.form.get("name", "")[:MAX_LINE], request.form.get("json", "")
    return {"id": expected_id(name), "certain": id_is_certain(name), "problem": spell_out(_json_problem(json))}


def _json_problem(text: str) -> str:
    try:
        read_json(text.replace("\r\n", "\n"))
    except JsonError as error:
        return str(error) if text.strip() else ""
    return ""


@dataclass(frozen=True)
class Form:
    """What the form's page shows. `version` is what it was opened on, `focus` the field to go to.

    `unsent`: it holds what is stored nowhere yet, though nobody typed it. `refused_at`: when Statsig gave the problems.
    """

    answers: Answers
    problems: Sequence[FieldError] = ()
    record: AutotuneRecord | None = None
    version: int = 0
    project: str = ""
    token: str = ""
    focus: Path = ()
    unsent: bool = False
    refused_at: float | None = None


def _filled_in(form: Form, answers: Answers) -> Form:
    """The form with what a link chose, such as a choice of the plan's: stored as little as if it had been typed."""
    changed = [field for field in FIELDS if form.answers[field.name] != answers[field.name]]
    named = [f"{field.title} {in_words(field, answers)}" for field in changed]
    named += ["Variants"] if form.answers["variants"] != answers["variants"] else []
    if named:
        flash(f"Filled in, not stored yet: {', '.join(named)}. Check it or save it to keep it.")
    return replace(form, answers=answers, unsent=bool(named))


def _submitted(record: AutotuneRecord | None) -> Page:
    if not request.form and request.content_length:
        abort(400, UNREADABLE)
    sent = Submitted(request.form)
    if moved := rearrange(sent.answers, sent.action, sent.numbers):
        return show(replace(_as_typed(sent, record), answers=moved.answers, problems=moved.problems, focus=moved.focus))
    return _keep(sent, record)


def _as_typed(sent: Submitted, record: AutotuneRecord | None) -> Form:
    """The same form once more, with everything that was typed."""
    return Form(sent.answers, (), record, sent.version, sent.project, sent.token)


def _keep(sent: Submitted, record: AutotuneRecord | None) -> Page:
    typed = Typed(sent.answers, sent.token, sent.version, sent.project)
    form = _as_typed(sent, record)
    if record is None and is_untouched(sent.answers) and not _written(sent.token):
        return show(replace(form, problems=_what_to_enter(sent)), 422)
    checks = _checks(sent)
    try:
        kept = save(services(), record.id if record else None, typed, current_user().actor, checks)
    except EditConflict as error:
        now = error.record
        return show(Form(sent.answers, [_changed(now)], now, now.version, sent.project), 409)
    except NotEditable:
        return show(Form(sent.answers, [SENT_MEANWHILE], project=sent.project), 409)
    except NotStorable:
        return show(replace(form, problems=[NOT_STORABLE]), 422)
    except StoreError:
        return show(replace(form, problems=[NOT_KEPT]), 503)
    if kept.state == State.DRAFT and checks and sent.action != "plan":
        return show(replace(form, problems=stored_errors(kept), record=kept, version=kept.version), 422)
    page = "forecast.show" if sent.action == "plan" else "detail.show"
    guesses: dict[str, Any] = {**carried(request.form.get("guesses", ""))}
    return redirect(url_for(page, record_id=kept.id, **guesses), 303)


def _what_to_enter(sent: Submitted) -> Sequence[FieldError]:
    """For a form in which nothing was typed: it is not stored."""
    parsed = parse(sent.answers) if sent.action == "check" else None
    return parsed if isinstance(parsed, list) else [NOTHING_TYPED]


def _checks(sent: Submitted) -> bool:
    """Whether what fails a check shows the form again. A plan can be had of a draft with gaps."""
    if sent.action == "plan":
        return isinstance(parse(sent.answers), Autotune)
    return sent.action != "save"


def _changed(record: AutotuneRecord) -> FieldError:
    message = f"{record.changed_by} changed this after you opened it. Press again to replace their version with yours."
    return FieldError((), message)


def _project_field(chosen: str) -> Field | None:
    """Asks for the Statsig project, where there is anything to choose."""
    names = [project.name for project in projects()]
    if len(names) == 1 and services().project_for(chosen):
        return None
    choices = tuple(Choice(name, project_name(name), (name,)) for name in names)
    return Field("project", "Statsig project", "choice", missing="Choose the Statsig project", choices=choices)


def _taken_by(form: Form) -> AutotuneRecord | None:
    """The autotune of this desk that has the name, where that is a problem."""
    if form.record is None or not any(problem.path == ("name",) for problem in form.problems):
        return None
    with services().store.read() as session:
        return name_holder(session, form.record)


def show(form: Form, status: int = 200) -> Page:
    said = {field_id(problem.path): problem.message for problem in reversed(form.problems)}
    name = form.answers["name"][:MAX_LINE]
    page = render_template(
        "autotunes/form.html",
        form=form,
        answers=form.answers,
        problems=form.problems,
        said=said,
        taken_by=_taken_by(form),
        project=_project_field(form.project),
        only_project=services().project_for(form.project),
        token=form.token or secrets.token_urlsafe(16),
        focus=field_id(form.focus),
        guesses=(request.form if request.method == "POST" else request.args).get("guesses", "")[:LONGEST_CARRIED],
        id=expected_id(name),
        certain=id_is_certain(name),
    )
    return page, status
