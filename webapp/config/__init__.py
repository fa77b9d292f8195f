"""The settings: read from the environment once, at the start, and never changed."""

from .parsers import split_list
from .secret import Secret
from .settings import SETTINGS, ConfigError, Settings, read_settings

__all__ = ["SETTINGS", "ConfigError", "Secret", "Settings", "read_settings", "split_list"]
