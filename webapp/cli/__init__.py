"""The command `autotune-desk`."""

import os

import click

from .. import __version__
from .doctor import doctor
from .keys import keys
from .serve import serve
from .sessions import sessions
from .settle import settle


@click.group()
@click.version_option(__version__)
def commands() -> None:
    """The autotune desk: a form from which product managers create Statsig Autotunes."""
    os.umask(0o077)  # what the desk writes is for its own user alone


for _command in (serve, keys, sessions, settle, doctor):
    commands.add_command(_command)


def main() -> None:
    commands(prog_name="autotune-desk")
