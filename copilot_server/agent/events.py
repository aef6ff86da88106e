"""What a turn tells while it runs: the closed list of events every face passes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

EventType: TypeAlias = Literal[
    "turn.started",
    "message.delta",
    "plan.proposed",
    "tool.started",
    "tool.completed",
    "change.applied",
    "question.asked",
    "document.version",
    "warning",
    "turn.completed",
    "turn.failed",
    "turn.cancelled",
    "turn.needs_answer",
]


@dataclass(frozen=True, slots=True)
class Event:
    """`data` is JSON; what each type carries is in docs/http.md."""

    type: EventType
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])


Emit: TypeAlias = Callable[[Event], None]


def ignore(event: Event) -> None:
    """For callers who do not watch."""
