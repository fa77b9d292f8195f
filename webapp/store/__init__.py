"""What the desk remembers: autotunes, their history, keys encrypted at rest, and logins."""

from . import encrypted_keys, listing, queries, sessions
from .database import Store, StoreError
from .encrypted_keys import KeyUnreadable, Vault
from .errors import NotStorable
from .models import Event, HeldForm, LoginLink, LoginSession, Record, StoredKey

__all__ = [
    "Event",
    "HeldForm",
    "KeyUnreadable",
    "LoginLink",
    "LoginSession",
    "NotStorable",
    "Record",
    "Store",
    "StoreError",
    "StoredKey",
    "Vault",
    "encrypted_keys",
    "listing",
    "queries",
    "sessions",
]
