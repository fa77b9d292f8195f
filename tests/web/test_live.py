"""What becomes of a created autotune in Statsig: on its page, in the list and as JSON."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.autotunes.scheduler import Scheduler
from webapp.autotunes.services import Services
from webapp.store import AutotuneRecord, queries

from ..conftest import CANARY, Clock
from ..fake_statsig import FakeStatsig
from ..forms import click_create, ready, text_of
from ..http_stub import Response
from ..list_page import rows, tabs
from .test_listing import add_rows
from .test_suggestions import wait_for_reads

DAY = timedelta(days=1).total_seconds()
ID = "button_color_test"


@pytest.fixture
def app(make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> Flask:
    return make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url, STATSIG_REQUEST_BUDGET="600")


def created(client: FlaskClient, **changed: str) -> str:
    address = ready(client, explorationWindow="168hr", **changed)
    click_create(client, address)
    return address


class Desk:
    """An autotune that was created, and what the pages say of it once Statsig was read."""

    def __init__(self, client: FlaskClient, services: Services, statsig: FakeStatsig, clock: Clock) -> None:
        self.client, self.services, self.statsig, self.clock = client, services, statsig, clock
        self.address = created(client)
        wait_for_reads(services)
        statsig.requests.clear()

    def change(self, **properties: Any) -> None:
        """Something happens in Statsig, and a minute later the page is opened."""
        wait_for_reads(self.services)
        self.clock.forward(1)
        self.statsig.autotunes[ID] |= {"lastModifiedTime": self.clock.now * 1000} | properties
        self.clock.forward(61)

    def page(self) -> str:
        self.client.get(self.address)
        wait_for_reads(self.services)
        return text_of(self.client.get(self.address).text)

    def live(self) -> dict[str, Any]:
        self.page()
        live: dict[str, Any] = self.client.get(f"{self.address}.json").get_json()["live"]
        return live

    def badges(self) -> str:
        """In the list."""
        wait_for_reads(self.services)
        return rows(self.client.get("/").text)[0][1]


@pytest.fixture
def desk(client: FlaskClient, services: Services, fake_statsig: FakeStatsig, clock: Clock) -> Desk:
    return Desk(client, services, fake_statsig, clock)


def test_started_autotune_explores_and_then_runs(desk: Desk, clock: Clock) -> None:
    assert "Created" in desk.badges()
    desk.change(isStarted=True)
    page = desk.page()
    assert "Exploring, day 1 of 7" in page
    assert "Started (done) 15 Jan 2027, 08:00 UTC" in page
    assert "Day 1 of 7, until 22 Jan 2027, 08:00 UTC" in page
    assert "It is running. Its results are in" in page
    assert "Seen in Statsig: started" in page
    assert desk.badges() == "Exploring, day 1 of 7"
    clock.forward(2 * DAY)
    assert desk.badges() == "Exploring, day 3 of 7"
    clock.forward(5 * DAY)
    assert "Until 22 Jan 2027" in desk.page()
    assert desk.badges() == "Running"
    assert tabs(desk.client.get("/").text)["Running"] == "1"
    assert tabs(desk.client.get("/").text)["Created"] == "0"
    assert rows(desk.client.get("/?state=running").text)
    assert rows(desk.client.get("/?q=button&state=running").text)


@pytest.mark.parametrize(
    ("modified_after", "hours", "badge", "step"),
    [
        (0, 72, "Exploring", "Started (done) Between 15 Jan 2027, 08:00 UTC and 18 Jan 2027, 08:00 UTC"),
        (60, 72, "Exploring, day 3 of 7", "Started (done) 15 Jan 2027, 08:01 UTC"),
        (0, 0.5, "Exploring, day 1 of 7", "Started (done) Between 15 Jan 2027, 08:00 UTC and 15 Jan 2027, 08:30 UTC"),
    ],
    ids=["modified before", "modified since", "looked at soon"],
)
def test_start_is_as_exact_as_it_is_known(
    desk: Desk, clock: Clock, modified_after: float, hours: float, badge: str, step: str
) -> None:
    """What was modified last when it was created was not its start."""
    modified = {"lastModifiedTime": (clock.now + modified_after) * 1000}
    desk.statsig.autotunes[ID] |= {"isStarted": True, **modified}
    clock.forward(hours * 3600)
    assert step in desk.page()
    assert desk.badges() == badge


def test_odd_items_of_the_list_do_not_stop_the_others(desk: Desk, clock: Clock) -> None:
    desk.statsig.autotunes[ID] |= {"isStarted": True}
    odd: list[Any] = [{"variants": 7}, {"winner": "blue"}, {"name": 3, "successEvent": []}, {"winner": {"name": []}}]
    odd += [{"isStarted": "yes", "variants": [7, {"json": 1}], "lastModifiedTime": "now"}]
    desk.statsig.autotunes |= {f"odd{number}": {"id": f"odd{number}", **item} for number, item in enumerate(odd)}
    desk.statsig.autotunes["no id"] = {"id": 7}
    clock.forward(61)
    desk.client.get("/")
    assert desk.badges() == "Exploring, day 1 of 7"


def test_answer_without_variants_is_not_called_as_requested(desk: Desk) -> None:
    desk.change(variants=7, winnerThreshold=None, isStarted="yes")
    page = desk.page()
    assert "Statsig returned too little to be compared with your request." in page
    assert "has what was requested" not in page
    assert desk.live()["differs"] is None


def test_snippet_has_the_event_that_counts_in_statsig(desk: Desk) -> None:
    desk.change(successEvent="add_to_cart")
    assert 'statsig.logEvent("add_to_cart")' in desk.page()


def test_winner_ends_it(desk: Desk) -> None:
    desk.change(isStarted=True)
    desk.page()
    desk.change(winner={"id": "v2", "name": "blue"})
    page = desk.page()
    assert "Winner: blue" in page
    assert "Everybody gets blue , the winner." in page
    assert desk.badges() == "Winner: blue"
    assert tabs(desk.client.get("/").text)["Ended"] == "1"
    live = desk.live()
    assert (live["label"], live["winner"], live["started"]) == ("Winner: blue", "blue", True)


def test_duration_is_not_made_up_where_nobody_saw_the_start(desk: Desk) -> None:
    desk.change(isStarted=True, winner={"id": "v2", "name": "blue"})
    page = desk.page()
    assert "Winner (done) blue, 15 Jan 2027, 08:01 UTC" in page
    assert "Started (done) As of 15 Jan 2027, 08:01 UTC" in page
    desk.change(winner={"id": "v1", "name": "red"})
    page = desk.page()
    assert "the winner is red" in page
    assert page.count("Seen in Statsig: started") == 1
    assert "It took" not in page


def test_change_in_the_console_is_shown_with_who_made_it(desk: Desk) -> None:
    desk.change(winnerThreshold="80%", lastModifierName="Dana")
    page = desk.page()
    assert "changed last by Dana" in page
    assert "Winner threshold 99% 80%" in page
    assert "Seen in Statsig: not as requested, last modified by Dana" in page
    assert desk.badges() == "Created Not as requested"
    desk.change(winnerThreshold="99%", lastModifierName="Dana")
    assert "Statsig has what was requested" in desk.page()
    assert desk.badges() == "Created"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (200, "Last changes there Dana, 15 Jan 2027, 08:00 UTC: Edited Autotune Experiment"),
        (403, "Who changed it could not be read from the audit log: The desk’s API key does not have permission"),
    ],
)
def test_audit_log_names_who_changed_it_where_it_may_be_read(desk: Desk, status: int, words: str) -> None:
    entry = {"date": "Fri Jan 15 2027", "time": "08:00:30 GMT+0000 (Coordinated Universal Time)"}
    entry |= {"updatedBy": "Dana", "changeLog": "Edited Autotune Experiment"}
    log = [entry | {"name": name} for name in ("Other", "Button Color Test")]
    desk.statsig.responder = lambda request: (status, {"data": log}) if "/audit_logs" in request.path else None
    desk.change(winnerThreshold="80%")
    desk.page()
    page = desk.page()
    assert words in page
    assert page.count("Edited Autotune Experiment") == (status == 200)


def test_targeting_that_was_added_in_the_console_is_a_difference(desk: Desk) -> None:
    everybody = {"name": "Everyone", "passPercentage": 100, "conditions": [{"type": "public"}]}
    desk.change(inlineTargetingRules=[everybody])
    assert "Statsig has what was requested" in desk.page()
    rule = {"name": "Germany", "passPercentage": 100, "conditions": [{"type": "country", "operator": "any"}]}
    desk.change(inlineTargetingRules=[rule])
    assert "Targeting all users" in desk.page()
    assert desk.badges() == "Created Not as requested"
    desk.change(inlineTargetingRules=[])
    assert "Statsig has what was requested" in desk.page()


def test_deleted_autotune_is_not_shown_as_one_that_exists(desk: Desk, clock: Clock) -> None:
    kept = desk.statsig.autotunes.pop(ID)
    clock.forward(61)
    page = desk.page()
    assert "Deleted in Statsig" in page
    assert "it was deleted there, which was noticed on 15 Jan 2027, 08:01 UTC" in page
    assert "Deleted (done) Noticed" in page
    assert "Exploring" not in page
    assert "Open in Statsig" not in page
    assert desk.badges() == "Deleted in Statsig"
    assert desk.live()["deleted_at"]
    desk.statsig.autotunes[ID] = kept
    clock.forward(61)
    assert "Seen in Statsig: it exists again" in desk.page()
    assert desk.badges() == "Created"


def test_reset_autotune_is_not_started_any_more(desk: Desk) -> None:
    desk.change(isStarted=True)
    desk.page()
    desk.change(isStarted=False)
    assert "Seen in Statsig: not started any more" in desk.page()
    assert desk.badges() == "Created"


def test_page_says_when_it_was_checked(desk: Desk, clock: Clock) -> None:
    assert "Checked 0 s ago" in desk.page()
    clock.forward(20)
    assert "Checked 20 s ago" in desk.page()
    assert desk.live()["age"] == 20


@pytest.mark.parametrize(
    ("response", "words"),
    [
        ((403, {}), "The desk’s API key does not have permission for this in Statsig."),
        ((429, {}), "Statsig is busy. Try again in 10 seconds."),
        ((500, {}), "Statsig returned an unexpected response (status 500)."),
    ],
    ids=str,
)
def test_failed_check_keeps_what_was_known_with_its_time(desk: Desk, response: Response, words: str) -> None:
    desk.change(isStarted=True)
    desk.page()
    desk.statsig.responder = lambda _: response
    desk.clock.forward(3600)
    page = desk.page()
    assert "Checked 1 h ago" in page
    assert f"It could not be checked again since 15 Jan 2027, 08:01 UTC : {words}" in page
    assert "Exploring, day 1 of 7" in page


def test_page_is_read_at_most_once_a_minute_by_all_copies(
    desk: Desk, make_app: Callable[..., Flask], fake_statsig: FakeStatsig
) -> None:
    other = make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url, STATSIG_REQUEST_BUDGET="600")
    desk.clock.forward(61)
    for _ in range(5):
        desk.page()
        other.test_client().get(desk.address)
        wait_for_reads(other.extensions["services"])
        desk.clock.forward(10)
    assert [request.path for request in fake_statsig.requests] == [f"/autotunes/{ID}"]


def test_page_does_not_wait_for_the_check(desk: Desk) -> None:
    desk.statsig.proceed.clear()
    assert "Created in Statsig" in text_of(desk.client.get(desk.address).text)
    desk.statsig.proceed.set()
    wait_for_reads(desk.services)


def test_running_autotunes_are_followed_without_a_page(desk: Desk) -> None:
    desk.change(isStarted=True)
    desk.page()
    desk.change(winner={"id": "v1", "name": "red"})
    desk.statsig.requests.clear()
    Scheduler(desk.services).run_once()
    assert [request.path for request in desk.statsig.requests] == ["/autotunes?limit=100&page=1"]
    assert record(desk).phase == "ended"


def test_running_autotune_that_is_deleted_is_noticed_without_a_page(desk: Desk) -> None:
    desk.change(isStarted=True)
    desk.page()
    del desk.statsig.autotunes[ID]
    desk.clock.forward(61)
    Scheduler(desk.services).run_once()
    assert desk.badges() == "Deleted in Statsig"


def record(desk: Desk) -> AutotuneRecord:
    with desk.services.store.read() as session:
        found = queries.get(session, desk.address.rpartition("/")[2])
    assert found
    return found


def test_nothing_is_read_while_nothing_runs(desk: Desk) -> None:
    desk.clock.forward(3600)
    Scheduler(desk.services).run_once()
    assert desk.statsig.requests == []


def test_thousand_running_autotunes_take_ten_reads_a_minute(
    services: Services, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    project = services.projects.all()[0].name
    add_rows(services, (_running(number, project) for number in range(1000)))
    fake_statsig.autotunes |= {f"a{number}": {"id": f"a{number}", "isStarted": True} for number in range(1050)}
    scheduler, minutes = Scheduler(services), []
    for _ in range(4):
        fake_statsig.requests.clear()
        for _ in range(6):
            scheduler.run_once()
            clock.forward(10)
        minutes.append(len(fake_statsig.requests))
    assert minutes == [10, 1, 10, 1]
    fake_statsig.autotunes["a7"]["winner"] = {"id": "x", "name": "x"}
    fake_statsig.autotunes["a1040"]["name"] = "The last one"
    for _ in range(2):
        scheduler.run_once()
        clock.forward(61)
    with services.store.read() as session:
        assert queries.get(session, f"{7:012x}").phase == "ended"  # type: ignore[union-attr]


def _running(number: int, project: str) -> dict[str, object]:
    return {
        "state": "created",
        "phase": "running",
        "project": project,
        "statsig_id": f"a{number}",
        "body": '{"name": "a", "variants": []}',
        "name": f"a{number}",
    }


def test_reconciler_settles_what_a_killed_process_left(
    client: FlaskClient, services: Services, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    address = ready(client)
    record_id = address.rpartition("/")[2]
    with services.store.write() as session:
        queries.update_if(
            session, record_id, state="sending", claim="c", claimed_at=clock.now, deadline_at=clock.now + 15
        )
    schedulers = [Scheduler(services), Scheduler(services)]
    for _ in range(30):
        for scheduler in schedulers:
            scheduler.run_once()
        clock.forward(10)
    with services.store.read() as session:
        assert queries.get(session, record_id).state == "ready"  # type: ignore[union-attr]
    looked_up = [request for request in fake_statsig.requests if request.path == f"/autotunes/{ID}"]
    assert 2 <= len(looked_up) <= 10
    assert fake_statsig.posts == []


def test_list_of_statsig_is_read_when_the_list_is_opened(desk: Desk) -> None:
    desk.change(isStarted=True)
    desk.client.get("/")
    wait_for_reads(desk.services)
    assert desk.badges() == "Exploring, day 1 of 7"
    assert len(desk.statsig.requests) == 1
