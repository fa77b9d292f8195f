"""What a version of an autotune changed."""

import json
from typing import Any

from flask import Blueprint, abort, render_template

from ..auth import Permission, requires
from ..contract.changes import Change, changes
from ..contract.form import FIELDS
from ..store import Version, queries
from .page_form import parse_int
from .request_context import find, services

blueprint = Blueprint("history", __name__)


@blueprint.get("/autotunes/<record_id>/history/<version>")
@requires(Permission.VIEW)
def show(record_id: str, version: str) -> str:
    """Compared with the version that was saved before."""
    record, number = find(record_id), parse_int(version)
    with services().store.read() as session:
        after = queries.version(session, record_id, number) or abort(404)
        before = queries.version_before(session, record_id, number)
    return render_template(
        "autotunes/changes.html", record=record, version=number, changes=_changes(before, after) if before else []
    )


def changes_since_review(current: Version | None, reviewed: Version | None) -> list[Change]:
    """`reviewed` is the version before that was ready."""
    return _changes(reviewed, current) if reviewed and current else []


def _changes(before: Version, after: Version) -> list[Change]:
    return changes(_form_data(before), _form_data(after))


def _form_data(version: Version) -> dict[str, Any]:
    """Blank for fields that are newer than the version."""
    return {**dict.fromkeys(FIELDS, ""), **json.loads(version.form_data)}
