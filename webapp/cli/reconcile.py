"""`autotune-desk settle`."""

import click

from ..autotunes.reconcile import lapse, look_up
from ..autotunes.states import State
from ..contract.characters import spell_out
from ..store import queries
from .common import open_desk


@click.command()
def settle() -> None:
    """Look up in Statsig whatever is unknown. It sends nothing; run it again half a minute later."""
    desk = open_desk()
    with desk.store.read() as session:
        sending = queries.in_states(session, [State.SENDING])
    for record in sending:
        lapse(desk, record.id)
    with desk.store.read() as session:
        unknown = queries.in_states(session, [State.UNKNOWN])
    for record in unknown:
        look_up(desk, record)
        with desk.store.read() as session:
            after = queries.get(session, record.id)
        if after:
            click.echo(spell_out(f"{after.id}  {after.name}: {after.state}. {after.notice}".rstrip()))
    if not unknown:
        click.echo("Nothing is unknown.")
