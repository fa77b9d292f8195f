"""Assumptions that Statsig's figures suggest, each with its source."""

from datetime import UTC, date, datetime, timedelta
from statistics import mean
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from ..forecast.form import AssumptionsForm, VisitsForm
from ..forecast.scenario import MAX_RATE, MAX_VISITS, MIN_RATE
from .assumptions import assumptions_from_query, assumptions_in
from .page_form import AutotunePageForm
from .suggestions import Known, unit_name
from .variant_rows import FormUpdate

WEEK = 7  # days
PREFIX = "assume?"  # of the form's action that takes an offer


class Offer(NamedTuple):
    """`assumptions` are the fields that it fills in; `source` says where its value comes from.

    `is_used`: the form has these values, perhaps because somebody has taken them.
    """

    label: str
    source: str
    assumptions: dict[str, str]
    is_used: bool = False

    @property
    def action(self) -> str:
        return f"{PREFIX}{urlencode(self.assumptions)}"


# Makes all days the same again.
NO_WEEKDAYS = PREFIX + urlencode({f"weekday_visits-{day}": "" for day in range(WEEK)})


def offers(known: Known, form: VisitsForm) -> list[Offer]:
    """What Statsig's figures say about the assumptions of the form."""
    found = _visits(known)
    if isinstance(form, AssumptionsForm):
        found += [*_rate(known, form), *_weekdays(known)]
    return [offer._replace(is_used=offer.assumptions.items() <= form.query.items()) for offer in found]


def take_offer(form: AutotunePageForm, action: str) -> FormUpdate | None:
    """The form with the assumptions of an offer; None for another action."""
    if not action.startswith(PREFIX):
        return None
    taken = dict(parse_qsl(action.removeprefix(PREFIX), keep_blank_values=True))
    assumptions = assumptions_from_query(form.assumptions.data) | assumptions_in(taken)
    query = urlencode({name: text for name, text in assumptions.items() if text})
    return FormUpdate(form.form_data, "visits", page_fields={"assumptions": query})


def _visits(known: Known) -> list[Offer]:
    last_day = _day_before(known.catalog.fetched_at("linkedExperimentName"))
    traffic = {name: round(visits) for name, visits in known.catalog.traffic().items() if 1 <= visits <= MAX_VISITS}
    return [
        Offer(f"{visits:,} visits", f"{name}, average of the 7 days to {last_day}", {"visits": str(visits)})
        for name, visits in traffic.items()
    ]


def _rate(known: Known, form: AssumptionsForm) -> list[Offer]:
    """How many users succeed on a day, of the visits of the form. They need not be those that visit."""
    unit = known.unit
    users = [counts[unit] for counts in known.counted.days.values() if unit in counts]
    visits = form.visits.data
    if not users or not visits or not MIN_RATE <= mean(users) / visits <= MAX_RATE:
        return []
    rate = f"{100 * mean(users) / visits:.3g}"
    source = f"{mean(users):,.0f} {unit_name(unit)} a day log {known.catalog.counted_event} in the whole product"
    return [Offer(f"{rate}%", f"{source} ({_period(known)}), of {visits:,.0f} visits", {"rate": rate})]


def _weekdays(known: Known) -> list[Offer]:
    """How the events of a week are spread over its days."""
    events = {date.fromisoformat(day).weekday(): counts["overall"] for day, counts in known.counted.days.items()}
    if len(events) < WEEK or not min(events.values()):
        return []
    average = mean(events.values())
    shares = {f"weekday_visits-{day}": f"{max(100 * events[day] / average, 1):.0f}" for day in range(WEEK)}
    source = f"visits by weekday as {known.catalog.counted_event} is logged, {_period(known)}"
    return [Offer("the weekly pattern", source, shares)]


def _day_before(at: float) -> str:
    """`14 Jan`"""
    day = datetime.fromtimestamp(at, UTC).date() - timedelta(days=1)
    return f"{day.day} {day:%b}"


def _period(known: Known) -> str:
    """`8 to 14 Jan`"""
    days = sorted(map(date.fromisoformat, known.counted.days))
    first = f"{days[0].day} {days[0]:%b}" if days[0].month != days[-1].month else f"{days[0].day}"
    return f"{first} to {days[-1].day} {days[-1]:%b}" if len(days) > 1 else f"{days[0].day} {days[0]:%b}"
