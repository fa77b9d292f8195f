"""The autotune desk: a form from which product managers create Statsig Autotunes."""

import os
import time
from collections.abc import Callable

from flask import Flask

from . import auth, web
from .autotunes.services import Services
from .config import Settings, read_settings
from .forecast.queue import ForecastQueue
from .paths import STATIC, TEMPLATES

__version__ = "0.2.0.dev0"


def create_app(settings: Settings | None = None, clock: Callable[[], float] = time.time) -> Flask:
    """The one place that knows every part. Without settings it reads the environment; may raise ConfigError."""
    settings = settings or read_settings(os.environ)
    app = Flask(__name__, template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.extensions["services"] = Services.open(settings, clock)
    app.extensions["forecasts"] = ForecastQueue()
    auth.init_app(app, settings)
    web.init_app(app, settings)
    return app
