"""Two people for one create: who changed it last does not create it, by no way."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp.autotunes.approval import reject
from webapp.autotunes.create import CreateResult, create
from webapp.autotunes.services import Services

from ..conftest import CANARY, Clock
from ..forms import BUTTON_COLOR_TEST, fill_in, hidden, press, ready
from ..upstream import Upstream
from .fixtures import ANNA, BEN, PROXY_SECRET, knows, log_in, logged_in

BEHIND_A_PROXY = {
    "PUBLIC_URL": "http://localhost",
    "PROXY_USER_HEADER": "X-Auth-Email",
    "PROXY_SECRET": PROXY_SECRET,
    "REQUIRE_APPROVAL": "1",
}
SOMEBODY_ELSE = "Somebody else has to read this and create it, since you changed it last."
CARLA = "carla@example.com"


@pytest.fixture
def app(with_login: Callable[..., Flask]) -> Flask:
    return with_login(REQUIRE_APPROVAL="1")


@pytest.fixture
def anna(app: Flask) -> FlaskClient:
    return logged_in(app, ANNA)


@pytest.fixture
def ben(app: Flask) -> FlaskClient:
    return logged_in(app, BEN)


def _post(client: FlaskClient, address: str, what: str, version: str, **data: str) -> TestResponse:
    token = hidden(client.get("/").text, "csrf_token")
    return client.post(f"{address}/{what}", data={"csrf_token": token, "version": version, **data})


def _version(client: FlaskClient, address: str) -> str:
    return hidden(client.get(f"{address}/edit").text, "version")


def _state(client: FlaskClient, address: str) -> str:
    return str(client.get(f"{address}.json").get_json()["state"])


def test_a_check_that_changes_nothing_makes_nobody_its_author(anna: FlaskClient, ben: FlaskClient) -> None:
    """Otherwise somebody who opens the form and sends it as it is would free its author to create it."""
    address = fill_in(anna, "save", name="Unchanged").headers["Location"]
    for client in (anna, ben):
        assert fill_in(client, path=f"{address}/edit", name="Unchanged").headers["Location"] == address
    assert _state(anna, address) == "ready" and SOMEBODY_ELSE in anna.get(address).text
    assert SOMEBODY_ELSE not in ben.get(address).text
    assert "Created in Statsig" in press(ben, address).text


def test_somebody_else_creates_it_and_both_are_in_the_history(
    anna: FlaskClient, ben: FlaskClient, upstream: Upstream
) -> None:
    address = ready(anna)
    assert "Created in Statsig" in press(ben, address).text
    assert len(upstream.posts) == 1
    history = anna.get(f"{address}.json").get_json()["history"]
    assert [event["who"] for event in history] == [ANNA, BEN, BEN]


def test_its_author_is_told_and_has_no_button(anna: FlaskClient) -> None:
    page = anna.get(ready(anna)).text
    assert SOMEBODY_ELSE in page
    assert "Create in Statsig</button>" not in page
    assert "Turn it down" not in page


def test_its_author_cannot_press_all_the_same(anna: FlaskClient, upstream: Upstream) -> None:
    address = ready(anna)
    response = _post(anna, address, "create", _version(anna, address))
    page = anna.get(response.headers["Location"]).text
    assert "Not sent: somebody else has to read this" in page
    assert upstream.posts == []
    assert _state(anna, address) == "ready"


def test_who_changes_it_takes_the_place_of_its_author(anna: FlaskClient, ben: FlaskClient, upstream: Upstream) -> None:
    address = ready(anna)
    fill_in(ben, path=f"{address}/edit", description="Changed by Ben")
    assert SOMEBODY_ELSE in ben.get(address).text
    _post(ben, address, "create", _version(ben, address))
    assert upstream.posts == []
    assert "Created in Statsig" in press(anna, address).text


def test_a_change_takes_the_approval_back(anna: FlaskClient, ben: FlaskClient, upstream: Upstream) -> None:
    address = ready(anna)
    read = _version(ben, address)
    fill_in(anna, path=f"{address}/edit", description="Slipped in after it was read")
    response = _post(ben, address, "create", read)
    assert "changed after you opened its page" in ben.get(response.headers["Location"]).text
    assert upstream.posts == []


@pytest.mark.parametrize(
    "spelling", ["ANNA@example.com", "Anna@Example.COM", " anna@example.com\n", "anna@EXAMPLE.com"]
)
def test_another_spelling_is_no_second_person(
    app: Flask, anna: FlaskClient, issuer: str, upstream: Upstream, spelling: str
) -> None:
    knows(issuer, "anna-again", email=spelling)
    address = ready(anna)
    other = logged_in(app, "anna-again")
    assert SOMEBODY_ELSE in other.get(address).text
    _post(other, address, "create", _version(other, address))
    _post(other, address, "reject", _version(other, address), reason="no")
    assert upstream.posts == []
    assert _state(anna, address) == "ready"


LOOK_ALIKES = [
    "\uff41nna@example.com",  # a wide a
    "anna@\uff45xample.com",
    "\u0430nna@example.com",  # a Cyrillic a
    "anna\u200b@example.com",
    "anna@example\uff0ecom",
    "anna@example.com.",
    "a\u0308nna@example.com",
]


@pytest.mark.parametrize("email", LOOK_ALIKES)
def test_who_only_looks_like_somebody_is_nobody(app: Flask, issuer: str, email: str) -> None:
    knows(issuer, "look-alike", email=email)
    assert log_in(app.test_client(), "look-alike").status_code == 403


@pytest.mark.parametrize("email", LOOK_ALIKES)
def test_nor_is_he_by_the_word_of_a_proxy(make_app: Callable[..., Flask], email: str) -> None:
    client = make_app(**BEHIND_A_PROXY).test_client()
    assert client.get("/", headers=_named(email)).status_code == 401


def test_another_spelling_by_a_proxy_is_no_second_person(make_app: Callable[..., Flask], upstream: Upstream) -> None:
    client = make_app(**BEHIND_A_PROXY, STATSIG_API_KEY=CANARY, STATSIG_API_URL=upstream.url).test_client()
    client.environ_base |= {"HTTP_X_DESK_PROXY_SECRET": PROXY_SECRET, "HTTP_X_AUTH_EMAIL": ANNA}
    address = ready(client)
    page = client.get(address).text
    assert SOMEBODY_ELSE in page
    version, token = _version(client, address), hidden(client.get(f"{address}/edit").text, "csrf_token")
    client.environ_base["HTTP_X_AUTH_EMAIL"] = ANNA.upper()
    client.post(f"{address}/create", data={"csrf_token": token, "version": version})
    assert SOMEBODY_ELSE in client.get(address).text
    assert upstream.posts == []


def _named(email: str) -> dict[str, str]:
    return {"X-Desk-Proxy-Secret": PROXY_SECRET, "X-Auth-Email": email.encode().decode("latin-1")}


def test_a_second_login_of_the_same_person_is_none_either(app: Flask, anna: FlaskClient, upstream: Upstream) -> None:
    address = ready(anna)
    other = logged_in(app, ANNA)
    _post(other, address, "create", _version(other, address))
    assert upstream.posts == []


def test_after_not_sent_and_after_looking_it_up_it_takes_two_again(
    anna: FlaskClient, ben: FlaskClient, upstream: Upstream, clock: Clock
) -> None:
    upstream.answer = lambda request: (500, {}) if request.method == "POST" else None
    address = ready(anna, name="Größe")
    press(ben, address)
    clock.forward(80)
    anna.get(address)
    page = anna.get(address).text
    anna.post(f"{address}/not-created", data={name: hidden(page, name) for name in ("csrf_token", "version")})
    assert _state(anna, address) == "ready"
    posts = len(upstream.posts)
    _post(anna, address, "create", _version(anna, address))
    assert len(upstream.posts) == posts


def test_the_use_case_itself_refuses(app: Flask, anna: FlaskClient, upstream: Upstream) -> None:
    """Not the page, not the route: whatever calls it."""
    services: Services = app.extensions["services"]
    address = ready(anna)
    record_id, version = address.rpartition("/")[2], int(_version(anna, address))
    assert create(services, record_id, version, ANNA) == (CreateResult.OWN, None)
    assert not reject(services, record_id, version, ANNA, "no")
    assert upstream.posts == []


def test_who_changes_it_in_the_same_moment_does_not_slip_through(app: Flask, upstream: Upstream) -> None:
    """The change and the press race; whichever comes first, nobody creates what is his own."""
    anna, ben = logged_in(app, ANNA), logged_in(app, BEN)
    for turn in range(5):
        address = ready(anna, name=f"Race {turn}")
        page = ben.get(f"{address}/edit").text
        own = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
        data = {**own, **BUTTON_COLOR_TEST, "name": f"Race {turn}b", "action": "check"}
        version = own["version"]
        change = threading.Thread(target=ben.post, args=(f"{address}/edit",), kwargs={"data": data})
        services: Services = app.extensions["services"]
        change.start()
        for each in (version, str(int(version) + 1)):
            _, over = create(services, address.rpartition("/")[2], int(each), BEN)
            if over:
                over.wait(5)
        change.join()
    sent = [post.json["name"] for post in upstream.posts]
    assert all(not name.endswith("b") for name in sent)


# --- turning it down


def test_it_is_turned_down_with_a_reason_that_its_author_reads(
    anna: FlaskClient, ben: FlaskClient, upstream: Upstream
) -> None:
    address = ready(anna)
    assert "Turn it down" in ben.get(address).text
    response = _post(ben, address, "reject", _version(ben, address), reason=" Too long a window.\r\nTake a day. ")
    assert "Turned down." in ben.get(response.headers["Location"]).text
    assert _state(anna, address) == "draft"
    for path in (address, f"{address}/edit"):
        page = anna.get(path).text
        assert f"{BEN} turned this down: Too long a window.\nTake a day.</p>" in page, path
    history = anna.get(f"{address}.json").get_json()["history"]
    assert (history[-1]["who"], history[-1]["what"]) == (BEN, "Turned down: Too long a window.\nTake a day.")
    assert upstream.posts == []


def test_what_was_turned_down_can_be_changed_and_created(
    anna: FlaskClient, ben: FlaskClient, upstream: Upstream
) -> None:
    address = ready(anna)
    _post(ben, address, "reject", _version(ben, address), reason="No")
    fill_in(anna, path=f"{address}/edit", description="Better")
    assert "turned this down" not in anna.get(address).text.partition("History")[0]
    assert "Created in Statsig" in press(ben, address).text


def test_what_was_turned_down_cannot_be_created(anna: FlaskClient, ben: FlaskClient, upstream: Upstream) -> None:
    address = ready(anna)
    version = _version(ben, address)
    _post(ben, address, "reject", version, reason="No")
    for each in (version, str(int(version) + 1)):
        _post(ben, address, "create", each)
    assert upstream.posts == []


@pytest.mark.parametrize(
    ("reason", "said"), [("", "Say why"), (" \r\n\0", "Say why"), ("x" * 1001, "Say it in up to 1000 characters")]
)
def test_the_reason_is_wanted_and_kept_on_the_page(anna: FlaskClient, ben: FlaskClient, reason: str, said: str) -> None:
    address = ready(anna)
    response = _post(ben, address, "reject", _version(ben, address), reason=reason)
    assert response.status_code == 422
    assert said in response.text
    assert "<title>Error: " in response.text
    assert reason.strip(" \r\n\0") in response.text
    assert _state(anna, address) == "ready"


def test_a_thousand_characters_are_taken_as_they_are(anna: FlaskClient, ben: FlaskClient) -> None:
    address = ready(anna)
    reason = "<b>&é" * 200
    assert _post(ben, address, "reject", _version(ben, address), reason=reason).status_code == 303
    assert "&lt;b&gt;&amp;é" in anna.get(address).text


def test_a_reason_for_another_version_turns_nothing_down_and_is_not_lost(anna: FlaskClient, ben: FlaskClient) -> None:
    address = ready(anna)
    read = _version(ben, address)
    fill_in(anna, path=f"{address}/edit", description="Changed meanwhile")
    response = _post(ben, address, "reject", read, reason="My careful words")
    assert response.status_code == 409
    assert "changed after you opened its page" in response.text
    assert "My careful words" in response.text
    assert _state(anna, address) == "ready"


def test_a_reason_for_what_was_created_meanwhile_is_shown_too(anna: FlaskClient, ben: FlaskClient) -> None:
    address = ready(anna)
    read = _version(ben, address)
    press(ben, address)
    response = _post(ben, address, "reject", read, reason="My careful words")
    assert response.status_code == 409
    assert "You wrote: My careful words" in response.text
    assert _state(anna, address) == "created"


def test_its_author_cannot_turn_it_down(anna: FlaskClient) -> None:
    address = ready(anna)
    assert _post(anna, address, "reject", _version(anna, address), reason="Oops").status_code == 409
    assert _state(anna, address) == "ready"


def test_an_expired_page_keeps_the_reason(anna: FlaskClient, ben: FlaskClient) -> None:
    address = ready(anna)
    response = ben.post(f"{address}/reject", data={"csrf_token": "old", "version": "1", "reason": "My careful words"})
    assert response.status_code == 400
    assert "My careful words" in response.text
    assert "Press again" in response.text


def test_who_may_not_create_may_not_turn_down(with_login: Callable[..., Flask], issuer: str) -> None:
    knows(issuer, CARLA)
    app = with_login(REQUIRE_APPROVAL="1", CREATORS=BEN)
    address = ready(logged_in(app, ANNA))
    carla = logged_in(app, CARLA)
    assert _post(carla, address, "reject", _version(carla, address), reason="No").status_code == 403
    assert log_in(app.test_client(), BEN).status_code == 302


def test_without_the_setting_everybody_creates_alone(with_login: Callable[..., Flask], upstream: Upstream) -> None:
    client = logged_in(with_login())
    address = ready(client)
    assert "Turn it down" not in client.get(address).text
    assert "Created in Statsig" in press(client, address).text


def test_a_form_that_has_not_seen_the_reason_does_not_undo_it(anna: FlaskClient, ben: FlaskClient) -> None:
    page = anna.get("/autotunes/new").text
    own = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    sent = {**BUTTON_COLOR_TEST, **own, "action": "check"}
    address = anna.post("/autotunes", data=sent).headers["Location"]
    _post(ben, address, "reject", _version(ben, address), reason="Too short")
    again = anna.post("/autotunes", data={**sent, "description": "Changed"})
    assert again.status_code == 409 and "Changed" in again.text
    assert _state(anna, address) == "draft" and "Too short" in anna.get(address).text
