"""The same promises on PostgreSQL, where nothing but a lock keeps two transactions apart."""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from html import unescape
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, create_engine, event, make_url, text

from webapp.autotunes.states import State
from webapp.store.search import lacks_index

from ..conftest import Clock
from ..forms import BUTTON_COLOR_TEST, fill_in, hidden, ready
from .conftest import Open
from .faulty import Faulty, serving
from .test_once import button, send

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
PATIENCE = 30.0  # seconds
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
    """Does work between the look and the write of whoever writes next, until it is done or waits for a lock."""
    engine = app.extensions["desk"].store.engine
    thread = threading.Thread(target=work)

    def hook(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        writes = connection.get_execution_options().get("write")
        if not writes or not statement.startswith("SELECT autotunes") or thread.ident:
            return
        thread.start()
        end = time.monotonic() + PATIENCE
        watching = create_engine(engine.url)
        with watching.connect() as other:
            while thread.is_alive() and not other.scalar(text(WAITS)):
                assert time.monotonic() < end
                other.rollback()
                time.sleep(0.01)
        watching.dispose()

    event.listen(engine, "after_cursor_execute", hook)
    return thread


def test_a_press_in_the_middle_of_an_edit_sends_nothing_that_nobody_has_read(
    app: Flask, client: FlaskClient, faulty: Faulty
) -> None:
    address = ready(client)
    pressed = button(client, address)
    own = own_fields(client, address)
    changed = {**BUTTON_COLOR_TEST, **own, "action": "save", "description": "Changed meanwhile"}
    thread = in_the_middle(app, lambda: send(twin(app, client), address, pressed))
    client.post(f"{address}/edit", data=changed)
    thread.join()
    told = client.get(f"{address}.json").get_json()
    if faulty.posts:
        assert told["state"] == State.CREATED
        assert faulty.posts[0].json.get("description") == told["request"]["description"] != "Changed meanwhile"
    else:
        assert told["state"] == State.DRAFT and "Changed meanwhile" in client.get(address).text


def test_of_two_edits_at_the_same_time_one_is_told(app: Flask, client: FlaskClient) -> None:
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


def test_two_desks_with_the_same_name_create_it_once(
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
    with searched.extensions["desk"].store.engine.connect() as connection:
        assert lacks_index(connection) == ("role_" in str(connection.engine.url.username))


def test_list_and_duplicate_go_through_more_than_is_counted(app: Flask, client: FlaskClient) -> None:
    address = ready(client, name="Many", successEvent="Zähler")
    copies = """INSERT INTO autotunes SELECT (json_populate_record(autotunes, json_build_object('id', to_hex(n),
        'token', n::text, 'name_key', 'many copy ' || n, 'changed_at', n))).*
        FROM autotunes, generate_series(1, 1100) n"""
    with app.extensions["desk"].store.engine.begin() as connection:
        connection.execute(text(copies))
    page = client.get("/?q=ZÄHL").text
    older = unescape(re.findall(r'<a href="([^"]*)">Older', page)[0])
    assert "More than 1,000" in page and client.get(older).text.count('<a dir="auto"') == 50
    assert client.get(f"/autotunes/new?from={address.rpartition('/')[2]}").status_code == 200


@pytest.mark.parametrize("address", ["/?q=a%00b", "/autotunes/%00", "/autotunes/%00.json", "/autotunes/new?from=%00"])
def test_a_sign_that_the_database_cannot_hold_is_no_failure_of_the_database(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code in (200, 404)
