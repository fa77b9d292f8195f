"""What is written for people is true to the code."""

import re
from pathlib import Path

from click import Group
from flask import Flask

from webapp.cli import commands
from webapp.config import readme_table
from webapp.statsig.sandbox import FAULTS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_settings_is_the_generated_one() -> None:
    assert readme_table() in README, f"README's table of settings should be:\n{readme_table()}"


def test_every_address_is_in_the_readme(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert [rule for rule in rules if f"{rule}`" not in README] == []


def test_every_command_is_in_the_readme() -> None:
    missing = [name for name in _names(commands) if not re.search(f"`(autotune-desk )?{name}[ `]", README)]
    assert missing == []


def _names(group: Group, before: str = "") -> list[str]:
    found = []
    for name, command in group.commands.items():
        found += _names(command, f"{name} ") if isinstance(command, Group) else [f"{before}{name}"]
    return found


def test_every_fault_of_the_sandbox_is_in_the_readme() -> None:
    assert [name for name, what in FAULTS.items() if f"| `{name}` | {what} |" not in README] == []


def test_every_link_between_documents_leads_somewhere() -> None:
    for document in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")):
        for link in re.findall(r"\]\((?!http|#)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document.name}: {link}"
