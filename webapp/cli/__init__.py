"""The command `autotune-desk`."""

import os
from typing import Any

import click

from .. import __version__
from .common import readable_errors
from .doctor import doctor
from .files import draft, export
from .keys import keys
from .reconcile import reconcile
from .serve import serve
from .sessions import sessions

ALIASES = {"settle": "reconcile"}  # names of version 0.1, used in scripts and timers


class _Commands(click.Group):
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, ALIASES.get(cmd_name, cmd_name))

    def invoke(self, ctx: click.Context) -> Any:
        with readable_errors():
            return super().invoke(ctx)


@click.group(cls=_Commands)
@click.version_option(__version__)
def commands() -> None:
    """The autotune desk: a form from which product managers create Statsig Autotunes."""
    os.umask(0o077)  # files are readable by this user only


for _command in (serve, keys, sessions, reconcile, draft, export, doctor):
    commands.add_command(_command)


def main() -> None:
    commands(prog_name="autotune-desk")
