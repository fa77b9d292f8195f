"""`autotune-desk sessions`: who is logged in ceases to be."""

import click

from ..auth import end_sessions
from ..auth.permissions import clean_email
from .common import open_desk


@click.group()
def sessions() -> None:
    """End the logins of people."""


@sessions.command("end")
@click.argument("email", required=False)
@click.option("--all", "everybody", is_flag=True, help="End the logins of everybody.")
def end(email: str | None, everybody: bool) -> None:
    """End the logins of EMAIL, or of everybody. What they typed stays, and they may log in again."""
    if everybody == bool(email):
        raise click.ClickException("give one e-mail address, or --all.")
    if email and not clean_email(email):
        raise click.ClickException(f"“{email}” is not an e-mail address.")
    count = end_sessions(open_desk(), clean_email(email) if email else None)
    click.echo("Ended 1 login." if count == 1 else f"Ended {count} logins.")
