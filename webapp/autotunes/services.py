"""What every use case works with: the settings, the database, the clock, Statsig and the threads that talk to it."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from ..config import Settings
from ..contract.policy import Policy
from ..statsig import Deadline, DeadlineTransport, Project, StatsigClient
from ..statsig.sandbox import SandboxTransport
from ..store import KeyCipher, RequestBudget, Store, StoreError
from ..store.migrate import migrate
from .cached_reads import CachedReads
from .executor import BoundedExecutor
from .project_names import ProjectNames
from .projects import Projects, find_project
from .states import CREATE_TIMEOUT

READERS = 4  # reads of Statsig at the same time, beside the creates

# Gives a new requests adapter for one request to a project, bound to its deadline.
OpenTransport = Callable[[Project, Deadline], Any]


class Services:
    """`clock` gives seconds since 1970; `create_timeout`: seconds for the GET and the POST of a create together.

    Raises ConfigError.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Callable[[], float],
        create_timeout: float = CREATE_TIMEOUT,
        open_transport: OpenTransport | None = None,
    ) -> None:
        self.settings = settings
        self.policy = Policy.from_settings(settings)
        self.store = store
        self.clock = clock
        self.create_timeout = create_timeout
        self._open_transport = open_transport or self._default_transport
        self.key_cipher = KeyCipher(settings.encryption_keys)
        self.projects = Projects(settings, store, self.key_cipher)
        self.creates = BoundedExecutor(settings.create_slots, "create")
        self.reads = BoundedExecutor(READERS, "read")
        self.budget = RequestBudget(store, clock, settings.statsig_request_budget)
        self.cached_reads = CachedReads(store, clock, self.background_client, enabled=self.budget.limit > 0)
        self.project_names = ProjectNames(settings.statsig_project_name, self._project_id, self.reads, clock)

    @classmethod
    def open(cls, settings: Settings, clock: Callable[[], float]) -> "Services":
        """On the database of the settings, after its migrations."""
        store = Store(settings.database_url, connections=settings.threads + settings.create_slots)
        services = cls(settings, store, clock)
        try:
            migrate(store)
        except Exception:
            services.close()
            raise
        return services

    def client(self, project: Project) -> StatsigClient:
        """For what a user waits for: it is sent even if the budget is spent."""
        return self._client(project, lambda: self._count(project))

    def _count(self, project: Project) -> None:
        with suppress(StoreError):  # an uncounted request is better than none
            self.budget.count(project.name)

    def background_client(self, project: Project) -> StatsigClient:
        """For what nobody waits for: it raises BudgetExhausted."""
        return self._client(project, lambda: self.budget.spend(project.name))

    def _client(self, project: Project, count: Callable[[], None]) -> StatsigClient:
        open_transport = partial(self._open_transport, project)
        return StatsigClient(project, open_transport, self.settings.respect_review_settings, count)

    def client_for(self, project_name: str) -> StatsigClient:
        """Raises NoSuchProject."""
        return self.client(find_project(self.projects.all(), project_name))

    def _project_id(self, project: Project, deadline: Deadline) -> str:
        return self.client(project).check_key(deadline)

    def _default_transport(self, project: Project, deadline: Deadline) -> Any:
        if project.sandbox:
            return SandboxTransport(self.settings.sandbox_file, self.clock)
        return DeadlineTransport(deadline)

    def close(self) -> None:
        """Waits for running requests: at most the deadline of a create."""
        self.creates.close()
        self.reads.close()
        self.cached_reads.close()
        self.store.close()
