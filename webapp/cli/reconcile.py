"""`autotune-desk reconcile`."""

import click

from ..autotunes.reconcile import check_statsig, expire_claim
from ..autotunes.states import State
from ..contract.characters import spell_out
from ..store import queries
from .common import open_desk


@click.command()
def reconcile() -> None:
    """Look up in Statsig whatever is unknown. It sends nothing; run it again half a minute later."""
    services = open_desk()
    with services.store.read() as session:
        sending = queries.in_states(session, [State.SENDING])
    for record in sending:
        expire_claim(services, record)
    with services.store.read() as session:
        unknown = queries.in_states(session, [State.UNKNOWN])
    for record in unknown:
        check_statsig(services, record.id)
        with services.store.read() as session:
            after = queries.get(session, record.id)
        if after:
            click.echo(spell_out(f"{after.id}  {after.name}: {after.state}. {after.status_message}".rstrip()))
    if not unknown:
        click.echo("Nothing is unknown.")
