"""The app for a WSGI server such as gunicorn: `webapp.wsgi:app`, with the start-up checks and logs of `serve`.

Importing this module starts the app, so each worker process must import it by itself (no `preload_app`).
"""

import atexit
import logging
import os

import click

from .cli.common import load_settings
from .cli.deploy_checks import deploy_problems
from .cli.start import start_app
from .store import StoreError
from .store.errors import describe

BOOT_FAILED = 3  # gunicorn stops, rather than start the worker again, for a worker that ends with this

os.umask(0o077)  # files are for this user alone
try:
    settings = load_settings()
    app, close = start_app(settings)
except (click.ClickException, StoreError) as error:
    click.echo(f"Error: {describe(error) if isinstance(error, StoreError) else error.message}", err=True)
    raise SystemExit(BOOT_FAILED) from None

atexit.register(close)
for problem in deploy_problems(settings):
    logging.getLogger(__name__).warning("deploy check", extra={"problem": problem})
