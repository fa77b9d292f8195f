"""A Statsig project and its key."""

from dataclasses import dataclass
from hashlib import sha256

from ..config import Secret


@dataclass(frozen=True)
class Project:
    """A Statsig project the desk can create autotunes in. Records refer to it by `name`."""

    name: str
    key: Secret
    api_url: str
    sandbox: bool = False

    @property
    def destination(self) -> str:
        """What messages call the place where its autotunes are created."""
        return "the sandbox" if self.sandbox else "Statsig"

    @property
    def fingerprint(self) -> str:
        """Eight characters that identify the key without revealing any of it."""
        return sha256(f"{self.api_url}\n{self.key.reveal()}".encode()).hexdigest()[:8]
