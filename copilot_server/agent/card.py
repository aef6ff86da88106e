"""The front matter of a room's SKILL.md: enough to route by and to list commands, without importing the room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_COMMAND = "command-"
SKILLS_FOLDER = Path(__file__).resolve().parents[2] / "skills"


@dataclass(frozen=True)
class Card:
    """What a room says of itself.

    `commands` are those its `commands.py` adds to the command line, in the same order: name -> what lists say of it.
    In the front matter each is a string of its own, `command-NAME`, as the format allows only strings there.
    """

    name: str
    description: str
    kind: str
    noun: str
    suffixes: tuple[str, ...]
    folder: Path
    commands: Mapping[str, str] = field(default_factory=dict[str, str])

    def instructions(self) -> str:
        return _front_and_body(self.folder / "SKILL.md")[1]


@cache
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
        commands={key.removeprefix(_COMMAND): said for key, said in about.items() if key.startswith(_COMMAND)},
    )


@cache
def cards(folder: Path = SKILLS_FOLDER) -> tuple[Card, ...]:
    """Every room that has a SKILL.md: adding a skill is adding a folder."""
    return tuple(read_card(path.parent) for path in sorted(folder.glob("*/SKILL.md")))
