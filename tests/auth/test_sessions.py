"""Sessions: the cookie, the two timeouts, logout, and the command that ends them."""

import sqlite3
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from webapp.cli import commands

from ..conftest import Clock
from ..forms import BUTTON_COLOR_TEST, fill_in, hidden
from .fixtures import ANNA, BEN, authorize, log_in, logged_in, start_login

MakeApp = Callable[..., Flask]
MINUTE, HOUR = 60.0, 3600.0
HTTPS = {"HOST": "0.0.0.0", "PUBLIC_URL": "https://desk.example.com"}
BASE = {"base_url": "https://desk.example.com"}


def _is_logged_in(client: FlaskClient) -> bool:
    return client.get("/").status_code == 200


def _session_id(client: FlaskClient) -> str:
    with client.session_transaction() as session:
        return str(session["id"])


def _log_out(client: FlaskClient) -> None:
    token = hidden(client.get("/").text, "csrf_token")
    response = client.post("/logout", data={"csrf_token": token})
    assert (response.status_code, response.headers["Location"]) == (303, "/logged-out")
    assert "You are logged out" in client.get("/logged-out").text


def _rows(app: Flask) -> list[tuple[object, ...]]:
    path = Path(app.extensions["services"].settings.data_dir) / "desk.db"
    with sqlite3.connect(path) as database:
        return database.execute("SELECT * FROM sessions").fetchall()


# --- the cookie


def test_cookie_with_tls_is_secure(with_login: MakeApp) -> None:
    client = with_login(**HTTPS).test_client()
    for response in (client.get("/", **BASE), log_in(client, **BASE)):
        (cookie,) = response.headers.getlist("Set-Cookie")
        name, *attributes = cookie.split("; ")
        assert name.startswith("__Host-desk=")
        assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]


@pytest.mark.parametrize(("fallbacks", "survives"), [("", False), ("f" * 32, False), (f"{'f' * 32},{'o' * 32}", True)])
def test_session_survives_a_new_secret_key_with_fallback(with_login: MakeApp, fallbacks: str, survives: bool) -> None:
    cookie = logged_in(with_login(SECRET_KEY="o" * 32)).get_cookie("desk")
    client = with_login(SECRET_KEY="n" * 32, SECRET_KEY_FALLBACKS=fallbacks).test_client()
    assert cookie
    client.set_cookie("desk", cookie.value)
    assert _is_logged_in(client) is survives


def test_login_started_before_a_new_secret_key_returns_to_its_page(with_login: MakeApp) -> None:
    before = with_login(SECRET_KEY="o" * 32).test_client()
    login = start_login(before, "/autotunes/new?name=Kept")
    callback = authorize(start_login(before, login), ANNA)
    client = with_login(SECRET_KEY="n" * 32, SECRET_KEY_FALLBACKS="o" * 32).test_client()
    cookie = before.get_cookie("desk")
    assert cookie
    client.set_cookie("desk", cookie.value)
    assert client.get(callback).headers["Location"] == "/autotunes/new?name=Kept"


def test_cookie_without_tls_has_no_prefix(with_login: MakeApp) -> None:
    (cookie,) = log_in(with_login().test_client()).headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith("desk=")
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Lax"]


def test_cookie_contains_no_form_data(with_login: MakeApp) -> None:
    client = logged_in(with_login())
    fill_in(client)
    fill_in(client, "add")
    fill_in(client, "check", name="")
    with client.session_transaction() as session:
        assert set(session) <= {"id", "csrf_token"}
        assert not set(BUTTON_COLOR_TEST.values()) & set(map(str, session.values()))


def test_database_stores_only_the_hash_of_the_session_token(with_login: MakeApp) -> None:
    app = with_login()
    client = logged_in(app)
    token = _session_id(client)
    (row,) = _rows(app)
    assert len(token) >= 43
    assert sha256(token.encode()).hexdigest() in row
    assert token not in str(row)
    assert token not in client.get("/").text


@pytest.mark.parametrize("forged", ["", "x", "A" * 43, None])
def test_forged_session_token_is_denied(with_login: MakeApp, forged: str | None) -> None:
    app = with_login()
    logged_in(app)
    anonymous = app.test_client()
    with anonymous.session_transaction() as session:
        session["id"] = forged
    assert not _is_logged_in(anonymous)


