"""Every page in every state, reached as a user reaches it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from flask.testing import FlaskClient

from ..conftest import Clock
from ..forms import click_create, fill_in, finished_forecast, ready
from ..upstream import Answer, Request, Upstream

LONG = "A very long name that somebody pasted in and nobody shortened afterwards " * 2
ALL_MEMBERS = {
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


def _answers(status: int, body: Any, headers: dict[str, str] | None = None) -> Callable[[Request], Answer | None]:
    return lambda request: (status, body, headers or {}) if request.method == "POST" else None


def _address(response: Any) -> str:
    return str(response.headers["Location"])


class States:
    """Makes each state on a desk with a real upstream; every method gives the path of its page."""

    def __init__(self, app: Flask, upstream: Upstream, clock: Clock) -> None:
        self.client: FlaskClient = app.test_client()
        self.upstream, self.clock = upstream, clock

    def _pressed(self, name: str, answer: Callable[[Request], Answer | None], **changed: Any) -> str:
        self.upstream.answer = answer
        address = ready(self.client, name=name, **changed)
        click_create(self.client, address)
        self.upstream.answer = lambda _: None
        return address

    def empty_list(self) -> str:
        return "/"

    def empty_form(self) -> str:
        return "/autotunes/new"

    def list_(self) -> str:
        for name in ("Welcome mail", LONG):
            fill_in(self.client, "save", name=name)
        self._pressed("Checkout hint", lambda _: None)
        return "/"

    def no_match(self) -> str:
        return "/?q=nothing+like+this&state=created"

    def draft(self) -> str:
        return _address(fill_in(self.client, "save", name="Half a draft", successEvent="", variants__1__json="{"))

    def form_with_problems(self) -> str:
        page = fill_in(
            self.client, name="", winnerThreshold="97%", variants__1__json='{"a": 1,}', metadataField="x"
        ).text
        return page.split('<form id="form" method="post" action="')[1].split('"')[0]

    def ready(self) -> str:
        return ready(self.client, name="Ready to go")

    def ready_with_everything(self) -> str:
        return ready(self.client, name=LONG[:100], **{k.replace("-", "__"): v for k, v in ALL_MEMBERS.items()})

    def forty_variants(self) -> str:
        rows = {f"variants-{row}-{member}": text for row in range(40) for member, text in _variant(row).items()}
        return ready(self.client, name="Forty variants", **{k.replace("-", "__"): v for k, v in rows.items()})

    def forty_variants_form(self) -> str:
        return self.forty_variants() + "/edit"

    def not_sent(self) -> str:
        return self._pressed("Too busy", _answers(429, {}, {"Retry-After": "7"}))

    def key_refused(self) -> str:
        return self._pressed("No key", _answers(401, {"message": "Key: console-secret"}))

    def refused(self) -> str:
        errors = [{"property": "variants[1].json", "errorMessage": "Expected object"}]
        return self._pressed("Refused", _answers(400, {"message": "Bad Request Exception", "errors": errors}))

    def refused_form(self) -> str:
        return self.refused() + "/edit"

    def taken(self) -> str:
        return self._pressed("Taken", _answers(400, {"message": "Name is already in use"}))

    def unknown(self) -> str:
        return self._pressed("Who knows", _answers(500, {}))

    def unknown_by_hand(self) -> str:
        address = self._pressed("Größe & Co", _answers(500, {}))
        self.clock.forward(80)
        self.client.get(address)
        return address

    def created(self) -> str:
        return self._pressed("Button Color Test", lambda _: None)

    def created_with_differences(self) -> str:
        data = {
            "id": "another_id",
            "isStarted": True,
            "winnerThreshold": "80%",
            "variants": [{"name": "red", "json": 1}],
        }
        return self._pressed("Changed on the way", _answers(201, {"data": data}))

    def plan_form(self) -> str:
        return self._classic("Button Color Test") + "/forecast"

    def plan(self) -> str:
        return self._planned(self._classic("Button Color Test") + "/forecast?visits=2000&rate=5&lift=10&days=14")

    def plan_of_many(self) -> str:
        rows = {f"variants-{row}-{member}": text for row in range(10) for member, text in _variant(row).items()}
        address = self._classic("Ten variants", **{k.replace("-", "__"): v for k, v in rows.items()})
        return self._planned(
            address + "/forecast?visits=500&days=7&" + "&".join(f"rate-{row}={5 + row}" for row in range(10))
        )

    def plan_with_one_name_twice(self) -> str:
        address = _address(fill_in(self.client, "plan", name="Twice", variants__1__name="red"))
        return address + "?visits=2000&rate-0=5&rate-1=&days=7"

    def plan_with_problems(self) -> str:
        return self._classic("Wrong guesses") + "/forecast?visits=1e9&rate=0&lift=ten&days=28"

    def plan_not_estimated(self) -> str:
        return ready(self.client, name="Contextual", isContextual="true") + "/forecast"

    def plan_with_gaps(self) -> str:
        return _address(fill_in(self.client, "plan", name="Half", winnerThreshold=""))

    def form_with_a_choice(self) -> str:
        return self._classic("Chosen") + "/edit?explorationWindow=168hr&winnerThreshold=90%25&guesses=visits%3D2000"

    def _classic(self, name: str, **changed: Any) -> str:
        return ready(self.client, name=name, **{"explorationWindow": "24hr", "winnerThreshold": "95%", **changed})

    def _planned(self, address: str) -> str:
        """Waits until the plan and its table are there, so that the page shows them at once."""
        path, _, query = address.partition("?")
        finished_forecast(self.client, path.removesuffix("/forecast"), dict(parse_qsl(query)))
        return address

    def not_found(self) -> str:
        return "/autotunes/nothing"


def _variant(row: int) -> dict[str, str]:
    return {"name": f"variant {row}", "json": f'{{"color": "shade {row}", "order": {row}}}'}


STATES = [name.rstrip("_") for name in vars(States) if not name.startswith("_")]
