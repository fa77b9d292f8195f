"""The timeouts as numbers, and how much clocks may differ."""

import pytest
from flask.testing import FlaskClient

from webapp.autotunes import reconcile, services, states
from webapp.autotunes.approval import MAX_REASON
from webapp.autotunes.services import Services

from .conftest import Scene
from .polling import CLAIM_EXPIRED, ERROR, visit
from .test_claim_expiry import held_create

CLOCK_SKEW = 5.0  # seconds that clocks may differ by


@pytest.mark.parametrize(
    ("what", "design"),
    [
        (states.CREATE_TIMEOUT, 15),
        (states.CLAIM_SECONDS, 60),
        (states.GRACE_SECONDS, 60),
        (states.RECHECK_SECONDS, 30),
        (reconcile.CLOCK_SKEW, CLOCK_SKEW),
        (services.READERS, 4),
        (MAX_REASON, 1000),
    ],
)
def test_timeouts_are_the_documented_ones(what: float, design: float) -> None:
    assert what == design


def test_small_clock_setback_keeps_the_send_running(scene: Scene, client: FlaskClient) -> None:
    with held_create(scene, client) as (address, _):
        assert "The request was sent to Statsig" in visit(scene, address, -CLOCK_SKEW)
        assert CLAIM_EXPIRED in visit(scene, address, -1)


def test_deadline_slightly_in_the_future_is_accepted(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR)
    believed = scene.row(address).deadline_at
    visit(scene, address, -CLOCK_SKEW)
    assert scene.row(address).deadline_at == believed
    visit(scene, address, -1)
    assert scene.row(address).deadline_at == scene.clock.now + states.CREATE_TIMEOUT


def test_address_is_short(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR)
    assert len(address.rpartition("/")[2]) == 12  # signs, of 48 bits


def test_number_of_create_slots_is_the_setting(scene: Scene) -> None:
    there = scene.services
    assert isinstance(there, Services)
    taken = [there.creates.acquire() for _ in range(there.settings.create_slots + 1)]
    for was_free in taken:
        if was_free:
            there.creates.release()
    assert taken == [True] * there.settings.create_slots + [False]
