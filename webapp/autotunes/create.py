"""Creating in Statsig, at most once for each press.

The order is what makes it safe: the row moves to `sending` in one conditional UPDATE that claims the id, and
is committed; only who made that move may send; the claim is confirmed immediately before the POST; whatever
is not known afterwards is called unknown. Nothing here sends twice, and no exception path sends at all.
"""

import json
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..contract.ids import held_as
from ..statsig import (
    Deadline,
    ListTooLong,
    NotCreated,
    Rejected,
    Statsig,
    StatsigError,
    Unauthorised,
    Unknown,
    Unreachable,
)
from ..store import Record, StoreError, queries
from .approval import as_read, by_somebody_else, is_own_work
from .drafts import HELD_SINCE, dump_problems, name_holder
from .name_check import found_before
from .outcomes import Outcome, created, found_there, report
from .reconcile import NOT_LOOKED_UP, find_sent, is_the_same
from .services import Desk, NoSuchProject, place
from .states import State

log = logging.getLogger(__name__)

BUSY = "Not sent: this desk is sending as much as it can. Try again in a moment."
IN_USE = "Statsig answered that this name is in use"
ARRIVED = "Your request may have arrived all the same."
READING = 2 / 3  # of the deadline: a list that is too long to read must leave time for the create
_PAUSES = (0, 0, 1)  # seconds before each try to write down an outcome: the database may not answer


class Press(Enum):
    """What became of pressing the button."""

    SENT = "sent"
    BUSY = "busy"
    TAKEN = "taken"
    STALE = "stale"
    OWN = "own"


@dataclass(frozen=True)
class Claim:
    """The right to send one row once; `ready` is the row as it was before."""

    record_id: str
    project: str
    body: str
    token: str
    who: str
    ready: Record

    @property
    def sent_before(self) -> bool:
        """Whether an earlier press may have created it."""
        return self.ready.claim is not None


def create(desk: Desk, record_id: str, version: int, who: str) -> tuple[Press, threading.Event | None]:
    """Sends what was read back as `version`; the event tells when the outcome is written down."""
    if not desk.creates.take():
        _note_busy(desk, record_id, version, who)
        return Press.BUSY, None
    press, claim = Press.STALE, None
    try:
        press, claim = _claim(desk, record_id, version, who)
    finally:
        if claim is None:
            desk.creates.give_back()
    return press, None if claim is None else desk.creates.run(lambda: _send(desk, claim))


def _note_busy(desk: Desk, record_id: str, version: int, who: str) -> None:
    with desk.store.write() as session:
        if queries.change(session, record_id, *as_read(version), notice=BUSY):
            queries.say(session, record_id, desk.clock(), who, BUSY)


def _claim(desk: Desk, record_id: str, version: int, who: str) -> tuple[Press, Claim | None]:
    try:
        with desk.store.write() as session:
            return _claim_in(session, desk, record_id, version, who)
    except IntegrityError:  # another process took the name between our look and our claim
        with desk.store.write() as session:
            return _give_up(session, desk, record_id, version, who)


def _claim_in(session: Session, desk: Desk, record_id: str, version: int, who: str) -> tuple[Press, Claim | None]:
    record = queries.get(session, record_id)
    if record is None or record.state != State.READY or record.version != version or record.body is None:
        return Press.STALE, None
    if name_holder(session, record):
        return _give_up(session, desk, record_id, version, who)
    now, token = desk.clock(), secrets.token_urlsafe(16)
    claimed = queries.change(
        session,
        record_id,
        *as_read(version),
        by_somebody_else(desk, who),
        state=State.SENDING,
        version=version + 1,
        held_id=held_as(record.name),
        claim=token,
        claimed_at=now,
        deadline_at=now + desk.deadline,
        absent_at=None,
        sent_by=who,
        notice="",
    )
    if not claimed:
        return Press.OWN if is_own_work(desk, record, who) else Press.STALE, None
    queries.say(session, record_id, now, who, f"Pressed “Create in {place(record.project)}”")
    return Press.SENT, Claim(record_id, record.project, record.body, token, who, record)


def _give_up(session: Session, desk: Desk, record_id: str, version: int, who: str) -> tuple[Press, Claim | None]:
    """Another autotune of this desk has taken the name: back to a draft, with that at the name."""
    problem = dump_problems([HELD_SINCE])
    moved = {"state": State.DRAFT, "version": version + 1, "problems": problem, "notice": ""}
    if queries.change(session, record_id, *as_read(version), **moved):
        queries.say(session, record_id, desk.clock(), who, "Not sent: the name is taken")
    return Press.TAKEN, None


def _send(desk: Desk, claim: Claim) -> None:
    try:
        outcome = _attempt(desk, claim)
    # whatever it is, the claim lapses and the outcome is unknown: never sent again
    except Exception as error:  # noqa: BLE001
        log.error(
            "create failed in an unforeseen way",
            extra={"autotune": claim.record_id, "error": type(error).__name__},
        )
        return
    if outcome is not None:
        _write_down(desk, claim, outcome)


