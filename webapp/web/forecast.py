"""What an autotune would do: the page that asks for guesses and shows the plan."""

from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..auth import Permission, can, requires, unattended
from ..autotunes.drafts import stored_form_data
from ..autotunes.states import EDITABLE
from ..contract.errors import FieldError
from ..contract.form_data import FormData as Answers
from ..forecast.inputs import BEST, GUESSES, Field, missing, not_estimated, question_of, rate_fields
from ..forecast.inputs import variant_names as names_of
from ..forecast.queue import Plans
from ..forecast.scenario import Question
from ..forecast.status import Stage, Standing
from ..forecast.summary_text import chance_words, days_words, sentences
from ..store import AutotuneRecord
from .assumptions import guesses_in, starting_guesses
from .charts import ending_picture, share_pictures, table_places
from .comparison_table import rows_of, setting_of, short
from .request_context import find
from .wait_budget import patience

blueprint = Blueprint("forecast", __name__)

PAGE_LEASE = 30.0  # seconds that a page without JavaScript may be looked at before its plan is given up
POLL_LEASE = 5.0  # seconds without a look after which somebody with JavaScript has left


@dataclass(frozen=True)
class Asked:
    """A request for a plan. `why_not` stands for any guess; `gaps` must be filled in before any can be made."""

    record: AutotuneRecord
    answers: Answers
    guesses: dict[str, str]
    why_not: str
    gaps: list[FieldError]
    problems: list[FieldError]
    question: Question | None

    @property
    def names(self) -> tuple[str, ...]:
        return names_of(self.answers)

    @property
    def rate_fields(self) -> tuple[Field, ...]:
        return rate_fields(self.names)

    @property
    def key(self) -> str:
        """Changes with the question, when somebody changes the autotune while its plan is made."""
        return sha256(repr(self.question).encode()).hexdigest()[:12]

    @property
    def own_rates(self) -> bool:
        return any(self.guesses.get(field.name) for field in self.rate_fields)


@blueprint.get("/autotunes/<record_id>/forecast")
@requires(Permission.VIEW)
def show(record_id: str) -> ResponseReturnValue:
    asked = _asked(record_id)
    if asked.question and request.args.get("again"):
        plans().forget_failure(asked.question)
        guesses: dict[str, Any] = {**asked.guesses}
        return redirect(url_for("forecast.show", record_id=record_id, _anchor="plan", **guesses), 303)
    plans().warm()
    standing = _wait(asked.question) if asked.question else None
    page = render_template("forecast/page.html", asked=asked, standing=standing, **_said(asked), **_found(standing))
    return page, 422 if asked.problems else 200


@blueprint.get("/autotunes/<record_id>/forecast.json")
@requires(Permission.VIEW)
@unattended
def as_json(record_id: str) -> ResponseReturnValue:
    """How the plan stands, and in the end the plan. Asking keeps it going."""
    plans().warm()
    asked = _asked(record_id)
    if not asked.question:
        reasons = [asked.why_not] if asked.why_not else [each.message for each in (*asked.gaps, *asked.problems)]
        return jsonify(stage=Stage.FAILED, trouble=". ".join(reasons) or "Say how many visits a day it gets"), 422
    standing = plans().ask(asked.question, POLL_LEASE)
    plans().shorten(asked.question, POLL_LEASE)
    told = {"stage": standing.stage, "done": standing.done, "words": words(standing)}
    return jsonify(asked=asked.key, **told, **_figures(standing))


def plans() -> Plans:
    found: Plans = current_app.extensions["plans"]
    return found


def words(standing: Standing) -> str:
    """How a plan stands, in a line."""
    if standing.stage is Stage.WAITING:
        return "One plan is before yours." if standing.ahead == 1 else f"{standing.ahead} plans are before yours."
    if standing.stage is Stage.RUNNING:
        return f"1,000 launches are being played: {standing.done:.0%}."
    if standing.stage is Stage.PLANNED:
        return f"The other choices are being played: {standing.done:.0%}."
    return standing.trouble


def _asked(record_id: str) -> Asked:
    record = find(record_id)
    answers, given = stored_form_data(record), guesses_in(request.args)
    why_not, gaps = not_estimated(answers), missing(answers)
    asked = question_of(answers, starting_guesses() | given) if given and not why_not and not gaps else None
    question = asked if isinstance(asked, Question) else None
    problems = asked if isinstance(asked, list) else []
    return Asked(record, answers, starting_guesses() | given, why_not, gaps, problems, question)


def _said(asked: Asked) -> dict[str, Any]:
    return {
        "said": {problem.field: problem.message for problem in reversed(asked.problems)},
        "guessed": urlencode(asked.guesses),
        "editable": asked.record.state in EDITABLE and can("write"),
        "best": asked.names[BEST] if len(asked.names) > BEST and not _all_alike(asked.question) else "",
    }


def _all_alike(question: Question | None) -> bool:
    return question is not None and len(set(question.rates)) == 1


def _found(standing: Standing | None) -> dict[str, Any]:
    """What the result's templates want."""
    if not standing or not standing.answer:
        return {"plan": None}
    plan = standing.answer.plan
    return {
        "plan": plan,
        "setting": setting_of(plan),
        "sentences": sentences(plan),
        "pictures": share_pictures(plan),
        "ending": ending_picture(plan),
        "places": table_places(plan),
        "rows": rows_of(standing.answer),
    }


def _figures(standing: Standing) -> dict[str, Any]:
    """The plan itself once all of it is there; a look before that should be small."""
    if standing.stage is not Stage.DONE or not standing.answer:
        return {}
    return {"sentences": sentences(standing.answer.plan), **asdict(standing.answer)}


def _wait(question: Question) -> Standing:
    with patience() as seconds:
        return plans().ask(question, PAGE_LEASE, seconds)


@blueprint.record
def _tell_templates(state: Any) -> None:
    state.app.jinja_env.filters.update(short=short, days_words=days_words, chance_words=chance_words)
    state.app.jinja_env.globals.update(
        plan_words=words,
        plan_guesses=GUESSES,
        plan_not_estimated=not_estimated,
        plan_missing=missing,
    )
