"""The served process is killed 200 times while it creates: nothing acknowledged is lost, nothing is created twice."""

import random
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
import requests

from ..upstream import Answer, Request, serving
from .served import Served, Visitor

pytestmark = pytest.mark.soak
KILLS = 200
SETTLED = 140  # seconds after which two visits settle whatever is unknown
ENDS = {"created", "ready", "draft"}


def _press(visitor: Visitor, path: str) -> None:
    try:
        visitor.press(path)
    except requests.RequestException:
        return  # the process was killed under the visitor


def _slow(request: Request) -> Answer | None:
    time.sleep(0.03)
    return None


def test_two_hundred_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(4)
    with serving() as upstream:
        upstream.answer = _slow
        desk = Served(tmp_path, upstream.url)
        paths = [_one_kill(desk, number, chance) for number in range(KILLS)]
        desk.start()
        states = _settle(Visitor(desk.url), paths)
        desk.stop()
        created = Counter(post.json["name"] for post in upstream.posts)
    _report(capsys, states, created)
    assert set(states.values()) <= ENDS
    assert max(created.values()) == 1, "created twice"
    for number, path in enumerate(paths):
        assert (states[path] == "created") == (created[f"Kill {number}"] == 1), path


def _one_kill(desk: Served, number: int, chance: random.Random) -> str:
    """Writes one, presses, and kills the desk somewhere between the press and its answer."""
    desk.start()
    visitor = Visitor(desk.url)
    path = visitor.write(f"Kill {number}")
    press = threading.Thread(target=_press, args=(visitor, path))
    press.start()
    time.sleep(chance.uniform(0, 0.15))
    desk.kill()
    press.join()
    return path


def _settle(visitor: Visitor, paths: list[str]) -> dict[str, str]:
    for wait in (SETTLED, 31):
        time.sleep(wait)
        for path in paths:
            assert visitor.get(path).status_code == 200, f"{path} was acknowledged and is lost"
            time.sleep(0.05)
    return {path: visitor.get(f"{path}.json").json()["state"] for path in paths}


def _report(capsys: pytest.CaptureFixture[str], states: dict[str, str], created: Counter[str]) -> None:
    lost, twice = KILLS - len(states), sum(count > 1 for count in created.values())
    with capsys.disabled():
        print(f"\n{KILLS} kills: {dict(Counter(states.values()))}, created twice {twice}, lost {lost}")
