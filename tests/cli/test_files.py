"""Request bodies as files: `draft` and `export`."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings

from webapp.contract.json_input import write_json

from ..auth.fixtures import PROXY_SETTINGS
from ..contract.samples import FULL, body_of
from ..contract.test_properties import valid, valid_form_data
from ..forms import click_create, fill_in, ready
from ..secret_leaks import CANARY
from .test_commands import run, start

BODY = body_of(**FULL)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A desk for all examples of the property test."""
    with TemporaryDirectory() as path:
        yield Path(path)


def save_file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "autotune.json"
    path.write_text(text, encoding="utf-8")
    return str(path)


def export(folder: Path, record_id: str) -> Any:
    result = run(folder, "export", record_id)
    assert result.exit_code == 0, result.output
    return result.stdout


@settings(deadline=None, max_examples=25, derandomize=True)
@given(form_data=valid_form_data())
def test_exported_file_makes_the_same_draft(folder: Path, form_data: dict[str, Any]) -> None:
    text = write_json(valid(form_data).body()) + "\n"
    for _ in range(2):
        result = run(folder, "draft", "-", stdin=text)
        assert result.exit_code == 0, result.output
        assert export(folder, result.stdout.split()[0]) == text


def test_draft_is_ready_and_has_its_address(tmp_path: Path) -> None:
    proxy = PROXY_SETTINGS | {"PUBLIC_URL": "https://desk.example.com"}
    result = start(tmp_path, "draft", save_file(tmp_path, json.dumps(BODY)), **proxy)
    assert result.returncode == 0, result.stderr
    record_id, address = result.stdout.split()
    assert address == f"https://desk.example.com/autotunes/{record_id}"
    assert json.loads(export(tmp_path, record_id)) == BODY
    again = run(tmp_path, "draft", "-", stdin="\ufeff" + json.dumps(BODY)).stdout.split()
    assert again[1] == f"http://127.0.0.1:8000/autotunes/{again[0]}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            json.dumps(
                BODY | {"name": " ", "winnerThreshold": "97%", "note": 1, "variants": [{"name": "a", "size": ""}]}
            ),
            [
                "note: note is not a property of Create Autotune",
                "name: Enter a name",
                "variants: Add a variant: an autotune needs at least 2",
                "variants[0].json: Enter a value for this variant",
                "variants[0].size: Expected a number",
                "winnerThreshold: Choose one of: 80%, 90%, 95%, 98%, 99%",
            ],
        ),
        (json.dumps([BODY]), ["The body must be a JSON object"]),
        ('{"name": "a",}', ["Remove the comma after the last value (line 1, column 13)"]),
        ("\ud800", ["is not text in UTF-8"]),
    ],
)
def test_bad_file_prints_the_errors_of_the_form(tmp_path: Path, text: str, lines: list[str]) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(text.encode(errors="surrogatepass"))
    result = run(tmp_path / "desk", "draft", str(path))
    assert result.exit_code == 1 and result.stdout == ""
    for line in lines:
        assert line in result.stderr
    assert "no such autotune" in run(tmp_path / "desk", "export", "0a").stderr


def test_taken_name_is_reported(tmp_path: Path, client: FlaskClient) -> None:
    click_create(client, ready(client, name="Taken"))
    result = run(tmp_path / "desk", "draft", "-", stdin=json.dumps(BODY | {"name": "taken"}))
    assert result.exit_code == 1 and "name: This name is taken. Enter another name" in result.stderr


def test_file_against_the_policy_is_refused(tmp_path: Path) -> None:
    rules = {"NAME_PATTERN": "[a-z_]+", "REQUIRED_FIELDS": "idType"}
    result = run(tmp_path, "draft", "-", stdin=json.dumps(BODY | {"idType": ""}), **rules)
    assert result.exit_code == 1
    assert "name: Enter a name that matches the pattern “[a-z_]+”\nidType: Enter an ID type\n" in result.stderr
    record_id = run(tmp_path, "draft", "-", stdin=json.dumps(BODY)).stdout.split()[0]
    assert run(tmp_path, "export", record_id, **rules).exit_code == 0, "it is ready, as it was reviewed"


def test_project_has_to_be_chosen_if_there_are_several(tmp_path: Path) -> None:
    for name in ("Web", "Mobile"):
        run(tmp_path, "keys", "add", name, stdin=f"{CANARY}\n")
    result = run(tmp_path, "draft", "-", stdin=json.dumps(BODY))
    assert result.exit_code == 1 and "choose a Statsig project with --project: Mobile, Web" in result.stderr
    assert run(tmp_path, "draft", "-", "--project", "Web", stdin=json.dumps(BODY)).exit_code == 0


def test_author_has_to_be_named_if_approval_is_required(tmp_path: Path) -> None:
    text = json.dumps(BODY)
    assert "name the author" in run(tmp_path, "draft", "-", stdin=text, REQUIRE_APPROVAL="1", **PROXY_SETTINGS).stderr
    assert "not an email address" in run(tmp_path, "draft", "-", "--author", "me", stdin=text).stderr
    arguments = ("draft", "-", "--author", "Anna@Example.com")
    assert run(tmp_path, *arguments, stdin=text, REQUIRE_APPROVAL="1", **PROXY_SETTINGS).exit_code == 0


def test_unfinished_draft_cannot_be_exported(tmp_path: Path, client: FlaskClient) -> None:
    address = fill_in(client, "save", name="Half", successEvent="").headers["Location"]
    result = run(tmp_path / "desk", "export", address.rpartition("/")[2])
    assert result.exit_code == 1 and "successEvent: Enter the success event" in result.stderr
