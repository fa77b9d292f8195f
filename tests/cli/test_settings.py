"""Invalid settings are reported in one sentence each, and a key in the wrong place is neither repeated nor stored."""

from pathlib import Path

import pytest

from webapp.config import SETTINGS, read_settings, split_list

from ..auth.test_start import OIDC
from ..secret_leaks import CANARY, assert_no_key
from .test_commands import run

ADDRESS = "use an address such as"
LIKE_A_KEY = "looks like a Statsig key"
SHORT_KEY = "console-Qk7fGh2"  # shorter than Statsig makes them


def _failures(folder: Path, **environ: str) -> list[str]:
    """The failures that doctor reports."""
    result = run(folder, "doctor", **environ)
    assert result.exit_code == 1 and result.stderr == ""
    return [line.removeprefix("FAIL  ") for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"ENCRYPTION_KEYS": ","}, "ENCRYPTION_KEYS: list at least one"),
        ({"ENCRYPTION_KEYS": " "}, "ENCRYPTION_KEYS: list at least one"),
        ({"ENCRYPTION_KEYS": "schlüssel"}, "ENCRYPTION_KEYS: list Fernet keys"),
        *(
            ({"GROUPS_SEPARATOR": text}, "GROUPS_SEPARATOR: use one character such as , or ; or |.")
            for text in ("::", "a", "@", "=", "é")
        ),
        ({"SECRET_KEY": "short"}, "SECRET_KEY: use at least 32 random characters"),
        ({"SECRET_KEY_FALLBACKS": f"{'x' * 32}, short"}, "SECRET_KEY_FALLBACKS: use at least 32 random characters"),
        ({"STATSIG_PROJECT_NAME": "x" * 101}, "STATSIG_PROJECT_NAME: use a name of up to 100 characters."),
        ({"STATSIG_PROJECT_NAME": "Web\nshop"}, "STATSIG_PROJECT_NAME: use a name of up to 100 characters."),
        ({"NAME_PATTERN": "("}, "NAME_PATTERN: this is not a regular expression: missing ) at position 1."),
        ({"NAME_PATTERN": "x" * 201}, "NAME_PATTERN: shorten this to 200 characters."),
        (
            {"NAME_PATTERN": "x", "NAME_PATTERN_HINT": "a\nb"},
            "NAME_PATTERN_HINT: use one line of up to 200 characters.",
        ),
        ({"NAME_PATTERN_HINT": "team_goal"}, "NAME_PATTERN_HINT: set NAME_PATTERN too, or leave this out."),
        ({"REQUIRED_FIELDS": "description, name"}, "REQUIRED_FIELDS: list some of attributionWindowUnit, "),
        ({"REQUIRED_FIELDS": ","}, "REQUIRED_FIELDS: list at least one, or leave it out."),
        *(
            ({"MAX_VARIANTS_ALLOWED": text}, "MAX_VARIANTS_ALLOWED: use a whole number from 2 to 100.")
            for text in ("1", "101", "many")
        ),
        ({"ALLOWED_EVENTS": " "}, "ALLOWED_EVENTS: list at least one, or leave it out."),
        ({"REQUESTED_BY": "yes"}, "REQUESTED_BY: use 1 or 0."),
        ({**OIDC, "PUBLIC_URL": "", "REQUESTED_BY": "1"}, "REQUESTED_BY: set PUBLIC_URL to the address"),
        ({"STATSIG_API_KEY_FILE": "x" * 300}, "STATSIG_API_KEY_FILE: there is no readable file at this path."),
        ({"STATSIG_API_KEY_FILE": "/"}, "STATSIG_API_KEY_FILE: there is no readable file at this path."),
        *(
            ({**OIDC, "PUBLIC_URL": url}, f"PUBLIC_URL: {ADDRESS} https://host.example.com.")
            for url in (
                "https://desk:abc",
                "https://desk:",
                "https://[::1",
                "https://@desk",
                "https://de sk",
                "https://desk,other",
                "https://",
            )
        ),
        ({**OIDC, "PUBLIC_URL": "https://desk:70000"}, "PUBLIC_URL: Port out of range 0-65535."),
        ({**OIDC, "OIDC_ISSUER": "https://login:abc"}, f"OIDC_ISSUER: {ADDRESS} https://host.example.com."),
        (
            {"STATSIG_API_URL": "https://statsigapi.net:abc/console/v1"},
            f"STATSIG_API_URL: {ADDRESS} https://host.example.com.",
        ),
        (
            {"STATSIG_API_URL": "https://statsigapi.net/console v1"},
            f"STATSIG_API_URL: {ADDRESS} https://host.example.com.",
        ),
    ],
)
def test_invalid_setting_is_reported_in_one_sentence(tmp_path: Path, environ: dict[str, str], message: str) -> None:
    failures = _failures(tmp_path, **environ)
    assert len(failures) == 1 and failures[0].startswith(message)


