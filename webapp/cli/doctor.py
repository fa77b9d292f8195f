"""`autotune-desk doctor`: is the desk well? It reads Statsig's `/project` and nothing else."""

from collections.abc import Iterator
from typing import NamedTuple

import click
from sqlalchemy import text

from ..autotunes import SANDBOX, Desk
from ..config import ConfigError
from ..statsig import Deadline, Project, StatsigError
from ..store import KeyUnreadable, StoreError
from ..store.migrate import is_current
from .deploy import deploy_problems
from .start import closed_desk

PATIENCE = 10.0  # seconds for one answer of Statsig


class Finding(NamedTuple):
    good: bool
    words: str


@click.command()
@click.option("--deploy", is_flag=True, help="Also check what must hold before other people come in.")
def doctor(deploy: bool) -> None:
    """Check the settings, the database and the keys."""
    findings = list(_look(deploy))
    for finding in findings:
        click.echo(f"{'good' if finding.good else 'BAD '}  {finding.words}")
    if not all(finding.good for finding in findings):
        raise SystemExit(1)


def _look(deploy: bool) -> Iterator[Finding]:
    try:
        desk = closed_desk()
    except ConfigError as error:
        yield from (Finding(False, line) for line in str(error).splitlines())
        return
    yield Finding(True, "The settings can be used.")
    if deploy:
        yield from (Finding(False, problem) for problem in deploy_problems(desk.settings))
    database = _database(desk)
    yield database
    if database.good:
        yield from _keys(desk, deploy)


def _database(desk: Desk) -> Finding:
    try:
        with desk.store.read() as session:
            session.execute(text("SELECT 1"))
        if not is_current(desk.store):
            return Finding(True, "The database answers; its tables are made or brought up at the next start.")
    except StoreError as error:
        return Finding(
            False, f"The database does not answer ({type(error).__name__}); check DATABASE_URL and DATA_DIR."
        )
    return Finding(True, "The database answers, and its tables are up to date.")


def _keys(desk: Desk, deploy: bool) -> Iterator[Finding]:
    try:
        projects = desk.projects() if is_current(desk.store) else desk.given() or [SANDBOX]
    except KeyUnreadable as error:
        yield Finding(False, f"{error} Add the encryption key that it was kept with, or keep the key anew.")
        return
    for project in projects:
        yield (Finding(not deploy, "No key: the desk runs in the sandbox.") if project.sandbox else _key(desk, project))


def _key(desk: Desk, project: Project) -> Finding:
    try:
        desk.statsig(project).check_key(Deadline(PATIENCE))
    except StatsigError as error:
        return Finding(False, f"The key “{project.name}” ({project.fingerprint}): {error}")
    return Finding(True, f"The key “{project.name}” ({project.fingerprint}) is accepted by {project.api_url}.")
