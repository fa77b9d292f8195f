"""The client of Statsig's Console API. Its errors, a small tree, are drawn in `errors`."""

from .client import API_VERSION, Project, Statsig, fingerprint, is_id, place_name
from .deadline import Deadline, DeadlineTransport
from .errors import Busy, Failed, ListTooLong, NotCreated, Rejected, StatsigError, Unauthorised, Unknown, Unreachable

__all__ = [
    "API_VERSION",
    "Busy",
    "Deadline",
    "DeadlineTransport",
    "Failed",
    "ListTooLong",
    "NotCreated",
    "Project",
    "Rejected",
    "Statsig",
    "StatsigError",
    "Unauthorised",
    "Unknown",
    "Unreachable",
    "fingerprint",
    "is_id",
    "place_name",
]
