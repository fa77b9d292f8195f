"""Login with a real OpenID provider: who is let in, and which page follows."""

import html
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from webapp.auth.issuer import issuer_problem
from webapp.store import LoginLink

from ..conftest import Clock
from ..forms import hidden
from ..http_stub import HttpStub, serve
from .fixtures import ANNA, BEN, EVE, SECRET, add_user, authorize, log_in, logged_in, start_login

MakeApp = Callable[..., Flask]


def _query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_login_shows_name_and_email(with_login: MakeApp) -> None:
    client = logged_in(with_login())
    page = client.get("/").text
    assert f"Logged in as Anna ({ANNA})." in page
    assert "Log out" in page


def test_code_pkce_state_and_nonce_are_used(with_login: MakeApp, issuer: str) -> None:
    client = with_login().test_client()
    address = start_login(client)
    query = _query(address)
    assert address.startswith(f"{issuer}/oauth2/authorize?")
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43
    assert len(query["state"]) >= 20
    assert len(query["nonce"]) >= 20
    assert query["redirect_uri"] == "http://localhost/login/callback"
    assert SECRET not in address
    assert _query(start_login(client))["state"] != query["state"]


@pytest.mark.parametrize("path", ["/", "/autotunes/new", "/autotunes/nothing", "/autotunes/nothing/edit"])
def test_login_returns_to_the_requested_page(with_login: MakeApp, path: str) -> None:
    client = with_login().test_client()
    first = client.get(path)
    assert first.status_code == 302
    assert urlsplit(first.headers["Location"]).path == "/login"
    assert log_in(client, path=first.headers["Location"]).headers["Location"] == path


def test_tabs_opened_together_each_return_to_their_page(with_login: MakeApp) -> None:
    client = with_login().test_client()
    paths = ("/autotunes/new?name=one", "/autotunes/nothing", "/?q=three")
    logins = [client.get(path).headers["Location"] for path in paths]
    addresses = [start_login(client, login) for login in logins]
    callbacks = [client.get(authorize(address, ANNA)).headers["Location"] for address in addresses]
    assert callbacks == list(paths)


@pytest.mark.parametrize("forged", ["x", "//evil.test", "WyJ4IiwiLy9ldmlsLnRlc3QiLHt9LCIiXQ.x"])
def test_forged_target_leads_to_the_list(with_login: MakeApp, forged: str) -> None:
    client = with_login().test_client()
    assert log_in(client, path=f"/login?to={forged}").headers["Location"] == "/"


def test_login_with_another_account_returns_to_the_page(with_login: MakeApp) -> None:
    client = with_login().test_client()
    client.get("/autotunes/new?name=x")
    assert log_in(client, EVE).status_code == 403
    assert log_in(client, ANNA, "/login?account=other").headers["Location"] == "/autotunes/new?name=x"


def test_prefilled_link_survives_login(with_login: MakeApp) -> None:
    client = with_login().test_client()
    path = "/autotunes/new?name=Button+Color&variants-0-name=red&_external=1&_scheme=javascript"
    client.get(path)
    callback = log_in(client).headers["Location"]
    assert callback == path
    assert 'value="Button Color"' in client.get(callback).text


@pytest.mark.parametrize("length", [501, 3000, 8 * 1024 - len("description=")])
def test_long_link_survives_login(with_login: MakeApp, length: int) -> None:
    client = with_login().test_client()
    path = f"/autotunes/new?description={'x' * length}"
    client.get(path)
    cookie = client.get_cookie("desk")
    assert cookie and len(cookie.value) < 500
    assert log_in(client).headers["Location"] == path


def test_link_over_8_kb_asks_to_open_it_again(with_login: MakeApp) -> None:
    client = with_login().test_client()
    page = client.get(f"/autotunes/new?description={'x' * 8 * 1024}").text
    assert "This link is too long to keep during login" in page
    assert "Log in, then open it again." in page
    assert log_in(client).headers["Location"] == "/"


def test_link_with_raw_utf_8_survives_login(with_login: MakeApp) -> None:
    client = with_login().test_client()
    client.get("/autotunes/new", environ_overrides={"QUERY_STRING": "name=Käse".encode().decode("latin-1")})
    assert log_in(client).headers["Location"] == "/autotunes/new?name=K%C3%A4se"


