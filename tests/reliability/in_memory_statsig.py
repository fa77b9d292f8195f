"""A Statsig without a network, for thousands of runs: it plays one fault, counts creates, and may commit them late."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from webapp.statsig import Deadline, Project

from .faulty_statsig import shorten

IN_USE = "Name is already in use"
# What happens to a POST: whether it creates the autotune, and the response: a status, a body, the reason of a 400, or
# None for no response at all. "created, 400" is a request that a gateway sent twice: the second one was rejected.
# "not by id": reads by ID are always a 404, and only the list has the autotune. "long list": it cannot be read to its
# end. "late": the autotune is created after the response.
FAULTS: dict[str, tuple[bool, Any]] = {
    "created": (True, 201),
    "created, garbled": (True, b"{"),
    "created, silence": (True, None),
    "created, 500": (True, 500),
    "created late, silence": (True, None),
    "created, 400 in use": (True, IN_USE),
    "created, 400 otherwise": (True, 400),
    "created, 429": (True, 429),
    "created late, 400 in use": (True, IN_USE),
    "not created, 500": (False, 500),
    "not created, silence": (False, None),
    "not created, redirect": (False, 302),
    "created, not by id, silence": (True, None),
    "created, not by id, 400 in use": (True, IN_USE),
    "created late, long list, silence": (True, None),
    "not created, long list, silence": (False, None),
    "rejected, 400": (False, 400),
    "rejected, 400 in use": (False, IN_USE),
    "rejected, 401": (False, 401),
    "rejected, 429": (False, 429),
}

# What happens to a PUT, in the same way: whether it is done (None: after the response), and the response.
ACTION_FAULTS: dict[str, tuple[bool | None, Any]] = {
    "done": (True, 200),
    "done, garbled": (True, b"{"),
    "done, silence": (True, None),
    "done, 500": (True, 500),
    "done, 400 already": (True, "Autotune Experiment has already started."),
    "done, 429": (True, 429),
    "done late, silence": (None, None),
    "not done, 500": (False, 500),
    "not done, silence": (False, None),
    "waits for a review": (False, 200),
    "rejected, 400": (False, "No"),
    "rejected, 400 already": (False, "Autotune Experiment has already started."),
    "rejected, 429": (False, 429),
}


def statsig_id(name: str) -> str:
    """The ID that this Statsig makes of a name. It differs from the desk's expected ID where that is uncertain."""
    return re.sub(r"[^a-z0-9_]", "_", name.lower())


@dataclass
class StoredAutotune:
    """`foreign`: created by another program than the desk. `by_id`: a read by its ID finds it."""

    project: str
    body: dict[str, Any]
    foreign: bool = False
    by_id: bool = True
    is_started: bool = False
    winner: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.project, statsig_id(self.body["name"])

    @property
    def data(self) -> dict[str, Any]:
        """The autotune in a response."""
        variants = [{**variant, "id": variant["name"]} for variant in self.body["variants"]]
        state = {"isStarted": self.is_started, "winner": self.winner and {"id": self.winner, "name": self.winner}}
        return {**self.body, **state, "variants": variants, "id": statsig_id(self.body["name"])}

    def act(self, action: str, body: str | bytes) -> None:
        if action == "start":
            self.is_started = True
        else:
            self.winner = json.loads(body)["id"]


