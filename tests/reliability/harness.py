"""One database, one Statsig and one clock, and all that users were told: processes end, promises are kept."""

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
from webapp.store import AutotuneRecord, Store, StoredKey, StoreError, encrypted_keys, queries

from ..conftest import CANARY, Clock
from ..prepared import with_tables
from .network_edge import Edge

NAME = "Button Color Test"
ANSWERS = AutotuneForm.initial_data() | {
    "name": NAME,
    "successEvent": "click",
    "variants": [{"name": each, "json": "{}", "size": ""} for each in ("red", "blue")],
}
OTHER = "Another project"
APPROVAL = {
    "PUBLIC_URL": "http://localhost",
    "PROXY_USER_HEADER": "X-Auth-Email",
    "PROXY_SECRET": "0123456789abcdef0123456789abcdef",
    "REQUIRE_APPROVAL": "1",
}
LOST = "what was typed is lost"
UNSETTLED = (State.SENDING, State.UNKNOWN)


class Inline:
    """Slots that run at once, in the same thread, so that a crash is one."""

    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        pass

    def run(self, work: Callable[[], None]) -> threading.Event:
        work()
        over = threading.Event()
        over.set()
        return over

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Typed:
    """What somebody submits: the form data, the form's token, the version it was opened on, and the project."""

    form_data: FormData
    token: str
    version: int
    project: str


