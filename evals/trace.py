"""What a run leaves behind: the files before and after, and what was said and called on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from copilot_server.agent import skill as rooms
from copilot_server.agent.skill import Skill


@dataclass(frozen=True)
class File:
    """A file by name and bytes, with the views scorers take of it, each made once."""

    name: str
    data: bytes

    @cached_property
    def skill(self) -> Skill[Any]:
        return rooms.load(rooms.card_for(self.name))

    @cached_property
    def document(self) -> Any:
        """As its own room reads it."""
        return self.skill.document.open(self.data)

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()


@dataclass(frozen=True, slots=True)
class Called:
    """A tool call with what came of it."""

    name: str
    arguments: str
    result: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came of one message or answer of the user; `slot` names what a question was about ("" for none known)."""

    said: str
    status: str
    message: str
    changes: tuple[str, ...] = ()
    calls: tuple[Called, ...] = ()
    replies: int = 0
    question: str = ""
    slot: str = ""
    was_corrected: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """`has_calls` is False where tool calls could not be seen (over HTTP)."""

    spoken: tuple[Spoken, ...] = ()
    tokens: int = 0
    money: float = 0.0
    seconds: float = 0.0
    has_calls: bool = True

    @property
    def questions(self) -> tuple[Spoken, ...]:
        return tuple(each for each in self.spoken if each.question)

    @property
    def calls(self) -> tuple[Called, ...]:
        return tuple(call for each in self.spoken for call in each.calls)

    @property
    def closing(self) -> str:
        return self.spoken[-1].message if self.spoken else ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def trace_from(data: dict[str, Any]) -> Trace:
    """The inverse of `Trace.to_json`."""
    made: dict[str, Any] = {**data, "spoken": tuple(_spoken(each) for each in data["spoken"])}
    return Trace(**made)


def _spoken(data: dict[str, Any]) -> Spoken:
    calls: Sequence[dict[str, Any]] = data["calls"]
    made: dict[str, Any] = {**data, "changes": tuple(data["changes"]), "calls": tuple(Called(**call) for call in calls)}
    return Spoken(**made)


@dataclass(frozen=True)
class Seen:
    """All a scorer may look at."""

    before: File
    after: File
    trace: Trace
