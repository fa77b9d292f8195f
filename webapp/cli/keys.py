"""`autotune-desk keys`: Statsig keys, stored encrypted in the database and never shown again."""

import re
import sys

import click

from ..autotunes.services import Services
from ..config import Secret
from ..config.parsers import api_key
from ..config.secret import looks_like_key
from ..statsig import Project
from ..store import StoredKey
from ..store import encrypted_keys as stored
from .common import open_services

_NAME = re.compile(r"(?!sandbox$|key-)[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}")


@click.group()
def keys() -> None:
    """Store the keys of named Statsig projects, encrypted."""


@keys.command("add")
@click.argument("name")
@click.argument("more", nargs=-1, metavar="")
@click.option("--replace", is_flag=True, help="Replace the key with a new one of the same Statsig project.")
def add(name: str, more: tuple[str, ...], replace: bool) -> None:
    """Ask for a key, or read it from standard input, and store it as NAME."""
    _check_name(name, bool(more))
    services = open_services()
    project = Project(name, _read_key(), services.settings.statsig_api_url)
    with services.store.write() as session:
        if stored.remove_key(session, name) and not replace:
            raise click.ClickException(f"there is already a key named “{name}”; use --replace to replace it.")
        session.add(_encrypted(services, project))
    click.echo(f"Stored the key for “{name}” ({project.fingerprint}).")


def _check_name(name: str, more: bool) -> None:
    """The messages do not contain the arguments: one may be the key."""
    if more or looks_like_key(name):
        raise click.ClickException(
            "the only argument is a name; the command prompts for the key, or reads it from standard input. "
            "If the command line contained a key, replace it in Statsig: command lines are logged."
        )
    if not _NAME.fullmatch(name):
        raise click.ClickException("a name has up to 60 letters, digits, spaces and . _ -, and is not “sandbox”.")


def _read_key() -> Secret:
    typed = click.prompt("Console key", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    try:
        key = api_key(typed)
    except ValueError as error:
        raise click.ClickException(f"{error}.") from None
    if key is None:
        raise click.ClickException("no key was entered.")
    return key


def _encrypted(services: Services, project: Project) -> StoredKey:
    return StoredKey(
        name=project.name,
        ciphertext=services.key_cipher.encrypt(project.key, project.api_url),
        fingerprint=project.fingerprint,
        api_url=project.api_url,
        added_at=services.clock(),
    )


@keys.command("list")
def list_() -> None:
    """List the names and fingerprints of the keys."""
    with open_services().store.read() as session:
        stored_keys = stored.all_keys(session)
    for key in stored_keys:
        click.echo(f"{key.name}  {key.fingerprint}  {key.api_url}")
    if not stored_keys:
        click.echo("No keys are stored.")


@keys.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Delete the key NAME."""
    with open_services().store.write() as session:
        removed = stored.remove_key(session, name)
    if not removed:
        raise click.ClickException(f"there is no key named “{name}”.")
    click.echo(f"Deleted the key for “{name}”.")


@keys.command("rotate")
def rotate() -> None:
    """Encrypt all stored keys again, with the first of ENCRYPTION_KEYS."""
    services = open_services()
    with services.store.write() as session:
        stored_keys = stored.all_keys(session)
        for key in stored_keys:
            services.key_cipher.reencrypt(key)
    count = "1 stored key" if len(stored_keys) == 1 else f"{len(stored_keys)} stored keys"
    click.echo(f"Encrypted {count} with the first of ENCRYPTION_KEYS.")
