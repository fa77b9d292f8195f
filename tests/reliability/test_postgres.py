"""The same guarantees on PostgreSQL, where only locks keep two transactions apart."""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, create_engine, event, make_url, text

from webapp.autotunes.states import State
from webapp.store.search import lacks_index

from ..cli.test_commands import run
from ..conftest import Clock
from ..forms import BUTTON_COLOR_TEST, fill_in, hidden, ready
from .conftest import OpenApp
from .faulty_statsig import Fault, FaultyStatsig, respond_with, serve_faulty_statsig
from .test_create import create_form, send

LOCK_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
TIMEOUT = 30.0  # seconds
OLD_DUMP = Path(__file__).parents[1] / "upgrade" / "data" / "postgres.sql"
SERVER = "postgresql+psycopg://{PGUSER}:{PGPASSWORD}@{PGHOST}:{PGPORT}/"
_numbers = count(1)

pytestmark = pytest.mark.skipif(
    "PGHOST" not in os.environ and os.environ.get("REQUIRE_POSTGRES") != "1",
    reason="no PostgreSQL: pg_virtualenv -t make test gives these tests one",
)


@pytest.fixture
def database() -> str:
    """The URL of a new database."""
    server = SERVER.format_map(os.environ)
    name = f"desk_{os.getpid()}_{next(_numbers)}"
    engine = create_engine(f"{server}postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server}{name}"


@pytest.fixture
def faulty_statsig() -> Iterator[FaultyStatsig]:
    with serve_faulty_statsig() as faulty_statsig:
        yield faulty_statsig


@pytest.fixture
def app(open_app: OpenApp, faulty_statsig: FaultyStatsig, database: str) -> Flask:
    return open_app(faulty_statsig.url, DATABASE_URL=database)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def state(client: FlaskClient, address: str) -> Any:
    return client.get(f"{address}.json").get_json()["state"]


def edit_form(client: FlaskClient, address: str) -> dict[str, str]:
    page = client.get(f"{address}/edit").text
    return {name: hidden(page, name) for name in ("csrf_token", "token", "version")}


def new_tab(app: Flask, client: FlaskClient) -> FlaskClient:
    """A client for another thread with the same session."""
    tab = app.test_client()
    tab._cookies = client._cookies
    return tab


def during_next_write(app: Flask, action: Callable[[], object]) -> threading.Thread:
    """Runs the action between the read and the write of the next transaction, until it ends or waits for a lock."""
    engine = app.extensions["services"].store.engine
    thread = threading.Thread(target=action)

    def hook(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        writes = connection.get_execution_options().get("write")
        if not writes or not statement.startswith("SELECT autotunes") or thread.ident:
            return
        thread.start()
        end = time.monotonic() + TIMEOUT
        watcher = create_engine(engine.url)
        with watcher.connect() as watcher_connection:
            while thread.is_alive() and not watcher_connection.scalar(text(LOCK_WAITS)):
                assert time.monotonic() < end
                watcher_connection.rollback()
                time.sleep(0.01)
        watcher.dispose()

    event.listen(engine, "after_cursor_execute", hook)
    return thread


def test_create_during_an_edit_sends_nothing_unreviewed(
    app: Flask, client: FlaskClient, faulty_statsig: FaultyStatsig
) -> None:
    address = ready(client)
    create_fields = create_form(client, address)
    hidden_fields = edit_form(client, address)
    changed = {**BUTTON_COLOR_TEST, **hidden_fields, "action": "save", "description": "Changed in between"}
    thread = during_next_write(app, lambda: send(new_tab(app, client), address, create_fields))
    client.post(f"{address}/edit", data=changed)
    thread.join()
    autotune = client.get(f"{address}.json").get_json()
    if faulty_statsig.posts:
        assert autotune["state"] == State.CREATED
        assert (
            faulty_statsig.posts[0].json.get("description")
            == autotune["request"]["description"]
            != "Changed in between"
        )
    else:
        assert autotune["state"] == State.DRAFT and "Changed in between" in client.get(address).text


def test_one_of_two_concurrent_edits_is_a_conflict(app: Flask, client: FlaskClient) -> None:
    address = ready(client)
    statuses: dict[str, int] = {}

    def edit(description: str) -> None:
        form = {**BUTTON_COLOR_TEST, **other_fields, "description": description}
        statuses[description] = new_tab(app, client).post(f"{address}/edit", data=form).status_code

    other_fields = edit_form(client, address)
    hidden_fields = edit_form(client, address)
    thread = during_next_write(app, lambda: edit("theirs"))
    form = {**BUTTON_COLOR_TEST, **hidden_fields, "description": "ours"}
    status = client.post(f"{address}/edit", data=form).status_code
    thread.join()
    assert sorted([status, statuses["theirs"]]) == [303, 409]


def test_two_processes_with_the_same_name_create_once(
    open_app: OpenApp, faulty_statsig: FaultyStatsig, database: str, clock: Clock
) -> None:
    clients = [open_app(faulty_statsig.url, DATABASE_URL=database).test_client() for _ in range(2)]
    addresses = [ready(client) for client in clients]
    create_threads = [
        threading.Thread(target=send, args=(client, address, create_form(client, address)))
        for client, address in zip(clients, addresses, strict=True)
    ]
    for thread in create_threads:
        thread.start()
    for thread in create_threads:
        thread.join()
    assert sorted(state(clients[0], address) for address in addresses) == [State.CREATED, State.DRAFT]
    assert len(faulty_statsig.posts) == 1


def count_found(client: FlaskClient, search: str) -> int:
    return client.get("/", query_string={"q": search}).text.count('<a dir="auto"')


@pytest.fixture(params=["with the index", "by a role that may not add it"])
def searched(request: pytest.FixtureRequest, open_app: OpenApp, faulty_statsig: FaultyStatsig, database: str) -> Flask:
    if request.param == "with the index":
        return open_app(faulty_statsig.url, DATABASE_URL=database)
    url = as_role(database, "GRANT CREATE, USAGE ON SCHEMA public TO {role}")
    return open_app(faulty_statsig.url, DATABASE_URL=url)


def as_role(database: str, *grants: str) -> str:
    """The URL of the database for a new role that has only these grants."""
    role = f"role_{os.getpid()}_{next(_numbers)}"
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD '{role}'"))
        for grant in grants:
            connection.execute(text(grant.format(role=role)))
    engine.dispose()
    address = make_url(database).set(username=role, password=role)
    return address.render_as_string(hide_password=False)


def test_search_finds_the_same_with_and_without_its_index(searched: Flask) -> None:
    client = searched.test_client()
    ready(client, name="Käse 50% off_now")
    ready(client, name="Kase 500 offer", variants__0__name="Übergröße")
    fill_in(client, "save", name="x" * 3_000, successEvent="\0", variants__0__name="y" * 50_000)
    counts = {
        "KÄSE": 2,
        "off_ kase": 1,
        "50%": 1,
        "off_": 1,
        "ÜBERGRÖSSE": 1,
        "ka": 2,
        "x" * 50_000: 1,
        "a\0b": 0,
        "%": 0,
        "local": 3,
    }
    assert {search: count_found(client, search) for search in counts} == counts
    with searched.extensions["services"].store.engine.connect() as connection:
        assert lacks_index(connection) == ("role_" in str(connection.engine.url.username))


def test_list_and_duplicate_work_with_more_rows_than_are_counted(app: Flask, client: FlaskClient) -> None:
    address = ready(client, name="Many", successEvent="Zähler")
    copies = """INSERT INTO autotunes SELECT (json_populate_record(autotunes, json_build_object('id', to_hex(n),
        'form_token', n::text, 'name_key', 'many copy ' || n, 'changed_at', n))).*
        FROM autotunes, generate_series(1, 3100) n"""
    with app.extensions["services"].store.engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))  # inserting 3,100 rows may take longer
        connection.execute(text(copies))
    page = client.get("/?q=ZÄHL").text
    older = unescape(re.findall(r'<a href="([^"]*)">Older', page)[0])
    assert client.get(older).text.count('<a dir="auto"') == 50
    assert client.get(f"/autotunes/new?from={address.rpartition('/')[2]}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/?q=a%00b",
        f"/?q={'x' * 50_000}",
        "/?state=%00",
        "/?older=%00",
        "/?newer=9999999999.9-%00",
        "/autotunes/%00",
        "/autotunes/%00.json",
        "/autotunes/new?from=%00",
        "/autotunes/new?form=%00",
        f"/autotunes/new?form={'x' * 50_000}",
        "/autotunes/new?project=%00",
        "/autotunes/new?name=%00",
    ],
)
def test_unstorable_character_in_a_url_is_answered(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code in (200, 404)


@pytest.mark.parametrize(
    "field", ["name", "project", "token", "version", "successEvent", "variants-0-name", "assumptions"]
)
def test_form_with_an_unstorable_character_is_saved(client: FlaskClient, field: str) -> None:
    form = {**BUTTON_COLOR_TEST, "project": "", "description": "Precious", "action": "save"}
    page = client.get("/autotunes/new").text
    form |= {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    response = client.post("/autotunes", data={**form, field: f"{form.get(field, '')}\0€\U0001f3af"})
    assert response.status_code == 303
    assert "Precious" in client.get(response.headers["Location"]).text


def test_unstorable_id_does_not_lose_the_response(client: FlaskClient, faulty_statsig: FaultyStatsig) -> None:
    faulty_statsig.faults["POST"] = Fault(respond_with(201, {"data": {"id": "odd\0id\ud800"}}))
    address = ready(client)
    send(client, address, create_form(client, address))
    assert state(client, address) == State.CREATED


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_database_without_utf8_is_rejected(tmp_path: Path, database: str, encoding: str) -> None:
    name = f"{make_url(database).database}_{encoding.lower()}"
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"))
    engine.dispose()
    url = make_url(database).set(database=name).render_as_string(hide_password=False)
    for command in ("serve", "doctor"):
        result = run(tmp_path, command, DATABASE_URL=url)
        assert result.exit_code == 1 and encoding in result.output and "ENCODING 'UTF8'" in result.output


def test_role_with_another_client_encoding_can_write_everything(
    open_app: OpenApp, faulty_statsig: FaultyStatsig, database: str
) -> None:
    grants = ("GRANT CREATE, USAGE ON SCHEMA public TO {role}", "ALTER ROLE {role} SET client_encoding = 'LATIN1'")
    client = open_app(faulty_statsig.url, DATABASE_URL=as_role(database, *grants)).test_client()
    assert "10 € off" in client.get(ready(client, name="10 € off")).text


def test_role_that_may_not_create_tables_is_named(tmp_path: Path, database: str) -> None:
    url = as_role(database)
    for command in ("serve", "doctor"):
        result = run(tmp_path, command, DATABASE_URL=url)
        assert result.exit_code == 1 and "may not create tables" in result.output and "GRANT CREATE" in result.output


@pytest.mark.parametrize(
    ("rights", "commands"),
    [("SELECT", ("sessions end --all", "doctor")), ("SELECT, INSERT, UPDATE, DELETE", ("doctor",))],
)
def test_role_that_lacks_rights_to_tables_or_sequences_is_named(
    tmp_path: Path, database: str, rights: str, commands: tuple[str, ...]
) -> None:
    assert run(tmp_path, "keys", "list", DATABASE_URL=database).exit_code == 0  # creates the tables
    url = as_role(database, f"GRANT {rights} ON ALL TABLES IN SCHEMA public TO {{role}}")
    for name in commands:
        result = run(tmp_path, *name.split(), DATABASE_URL=url)
        assert result.exit_code == 1 and "may not read and write the tables" in result.output


def test_role_that_does_not_own_tables_of_an_earlier_version_is_named(tmp_path: Path, database: str) -> None:
    with psycopg.connect(dbname=make_url(database).database) as old:
        old.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        old.execute(OLD_DUMP.read_text(encoding="utf-8"))
    grants = ("GRANT CREATE, USAGE ON SCHEMA public TO {role}", "GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
    result = run(tmp_path, "keys", "list", DATABASE_URL=as_role(database, *grants))
    assert result.exit_code == 1 and "does not own the tables" in result.output


def test_database_that_is_read_only_is_named(tmp_path: Path, database: str) -> None:
    assert run(tmp_path, "keys", "list", DATABASE_URL=database).exit_code == 0
    url = as_role(
        database,
        "ALTER ROLE {role} SET default_transaction_read_only = on",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
    )
    for name in ("sessions end --all", "doctor"):
        result = run(tmp_path, *name.split(), DATABASE_URL=url)
        assert result.exit_code == 1 and "The database is read-only" in result.output


@pytest.mark.parametrize(("grant", "reports"), [("TEMPORARY", True), ("CREATE", False)])
def test_doctor_says_that_searches_lack_their_index(tmp_path: Path, database: str, grant: str, reports: bool) -> None:
    name = make_url(database).database
    grants = ("GRANT CREATE, USAGE ON SCHEMA public TO {role}", f"GRANT {grant} ON DATABASE {name} TO {{role}}")
    url = as_role(database, *grants)
    assert run(tmp_path, "keys", "list", DATABASE_URL=url).exit_code == 0
    result = run(tmp_path, "doctor", DATABASE_URL=url)
    assert result.exit_code == 0 and ("CREATE EXTENSION" in result.output) == reports


@pytest.mark.parametrize("gone", ["DROP TABLE history", "ALTER TABLE autotunes RENAME TO moved"])
def test_healthz_notices_that_a_table_is_missing(app: Flask, client: FlaskClient, gone: str) -> None:
    assert client.get("/healthz").status_code == 200
    with app.extensions["services"].store.engine.begin() as connection:
        connection.execute(text(gone))
    assert client.get("/healthz").status_code == 503
