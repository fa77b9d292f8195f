"""No query of a page or in a write transaction reads the whole table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from webapp.contract.ids import reservation_key
from webapp.store import AutotuneRecord, Store, listing, queries
from webapp.store.migrate import migrate

ROWS = 3_100  # more than a search sorts itself


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('queries') / 'desk.db'}")
    migrate(store)
    with store.write() as session:
        session.add_all(row(number) for number in range(ROWS))
    yield store
    store.close()


def row(number: int) -> AutotuneRecord:
    name = "Name copy" if number == 1 else f"Name copy {number}"
    return AutotuneRecord(
        id=f"{number:012x}",
        form_token=f"t{number}",
        last_form_token="",
        state="draft" if number % 20 else "created",
        version=1,
        project="p",
        sandbox=False,
        name=name,
        form_data="{}",
        expected_id=name.lower().replace(" ", "_"),
        created_at=1.0,
        created_by="a",
        changed_at=float(number),
        changed_by="a",
    )


@contextmanager
def statements(store: Store) -> Iterator[list[tuple[str, Any]]]:
    executed_queries: list[tuple[str, Any]] = []

    def record(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        executed_queries.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", record)
    yield executed_queries
    event.remove(store.engine, "before_cursor_execute", record)


def plan(session: Session, statement: str, parameters: Any) -> str:
    rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return "\n".join(row[3] for row in rows)


STATES = ("", "draft", "created", "archived", "discarded")
CURSOR = listing.Cursor(600.0, f"{600:012x}")
QUERIES: dict[str, Callable[[Session], object]] = {
    "list": lambda session: listing.page(session, listing.ListQuery(), STATES),
    "state": lambda session: listing.page(session, listing.ListQuery(state="draft"), STATES),
    "older": lambda session: listing.page(session, listing.ListQuery(older=CURSOR), STATES),
    "newer": lambda session: listing.page(session, listing.ListQuery(state="draft", newer=CURSOR), STATES),
    "search for a few": lambda session: listing.page(session, listing.ListQuery("copy 777"), STATES),
    "search for nothing": lambda session: listing.page(session, listing.ListQuery("nothing"), STATES),
    "search for many": lambda session: listing.page(session, listing.ListQuery("copy", older=CURSOR), STATES),
    "search for many in a state": lambda session: listing.page(session, listing.ListQuery("copy", "draft"), STATES),
    "prefix": lambda session: listing.page(session, listing.ListQuery("na"), STATES),
    "reservation under the write lock": lambda session: queries.find_reservation(
        session, "p", reservation_key("Name copy 5")
    ),
    "same name": lambda session: queries.find_same_name(session, "p", "Name copy 5"),
    "free number": lambda session: queries.free_number(session, "p", lambda number: f"Name copy {number}"),
    "by token": lambda session: queries.find_by_token(session, "t5"),
    "sending or unknown": lambda session: queries.in_states(session, ["sending", "unknown"]),
    "history": lambda session: queries.history(session, "0"),
    "forecast": lambda session: queries.forecast(session, "0"),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_query_reads_by_an_index(store: Store, query: Callable[[Session], object]) -> None:
    with store.read() as session:
        with statements(store) as executed_queries:
            query(session)
        plans = [plan(session, *query) for query in executed_queries if query[0].startswith("SELECT")]
    assert plans
    for steps in plans:
        assert "SCAN autotunes\n" not in f"{steps}\n", steps
        assert "history\n" not in f"{steps}\n", steps
        assert "SCAN forecasts" not in steps, steps


@pytest.mark.parametrize("name", ["list", "state", "older", "newer", "search for many", "search for many in a state"])
def test_long_list_is_read_in_the_order_of_an_index(store: Store, name: str) -> None:
    with store.read() as session:
        with statements(store) as executed_queries:
            QUERIES[name](session)
        plans = [plan(session, *query) for query in executed_queries if "ORDER BY" in query[0]]
    assert plans and not any("TEMP B-TREE" in steps for steps in plans)


@pytest.mark.parametrize("name", ["search for many", "search for many in a state"])
def test_search_with_many_matches_reads_only_the_index(store: Store, name: str) -> None:
    with store.read() as session:
        with statements(store) as executed_queries:
            QUERIES[name](session)
        plans = [plan(session, *query) for query in executed_queries if "ORDER BY" in query[0]]
    assert plans and all("USING COVERING INDEX autotunes_to_search" in steps for steps in plans)


@pytest.mark.parametrize(("project", "expected"), [("p", ROWS), ("other", 1)])
def test_number_of_a_copy_among_many_takes_a_query_per_hundred(store: Store, project: str, expected: int) -> None:
    def copy(number: int) -> str:
        return "Name copy" if number == 1 else f"Name copy {number}"

    with store.read() as session, statements(store) as executed_queries:
        assert queries.free_number(session, project, copy) == expected
    assert len(executed_queries) <= ROWS // 100 + 1


def test_first_gap_among_few_copies_is_taken(store: Store) -> None:
    with store.write() as session:
        session.add_all(
            AutotuneRecord(
                **{**{c: getattr(row(n), c) for c in COLUMNS}, "project": "gap", "form_token": f"gap{n}", "id": f"a{n}"}
            )
            for n in (1, 2, 4)
        )
    with store.read() as session:
        number = queries.free_number(session, "gap", lambda n: "Name copy" if n == 1 else f"Name copy {n}")
    assert number == 3


COLUMNS = [name for name in vars(row(0)) if not name.startswith("_")]


def test_few_of_many_autotunes_with_the_same_name_are_read(store: Store) -> None:
    with store.write() as session:
        session.add_all(
            AutotuneRecord(
                **{**{c: getattr(row(7), c) for c in COLUMNS}, "project": "same", "form_token": f"s{n}", "id": f"b{n}"}
            )
            for n in range(300)
        )
        reserved = AutotuneRecord(
            **{c: getattr(row(7), c) for c in COLUMNS} | {"project": "same", "form_token": "h", "id": "c0"}
        )
        reserved.reserved_id, reserved.state = reservation_key(reserved.name), "created"
        session.add(reserved)
    with store.read() as session:
        records = queries.find_same_name(session, "same", "Name copy 7")
    assert records[0].id == "c0" and len(records) <= 2 * queries.MAX_SAME + 1
