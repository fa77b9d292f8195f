"""What the desk remembers: autotunes, their history, and keys encrypted at rest."""

from . import keys, records
from .database import Store, StoreError
from .keys import KeyUnreadable, Vault
from .tables import Event, Record, StoredKey

__all__ = ["Event", "KeyUnreadable", "Record", "Store", "StoreError", "StoredKey", "Vault", "keys", "records"]
