"""The client of Statsig's Console API. `errors` shows its tree of errors."""

from .client import API_VERSION, StatsigClient, is_valid_id
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
from .project import Project

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
    "StatsigClient",
    "StatsigError",
    "Unauthorized",
    "Unreachable",
    "is_valid_id",
]
