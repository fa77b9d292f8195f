"""Settings that cannot be meant end in one sentence each, and a key in the wrong place is neither repeated nor kept."""

from pathlib import Path

import pytest

from webapp.cli.start import closed_desk
from webapp.config import SETTINGS
from webapp.store import StoredKey

from ..auth.test_start import OIDC
from ..canary import CANARY, no_key_in
from .test_commands import run

ADDRESS = "give an address such as"
LIKE_A_KEY = "looks like a Statsig key"
SHORT_KEY = "console-Qk7fGh2"  # shorter than Statsig makes them


def _refused(folder: Path, **environ: str) -> list[str]:
    """What the doctor calls bad, line by line."""
    result = run(folder, "doctor", **environ)
    assert result.exit_code == 1 and result.stderr == ""
    return [line.removeprefix("BAD   ") for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"ENCRYPTION_KEYS": ","}, "ENCRYPTION_KEYS: give Fernet keys"),
        ({"ENCRYPTION_KEYS": " "}, "ENCRYPTION_KEYS: give Fernet keys"),
        ({"ENCRYPTION_KEYS": "schlüssel"}, "ENCRYPTION_KEYS: give Fernet keys"),
        ({"HOST": "my machine"}, "HOST: give an address of this machine, such as 127.0.0.1."),
        ({"STATSIG_API_KEY_FILE": "x" * 300}, "STATSIG_API_KEY_FILE: there is no readable file at this path."),
        ({"STATSIG_API_KEY_FILE": "/x" * 3000}, "STATSIG_API_KEY_FILE: there is no readable file at this path."),
        ({"STATSIG_API_KEY_FILE": "/"}, "STATSIG_API_KEY_FILE: there is no readable file at this path."),
        *(
            ({**OIDC, "PUBLIC_URL": url}, f"PUBLIC_URL: {ADDRESS} https://desk.example.com.")
            for url in (
                "https://desk:abc",
                "https://desk:70000",
                "https://desk:",
                "https://[::1",
                "https://@desk",
                "https://de sk",
                "https://desk,other",
                "https://",
            )
        ),
        ({**OIDC, "OIDC_ISSUER": "https://login:abc"}, f"OIDC_ISSUER: {ADDRESS} https://desk.example.com."),
        (
            {"STATSIG_API_URL": "https://statsigapi.net:abc/console/v1"},
            f"STATSIG_API_URL: {ADDRESS} https://statsigapi.net/console/v1.",
        ),
        (
            {"STATSIG_API_URL": "https://statsigapi.net/console v1"},
            f"STATSIG_API_URL: {ADDRESS} https://statsigapi.net/console/v1.",
        ),
    ],
)
def test_one_sentence_says_what_to_mend(tmp_path: Path, environ: dict[str, str], said: str) -> None:
    refused = _refused(tmp_path, **environ)
    assert len(refused) == 1 and refused[0].startswith(said)


def test_secrets_that_are_no_text_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_bytes(b"SECRET_KEY=\xff\xfe\n")
    assert _refused(tmp_path) == [f"DATA_DIR: {tmp_path} cannot be used (secrets.env is no text); put it right."]


# What may hold something that looks like a key of Statsig: secrets of others, and passwords.
SECRETS = {
    "STATSIG_API_KEY",
    "SECRET_KEY",
    "ENCRYPTION_KEYS",
    "DATABASE_URL",
    "OIDC_CLIENT_SECRET",
    "PROXY_SECRET",
}


@pytest.mark.parametrize("name", [each.name for each in SETTINGS if each.name not in SECRETS])
@pytest.mark.parametrize("spelling", ["{}", "x,{}", " {} "])
def test_a_key_in_another_setting_is_named_and_not_repeated(tmp_path: Path, name: str, spelling: str) -> None:
    folder = tmp_path / "desk"
    refused = _refused(folder, **{"DATA_DIR": str(folder), **OIDC, name: spelling.format(CANARY)})
    assert refused == [
        f"{name}: this {LIKE_A_KEY}. Put it into STATSIG_API_KEY alone, and make a new one if it was seen."
    ]
    assert not list(tmp_path.rglob(f"*{CANARY}*"))


@pytest.mark.parametrize("name", ["HOST", "VIEWERS", "WRITERS", "CREATORS"])
@pytest.mark.parametrize(
    "text", [SHORT_KEY, SHORT_KEY.upper(), f"x {SHORT_KEY}", "secret-Qk7fGh2", "x" * 80, "\x1b[2J"]
)
def test_what_may_be_a_key_is_not_repeated(tmp_path: Path, name: str, text: str) -> None:
    given = {"HOST": text} if name == "HOST" else {**OIDC, name: text}
    refused = _refused(tmp_path, **given)
    assert len(refused) == 1 and refused[0].startswith(f"{name}: ")
    assert text not in refused[0]


@pytest.mark.parametrize("name", [CANARY, f"Web {CANARY}", SHORT_KEY, "Secret-Qk7fGh2"])
def test_a_key_is_not_kept_as_a_name(tmp_path: Path, name: str) -> None:
    for arguments in (("keys", "add", name), ("keys", "add", name, "--replace"), ("keys", "remove", name)):
        result = run(tmp_path, *arguments, typed="console-another")
        assert result.exit_code == 1 and name not in result.stdout + result.stderr
    assert run(tmp_path, "keys", "list").stdout == "No keys are stored.\n"


@pytest.mark.parametrize("given", [("Web", CANARY), ("Web", "--replace", CANARY), (CANARY, "Web")])
def test_a_key_on_the_command_line_is_refused_and_not_repeated(tmp_path: Path, given: tuple[str, ...]) -> None:
    result = run(tmp_path, "keys", "add", *given, typed="console-another")
    assert result.exit_code == 1 and "the key is asked for" in result.stderr
    no_key_in(result.stdout + result.stderr)
    assert run(tmp_path, "keys", "list").stdout == "No keys are stored.\n"


def test_a_name_that_was_kept_by_mistake_is_not_shown_and_can_be_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, "keys", "list")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with closed_desk().store.write() as session:
        session.add(StoredKey(name=SHORT_KEY, ciphertext="x", fingerprint="f", api_url="https://x", added_at=0.0))
    listed = run(tmp_path, "keys", "list").stdout
    assert SHORT_KEY not in listed and "(looks like a key)  f  https://x" in listed
    gone = run(tmp_path, "keys", "remove", SHORT_KEY)
    assert gone.exit_code == 0 and SHORT_KEY not in gone.stdout


@pytest.mark.parametrize("name", ["Console", "Console web", "Web secret", "my-console-app"])
def test_names_that_only_speak_of_consoles_are_kept(tmp_path: Path, name: str) -> None:
    assert run(tmp_path, "keys", "add", name, typed="console-another").exit_code == 0
