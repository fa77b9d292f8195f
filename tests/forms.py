"""Form data, and submitting it as a browser does."""

import re
import time
from typing import Any

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

WAIT_TIMEOUT = 180.0  # seconds in which a forecast is ready even on a busy machine
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
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found, f"no hidden field {name}"
    return found[1]


def initial_values(page: str, form_id: str = "form") -> dict[str, str]:
    """What a browser sends of a form in which nobody typed anything, without its buttons."""
    form = html5lib.parse(page, namespaceHTMLElements=False).find(f".//form[@id='{form_id}']")
    fields = [field for field in form.iter() if field.tag in ("input", "textarea", "select")]
    checked = [field for field in fields if field.get("type") != "radio" or field.get("checked") is not None]
    return {field.get("name"): _initial_value(field) for field in checked}


def _initial_value(field: Any) -> str:
    if field.tag == "select":
        options = list(field.iter("option"))
        return next((each for each in options if each.get("selected") is not None), options[0]).get("value") or ""
    return (field.get("value") if field.tag == "input" else (field.text or "").removeprefix("\n")) or ""


def fill_in(client: FlaskClient, action: str = "check", path: str = "/autotunes/new", **changed: Any) -> TestResponse:
    """Opens the form, fills it in (`variants__0__name` stands for `variants-0-name`) and submits it by a button."""
    page = client.get(path).text
    fields = {**BUTTON_COLOR_TEST, **{name.replace("__", "-"): value for name, value in changed.items()}}
    own = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    target = path if path.endswith("/edit") else "/autotunes"
    return client.post(target, data={**own, **{k: v for k, v in fields.items() if v is not None}, "action": action})


def ready(client: FlaskClient, **changed: Any) -> str:
    """The address of an autotune that has been checked."""
    response = fill_in(client, **changed)
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def finished_forecast(client: FlaskClient, address: str, query: dict[str, str]) -> Any:
    """The JSON of a forecast once it is complete."""
    end = time.monotonic() + WAIT_TIMEOUT
    while (status := client.get(f"{address}/forecast.json", query_string=query).get_json())["stage"] != "done":
        assert status["stage"] in ("waiting", "running", "planned"), status
        assert time.monotonic() < end, status
        time.sleep(0.05)
    return status


def click_create(client: FlaskClient, address: str) -> TestResponse:
    """Clicks "Create in Statsig" on an autotune's page, and comes back to it."""
    page = client.get(address).text
    data = {"csrf_token": hidden(page, "csrf_token"), "version": hidden(page, "version")}
    response = client.post(f"{address}/create", data=data)
    assert response.status_code == 303
    return client.get(response.headers["Location"])