def test_all_invalid_values_are_reported_at_once(tmp_path: Path) -> None:
    failures = _failures(
        tmp_path,
        PORT="x",
        GROUPS_SEPARATOR="::",
        CREATORS="anna",
        PUBLIC_URL="desk",
        PROXY_SECRET="short",  # noqa: S106
    )
    assert [line.split(": ")[0] for line in failures] == [
        "PORT",
        "PUBLIC_URL",
        "PROXY_SECRET",
        "GROUPS_SEPARATOR",
        "CREATORS",
    ]
    assert list(tmp_path.iterdir()) == []


def test_invalid_stored_secret_is_reported(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("SECRET_KEY=short\n")
    assert [line.split(": ")[0] for line in _failures(tmp_path)] == ["SECRET_KEY"]


def test_data_dir_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (failure,) = _failures(tmp_path / "file")
    assert failure.startswith(f"DATA_DIR: the desk cannot write to {tmp_path}/file (")


def test_all_conflicts_are_reported_at_once(tmp_path: Path) -> None:
    login = "set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or PROXY_USER_HEADER and PROXY_SECRET"
    keys = {"STATSIG_API_KEY": "console-1", "STATSIG_API_KEY_FILE": str(_key_file(tmp_path))}
    assert _failures(tmp_path, HOST="::", REQUIRE_APPROVAL="1", VIEWERS="@example.com", **keys) == [
        "STATSIG_API_KEY_FILE: set either this or STATSIG_API_KEY, not both.",
        f"HOST: without a login anyone could use the desk there; {login}; or set HOST=127.0.0.1.",
        f"REQUIRE_APPROVAL: without a login the desk cannot tell its users apart; {login}; or leave it out.",
        f"VIEWERS: without a login the desk does not know its users; {login}; or leave it out.",
    ]


def _key_file(folder: Path) -> Path:
    file = folder / "key"
    file.write_text("console-1\n")
    return file


@pytest.mark.parametrize("content", [b"", b"two words", b"\xff\xfe"])
def test_key_file_without_a_key_is_rejected(tmp_path: Path, content: bytes) -> None:
    file = _key_file(tmp_path)
    file.write_bytes(content)
    assert _failures(tmp_path, STATSIG_API_KEY_FILE=str(file)) == [
        "STATSIG_API_KEY_FILE: the file must contain the key and nothing else."
    ]


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"CREATORS": "group:2.5.4.3=pm,group:x"}, "CREATORS: this looks like a distinguished name"),
        (
            {"STARTERS_BY_PROJECT": "A: group:cn=pm,group:x"},
            "STARTERS_BY_PROJECT: this looks like a distinguished name",
        ),
        ({"ALLOWED_GROUPS": "cn=pm,ou=groups,dc=example"}, "ALLOWED_GROUPS: this looks like a distinguished name"),
        ({"ALLOWED_GROUPS": "CN = PM, OU = Groups"}, "ALLOWED_GROUPS: this looks like a distinguished name"),
        ({"WRITERS": "anna@example.com, group:uid=1.2,dc=example"}, "WRITERS: each item must be an email address"),
    ],
)
def test_distinguished_name_cut_at_its_commas_is_rejected(
    tmp_path: Path, environ: dict[str, str], message: str
) -> None:
    (failure,) = _failures(tmp_path, **OIDC, **environ)
    assert failure.startswith(message) and "GROUPS_SEPARATOR" in failure


