"""What people have typed and not saved: one working copy per person, beside the stored version.

It changes no state, version, history or author of an autotune.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..contract.characters import visible
from ..contract.form_data import FormData
from ..contract.limits import MAX_LINE
from ..store import WorkingCopy, queries
from .services import Services

PRESENT_SECONDS = 60.0  # since the last request of a person who is editing
KEEP_SECONDS = 30 * 24 * 3600.0


class Kept(Enum):
    YES = "yes"
    SAVED = "the form has been saved in the meantime"
    OTHER_TAB = "another tab has written the working copy since"


@dataclass(frozen=True)
class FormContent:
    """What a form holds. `key` is the ID of its autotune, or of a new form; `form_data` is None if nothing was changed.

    `version` is what its page may replace, 0 on the page of a new form, whatever that has become. `page_fields` are
    those of the page, with its `token` and `copy_digest`.
    """

    key: str
    version: int
    form_data: FormData | None
    page_fields: Mapping[str, Any]


def keep(services: Services, person: str, content: FormContent) -> Kept:
    """Replaces this person's working copy, unless it has what another tab wrote."""
    now, form_data = services.clock(), content.form_data
    copy = WorkingCopy(
        key=content.key,
        person=person,
        version=content.version,
        form_data=json.dumps(form_data) if form_data else "",
        page_fields=json.dumps(content.page_fields),
        name=visible(form_data["name"].strip()[:MAX_LINE]) if form_data else "",
        saved_at=now,
    )
    try:
        return _write(services, copy, content)
    except IntegrityError:  # two tabs inserted it at once: now it exists
        return _write(services, copy, content)


def _write(services: Services, copy: WorkingCopy, content: FormContent) -> Kept:
    with services.store.write() as session:
        key = copy.key
        saved = queries.get(session, key, locked=True) or queries.find_by_token(session, key, locked=True)
        token, opened_on = content.page_fields["token"], content.page_fields["copy_digest"]
        if saved and (not copy.version or (saved.last_form_token == token and saved.version != copy.version)):
            return Kept.SAVED
        other = find(session, copy.person, key)
        if other and _writer(other) != token and _typed(other) == _typed(copy):
            other.saved_at = copy.saved_at  # the page that wrote it goes on
            return Kept.YES
        if other and not _is_of_page(other, token, opened_on):
            return Kept.OTHER_TAB
        session.execute(delete(WorkingCopy).where(WorkingCopy.saved_at < copy.saved_at - KEEP_SECONDS))
        session.merge(copy)
        return Kept.YES


def digest(copy: WorkingCopy) -> str:
    """Differs once something else was typed."""
    return sha256(repr(_typed(copy)).encode()).hexdigest()[:16]


def _typed(copy: WorkingCopy) -> list[str]:
    page_fields = json.loads(copy.page_fields)
    typed = ("project", "assumptions", "pasted", "removed", "types")
    return [copy.form_data, *(page_fields.get(name, "") for name in typed)]


def _writer(copy: WorkingCopy) -> str:
    """The token of the page that wrote it."""
    return str(json.loads(copy.page_fields)["token"])


def _is_of_page(copy: WorkingCopy, token: str, opened_on: str) -> bool:
    """Whether the page with this token wrote it, or was opened on what it holds."""
    return _writer(copy) == token or digest(copy) == opened_on


def find(session: Session, person: str, key: str) -> WorkingCopy | None:
    """None if this person has changed nothing."""
    copy = session.get(WorkingCopy, (key, person))
    return copy if copy and copy.form_data else None


def discard(session: Session, person: str, key: str) -> None:
    session.execute(delete(WorkingCopy).where(WorkingCopy.person == person, WorkingCopy.key == key))


def discard_saved(session: Session, person: str, keys: Iterable[str], token: str, opened_on: str) -> None:
    """Removes what a page has saved, and leaves what another tab has written since."""
    copies = select(WorkingCopy).where(WorkingCopy.person == person, WorkingCopy.key.in_(list(keys)))
    for copy in session.scalars(copies):
        if not copy.form_data or _is_of_page(copy, token, opened_on):
            session.delete(copy)


def other_editors(session: Session, now: float, person: str, key: str) -> Sequence[str]:
    """Who else is editing the autotune now."""
    present = (WorkingCopy.key == key, WorkingCopy.person != person, WorkingCopy.saved_at > now - PRESENT_SECONDS)
    return session.scalars(select(WorkingCopy.person).where(*present).order_by(WorkingCopy.person)).all()


def unfinished(session: Session, person: str) -> Sequence[Any]:
    """New forms that this person has begun and not saved, the newest first: token (`key`), `name` and `saved_at`."""
    mine = (WorkingCopy.person == person, WorkingCopy.version == 0, WorkingCopy.form_data != "")
    columns = select(WorkingCopy.key, WorkingCopy.name, WorkingCopy.saved_at)
    return session.execute(columns.where(*mine).order_by(WorkingCopy.saved_at.desc()).limit(5)).all()
