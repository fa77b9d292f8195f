"""A local Statsig: a transport that responds as Statsig would, by the same contract.

The same client runs over it, with the same headers and the same JSON, but nothing leaves this machine. What is
created is stored in an SQLite file; the events, metrics and experiments are those of an imaginary shop.
"""

from .faults import FAULTS, VISIBLE_AFTER
from .lifecycle import SECONDS_PER_HOUR
from .transport import API_URL, KEY, SandboxTransport

__all__ = ["API_URL", "FAULTS", "KEY", "SECONDS_PER_HOUR", "VISIBLE_AFTER", "SandboxTransport"]
