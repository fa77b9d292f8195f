"""The request of a create, as Statsig gets it."""

from flask.testing import FlaskClient

from .conftest import CANARY
from .fake_statsig import FakeStatsig
from .forms import click_create, ready


def test_body_contains_exactly_what_was_filled_in(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    page = click_create(client, ready(client))
    assert "Created in Statsig" in page.text
    (sent,) = fake_statsig.posts
    assert sent.json == {
        "name": "Button Color Test",
        "description": "Which color button gets the most clicks.",
        "variants": [{"name": "red", "json": {"color": "red"}}, {"name": "blue", "json": {"color": "blue"}}],
        "successEvent": "click",
        "explorationWindow": "1hr",
        "attributionWindow": "2hr",
        "winnerThreshold": "99%",
    }
    assert sent.headers["statsig-api-key"] == CANARY
    assert sent.headers["x-respect-review-settings"] == "true"