@dataclass
class InMemoryStatsig:
    """`fault` is a name in FAULTS, `action_fault` one in ACTION_FAULTS.

    `autotunes` may contain duplicates; those in `late` and what is in `late_actions` are not committed yet.
    """

    fault: str = "created"
    autotunes: list[StoredAutotune] = field(default_factory=list)
    late: list[StoredAutotune] = field(default_factory=list)
    posts: int = 0
    action_fault: str = "done"
    late_actions: list[Callable[[], None]] = field(default_factory=list)
    puts: int = 0

    def open_transport(self, project: Project, deadline: Deadline) -> "_Transport":
        return _Transport(self, project.name, deadline)

    def commit_late(self) -> None:
        """Commits the late autotunes, except those whose name another program has taken by now."""
        self.autotunes += [autotune for autotune in self.late if not self.is_taken(autotune)]
        self.late.clear()
        for act in self.late_actions:
            act()
        self.late_actions.clear()

    def create_foreign(self, project: str, body: dict[str, Any]) -> None:
        """Another program creates an autotune, if the name is free."""
        created = StoredAutotune(project, body, foreign=True)
        if created.key not in [autotune.key for autotune in self.autotunes]:
            self.autotunes.append(created)

    def is_taken(self, created: StoredAutotune) -> bool:
        """Whether another program has the name. A duplicate of the desk's own is stored, so that tests can see it."""
        return created.key in [autotune.key for autotune in self.autotunes if autotune.foreign]

    def created_by_desk(self) -> list[StoredAutotune]:
        """The late ones included."""
        return [autotune for autotune in self.autotunes + self.late if not autotune.foreign]


class _Transport(HTTPAdapter):
    sent = True

    def __init__(self, statsig: InMemoryStatsig, project: str, deadline: Deadline) -> None:
        super().__init__()
        self._statsig, self._project, self._deadline = statsig, project, deadline

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.sent = self._deadline.left > 0
        if not self.sent:
            raise requests.ConnectTimeout
        respond = {"POST": self._post, "PUT": self._put, "GET": self._get}[str(request.method)]
        status, content = respond(request)
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.build_response(request, HTTPResponse(io.BytesIO(raw), status=status, preload_content=False))

    def _get(self, request: requests.PreparedRequest) -> tuple[int, Any]:
        autotunes = [autotune for autotune in self._statsig.autotunes if autotune.project == self._project]
        path, query = urlsplit(str(request.url)).path, urlsplit(str(request.url)).query
        if path.endswith("/autotunes"):
            return 200, {"data": self._page([autotune.data for autotune in autotunes], int(query.rpartition("=")[2]))}
        autotune_id = path.rpartition("/")[2]
        match = next(
            (autotune.data for autotune in autotunes if autotune.by_id and autotune.key[1] == autotune_id), None
        )
        return (200, {"data": match}) if match else (404, {"status": 404})

    def _page(self, autotunes: list[dict[str, Any]], page: int) -> list[dict[str, Any]]:
        if "long list" not in self._statsig.fault:
            return autotunes if page == 1 else []
        if page > 1:
            shorten(self._deadline, 0)
            raise requests.ReadTimeout
        return [{"id": "another"}]

    def _put(self, request: requests.PreparedRequest) -> tuple[int, Any]:
        autotune_id, action = urlsplit(str(request.url)).path.split("/")[-2:]
        autotune = next(one for one in self._statsig.autotunes if one.key == (self._project, autotune_id))
        is_done, response = ACTION_FAULTS[self._statsig.action_fault]
        self._statsig.puts += 1
        act = partial(autotune.act, action, request.body or b"")
        if is_done:
            act()
        elif is_done is None:
            self._statsig.late_actions.append(act)
        if response is None:
            raise requests.ReadTimeout
        if isinstance(response, bytes):
            return 200, response
        return (400, {"message": response}) if isinstance(response, str) else (response, {"message": "x"})

    def _post(self, request: requests.PreparedRequest) -> tuple[int, Any]:
        creates, response = FAULTS[self._statsig.fault]
        by_id = "not by id" not in self._statsig.fault
        created = StoredAutotune(self._project, json.loads(request.body or b""), by_id=by_id)
        self._statsig.posts += 1
        if self._statsig.is_taken(created):
            return 400, {"message": IN_USE}
        if creates:
            (self._statsig.late if "late" in self._statsig.fault else self._statsig.autotunes).append(created)
        if response is None:
            raise requests.ReadTimeout
        if isinstance(response, bytes):
            return 201, response
        if isinstance(response, str):
            return 400, {"message": response}
        return response, {"data": created.data} if response == 201 else {"message": "no"}
