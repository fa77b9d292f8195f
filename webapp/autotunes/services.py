"""What every use case works with: the store, the clock, the Statsig projects, and the slots for sending."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from ..config import Secret, Settings
from ..statsig import Deadline, DeadlineTransport, Project, Statsig, place_name
from ..statsig.sandbox import API_URL as SANDBOX_URL
from ..statsig.sandbox import KEY as SANDBOX_KEY
from ..statsig.sandbox import SandboxTransport
from ..store import KeyCipher, KeyUnreadable, Store, StoredKey, encrypted_keys
from ..store.migrate import migrate
from .project_names import ProjectNames
from .states import DEADLINE_SECONDS

SANDBOX = Project("sandbox", Secret(SANDBOX_KEY), SANDBOX_URL, sandbox=True)
NAMELESS = "key-"  # begins the name of a project that stands for a key in the settings
READERS = 4  # reads of Statsig at the same time, beside the creates


def place(project: str) -> str:
    """Where the autotunes of a project are created, in words."""
    return place_name(project == SANDBOX.name)


class NoSuchProject(LookupError):
    """The Statsig project of an autotune is not configured any more."""


# Gives a fresh requests adapter for one request to a project, bound to its deadline.
OpenTransport = Callable[[Project, Deadline], Any]


class Services:
    """`clock` gives seconds since 1970; `deadline` is what the GET and the POST of a create may take together."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Callable[[], float],
        deadline: float = DEADLINE_SECONDS,
        open_transport: OpenTransport | None = None,
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.deadline = deadline
        self._open_transport = open_transport or self._by_wire
        self.key_cipher = KeyCipher(settings.encryption_keys)
        self.creates = BoundedExecutor(settings.create_slots, "create")
        self.reads = BoundedExecutor(READERS, "read")
        self._names = ProjectNames(settings.statsig_project_name, self._project_id, self.reads, clock)

    @classmethod
    def open(cls, settings: Settings, clock: Callable[[], float]) -> "Services":
        """A desk on its database, with the tables brought up to date."""
        store = Store(settings.database_url, connections=settings.threads + settings.create_slots)
        try:
            migrate(store)
        except Exception:
            store.close()
            raise
        return cls(settings, store, clock)

    def projects(self, session: Session | None = None) -> list[Project]:
        """Those that can be chosen; the sandbox alone where there is no key at all."""
        with nullcontext(session) if session else self.store.read() as reading:
            stored = encrypted_keys.all_keys(reading)
        if not stored and not self.settings.key:
            return [SANDBOX]
        opened = map(self._open_key, stored)  # one that cannot be opened is no reason to do without the others
        return [*self.given(), *(each for each in opened if isinstance(each, Project))]

    def unopened(self) -> list[str]:
        """Why stored keys cannot be used, a sentence each."""
        with self.store.read() as session:
            opened = [self._open_key(each) for each in encrypted_keys.all_keys(session)]
        return [str(each) for each in opened if isinstance(each, KeyUnreadable)]

    def _open_key(self, stored: StoredKey) -> Project | KeyUnreadable:
        try:
            return Project(stored.name, self.key_cipher.unlock(stored), stored.api_url)
        except KeyUnreadable as error:
            return error

    def given(self) -> list[Project]:
        """The project of the key that the settings give. Another key may be another project: it gets another name."""
        if not self.settings.key:
            return []
        nameless = Project("", self.settings.key, self.settings.statsig_api_url)
        return [Project(f"{NAMELESS}{nameless.fingerprint}", nameless.key, nameless.api_url)]

    def project_for(self, wanted: str, projects: list[Project] | None = None) -> str | None:
        """The name of a project that can be sent to; None where somebody has to choose one. None is ever guessed."""
        names = [project.name for project in projects or self.projects()]
        if wanted in names:
            return wanted
        nameless = not wanted or wanted.startswith(NAMELESS)  # nobody chose it: there was nothing to choose
        return names[0] if nameless and len(names) == 1 else None

    def project(self, name: str, projects: list[Project] | None = None) -> Project:
        """Raises NoSuchProject."""
        for project in (*(projects or self.projects()), SANDBOX):
            if project.name == name:
                return project
        raise NoSuchProject("The Statsig project of this autotune is not set up on this desk.")

    def project_name(self, project: Project) -> str:
        """What pages call it. Never waits."""
        return self._names.name_of(project) if project.name.startswith(NAMELESS) else project.name

    def _project_id(self, project: Project, deadline: Deadline) -> str:
        return self.statsig(project).check_key(deadline)

    def statsig(self, project: Project) -> Statsig:
        return Statsig(project, partial(self._open_transport, project), self.settings.respect_review_settings)

    def _by_wire(self, project: Project, deadline: Deadline) -> Any:
        return (
            SandboxTransport(self.settings.sandbox_file, self.clock) if project.sandbox else DeadlineTransport(deadline)
        )

    def close(self) -> None:
        """Waits for what is on its way: at most the deadline of a create."""
        self.creates.close()
        self.reads.close()
        self.store.close()


class BoundedExecutor:
    """Threads that talk to Statsig. There is no queue: without a free one nothing is started."""

    def __init__(self, count: int, name: str) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    def take(self) -> bool:
        return self._free.acquire(blocking=False)

    def give_back(self) -> None:
        self._free.release()

    def run(self, work: Callable[[], None]) -> threading.Event:
        """Runs work in a slot that was taken, then gives it back; the event tells when it is over."""
        over = threading.Event()
        try:
            self._pool.submit(self._work, work, over)
        except RuntimeError:  # the desk is closing
            self.give_back()
            raise
        return over

    def _work(self, work: Callable[[], None], over: threading.Event) -> None:
        try:
            work()
        finally:
            self.give_back()
            over.set()

    def close(self) -> None:
        self._pool.shutdown(wait=True)
