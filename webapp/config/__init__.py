"""The settings: read from the environment once, at the start, and never changed."""

from .secret import Secret
from .settings import SETTINGS, ConfigError, Settings, read_settings, readme_table
from .values import split_list

__all__ = ["SETTINGS", "ConfigError", "Secret", "Settings", "read_settings", "readme_table", "split_list"]
