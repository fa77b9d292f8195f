"""Which setting to choose, from the cells of a comparison."""

from collections.abc import Sequence
from math import ceil, floor, sqrt

from .results import ComparisonCell

MIN_ENDED = 0.8
# Standard errors by which a cell may miss a limit and still be simulated again with more runs.
DOUBT = 2.0


def qualifies(cell: ComparisonCell, max_wrong: float, runs: int | None = None) -> bool:
    """Whether at least 80% of all runs end, and at most `max_wrong` (a share) are wrong.

    With `runs`, as many as the cell's figures are from, also if it may be so within their sampling error.
    """
    ended_doubt, wrong_doubt = (_doubt(limit, runs) if runs else 0.0 for limit in (MIN_ENDED, max_wrong))
    return cell.outcome.ended >= MIN_ENDED - ended_doubt and cell.outcome.wrong <= max_wrong + wrong_doubt


def _doubt(share: float, runs: int) -> float:
    return DOUBT * sqrt(share * (1 - share) / runs)


def best_of(cells: Sequence[ComparisonCell], tie: float) -> ComparisonCell | None:
    """The fewest wrong among those that end soonest: medians within the share `tie` of the shortest count as equal."""
    shortest = min(map(_days, cells), default=0.0)
    soonest = [cell for cell in cells if _days(cell) <= shortest * (1 + tie)]
    return min(soonest, key=lambda cell: (cell.outcome.wrong, _days(cell)), default=None)


def finalists(cells: Sequence[ComparisonCell], max_wrong: float, runs: int, tie: float) -> list[ComparisonCell]:
    """The cells that may be the best, given the sampling error of this many runs."""
    possible = [cell for cell in cells if qualifies(cell, max_wrong, runs)]
    certain = [_days(cell) for cell in possible if qualifies(cell, max_wrong)]
    longest = min(certain, default=float("inf")) * (1 + 2 * tie)
    return [cell for cell in possible if _days(cell) <= longest]


def why_none(cells: Sequence[ComparisonCell], max_wrong: float) -> str:
    ending = [cell for cell in cells if cell.outcome.ended >= MIN_ENDED]
    if not ending:
        most = max(cell.outcome.ended for cell in cells)
        return f"No setting ends in at least 80 of 100 runs: the most are {floor(1000 * most) / 10:g}"
    least = min(cell.outcome.wrong for cell in ending)
    return (
        f"Of the settings that end in at least 80 of 100 runs, the best is wrong in {ceil(1000 * least) / 10:g} of 100"
    )


def _days(cell: ComparisonCell) -> float:
    return float("inf") if cell.median_days is None else cell.median_days
