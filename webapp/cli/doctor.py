"""`autotune-desk doctor`: is the desk well? It reads Statsig's `/project` and the issuer's metadata, nothing else."""

from collections.abc import Iterator
from typing import NamedTuple

import click

from ..autotunes.services import SANDBOX, Services
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


class CheckResult(NamedTuple):
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


def _look(deploy: bool) -> Iterator[CheckResult]:
    try:
        services = closed_desk()
    except ConfigError as error:
        yield from (CheckResult(False, line) for line in str(error).splitlines())
        return
    yield CheckResult(True, "The settings can be used.")
    if deploy:
        yield from (CheckResult(False, problem) for problem in deploy_problems(services.settings))
    if services.settings.oidc_issuer:
        yield _issuer(services.settings)
    database = list(_database(services))
    yield from database
    if database[0].good:
        yield from _keys(services, deploy)


def _issuer(settings: Settings) -> CheckResult:
    # Authlib takes a while to import, and only a desk with this login needs it.
    from ..auth.issuer import issuer_problem  # noqa: PLC0415

    problem = issuer_problem(settings)
    return CheckResult(not problem, problem or f"The login service at {settings.oidc_issuer} can be used.")


def _database(services: Services) -> Iterator[CheckResult]:
    """The first finding tells whether anything else can be looked at."""
    try:
        services.store.ping()
        if not is_known(services.store):
            yield CheckResult(False, str(NewerDatabase()))
            return
        current = is_current(services.store)
        with services.store.engine.connect() as connection:
            missing = missing_right(connection, current)
            slow = current and lacks_index(connection)
        services.store.try_to_write()
    except StoreError as error:
        yield CheckResult(False, describe(error))
        return
    yield CheckResult(not missing, missing or (UP_TO_DATE if current else NO_TABLES))
    if slow:
        yield CheckResult(True, SLOW_SEARCH)


def _keys(services: Services, deploy: bool) -> Iterator[CheckResult]:
    kept = services.store.has_keys()
    yield from (CheckResult(False, f"{problem} {OTHER_KEY}") for problem in (services.unopened() if kept else ()))
    for project in services.projects() if kept else services.given() or [SANDBOX]:
        yield (
            CheckResult(not deploy, "No key: the desk runs in the sandbox.")
            if project.sandbox
            else _key(services, project)
        )


def _key(services: Services, project: Project) -> CheckResult:
    try:
        services.statsig(project).check_key(Deadline(PATIENCE))
    except StatsigError as error:
        return CheckResult(False, f"The key “{project.name}” ({project.fingerprint}): {error}")
    return CheckResult(True, f"The key “{project.name}” ({project.fingerprint}) is accepted by {project.api_url}.")