def test_groups_are_split_at_the_separator(tmp_path: Path) -> None:
    pm, all_ = "cn=pm,ou=groups,dc=example", "cn=all,ou=groups,dc=example"
    environ = {
        "ALLOWED_GROUPS": f"{pm}; {all_};",
        "VIEWERS": f"group:{all_}; Anna@Example.com",
        "CREATORS": f"group:{pm}",
        "ALLOWED_EMAIL_DOMAINS": "example.com, example.org",
        "GROUPS_SEPARATOR": ";",
    }
    settings = read_settings({"DATA_DIR": str(tmp_path), **OIDC, **environ})
    assert settings.groups_separator == ";"
    assert settings.allowed_groups == (pm, all_)
    assert settings.viewers == (f"group:{all_}", "anna@example.com")
    assert settings.creators == (f"group:{pm}",)
    assert settings.allowed_email_domains == ("example.com", "example.org")


def test_empty_setting_has_its_default(tmp_path: Path) -> None:
    settings = read_settings({"DATA_DIR": str(tmp_path), "GROUPS_SEPARATOR": "", "STATSIG_PROJECT_NAME": " Web shop "})
    assert (settings.groups_separator, settings.statsig_project_name) == (",", "Web shop")
    assert settings.secret_key_fallbacks == () and settings.writers == ("*",)


@pytest.mark.parametrize(
    ("text", "separator", "items"),
    [("a, b ,,c", ",", ("a", "b", "c")), ("a, b|c", "|", ("a, b", "c")), ("a  b", " ", ("a", "b")), ("", ";", ())],
)
def test_list_is_split_at_its_separator(text: str, separator: str, items: tuple[str, ...]) -> None:
    assert split_list(text, separator) == items


# Settings that may look like a Statsig key: other secrets, and passwords.
SECRETS = {
    "STATSIG_API_KEY",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "ENCRYPTION_KEYS",
    "DATABASE_URL",
    "OIDC_CLIENT_SECRET",
    "PROXY_SECRET",
}


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS if setting.name not in SECRETS])
@pytest.mark.parametrize("spelling", ["{}", "x,{}", " {} "])
def test_key_in_another_setting_is_reported_and_not_repeated(tmp_path: Path, name: str, spelling: str) -> None:
    folder = tmp_path / "desk"
    failures = _failures(folder, **{"DATA_DIR": str(folder), **OIDC, name: spelling.format(CANARY)})
    assert failures == [
        f"{name}: this {LIKE_A_KEY}. Set only STATSIG_API_KEY to it, and replace the key if anyone saw it."
    ]
    assert not list(tmp_path.rglob(f"*{CANARY}*"))


@pytest.mark.parametrize("name", ["HOST", "VIEWERS", "WRITERS", "CREATORS"])
@pytest.mark.parametrize("text", [SHORT_KEY, SHORT_KEY.upper(), f"x {SHORT_KEY}", "secret-Qk7fGh2", "x" * 80])
def test_invalid_value_is_not_repeated(tmp_path: Path, name: str, text: str) -> None:
    environ = {"HOST": text} if name == "HOST" else {**OIDC, name: text}
    failures = _failures(tmp_path, **environ)
    assert len(failures) == 1 and failures[0].startswith(f"{name}: ")
    assert text not in failures[0]


@pytest.mark.parametrize("name", [CANARY, f"Web {CANARY}", CANARY.upper()])
def test_key_is_not_stored_as_a_name(tmp_path: Path, name: str) -> None:
    for arguments in (("keys", "add", name), ("keys", "add", name, "--replace")):
        result = run(tmp_path, *arguments, stdin="console-another")
        assert result.exit_code == 1 and name not in result.stdout + result.stderr
    assert run(tmp_path, "keys", "list").stdout == "No keys are stored.\n"


@pytest.mark.parametrize("arguments", [("Web", CANARY), ("Web", "--replace", CANARY), (CANARY, "Web")])
def test_key_on_the_command_line_is_rejected_and_not_repeated(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run(tmp_path, "keys", "add", *arguments, stdin="console-another")
    assert result.exit_code == 1 and "prompts for the key" in result.stderr
    assert_no_key(result.stdout + result.stderr)
    assert run(tmp_path, "keys", "list").stdout == "No keys are stored.\n"


@pytest.mark.parametrize("name", ["Console", "Console web", "Web secret", "my-console-app"])
def test_name_with_the_word_console_is_accepted(tmp_path: Path, name: str) -> None:
    assert run(tmp_path, "keys", "add", name, stdin="console-another").exit_code == 0
