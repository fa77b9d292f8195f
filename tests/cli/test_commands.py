"""The command line. Most tests run it in their own process; a few start it as administrators do."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from webapp.cli import commands
from webapp.statsig.sandbox import API_URL, SandboxTransport
from webapp.statsig.sandbox import KEY as SANDBOX_KEY

from ..fake_statsig import FakeStatsig
from ..secret_leaks import CANARY

ROOT = Path(__file__).parents[2]
ENVIRON = ("PATH", "PYTHONPATH", "HOME")


def run(folder: Path, *arguments: str, stdin: str = "", **environ: str) -> Result:
    """Runs a command in this process. Fails if it raises an exception other than SystemExit."""
    inherited = {name: None for name in os.environ if name not in ENVIRON}
    before = os.umask(0o022)
    try:
        result = CliRunner().invoke(commands, arguments, stdin, {**inherited, "DATA_DIR": str(folder), **environ})
    finally:
        os.umask(before)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def start(folder: Path, *arguments: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in a process of its own."""
    inherited = {name: os.environ[name] for name in ENVIRON if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "webapp", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
        env={**inherited, "DATA_DIR": str(folder), **environ},
    )


def test_doctor_passes_in_the_sandbox(tmp_path: Path) -> None:
    result = start(tmp_path, "doctor")
    assert result.returncode == 0 and "No key: the desk runs in the sandbox." in result.stdout


def test_doctor_says_how_to_install_forecasts(tmp_path: Path) -> None:
    code = "import sys; sys.modules['numpy'] = None; from webapp.cli import main; main()"  # as if it were missing
    environ = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", code, "doctor"]
    output = subprocess.check_output(command, cwd=ROOT, env=environ, text=True)
    assert (
        'ok    Forecasts are not installed. As the administrator run: pip install "autotune-desk[forecast]"' in output
    )
    assert "Forecasts are not installed" not in run(tmp_path, "doctor").output


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (200, "is accepted", 0),
        (401, "is not accepted by Statsig", 1),
        (403, "does not have permission for this", 1),
        (500, "Statsig returned an unexpected response (status 500)", 1),
    ],
)
def test_doctor_checks_the_key_by_reading_the_project(
    tmp_path: Path, fake_statsig: FakeStatsig, status: int, text: str, code: int
) -> None:
    fake_statsig.responder = lambda _: (status, {"message": f"Key: {CANARY}"})
    result = run(tmp_path, "doctor", STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url)
    assert result.exit_code == code and text in result.stdout
    assert [(request.method, request.path) for request in fake_statsig.requests] == [("GET", "/project")]
    assert CANARY not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [("", 0, "works"), ("/{tenantid}", 1, "with the ID of your tenant"), ("/x", 1, "Set exactly")],
)
def test_doctor_checks_the_metadata_of_the_issuer(
    tmp_path: Path, fake_statsig: FakeStatsig, name: str, code: int, text: str
) -> None:
    endpoints = dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), f"{fake_statsig.url}/x")
    fake_statsig.responder = lambda _: (200, {"issuer": fake_statsig.url + name, **endpoints})
    client = {"OIDC_CLIENT_ID": "desk", "OIDC_CLIENT_SECRET": "s", "ALLOWED_EMAIL_DOMAINS": "example.com"}
    result = run(tmp_path, "doctor", OIDC_ISSUER=fake_statsig.url, **client)
    assert result.exit_code == code and text in result.stdout
    assert [request.path for request in fake_statsig.requests] == ["/.well-known/openid-configuration"]


def test_doctor_reports_invalid_settings(tmp_path: Path) -> None:
    result = run(tmp_path, "doctor", PORT="x", STATSIG_API_URL="http://example.com")
    assert result.exit_code == 1
    assert "PORT: use a whole number" in result.stdout and "STATSIG_API_URL: use https" in result.stdout


