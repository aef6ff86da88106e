"""A skill: the room's instructions, document type, tools and measures, bundled for the engine."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from copilot_server.agent.answering import Answering
from copilot_server.agent.card import Card, cards
from copilot_server.agent.changes import Change, Finding, Scope
from copilot_server.agent.edit import Document, Edit
from copilot_server.agent.phrases import Plan, Request
from copilot_server.agent.tool import Tool, look_up
from copilot_server.errors import UnsupportedFile

D = TypeVar("D", bound=Document)


def _nothing_to_settle(before: Document, after: Document) -> tuple[str, ...]:  # noqa: ARG001
    return ()


def _scopes_stay(scopes: Sequence[Scope], edit: Edit[Any], document: Document) -> tuple[Scope, ...]:  # noqa: ARG001
    return tuple(scopes)


@dataclass(frozen=True, slots=True)
class Beside:
    """A file that goes out with a document, lying beside it; `notes` say what it could not take along."""

    name: str
    data: bytes
    notes: tuple[str, ...] = ()


def _nothing_beside(document: Document, name: str) -> tuple[Beside, ...]:  # noqa: ARG001
    return ()


@dataclass(frozen=True)
class Skill(Generic[D]):
    """What the engine may ask of a room.

    outline    compact view given with every turn
    compare    measured changes (before, after), large ones folded
    covers     whether a declared scope allows a measured change
    check      all findings of one document
    delta      (new, fixed) findings between two versions; free to look only at what changed
    report     the facts an edit's result should tell the model beyond its changes ("" for none)
    settle     what follows from a batch before it is measured (recalculation); returns notes for the model
    follow     scopes of earlier edits, moved along when a later edit of the batch moves their places
    understand plain commands -> edits, without a model
    beside     files to be written beside the document, given the name it is written under
    printed    (a file whose pages show the document, its suffix), where that is not the document's own
    answering  where documents of this kind are answered by people: how answers are taken and listed
    """

    card: Card
    document: type[D]
    tools: tuple[Tool, ...]
    outline: Callable[[D], str]
    compare: Callable[[D, D], Sequence[Change]]
    covers: Callable[[Scope, Change], bool]
    check: Callable[[D], Sequence[Finding]]
    delta: Callable[[D, D, Sequence[Change]], tuple[Sequence[Finding], Sequence[Finding]]]
    report: Callable[[D, D, Sequence[Change]], str]
    understand: Callable[[Request], Plan]
    settle: Callable[[D, D], Sequence[str]] = field(default=_nothing_to_settle)
    follow: Callable[[Sequence[Scope], Edit[D], D], Sequence[Scope]] = field(default=_scopes_stay)
    beside: Callable[[D, str], Sequence[Beside]] = field(default=_nothing_beside)
    printed: Callable[[D], tuple[bytes, str]] | None = None
    answering: Answering[D] | None = None

    @property
    def name(self) -> str:
        return self.card.name

    @cached_property
    def look_up(self) -> Tool | None:
        """The tool that describes the edits left out of the schemas."""
        return look_up(self.tools)

    def as_printed(self, document: D) -> tuple[bytes, str]:
        """The file whose pages show the document, and its suffix."""
        return self.printed(document) if self.printed else (document.to_bytes(), self.card.suffixes[0])


def load(card: Card) -> Skill[Any]:
    """Import the room; costs what its libraries cost, so only when it is needed."""
    return importlib.import_module(f"skills.{card.folder.name}.agent").skill


def card_for(name: str) -> Card:
    """The room that edits files of this name; raises UnsupportedFile naming the suffixes known."""
    suffix = Path(name).suffix.lower()
    for card in cards():
        if suffix in card.suffixes:
            return card
    known = ", ".join(suffix for card in cards() for suffix in card.suffixes)
    raise UnsupportedFile(f"no skill edits '{suffix or name}' files; these can be edited: {known}")
