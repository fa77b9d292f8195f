"""The list of all autotunes, and the health check."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from ..auth import Permission, any_host, current_user, public, requires
from ..autotunes.removal import purge_discarded
from ..autotunes.states import State
from ..contract.characters import visible
from ..store import listing
from ..store.listing import ARCHIVED, DISCARDED, MAX_COUNT, ListQuery
from .request_context import load_projects, project_name, services
from .template_context import state_label

blueprint = Blueprint("listing", __name__)

MAX_SEARCH = 200  # characters
MAX_FILTER = 300  # characters of a person or project
FILTERS = ("q", "state", "person", "project")
TABS = ("", State.DRAFT, State.READY, State.SENDING, State.CREATED, State.UNKNOWN, ARCHIVED, DISCARDED)


@dataclass(frozen=True)
class Tab:
    """A link above the list. `count` is blank if it is not known."""

    title: str
    filters: dict[str, str | None]
    count: str = ""
    is_current: bool = False


@blueprint.get("/")
@requires(Permission.VIEW)
def index() -> str:
    purge_discarded(services())
    query = _query()
    with services().store.read() as session:
        load_projects(session)
        page = listing.page(session, query, TABS)
        people, projects = listing.people(session), listing.projects(session)
        mine = _mine(session, query)
    return render_template(
        "autotunes/list.html",
        page=page,
        query=query,
        filters=(filters := _filters(query)),
        is_new=not (page.records or any(filters.values()) or any(page.counts.values())),
        tabs=_tabs(query, page.counts, mine),
        people=_choices(people, query.person),
        projects={name: project_name(name) for name in _choices(projects, query.project)},
    )


def _query() -> ListQuery:
    search, person, project = (
        visible(request.args.get(name, "").strip()[:limit])
        for name, limit in (("q", MAX_SEARCH), ("person", MAX_FILTER), ("project", MAX_FILTER))
    )
    state = request.args.get("state", "")
    older, newer = (listing.parse_cursor(request.args.get(side, "")) for side in ("older", "newer"))
    return ListQuery(search, state if state in TABS else "", person, project, older, newer)


def _filters(query: ListQuery, **changes: str) -> dict[str, str | None]:
    """The parameters of a link to the list, without blank ones."""
    filters = {"q": query.search, "state": query.state, "person": query.person, "project": query.project} | changes
    return {name: text or None for name, text in filters.items()}


def _tabs(query: ListQuery, counts: Mapping[str, int], mine: Tab | None) -> list[Tab]:
    """“Creating” only while there is something in it."""
    tabs = [
        Tab(_title(state), _filters(query, state=state), _count(counts, state), query.state == state)
        for state in TABS
        if state != State.SENDING or query.state == state or counts.get(state)
    ]
    if mine and mine.is_current:
        tabs[0] = Tab(_title(""), _filters(query, person=""))
    return [tabs[0], *([mine] if mine else []), *tabs[1:]]


def _title(state: str) -> str:
    titles = {"": "All", State.DRAFT: "Drafts", ARCHIVED: "Archived", DISCARDED: "Discarded"}
    return titles.get(state) or state_label(state)


def _count(counts: Mapping[str, int], state: str) -> str:
    count = counts.get(state)
    return "" if count is None else f"{MAX_COUNT:,}+" if count > MAX_COUNT else f"{count:,}"


def _mine(session: Session, query: ListQuery) -> Tab | None:
    """None without a login: then all autotunes are of the same user."""
    actor = current_user().email
    if not actor:
        return None
    own = ListQuery(query.search, "", actor, query.project)
    counts = listing.counts(session, own, [""])
    return Tab("Mine", _filters(own), _count(counts, ""), (query.state, query.person) == ("", actor))


def _choices(values: list[str], chosen: str) -> list[str]:
    """With the chosen one, which may no longer be in the list."""
    return values if not chosen or chosen in values else [chosen, *values]


@blueprint.get("/healthz")
@public
@any_host
def healthz() -> dict[str, str]:
    """Whether the database answers and has the tables of this app."""
    services().store.check()
    return {"status": "ok"}