def test_doctor_reports_a_broken_database(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_bytes(b"this is no database, but long enough to be read" * 100)
    result = run(tmp_path, "doctor")
    assert result.exit_code == 1 and "The database does not answer" in result.stdout


def test_key_is_stored_encrypted_and_not_shown(tmp_path: Path) -> None:
    assert "Stored the key for “Web”" in run(tmp_path, "keys", "add", "Web", stdin=f"{CANARY}\n").stdout
    listed = run(tmp_path, "keys", "list").stdout
    assert listed.startswith("Web  ") and CANARY not in listed
    assert all(CANARY.encode() not in path.read_bytes() for path in tmp_path.iterdir() if path.is_file())


def test_stored_key_is_replaced_rotated_and_removed(tmp_path: Path) -> None:
    run(tmp_path, "keys", "add", "Web", stdin=CANARY)
    assert "--replace" in run(tmp_path, "keys", "add", "Web", stdin="console-other").stderr
    assert run(tmp_path, "keys", "add", "Web", "--replace", stdin="console-other").exit_code == 0
    assert "Encrypted 1 stored key with" in run(tmp_path, "keys", "rotate").stdout
    assert "Deleted the key" in run(tmp_path, "keys", "remove", "Web").stdout
    assert "there is no key named" in run(tmp_path, "keys", "remove", "Web").stderr
    assert "No keys are stored" in run(tmp_path, "keys", "list").stdout


@pytest.mark.parametrize("stdin", ["", "two text", "line\u2028break", "schlüssel"])
def test_invalid_key_is_rejected_and_not_repeated(tmp_path: Path, stdin: str) -> None:
    result = run(tmp_path, "keys", "add", "Web", stdin=stdin)
    assert result.exit_code == 1
    assert not stdin or stdin not in result.stderr


@pytest.mark.parametrize("name", ["sandbox", "key-1", "", "a/b", "x" * 61])
def test_invalid_project_name_is_rejected(tmp_path: Path, name: str) -> None:
    assert run(tmp_path, "keys", "add", name, stdin=CANARY).exit_code != 0


@pytest.mark.parametrize("command", ["reconcile", "settle"])
def test_reconcile_without_unconfirmed_autotunes(tmp_path: Path, command: str) -> None:
    assert "No autotune is unconfirmed." in run(tmp_path, command).stdout


def test_serve_reports_invalid_settings(tmp_path: Path) -> None:
    result = start(tmp_path, "serve", PORT="70000")
    assert result.returncode == 1 and "PORT: use a whole number from 1 to 65535." in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("url", ["nonsense", "oracle://x/y", "postgresql+unheard://x/y", "sqlite3:///x"])
def test_unknown_database_is_rejected(tmp_path: Path, url: str) -> None:
    result = run(tmp_path, "doctor", DATABASE_URL=url)
    assert result.exit_code == 1
    assert "DATABASE_URL: use an address such as" in result.stdout
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///file:desk?mode=memory&uri=true",
        "sqlite://data/desk.db",
        "sqlite:///desk.db?timeout=abc",
        "postgresql+psycopg://desk:x@localhost:abc/desk",
    ],
)
@pytest.mark.parametrize("command", ["doctor", "reconcile"])
def test_database_in_memory_or_with_options_is_rejected(tmp_path: Path, url: str, command: str) -> None:
    result = run(tmp_path, command, DATABASE_URL=url)
    assert result.exit_code == 1
    assert "DATABASE_URL: use an address such as" in result.output
    assert "Traceback" not in result.output
    assert {path.name for path in tmp_path.iterdir()} <= {"secrets.env", "secrets.lock"}


def test_sqlite_file_can_be_in_another_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/elsewhere/desk.db"
    assert run(tmp_path / "data", "keys", "list", DATABASE_URL=url).exit_code == 0
    assert (tmp_path / "elsewhere" / "desk.db").exists()


@pytest.mark.parametrize("url", ["postgresql+psycopg://x@localhost/desk", "postgresql+psycopg2://x@localhost/desk"])
def test_missing_postgresql_driver_is_reported(tmp_path: Path, url: str) -> None:
    without = "import sys; sys.modules['psycopg'] = sys.modules['psycopg2'] = None; from webapp.cli import main; main()"
    environ = {"DATA_DIR": str(tmp_path), "DATABASE_URL": url, "PATH": ""}
    command = [sys.executable, "-c", without, "doctor"]
    result = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 1 and result.stderr == ""
    assert result.stdout == (
        'FAIL  DATABASE_URL: the driver of PostgreSQL is not installed; run pip install "autotune-desk[postgres]" '
        "and begin the address with postgresql+psycopg://.\n"
    )


