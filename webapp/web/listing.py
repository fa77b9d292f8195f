"""The list of all autotunes, and the health check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from ..auth import Permission, any_host, can, current_user, public, requires
from ..autotunes import action_words
from ..autotunes.live import Phase, list_reads, live_seconds
from ..autotunes.removal import purge_discarded
from ..autotunes.states import State
from ..contract.characters import visible
from ..store import AutotuneRecord, action_queries, listing, live_states
from ..store.listing import ARCHIVED, DISCARDED, MAX_COUNT, ListQuery
from .request_context import load_projects, projects, services
from .template_context import project_title, state_label

blueprint = Blueprint("listing", __name__)

MAX_SEARCH = 200  # characters
MAX_FILTER = 300  # characters of a person or project
LIST_ARGS = ("q", "state", "person", "project", "older", "newer")
TABS = (
    "",
    State.DRAFT,
    State.READY,
    State.SENDING,
    State.CREATED,
    Phase.RUNNING,
    State.UNKNOWN,
    Phase.ENDED,
    ARCHIVED,
    DISCARDED,
)


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
        created = [record.id for record in page.records if record.state == State.CREATED]
        lives, actions = live_states.of_records(session, created), action_queries.open_of(session, created)
        _refresh(session, page.records)
        people, project_names = listing.people(session), listing.projects(session)
        tabs = _tabs(session, query, page.counts)
    return render_template(
        "autotunes/list.html",
        page=page,
        lives=lives,
        actions=actions,
        open_action=action_words.open_action,
        query=query,
        filters=(filters := _filters(query)),
        is_mine=current_user().email == query.person != "",
        is_new=not (page.records or any(filters.values()) or any(page.counts.values())),
        tabs=tabs,
        list_args={name: request.args[name] for name in LIST_ARGS if request.args.get(name)},
        people=_choices(people, query.person),
        projects={name: project_title(name) for name in _choices(project_names, query.project)},
    )


def _refresh(session: Session, records: Sequence[AutotuneRecord]) -> None:
    """Reads in the background what becomes of the created ones, at most once a minute for each project."""
    names = {record.project for record in records if record.state == State.CREATED}
    for project in projects():
        if project.name in names:
            services().cached_reads.refresh(
                session, project, list_reads(services(), project), live_seconds(project.sandbox)
            )


def _query() -> ListQuery:
    search, person, project = (
        visible(request.args.get(name, "").strip()[:limit])
        for name, limit in (("q", MAX_SEARCH), ("person", MAX_FILTER), ("project", MAX_FILTER))
    )
    state = request.args.get("state", "")
    older, newer = (listing.parse_cursor(request.args.get(side, "")) for side in ("older", "newer"))
    return ListQuery(search, state if state in TABS else "", person, project, older, newer)


def _filters(query: ListQuery) -> dict[str, str | None]:
    """The parameters of a link to the list, None for blank ones."""
    filters = {"q": query.search, "state": query.state, "person": query.person, "project": query.project}
    return {name: text or None for name, text in filters.items()}


def _tabs(session: Session, query: ListQuery, counted: Mapping[str, int]) -> list[Tab]:
    """“Mine” is a tab of its own, from which the others lead to everybody's autotunes.

    It needs a login: without one, all are of one user. “Creating” is shown only while there is something in it.
    """
    own = replace(query, state="", person=current_user().email)
    is_mine = bool(own.person) and query == replace(own, older=query.older, newer=query.newer)
    base = replace(query, person="") if is_mine else query
    counts = listing.counts(session, base, TABS) if is_mine else counted
    shown = (state for state in TABS if state != State.SENDING or query.state == state or counts.get(state))
    tabs = [_tab(query, replace(base, state=state), counts) for state in shown]
    if own.person and can("write"):
        count = counted if is_mine else listing.counts(session, own, [""])
        tabs.insert(1, _tab(query, own, count, "Mine"))
    return tabs


def _tab(query: ListQuery, wanted: ListQuery, counted: Mapping[str, int], title: str = "") -> Tab:
    is_current = (query.state, query.person) == (wanted.state, wanted.person)
    return Tab(title or _title(wanted.state), _filters(wanted), _count(counted, wanted.state), is_current)


def _title(state: str) -> str:
    titles = {
        "": "All",
        State.DRAFT: "Drafts",
        Phase.RUNNING: "Running",
        Phase.ENDED: "Ended",
        ARCHIVED: "Archived",
        DISCARDED: "Discarded",
    }
    return titles.get(state) or state_label(state)


def _count(counts: Mapping[str, int], state: str) -> str:
    count = counts.get(state)
    return "" if count is None else f"{MAX_COUNT:,}+" if count > MAX_COUNT else f"{count:,}"


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
