"""The command `autotune-desk`."""

import os
from typing import Any

import click

from .. import __version__
from ..store import StoreError
from ..store.errors import describe
from .doctor import doctor
from .keys import keys
from .reconcile import reconcile
from .serve import serve
from .sessions import sessions

OLD_NAMES = {"settle": "reconcile"}  # of version 0.1, in scripts and timers


class _Commands(click.Group):
    """A database that fails ends each command with a sentence, not with a traceback."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, OLD_NAMES.get(cmd_name, cmd_name))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except StoreError as error:
            raise click.ClickException(describe(error)) from None


@click.group(cls=_Commands)
@click.version_option(__version__)
def commands() -> None:
    """The autotune desk: a form from which product managers create Statsig Autotunes."""
    os.umask(0o077)  # what the desk writes is for its own user alone


for _command in (serve, keys, sessions, reconcile, doctor):
    commands.add_command(_command)


def main() -> None:
    commands(prog_name="autotune-desk")
