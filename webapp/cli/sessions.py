"""`autotune-desk sessions`."""

import click

from ..auth import end_sessions
from ..auth.permissions import clean_email
from .common import open_services


@click.group()
def sessions() -> None:
    """End the sessions of users."""


@sessions.command("end")
@click.argument("email", required=False)
@click.option("--all", "everyone", is_flag=True, help="End all sessions.")
def end(email: str | None, everyone: bool) -> None:
    """End the sessions of EMAIL, or of everyone. They can log in again, and what they typed is kept."""
    if everyone == bool(email):
        raise click.ClickException("use one email address, or --all.")
    if email and not clean_email(email):
        raise click.ClickException(f"“{email}” is not an email address.")
    count = end_sessions(open_services(), clean_email(email) if email else None)
    click.echo("Ended 1 session." if count == 1 else f"Ended {count} sessions.")
