"""Questions and answers as JSON, to the last digit, for the way between two processes."""

import json
from dataclasses import asdict
from typing import Any

from .results import Answer, Cell, Ending, Gain, Plan, SharePath, Verdict
from .scenario import Question


def write_answer(answer: Answer) -> dict[str, Any]:
    """As `json` takes it."""
    return asdict(answer)


def read_answer(given: dict[str, Any]) -> Answer:
    return Answer(_plan(given["plan"]), tuple(Cell(**cell) for cell in given["table"]))


def write_question(question: Question) -> str:
    return json.dumps(asdict(question))


def read_question(text: str) -> Question:
    """Raises QuestionError for what cannot be planned."""
    return Question(**json.loads(text))


def _plan(given: dict[str, Any]) -> Plan:
    return Plan(
        question=Question(**given["question"]),
        days=tuple(given["days"]),
        shares=tuple(SharePath(**{name: tuple(path) for name, path in share.items()}) for share in given["shares"]),
        ending=_ending(given["ending"]),
        verdict=Verdict(**given["verdict"]),
        gain=Gain(**given["gain"]),
    )


def _ending(given: dict[str, Any]) -> Ending:
    chances = tuple((day, chance) for day, chance in given["chances"])
    return Ending(**{**given, "chances": chances, "by_day": tuple(given["by_day"])})
