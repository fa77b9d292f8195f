"""The geometry of a forecast's charts. A template draws them; a table beside them has the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..forecast.results import ScenarioSummary

# The units of the SVG: about a pixel on every screen, since each chart stays small.
LEFT, RIGHT, TOP, BOTTOM = 40, 308, 12, 138
MAX_POINTS = 120
TABLE_ROWS = 7  # about how many times a table has


@dataclass(frozen=True)
class Tick:
    position: float
    label: str


@dataclass(frozen=True)
class Chart:
    """`line` and `band` are paths; `level` is the y of the dashed line, `marker` the x of the dotted one."""

    line: str
    band: str
    level: float | None
    marker: float | None
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def share_charts(summary: ScenarioSummary) -> list[Chart]:
    """One for each variant: its mean share and the band that holds 8 in 10 runs."""
    exploration_days = summary.scenario.exploration_hours / 24
    marker = _x(exploration_days, summary) if exploration_days < summary.scenario.days else None
    level = _y(1 / len(summary.shares))
    indexes = thinned(len(summary.days))
    return [
        Chart(
            line=_path([(summary.days[i], share.mean[i]) for i in indexes], summary),
            band=_band(indexes, share.low, share.high, summary),
            level=level,
            marker=marker,
            x_ticks=_day_ticks(summary),
            y_ticks=_percent_ticks(),
        )
        for share in summary.shares
    ]


def ending_chart(summary: ScenarioSummary) -> Chart:
    """The chance to have ended, over time; the dotted line is the median."""
    median, indexes = summary.ending.median, thinned(len(summary.days))
    line = _path([(summary.days[i], summary.ending.by_day[i]) for i in indexes], summary)
    area = f"{line}L{RIGHT},{BOTTOM}L{LEFT},{BOTTOM}Z"
    marker = None if median is None else _x(median, summary)
    return Chart(line, area, _y(0.5), marker, _day_ticks(summary), _percent_ticks())


def table_indexes(summary: ScenarioSummary) -> list[int]:
    """The indexes of the times that a table shows: whole days, evenly spaced, with the first and the last."""
    step = max(1, summary.scenario.days // TABLE_ROWS)
    days = range(0, summary.scenario.days + 1, step)
    return [min(range(len(summary.days)), key=lambda i: abs(summary.days[i] - day)) for day in days]


def thinned(count: int) -> list[int]:
    """Every n-th index, with the last."""
    step = -(-count // MAX_POINTS)
    return sorted({*range(0, count, step), count - 1})


def _path(points: Sequence[tuple[float, float]], summary: ScenarioSummary) -> str:
    return "M" + "L".join(f"{_x(day, summary):g},{_y(share):g}" for day, share in points)


def _band(indexes: Sequence[int], low: Sequence[float], high: Sequence[float], summary: ScenarioSummary) -> str:
    upper = [(summary.days[i], high[i]) for i in indexes]
    lower = [(summary.days[i], low[i]) for i in reversed(indexes)]
    return f"{_path([*upper, *lower], summary)}Z"


def _x(day: float, summary: ScenarioSummary) -> float:
    return round(LEFT + (RIGHT - LEFT) * day / summary.scenario.days, 1)


def _y(share: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)


def _day_ticks(summary: ScenarioSummary) -> tuple[Tick, ...]:
    days = summary.scenario.days
    step = next(step for step in (1, 2, 7, 14) if days <= 8 * step)
    return tuple(Tick(_x(day, summary), str(day)) for day in range(0, days + 1, step))


def _percent_ticks() -> tuple[Tick, ...]:
    return tuple(Tick(_y(percent / 100), f"{percent}%") for percent in (0, 50, 100))
