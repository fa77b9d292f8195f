"""Templates: the page that lists them, and making one of an autotune."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..auth import Permission, current_user, keeps_form, requires
from ..autotunes import form_templates
from ..autotunes.form_templates import FormTemplate
from ..contract.characters import visible
from ..contract.fields import LineField, Required, TextField
from ..contract.form import AutotuneForm
from ..contract.sentence import Piece, describe
from ..store import AutotuneRecord
from .request_context import find, services

blueprint = Blueprint("form_templates", __name__)

EXPIRED = "This page expired. What you typed is still here: try again"


class TitleField(LineField):
    max_length = 100


class TemplateForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    title = TitleField("Title", [Required("Enter a title")])
    note = TextField(
        "When to use it",
        [Required("Say in a sentence when to use it")],
        description="For people who choose a template: when it fits, and what to check.",
    )


@dataclass(frozen=True)
class Card:
    template: FormTemplate
    sentence: list[Piece]


@blueprint.get("/templates")
@requires(Permission.VIEW)
def index() -> str:
    with services().store.read() as session:
        templates = form_templates.all_templates(session)
    cards = [Card(template, describe(AutotuneForm.from_data(template.form_data))) for template in templates]
    return render_template("form_templates/list.html", cards=cards)


@blueprint.get("/autotunes/<record_id>/template")
@requires(Permission.WRITE)
def make(record_id: str) -> ResponseReturnValue:
    record = _with_form(record_id)
    return _page(record, TemplateForm(MultiDict({"title": record.name[: TitleField.max_length]})))


def make_expired(record_id: str) -> ResponseReturnValue:
    form = TemplateForm()
    form.note.errors = [EXPIRED]
    return _page(_with_form(record_id), form, 400)


@blueprint.post("/autotunes/<record_id>/template", endpoint="submit")
@requires(Permission.WRITE)
@keeps_form(on_csrf_error=make_expired)
def submit(record_id: str) -> ResponseReturnValue:
    record, form = _with_form(record_id), TemplateForm()
    if not form.validate_on_submit():
        return _page(record, form, 422)
    title = visible(form.title.data)
    form_templates.add(services(), current_user().actor, record, title, visible(form.note.data))
    flash(f"{title} is a template now.")
    return _redirect_to_list()


def _page(record: AutotuneRecord, form: TemplateForm, status: int = 200) -> ResponseReturnValue:
    return render_template("form_templates/make.html", record=record, form=form), status


def _with_form(record_id: str) -> AutotuneRecord:
    record = find(record_id)
    return record if record.form_data else abort(404)


@blueprint.get("/templates/<template_id>/remove")
@blueprint.get("/templates/<template_id>/restore")
@requires(Permission.VIEW)
def redirect_to_list(template_id: str) -> Response:
    return _redirect_to_list()


@blueprint.post("/templates/<template_id>/remove", endpoint="remove")
@requires(Permission.WRITE)
def remove(template_id: str) -> Response:
    if title := form_templates.set_removed(services(), visible(template_id), removed=True):
        flash(f"{title} was removed.", f"undo {url_for('form_templates.restore', template_id=template_id)}")
    return _redirect_to_list()


@blueprint.post("/templates/<template_id>/restore", endpoint="restore")
@requires(Permission.WRITE)
def restore(template_id: str) -> Response:
    if title := form_templates.set_removed(services(), visible(template_id), removed=False):
        flash(f"{title} was restored.")
    return _redirect_to_list()


def _redirect_to_list() -> Response:
    return redirect(url_for("form_templates.index"), 303)
