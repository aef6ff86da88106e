"""A skill: the room's instructions, document type, tools and measures, bundled for the engine."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml

from copilot_server.agent.changes import Change, Finding, Scope
from copilot_server.agent.edit import Document, Edit
from copilot_server.agent.phrases import Plan, Request
from copilot_server.agent.tool import Tool
from copilot_server.errors import UnsupportedFile

D = TypeVar("D", bound=Document)
SKILLS_FOLDER = Path(__file__).resolve().parents[2] / "skills"


@dataclass(frozen=True)
class Card:
    """The front matter of SKILL.md: enough to route by, without importing the room."""

    name: str
    description: str
    kind: str
    noun: str
    suffixes: tuple[str, ...]
    folder: Path

    def instructions(self) -> str:
        return _front_and_body(self.folder / "SKILL.md")[1]


def _nothing_to_settle(before: Document, after: Document) -> tuple[str, ...]:  # noqa: ARG001
    return ()


def _scopes_stay(scopes: Sequence[Scope], edit: Edit[Any], document: Document) -> tuple[Scope, ...]:  # noqa: ARG001
    return tuple(scopes)


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

    @property
    def name(self) -> str:
        return self.card.name


def _front_and_body(path: Path) -> tuple[Mapping[str, Any], str]:
    """agentskills.io format: YAML between two `---` lines, then the instructions."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body.strip()


def read_card(folder: Path) -> Card:
    front, _ = _front_and_body(folder / "SKILL.md")
    about = front["metadata"]
    return Card(
        name=front["name"],
        description=front["description"],
        kind=about["kind"],
        noun=about["noun"],
        suffixes=tuple(about["suffixes"].split()),
        folder=folder,
    )


@cache
def cards(folder: Path = SKILLS_FOLDER) -> tuple[Card, ...]:
    """Every room that has a SKILL.md: adding a skill is adding a folder."""
    return tuple(read_card(path.parent) for path in sorted(folder.glob("*/SKILL.md")))


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
