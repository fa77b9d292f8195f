"""Links to forms that are filled in: what a form holds is stored under a token, until LINK_DAYS are over."""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ..contract.form_data import FormData
from ..store import FormLink
from .services import Services

DAY = 24 * 3600.0  # seconds


def add(
    services: Services,
    actor: str,
    form_data: FormData,
    *,
    page_fields: Mapping[str, Any] | None = None,
    autotune_id: str | None = None,
    notes: Sequence[str] | None = None,
) -> FormLink:
    """`notes` are those of a pasted request. `page_fields` and `autotune_id`: see `FormLink`."""
    link = FormLink(
        token=secrets.token_urlsafe(16),
        form_data=json.dumps(form_data),
        page_fields=json.dumps(page_fields or {}),
        autotune_id=autotune_id,
        notes=json.dumps(notes),
        created_at=services.clock(),
        created_by=actor,
    )
    with services.store.write() as session:
        session.execute(delete(FormLink).where(FormLink.created_at < _oldest(services)))
        session.add(link)
    return link


def find(services: Services, session: Session, token: str) -> FormLink | None:
    """None if it has expired, or never existed."""
    link = session.get(FormLink, token)
    return link if link and link.created_at >= _oldest(services) else None


def expires_at(services: Services, link: FormLink) -> float:
    return link.created_at + services.settings.link_days * DAY


def _oldest(services: Services) -> float:
    return services.clock() - services.settings.link_days * DAY
