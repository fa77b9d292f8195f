"""`doctor --deploy` fails on each bad setting, one by one, and on nothing else."""

from pathlib import Path

import pytest

from webapp.cli.deploy import deploy_problems
from webapp.config import Settings, read_settings

from .test_commands import run

GOOD = {
    "HOST": "127.0.0.1",
    "PUBLIC_URL": "https://desk.example.com",
    "OIDC_ISSUER": "https://login.example.com",
    "OIDC_CLIENT_ID": "desk",
    "OIDC_CLIENT_SECRET": "a-secret-that-the-issuer-gave-to-the-desk",
    "ALLOWED_EMAIL_DOMAINS": "example.com",
    "STATSIG_API_KEY": "console-1234567890",
}
NO_LOGIN = {name: "" for name in GOOD if name.startswith(("OIDC", "ALLOWED", "PUBLIC"))}


def _settings(folder: Path, **changed: str) -> Settings:
    folder.mkdir(mode=0o700)
    return read_settings({"DATA_DIR": str(folder), **GOOD, **changed})


def test_a_good_desk_has_no_problem(tmp_path: Path) -> None:
    assert list(deploy_problems(_settings(tmp_path / "desk"))) == []


@pytest.mark.parametrize(
    ("changed", "first_words"),
    [
        (NO_LOGIN, ["Nobody has to log in", "PUBLIC_URL"]),
        ({"PUBLIC_URL": "http://localhost:8000"}, ["PUBLIC_URL"]),
        ({"OIDC_ISSUER": "http://localhost:9000"}, ["OIDC_ISSUER"]),
        ({"ALLOWED_EMAIL_DOMAINS": "*"}, ["ALLOWED_EMAIL_DOMAINS"]),
        ({"STATSIG_API_URL": "http://localhost:9000"}, ["STATSIG_API_URL"]),
        ({"RESPECT_REVIEW_SETTINGS": ""}, ["RESPECT_REVIEW_SETTINGS"]),
        ({"RESPECT_REVIEW_SETTINGS": "false"}, ["RESPECT_REVIEW_SETTINGS"]),
        ({"SESSION_IDLE_MINUTES": "481"}, ["SESSION_IDLE_MINUTES"]),
        ({"SESSION_HOURS": "25"}, ["SESSION_HOURS"]),
    ],
)
def test_each_bad_setting_is_named(tmp_path: Path, changed: dict[str, str], first_words: list[str]) -> None:
    problems = list(deploy_problems(_settings(tmp_path / "desk", **changed)))
    assert [problem.split(":")[0].split(".")[0] for problem in problems] == first_words


def test_files_that_others_can_read_are_named(tmp_path: Path) -> None:
    settings = _settings(tmp_path / "desk")
    (tmp_path / "desk" / "secrets.env").chmod(0o640)
    assert ["secrets.env" in problem for problem in deploy_problems(settings)] == [True]


def test_the_command_fails_in_the_sandbox_and_says_so(tmp_path: Path) -> None:
    result = run(tmp_path, "doctor", "--deploy")
    assert result.exit_code == 1
    assert "BAD   No key: the desk runs in the sandbox." in result.stdout
    assert "BAD   Nobody has to log in." in result.stdout


def test_what_the_desk_writes_is_for_its_own_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    run(folder, "keys", "list")
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in [folder, *folder.iterdir()]}
    assert all(mode in ("0o600", "0o700") for mode in modes.values()), modes
