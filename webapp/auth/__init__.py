"""Who may come in."""

from dataclasses import dataclass

from flask import Flask, g

from ..config import Settings


@dataclass(frozen=True)
class Person:
    """`name` is what the history says."""

    name: str


LOCAL = Person("local user")


def init_app(app: Flask, settings: Settings) -> None:
    @app.before_request
    def _let_in() -> None:
        g.person = LOCAL


def person() -> Person:
    """Who makes this request."""
    found: Person = g.person
    return found
