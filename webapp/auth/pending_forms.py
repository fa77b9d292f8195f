"""Forms that arrive after their session has ended. Views opt in by `keeps_form`.

A form is saved for its user's next login (`web.restore` makes a draft of it), or is put on the response, to be
submitted again.
"""

import json
import secrets
from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import validate_csrf
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from wtforms import ValidationError

from ..autotunes.services import Services
from ..contract.characters import visible
from ..store import PendingForm, StoreError
from .decorators import view_rules
from .errors import message_page
from .permissions import User

KEEP_SECONDS = 7 * 24 * 3600.0
MAX_FORMS = 20  # per user


def session_ended_page(services: Services, user: User | None) -> ResponseReturnValue:
    """Answers a POST without an active session; `user` is whose session has ended, if that is known."""
    title = "Log in again"
    if user and view_rules().saves_pending_form and _has_csrf_token() and _save(services, user):
        message = "Your session has ended. What you typed is saved; you will find it again after logging in."
        return message_page(title, message, 401, "login")
    if view_rules().on_csrf_error:
        return _resubmit_page(title, 401)
    return message_page(title, "Your session has ended, so nothing was done and nothing was sent.", 401, "login")


def database_unavailable_page() -> tuple[str, int]:
    """Answers a POST while nobody can be looked up."""
    return _resubmit_page("The autotune desk cannot reach its database", 503)


def _resubmit_page(title: str, status: int) -> tuple[str, int]:
    page = render_template(
        "auth/resubmit.html", title=title, login=status == 401, fields=_fields(), action=request.path
    )
    return page, status


def _has_csrf_token() -> bool:
    """Whether the form came from this user's own page: the token outlives the session."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _fields() -> list[tuple[str, str]]:
    clean = view_rules().clean
    fields = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
    return [(name, clean[name](text) if name in clean else text) for name, text in fields]


def _save(services: Services, user: User) -> bool:
    """Replaces an earlier form with the same token. False if the user has too many, or the database fails."""
    form = PendingForm(
        email=user.email,
        form_token=visible(request.form.get("token") or secrets.token_urlsafe(16))[:64],
        autotune_id=(request.view_args or {}).get("record_id"),
        fields=json.dumps(_fields()),
        created_at=services.clock(),
    )
    of_user = PendingForm.email == user.email
    try:
        with services.store.write() as db:
            db.execute(delete(PendingForm).where(of_user, PendingForm.form_token == form.form_token))
            if db.scalars(select(func.count()).select_from(PendingForm).where(of_user)).one() >= MAX_FORMS:
                return False
            db.add(form)
    except StoreError:
        return False
    return True


def forms_for(services: Services, user: User) -> Sequence[PendingForm]:
    """Oldest first."""
    with services.store.read() as db:
        return db.scalars(select(PendingForm).where(PendingForm.email == user.email).order_by(PendingForm.id)).all()


def discard(services: Services, form: PendingForm) -> None:
    with services.store.write() as db:
        db.execute(delete(PendingForm).where(PendingForm.id == form.id))


def delete_expired(db: Session, now: float) -> None:
    db.execute(delete(PendingForm).where(PendingForm.created_at < now - KEEP_SECONDS))
