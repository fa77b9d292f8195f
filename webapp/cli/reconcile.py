"""`autotune-desk reconcile`."""

import click

from ..autotunes.action_settling import settle_actions
from ..autotunes.action_words import noun
from ..autotunes.reconcile import check_statsig, expire_claim
from ..autotunes.services import Services
from ..autotunes.states import State
from ..contract.characters import spell_out
from ..store import ActionRecord, action_queries, queries
from .common import open_services


@click.command()
def reconcile() -> None:
    """Look up unconfirmed autotunes, starts and decisions in Statsig. Nothing is sent; run it again after 30 s."""
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
    actions = settle_actions(services)
    for action in actions:
        click.echo(spell_out(_result(services, action)))
    if not (unconfirmed or actions):
        click.echo("No autotune is unconfirmed.")


def _result(services: Services, action: ActionRecord) -> str:
    with services.store.read() as session:
        record = queries.get(session, action.autotune_id)
        after = action_queries.get(session, action.autotune_id, action.number) or action
    name = record.name if record else ""
    return f"{after.autotune_id}  {name}, {noun(after)}: {after.state}. {after.status_message}".rstrip()
