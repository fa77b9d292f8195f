"""`autotune-desk doctor`: is the desk well? It reads Statsig's `/project` and the issuer's metadata, nothing else."""

from collections.abc import Iterator
from typing import NamedTuple

import click

from ..autotunes.services import SANDBOX, Desk
from ..config import ConfigError, Settings
from ..statsig import Deadline, Project, StatsigError
from ..store import StoreError
from ..store.errors import describe, missing_right
from ..store.migrate import NewerDatabase, is_current, is_known
from ..store.search import PG_TRGM, lacks_index
from .common import OTHER_KEY, closed_desk
from .deploy_checks import deploy_problems

PATIENCE = 10.0  # seconds for one answer of Statsig
UP_TO_DATE = "The database answers, and its tables are up to date."
NO_TABLES = "The database answers; its tables are made or brought up at the next start."
SLOW_SEARCH = f"Searches read the whole list, since an index is missing. As an administrator run: {'; '.join(PG_TRGM)}."


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
    if desk.settings.oidc_issuer:
        yield _issuer(desk.settings)
    database = list(_database(desk))
    yield from database
    if database[0].good:
        yield from _keys(desk, deploy)


def _issuer(settings: Settings) -> Finding:
    # Authlib takes a while to import, and only a desk with this login needs it.
    from ..auth.issuer import issuer_problem  # noqa: PLC0415

    problem = issuer_problem(settings)
    return Finding(not problem, problem or f"The login service at {settings.oidc_issuer} can be used.")


def _database(desk: Desk) -> Iterator[Finding]:
    """The first finding tells whether anything else can be looked at."""
    try:
        desk.store.ping()
        if not is_known(desk.store):
            yield Finding(False, str(NewerDatabase()))
            return
        current = is_current(desk.store)
        with desk.store.engine.connect() as connection:
            missing = missing_right(connection, current)
            slow = current and lacks_index(connection)
        desk.store.try_to_write()
    except StoreError as error:
        yield Finding(False, describe(error))
        return
    yield Finding(not missing, missing or (UP_TO_DATE if current else NO_TABLES))
    if slow:
        yield Finding(True, SLOW_SEARCH)


def _keys(desk: Desk, deploy: bool) -> Iterator[Finding]:
    kept = desk.store.has_keys()
    yield from (Finding(False, f"{problem} {OTHER_KEY}") for problem in (desk.unopened() if kept else ()))
    for project in desk.projects() if kept else desk.given() or [SANDBOX]:
        yield (Finding(not deploy, "No key: the desk runs in the sandbox.") if project.sandbox else _key(desk, project))


def _key(desk: Desk, project: Project) -> Finding:
    try:
        desk.statsig(project).check_key(Deadline(PATIENCE))
    except StatsigError as error:
        return Finding(False, f"The key “{project.name}” ({project.fingerprint}): {error}")
    return Finding(True, f"The key “{project.name}” ({project.fingerprint}) is accepted by {project.api_url}.")
