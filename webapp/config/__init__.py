"""What the desk is told from outside: read once, at the start, and never changed."""

from .secret import Secret
from .settings import SETTINGS, ConfigError, Settings, read_settings

__all__ = ["SETTINGS", "ConfigError", "Secret", "Settings", "read_settings"]
