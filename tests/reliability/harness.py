"""Two desks on one database with one clock and one Statsig, and checks of what they acknowledged to users."""

import json
import os
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from webapp.autotunes.approval import reject
from webapp.autotunes.create import CreateResult, create
from webapp.autotunes.drafts import EditConflict, NotEditable, Submission, save, stored_form_data
from webapp.autotunes.name_check import check_name
from webapp.autotunes.reconcile import confirm_not_created, reconcile
from webapp.autotunes.services import Services
from webapp.autotunes.states import EDITABLE, State
from webapp.config import Secret, read_settings
from webapp.contract.form import AutotuneForm
from webapp.contract.form_data import FormData
from webapp.contract.json_input import write_json
from webapp.store import AutotuneRecord, Store, StoredKey, StoreError, queries

from ..conftest import CANARY, Clock
from ..shared_setup import with_migrated_database
from .in_memory_statsig import InMemoryStatsig

NAME = "Button Color Test"
FORM_DATA = AutotuneForm.initial_data() | {
    "name": NAME,
    "successEvent": "click",
    "variants": [{"name": color, "json": "{}", "size": ""} for color in ("red", "blue")],
}
OTHER_PROJECT = "Another project"
APPROVAL_SETTINGS = {
    "PUBLIC_URL": "http://localhost",
    "PROXY_USER_HEADER": "X-Auth-Email",
    "PROXY_SECRET": "0123456789abcdef0123456789abcdef",
    "REQUIRE_APPROVAL": "1",
}
LOST_INPUT = "input is lost"
UNRECONCILED = (State.SENDING, State.UNKNOWN)


class InlineExecutor:
    """Runs work at once, in the same thread, so that a crash in it reaches the caller."""

    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        pass

    def run(self, work: Callable[[], None]) -> threading.Event:
        work()
        done = threading.Event()
        done.set()
        return done

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class FormInput:
    """What a user submits: the form data, the form's token, the version it was opened on, and the project."""

    form_data: FormData
    token: str
    version: int
    project: str


