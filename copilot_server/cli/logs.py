"""Logs of servers: a JSON object a line on stderr, ids and counts only, never a document's text or a secret."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog


def configure(stream: TextIO = sys.stderr) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_without_text),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


class Formatter(logging.Formatter):
    """For the libraries we stand on: they log our errors as they come through."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        return "\n".join(f"  {line}" for line in _places(ei[1]))


def _without_text(
    exc_info: tuple[type[BaseException], BaseException, TracebackType | None],
) -> list[str]:
    return _places(exc_info[1])


def _places(error: BaseException | None) -> list[str]:
    """Where it came from, innermost last: messages and local variables quote documents and keys, places do not.

    The operating system's errors are told whole, but for the file's name: they say what is full or gone.
    """
    lines: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        reason = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
        places = [f"{each.filename}:{each.lineno} {each.name}" for each in traceback.extract_tb(error.__traceback__)]
        remote = [line.strip() for line in str(error).splitlines() if line.startswith('  File "')]
        kind = f"{type(error).__module__}.{type(error).__qualname__}{reason}"
        lines = [*(remote if type(error).__name__ == "RemoteTraceback" else places), kind, *lines]
        error = error.__cause__ or error.__context__
    return lines
