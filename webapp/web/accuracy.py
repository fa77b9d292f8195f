"""How long autotunes took, beside their forecasts."""

from flask import Blueprint, Flask, render_template

from ..auth import Permission, requires
from ..forecast.formats import format_days
from ..store import LiveState, live_states
from .request_context import load_projects, services

blueprint = Blueprint("accuracy", __name__)

MAX_ROWS = 200


@blueprint.get("/forecasts")
@requires(Permission.VIEW)
def index() -> str:
    with services().store.read() as session:
        load_projects(session)
        compared, within = live_states.count_compared(session)
        ended = live_states.ended(session, MAX_ROWS)
    return render_template("forecast/accuracy.html", compared=compared, within=within, ended=ended)


def took_text(row: LiveState) -> str:
    """`It took 12 days; the forecast said 9 to 28 days: within.` Blank before the end, or if its start is not known."""
    if row.took_days is None:
        return ""
    took = f"It took {duration(row.took_days)}"
    return f"{took}; the forecast said {band_text(row)}: {verdict(row).lower()}." if verdict(row) else f"{took}."


def band_text(row: LiveState) -> str:
    """The days between which 8 of 10 simulated runs end; blank without a forecast of the same settings."""
    if not row.has_forecast:
        return ""
    low, high = (None if days is None else format_days(days) for days in (row.band_low, row.band_high))
    if low is None:
        return "an end later than it looked ahead"
    return f"{low.removesuffix(' days')} to {high}" if high else f"{low} or more"


def duration(days: float) -> str:
    return format_days(days) if days * 24 >= 1 else "less than an hour"


def verdict(row: LiveState) -> str:
    if row.is_in_band is None or row.took_days is None:
        return ""
    if row.is_in_band:
        return "Within"
    return "Sooner" if row.band_low is None or row.took_days < row.band_low else "Later"


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(took_text=took_text, band_text=band_text, verdict=verdict)
    app.jinja_env.filters.update(duration=duration)