def test_stored_hash_as_session_token_is_denied(with_login: MakeApp) -> None:
    app = with_login()
    logged_in(app)
    anonymous = app.test_client()
    with anonymous.session_transaction() as session:
        session["id"] = _rows(app)[0][0]
    assert not _is_logged_in(anonymous)


def test_cookie_signed_with_another_key_is_denied(with_login: MakeApp) -> None:
    app = with_login(SECRET_KEY="a" * 40)
    cookie = logged_in(app).get_cookie("desk")
    assert cookie
    other = with_login(SECRET_KEY="b" * 40).test_client()
    other.set_cookie("desk", cookie.value)
    assert not _is_logged_in(other)


def test_login_replaces_the_previous_session(with_login: MakeApp) -> None:
    app = with_login()
    client = logged_in(app)
    first, csrf = _session_id(client), hidden(client.get("/").text, "csrf_token")
    client.get(authorize(start_login(client, "/login?account=other"), BEN))
    assert BEN in client.get("/").text
    assert _session_id(client) != first
    assert len(_rows(app)) == 1
    assert hidden(client.get("/").text, "csrf_token") != csrf


def test_login_clears_the_cookie_from_before(with_login: MakeApp) -> None:
    client = with_login().test_client()
    with client.session_transaction() as session:
        session["id"], session["csrf_token"], session["planted"] = "fixated", "fixated", "1"
    log_in(client)
    with client.session_transaction() as session:
        assert session["id"] != "fixated"
        assert "planted" not in session and "csrf_token" not in session


# --- different clocks


class _FastClock(TimestampSigner):
    """A copy of the app whose clock is fast."""

    seconds: ClassVar[int]

    def get_timestamp(self) -> int:
        return super().get_timestamp() + self.seconds


@pytest.mark.parametrize(
    ("skew", "logged_in_after"), [(0, True), (1, True), (29, True), (90, False), (-3600, True), (-32 * 86400, False)]
)
def test_cookie_from_another_clock_is_valid_within_limits(
    with_login: MakeApp, skew: int, logged_in_after: bool
) -> None:
    app = with_login()
    client = logged_in(app)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    signer.signer = type("FastClock", (_FastClock,), {"seconds": skew})
    client.set_cookie("desk", signer.dumps({"id": _session_id(client)}))
    assert _is_logged_in(client) == logged_in_after


def test_csrf_token_from_a_clock_20_seconds_ahead_is_accepted(with_login: MakeApp) -> None:
    app = with_login()
    client = logged_in(app)
    client.get("/autotunes/new")
    with client.session_transaction() as session:
        raw = session["csrf_token"]
    serializer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token", signer=_FastClock20)
    assert fill_in(client, csrf_token=serializer.dumps(raw)).status_code == 303


class _FastClock20(_FastClock):
    seconds = 20


def test_login_started_by_a_clock_20_seconds_ahead_completes(with_login: MakeApp) -> None:
    app = with_login()
    client = app.test_client()
    address = start_login(client)
    with client.session_transaction() as session:
        cookie = dict(session)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    signer.signer = _FastClock20
    client.set_cookie("desk", signer.dumps(cookie))
    assert client.get(authorize(address, ANNA)).status_code == 302
    assert _is_logged_in(client)


def test_session_used_by_a_clock_30_seconds_ahead_stays_active(with_login: MakeApp, clock: Clock) -> None:
    clock.forward(30)
    client = logged_in(with_login())
    clock.forward(-30)
    assert _is_logged_in(client)


# --- the timeouts


def test_idle_session_ends(with_login: MakeApp, clock: Clock) -> None:
    client = logged_in(with_login(SESSION_IDLE_MINUTES="30"))
    clock.forward(30 * MINUTE - 1)
    assert _is_logged_in(client)
    clock.forward(30 * MINUTE - 1)
    assert _is_logged_in(client)
    clock.forward(30 * MINUTE)
    assert not _is_logged_in(client)
    assert not _is_logged_in(client)


