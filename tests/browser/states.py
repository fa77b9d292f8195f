"""Every page in every state, reached as users reach it."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from flask.testing import FlaskClient

from webapp.autotunes.services import Services

from .. import catalog
from ..conftest import Clock
from ..fake_statsig import FakeStatsig
from ..forms import BUTTON_COLOR_TEST, click_create, fill_in, finished_forecast, hidden, ready
from ..http_stub import Request, Response
from ..web.test_suggestions import wait_for_reads

LONG = "A very long name that somebody pasted in and nobody shortened afterwards " * 2
ALL_FIELDS = {
    "isContextual": "true",
    "goalRichText": "More clicks,\nfewer returns.",
    "successEventValue": "paid",
    "attributionWindowUnit": "day",
    "explorationWindowRate": "0.3",
    "longtermExplorationAllocation": "0.05",
    "featureList": "country\nplan\ndevice",
    "metadataField": "revenue",
    "higherIsBetter": "false",
    "metricSourceID": "orders",
    "valueColumn": "amount",
    "optimizationParameter": "value",
    "linkedExperimentName": "bandit_check",
    "idType": "stableID",
    "variants-0-size": "60",
    "variants-1-size": "40",
}


def _respond_to_put(status: int) -> Callable[[Request], Response | None]:
    return lambda request: (status, {"message": "x"}) if request.method == "PUT" else None


def _respond_to_post(
    status: int, body: Any, headers: dict[str, str] | None = None
) -> Callable[[Request], Response | None]:
    return lambda request: (status, body, headers or {}) if request.method == "POST" else None


def _address(response: Any) -> str:
    return str(response.headers["Location"])


class States:
    """Makes each state on a desk with a fake Statsig; each public method returns the path of a page."""

    def __init__(self, app: Flask, statsig: FakeStatsig, clock: Clock) -> None:
        self.client: FlaskClient = app.test_client()
        self.services: Services = app.extensions["services"]
        self.statsig, self.clock = statsig, clock

    def _create(self, name: str, responder: Callable[[Request], Response | None], **changed: Any) -> str:
        self.statsig.responder = responder
        address = ready(self.client, name=name, **changed)
        click_create(self.client, address)
        self.statsig.responder = lambda _: None
        return address

    def empty_list(self) -> str:
        return "/"

    def empty_form(self) -> str:
        return "/autotunes/new"

    def list_(self) -> str:
        for name in ("Welcome mail", LONG):
            fill_in(self.client, "save", name=name)
        self._create("Checkout hint", lambda _: None)
        return "/"

    def no_match(self) -> str:
        return "/?q=nothing+like+this&state=created"

    def discarded(self) -> str:
        return self._removed(_address(fill_in(self.client, "save", name="Thrown away")), "discard")

    def purged(self) -> str:
        address = self.discarded()
        self.clock.forward(31 * 24 * 3600)
        self.client.get("/")
        return address

    def archived(self) -> str:
        return self._removed(self._create("Finished test", lambda _: None), "archive")

    def _removed(self, address: str, action: str) -> str:
        token = hidden(self.client.get("/autotunes/new").text, "csrf_token")
        self.client.post(f"{address}/{action}", data={"csrf_token": token})
        return address

    def discarded_list(self) -> str:
        self.discarded()
        return "/?state=discarded"

    def form_from_a_pasted_request(self) -> str:
        token = hidden(self.client.get("/autotunes/paste").text, "csrf_token")
        answer = {"id": "hero_copy", "isStarted": False, "successEvent": "click", "description": "It’s here", "size": 5}
        command = f"curl x -H 'STATSIG-API-KEY: hidden' -d '{json.dumps({'data': answer})}'"
        return _address(self.client.post("/autotunes/paste", data={"csrf_token": token, "pasted_request": command}))

    def templates(self) -> str:
        self._template("Buttons of the shop", "When a button has several words and nobody knows which one works.")
        return "/templates"

    def form_from_a_template(self) -> str:
        return "/autotunes/new?template=price"

    def make_template(self) -> str:
        return f"{ready(self.client, name='To be copied')}/template"

    def _template(self, title: str, note: str) -> None:
        address = ready(self.client, name=title)
        token = hidden(self.client.get("/").text, "csrf_token")
        self.client.post(f"{address}/template", data={"csrf_token": token, "title": title, "note": note})

    def form_with_similar_autotunes(self) -> str:
        self._create("Checkout hint", lambda _: None)
        fill_in(self.client, "save", name="Another color")
        return ready(self.client, name="Third of its kind") + "/edit"

    def paste(self) -> str:
        return "/autotunes/paste"

    def expired_link(self) -> str:
        return "/links/expired"

    def draft(self) -> str:
        return _address(fill_in(self.client, "save", name="Half a draft", successEvent="", variants__1__json="{"))

    def form_with_all_required_errors(self) -> str:
        blank = {f"variants__{row}__{name}": "" for row in range(2) for name in ("name", "json")}
        page = fill_in(self.client, name="", successEvent="", description="Only this", **blank).text
        return page.split('<form id="form" method="post" action="')[1].split('"')[0]

    def form_with_errors(self) -> str:
        page = fill_in(
            self.client, name="", winnerThreshold="97%", variants__1__json='{"a": 1,}', metadataField="x"
        ).text
        return page.split('<form id="form" method="post" action="')[1].split('"')[0]

    def ready(self) -> str:
        return ready(self.client, name="Ready to go")

    def restored_form(self) -> str:
        path = ready(self.client, name="Half typed") + "/edit"
        page = self.client.get(path).text
        fields = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
        changed = {**BUTTON_COLOR_TEST, **fields, "name": "Half typed", "description": "Not saved by anybody yet"}
        self.client.post(f"/autotunes/preview?autotune={path.split('/')[2]}", data=changed)
        return path

    def ready_again(self) -> str:
        address = ready(self.client, name="Reviewed twice")
        changed = {"winnerThreshold": "90%", "variants__1__json": '{"color": "navy", "size": 14}'}
        fill_in(self.client, path=f"{address}/edit", name="Reviewed twice", **changed)
        return address

    def ready_with_all_fields(self) -> str:
        return ready(self.client, name=LONG[:100], **{k.replace("-", "__"): v for k, v in ALL_FIELDS.items()})

    def contextual_form(self) -> str:
        return self.ready_with_all_fields() + "/edit"

    def contextual_review(self) -> str:
        return ready(self.client, name="Suits each user", isContextual="true", linkedExperimentName="bandit_check")

    def forty_variants(self) -> str:
        rows = {f"variants-{row}-{field}": text for row in range(40) for field, text in _variant_fields(row).items()}
        return ready(self.client, name="Forty variants", **{k.replace("-", "__"): v for k, v in rows.items()})

    def forty_variants_form(self) -> str:
        return self.forty_variants() + "/edit"

    def rate_limited(self) -> str:
        return self._create("Too busy", _respond_to_post(429, {}, {"Retry-After": "7"}))

    def key_rejected(self) -> str:
        return self._create("No key", _respond_to_post(401, {"message": "Key: console-secret"}))

    def rejected(self) -> str:
        errors = [{"property": "variants[1].json", "errorMessage": "Expected object"}]
        return self._create("Refused", _respond_to_post(400, {"message": "Bad Request Exception", "errors": errors}))

    def rejected_form(self) -> str:
        return self.rejected() + "/edit"

    def name_in_use(self) -> str:
        return self._create("Taken", _respond_to_post(400, {"message": "Name is already in use"}))

    def unconfirmed(self) -> str:
        return self._create("Who knows", _respond_to_post(500, {}))

    def unconfirmed_without_certain_id(self) -> str:
        address = self._create("Größe & Co", _respond_to_post(500, {}))
        self.clock.forward(80)
        self.client.get(address)
        return address

    def created(self) -> str:
        return self._create("Button Color Test", lambda _: None)

    def start_to_confirm(self) -> str:
        return self.created() + "/start"

    def start_failed(self) -> str:
        return self._act(self.created(), "start", _respond_to_put(429))

    def start_unconfirmed(self) -> str:
        return self._act(self.created(), "start", _respond_to_put(500))

    def start_in_review(self) -> str:
        address = self._act(self.created(), "start", _respond_to_put(200))
        self.clock.forward(80)
        self.client.get(address)
        return address

    def decision_to_confirm(self) -> str:
        return self._act(self.created(), "start", lambda _: None) + "/decide"

    def decided(self) -> str:
        address = self._act(self.created(), "start", lambda _: None)
        return self._act(address, "decide", lambda _: None, variant="blue", reason="Blue sells more.\nAs expected.")

    def _act(self, address: str, kind: str, responder: Callable[[Request], Response | None], **typed: str) -> str:
        page = self.client.get(f"{address}/{kind}").text
        self.statsig.responder = responder
        data = {name: hidden(page, name) for name in ("csrf_token", "number")} | typed
        self.client.post(f"{address}/{kind}", data=data)
        return address

    def ready_with_kept_forecast(self) -> str:
        return self._classic_with_forecast("Ready to go")

    def ready_with_forecast_of_other_settings(self) -> str:
        address = self._classic_with_forecast("Changed since")
        fill_in(self.client, path=f"{address}/edit", name="Changed since", explorationWindow="168hr")
        return address

    def created_with_kept_forecast(self) -> str:
        address = self._classic_with_forecast("Button Color Test")
        click_create(self.client, address)
        return address

    def created_with_differences(self) -> str:
        data = {
            "id": "another_id",
            "isStarted": True,
            "winnerThreshold": "80%",
            "variants": [{"name": "red", "json": 1}],
        }
        return self._create("Changed on the way", _respond_to_post(201, {"data": data}))

    def _happened(self, address: str, *changes: dict[str, Any]) -> str:
        """Each of these changes happens in Statsig an hour after the other, and is noticed."""
        self.services.budget.limit, self.services.cached_reads._enabled = 600, True
        autotune = self.statsig.autotunes[self.client.get(f"{address}.json").get_json()["statsig"]["id"]]
        for change in changes:
            self.clock.forward(3600)
            autotune |= {"lastModifiedTime": self.clock.now * 1000} | change
            self._read_in_background(address)
        return address

    def _read_in_background(self, path: str) -> str:
        self.services.budget.limit, self.services.cached_reads._enabled = 600, True
        for _ in range(2):
            self.client.get(path)
            wait_for_reads(self.services)
        return path

    def exploring(self) -> str:
        return self._happened(self._classic_created("Exploring"), {"isStarted": True})

    def ended_with_forecast(self) -> str:
        address = self._classic_with_forecast("Ended")
        click_create(self.client, address)
        return self._happened(address, {"isStarted": True}, {"winner": {"id": "b", "name": "blue"}})

    def forecasts_and_results(self) -> str:
        self.ended_with_forecast()
        return "/forecasts"

    def changed_in_the_console(self) -> str:
        entry = {"name": "Changed there", "updatedBy": "Dana", "changeLog": "Edited Autotune Experiment"}
        entry |= {"date": "Fri Jan 15 2027", "time": "09:00:00 GMT+0000 (Coordinated Universal Time)"}
        self.statsig.catalog["/audit_logs"] = [entry]
        change = {"isStarted": True, "winnerThreshold": "80%", "lastModifierName": "Dana"}
        return self._happened(self._classic_created("Changed there"), change)

    def deleted_in_the_console(self) -> str:
        address = self._classic_created("Deleted there")
        del self.statsig.autotunes["deleted_there"]
        self.clock.forward(3600)
        return self._read_in_background(address)

    def list_of_what_runs(self) -> str:
        self.exploring()
        self.changed_in_the_console()
        self.ended_with_forecast()
        return self._read_in_background("/")

    def form_with_offers(self) -> str:
        catalog.fill(self.statsig)
        path = "/autotunes/new?name=Hero+Image&successEvent=purchase&linkedExperimentName=sign+up"
        for _ in range(2):
            self._read_in_background(path)
        return path

    def _classic_created(self, name: str) -> str:
        address = self._classic(name)
        click_create(self.client, address)
        return address

    def forecast_form(self) -> str:
        return self._classic("Button Color Test") + "/forecast"

    def forecast(self) -> str:
        return self._wait_for_forecast(
            self._classic("Button Color Test") + "/forecast?visits=2000&rate=5&lift=30&days=7"
        )

    def forecast_of_ten_variants(self) -> str:
        rows = {f"variants-{row}-{field}": text for row in range(10) for field, text in _variant_fields(row).items()}
        address = self._classic("Ten variants", **{k.replace("-", "__"): v for k, v in rows.items()})
        return self._wait_for_forecast(
            address + "/forecast?visits=5000&days=7&" + "&".join(f"rate-{row}={5 + 4 * row}" for row in range(10))
        )

    def forecast_with_equal_names(self) -> str:
        address = _address(fill_in(self.client, "plan", name="Twice", variants__1__name="red"))
        return address + "?visits=2000&rate-0=5&rate-1=&days=7"

    def forecast_with_errors(self) -> str:
        return self._classic("Wrong assumptions") + "/forecast?visits=1e9&rate=0&lift=ten&days=28"

    def forecast_not_supported(self) -> str:
        return self._classic("Basket value", optimizationParameter="value") + "/forecast"

    def forecast_with_advice(self) -> str:
        address = self._classic("Late results", attributionWindow="24hr")
        return self._wait_for_forecast(address + "/forecast?visits=20000&rate=10&lift=30&days=7")

    def forecast_of_contextual_form(self) -> str:
        return ready(self.client, name="Contextual", isContextual="true") + "/forecast"

    def forecast_of_contextual(self) -> str:
        linked = {"longtermExplorationAllocation": "0.2", "linkedExperimentName": "bandit_check"}
        return ready(self.client, name="Contextual", isContextual="true", **linked) + "/forecast?visits=2000"

    def forecast_of_contextual_with_warnings(self) -> str:
        return ready(self.client, name="Contextual", isContextual="true") + "/forecast?visits=500"

    def forecast_with_missing_fields(self) -> str:
        return _address(fill_in(self.client, "plan", name="Half", winnerThreshold=""))

    def form_with_chosen_settings(self) -> str:
        return self._classic("Chosen") + "/edit?explorationWindow=168hr&winnerThreshold=90%25&assumptions=visits%3D2000"

    def _classic(self, name: str, **changed: Any) -> str:
        return ready(self.client, name=name, **{"explorationWindow": "24hr", "winnerThreshold": "95%", **changed})

    def _classic_with_forecast(self, name: str) -> str:
        address = self._classic(name)
        self._wait_for_forecast(f"{address}/forecast?visits=2000&rate=5&lift=30&days=7")
        return address

    def _wait_for_forecast(self, address: str) -> str:
        """Waits for the forecast and its comparison, so that the page shows them at once."""
        path, _, query = address.partition("?")
        finished_forecast(self.client, path.removesuffix("/forecast"), dict(parse_qsl(query)))
        return address

    def not_found(self) -> str:
        return "/autotunes/nothing"


def _variant_fields(row: int) -> dict[str, str]:
    return {"name": f"variant {row}", "json": f'{{"color": "shade {row}", "order": {row}}}'}


STATES = [name.rstrip("_") for name in vars(States) if not name.startswith("_")]