def test_link_is_kept_for_ten_minutes(with_login: MakeApp, clock: Clock) -> None:
    client = with_login().test_client()
    client.get("/autotunes/new?name=x")
    clock.forward(599)
    assert log_in(client).headers["Location"] == "/autotunes/new?name=x"
    client = with_login().test_client()
    client.get("/autotunes/new?name=x")
    clock.forward(601)
    location = log_in(client).headers["Location"]
    assert location == "/autotunes/new"
    assert "Open the link again." in client.get(location).text


def test_links_table_keeps_the_newest_1000_rows(with_login: MakeApp, clock: Clock) -> None:
    app = with_login()
    services = app.extensions["services"]
    rows = [LoginLink(token=f"old-{number}", query="q", created_at=clock() + number / 1000) for number in range(1000)]
    with services.store.write() as session:
        session.add_all(rows)
    clock.forward(2)
    client = app.test_client()
    client.get("/autotunes/new?name=x")
    with services.store.read() as session:
        tokens = set(session.scalars(select(LoginLink.token)))
    assert len(tokens) == 1000
    assert "old-0" not in tokens and "old-999" in tokens
    assert log_in(client).headers["Location"] == "/autotunes/new?name=x"


def test_lost_link_asks_to_open_it_again(with_login: MakeApp) -> None:
    app = with_login()
    client = app.test_client()
    login = client.get("/autotunes/new?name=x").headers["Location"]
    with app.extensions["services"].store.write() as session:
        session.execute(delete(LoginLink))
    text = client.get(log_in(client, path=login).headers["Location"]).text
    assert "The values in the link were not kept during the login. Open the link again." in text


def test_login_started_in_several_tabs_returns_each_to_its_page(with_login: MakeApp) -> None:
    client = with_login().test_client()
    callbacks = []
    for path in ("/autotunes/new?name=one", "/?q=two", "/?q=three", "/?q=four", "/?q=five"):
        client.get(path)
        callbacks.append((path, authorize(start_login(client), ANNA)))
    assert client.get(callbacks[-1][1]).headers["Location"] == "/?q=five"
    secret = csrf_secret(client)
    for path, callback in callbacks:
        assert client.get(callback).headers["Location"] == path
    assert csrf_secret(client) == secret


def csrf_secret(client: FlaskClient) -> str:
    """What the session has; the rest of the token is when it was signed, in seconds."""
    return hidden(client.get("/").text, "csrf_token").partition(".")[0]


def test_login_button_redirects_when_already_logged_in(with_login: MakeApp) -> None:
    client = logged_in(with_login())
    with client.session_transaction() as session:
        session["after"] = ("forms.new", {}, "")
    assert client.get("/login").headers["Location"] == "/autotunes/new"


def test_login_after_a_failed_one_returns_to_the_page(with_login: MakeApp, issuer: str) -> None:
    add_user(issuer, "late@example.com", email="")
    client = with_login().test_client()
    client.get("/autotunes/new?name=x")
    assert log_in(client, "late@example.com").status_code == 403
    assert log_in(client).headers["Location"] == "/autotunes/new?name=x"


@pytest.mark.parametrize("state", ["x", "WyJ4Il0.x", "\ud83d", "a" * 5000])
def test_forged_state_leads_to_the_list(with_login: MakeApp, state: str) -> None:
    client = logged_in(with_login())
    response = client.get("/login/callback", query_string={"code": "c", "state": state.encode(errors="replace")})
    assert response.headers["Location"] == "/"


def test_login_after_logout_asks_which_account(with_login: MakeApp) -> None:
    client = logged_in(with_login())
    client.post("/logout", data={"csrf_token": hidden(client.get("/").text, "csrf_token")})
    client.get("/autotunes/new")
    for _ in range(2):
        assert _query(start_login(client))["prompt"] == "select_account"
    log_in(client)
    client.delete_cookie("desk")
    assert "prompt" not in _query(start_login(client))