@pytest.mark.parametrize("pause", [1, 30, 59])
def test_session_stays_active_until_its_idle_time(with_login: MakeApp, clock: Clock, pause: int) -> None:
    client = logged_in(with_login(SESSION_IDLE_MINUTES="1"))
    clock.forward(pause)
    assert _is_logged_in(client)
    clock.forward(MINUTE - 1)
    assert _is_logged_in(client)


def test_polling_does_not_keep_a_session_active(with_login: MakeApp, clock: Clock) -> None:
    client = logged_in(with_login(SESSION_IDLE_MINUTES="30"))
    address = fill_in(client).headers["Location"]
    for _ in range(3):
        assert client.get(f"{address}.json").status_code == (200 if _ < 2 else 401)
        clock.forward(15 * MINUTE)
    assert not _is_logged_in(client)


def test_active_session_ends_after_session_hours(with_login: MakeApp, clock: Clock) -> None:
    client = logged_in(with_login(SESSION_HOURS="8", SESSION_IDLE_MINUTES="120"))
    for _ in range(7):
        clock.forward(HOUR)
        assert _is_logged_in(client)
    clock.forward(HOUR)
    assert not _is_logged_in(client)


def test_old_sessions_are_deleted(with_login: MakeApp, clock: Clock) -> None:
    app = with_login()
    logged_in(app)
    clock.forward(9 * 24 * HOUR)
    logged_in(app, BEN)
    assert [row[1] for row in _rows(app)] == [BEN]


# --- ending sessions


def test_copied_cookie_is_denied_after_logout(with_login: MakeApp) -> None:
    app = with_login()
    client = logged_in(app)
    cookie = client.get_cookie("desk")
    assert cookie
    _log_out(client)
    assert _rows(app) == []
    thief = app.test_client()
    thief.set_cookie("desk", cookie.value)
    assert not _is_logged_in(client) and not _is_logged_in(thief)


def test_logout_requires_post_with_csrf_token(with_login: MakeApp) -> None:
    client = logged_in(with_login())
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").status_code == 400
    assert _is_logged_in(client)


def test_second_logout_shows_logged_out(with_login: MakeApp) -> None:
    client = logged_in(with_login())
    _log_out(client)
    assert client.post("/logout").headers["Location"] == "/logged-out"


@pytest.mark.parametrize("path", ["/", "/autotunes/new", "/autotunes/nothing"])
def test_every_page_has_a_logout_button(with_login: MakeApp, path: str) -> None:
    assert "Log out" in logged_in(with_login()).get(path).text


def _command(app: Flask, *arguments: str) -> tuple[int, str]:
    environ = {"DATA_DIR": str(app.extensions["services"].settings.data_dir)}
    result = CliRunner().invoke(commands, ["sessions", "end", *arguments], env=environ)
    return result.exit_code, result.output


def test_command_ends_sessions_of_one_user_or_all(with_login: MakeApp) -> None:
    app = with_login()
    anna, anna_again, ben = logged_in(app), logged_in(app), logged_in(app, BEN)
    assert _command(app, "Anna@Example.com") == (0, "Ended 2 sessions.\n")
    assert [_is_logged_in(client) for client in (anna, anna_again, ben)] == [False, False, True]
    assert _command(app, "--all") == (0, "Ended 1 session.\n")
    assert not _is_logged_in(ben)
    assert _command(app, "--all") == (0, "Ended 0 sessions.\n")


@pytest.mark.parametrize("arguments", [(), ("--all", ANNA), ("anna",), ("%",)])
def test_command_requires_an_email_or_all(with_login: MakeApp, arguments: tuple[str, ...]) -> None:
    app = with_login()
    logged_in(app)
    assert _command(app, *arguments)[0] == 1
    assert len(_rows(app)) == 1


def test_user_of_a_removed_domain_is_denied_at_once(with_login: MakeApp) -> None:
    cookie = logged_in(with_login(SECRET_KEY="a" * 40)).get_cookie("desk")
    assert cookie
    later = with_login(SECRET_KEY="a" * 40, ALLOWED_EMAIL_DOMAINS="example.org").test_client()
    later.set_cookie("desk", cookie.value)
    assert later.get("/").status_code == 403
