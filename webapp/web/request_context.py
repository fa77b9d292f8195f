"""What views need from the current request: the services, the autotune in its URL, the Statsig projects."""

import re

from flask import Flask, abort, current_app, g, request
from sqlalchemy.orm import Session

from ..auth import current_user
from ..autotunes.services import Services
from ..forecast.queue import ForecastQueue
from ..statsig import Project
from ..store import ActionRecord, AutotuneRecord, StoreError, action_queries, queries

_ID = re.compile(r"[0-9a-f]{1,32}")


def init_app(app: Flask) -> None:
    app.before_request(_require_id)


def services() -> Services:
    instance: Services = current_app.extensions["services"]
    return instance


def forecast_queue() -> ForecastQueue:
    queue: ForecastQueue = current_app.extensions["forecasts"]
    return queue


def forecast_person() -> str | None:
    """Who asks for a forecast; nobody has an email address in local mode."""
    return current_user().email or None


def find(record_id: str) -> AutotuneRecord:
    """The autotune with this ID, or the 404 page."""
    if not _ID.fullmatch(record_id):
        abort(404)
    with services().store.read() as session:
        record = queries.get(session, record_id)
    return record or abort(404)


def find_with_action(record_id: str) -> tuple[AutotuneRecord, ActionRecord | None]:
    """The autotune and its last start or decision, or the 404 page."""
    with services().store.read() as session:
        record = queries.get(session, record_id) or abort(404)
        return record, action_queries.last(session, record_id)


def submitted_text(name: str) -> str:
    """A field of several lines, without the spaces around it and without what no database stores."""
    return request.form.get(name, "").replace("\r\n", "\n").replace("\0", "").strip()


def _require_id() -> None:
    """Not every database can store every character, so only ids are looked up."""
    if not _ID.fullmatch((request.view_args or {}).get("record_id", "0")):
        abort(404)


def projects() -> list[Project]:
    """The Statsig projects that can be chosen, looked up once a request."""
    if "projects" not in g:
        g.projects = services().projects.all()
    return list(g.projects)


def load_projects(session: Session) -> None:
    """Loads the projects in a session that is open already."""
    g.projects = services().projects.all(session)


def project_name(name: str) -> str:
    """How pages name a project; blank if none was chosen."""
    known = next((project for project in projects_if_known() if project.name == name), None)
    return services().project_names.name_of(known) if known else name


def projects_if_known() -> list[Project]:
    """Empty if the database fails: the base template must render on the error page too."""
    try:
        return projects()
    except StoreError:
        g.projects = []
        return []
