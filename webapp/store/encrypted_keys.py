"""Statsig keys in the database, encrypted; the newest encryption key writes, all of them read."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..config import Secret
from .system_models import StoredKey


class KeyUnreadable(Exception):
    """A stored key cannot be used: none of ENCRYPTION_KEYS decrypts it, or its row was changed."""


class KeyCipher:
    def __init__(self, encryption_keys: Sequence[Secret]) -> None:
        self._cipher = MultiFernet([Fernet(key.reveal()) for key in encryption_keys])

    def encrypt(self, key: Secret, api_url: str) -> str:
        """Encrypts the URL as well, so that nobody with access to the database can have the key sent elsewhere."""
        return self._cipher.encrypt(f"{api_url}\n{key.reveal()}".encode()).decode()

    def decrypt(self, stored: StoredKey) -> Secret:
        """Raises KeyUnreadable."""
        try:
            api_url, _, key = self._cipher.decrypt(stored.ciphertext.encode()).decode().partition("\n")
        except InvalidToken:
            raise KeyUnreadable(f"ENCRYPTION_KEYS cannot decrypt the stored key “{stored.name}”.") from None
        if api_url != stored.api_url:
            raise KeyUnreadable(f"The address of the stored key “{stored.name}” is not the one it was stored with.")
        return Secret(key)

    def reencrypt(self, stored: StoredKey) -> None:
        """Encrypts a stored key again, with the newest encryption key. Raises KeyUnreadable."""
        stored.ciphertext = self.encrypt(self.decrypt(stored), stored.api_url)


def all_keys(session: Session) -> Sequence[StoredKey]:
    return session.scalars(select(StoredKey).order_by(StoredKey.name)).all()


def remove_key(session: Session, name: str) -> bool:
    """Returns whether it existed."""
    return bool(session.execute(delete(StoredKey).where(StoredKey.name == name)).rowcount)  # type: ignore[attr-defined]