UNUSUAL_NAMES = ["q?x", "%41", "a#b", "50%", "a&b=c", "ü +b", "file:x", ":memory:", "'"]


@pytest.mark.parametrize("name", UNUSUAL_NAMES)
def test_data_dir_can_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    run(folder, "keys", "add", "Web", stdin=CANARY)
    assert {path.name for path in folder.iterdir()} >= {"desk.db", "secrets.env"}
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert run(folder, "keys", "list").stdout.startswith("Web ")
    transport = SandboxTransport(folder / "sandbox.db")
    session = requests.Session()
    session.mount(API_URL, transport)
    headers = {"STATSIG-API-KEY": SANDBOX_KEY}
    assert session.get(f"{API_URL}/autotunes", headers=headers, timeout=(5, 5)).status_code == 200
    assert (folder / "sandbox.db").exists() and [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["50%", "%(here)s"])
def test_app_starts_from_any_folder(tmp_path: Path, name: str) -> None:
    for part in ("webapp", "templates", "static"):
        shutil.copytree(ROOT / part, tmp_path / name / part, ignore=shutil.ignore_patterns("__pycache__"))
    code = "from webapp import create_app; print(create_app().test_client().get('/').status_code)"
    environ = {"DATA_DIR": str(tmp_path / "desk"), "PYTHONPATH": str(tmp_path / name), "PATH": ""}
    result = subprocess.run(
        [sys.executable, "-c", code], env=environ, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (result.stdout.strip(), result.returncode) == ("200", 0), result.stderr


def set_revision(folder: Path, revision: str) -> None:
    with closing(sqlite3.connect(folder / "desk.db")) as file, file:
        file.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_doctor_checks_a_stored_key_before_the_migration(tmp_path: Path, fake_statsig: FakeStatsig) -> None:
    run(tmp_path, "keys", "add", "Web", stdin=CANARY, STATSIG_API_URL=fake_statsig.url)
    set_revision(tmp_path, "0008")
    result = run(tmp_path, "doctor")
    assert "The key “Web”" in result.stdout and "sandbox" not in result.stdout


@pytest.mark.parametrize("command", ["serve", "doctor", "reconcile"])
@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("9999", "The database was made by a newer version of the desk. Start that version again."),
        ("0007", "The database was made by a version before 0.1. Start version 0.1 once, then this one."),
    ],
)
def test_database_of_an_unsupported_version_is_reported(
    tmp_path: Path, command: str, revision: str, message: str
) -> None:
    run(tmp_path, "reconcile")
    set_revision(tmp_path, revision)
    result = run(tmp_path, command)
    assert result.exit_code == 1
    assert message in result.output


def test_stored_key_that_cannot_be_decrypted_is_reported(tmp_path: Path) -> None:
    run(tmp_path, "keys", "add", "Web", stdin=CANARY)
    other = Fernet.generate_key().decode()
    for command in ("serve", "doctor"):
        result = run(tmp_path, command, ENCRYPTION_KEYS=other)
        assert result.exit_code == 1
        assert "cannot decrypt the stored key “Web”" in result.output and "store the key again" in result.output


def test_serve_reports_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        result = start(tmp_path, "serve", PORT=port)
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert f"the desk cannot start at http://127.0.0.1:{port}" in result.stderr and "in use" in result.stderr


def test_serve_reports_a_broken_database(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_bytes(b"this is no database, but long enough to be read" * 100)
    result = start(tmp_path, "serve")
    assert "The database does not answer" in result.stderr and "Traceback" not in result.stderr


def test_unreachable_database_is_reported_without_its_password(tmp_path: Path) -> None:
    with socket.socket() as unused:  # bound, so that nobody else takes the port, and not listening
        unused.bind(("127.0.0.1", 0))
        url = f"postgresql+psycopg://desk:secret-password@127.0.0.1:{unused.getsockname()[1]}/desk"
        for command in ("serve", "doctor"):
            result = run(tmp_path, command, DATABASE_URL=url)
            assert result.exit_code == 1 and "The database does not answer" in result.output
            assert "secret-password" not in result.output