def _attempt(desk: Desk, claim: Claim) -> Outcome | None:
    deadline = Deadline(desk.deadline)
    try:
        statsig = desk.statsig(desk.project(claim.project))
        if there := _there_already(statsig, claim, Deadline(desk.deadline * READING)):
            return there
    except (StatsigError, NoSuchProject) as error:
        return _not_sent(claim, error)
    if not _confirm(desk, claim):
        return None
    return _post(statsig, claim, deadline)


def _there_already(statsig: Statsig, claim: Claim, deadline: Deadline) -> Outcome | None:
    """What is found before the create: of what was sent before, by id or in the list."""
    sent = statsig.redacted(json.loads(claim.body))
    found = _readable(lambda: find_sent(statsig, sent, deadline, whole_list=claim.sent_before))
    if found is None:
        return None
    outcome = found_before(claim.ready, sent, found)
    return outcome if outcome.state == State.CREATED else replace(outcome, what=f"Not sent. {outcome.what}")


def _readable(read: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
    """A key that may not read (403) may still be good for creating; a list too long to read must not forbid it."""
    try:
        return read()
    except ListTooLong:
        return None
    except Unauthorised as error:
        if error.status == 403:
            return None
        raise


def _confirm(desk: Desk, claim: Claim) -> bool:
    """Whether the claim still stands, at the last moment before the POST."""
    with desk.store.write() as session:
        return queries.change(session, claim.record_id, *_ours(claim, State.SENDING), claimed_at=desk.clock())


def _ours(claim: Claim, *states: State) -> tuple[Any, ...]:
    return Record.claim == claim.token, Record.state.in_(states)


def _post(statsig: Statsig, claim: Claim, deadline: Deadline) -> Outcome:
    try:
        return created(statsig.create(claim.body, deadline), claim.project)
    except Unreachable as error:
        return _not_sent(claim, error)
    except NotCreated as refusal:
        return _after_refusal(statsig, claim, refusal, deadline)
    except Unknown as error:
        return Outcome(State.UNKNOWN, f"No clear answer. {error}", notice=str(error))


def _after_refusal(statsig: Statsig, claim: Claim, refusal: NotCreated, deadline: Deadline) -> Outcome:
    """A gateway may have sent the request twice: then the first was created, and only the second refused.

    Nothing was found under this name before the create, so an equal autotune that is there now is this one.
    """
    sent = statsig.redacted(json.loads(claim.body))
    taken = refusal if isinstance(refusal, Rejected) and refusal.name_taken else None
    try:
        found = find_sent(statsig, sent, deadline, whole_list=taken is not None)
    except StatsigError as error:
        return _unconfirmed(taken, f"{IN_USE}. {NOT_LOOKED_UP} {error}") if taken else _not_created(refusal)
    if found is not None and is_the_same(sent, found):
        return found_there(found, claim.project)
    missing = f"{IN_USE}, but the autotune was not found there."
    return _unconfirmed(taken, missing) if taken and found is None else _not_created(refusal)


def _unconfirmed(refusal: Rejected, why: str) -> Outcome:
    notice = f"{why} {ARRIVED}"
    return Outcome(State.UNKNOWN, f"No clear answer. {notice}", notice, tuple(refusal.problems))


def _not_created(refusal: NotCreated) -> Outcome:
    if isinstance(refusal, Rejected):
        reasons = "; ".join(problem.message for problem in refusal.problems)
        return Outcome(State.DRAFT, f"Refused. {reasons}", problems=tuple(refusal.problems))
    return Outcome(State.READY, f"Not created. {refusal}", notice=f"Not created. {refusal}")


def _not_sent(claim: Claim, error: Exception) -> Outcome:
    return Outcome(State.READY, f"Not sent. {error}", notice=f"Not sent. {error}", sent=claim.sent_before)


def _write_down(desk: Desk, claim: Claim, outcome: Outcome) -> None:
    """When even this fails the claim lapses, and the outcome is looked up in Statsig."""
    for pause in _PAUSES:
        time.sleep(pause)
        try:
            with desk.store.write() as session:
                _report_or_say(session, desk, claim, outcome)
            return
        except StoreError as error:
            log.error("outcome not written", extra={"autotune": claim.record_id, "error": type(error).__name__})


def _report_or_say(session: Session, desk: Desk, claim: Claim, outcome: Outcome) -> None:
    """An answer that can no longer count, since the row was changed meanwhile, is not lost without a word."""
    now = desk.clock()
    if not report(session, now, claim.record_id, claim.who, outcome, _reportable(claim, outcome)):
        queries.say(session, claim.record_id, now, claim.who, f"An answer came too late to count. {outcome.what}")


def _reportable(claim: Claim, outcome: Outcome) -> tuple[Any, ...]:
    """A late report still counts; that it was created counts even where it had been taken for absent."""
    late = (State.UNKNOWN, State.READY) if outcome.state == State.CREATED else (State.UNKNOWN,)
    return _ours(claim, State.SENDING, *late)
