"""The database: autotunes and their history, encrypted keys, and logins."""

from . import encrypted_keys, listing, queries
from .database import Store, StoreError
from .encrypted_keys import KeyCipher, KeyUnreadable
from .errors import NotStorable
from .models import (
    HAS_FORM,
    AutotuneRecord,
    Event,
    ForecastRecord,
    FormLink,
    FormTemplateRecord,
    LoginLink,
    LoginSession,
    PendingForm,
    StoredKey,
    Version,
    WorkingCopy,
)

__all__ = [
    "HAS_FORM",
    "AutotuneRecord",
    "Event",
    "ForecastRecord",
    "FormLink",
    "FormTemplateRecord",
    "KeyCipher",
    "KeyUnreadable",
    "LoginLink",
    "LoginSession",
    "NotStorable",
    "PendingForm",
    "Store",
    "StoreError",
    "StoredKey",
    "Version",
    "WorkingCopy",
    "encrypted_keys",
    "listing",
    "queries",
]
