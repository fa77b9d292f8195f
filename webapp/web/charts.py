"""The geometry of a forecast's charts, in percent of the plot. Templates draw them; tables have the same figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..forecast.formats import format_days
from ..forecast.results import Forecast, Outcome, ScenarioSummary
from ..forecast.scenario import DAY

TABLE_ROWS = 7  # about how many times a table has
KINDS = ("wrong", "right", "running")  # from the bottom up
LABEL_HEIGHT = 7.0  # percent of the plot: labels at the ends of lines are at least so far apart
MAX_BANDS = 3  # more variants' bands would hide each other


@dataclass(frozen=True)
class Tick:
    position: float
    label: str


@dataclass(frozen=True)
class Line:
    """A variant's mean share and the band that holds 80 in 100 runs, as paths; `label_y` is where its name stands."""

    name: str
    path: str
    band: str
    last: float
    label_y: float


@dataclass(frozen=True)
class TrafficChart:
    """`exploration` is where exploration ends on the axis of days, `exploration_end` its name."""

    lines: tuple[Line, ...]
    exploration: float
    exploration_end: str
    days: tuple[Tick, ...]


def traffic_chart(summary: ScenarioSummary, names: Sequence[str]) -> TrafficChart:
    labels = _spread([100 - 100 * share.mean[-1] for share in summary.shares])
    lines = tuple(
        Line(
            name=name,
            path=_path(zip(summary.days, share.mean, strict=True), summary),
            band=_band(share.low, share.high, summary) if len(names) <= MAX_BANDS else "",
            last=share.mean[-1],
            label_y=label,
        )
        for name, share, label in zip(names, summary.shares, labels, strict=True)
    )
    end = summary.scenario.exploration_hours / DAY
    return TrafficChart(
        lines, _x(min(end, summary.scenario.days), summary), f"Even split ends: {format_days(end)}", _days(summary)
    )


@dataclass(frozen=True)
class Segment:
    """A part of a bar: `kind` is right, wrong or running."""

    kind: str
    start: float
    width: float


def outcome_bar(outcome: Outcome) -> tuple[Segment, ...]:
    shares = {"right": outcome.right, "wrong": outcome.wrong, "running": outcome.running}
    ends = [0.0]
    segments = []
    for kind, share in shares.items():
        segments.append(Segment(kind, round(ends[-1], 2), round(100 * share, 2)))
        ends.append(ends[-1] + 100 * share)
    return tuple(segments)


@dataclass(frozen=True)
class CurveChart:
    """Wrong, right and running runs by the size of the difference, as areas on top of each other."""

    areas: tuple[tuple[str, str], ...]
    labels: tuple[Tick, ...]
    ticks: tuple[Tick, ...]


def curve_chart(forecast: Forecast) -> CurveChart | None:
    points = forecast.curve
    if not points:
        return None
    xs = [round(100 * index / (len(points) - 1), 2) for index in range(len(points))]
    ended = [100 * point.outcome.ended for point in points]
    levels = ([0.0] * len(points), [100 * point.outcome.wrong for point in points], ended, [100.0] * len(points))
    areas = tuple((kind, _area(xs, upper, lower)) for kind, (lower, upper) in zip(KINDS, pairwise(levels), strict=True))
    middles = [100 - (lower[-1] + upper[-1]) / 2 for lower, upper in pairwise(levels)]
    labels = tuple(map(Tick, _spread(middles, 2 * LABEL_HEIGHT), KINDS))
    return CurveChart(areas, labels, tuple(Tick(x, f"{p.factor:g}") for x, p in zip(xs, points, strict=True)))


def table_indexes(summary: ScenarioSummary) -> list[int]:
    """The indexes of the times that a table shows: whole days, evenly spaced, with the first and the last."""
    step = max(1, summary.scenario.days // TABLE_ROWS)
    days = range(0, summary.scenario.days + 1, step)
    return [min(range(len(summary.days)), key=lambda i: abs(summary.days[i] - day)) for day in days]


def _spread(positions: Sequence[float], distance: float = LABEL_HEIGHT) -> list[float]:
    """The positions moved apart as little as needed, in their order, within 0 to 100."""
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    moved = list(positions)
    for before, index in pairwise(order):
        moved[index] = max(moved[index], moved[before] + distance)
    limit = 100.0
    for index in reversed(order):
        moved[index] = round(min(moved[index], limit), 2)
        limit = moved[index] - distance
    return moved


def _path(points: Iterable[tuple[float, float]], summary: ScenarioSummary) -> str:
    return "M" + "L".join(f"{_x(day, summary):g},{_y(share):g}" for day, share in points)


def _band(low: Sequence[float], high: Sequence[float], summary: ScenarioSummary) -> str:
    upper, lower = (zip(summary.days, shares, strict=True) for shares in (high, low))
    return f"{_path([*upper, *reversed([*lower])], summary)}Z"


def _area(xs: Sequence[float], upper: Sequence[float], lower: Sequence[float]) -> str:
    outline = [*zip(xs, upper, strict=True), *reversed([*zip(xs, lower, strict=True)])]
    return "M" + "L".join(f"{x:g},{round(100 - y, 2):g}" for x, y in outline) + "Z"


def _x(day: float, summary: ScenarioSummary) -> float:
    return round(100 * day / summary.scenario.days, 2)


def _y(share: float) -> float:
    return round(100 - 100 * share, 2)


def _days(summary: ScenarioSummary) -> tuple[Tick, ...]:
    days = summary.scenario.days
    step = next(step for step in (1, 2, 7, 14) if days <= 8 * step)
    names = {0: "Day 0", days: f"Day {days}"}
    return tuple(Tick(_x(day, summary), names.get(day, str(day))) for day in range(0, days + 1, step))
