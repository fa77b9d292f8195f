"""Stored secrets: who can read them, and what happens when one was changed."""

import base64
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask

from webapp.config import Secret, read_settings
from webapp.store import KeyCipher, KeyUnreadable, StoredKey

from ..secret_leaks import CANARY, contains_key


@pytest.fixture
def key_cipher() -> KeyCipher:
    return KeyCipher([Secret(Fernet.generate_key().decode())])


URL = "https://statsigapi.net/console/v1"


def _stored(ciphertext: str) -> StoredKey:
    return StoredKey(name="Web", ciphertext=ciphertext, fingerprint="", api_url=URL, added_at=0)


def test_stored_key_is_decrypted_only_by_its_encryption_key(key_cipher: KeyCipher) -> None:
    ciphertext = key_cipher.encrypt(Secret(CANARY), URL)
    assert not contains_key(ciphertext)
    assert key_cipher.decrypt(_stored(ciphertext)).reveal() == CANARY
    with pytest.raises(KeyUnreadable) as error:
        KeyCipher([Secret(Fernet.generate_key().decode())]).decrypt(_stored(ciphertext))
    assert not contains_key(str(error.value))


def test_changed_byte_in_a_stored_key_is_detected(key_cipher: KeyCipher) -> None:
    ciphertext = base64.urlsafe_b64decode(key_cipher.encrypt(Secret(CANARY), URL))
    for place in range(len(ciphertext)):
        changed = bytearray(ciphertext)
        changed[place] ^= 1
        with pytest.raises(KeyUnreadable):
            key_cipher.decrypt(_stored(base64.urlsafe_b64encode(bytes(changed)).decode()))


def test_equal_keys_have_different_ciphertexts(key_cipher: KeyCipher) -> None:
    """Each has a random initialization vector, so no block repeats."""
    first, second = (base64.urlsafe_b64decode(key_cipher.encrypt(Secret("console-" + "a" * 64), URL)) for _ in range(2))
    assert first[0] == second[0] == 0x80  # Fernet: AES-128-CBC and HMAC-SHA256
    blocks = {
        ciphertext[start : start + 16] for ciphertext in (first, second) for start in range(9, len(ciphertext) - 32, 16)
    }
    assert len(blocks) == (len(first) - 41) // 16 * 2


def test_first_encryption_key_encrypts_and_all_decrypt() -> None:
    old, new = (Secret(Fernet.generate_key().decode()) for _ in range(2))
    stored = _stored(KeyCipher([old]).encrypt(Secret(CANARY), URL))
    both = KeyCipher([new, old])
    assert both.decrypt(stored).reveal() == CANARY
    both.reencrypt(stored)
    assert KeyCipher([new]).decrypt(stored).reveal() == CANARY
    with pytest.raises(KeyUnreadable):
        KeyCipher([old]).decrypt(stored)


def test_environment_overrides_the_stored_secret(tmp_path: Path) -> None:
    """Also during the start that generates another secret."""
    first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    (tmp_path / "secrets.env").write_text(f"ENCRYPTION_KEYS={first}\n")
    for _ in range(2):
        settings = read_settings({"ENCRYPTION_KEYS": second, "DATA_DIR": str(tmp_path)})
        assert settings.encryption_keys == (Secret(second),) and len(settings.secret_key.reveal()) > 40


def test_generated_secrets_are_readable_by_their_owner_only(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    make_app()
    mode = (tmp_path / "desk" / "secrets.env").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_stored_key_is_not_decrypted_for_another_address(key_cipher: KeyCipher) -> None:
    stored = _stored(key_cipher.encrypt(Secret(CANARY), URL))
    stored.api_url = "https://evil.test"
    with pytest.raises(KeyUnreadable, match="is not the one it was stored with"):
        key_cipher.decrypt(stored)