@pytest.mark.parametrize(
    "hostile",
    [
        "//evil.test",
        "https://evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "%2F%2Fevil.test",
        "\t//evil.test",
        "http:evil.test",
    ],
)
def test_address_in_a_login_link_is_ignored(with_login: MakeApp, hostile: str) -> None:
    client = with_login().test_client()
    query = dict.fromkeys(("next", "after", "return_to", "redirect_uri", "url"), hostile)
    address = start_login(client, "/login", query_string=query)
    assert _query(address)["redirect_uri"] == "http://localhost/login/callback"
    callback = _query(authorize(address, ANNA))
    assert client.get("/login/callback", query_string=query | callback).headers["Location"] == "/"


def test_hostile_next_on_a_page_stays_a_query_of_that_page(with_login: MakeApp) -> None:
    client = with_login().test_client()
    client.get("/?next=//evil.test")
    assert log_in(client).headers["Location"] == "/?next=//evil.test"


def test_declined_login_shows_a_login_button(with_login: MakeApp) -> None:
    client = with_login().test_client()
    response = client.get(authorize(start_login(client), "", action="deny"))
    # This provider omits the state when a login is declined.
    assert response.status_code == 403
    assert "You are not logged in" in response.text
    assert "Log in</a>" in response.text
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("sub", "claims", "message"),
    [
        (EVE, {}, "You don’t have access"),
        ("x@notexample.com", {}, "You don’t have access"),
        ("x@example.com.evil.test", {}, "You don’t have access"),
        ("x@sub.example.com", {}, "You don’t have access"),
        ("unverified@example.com", {"email_verified": False}, "Your email address is not verified"),
        ("unverified-text@example.com", {"email_verified": "false"}, "Your email address is not verified"),
        ("nobody", {"email": ""}, "The login service did not send it."),
        ("two", {"email": "a@example.com@example.com"}, "is not a single plain address"),
        ("list", {"email": "eve@elsewhere.test,anna@example.com"}, "is not a single plain address"),
        ("line", {"email": "eve@elsewhere.test\nanna@example.com"}, "is not a single plain address"),
        ("kelvin", {"email": "\u212aarl@example.com"}, "It has letters other than a to z."),
        ("number", {"email": 7}, "is not a single plain address"),
    ],
)
def test_denied_login_says_why(
    with_login: MakeApp, issuer: str, sub: str, claims: dict[str, Any], message: str
) -> None:
    add_user(issuer, sub, **claims)
    client = with_login().test_client()
    response = log_in(client, sub)
    assert response.status_code == 403
    assert message in html.unescape(response.text)
    assert client.get("/").headers["Location"] == "/login"


def test_email_is_lower_cased(with_login: MakeApp, issuer: str) -> None:
    add_user(issuer, "Cap", email="Cap@Example.COM")
    assert "(cap@example.com)" in logged_in(with_login(), "Cap").get("/").text


def test_allowed_groups_admit_their_members(with_login: MakeApp, issuer: str) -> None:
    app = with_login(ALLOWED_EMAIL_DOMAINS="", ALLOWED_GROUPS="desk users, leads")
    add_user(issuer, "in@anywhere.test", groups=["x", "leads"])
    add_user(issuer, "text@anywhere.test", groups="x, desk users")
    add_user(issuer, "out@anywhere.test", groups=["x", {"leads": 1}])
    assert log_in(app.test_client(), "in@anywhere.test").status_code == 302
    assert log_in(app.test_client(), "text@anywhere.test").status_code == 302
    assert log_in(app.test_client(), "out@anywhere.test").status_code == 403
    assert log_in(app.test_client(), ANNA).status_code == 403


DN, INTERNS = "cn=pm,ou=groups,dc=example", "cn=interns,ou=groups,dc=example"


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ([DN], 302),
        (DN, 302),
        (f"x; {DN}", 302),
        ([INTERNS], 403),
        (INTERNS, 403),
        (["x;" + DN], 403),
        ({"cn": "pm"}, 403),
    ],
)
def test_dn_as_group_admits_its_members_only(with_login: MakeApp, issuer: str, claim: Any, status: int) -> None:
    add_user(issuer, "dn@example.com", groups=claim)
    app = with_login(ALLOWED_GROUPS=DN, GROUPS_SEPARATOR=";")
    assert log_in(app.test_client(), "dn@example.com").status_code == status


