"""`autotune-desk keys`: Statsig keys kept encrypted in the database. None is ever shown again."""

import re
import sys

import click

from ..autotunes.services import Services
from ..config import Secret
from ..config.secret import may_be_a_key
from ..config.values import api_key
from ..statsig import fingerprint
from ..store import KeyUnreadable, StoredKey
from ..store import encrypted_keys as stored
from .common import open_desk

_NAME = re.compile(r"(?!sandbox$|key-)[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}")


@click.group()
def keys() -> None:
    """Keep the keys of named Statsig projects, encrypted."""


@keys.command("add")
@click.argument("name")
@click.argument("more", nargs=-1, metavar="")
@click.option("--replace", is_flag=True, help="Put a new key of the same Statsig project in place of the old one.")
def add(name: str, more: tuple[str, ...], replace: bool) -> None:
    """Ask for a key, or read it from standard input, and keep it as NAME."""
    _check_name(name, bool(more))
    services = open_desk()
    key = _ask()
    with services.store.write() as session:
        if stored.remove_key(session, name) and not replace:
            raise click.ClickException(f"there is a key named “{name}”; --replace puts a new one in its place.")
        stored.add_key(session, _sealed(services, name, key))
    click.echo(f"Kept the key of “{name}” ({fingerprint(services.settings.statsig_api_url, key)}).")


def _check_name(name: str, more: bool) -> None:
    """No sentence repeats what was given: it may be the key."""
    if more or may_be_a_key(name):
        raise click.ClickException(
            "give a name alone: the key is asked for, and is read from nowhere else. "
            "If one stands on this command line, make a new one in Statsig: command lines are kept."
        )
    if not _NAME.fullmatch(name):
        raise click.ClickException("a name has up to 60 letters, digits, spaces and . _ -, and is not “sandbox”.")


def _shown(name: str) -> str:
    return "(looks like a key)" if may_be_a_key(name) else f"“{name}”"


def _ask() -> Secret:
    typed = click.prompt("Console key", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    try:
        key = api_key(typed)
    except ValueError as error:
        raise click.ClickException(f"{error}.") from None
    if key is None:
        raise click.ClickException("no key was given.")
    return key


def _sealed(services: Services, name: str, key: Secret) -> StoredKey:
    url = services.settings.statsig_api_url
    return StoredKey(
        name=name,
        ciphertext=services.key_cipher.lock(key, url),
        fingerprint=fingerprint(url, key),
        api_url=url,
        added_at=services.clock(),
    )


@keys.command("list")
def list_() -> None:
    """List the names and fingerprints of the keys."""
    with open_desk().store.read() as session:
        found = stored.all_keys(session)
    for each in found:
        click.echo(f"{_shown(each.name).strip('“”')}  {each.fingerprint}  {each.api_url}")
    if not found:
        click.echo("No keys are stored.")


@keys.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Forget the key NAME."""
    with open_desk().store.write() as session:
        found = stored.remove_key(session, name)
    if not found:
        raise click.ClickException(f"there is no key named {_shown(name)}.")
    click.echo(f"Forgot the key of {_shown(name)}.")


@keys.command("rotate")
def rotate() -> None:
    """Encrypt all stored keys anew, with the first of ENCRYPTION_KEYS."""
    services = open_desk()
    try:
        with services.store.write() as session:
            found = stored.all_keys(session)
            for each in found:
                services.key_cipher.relock(each)
    except KeyUnreadable as error:
        raise click.ClickException(str(error)) from None
    keys = "1 stored key" if len(found) == 1 else f"{len(found)} stored keys"
    click.echo(f"Encrypted {keys} with the first of ENCRYPTION_KEYS.")
