"""With REQUIRE_APPROVAL, the last editor can neither create an autotune nor reject it."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp.autotunes.approval import reject
from webapp.autotunes.create import CreateResult, create
from webapp.autotunes.services import Services
from webapp.store import queries

from ..conftest import CANARY, Clock
from ..fake_statsig import FakeStatsig
from ..forms import BUTTON_COLOR_TEST, click_create, fill_in, hidden, ready
from .fixtures import ANNA, BEN, PROXY_SECRET, PROXY_SETTINGS, add_user, behind_proxy, log_in, logged_in

APPROVAL_BEHIND_PROXY = {**PROXY_SETTINGS, "REQUIRE_APPROVAL": "1"}
IS_LAST_EDITOR = "Someone else must review and create this, since you changed it last."
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


def _post(client: FlaskClient, address: str, action: str, version: str, **data: str) -> TestResponse:
    token = hidden(client.get("/").text, "csrf_token")
    return client.post(f"{address}/{action}", data={"csrf_token": token, "version": version, **data})


def _version(client: FlaskClient, address: str) -> str:
    return hidden(client.get(f"{address}/edit").text, "version")


def _state(client: FlaskClient, address: str) -> str:
    return str(client.get(f"{address}.json").get_json()["state"])


def test_check_without_changes_keeps_the_last_editor(anna: FlaskClient, ben: FlaskClient) -> None:
    """Otherwise an author could submit the form unchanged, and create it."""
    address = fill_in(anna, "save", name="Unchanged").headers["Location"]
    for client in (anna, ben):
        assert fill_in(client, path=f"{address}/edit", name="Unchanged").headers["Location"] == address
    assert _state(anna, address) == "ready" and IS_LAST_EDITOR in anna.get(address).text
    assert IS_LAST_EDITOR not in ben.get(address).text
    assert "Created in Statsig" in click_create(ben, address).text


def test_check_without_changes_of_a_draft_from_before_a_field_existed_keeps_the_last_editor(
    anna: FlaskClient, ben: FlaskClient
) -> None:
    address = fill_in(anna, "save", name="Older").headers["Location"]
    services: Services = anna.application.extensions["services"]
    with services.store.write() as session:
        record = queries.get(session, address.rpartition("/")[2])
        assert record
        record.form_data = record.form_data.replace('"valueColumn": "", ', "")
        assert "valueColumn" not in record.form_data
    assert fill_in(ben, path=f"{address}/edit", name="Older").headers["Location"] == address
    assert IS_LAST_EDITOR in anna.get(address).text and IS_LAST_EDITOR not in ben.get(address).text


def test_second_person_creates_and_history_names_both(
    anna: FlaskClient, ben: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    address = ready(anna)
    assert "Created in Statsig" in click_create(ben, address).text
    assert len(fake_statsig.posts) == 1
    history = anna.get(f"{address}.json").get_json()["history"]
    assert [event["who"] for event in history] == [ANNA, BEN, BEN]


def test_last_editor_sees_no_create_or_reject_button(anna: FlaskClient) -> None:
    page = anna.get(ready(anna)).text
    assert IS_LAST_EDITOR in page
    assert "Create in Statsig</button>" not in page
    assert ">Reject<" not in page


def test_create_by_last_editor_is_not_sent(anna: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = ready(anna)
    response = _post(anna, address, "create", _version(anna, address))
    page = anna.get(response.headers["Location"]).text
    assert "Not created: someone else must review and create this" in page
    assert fake_statsig.posts == []
    assert _state(anna, address) == "ready"


def test_editing_makes_you_the_last_editor(anna: FlaskClient, ben: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = ready(anna)
    fill_in(ben, path=f"{address}/edit", description="Changed by Ben")
    assert IS_LAST_EDITOR in ben.get(address).text
    _post(ben, address, "create", _version(ben, address))
    assert fake_statsig.posts == []
    assert "Created in Statsig" in click_create(anna, address).text


def test_create_of_an_unreviewed_version_is_not_sent(
    anna: FlaskClient, ben: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    address = ready(anna)
    reviewed_version = _version(ben, address)
    fill_in(anna, path=f"{address}/edit", description="Changed after the review")
    response = _post(ben, address, "create", reviewed_version)
    assert "changed after you opened its page" in ben.get(response.headers["Location"]).text
    assert fake_statsig.posts == []


@pytest.mark.parametrize(
    "spelling", ["ANNA@example.com", "Anna@Example.COM", " anna@example.com\n", "anna@EXAMPLE.com"]
)
def test_other_spelling_of_an_email_is_the_same_user(
    app: Flask, anna: FlaskClient, issuer: str, fake_statsig: FakeStatsig, spelling: str
) -> None:
    add_user(issuer, "anna-again", email=spelling)
    address = ready(anna)
    other = logged_in(app, "anna-again")
    assert IS_LAST_EDITOR in other.get(address).text
    _post(other, address, "create", _version(other, address))
    _post(other, address, "reject", _version(other, address), reason="no")
    assert fake_statsig.posts == []
    assert _state(anna, address) == "ready"


HOMOGRAPHS = [
    "\uff41nna@example.com",  # a wide a
    "anna@\uff45xample.com",
    "\u0430nna@example.com",  # a Cyrillic a
    "anna\u200b@example.com",
    "anna@example\uff0ecom",
    "anna@example.com.",
    "a\u0308nna@example.com",
]


@pytest.mark.parametrize("email", HOMOGRAPHS)
def test_homograph_email_is_denied(app: Flask, issuer: str, email: str) -> None:
    add_user(issuer, "look-alike", email=email)
    assert log_in(app.test_client(), "look-alike").status_code == 403


@pytest.mark.parametrize("email", HOMOGRAPHS)
def test_homograph_email_from_a_proxy_is_denied(make_app: Callable[..., Flask], email: str) -> None:
    client = make_app(**APPROVAL_BEHIND_PROXY).test_client()
    assert client.get("/", headers=_headers(email)).status_code == 401


def test_other_spelling_from_a_proxy_is_the_same_user(
    make_app: Callable[..., Flask], fake_statsig: FakeStatsig
) -> None:
    app = make_app(**APPROVAL_BEHIND_PROXY, STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url)
    client = behind_proxy(app, ANNA)
    address = ready(client)
    page = client.get(address).text
    assert IS_LAST_EDITOR in page
    version, token = _version(client, address), hidden(client.get(f"{address}/edit").text, "csrf_token")
    client.environ_base["HTTP_X_AUTH_EMAIL"] = ANNA.upper()
    client.post(f"{address}/create", data={"csrf_token": token, "version": version})
    assert IS_LAST_EDITOR in client.get(address).text
    assert fake_statsig.posts == []


def _headers(email: str) -> dict[str, str]:
    return {"X-Desk-Proxy-Secret": PROXY_SECRET, "X-Auth-Email": email.encode().decode("latin-1")}


def test_second_login_of_the_last_editor_cannot_create(
    app: Flask, anna: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    address = ready(anna)
    other = logged_in(app, ANNA)
    _post(other, address, "create", _version(other, address))
    assert fake_statsig.posts == []


def test_last_editor_cannot_create_after_confirming_not_created(
    anna: FlaskClient, ben: FlaskClient, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    fake_statsig.responder = lambda request: (500, {}) if request.method == "POST" else None
    address = ready(anna, name="Größe")
    click_create(ben, address)
    clock.forward(80)
    anna.get(address)
    page = anna.get(address).text
    anna.post(f"{address}/not-created", data={name: hidden(page, name) for name in ("csrf_token", "version")})
    assert _state(anna, address) == "ready"
    posts = len(fake_statsig.posts)
    _post(anna, address, "create", _version(anna, address))
    assert len(fake_statsig.posts) == posts


def test_services_deny_create_and_reject_by_last_editor(
    app: Flask, anna: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    services: Services = app.extensions["services"]
    address = ready(anna)
    record_id, version = address.rpartition("/")[2], int(_version(anna, address))
    assert create(services, record_id, version, ANNA) == (CreateResult.LAST_EDITOR, None)
    assert not reject(services, record_id, version, ANNA, "no")
    assert fake_statsig.posts == []


def test_create_racing_with_an_edit_by_the_same_user_is_not_sent(app: Flask, fake_statsig: FakeStatsig) -> None:
    """Whichever comes first, nobody can create their own change."""
    anna, ben = logged_in(app, ANNA), logged_in(app, BEN)
    for attempt in range(5):
        address = ready(anna, name=f"Race {attempt}")
        page = ben.get(f"{address}/edit").text
        hidden_fields = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
        data = {**hidden_fields, **BUTTON_COLOR_TEST, "name": f"Race {attempt}b", "action": "check"}
        version = hidden_fields["version"]
        change = threading.Thread(target=ben.post, args=(f"{address}/edit",), kwargs={"data": data})
        services: Services = app.extensions["services"]
        change.start()
        for candidate in (version, str(int(version) + 1)):
            _, finished = create(services, address.rpartition("/")[2], int(candidate), BEN)
            if finished:
                finished.wait(5)
        change.join()
    names_sent = [post.json["name"] for post in fake_statsig.posts]
    assert all(not name.endswith("b") for name in names_sent)


# --- reject


def test_rejection_returns_to_draft_and_shows_the_reason(
    anna: FlaskClient, ben: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    address = ready(anna)
    assert ">Reject<" in ben.get(address).text
    response = _post(ben, address, "reject", _version(ben, address), reason=" Too long a window.\r\nTake a day. ")
    assert "Rejected." in ben.get(response.headers["Location"]).text
    assert _state(anna, address) == "draft"
    for path in (address, f"{address}/edit"):
        page = anna.get(path).text
        assert f"{BEN} rejected this: Too long a window.\nTake a day.</p>" in page, path
    history = anna.get(f"{address}.json").get_json()["history"]
    assert (history[-1]["who"], history[-1]["what"]) == (BEN, "Rejected: Too long a window.\nTake a day.")
    assert fake_statsig.posts == []


def test_rejected_autotune_can_be_changed_and_created(
    anna: FlaskClient, ben: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    address = ready(anna)
    _post(ben, address, "reject", _version(ben, address), reason="No")
    fill_in(anna, path=f"{address}/edit", description="Better")
    assert "rejected this" not in anna.get(address).text.partition("History")[0]
    assert "Created in Statsig" in click_create(ben, address).text


def test_rejected_autotune_cannot_be_created_unchanged(
    anna: FlaskClient, ben: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    address = ready(anna)
    version = _version(ben, address)
    _post(ben, address, "reject", version, reason="No")
    for candidate in (version, str(int(version) + 1)):
        _post(ben, address, "create", candidate)
    assert fake_statsig.posts == []


@pytest.mark.parametrize(
    ("reason", "error"),
    [("", "Enter a reason"), (" \r\n\0", "Enter a reason"), ("x" * 1001, "Shorten this to 1000 characters")],
)
def test_missing_or_long_reason_is_an_error(anna: FlaskClient, ben: FlaskClient, reason: str, error: str) -> None:
    address = ready(anna)
    response = _post(ben, address, "reject", _version(ben, address), reason=reason)
    assert response.status_code == 422
    assert error in response.text
    assert "<title>Error: " in response.text
    assert reason.strip(" \r\n\0") in response.text
    assert _state(anna, address) == "ready"


def test_reason_of_1000_characters_is_accepted_and_escaped(anna: FlaskClient, ben: FlaskClient) -> None:
    address = ready(anna)
    reason = "<b>&é" * 200
    assert _post(ben, address, "reject", _version(ben, address), reason=reason).status_code == 303
    assert "&lt;b&gt;&amp;é" in anna.get(address).text


def test_reason_for_an_older_version_rejects_nothing_and_is_shown_again(anna: FlaskClient, ben: FlaskClient) -> None:
    address = ready(anna)
    reviewed_version = _version(ben, address)
    fill_in(anna, path=f"{address}/edit", description="Changed")
    response = _post(ben, address, "reject", reviewed_version, reason="My careful words")
    assert response.status_code == 409
    assert "changed after you opened its page" in response.text
    assert "My careful words" in response.text
    assert _state(anna, address) == "ready"


def test_reason_for_a_created_autotune_is_shown_again(anna: FlaskClient, ben: FlaskClient) -> None:
    address = ready(anna)
    reviewed_version = _version(ben, address)
    click_create(ben, address)
    response = _post(ben, address, "reject", reviewed_version, reason="My careful words")
    assert response.status_code == 409
    assert "You wrote: My careful words" in response.text
    assert _state(anna, address) == "created"


def test_last_editor_cannot_reject(anna: FlaskClient) -> None:
    address = ready(anna)
    assert _post(anna, address, "reject", _version(anna, address), reason="Oops").status_code == 409
    assert _state(anna, address) == "ready"


def test_reason_on_an_expired_page_is_shown_again(anna: FlaskClient, ben: FlaskClient) -> None:
    address = ready(anna)
    response = ben.post(f"{address}/reject", data={"csrf_token": "old", "version": "1", "reason": "My careful words"})
    assert response.status_code == 400
    assert "My careful words" in response.text
    assert "Try again" in response.text


def test_user_without_create_permission_cannot_reject(with_login: Callable[..., Flask], issuer: str) -> None:
    add_user(issuer, CARLA)
    app = with_login(REQUIRE_APPROVAL="1", CREATORS=BEN)
    address = ready(logged_in(app, ANNA))
    carla = logged_in(app, CARLA)
    assert _post(carla, address, "reject", _version(carla, address), reason="No").status_code == 403
    assert log_in(app.test_client(), BEN).status_code == 302


def test_last_editor_can_create_without_the_setting(
    with_login: Callable[..., Flask], fake_statsig: FakeStatsig
) -> None:
    client = logged_in(with_login())
    address = ready(client)
    assert ">Reject<" not in client.get(address).text
    assert "Created in Statsig" in click_create(client, address).text


def test_form_opened_before_the_rejection_does_not_override_it(anna: FlaskClient, ben: FlaskClient) -> None:
    page = anna.get("/autotunes/new").text
    hidden_fields = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    data = {**BUTTON_COLOR_TEST, **hidden_fields, "action": "check"}
    address = anna.post("/autotunes", data=data).headers["Location"]
    _post(ben, address, "reject", _version(ben, address), reason="Too short")
    resubmitted = anna.post("/autotunes", data={**data, "description": "Changed"})
    assert resubmitted.status_code == 409 and "Changed" in resubmitted.text
    assert _state(anna, address) == "draft" and "Too short" in anna.get(address).text
