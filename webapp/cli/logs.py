"""Logs as JSON lines on standard error, without anything that users type."""

import logging
import traceback
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _Formatter(JsonFormatter):
    """Logs where an exception was raised, but not its message, which may contain a draft or a key."""

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802
        kind, _, trace = ei
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        return " > ".join([*frames, kind.__name__ if kind else ""])


def json_formatter() -> logging.Formatter:
    fields: dict[str, Any] = {"asctime": "at", "levelname": "level", "name": "where", "message": "what"}
    line = "{asctime}{levelname}{name}{message}"
    return _Formatter(line, style="{", rename_fields=fields, datefmt="%Y-%m-%dT%H:%M:%S%z")


def start_logging() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(json_formatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("waitress").setLevel(logging.WARNING)
