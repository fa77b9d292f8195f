"""Logging in with a real OpenID provider: who is let in, who is not, and where one comes out."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ..upstream import serving
from .fixtures import ANNA, BEN, EVE, SECRET, at_issuer, knows, log_in, logged_in, to_issuer

MakeApp = Callable[..., Flask]


def _query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_a_person_logs_in_and_is_named(with_login: MakeApp) -> None:
    client = logged_in(with_login())
    page = client.get("/").text
    assert f"You are here as Anna ({ANNA})." in page
    assert "Log out" in page


def test_code_pkce_state_and_nonce_are_used(with_login: MakeApp, issuer: str) -> None:
    client = with_login().test_client()
    address = to_issuer(client)
    asked = _query(address)
    assert address.startswith(f"{issuer}/oauth2/authorize?")
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20
    assert asked["redirect_uri"] == "http://localhost/login/callback"
    assert SECRET not in address
    assert _query(to_issuer(client))["state"] != asked["state"]


@pytest.mark.parametrize("path", ["/", "/autotunes/new", "/autotunes/nothing", "/autotunes/nothing/edit"])
def test_a_stranger_is_sent_to_log_in_and_comes_back_to_the_page(with_login: MakeApp, path: str) -> None:
    client = with_login().test_client()
    first = client.get(path)
    assert (first.status_code, first.headers["Location"]) == (302, "/login")
    assert log_in(client).headers["Location"] == path


def test_a_prefilled_link_survives_the_login(with_login: MakeApp) -> None:
    client = with_login().test_client()
    path = "/autotunes/new?name=Button+Color&variants-0-name=red&_external=1&_scheme=javascript"
    client.get(path)
    back = log_in(client).headers["Location"]
    assert back == path
    assert 'value="Button Color"' in client.get(back).text


def test_a_very_long_link_opens_its_page_without_the_rest(with_login: MakeApp) -> None:
    client = with_login().test_client()
    client.get(f"/autotunes/new?description={'x' * 3000}")
    assert log_in(client).headers["Location"] == "/autotunes/new"


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
def test_no_address_in_a_link_leads_anywhere(with_login: MakeApp, hostile: str) -> None:
    client = with_login().test_client()
    given = dict.fromkeys(("next", "after", "return_to", "redirect_uri", "url"), hostile)
    address = to_issuer(client, "/login", query_string=given)
    assert _query(address)["redirect_uri"] == "http://localhost/login/callback"
    back = _query(at_issuer(address, ANNA))
    assert client.get("/login/callback", query_string=given | back).headers["Location"] == "/"


def test_hostile_next_on_a_page_stays_a_query_of_that_page(with_login: MakeApp) -> None:
    client = with_login().test_client()
    client.get("/?next=//evil.test")
    assert log_in(client).headers["Location"] == "/?next=//evil.test"


def test_who_declines_is_told_so(with_login: MakeApp) -> None:
    client = with_login().test_client()
    response = client.get(at_issuer(to_issuer(client), "", action="deny"))
    # the provider that is used here leaves the state out of its refusal
    assert response.status_code == 403
    assert "You are not logged in" in response.text
    assert "Log in</a>" in response.text
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("sub", "claims", "said"),
    [
        (EVE, {}, "You may not use this desk"),
        ("x@notexample.com", {}, "You may not use this desk"),
        ("x@example.com.evil.test", {}, "You may not use this desk"),
        ("x@sub.example.com", {}, "You may not use this desk"),
        ("unverified@example.com", {"email_verified": False}, "Your e-mail address is not verified"),
        ("worded@example.com", {"email_verified": "false"}, "Your e-mail address is not verified"),
        ("nobody", {"email": ""}, "Your e-mail address is missing"),
        ("two", {"email": "a@example.com@example.com"}, "Your e-mail address is missing"),
        ("list", {"email": "eve@elsewhere.test,anna@example.com"}, "Your e-mail address is missing"),
        ("line", {"email": "eve@elsewhere.test\nanna@example.com"}, "Your e-mail address is missing"),
        ("kelvin", {"email": "\u212aarl@example.com"}, "Your e-mail address is missing"),
        ("number", {"email": 7}, "Your e-mail address is missing"),
    ],
)
def test_who_may_not_come_in_is_told_why(
    with_login: MakeApp, issuer: str, sub: str, claims: dict[str, Any], said: str
) -> None:
    knows(issuer, sub, **claims)
    client = with_login().test_client()
    response = log_in(client, sub)
    assert response.status_code == 403
    assert said in response.text
    assert client.get("/").headers["Location"] == "/login"


def test_capital_letters_make_no_other_person(with_login: MakeApp, issuer: str) -> None:
    knows(issuer, "Cap", email="Cap@Example.COM")
    assert "(cap@example.com)" in logged_in(with_login(), "Cap").get("/").text


def test_groups_let_in(with_login: MakeApp, issuer: str) -> None:
    app = with_login(ALLOWED_EMAIL_DOMAINS="", ALLOWED_GROUPS="desk users, leads")
    knows(issuer, "in@anywhere.test", groups=["x", "leads"])
    knows(issuer, "text@anywhere.test", groups="x, desk users")
    knows(issuer, "out@anywhere.test", groups=["x", {"leads": 1}])
    assert log_in(app.test_client(), "in@anywhere.test").status_code == 302
    assert log_in(app.test_client(), "text@anywhere.test").status_code == 302
    assert log_in(app.test_client(), "out@anywhere.test").status_code == 403
    assert log_in(app.test_client(), ANNA).status_code == 403


def test_domains_and_groups_must_both_be_met(with_login: MakeApp, issuer: str) -> None:
    app = with_login(ALLOWED_GROUPS="leads")
    knows(issuer, "lead@example.com", groups=["leads"])
    knows(issuer, "lead@elsewhere.test", groups=["leads"])
    assert log_in(app.test_client(), "lead@example.com").status_code == 302
    assert log_in(app.test_client(), "lead@elsewhere.test").status_code == 403
    assert log_in(app.test_client(), ANNA).status_code == 403


def test_a_star_lets_in_everybody_whom_the_issuer_knows(with_login: MakeApp) -> None:
    assert log_in(with_login(ALLOWED_EMAIL_DOMAINS="*").test_client(), EVE).status_code == 302


def test_an_answer_to_no_question_is_refused(with_login: MakeApp) -> None:
    app = with_login()
    back = at_issuer(to_issuer(app.test_client()), ANNA)
    victim = app.test_client()
    response = victim.get(back)
    assert response.status_code == 400
    assert "This login was too old" in response.text
    assert victim.get("/").status_code == 302


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?code=x&state=x", "?error=server_error", "?error=%0d%0aX:1"]
)
def test_a_made_up_answer_is_refused(with_login: MakeApp, query: str) -> None:
    client = with_login().test_client()
    to_issuer(client)
    response = client.get(f"/login/callback{query}")
    assert response.status_code in (400, 403)
    assert client.get("/").status_code == 302


def test_a_code_of_somebody_elses_login_is_refused_by_its_nonce(with_login: MakeApp) -> None:
    app = with_login()
    stolen = _query(at_issuer(to_issuer(app.test_client()), ANNA))["code"]
    attacker = app.test_client()
    own = _query(at_issuer(to_issuer(attacker), BEN))
    response = attacker.get("/login/callback", query_string={"code": stolen, "state": own["state"]})
    assert response.status_code == 403
    assert "could not be confirmed" in response.text
    assert attacker.get("/").status_code == 302


def test_an_answer_is_good_once(with_login: MakeApp) -> None:
    client = with_login().test_client()
    back = at_issuer(to_issuer(client), ANNA)
    assert client.get(back).status_code == 302
    client.delete_cookie("desk")
    assert client.get(back).status_code == 400


def test_a_second_answer_of_who_is_logged_in_leads_to_the_list(with_login: MakeApp) -> None:
    client = with_login().test_client()
    back = at_issuer(to_issuer(client), ANNA)
    client.get(back)
    assert client.get(back).headers["Location"] == "/"
    assert client.get("/login").headers["Location"] == "/"


def test_several_tabs_log_in_and_the_cookie_stays_small(with_login: MakeApp) -> None:
    client = with_login().test_client()
    addresses = []
    for _ in range(6):
        client.get(f"/?q={'long+search' * 40}")
        addresses.append(to_issuer(client))
    cookie = client.get_cookie("desk")
    assert cookie and len(cookie.value) < 3800
    assert client.get(at_issuer(addresses[0], ANNA)).status_code == 400
    assert client.get(at_issuer(addresses[-2], ANNA)).status_code == 302


@pytest.mark.parametrize("issuer_address", ["http://127.0.0.1:9", "http://localhost:9/realm"])
def test_an_issuer_that_is_away_is_said(with_login: MakeApp, issuer_address: str) -> None:
    response = with_login(OIDC_ISSUER=issuer_address).test_client().get("/login")
    assert response.status_code == 503
    assert "The login service does not answer" in response.text


def test_an_issuer_that_calls_itself_otherwise_is_not_believed(with_login: MakeApp, issuer: str) -> None:
    with serving() as impostor:
        impostor.answer = lambda _: (200, {"issuer": issuer, "authorization_endpoint": "http://localhost:9/"})
        answer = with_login(OIDC_ISSUER=impostor.url).test_client().get("/login")
    assert answer.status_code == 503


@pytest.mark.parametrize("content", [b"<html>", {}, [], {"issuer": None}])
def test_an_issuer_that_talks_nonsense_is_said(with_login: MakeApp, content: Any) -> None:
    with serving() as nonsense:
        nonsense.answer = lambda _: (200, content)
        assert with_login(OIDC_ISSUER=nonsense.url).test_client().get("/login").status_code == 503


@pytest.mark.parametrize("missing", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_an_issuer_that_does_not_name_an_address_is_said(with_login: MakeApp, missing: str) -> None:
    with serving() as vague:
        names = dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), f"{vague.url}/x")
        vague.answer = lambda _: (200, {"issuer": vague.url, **names, missing: None})
        assert with_login(OIDC_ISSUER=vague.url).test_client().get("/login").status_code == 503


def test_another_account_can_be_chosen(with_login: MakeApp) -> None:
    client: FlaskClient = with_login().test_client()
    page = log_in(client, EVE).text
    assert "Log in with another account" in page
    assert _query(to_issuer(client, "/login?account=other"))["prompt"] == "select_account"


def test_scripts_are_told_and_not_sent_away(with_login: MakeApp) -> None:
    client = with_login().test_client()
    assert client.get("/autotunes/x.json").status_code == 401
    assert client.get("/", headers={"Sec-Fetch-Mode": "cors"}).status_code == 401


def test_pages_of_a_stranger_tell_nothing(with_login: MakeApp) -> None:
    client = with_login().test_client()
    for path in ("/logged-out", "/nothing/here", "/login/callback"):
        page = client.get(path).text
        assert "Sandbox" not in page
        assert "New<span" not in page
