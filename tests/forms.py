"""Form data, and helpers that open and submit forms as a browser does."""

import re
import time
from html import unescape
from typing import Any

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

FORECAST_TIMEOUT = 180.0  # seconds, enough on a busy machine
BUTTON_COLOR_TEST = {
    "name": "Button Color Test",
    "description": "Which color button gets the most clicks.",
    "variants-0-name": "red",
    "variants-0-json": '{"color": "red"}',
    "variants-1-name": "blue",
    "variants-1-json": '{"color": "blue"}',
    "successEvent": "click",
    "explorationWindow": "1hr",
    "attributionWindow": "2hr",
    "winnerThreshold": "99%",
    "isContextual": "false",
}


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    match = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert match, f"no hidden field {name}"
    return match[1]


def initial_values(page: str, form_id: str = "form") -> dict[str, str]:
    """What a browser submits of an untouched form, without its buttons."""
    form = html5lib.parse(page, namespaceHTMLElements=False).find(f".//form[@id='{form_id}']")
    fields = [field for field in form.iter() if field.tag in ("input", "textarea", "select")]
    boxes = ("checkbox", "radio")
    checked = [field for field in fields if field.get("type") not in boxes or field.get("checked") is not None]
    return {field.get("name"): _initial_value(field) for field in checked}


def _initial_value(field: Any) -> str:
    if field.tag == "select":
        options = list(field.iter("option"))
        return next((option for option in options if option.get("selected") is not None), options[0]).get("value") or ""
    return (field.get("value") if field.tag == "input" else (field.text or "").removeprefix("\n")) or ""


def fill_in(client: FlaskClient, action: str = "check", path: str = "/autotunes/new", **changed: Any) -> TestResponse:
    """Opens the form, fills it in and submits it. Write `a__0__b` for the field `a-0-b`; None removes it."""
    page = client.get(path).text
    fields = {**BUTTON_COLOR_TEST, **{name.replace("__", "-"): value for name, value in changed.items()}}
    hidden_fields = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    target = path if path.endswith("/edit") else "/autotunes"
    fields = {name: value for name, value in fields.items() if value is not None}
    return client.post(target, data={**hidden_fields, **fields, "action": action})


def ready(client: FlaskClient, **changed: Any) -> str:
    """Fills in the form and checks it; returns the address of the ready autotune."""
    response = fill_in(client, **changed)
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def text_of(page: str) -> str:
    """What a reader sees, without tags and with single spaces."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def finished_forecast(client: FlaskClient, address: str, query: dict[str, str]) -> Any:
    """The JSON of a forecast once it is complete."""
    deadline = time.monotonic() + FORECAST_TIMEOUT
    while (status := client.get(f"{address}/forecast.json", query_string=query).get_json())["stage"] != "done":
        assert status["stage"] in ("waiting", "running", "planned"), status
        assert time.monotonic() < deadline, status
        time.sleep(0.05)
    return status


def click_create(client: FlaskClient, address: str) -> TestResponse:
    """Clicks "Create in Statsig" on an autotune's page; returns the page that follows."""
    page = client.get(address).text
    data = {"csrf_token": hidden(page, "csrf_token"), "version": hidden(page, "version")}
    response = client.post(f"{address}/create", data=data)
    assert response.status_code == 303
    return client.get(response.headers["Location"])
