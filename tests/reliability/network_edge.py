"""Statsig at the network's edge, without a network: it plays one fault, counts what reaches it, and may be late."""

import io
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from webapp.statsig import Deadline, Project

IN_USE = "Name is already in use"
# What becomes of a POST: (is it created, what is answered). `None` is an answer that never comes, a text why it is
# refused. What is created and refused was sent twice by a gateway. "Not by id": reads by id answer 404 for ever, and
# only the list has it. "Long list": it cannot be read to its end.
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
    "nothing, 500": (False, 500),
    "nothing, silence": (False, None),
    "nothing, redirect": (False, 302),
    "created, not by id, silence": (True, None),
    "created, not by id, 400 in use": (True, IN_USE),
    "created late, long list, silence": (True, None),
    "nothing, long list, silence": (False, None),
    "refused, 400": (False, 400),
    "refused, 400 in use": (False, IN_USE),
    "refused, 401": (False, 401),
    "refused, 429": (False, 429),
}


def statsig_id(name: str) -> str:
    """What this Statsig makes of a name: of characters that nobody foresees, something that nobody foresees."""
    return re.sub(r"[^a-z0-9_]", "_", name.lower())


@dataclass
class Kept:
    """What Statsig has. `foreign`: somebody else put it there, and not this desk; `by_id`: it is read by its id."""

    project: str
    body: dict[str, Any]
    foreign: bool = False
    by_id: bool = True

    @property
    def key(self) -> tuple[str, str]:
        return self.project, statsig_id(self.body["name"])

    @property
    def shown(self) -> dict[str, Any]:
        return {**self.body, "id": statsig_id(self.body["name"])}


@dataclass
class Edge:
    """`fault` is a name of FAULTS; `kept` is what Statsig has, duplicates and all; `late` comes to it later."""

    fault: str = "created"
    kept: list[Kept] = field(default_factory=list)
    late: list[Kept] = field(default_factory=list)
    posts: int = 0

    def open(self, project: Project, deadline: Deadline) -> "_Wire":
        return _Wire(self, project.name, deadline)

    def catch_up(self) -> None:
        """What was on its way arrives, unless somebody else was first."""
        self.kept += [each for each in self.late if not self.is_elsewhere(each)]
        self.late.clear()

    def create_elsewhere(self, project: str, body: dict[str, Any]) -> None:
        """By another program, where the name is still free."""
        made = Kept(project, body, foreign=True)
        if made.key not in [each.key for each in self.kept]:
            self.kept.append(made)

    def is_elsewhere(self, made: Kept) -> bool:
        """A name that another program took is refused; our own comes twice, so that it is seen."""
        return made.key in [each.key for each in self.kept if each.foreign]

    def ours(self) -> list[Kept]:
        """Whatever this desk brought about, arrived or on its way."""
        return [each for each in self.kept + self.late if not each.foreign]


class _Wire(HTTPAdapter):
    sent = True

    def __init__(self, edge: Edge, project: str, deadline: Deadline) -> None:
        super().__init__()
        self._edge, self._project, self._deadline = edge, project, deadline

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        status, content = self._post(request) if request.method == "POST" else self._get(request)
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.build_response(request, HTTPResponse(io.BytesIO(raw), status=status, preload_content=False))

    def _get(self, request: requests.PreparedRequest) -> tuple[int, Any]:
        has = [each for each in self._edge.kept if each.project == self._project]
        path, query = urlsplit(str(request.url)).path, urlsplit(str(request.url)).query
        if path.endswith("/autotunes"):
            return 200, {"data": self._page([each.shown for each in has], int(query.rpartition("=")[2]))}
        found = next((each.shown for each in has if each.by_id and each.key[1] == path.rpartition("/")[2]), None)
        return (200, {"data": found}) if found else (404, {"status": 404})

    def _page(self, has: list[dict[str, Any]], page: int) -> list[dict[str, Any]]:
        if "long list" not in self._edge.fault:
            return has if page == 1 else []
        if page > 1:
            self._deadline.shorten(0)
            raise requests.ReadTimeout
        return [{"id": "another"}]

    def _post(self, request: requests.PreparedRequest) -> tuple[int, Any]:
        created, answer = FAULTS[self._edge.fault]
        made = Kept(self._project, json.loads(request.body or b""), by_id="not by id" not in self._edge.fault)
        self._edge.posts += 1
        if self._edge.is_elsewhere(made):
            return 400, {"message": IN_USE}
        if created:
            (self._edge.late if "late" in self._edge.fault else self._edge.kept).append(made)
        if answer is None:
            raise requests.ReadTimeout
        if isinstance(answer, bytes):
            return 201, answer
        if isinstance(answer, str):
            return 400, {"message": answer}
        return answer, {"data": made.shown} if answer == 201 else {"message": "no"}