def test_group_in_a_list_claim_is_not_split_at_commas(with_login: MakeApp, issuer: str) -> None:
    add_user(issuer, "comma@example.com", groups=["Contractors, pm"])
    assert log_in(with_login(ALLOWED_GROUPS="pm").test_client(), "comma@example.com").status_code == 403


def test_domains_and_groups_must_both_be_met(with_login: MakeApp, issuer: str) -> None:
    app = with_login(ALLOWED_GROUPS="leads")
    add_user(issuer, "lead@example.com", groups=["leads"])
    add_user(issuer, "lead@elsewhere.test", groups=["leads"])
    assert log_in(app.test_client(), "lead@example.com").status_code == 302
    assert log_in(app.test_client(), "lead@elsewhere.test").status_code == 403
    assert log_in(app.test_client(), ANNA).status_code == 403


def test_star_domain_admits_everybody(with_login: MakeApp) -> None:
    assert log_in(with_login(ALLOWED_EMAIL_DOMAINS="*").test_client(), EVE).status_code == 302


def test_callback_without_a_started_login_is_denied(with_login: MakeApp) -> None:
    app = with_login()
    callback = authorize(start_login(app.test_client()), ANNA)
    victim = app.test_client()
    response = victim.get(callback)
    assert response.status_code == 400
    assert "This login has expired" in response.text
    assert victim.get("/").status_code == 302


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?code=x&state=x", "?error=server_error", "?error=%0d%0aX:1"]
)
def test_forged_callback_is_denied(with_login: MakeApp, query: str) -> None:
    client = with_login().test_client()
    start_login(client)
    response = client.get(f"/login/callback{query}")
    assert response.status_code in (400, 403)
    assert client.get("/").status_code == 302


def test_code_of_another_users_login_is_denied(with_login: MakeApp) -> None:
    app = with_login()
    stolen = _query(authorize(start_login(app.test_client()), ANNA))["code"]
    attacker = app.test_client()
    attacker_query = _query(authorize(start_login(attacker), BEN))
    response = attacker.get("/login/callback", query_string={"code": stolen, "state": attacker_query["state"]})
    assert response.status_code == 403
    assert "could not be confirmed" in response.text
    assert attacker.get("/").status_code == 302


def test_callback_cannot_be_replayed(with_login: MakeApp) -> None:
    client = with_login().test_client()
    callback = authorize(start_login(client), ANNA)
    assert client.get(callback).status_code == 302
    client.delete_cookie("desk")
    assert client.get(callback).status_code == 400


def test_repeated_callback_while_logged_in_leads_to_the_list(with_login: MakeApp) -> None:
    client = with_login().test_client()
    callback = authorize(start_login(client), ANNA)
    client.get(callback)
    assert client.get(callback).headers["Location"] == "/"
    assert client.get("/login").headers["Location"] == "/"


def test_only_the_newest_three_logins_stay_in_the_cookie(with_login: MakeApp) -> None:
    client = with_login().test_client()
    addresses = []
    for _ in range(6):
        client.get(f"/?q={'long+search' * 40}")
        addresses.append(start_login(client))
    cookie = client.get_cookie("desk")
    assert cookie and len(cookie.value) < 3800
    assert client.get(authorize(addresses[0], ANNA)).status_code == 400
    assert client.get(authorize(addresses[-2], ANNA)).status_code == 302


@pytest.mark.parametrize("issuer_address", ["http://127.0.0.1:9", "http://localhost:9/realm"])
def test_unreachable_issuer_asks_to_try_again(with_login: MakeApp, issuer_address: str) -> None:
    response = with_login(OIDC_ISSUER=issuer_address).test_client().get("/login")
    assert response.status_code == 503
    assert "The login service does not respond" in response.text
    assert "Try again in a moment." in response.text


