"""What a version of an autotune changed."""

from collections.abc import Iterator

from flask import Blueprint, abort, render_template

from ..auth import Permission, requires
from ..autotunes.drafts import stored_form_data
from ..contract.changes import Change, changes
from ..store import Version, queries
from .page_form import parse_int
from .request_context import find, load_projects, project_name, services

blueprint = Blueprint("history", __name__)


@blueprint.get("/autotunes/<record_id>/history/<version>")
@requires(Permission.VIEW)
def show(record_id: str, version: str) -> str:
    """Compared with the version that was saved before."""
    record, number = find(record_id), parse_int(version)
    with services().store.read() as session:
        after = queries.version(session, record_id, number) or abort(404)
        before = queries.version_before(session, record_id, number)
        load_projects(session)
    changed = version_changes(before, after)
    return render_template("autotunes/changes.html", record=record, version=number, changes=changed)


def version_changes(before: Version | None, after: Version | None) -> list[Change]:
    """None without two versions to compare."""
    if not (before and after):
        return []
    return [*_moves(before, after), *changes(stored_form_data(before), stored_form_data(after))]


def _moves(before: Version, after: Version) -> Iterator[Change]:
    projects = before.project, after.project
    if None not in projects and before.project != after.project:
        yield Change("project", "Statsig project", *(project_name(project or "") for project in projects))
