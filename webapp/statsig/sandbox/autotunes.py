"""Creating, reading, starting and deciding autotunes."""

import json
import re
import time
from hashlib import sha256
from typing import Any

import requests

from ...contract.ids import expected_id
from ...contract.request_body import form_from_body
from .faults import BUSY, ERROR, GARBLED, REVIEW, SILENCE, visible_from
from .lifecycle import CONSOLE_API, Autotune, milliseconds
from .messages import Call, Refusal, Reply, invalid, listed, read

NOT_STARTED = "Autotune Experiment has not yet started."
STARTED = "Autotune Experiment has already started."
FINISHED = "Autotune Experiment has already finished."


def create(call: Call) -> Reply:
    form = form_from_body(json.loads(call.body))
    if not form.validate():
        raise invalid(*form.error_list())
    name = form.name.data
    if name.startswith(BUSY):
        raise Refusal(429, "Too many requests")
    if name.startswith(ERROR):
        raise Refusal(500, "Internal server error")
    return _store(call, name, _as_stored(form.body(), call.now))


def _store(call: Call, name: str, data: dict[str, Any]) -> Reply:
    former = call.storage.find(data["id"], call.now)
    if former and former.is_gone(call.now):
        call.storage.delete(data["id"])
    if not call.storage.insert(data, visible_from(name, call.now, call.timeout)):
        raise Refusal(400, "Name is already in use")
    if name.startswith(SILENCE):
        time.sleep(call.timeout)
        raise requests.ReadTimeout("simulated by the sandbox")
    if name.startswith(GARBLED):
        return 201, b'{"message": "Autotune Experiments cre'
    shown = Autotune(data).shown(call.now)
    return 201, {"message": "Autotune Experiments created successfully.", "data": shown}


def list_all(call: Call) -> Reply:
    entries = [autotune.shown(call.now) for autotune in call.storage.all(call.now) if not autotune.is_gone(call.now)]
    return listed(call, "Autotune Experiments listed successfully.", entries)


def read_one(call: Call) -> Reply:
    return read("Autotune Experiment read successfully.", _find(call).shown(call.now))


def start(call: Call) -> Reply:
    autotune = _find(call)
    if autotune.is_finished(call.now):
        raise Refusal(400, FINISHED)
    waits_for_review = autotune.data["name"].startswith(REVIEW)
    if not waits_for_review and not call.storage.start(autotune.data["id"], call.now):
        raise Refusal(400, STARTED)
    return 200, {"message": "Autotune Experiment successfully started."}


def decide(call: Call) -> Reply:
    autotune = _find(call)
    variant, reason = _decision(call.body, autotune)
    if autotune.started_at is None:
        raise Refusal(400, NOT_STARTED)
    if autotune.is_finished(call.now) or not call.storage.decide(autotune.data["id"], call.now, variant, reason):
        raise Refusal(400, FINISHED)
    return 200, {"message": "Decision made for Autotune Experiment."}


def _find(call: Call) -> Autotune:
    autotune = call.storage.find(call.steps[1], call.now)
    if autotune is None or autotune.is_gone(call.now):
        raise Refusal(404, "Autotune Experiment not found.")
    return autotune


def _decision(content: Any, autotune: Autotune) -> tuple[str, str]:
    """The ID of the variant, and the reason."""
    body = json.loads(content or "{}")
    errors = [(name, "Required") for name in ("id", "decisionReason") if not body.get(name)]
    if errors:
        raise invalid(*errors)
    if body["id"] not in [variant["id"] for variant in autotune.data["variants"]]:
        raise invalid(("id", "Expected the ID of a variant of this Autotune Experiment"))
    return body["id"], body["decisionReason"]


def _as_stored(properties: dict[str, Any], now: float) -> dict[str, Any]:
    """What Statsig returns: with IDs, windows as `2hrs`, an empty success event value, not started."""
    variants = [variant | {"id": _id(variant["name"], "variant")} for variant in properties["variants"]]
    windows = {name: _plural(properties[name]) for name in ("explorationWindow", "attributionWindow")}
    return {
        "id": _id(properties["name"], "autotune"),
        "isStarted": False,
        "creatorName": CONSOLE_API.name,
        "createdTime": milliseconds(now),
        "lastModifierName": CONSOLE_API.name,
        "successEventValue": "",
        **properties,
        **windows,
        "variants": variants,
    }


def _id(name: str, kind: str) -> str:
    return expected_id(name) or f"{kind}_{sha256(name.encode()).hexdigest()[:8]}"


def _plural(window: str) -> str:
    number = re.sub(r"hrs?$", "", window)
    return f"{number}hr" if number == "1" else f"{number}hrs"
