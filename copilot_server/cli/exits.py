"""Exit codes: what a script may branch on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.errors import (
    BadRequest,
    Cancelled,
    Conflict,
    CopilotError,
    FileError,
    NotFound,
    UpstreamError,
)

if TYPE_CHECKING:  # the loop costs what `--help` may take in all
    from copilot_server.agent.loop import Status

OK, FAILED, USAGE, NEEDS_ANSWER, UPSTREAM, CONFLICT, INVALID_FILE, CANCELLED = 0, 1, 2, 3, 4, 5, 6, 130

_BY_ERROR: tuple[tuple[type[CopilotError], int], ...] = (
    (FileError, INVALID_FILE),
    (Conflict, CONFLICT),
    (NotFound, USAGE),
    (BadRequest, USAGE),
    (UpstreamError, UPSTREAM),
    (Cancelled, CANCELLED),
)
_BY_STATUS: dict[Status, int] = {
    "completed": OK,
    "failed": FAILED,
    "needs_answer": NEEDS_ANSWER,
    "cancelled": CANCELLED,
}


def exit_code(error: CopilotError) -> int:
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), FAILED)


def exit_code_of(status: Status) -> int:
    return _BY_STATUS[status]
