"""`autotune-desk reconcile`."""

import click

from ..autotunes.reconcile import check_statsig, expire_claim
from ..autotunes.states import State
from ..contract.characters import spell_out
from ..store import queries
from .common import open_services


@click.command()
def reconcile() -> None:
    """Look up unconfirmed autotunes in Statsig. Nothing is sent; run it again after half a minute."""
    services = open_services()
    with services.store.read() as session:
        sending = queries.in_states(session, [State.SENDING])
    for record in sending:
        expire_claim(services, record)
    with services.store.read() as session:
        unconfirmed = queries.in_states(session, [State.UNKNOWN])
    for record in unconfirmed:
        check_statsig(services, record.id)
        with services.store.read() as session:
            after = queries.get(session, record.id)
        if after:
            click.echo(spell_out(f"{after.id}  {after.name}: {after.state}. {after.status_message}".rstrip()))
    if not unconfirmed:
        click.echo("No autotune is unconfirmed.")
