"""Queries on logins, and on the forms that wait for one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from .models import LoginLink, LoginSession, PendingForm


def get(session: Session, session_id: str) -> LoginSession | None:
    return session.get(LoginSession, session_id)


def add(session: Session, row: LoginSession) -> None:
    session.add(row)


def touch(session: Session, session_id: str, now: float) -> None:
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now))


def end(session: Session, session_id: str) -> None:
    session.execute(delete(LoginSession).where(LoginSession.id == session_id))


def end_of(session: Session, email: str | None) -> int:
    """Ends the logins of one person, or of everybody; how many there were."""
    chosen = [] if email is None else [LoginSession.email == email]
    return _count(session.execute(delete(LoginSession).where(*chosen)))


def forget(session: Session, begun_before: float, held_before: float, linked_before: float) -> None:
    """Removes the logins, forms and links that are too old to be asked for."""
    session.execute(delete(LoginLink).where(LoginLink.created_at < linked_before))
    session.execute(delete(LoginSession).where(LoginSession.began_at < begun_before))
    session.execute(delete(PendingForm).where(PendingForm.created_at < held_before))


def hold(session: Session, form: PendingForm, most: int) -> bool:
    """Keeps a form in place of an earlier one of the same token; not more than so many for one person."""
    session.execute(
        delete(PendingForm).where(PendingForm.email == form.email, PendingForm.form_token == form.form_token)
    )
    count = session.scalar(select(func.count()).select_from(PendingForm).where(PendingForm.email == form.email)) or 0
    if count < most:
        session.add(form)
    return count < most


def held(session: Session, email: str) -> Sequence[PendingForm]:
    """Oldest first."""
    return session.scalars(select(PendingForm).where(PendingForm.email == email).order_by(PendingForm.id)).all()


def release(session: Session, form_id: int) -> None:
    session.execute(delete(PendingForm).where(PendingForm.id == form_id))


def keep_link(session: Session, link: LoginLink, expired_before: float, most: int) -> None:
    """Makes room first: the expired go, and the oldest where there are too many."""
    newest = select(LoginLink.token).order_by(LoginLink.created_at.desc()).limit(most - 1)
    session.execute(delete(LoginLink).where(LoginLink.created_at < expired_before))
    session.execute(delete(LoginLink).where(LoginLink.token.not_in(newest)))
    session.add(link)


def kept_query(session: Session, token: str, kept_since: float) -> str | None:
    return session.scalar(select(LoginLink.query).where(LoginLink.token == token, LoginLink.created_at >= kept_since))


def _count(result: Any) -> int:
    return int(result.rowcount)
