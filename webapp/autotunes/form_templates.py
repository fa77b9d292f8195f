"""Templates: filled-in forms to start from. Three come with the desk; any autotune can be made one."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from ..contract.form import AutotuneForm
from ..contract.form_data import FormData
from ..contract.json_input import write_json
from ..store import AutotuneRecord, FormTemplateRecord
from .drafts import stored_form_data
from .services import Services

ID_BYTES = 6
MAX_OFFERED = 2  # of people's own, by a new form

_IS_KEPT = FormTemplateRecord.removed_at.is_(None)


@dataclass(frozen=True)
class FormTemplate:
    """`created_by` is blank for those that come with the desk."""

    id: str
    title: str
    note: str
    form_data: FormData
    created_by: str = ""
    created_at: float = 0


def _built_in(id_: str, title: str, note: str, variants: dict[str, Any], **fields: str) -> FormTemplate:
    rows = [{"name": name, "size": "", "json": write_json(value)} for name, value in variants.items()]
    return FormTemplate(id_, title, note, AutotuneForm.initial_data() | fields | {"variants": rows})


BUILT_IN = (
    _built_in(
        "button-text",
        "Button text",
        "For words on a button that everybody sees, where a click says soon which ones work.",
        {
            "current": {"text": "Sign up"},
            "benefit": {"text": "Start for free"},
            "short": {"text": "Join"},
        },
    ),
    _built_in(
        "price",
        "Price",
        "For a price that people see before they buy. Count the purchase and give it a day: some people come back "
        "later. More purchases are not always more revenue: compare that as well.",
        {
            "current": {"price": 9.99},
            "lower": {"price": 8.99},
            "higher": {"price": 10.99},
        },
        explorationWindow="336hr",
        attributionWindow="24hr",
    ),
    _built_in(
        "section-ranking",
        "Ranking of sections",
        "For the order of the sections of a page, where different people look for different things: a contextual "
        "autotune learns which order suits whom.",
        {
            "current": {"sections": ["new", "popular", "for you"]},
            "popular first": {"sections": ["popular", "for you", "new"]},
            "for you first": {"sections": ["for you", "new", "popular"]},
        },
        isContextual="true",
        featureList="country\nplatform",
    ),
)


def all_templates(session: Session) -> list[FormTemplate]:
    """People's own, the newest first, then those that come with the desk."""
    return [*map(_stored, session.scalars(_newest_first(FormTemplateRecord))), *BUILT_IN]


def offered(session: Session) -> list[Any]:
    """What a new form offers to start from: `id`, `title` and `note` of the newest and of those of the desk."""
    columns = (FormTemplateRecord.id, FormTemplateRecord.title, FormTemplateRecord.note)
    return [*session.execute(_newest_first(*columns).limit(MAX_OFFERED)), *BUILT_IN]


def _newest_first(*columns: Any) -> Select[Any]:
    """Of people's own."""
    return select(*columns).where(_IS_KEPT).order_by(FormTemplateRecord.created_at.desc())


def find_template(session: Session, template_id: str) -> FormTemplate | None:
    row = session.scalar(select(FormTemplateRecord).where(FormTemplateRecord.id == template_id, _IS_KEPT))
    return _stored(row) if row else next((template for template in BUILT_IN if template.id == template_id), None)


def _stored(row: FormTemplateRecord) -> FormTemplate:
    return FormTemplate(row.id, row.title, row.note, stored_form_data(row), row.created_by, row.created_at)


def add(services: Services, actor: str, record: AutotuneRecord, title: str, note: str) -> None:
    """Copies the form without its name, so that what is made of it gets one of its own."""
    template = FormTemplateRecord(
        id=secrets.token_hex(ID_BYTES),
        title=title,
        note=note,
        form_data=json.dumps(stored_form_data(record) | {"name": ""}),
        created_at=services.clock(),
        created_by=actor,
    )
    with services.store.write() as session:
        session.add(template)


def set_removed(services: Services, template_id: str, removed: bool) -> str:
    """Removes or restores a template; returns its title, blank if there is none."""
    removed_at = services.clock() if removed else None
    change = update(FormTemplateRecord).where(FormTemplateRecord.id == template_id).values(removed_at=removed_at)
    with services.store.write() as session:
        return session.scalar(change.returning(FormTemplateRecord.title)) or ""
