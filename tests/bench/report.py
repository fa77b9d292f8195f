"""A line of the table: what is measured, its reference, and whether the goal is met."""

from dataclasses import dataclass

HEAD = f"{'what':<52}{'figure':>13}{'reference':>13}{'ratio':>8}  goal"


@dataclass(frozen=True)
class AtMost:
    """`of` says what the limit is for: `figure` or `ratio`."""

    limit: float
    of: str = "figure"

    def __str__(self) -> str:
        return f"{'ratio ' if self.of == 'ratio' else ''}at most {self.limit:,.10g}"

    def met_by(self, value: float) -> bool:
        return value <= self.limit


class Under(AtMost):
    """Excludes the limit itself."""

    def __str__(self) -> str:
        return super().__str__().replace("at most", "under")

    def met_by(self, value: float) -> bool:
        return value < self.limit


@dataclass(frozen=True)
class Line:
    """Figure and reference are in the same unit. A line without a goal is for comparison."""

    label: str
    figure: float
    unit: str
    reference: float | None = None
    goal: AtMost | None = None

    @property
    def ratio(self) -> float | None:
        return self.figure / self.reference if self.reference else None

    @property
    def met(self) -> bool:
        if not self.goal:
            return True
        value = self.ratio if self.goal.of == "ratio" else self.figure
        return value is not None and self.goal.met_by(value)

    def __str__(self) -> str:
        reference = "" if self.reference is None else self._format(self.reference)
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = f"{self.goal}: {'met' if self.met else 'MISSED'}" if self.goal else ""
        row = f"{self.label:<52}{self._format(self.figure):>13}{reference:>13}{ratio:>8}  {verdict}"
        return row.rstrip()

    def _format(self, value: float) -> str:
        digits = 0 if value == int(value) else 2 if value < 10 else 1 if value < 100 else 0
        return f"{value:,.{digits}f} {self.unit}".rstrip()
