"""The client of Statsig's Console API. `errors` shows its tree of errors."""

from .client import API_VERSION, Project, Statsig, fingerprint, is_valid_id, place_name
from .deadline import Deadline, DeadlineTransport
from .errors import (
    ListTooLong,
    NotCreated,
    OutcomeUnknown,
    RateLimited,
    ReadFailed,
    Rejected,
    StatsigError,
    Unauthorized,
    Unreachable,
)

__all__ = [
    "API_VERSION",
    "Deadline",
    "DeadlineTransport",
    "ListTooLong",
    "NotCreated",
    "OutcomeUnknown",
    "Project",
    "RateLimited",
    "ReadFailed",
    "Rejected",
    "Statsig",
    "StatsigError",
    "Unauthorized",
    "Unreachable",
    "fingerprint",
    "is_valid_id",
    "place_name",
]
