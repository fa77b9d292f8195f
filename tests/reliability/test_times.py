"""The timeouts as numbers, and how much clocks may differ."""

import pytest
from flask.testing import FlaskClient

from webapp.autotunes import reconcile, services, states
from webapp.autotunes.approval import MAX_REASON
from webapp.autotunes.services import Services

from .conftest import Desk
from .polling import CLAIM_EXPIRED, ERROR, visit
from .test_claim_expiry import pending_create

CLOCK_SKEW = 5.0  # seconds: how much clocks may differ


@pytest.mark.parametrize(
    ("value", "documented"),
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
def test_timeouts_are_the_documented_ones(value: float, documented: float) -> None:
    assert value == documented


def test_small_clock_setback_keeps_the_send_running(desk: Desk, client: FlaskClient) -> None:
    with pending_create(desk, client) as (address, _):
        assert "The request was sent to Statsig" in visit(desk, address, -CLOCK_SKEW)
        assert CLAIM_EXPIRED in visit(desk, address, -1)


def test_deadline_slightly_in_the_future_is_accepted(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    deadline_at = desk.row(address).deadline_at
    visit(desk, address, -CLOCK_SKEW)
    assert desk.row(address).deadline_at == deadline_at
    visit(desk, address, -1)
    assert desk.row(address).deadline_at == desk.clock.now + states.CREATE_TIMEOUT


def test_address_is_short(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    assert len(address.rpartition("/")[2]) == 12  # characters, with 48 random bits


def test_number_of_create_slots_is_the_setting(desk: Desk) -> None:
    desk_services = desk.services
    assert isinstance(desk_services, Services)
    acquired = [desk_services.creates.acquire() for _ in range(desk_services.settings.create_slots + 1)]
    for is_acquired in acquired:
        if is_acquired:
            desk_services.creates.release()
    assert acquired == [True] * desk_services.settings.create_slots + [False]