def test_issuer_at_an_unknown_host_is_a_setup_error(with_login: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    app = with_login(OIDC_ISSUER="https://login.example.invalid")
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    response = app.test_client().get("/login")
    problem = issuer_problem(app.extensions["services"].settings)
    for text in (response.text, problem):
        assert "OIDC_ISSUER: the host is unknown" in text and "login.example.invalid" in text
    assert "Try again" not in response.text


def test_issuer_without_tls_is_a_setup_error(with_login: MakeApp) -> None:
    with serve(HttpStub()) as issuer:
        app = with_login(OIDC_ISSUER=issuer.url.replace("http:", "https:"))
        response = app.test_client().get("/login")
    assert "its TLS certificate is not trusted" in response.text and "127.0.0.1" in response.text


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"issuer": "https://evil.test"}, "calls itself “https://evil.test”. Set exactly that address"),
        (
            {"issuer": "https://login.test/{tenantid}/v2.0"},
            "/v2.0”. Set exactly that address, with the ID of your tenant in place",
        ),
        ({"issuer": None}, "calls itself “”"),
        ({"authorization_endpoint": None}, "does not name its authorization_endpoint"),
        ({"token_endpoint": None, "jwks_uri": ""}, "does not name its token_endpoint and jwks_uri"),
        ({"id_token_signing_alg_values_supported": ["HS256"]}, "Turn on RS256"),
        (None, "answers 404 at"),
    ],
)
def test_unusable_metadata_is_reported_on_page_in_log_and_by_doctor(
    with_login: MakeApp, caplog: pytest.LogCaptureFixture, changed: dict[str, Any] | None, problem: str
) -> None:
    with serve(HttpStub()) as issuer:
        names = dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), f"{issuer.url}/x")
        metadata = {"issuer": issuer.url, **names, **(changed or {})}
        issuer.responder = lambda _: (200, metadata) if changed else (404, {"error": "no"})
        app = with_login(OIDC_ISSUER=issuer.url)
        response = app.test_client().get("/login")
        reported = issuer_problem(app.extensions["services"].settings)
    assert response.status_code == 503
    assert problem in html.unescape(response.text)
    assert "Try again" not in response.text
    assert problem in reported
    assert problem in "".join(str(record.__dict__.get("why")) for record in caplog.records)


def test_long_issuer_address_is_accepted(with_login: MakeApp) -> None:
    with serve(HttpStub()) as server:
        issuer = f"{server.url}/tenant/{'x' * 120}"
        names = dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), f"{server.url}/x")
        server.responder = lambda _: (200, {"issuer": issuer, **names})
        assert start_login(with_login(OIDC_ISSUER=issuer).test_client()).startswith(f"{server.url}/x?")


@pytest.mark.parametrize("content", [b"<html>", {}])
def test_invalid_metadata_is_a_setup_error(with_login: MakeApp, content: Any) -> None:
    with serve(HttpStub()) as issuer:
        issuer.responder = lambda _: (200, content)
        response = with_login(OIDC_ISSUER=issuer.url).test_client().get("/login")
    assert response.status_code == 503
    assert "Login is not set up correctly" in response.text


@pytest.mark.parametrize("status", [429, 500, 503])
def test_temporary_issuer_error_asks_to_try_again(with_login: MakeApp, status: int) -> None:
    with serve(HttpStub()) as issuer:
        issuer.responder = lambda _: (status, {})
        app = with_login(OIDC_ISSUER=issuer.url)
        assert "Try again in a moment." in app.test_client().get("/login").text
        assert "does not respond" in issuer_problem(app.extensions["services"].settings)


def test_denied_user_can_choose_another_account(with_login: MakeApp) -> None:
    client: FlaskClient = with_login().test_client()
    page = log_in(client, EVE).text
    assert "Log in with another account" in page
    assert _query(start_login(client, "/login?account=other"))["prompt"] == "select_account"


def test_anonymous_script_request_gets_401(with_login: MakeApp) -> None:
    client = with_login().test_client()
    assert client.get("/autotunes/x.json").status_code == 401
    assert client.get("/", headers={"Sec-Fetch-Mode": "cors"}).status_code == 401


def test_public_pages_reveal_nothing(with_login: MakeApp) -> None:
    client = with_login().test_client()
    for path in ("/logged-out", "/nothing/here", "/login/callback"):
        page = client.get(path).text
        assert "Sandbox" not in page
        assert "New<span" not in page
