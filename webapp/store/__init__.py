"""The database: autotunes and their history, encrypted keys, and logins."""

from . import action_queries, cached_reads, encrypted_keys, listing, live_states, queries
from .action_models import ActionRecord
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
    LiveState,
    Version,
    WorkingCopy,
)
from .request_budget import BudgetExhausted, RequestBudget
from .system_models import CachedRead, LoginLink, LoginSession, PendingForm, StoredKey

__all__ = [
    "HAS_FORM",
    "ActionRecord",
    "AutotuneRecord",
    "BudgetExhausted",
    "CachedRead",
    "Event",
    "ForecastRecord",
    "FormLink",
    "FormTemplateRecord",
    "KeyCipher",
    "KeyUnreadable",
    "LiveState",
    "LoginLink",
    "LoginSession",
    "NotStorable",
    "PendingForm",
    "RequestBudget",
    "Store",
    "StoreError",
    "StoredKey",
    "Version",
    "WorkingCopy",
    "action_queries",
    "cached_reads",
    "encrypted_keys",
    "listing",
    "live_states",
    "queries",
]
