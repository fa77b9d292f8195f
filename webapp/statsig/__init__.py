"""The client of Statsig's Console API. Its errors, a small tree, are drawn in `errors`."""

from .client import API_VERSION, Project, Statsig, fingerprint, is_id, place_name
from .deadline import Deadline, DeadlineTransport
from .errors import (
    Failed,
    ListTooLong,
    NotCreated,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    StatsigError,
    Unauthorized,
    Unreachable,
)

__all__ = [
    "API_VERSION",
    "Deadline",
    "DeadlineTransport",
    "Failed",
    "ListTooLong",
    "NotCreated",
    "OutcomeUnknown",
    "Project",
    "RateLimited",
    "Rejected",
    "Statsig",
    "StatsigError",
    "Unauthorized",
    "Unreachable",
    "fingerprint",
    "is_id",
    "place_name",
]
