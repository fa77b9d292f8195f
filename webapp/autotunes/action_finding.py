"""What a read of an autotune says about a start or a decision."""

from dataclasses import dataclass
from typing import Any

from ..contract.diff import differences
from ..store import ActionRecord
from .states import ActionKind

GONE = "Statsig has no autotune with this ID any more."
NOT_STARTED = "It is not started."
NO_VARIANT = "It does not have this variant any more."
UNCLEAR = "Statsig does not say whether it is started."
UNCLEAR_WINNER = "Statsig does not say which variant won."


@dataclass(frozen=True)
class Finding:
    """`is_done` is None where the read does not tell. `obstacle`: why it cannot be done now, a sentence."""

    is_done: bool | None
    obstacle: str = ""


def examine(action: ActionRecord, found: dict[str, Any] | None) -> Finding:
    if found is None:
        return Finding(False, GONE)
    if not isinstance(found.get("isStarted"), bool):
        return Finding(None, UNCLEAR)
    return _examine_start(found) if action.kind == ActionKind.START else _examine_decision(action, found)


def _examine_start(found: dict[str, Any]) -> Finding:
    return Finding(found["isStarted"])


def _examine_decision(action: ActionRecord, found: dict[str, Any]) -> Finding:
    winner = found.get("winner")
    if winner is None:
        return Finding(False, _obstacle_to_decision(action, found))
    if not isinstance(winner, dict) or not winner.get("id"):
        return Finding(None, UNCLEAR_WINNER)
    if winner["id"] == action.variant_id:
        return Finding(True)
    return Finding(False, f"Its winner is {winner.get('name') or winner['id']}.")


def _obstacle_to_decision(action: ActionRecord, found: dict[str, Any]) -> str:
    if not found["isStarted"]:
        return NOT_STARTED
    return "" if action.variant_id in [variant_id for variant_id, _ in variants_in(found)] else NO_VARIANT


def variants_in(found: dict[str, Any]) -> list[tuple[str, str]]:
    """ID and name of each variant, as far as Statsig returned both."""
    variants = found.get("variants")
    entries = [variant for variant in variants if isinstance(variant, dict)] if isinstance(variants, list) else []
    named = [(variant.get("id"), variant.get("name")) for variant in entries]
    return [(one, name) for one, name in named if isinstance(one, str) and isinstance(name, str) and one and name]


def was_changed(sent: dict[str, Any], shown: dict[str, Any], found: dict[str, Any]) -> bool:
    """Whether it differs from the request in another way than `shown`, which the page is about."""
    return differences(sent, shown) != differences(sent, found)
