"""Settings that cannot be meant end in one sentence each, and a key in the wrong place is neither repeated nor kept."""

from pathlib import Path

import pytest

from ..auth.test_start import OIDC
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
