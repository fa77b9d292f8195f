"""`autotune-desk draft` and `export`: request bodies as files, for engineers."""

import secrets
from typing import TextIO

import click

from ..auth.permissions import clean_email
from ..autotunes.drafts import (
    NAME_TAKEN,
    Submission,
    find_reserved_name,
    page_address,
    policy_for,
    request_text,
    save,
    stored_form,
)
from ..autotunes.projects import choose_project
from ..autotunes.services import Services
from ..autotunes.states import COMMAND_LINE
from ..contract.characters import spell_out
from ..contract.errors import FieldError, json_path
from ..contract.form import AutotuneForm
from ..contract.json_input import JsonError, read_json
from ..contract.limits import MAX_BODY
from ..contract.request_body import form_from_body
from ..store import queries
from .common import open_services


@click.command()
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@click.option("--project", default="", help="The Statsig project to create it in, if there are several.")
@click.option("--author", default="", help="The email address of its author, who does not approve it.")
def draft(file: TextIO, project: str, author: str) -> None:
    """Save the request body in FILE as a draft that is ready to review; - is standard input.

    Nothing is saved if the form would show an error, and nothing is sent.
    """
    services = open_services()
    form = _read(services, file)
    chosen, actor = _choose_project(services, project), _choose_author(services, author)
    with services.store.read() as session:
        if find_reserved_name(session, chosen, str(form.name.data), None):
            raise _not_valid([NAME_TAKEN])
    token = secrets.token_urlsafe(16)
    record = save(services, None, Submission(form, 0, chosen, actor, check=True, token=token, key=token))
    click.echo(f"{record.id}  {page_address(services, record)}")


def _read(services: Services, file: TextIO) -> AutotuneForm:
    try:
        body = read_json(file.read(), MAX_BODY)
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name} is not text in UTF-8.") from None
    except JsonError as error:
        raise click.ClickException(f"{file.name} is not JSON: {error}.") from None
    form = form_from_body(body)
    if not isinstance(body, dict):
        raise _not_valid(list(form.type_errors))
    if not services.policy.validate(form):
        raise _not_valid(form.error_list())
    return form


def _choose_project(services: Services, name: str) -> str:
    projects = services.projects.all()
    if chosen := choose_project(projects, name):
        return chosen
    names = ", ".join(project.name for project in projects)
    problem = f"there is no Statsig project “{name}”; " if name else ""
    raise click.ClickException(f"{problem}choose a Statsig project with --project: {names}.")


def _choose_author(services: Services, author: str) -> str:
    """With approval, someone else has to create it."""
    email = clean_email(author)
    if author and not email:
        raise click.ClickException("--author is not an email address.")
    if services.settings.require_approval and not email:
        raise click.ClickException("name the author with --author: someone else has to approve it.")
    return email or COMMAND_LINE


def _not_valid(errors: list[FieldError]) -> click.ClickException:
    lines = (f"{json_path(error.field)}: {error.message}" if error.field else error.message for error in errors)
    return click.ClickException("\n".join(["this is not a valid autotune:", *map(spell_out, lines)]))


@click.command()
@click.argument("autotune_id", metavar="ID")
def export(autotune_id: str) -> None:
    """Print the request body of the autotune ID: what was sent, or what would be."""
    services = open_services()
    with services.store.read() as session:
        record = queries.get(session, autotune_id)
    if record is None:
        raise click.ClickException("there is no such autotune: use the ID in the address of its page.")
    if not record.form_data:
        raise click.ClickException("its form was deleted, 30 days after it was discarded.")
    if text := request_text(services, record):
        click.echo(text)
        return
    form = stored_form(record)
    policy_for(services, record).validate(form)
    raise _not_valid(form.error_list())
