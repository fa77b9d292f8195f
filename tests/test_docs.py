"""The documents match the code."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click import Group
from flask import Flask
from flask.testing import FlaskClient

from webapp.cli import commands
from webapp.config import SETTINGS
from webapp.statsig.sandbox import FAULTS

from .forms import BUTTON_COLOR_TEST, click_create, finished_forecast, hidden, ready

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEPLOYMENT = ROOT / "docs" / "deployment"
DOCUMENTS = [path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")) if "decisions" not in path.parts]
FOLDERS = "webapp|templates|static|tests|docs|requirements"
MAX_LINE = 120


def test_settings_table_is_the_generated_one() -> None:
    rows = [f"| `{item.name}` | {item.default and f'`{item.default}`'} | {item.purpose} |" for item in SETTINGS]
    table = "\n".join(["| setting | default | what it is for |", "|---|---|---|", *rows])
    assert table in README, f"README's table of settings should be:\n{table}"


def test_every_address_is_in_the_readme(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert [rule for rule in rules if f"{rule}`" not in README] == []


def test_every_command_is_in_the_readme() -> None:
    missing = [name for name in _names(commands) if not re.search(f"`(autotune-desk )?{name}[ `]", README)]
    assert missing == []


def _names(group: Group, before: str = "") -> list[str]:
    names = []
    for name, command in group.commands.items():
        names += _names(command, f"{name} ") if isinstance(command, Group) else [f"{before}{name}"]
    return names


def test_every_fault_of_the_sandbox_is_in_the_readme() -> None:
    assert [name for name, what in FAULTS.items() if f"| `{name}` | {what} |" not in README] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_named_files_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = {link for link in re.findall(r"\]\((?!http|#)([^)#]+)", text) if not (document.parent / link).exists()}
    files = {file for file in re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", text) if not (ROOT / file).exists()}
    assert (links, files) == (set(), set())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_line_is_too_long_except_in_tables(document: Path) -> None:
    lines = document.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > MAX_LINE and not line.startswith("|")] == []


def test_every_placeholder_of_the_nginx_configuration_is_explained() -> None:
    names = set(re.findall(r"\$\{(\w+)\}", (DEPLOYMENT / "nginx.conf").read_text(encoding="utf-8")))
    text = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    assert names and {name for name in names if f"| `{name}` |" not in text or f"|${{{name}}}|" not in text} == set()


def test_files_that_the_container_copies_exist() -> None:
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", (DEPLOYMENT / "Containerfile").read_text(encoding="utf-8"), re.M)
    assert copied and [name for name in " ".join(copied).split() if not (ROOT / name).exists()] == []


def test_json_answers_have_the_documented_keys(client: FlaskClient) -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    documented = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.S)]
    path, query = ready(client), {"visits": "2000", "rate": "5", "lift": "50", "days": "7", "within": "7"}
    finished_forecast(client, path, query)
    click_create(client, path)
    page = client.get(f"{path}/start").text
    client.post(f"{path}/start", data={name: hidden(page, name) for name in ("csrf_token", "number")})
    contextual = ready(client, name="Offer per user", isContextual="true")
    token = hidden(client.get("/autotunes/new").text, "csrf_token")
    form = {**BUTTON_COLOR_TEST, "csrf_token": token, "name": "A", "variants-0-json": "{"}
    running = client.get(f"{path}/forecast.json", query_string={**query, "visits": "500"}).get_json()
    responses = [
        client.get(f"{path}.json").get_json(),
        running,
        finished_forecast(client, path, query),
        client.get(f"{contextual}/forecast.json?visits=500").get_json(),
        client.get(f"{path}/forecast.json").get_json(),
        client.post("/autotunes/preview", data=form).get_json(),
        client.get("/suggestions?field=idType").get_json(),
        client.get("/healthz").get_json(),
    ]
    assert [_keys(response) for response in responses] == [_keys(response) for response in documented]


def _keys(value: Any) -> Any:
    """The keys of objects, and of the first item of each list, without those that Statsig defines."""
    if isinstance(value, dict):
        return {key: _keys(item) for key, item in value.items() if key not in ("request", "statsig")} | dict.fromkeys(
            value.keys() & {"request", "statsig"}
        )
    return _keys(value[0]) if isinstance(value, list) and value else None


def test_no_line_of_a_template_is_too_long() -> None:
    lines = [
        (path.name, line)
        for path in (ROOT / "templates").rglob("*.html")
        for line in path.read_text("utf-8").splitlines()
    ]
    assert [(name, line) for name, line in lines if len(line) > MAX_LINE] == []
