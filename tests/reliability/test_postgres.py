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
from .conftest import Open
from .fake_statsig import Fault, Faulty, serving
from .fake_statsig import answer as answering
from .test_create import button, send

OLD_DUMP = Path(__file__).parents[1] / "upgrade" / "data" / "postgres.sql"
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
WAIT_TIMEOUT = 30.0  # seconds
SERVER = "postgresql+psycopg://{PGUSER}:{PGPASSWORD}@{PGHOST}:{PGPORT}/"
_numbers = count(1)

pytestmark = pytest.mark.skipif(
    "PGHOST" not in os.environ and os.environ.get("REQUIRE_POSTGRES") != "1",
    reason="no PostgreSQL: pg_virtualenv -t make test gives these tests one",
)


@pytest.fixture
def database() -> str:
    """The address of a database that nobody has used."""
    server = SERVER.format_map(os.environ)
    name = f"desk_{os.getpid()}_{next(_numbers)}"
    engine = create_engine(f"{server}postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server}{name}"


@pytest.fixture
def faulty() -> Iterator[Faulty]:
    with serving() as faulty:
        yield faulty


@pytest.fixture
def app(open_app: Open, faulty: Faulty, database: str) -> Flask:
    return open_app(faulty.url, DATABASE_URL=database)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def state(client: FlaskClient, address: str) -> Any:
    return client.get(f"{address}.json").get_json()["state"]


def own_fields(client: FlaskClient, address: str) -> dict[str, str]:
    page = client.get(f"{address}/edit").text
    return {name: hidden(page, name) for name in ("csrf_token", "token", "version")}


def twin(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another tab of the same browser."""
    tab = app.test_client()
    tab._cookies = client._cookies
    return tab


def in_the_middle(app: Flask, work: Callable[[], object]) -> threading.Thread:
    """Does work between the read and the write of the next transaction, until it is done or waits for a lock."""
    engine = app.extensions["services"].store.engine
    thread = threading.Thread(target=work)

    def hook(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        writes = connection.get_execution_options().get("write")
        if not writes or not statement.startswith("SELECT autotunes") or thread.ident:
            return
        thread.start()
        end = time.monotonic() + WAIT_TIMEOUT
        watching = create_engine(engine.url)
        with watching.connect() as other:
            while thread.is_alive() and not other.scalar(text(WAITS)):
                assert time.monotonic() < end
                other.rollback()
                time.sleep(0.01)
        watching.dispose()

    event.listen(engine, "after_cursor_execute", hook)
    return thread


def test_create_during_an_edit_sends_nothing_unreviewed(app: Flask, client: FlaskClient, faulty: Faulty) -> None:
    address = ready(client)
    pressed = button(client, address)
    own = own_fields(client, address)
    changed = {**BUTTON_COLOR_TEST, **own, "action": "save", "description": "Changed in between"}
    thread = in_the_middle(app, lambda: send(twin(app, client), address, pressed))
    client.post(f"{address}/edit", data=changed)
    thread.join()
    told = client.get(f"{address}.json").get_json()
    if faulty.posts:
        assert told["state"] == State.CREATED
        assert faulty.posts[0].json.get("description") == told["request"]["description"] != "Changed in between"
    else:
        assert told["state"] == State.DRAFT and "Changed in between" in client.get(address).text


def test_one_of_two_concurrent_edits_is_a_conflict(app: Flask, client: FlaskClient) -> None:
    address = ready(client)
    answers: dict[str, int] = {}

    def edit(words: str) -> None:
        form = {**BUTTON_COLOR_TEST, **others, "description": words}
        answers[words] = twin(app, client).post(f"{address}/edit", data=form).status_code

    others = own_fields(client, address)
    own = own_fields(client, address)
    thread = in_the_middle(app, lambda: edit("theirs"))
    ours = client.post(f"{address}/edit", data={**BUTTON_COLOR_TEST, **own, "description": "ours"}).status_code
    thread.join()
    assert sorted([ours, answers["theirs"]]) == [303, 409]


def test_two_processes_with_the_same_name_create_once(
    open_app: Open, faulty: Faulty, database: str, clock: Clock
) -> None:
    desks = [open_app(faulty.url, DATABASE_URL=database).test_client() for _ in range(2)]
    addresses = [ready(each) for each in desks]
    pressing = [
        threading.Thread(target=send, args=(each, address, button(each, address)))
        for each, address in zip(desks, addresses, strict=True)
    ]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join()
    assert sorted(state(desks[0], address) for address in addresses) == [State.CREATED, State.DRAFT]
    assert len(faulty.posts) == 1


def found(client: FlaskClient, search: str) -> int:
    return client.get("/", query_string={"q": search}).text.count('<a dir="auto"')


@pytest.fixture(params=["with the index", "by a role that may not add it"])
def searched(request: pytest.FixtureRequest, open_app: Open, faulty: Faulty, database: str) -> Flask:
    if request.param == "with the index":
        return open_app(faulty.url, DATABASE_URL=database)
    url = as_role(database, "GRANT CREATE, USAGE ON SCHEMA public TO {role}")
    return open_app(faulty.url, DATABASE_URL=url)


def as_role(database: str, *grants: str) -> str:
    """The address of the database for a role of its own, which may do what is granted and no more."""
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
    finds = {"KÄSE": 1, "50%": 1, "off_": 1, "ÜBERGRÖSSE": 1, "ka": 1, "x" * 50_000: 1, "a\0b": 0, "%": 0, "local": 3}
    assert {search: found(client, search) for search in finds} == finds
    with searched.extensions["services"].store.engine.connect() as connection:
        assert lacks_index(connection) == ("role_" in str(connection.engine.url.username))


def test_list_and_duplicate_work_with_more_rows_than_are_counted(app: Flask, client: FlaskClient) -> None:
    address = ready(client, name="Many", successEvent="Zähler")
    copies = """INSERT INTO autotunes SELECT (json_populate_record(autotunes, json_build_object('id', to_hex(n),
        'form_token', n::text, 'name_key', 'many copy ' || n, 'changed_at', n))).*
        FROM autotunes, generate_series(1, 3100) n"""
    with app.extensions["services"].store.engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))  # 3,100 rows are not what the deadline is for
        connection.execute(text(copies))
    page = client.get("/?q=ZÄHL").text
    older = unescape(re.findall(r'<a href="([^"]*)">Older', page)[0])
    assert "More than 50" in page and client.get(older).text.count('<a dir="auto"') == 50
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


@pytest.mark.parametrize("field", ["name", "project", "token", "version", "successEvent", "variants-0-name", "guesses"])
def test_form_with_an_unstorable_character_is_saved(client: FlaskClient, field: str) -> None:
    form = {**BUTTON_COLOR_TEST, "project": "", "description": "Precious", "action": "save"}
    page = client.get("/autotunes/new").text
    form |= {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    answer = client.post("/autotunes", data={**form, field: f"{form.get(field, '')}\0€\U0001f3af"})
    assert answer.status_code == 303
    assert "Precious" in client.get(answer.headers["Location"]).text


def test_unstorable_id_does_not_lose_the_response(client: FlaskClient, faulty: Faulty) -> None:
    faulty.faults["POST"] = Fault(answering(201, {"data": {"id": "odd\0id\ud800"}}))
    address = ready(client)
    send(client, address, button(client, address))
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


def test_role_with_another_encoding_of_its_own_can_write_everything(
    open_app: Open, faulty: Faulty, database: str
) -> None:
    grants = ("GRANT CREATE, USAGE ON SCHEMA public TO {role}", "ALTER ROLE {role} SET client_encoding = 'LATIN1'")
    client = open_app(faulty.url, DATABASE_URL=as_role(database, *grants)).test_client()
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
    assert run(tmp_path, "keys", "list", DATABASE_URL=database).exit_code == 0  # makes the tables
    url = as_role(database, f"GRANT {rights} ON ALL TABLES IN SCHEMA public TO {{role}}")
    for name in commands:
        result = run(tmp_path, *name.split(), DATABASE_URL=url)
        assert result.exit_code == 1 and "may not read and write the tables" in result.output


def test_role_that_does_not_own_tables_of_an_earlier_version_is_named(tmp_path: Path, database: str) -> None:
    with psycopg.connect(dbname=make_url(database).database) as old:
        old.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        old.execute(OLD_DUMP.read_text(encoding="utf-8"))
    every = ("GRANT CREATE, USAGE ON SCHEMA public TO {role}", "GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
    result = run(tmp_path, "keys", "list", DATABASE_URL=as_role(database, *every))
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


@pytest.mark.parametrize(("grant", "says"), [("TEMPORARY", True), ("CREATE", False)])
def test_doctor_says_that_searches_lack_their_index(tmp_path: Path, database: str, grant: str, says: bool) -> None:
    name = make_url(database).database
    grants = ("GRANT CREATE, USAGE ON SCHEMA public TO {role}", f"GRANT {grant} ON DATABASE {name} TO {{role}}")
    url = as_role(database, *grants)
    assert run(tmp_path, "keys", "list", DATABASE_URL=url).exit_code == 0
    result = run(tmp_path, "doctor", DATABASE_URL=url)
    assert result.exit_code == 0 and ("CREATE EXTENSION" in result.output) == says


@pytest.mark.parametrize("gone", ["DROP TABLE history", "ALTER TABLE autotunes RENAME TO moved"])
def test_healthz_notices_that_a_table_is_missing(app: Flask, client: FlaskClient, gone: str) -> None:
    assert client.get("/healthz").status_code == 200
    with app.extensions["services"].store.engine.begin() as connection:
        connection.execute(text(gone))
    assert client.get("/healthz").status_code == 503
