"""What pages call a Statsig project: the key in the settings comes without a name."""

import threading
from collections.abc import Callable
from contextlib import suppress

from ..statsig import Deadline, Project, StatsigError
from .executor import BoundedExecutor
from .projects import UNNAMED

READ_TIMEOUT = 10.0  # seconds
RETRY_SECONDS = 300.0  # between two reads where the first one failed


class ProjectNames:
    """`read_id` asks Statsig for a project's ID, and may raise a StatsigError. `configured` is STATSIG_PROJECT_NAME."""

    def __init__(
        self,
        configured: str,
        read_id: Callable[[Project, Deadline], str],
        executor: BoundedExecutor,
        clock: Callable[[], float],
    ) -> None:
        self._configured, self._read_id, self._executor, self._clock = configured, read_id, executor, clock
        self._ids: dict[str, str] = {}
        self._next_read: dict[str, float] = {}
        self._lock = threading.Lock()

    def name_of(self, project: Project) -> str:
        """Never waits: a project without a name has its fingerprint for one until its ID has been read."""
        if not project.name.startswith(UNNAMED):
            return project.name
        if self._configured:
            return self._configured
        if not self._ids.get(project.fingerprint) and self._is_due(project) and self._executor.acquire():
            with suppress(RuntimeError):  # the server is shutting down
                self._executor.run(lambda: self._read(project))
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
