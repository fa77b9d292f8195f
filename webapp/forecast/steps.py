"""From a question to a plan, a table, or both from the same runs. Imports NumPy, as the package itself does not."""

from collections.abc import Iterator

from .results import Answer, Cell, Plan
from .scenario import EXPLORATION_HOURS, Question
from .simulation import Launches, Progress, simulate
from .summary import cells, summarise


def nothing(done: float) -> None:
    """The progress report that nobody reads."""


def plan(question: Question, progress: Progress = nothing) -> Plan:
    """The plan alone. `progress` is called with the part done, and calls the work off by raising."""
    return summarise(question, simulate(question, question.exploration_hours, progress))


def table(question: Question, progress: Progress = nothing) -> tuple[Cell, ...]:
    """The table alone; the question's own window and threshold make no difference to it."""
    return answer(question, progress).table


def answer(question: Question, progress: Progress = nothing) -> Answer:
    """The plan and the table in the time of the table, with the very figures of `plan` and `table`."""
    *_, last = steps(question, progress)
    return last


def steps(question: Question, progress: Progress = nothing) -> Iterator[Answer]:
    """The plan with no table as soon as it is known, and then both; the progress begins anew for the table."""
    own = simulate(question, question.exploration_hours, progress)
    found = summarise(question, own)
    yield Answer(found, ())
    rows = {question.exploration_hours: own}
    others = [window for window in EXPLORATION_HOURS if window not in rows]
    for index, window in enumerate(others):
        rows[window] = _run(question, window, (index, len(others)), progress)
    yield Answer(found, tuple(cell for window in EXPLORATION_HOURS for cell in cells(question, window, rows[window])))


def _run(question: Question, window: int, place: tuple[int, int], progress: Progress) -> Launches:
    index, count = place

    def part(done: float) -> None:
        progress((index + done) / count)

    return simulate(question, window, part)
