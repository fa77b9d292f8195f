"""The table of starts and decisions."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from .models import Base


class ActionRecord(Base):
    """A start or a decision of an autotune, from the click or the request for approval on.

    `number` counts those of an autotune: two clicks on one button have the same number, so that only one makes a row.
    `open_autotune_id` is the autotune while the action is open and null once it is closed, so that only one is open.
    `claim` names the one send that may still report its outcome. `is_accepted` says that Statsig answered with success,
    which proves nothing yet. `read_at` is when Statsig was last read, `first_not_done_at` when it was first read, late
    enough, not to be done; `read_problem` is why the last read failed, or what it showed.
    """

    __tablename__ = "actions"

    autotune_id: Mapped[str] = mapped_column(String(32), ForeignKey("autotunes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    open_autotune_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    variant_id: Mapped[str] = mapped_column(default="")
    variant_name: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    requested_by: Mapped[str]
    requested_at: Mapped[float]
    sent_by: Mapped[str | None]
    claim: Mapped[str | None] = mapped_column(String(64))
    claimed_at: Mapped[float | None]
    deadline_at: Mapped[float | None]
    is_accepted: Mapped[bool] = mapped_column(default=False)
    status_message: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[float]
    read_at: Mapped[float | None]
    first_not_done_at: Mapped[float | None]
    read_problem: Mapped[str] = mapped_column(default="")

    __table_args__ = (Index("actions_by_state", "state"),)
