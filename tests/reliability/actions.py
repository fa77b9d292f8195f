"""Autotunes that can be started or decided, and clicks on both."""

import json
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp.autotunes.create import create
from webapp.autotunes.drafts import Submission, save
from webapp.contract.form import AutotuneForm
from webapp.store import ActionRecord, action_queries

from ..forms import hidden
from .conftest import Desk
from .harness import FORM_DATA

KINDS = ("start", "decide")


def created(desk: Desk, kind: str) -> str:
    """The address of an autotune for which this is next. Statsig has received no request by then."""
    form = AutotuneForm.from_data({**FORM_DATA, "name": desk.fresh_name()})
    token = f"of {form.name.typed}"
    saved = save(desk.services, None, Submission(form, 0, "", "local user", check=True, token=token, key=token))
    _, done = create(desk.services, saved.id, saved.version, "local user")
    assert done and done.wait(5)
    address = f"/autotunes/{saved.id}"
    assert desk.state(address) == "created"
    if kind == "decide":
        mark_started(desk, address)
    desk.statsig.requests.clear()
    return address


def mark_started(desk: Desk, address: str) -> None:
    """It was started, and the desk has read that."""
    in_statsig(desk, address)["isStarted"] = True
    with desk.services.store.write() as session:
        record = session.merge(desk.row(address))
        record.statsig = json.dumps({**json.loads(record.statsig or ""), "isStarted": True})


def in_statsig(desk: Desk, address: str) -> dict[str, Any]:
    return next(one for one in desk.statsig.autotunes if one["id"] == desk.row(address).statsig_id)


def confirmation(client: FlaskClient, address: str, kind: str) -> dict[str, str]:
    """What a person submits of the page that asks them to confirm."""
    page = client.get(f"{address}/{kind}").text
    decision = {"variant": "blue", "reason": "It sells more"} if kind == "decide" else {}
    return {name: hidden(page, name) for name in ("csrf_token", "number")} | decision


def send(client: FlaskClient, address: str, kind: str, form: dict[str, str]) -> TestResponse:
    return client.post(f"{address}/{kind}", data=form, follow_redirects=True)


def click(client: FlaskClient, address: str, kind: str) -> TestResponse:
    """The page that follows."""
    return send(client, address, kind, confirmation(client, address, kind))


def last_action(desk: Desk, address: str) -> ActionRecord:
    with desk.services.store.read() as session:
        action = action_queries.last(session, address.rpartition("/")[2])
    assert action
    return action
