"""Links to forms that are filled in: opening one, and filling in a form from a pasted request."""

import json
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField, ValidationError

from ..auth import Permission, can, current_user, keeps_form, requires
from ..autotunes import form_links
from ..contract.form import AutotuneForm
from ..contract.pasted_request import PastedRequest, read_request
from ..contract.request_text import RequestError, readable_part
from ..contract.sentence import describe
from ..store import FormLink, queries
from .form_page import render_prefilled
from .page_form import clean_token
from .request_context import load_projects, services
from .review import settings_of
from .review_table import variants_table

blueprint = Blueprint("links", __name__)

NOT_FOUND = "This link has expired, or is not complete"
ASK_FOR_ANOTHER = "Ask the person who sent it for a new one."
EXPIRED = "This page expired. What you pasted is still here, without keys: try again"


@blueprint.get("/links/<token>")
@requires(Permission.VIEW)
def show(token: str) -> ResponseReturnValue:
    """The form, or what it holds for those who may only view."""
    with services().store.read() as session:
        link = form_links.find(services(), session, clean_token(token))
        source = queries.get(session, link.autotune_id) if link and link.autotune_id else None
        load_projects(session)
    if link is None:
        return render_template("errors/error.html", title=NOT_FOUND, message=ASK_FOR_ANOTHER), 404
    form_data, prefilled = json.loads(link.form_data), {"source": source, **_origin(link)}
    if can("write"):
        return render_prefilled(form_data, json.loads(link.page_fields), **prefilled)
    form = AutotuneForm.from_data(form_data)
    return render_template(
        "autotunes/link.html",
        form=form,
        sentence=describe(form),
        table=variants_table(form),
        settings=[*settings_of(form)],
        prefilled=prefilled,
    )


def _origin(link: FormLink) -> dict[str, Any]:
    """For the template `_prefilled.html`."""
    notes = json.loads(link.notes)
    return {
        "by": "link" if notes is None else "paste",
        "link": link,
        "notes": notes,
        "expires_at": form_links.expires_at(services(), link),
        "who": "you" if link.created_by == current_user().actor else link.created_by,
    }


class PasteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """`pasted` is what was read, once the form is valid."""

    pasted_request = TextAreaField("Request")
    pasted: PastedRequest
    is_shortened = False

    def validate_pasted_request(self, field: TextAreaField) -> None:
        try:
            self.pasted = read_request(field.data or "")
        except RequestError as error:
            self.remove_unreadable()
            raise ValidationError(str(error)) from None

    def remove_unreadable(self) -> None:
        """Before it is shown again: keys, and all that is not JSON."""
        text = self.pasted_request.data or ""
        self.pasted_request.data = readable_part(text)
        self.is_shortened = self.pasted_request.data != text.strip()


def paste_expired() -> ResponseReturnValue:
    form = PasteForm()
    form.remove_unreadable()
    form.pasted_request.errors = [EXPIRED]
    return render_template("autotunes/paste.html", form=form), 400


@blueprint.get("/autotunes/paste")
@requires(Permission.WRITE)
def paste() -> ResponseReturnValue:
    return render_template("autotunes/paste.html", form=PasteForm())


@blueprint.post("/autotunes/paste")
@requires(Permission.WRITE)
@keeps_form(on_csrf_error=paste_expired, pasted_request=readable_part)
def submit_paste() -> ResponseReturnValue:
    """What was pasted becomes a form at a link of its own: it stays there when the page is reloaded."""
    form = PasteForm()
    if not form.validate_on_submit():
        return render_template("autotunes/paste.html", form=form), 422
    pasted = form.pasted
    link = form_links.add(services(), current_user().actor, pasted.form_data, notes=pasted.notes)
    return redirect(url_for("links.show", token=link.token), 303)
