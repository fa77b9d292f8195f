"""What the desk remembers: autotunes, their history, keys encrypted at rest, and logins."""

from . import keys, listing, records, sessions
from .database import Store, StoreError
from .keys import KeyUnreadable, Vault
from .problems import NotStorable
from .tables import Event, HeldForm, LoginLink, LoginSession, Record, StoredKey

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
    "keys",
    "listing",
    "records",
    "sessions",
]
