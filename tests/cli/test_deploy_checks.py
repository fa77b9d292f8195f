"""`doctor --deploy` fails for each unsafe setting and for nothing else."""

import subprocess
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from webapp.cli.deploy_checks import deploy_problems
from webapp.config import Settings, read_settings

from .test_commands import run

RANDOM = "0123456789abcdef0123456789abcdef"

SAFE = {
    "HOST": "127.0.0.1",
    "PUBLIC_URL": "https://desk.example.com",
    "OIDC_ISSUER": "https://login.example.com",
    "OIDC_CLIENT_ID": "desk",
    "OIDC_CLIENT_SECRET": "a-secret-that-the-issuer-gave-to-the-desk",
    "ALLOWED_EMAIL_DOMAINS": "example.com",
    "STATSIG_API_KEY": "console-1234567890",
}
NO_LOGIN = {name: "" for name in SAFE if name.startswith(("OIDC", "ALLOWED", "PUBLIC"))}
NO_OIDC = {name: "" for name in SAFE if name.startswith(("OIDC", "ALLOWED"))}
PROXY = {**NO_OIDC, "PROXY_USER_HEADER": "X-Auth-Email", "PROXY_SECRET": RANDOM}


def _settings(folder: Path, **changed: str) -> Settings:
    folder.mkdir(mode=0o700)
    return read_settings({"DATA_DIR": str(folder), **SAFE, **changed})


def test_safe_settings_have_no_problems(tmp_path: Path) -> None:
    assert list(deploy_problems(_settings(tmp_path / "desk"))) == []


@pytest.mark.parametrize(
    "changed",
    [
        {**PROXY, "ALLOWED_EMAIL_DOMAINS": "example.com"},
        {**PROXY, "ALLOWED_GROUPS": "desk"},
        {**PROXY, "ALLOWED_EMAIL_DOMAINS": "*", "ALLOWED_GROUPS": "desk"},
        {"HOST": "::1"},
        {"HOST": "10.0.0.7"},  # an address that only the proxy can reach
        {"HOST": "desk-behind-the-proxy"},
        {"SECRET_KEY": RANDOM},
        {"ENCRYPTION_KEYS": Fernet.generate_key().decode()},
        {"DATABASE_URL": "sqlite:////somewhere/that/is/not/there.db"},
        {"DATABASE_URL": "postgresql+psycopg://desk:x@localhost/desk"},
    ],
)
def test_other_safe_settings_have_no_problems(tmp_path: Path, changed: dict[str, str]) -> None:
    assert list(deploy_problems(_settings(tmp_path / "desk", **changed))) == []


@pytest.mark.parametrize(
    ("changed", "prefixes"),
    [
        (NO_LOGIN, ["There is no login", "PUBLIC_URL"]),
        ({"PUBLIC_URL": "http://localhost:8000"}, ["PUBLIC_URL"]),
        ({"OIDC_ISSUER": "http://localhost:9000"}, ["OIDC_ISSUER"]),
        ({"ALLOWED_EMAIL_DOMAINS": "*"}, ["ALLOWED_EMAIL_DOMAINS"]),
        ({"STATSIG_API_URL": "http://localhost:9000"}, ["STATSIG_API_URL"]),
        ({"RESPECT_REVIEW_SETTINGS": ""}, ["RESPECT_REVIEW_SETTINGS"]),
        ({"RESPECT_REVIEW_SETTINGS": "false"}, ["RESPECT_REVIEW_SETTINGS"]),
        ({"SESSION_IDLE_MINUTES": "481"}, ["SESSION_IDLE_MINUTES"]),
        ({"SESSION_HOURS": "25"}, ["SESSION_HOURS"]),
        ({"ALLOWED_EMAIL_DOMAINS": "example.com, *"}, ["ALLOWED_EMAIL_DOMAINS"]),
        (PROXY, ["ALLOWED_EMAIL_DOMAINS"]),
        ({**PROXY, "ALLOWED_EMAIL_DOMAINS": "*"}, ["ALLOWED_EMAIL_DOMAINS"]),
        ({"HOST": "0.0.0.0"}, ["HOST"]),
        ({"HOST": "::"}, ["HOST"]),
        ({"HOST": "0"}, ["HOST"]),
        ({"HOST": "[::]"}, ["HOST"]),
        ({"HOST": "*"}, ["HOST"]),
    ],
)
def test_unsafe_setting_is_reported(tmp_path: Path, changed: dict[str, str], prefixes: list[str]) -> None:
    problems = list(deploy_problems(_settings(tmp_path / "desk", **changed)))
    assert [problem.split(":")[0].split(".")[0] for problem in problems] == prefixes


def test_accessible_data_file_is_reported(tmp_path: Path) -> None:
    settings = _settings(tmp_path / "desk")
    (tmp_path / "desk" / "secrets.env").chmod(0o640)
    assert ["secrets.env" in problem for problem in deploy_problems(settings)] == [True]


@pytest.mark.parametrize(("mode", "ok"), [(0o600, True), (0o400, True), (0o640, False), (0o604, False), (0o644, False)])
def test_accessible_key_file_is_reported(tmp_path: Path, mode: int, ok: bool) -> None:
    file = tmp_path / "statsig.key"
    file.write_text("console-1234567890\n")
    file.chmod(mode)
    settings = _settings(tmp_path / "desk", STATSIG_API_KEY="", STATSIG_API_KEY_FILE=str(file))
    problems = list(deploy_problems(settings))
    assert ["statsig.key" in problem for problem in problems] == ([] if ok else [True])
    assert ok or problems[0].startswith("STATSIG_API_KEY_FILE: ")


@pytest.mark.parametrize("mode", [0o640, 0o602])
def test_accessible_database_in_another_folder_is_reported(tmp_path: Path, mode: int) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    settings = _settings(tmp_path / "desk", DATABASE_URL=f"sqlite:///{elsewhere}/desk.db")
    file = elsewhere / "desk.db"
    file.touch(mode=0o600)
    assert list(deploy_problems(settings)) == []
    file.chmod(mode)
    problems = list(deploy_problems(settings))
    assert [problem.startswith("DATABASE_URL: ") for problem in problems] == [True]
    assert f"chmod go= {file}" in problems[0]


@pytest.mark.parametrize("name", ["my desk", "$(id)", "a;b", "100%"])
def test_proposed_command_works_with_any_path(tmp_path: Path, name: str) -> None:
    settings = _settings(tmp_path / name)
    file = tmp_path / name / "secrets.env"
    file.chmod(0o640)
    (problem,) = deploy_problems(settings)
    subprocess.run(problem.partition("Run: ")[2], shell=True, check=True)  # noqa: S602
    assert list(deploy_problems(settings)) == []


def test_sandbox_and_missing_login_fail(tmp_path: Path) -> None:
    result = run(tmp_path, "doctor", "--deploy")
    assert result.exit_code == 1
    assert "FAIL  No key: the desk runs in the sandbox." in result.stdout
    assert "FAIL  There is no login." in result.stdout


def test_files_are_accessible_to_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    run(folder, "keys", "list")
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in [folder, *folder.iterdir()]}
    assert all(mode in ("0o600", "0o700") for mode in modes.values()), modes
