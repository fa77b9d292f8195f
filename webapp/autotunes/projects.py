"""The Statsig projects that can be chosen: one for each stored key, and that of the key in the settings."""

from collections.abc import Iterable
from contextlib import nullcontext

from sqlalchemy.orm import Session

from ..config import Secret, Settings
from ..statsig import Project
from ..statsig.sandbox import API_URL as SANDBOX_URL
from ..statsig.sandbox import KEY as SANDBOX_KEY
from ..store import KeyCipher, KeyUnreadable, Store, StoredKey, encrypted_keys

SANDBOX = Project("sandbox", Secret(SANDBOX_KEY), SANDBOX_URL, sandbox=True)
UNNAMED = "key-"  # begins the name of the project of the key in the settings, followed by the key's fingerprint


class NoSuchProject(LookupError):
    """The Statsig project of an autotune is not configured any more."""


class Projects:
    def __init__(self, settings: Settings, store: Store, key_cipher: KeyCipher) -> None:
        self._settings, self._store, self._key_cipher = settings, store, key_cipher

    def all(self, session: Session | None = None) -> list[Project]:
        """The sandbox alone where there is no key at all. A stored key that cannot be decrypted is left out."""
        with nullcontext(session) if session else self._store.read() as reading:
            stored = encrypted_keys.all_keys(reading)
        if not stored and not self._settings.statsig_api_key:
            return [SANDBOX]
        decrypted = (project for key in stored if isinstance(project := self._decrypt(key), Project))
        return [*self.from_settings(), *decrypted]

    def from_settings(self) -> list[Project]:
        """The project of the key in the settings. Another key may be another project: it gets another name."""
        if not (key := self._settings.statsig_api_key):
            return []
        project = Project("", key, self._settings.statsig_api_url)
        return [Project(f"{UNNAMED}{project.fingerprint}", key, project.api_url)]

    def unreadable_keys(self) -> list[str]:
        """Why stored keys cannot be used, a sentence for each."""
        with self._store.read() as session:
            decrypted = [self._decrypt(key) for key in encrypted_keys.all_keys(session)]
        return [str(error) for error in decrypted if isinstance(error, KeyUnreadable)]

    def _decrypt(self, stored: StoredKey) -> Project | KeyUnreadable:
        try:
            return Project(stored.name, self._key_cipher.decrypt(stored), stored.api_url)
        except KeyUnreadable as error:
            return error


def find_project(projects: Iterable[Project], name: str) -> Project:
    """Raises NoSuchProject."""
    for project in (*projects, SANDBOX):
        if project.name == name:
            return project
    raise NoSuchProject("The Statsig project of this autotune is not set up here. Contact your administrator.")


def choose_project(projects: Iterable[Project], name: str) -> str | None:
    """The name of the project to create in; None if a user has to choose one.

    The only project is used if none was chosen, or if the name came from an earlier key in the settings.
    """
    names = [project.name for project in projects]
    if name in names:
        return name
    return names[0] if len(names) == 1 and (not name or name.startswith(UNNAMED)) else None


def destination(project: str) -> str:
    """Where the autotunes of a project are created, as pages call it."""
    return SANDBOX.destination if project == SANDBOX.name else "Statsig"
