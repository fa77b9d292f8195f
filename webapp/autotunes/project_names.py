"""What pages call the Statsig project of the key in the settings, which says of itself only a fingerprint."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from ..statsig import Deadline, Project, StatsigError

if TYPE_CHECKING:
    from .services import BoundedExecutor

READ_TIMEOUT = 10.0  # seconds
RETRY_SECONDS = 300.0  # between two reads where the first one failed


class ProjectNames:
    """`read` asks Statsig for a project's id, which may raise a StatsigError. `given` is STATSIG_PROJECT_NAME."""

    def __init__(
        self, given: str, read: Callable[[Project, Deadline], str], slots: "BoundedExecutor", clock: Callable[[], float]
    ) -> None:
        self._given, self._read_id, self._slots, self._clock = given, read, slots, clock
        self._ids: dict[str, str] = {}
        self._next_read: dict[str, float] = {}
        self._lock = threading.Lock()

    def name_of(self, project: Project) -> str:
        """Never waits: until Statsig has told the id, a project goes by its fingerprint."""
        if self._given:
            return self._given
        if not self._ids.get(project.fingerprint) and self._is_due(project) and self._slots.take():
            with suppress(RuntimeError):  # the desk is closing
                self._slots.run(lambda: self._read(project))
        return self._ids.get(project.fingerprint) or project.name

    def _is_due(self, project: Project) -> bool:
        """Whether to read now; no other request reads in the meantime."""
        with self._lock:
            now = self._clock()
            due = now >= self._next_read.get(project.fingerprint, now)
            if due:
                self._next_read[project.fingerprint] = now + RETRY_SECONDS
            return due

    def _read(self, project: Project) -> None:
        with suppress(StatsigError):  # the fingerprint stays, and the next read may succeed
            self._ids[project.fingerprint] = self._read_id(project, Deadline(READ_TIMEOUT))