class Harness:
    """`acknowledged` has the form data of each autotune that was last saved, `unacknowledged` that of crashed saves.

    Processes 0 and 1 have a store each, and neither waits for the other's lock.
    """

    def __init__(self, folder: str, statsig: InMemoryStatsig, approval: bool = False) -> None:
        self.statsig, self.clock = statsig, Clock()
        environ = {"DATA_DIR": folder, "STATSIG_API_KEY": CANARY, "STATSIG_PROJECT_NAME": "Shop"}
        self.settings = with_migrated_database(read_settings(environ | (APPROVAL_SETTINGS if approval else {})))
        self.stores = [Store(self.settings.database_url) for _ in range(2)]
        for store in self.stores:
            event.listen(store.engine, "connect", _disable_lock_wait)
        self.clicks = 0
        self.acknowledged: dict[str, FormData] = {}
        self.unacknowledged: dict[str, FormData] = {}

    def services(self, process: int = 0) -> Services:
        services = Services(self.settings, self.stores[process], self.clock, open_transport=self.statsig.open_transport)
        services.creates = services.reads = InlineExecutor()  # type: ignore[assignment]
        return services

    def add_project(self) -> None:
        services = self.services()
        url, key = self.settings.statsig_api_url, Secret("console-of-another-project")
        row = StoredKey(
            name=OTHER_PROJECT,
            ciphertext=services.key_cipher.encrypt(key, url),
            fingerprint="f",
            api_url=url,
            added_at=0.0,
        )
        with self.stores[0].write() as session:
            session.add(row)

    def save_new(self, token: str, actor: str = "author", check: bool = True, process: int = 0, **changed: Any) -> str:
        form_data = FORM_DATA | {"description": token} | changed
        return self.submit_new(FormInput(form_data, token, 0, ""), actor, check, process)

    def submit_new(self, form_input: FormInput, actor: str, check: bool = True, process: int = 0) -> str:
        return self._save(process, None, form_input, actor, check)

    def submit(self, record_id: str, form_input: FormInput, actor: str, check: bool = True, process: int = 0) -> bool:
        """Submits the form of an existing autotune; returns whether it was saved."""
        self.unacknowledged[record_id] = form_input.form_data
        try:
            self._save(process, record_id, form_input, actor, check)
        except (EditConflict, NotEditable):
            self.unacknowledged.pop(record_id, None)
            return False
        return True

    def _save(self, process: int, record_id: str | None, form_input: FormInput, actor: str, check: bool) -> str:
        form = AutotuneForm.from_data(form_input.form_data)
        submission = Submission(
            form, form_input.version, form_input.project, actor, check, token=form_input.token, key=form_input.token
        )
        saved = save(self.services(process), record_id, submission)
        self.acknowledged[saved.id] = form_input.form_data
        self.unacknowledged.pop(saved.id, None)
        return saved.id

    def click_create(self, record_id: str, actor: str, process: int = 0) -> CreateResult:
        """Opens the page as it is now, and clicks Create."""
        version = self.record(record_id).version
        self.clicks += 1
        try:
            return create(self.services(process), record_id, version, actor)[0]
        except StoreError:  # the page says that nothing was sent
            self.clicks -= 1
            raise

    def visit(self, record_id: str, process: int = 0) -> None:
        """Opens the page, which reconciles an unconfirmed autotune."""
        reconcile(self.services(process), self.record(record_id))

    def review(self, record_id: str, process: int = 0) -> None:
        """Opens the page of a ready autotune, which looks up its name in Statsig."""
        check_name(self.services(process), self.record(record_id))

    def confirm(self, record_id: str, actor: str, process: int = 0) -> bool:
        """Confirms that the autotune is not in Statsig, as a user who may be wrong.

        Where the desk cannot read the list to its end, only the user can know, and is right.
        """
        created = any(self.belongs_to(autotune.body, record_id) for autotune in self.statsig.created_by_desk())
        if created and "long list" in self.statsig.fault:
            return False
        record = self.record(record_id)
        return confirm_not_created(self.services(process), record, record.version, actor, 0)

    def belongs_to(self, body: dict[str, Any], record_id: str) -> bool:
        """Whether this body was sent for the autotune: each has a description of its own."""
        return bool(body["description"] == self.acknowledged[record_id]["description"])

    def reject(self, record_id: str, actor: str, reason: str, process: int = 0, version: int | None = None) -> bool:
        """Rejects the current version, or the one that is given."""
        reviewed = self.record(record_id).version if version is None else version
        return reject(self.services(process), record_id, reviewed, actor, reason)

    def record(self, record_id: str) -> AutotuneRecord:
        with self.stores[0].read() as session:
            record = queries.get(session, record_id)
        assert record, "an acknowledged autotune is gone"
        return record

    def with_token(self, token: str) -> AutotuneRecord | None:
        with self.stores[0].read() as session:
            return queries.find_by_token(session, token)

    def history(self, record_id: str) -> list[str]:
        with self.stores[0].read() as session:
            return [entry.message for entry in queries.history(session, record_id)]

    def reset(self) -> None:
        """Deletes all autotunes, here and in Statsig."""
        with self.stores[0].write() as session:
            connection = session.connection()
            for table in ("history", "versions", "actions", "live_states", "autotunes"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        for collection in (self.statsig.autotunes, self.statsig.late, self.acknowledged, self.unacknowledged):
            collection.clear()
        self.statsig.posts = self.statsig.puts = self.clicks = 0

    def close(self) -> None:
        for store in self.stores:
            store.close()


def _disable_lock_wait(connection: Any, _: Any) -> None:
    """Both processes run in one thread, so the other one could never release the lock."""
    connection.execute("PRAGMA busy_timeout=0")


def violations(harness: Harness, record: AutotuneRecord) -> Iterator[str]:
    """Each guarantee that the autotune violates; they hold at any moment, whatever has happened."""
    stored = stored_form_data(record)
    if harness.unacknowledged.pop(record.id, None) == stored:
        harness.acknowledged[record.id] = stored  # the crash came after the commit and before the response
    if stored != harness.acknowledged[record.id]:
        yield LOST_INPUT
    form = AutotuneForm.from_data(stored)
    if record.body is not None and not (form.validate() and record.body == write_json(form.body())):
        yield "the request is not that of the form data"
    created = [
        autotune for autotune in harness.statsig.created_by_desk() if harness.belongs_to(autotune.body, record.id)
    ]
    if created and record.state in EDITABLE:
        yield "is shown as not created, and Statsig has it"
    if record.state == State.CREATED and not _is_in_statsig(harness, record):
        yield "is shown as created, and Statsig does not have it"
    body = json.loads(record.body or "null")
    if any(autotune.project != record.project or autotune.body != body for autotune in created):
        yield "was sent differently than reviewed"
    if harness.settings.require_approval and record.state not in EDITABLE and record.sent_by == record.changed_by:
        yield "was created by its last editor"


def _is_in_statsig(harness: Harness, record: AutotuneRecord) -> bool:
    """No matter who created it."""
    expected = (record.project, json.loads(record.body or "null"))
    return expected in [(autotune.project, autotune.body) for autotune in harness.statsig.autotunes]


def count_duplicates(harness: Harness) -> int:
    """How many autotunes in Statsig the desk has created a second time."""
    created = [(autotune.project, autotune.body["name"]) for autotune in harness.statsig.created_by_desk()]
    return len(created) - len(set(created))


class Counts(Counter[str]):
    """Counts checks and violations, for the line that the long runs print."""

    def check_record(self, harness: Harness, record: AutotuneRecord) -> None:
        found = list(violations(harness, record))
        self["checks"] += 1
        self["lost"] += LOST_INPUT in found
        self["wrong"] += bool(found) and found != [LOST_INPUT]
        assert not found, found

    def end_run(self, harness: Harness) -> None:
        self["runs"] += 1
        self["clicks"] += harness.clicks
        self["posts"] += harness.statsig.posts
        self["created"] += len(harness.statsig.created_by_desk())
        self["saved"] += len(harness.acknowledged)
        self.check_creates(harness)

    def check_creates(self, harness: Harness) -> None:
        duplicates = count_duplicates(harness)
        self["duplicates"] += duplicates
        assert not duplicates, "created twice"
        assert harness.statsig.posts <= harness.clicks, "sent more often than clicked"

    def __str__(self) -> str:
        return (
            f"{self['clicks']} clicks sent {self['posts']} creates, Statsig has {self['created']}, "
            f"{self['duplicates']} twice; of {self['saved']} autotunes {self['lost']} lost input; "
            f"in {self['checks']} checks {self['wrong']} wrong messages"
        )


def memory_folder() -> str | None:
    """A folder in memory where there is one: the runs commit many thousand times."""
    folder = "/dev/shm"  # noqa: S108
    return folder if os.access(folder, os.W_OK) else None


@contextmanager
def open_harness(statsig: InMemoryStatsig, approval: bool = False) -> Iterator[Harness]:
    with tempfile.TemporaryDirectory(dir=memory_folder()) as folder:
        harness = Harness(folder, statsig, approval)
        yield harness
        harness.close()
