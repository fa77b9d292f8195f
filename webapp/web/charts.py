"""Where the lines of a plan's pictures run. A template draws them; a table beside them has the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..forecast.results import Plan

# The picture's own units: about a pixel on every screen, since each picture stays small.
LEFT, RIGHT, TOP, BOTTOM = 40, 308, 12, 138
MOST_POINTS = 120
ROWS = 7  # about how many times a table has


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    """`line` and `band` are paths; `level` is the height of the dashed line, `mark` the place of the dotted one."""

    line: str
    band: str
    level: float | None
    mark: float | None
    ticks_x: tuple[Tick, ...]
    ticks_y: tuple[Tick, ...]


def share_pictures(plan: Plan) -> list[Chart]:
    """One for each variant: its mean share and the band in which 8 of 10 launches lie."""
    explored = plan.question.exploration_hours / 24
    mark = _x(explored, plan) if explored < plan.question.days else None
    level = _y(1 / len(plan.shares))
    places = thinned(len(plan.days))
    return [
        Chart(
            line=_path([(plan.days[i], share.mean[i]) for i in places], plan),
            band=_band(places, share.low, share.high, plan),
            level=level,
            mark=mark,
            ticks_x=_days(plan),
            ticks_y=_percents(),
        )
        for share in plan.shares
    ]


def ending_picture(plan: Plan) -> Chart:
    """The chance to have ended, over time; the dotted line is the median."""
    median, places = plan.ending.median, thinned(len(plan.days))
    line = _path([(plan.days[i], plan.ending.by_day[i]) for i in places], plan)
    area = f"{line}L{RIGHT},{BOTTOM}L{LEFT},{BOTTOM}Z"
    mark = None if median is None else _x(median, plan)
    return Chart(line, area, _y(0.5), mark, _days(plan), _percents())


def table_places(plan: Plan) -> list[int]:
    """Which of the plan's times a table shows: whole days, evenly spaced, with the first and the last."""
    step = max(1, plan.question.days // ROWS)
    wanted = range(0, plan.question.days + 1, step)
    return [min(range(len(plan.days)), key=lambda i: abs(plan.days[i] - day)) for day in wanted]


def thinned(count: int) -> list[int]:
    """Every n-th place, with the last."""
    step = -(-count // MOST_POINTS)
    return sorted({*range(0, count, step), count - 1})


def _path(points: Sequence[tuple[float, float]], plan: Plan) -> str:
    return "M" + "L".join(f"{_x(day, plan):g},{_y(share):g}" for day, share in points)


def _band(places: Sequence[int], low: Sequence[float], high: Sequence[float], plan: Plan) -> str:
    there = [(plan.days[i], high[i]) for i in places]
    back = [(plan.days[i], low[i]) for i in reversed(places)]
    return f"{_path([*there, *back], plan)}Z"


def _x(day: float, plan: Plan) -> float:
    return round(LEFT + (RIGHT - LEFT) * day / plan.question.days, 1)


def _y(share: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)


def _days(plan: Plan) -> tuple[Tick, ...]:
    step = next(step for step in (1, 2, 7, 14) if plan.question.days <= 8 * step)
    return tuple(Tick(_x(day, plan), str(day)) for day in range(0, plan.question.days + 1, step))


def _percents() -> tuple[Tick, ...]:
    return tuple(Tick(_y(share / 100), f"{share}%") for share in (0, 50, 100))
