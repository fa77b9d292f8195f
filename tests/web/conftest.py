"""Two people whose requests come through a proxy: for a desk with PROXY_SETTINGS."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ..auth.fixtures import ANNA, BEN, behind_proxy


@pytest.fixture
def anna(app: Flask) -> FlaskClient:
    return behind_proxy(app, ANNA)


@pytest.fixture
def ben(app: Flask) -> FlaskClient:
    return behind_proxy(app, BEN)