class World:
    """`typed` is what was last acknowledged for each autotune, `doubtful` what nobody acknowledged before a crash.

    Desk 0 and desk 1 are two processes: a store each, and no desk waits for the other's lock.
    """

    def __init__(self, folder: str, edge: Edge, approval: bool = False) -> None:
        self.edge, self.clock = edge, Clock()
        given = {"DATA_DIR": folder, "STATSIG_API_KEY": CANARY, "STATSIG_PROJECT_NAME": "Shop"}
        self.settings = with_tables(read_settings(given | (APPROVAL if approval else {})))
        self.stores = [Store(self.settings.database_url) for _ in range(2)]
        for store in self.stores:
            event.listen(store.engine, "connect", _never_wait)
        self.presses = 0
        self.typed: dict[str, FormData] = {}
        self.doubtful: dict[str, FormData] = {}

    def services(self, process: int = 0) -> Services:
        services = Services(self.settings, self.stores[process], self.clock, open_transport=self.edge.open)
        services.creates = services.reads = Inline()  # type: ignore[assignment]
        return services

    def add_project(self) -> None:
        services = self.services()
        url, key = self.settings.statsig_api_url, Secret("console-of-another-project")
        row = StoredKey(
            name=OTHER, ciphertext=services.key_cipher.encrypt(key, url), fingerprint="f", api_url=url, added_at=0.0
        )
        with self.stores[0].write() as session:
            encrypted_keys.add_key(session, row)

    def write(self, token: str, actor: str = "author", check: bool = True, process: int = 0, **changed: Any) -> str:
        answers = ANSWERS | {"description": token} | changed
        return self.send_new(Typed(answers, token, 0, ""), actor, check, process)

    def send_new(self, typed: Typed, actor: str, check: bool = True, process: int = 0) -> str:
        return self._save(process, None, typed, actor, check)

    def submit(self, record_id: str, typed: Typed, actor: str, check: bool = True, process: int = 0) -> bool:
        """A form of an autotune that is there; whether it was acknowledged."""
        self.doubtful[record_id] = typed.form_data
        try:
            self._save(process, record_id, typed, actor, check)
        except (EditConflict, NotEditable):
            self.doubtful.pop(record_id, None)
            return False
        return True

    def _save(self, process: int, record_id: str | None, typed: Typed, actor: str, check: bool) -> str:
        form = AutotuneForm.from_data(typed.form_data)
        submission = Submission(form, typed.token, typed.version, typed.project, actor, check)
        kept = save(self.services(process), record_id, submission)
        self.typed[kept.id] = typed.form_data
        self.doubtful.pop(kept.id, None)
        return kept.id

    def click_create(self, record_id: str, actor: str, process: int = 0) -> CreateResult:
        """Reads it as it is now, and presses."""
        version = self.record(record_id).version
        self.presses += 1
        try:
            return create(self.services(process), record_id, version, actor)[0]
        except StoreError:  # said as such: nothing was sent
            self.presses -= 1
            raise

    def visit(self, record_id: str, process: int = 0) -> None:
        reconcile(self.services(process), self.record(record_id))

    def review(self, record_id: str, process: int = 0) -> None:
        """Somebody opens the page of what is ready."""
        check_name(self.services(process), self.record(record_id))

    def confirm(self, record_id: str, actor: str, process: int = 0) -> bool:
        """Somebody says to have looked in Statsig, and may have overlooked it, unless nobody else can look."""
        if "long list" in self.edge.fault and any(self.is_of(each.body, record_id) for each in self.edge.ours()):
            return False
        record = self.record(record_id)
        return confirm_not_created(self.services(process), record, record.version, actor, 0)

    def is_of(self, body: dict[str, Any], record_id: str) -> bool:
        """Whether this was sent for an autotune: the description tells."""
        return bool(body["description"] == self.typed[record_id]["description"])

    def reject(self, record_id: str, actor: str, reason: str, process: int = 0, version: int | None = None) -> bool:
        """As it was read: now, unless an older version is given."""
        read = self.record(record_id).version if version is None else version
        return reject(self.services(process), record_id, read, actor, reason)

    def record(self, record_id: str) -> AutotuneRecord:
        with self.stores[0].read() as session:
            found = queries.get(session, record_id)
        assert found, "an autotune that was acknowledged is gone"
        return found

    def with_token(self, token: str) -> AutotuneRecord | None:
        with self.stores[0].read() as session:
            return queries.find_by_token(session, token)

    def history(self, record_id: str) -> list[str]:
        with self.stores[0].read() as session:
            return [each.message for each in queries.history(session, record_id)]

    def wipe(self) -> None:
        with self.stores[0].write() as session:
            connection = session.connection()
            for table in ("history", "autotunes"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        for kept in (self.edge.kept, self.edge.late, self.typed, self.doubtful):
            kept.clear()
        self.edge.posts = self.presses = 0

    def close(self) -> None:
        for store in self.stores:
            store.close()


def _never_wait(connection: Any, _: Any) -> None:
    """A desk that waits would wait for a line that runs in the same thread."""
    connection.execute("PRAGMA busy_timeout=0")


def wrongs(world: World, record: AutotuneRecord) -> Iterator[str]:
    """What must not be of an autotune at any moment, whatever has happened; nothing where all is well."""
    stored = stored_form_data(record)
    if world.doubtful.pop(record.id, None) == stored:
        world.typed[record.id] = stored  # a crash came before the answer, but after the keeping
    if stored != world.typed[record.id]:
        yield LOST
    form = AutotuneForm.from_data(stored)
    if record.body is not None and not (form.validate() and record.body == write_json(form.body())):
        yield "what would be sent is not what is shown"
    ours = [each for each in world.edge.ours() if world.is_of(each.body, record.id)]
    if ours and record.state in EDITABLE:
        yield "says not created, and it is"
    if record.state == State.CREATED and not _has(world, record):
        yield "says created, and it is not"
    if any(each.project != record.project or each.body != json.loads(record.body or "") for each in ours):
        yield "sent otherwise than it was read"
    if world.settings.require_approval and record.state not in EDITABLE and record.sent_by == record.changed_by:
        yield "created by who changed it last"


def _has(world: World, record: AutotuneRecord) -> bool:
    """Whether Statsig has it, no matter who created it."""
    wanted = (record.project, json.loads(record.body or "null"))
    return wanted in [(each.project, each.body) for each in world.edge.kept]


def twice(world: World) -> int:
    """How many creates of this desk Statsig has that it had already."""
    made = [(each.project, each.body["name"]) for each in world.edge.ours()]
    return len(made) - len(set(made))


class Counts(Counter[str]):
    """What was looked at and what was found, for the line that the long runs print."""

    def look(self, world: World, record: AutotuneRecord) -> None:
        found = list(wrongs(world, record))
        self["looks"] += 1
        self["lost"] += LOST in found
        self["wrong"] += bool(found) and found != [LOST]
        assert not found, found

    def end(self, world: World) -> None:
        """At the end of each run: what it came to."""
        self["runs"] += 1
        self["presses"] += world.presses
        self["posts"] += world.edge.posts
        self["created"] += len(world.edge.ours())
        self["typed"] += len(world.typed)
        self.once(world)

    def once(self, world: World) -> None:
        self["twice"] += twice(world)
        assert not twice(world), "created twice"
        assert world.edge.posts <= world.presses, "sent more often than pressed"

    def __str__(self) -> str:
        return (
            f"{self['presses']} presses sent {self['posts']} creates, Statsig has {self['created']}, "
            f"{self['twice']} twice; of {self['typed']} autotunes {self['lost']} lost what was typed; "
            f"in {self['looks']} looks {self['wrong']} wrong words"
        )


def memory() -> str | None:
    """A folder in memory where there is one, since thousands of schedules commit many thousand times."""
    folder = "/dev/shm"  # noqa: S108
    return folder if os.access(folder, os.W_OK) else None


@contextmanager
def world(edge: Edge, approval: bool = False) -> Iterator[World]:
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        made = World(folder, edge, approval)
        yield made
        made.close()
