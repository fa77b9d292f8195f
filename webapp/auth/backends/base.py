"""What every way in offers."""

from typing import Protocol

from werkzeug.wrappers import Response

from ..permissions import Person, Right

Answer = str | tuple[str, int] | Response


class Door(Protocol):
    footer: str  # what the foot of a page says instead of a name; blank where people have names
    can_log_out: bool

    def check_address(self) -> None:
        """Raises Refused for a request that must not be answered, whoever sent it."""
        ...

    def origin(self) -> str:
        """The desk's own origin, as browsers write it."""
        ...

    def person(self) -> Person | None:
        """Who makes this request; may raise Refused."""
        ...

    def right(self, person: Person) -> Right: ...

    def ask(self) -> Answer:
        """What somebody is told who is not known."""
        ...
