"""`autotune-desk doctor`. Reads Statsig's `/project` and the issuer's metadata, nothing else."""

from collections.abc import Iterator
from typing import NamedTuple

import click

from ..autotunes.projects import SANDBOX
from ..autotunes.services import Services
from ..config import ConfigError, Settings
from ..config.parsers import project_key
from ..forecast.status import NOT_INSTALLED
from ..statsig import Deadline, Project, StatsigError
from ..store import StoreError
from ..store.errors import describe, missing_right
from ..store.migrate import is_current, unsupported_reason
from ..store.search import PG_TRGM, lacks_index
from .common import OTHER_KEY, open_services
from .deploy_checks import deploy_problems

STATSIG_TIMEOUT = 10.0  # seconds
CURRENT = "The database works, and its tables are up to date."
NOT_CURRENT = "The database works; its tables are created or migrated at the next start."
SLOW_SEARCH = f"Searches are slow because an index is missing. As a database administrator run: {'; '.join(PG_TRGM)}."


class CheckResult(NamedTuple):
    ok: bool
    message: str


@click.command()
@click.option("--deploy", is_flag=True, help="Also check that the desk is safe for other people to use.")
def doctor(deploy: bool) -> None:
    """Check the settings, the database and the keys."""
    results = list(_check(deploy))
    for result in results:
        click.echo(f"{'ok  ' if result.ok else 'FAIL'}  {result.message}")
    if not all(result.ok for result in results):
        raise SystemExit(1)


def _check(deploy: bool) -> Iterator[CheckResult]:
    try:
        services = open_services(migrated=False)
    except ConfigError as error:
        yield from (CheckResult(False, line) for line in str(error).splitlines())
        return
    yield CheckResult(True, "The settings are valid.")
    if deploy:
        yield from (CheckResult(False, problem) for problem in deploy_problems(services.settings))
    if NOT_INSTALLED:
        yield CheckResult(True, NOT_INSTALLED)
    if services.settings.oidc_issuer:
        yield _check_issuer(services.settings)
    database = list(_check_database(services))
    yield from database
    if database[0].ok:
        yield from _check_keys(services, deploy)


def _check_issuer(settings: Settings) -> CheckResult:
    # Authlib takes a while to import, and only this login needs it.
    from ..auth.issuer import issuer_problem  # noqa: PLC0415

    problem = issuer_problem(settings)
    return CheckResult(not problem, problem or f"The login service at {settings.oidc_issuer} works.")


def _check_database(services: Services) -> Iterator[CheckResult]:
    """The keys can be checked if the first result is ok."""
    try:
        services.store.try_to_write()
        if reason := unsupported_reason(services.store):
            yield CheckResult(False, reason)
            return
        current = is_current(services.store)
        with services.store.engine.connect() as connection:
            missing = missing_right(connection, current)
            slow = current and lacks_index(connection)
    except StoreError as error:
        yield CheckResult(False, describe(error))
        return
    yield CheckResult(not missing, missing or (CURRENT if current else NOT_CURRENT))
    if slow:
        yield CheckResult(True, SLOW_SEARCH)


def _check_keys(services: Services, deploy: bool) -> Iterator[CheckResult]:
    projects = services.projects.from_settings() or [SANDBOX]
    if services.store.has_keys_table():
        projects = services.projects.all()
        for problem in services.projects.unreadable_keys():
            yield CheckResult(False, f"{problem} {OTHER_KEY}")
    for project in projects:
        if project.sandbox:
            yield CheckResult(not deploy, "No key: the desk runs in the sandbox.")
        else:
            yield _check_key(services, project)
    yield from _check_listed_projects(services.settings, projects)


def _check_listed_projects(settings: Settings, projects: list[Project]) -> Iterator[CheckResult]:
    """A misspelled name would restrict nothing."""
    known = {project_key(name) for name in (settings.statsig_project_name, *(project.name for project in projects))}
    for name in ("creators_by_project", "starters_by_project"):
        for project, _ in getattr(settings, name):
            if project_key(project) not in known:
                yield CheckResult(False, f"{name.upper()}: there is no Statsig project “{project}”.")


def _check_key(services: Services, project: Project) -> CheckResult:
    key = f"The key “{project.name}” ({project.fingerprint})"
    try:
        services.client(project).check_key(Deadline(STATSIG_TIMEOUT))
    except StatsigError as error:
        return CheckResult(False, f"{key}: {error}")
    return CheckResult(True, f"{key} is accepted by {project.api_url}.")
