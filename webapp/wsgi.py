"""The app for a WSGI server such as gunicorn: `webapp.wsgi:app`, with the start-up checks and logs of `serve`.

Importing this module starts the app, so each worker process must import it by itself (no `preload_app`).
"""

import atexit
import logging
import os

import click

from .cli.common import readable_errors
from .cli.deploy_checks import deploy_problems
from .cli.start import start_app
from .config import read_settings

BOOT_FAILED = 3  # with this exit status of a worker, gunicorn stops instead of starting another

os.umask(0o077)  # files are readable by this user only
try:
    with readable_errors():
        settings = read_settings(os.environ)
        app, close = start_app(settings)
except click.ClickException as error:
    error.show()
    raise SystemExit(BOOT_FAILED) from None

atexit.register(close)
for problem in deploy_problems(settings):
    logging.getLogger(__name__).warning("deploy check", extra={"problem": problem})
