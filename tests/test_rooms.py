"""Every skill has the same shape, few tools, every field described, and a schema within its budget."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from copilot_server.agent import schema, skill
from copilot_server.agent.edit import Edit
from copilot_server.agent.tool import look_up
from copilot_server.agent.workbench import ask
from copilot_server.models import dialect

CARDS = skill.cards()
SURFACE_TOKENS = 3000
# Fields that say all there is to say by their name: what they are called is what a person would call them.
PLAIN_WORDS = frozenset(
    """op edits sheet range text value values count name title column row slide item question section label by find
    replace author style font size color bold italic underline strike wrap hidden descending append alt level limit
    whole_cell match_case max_tokens categories series notes url width height rows columns date language before after
    merge border fill align required help ops header footer head items rotation shapes slides subtitle indent body x y
    whole_word""".split()
)
each_room = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)


@each_room
def test_a_room_has_the_files_of_every_room(card: skill.Card) -> None:
    names = {path.stem for path in card.folder.iterdir()}

    assert {"SKILL", "agent", "document", "edits", "tools", "changes", "checks", "phrases"} <= names


@each_room
def test_instructions_follow_the_open_format_and_stay_short(card: skill.Card) -> None:
    assert card.name == card.folder.name
    assert len(card.instructions().splitlines()) < 300


@each_room
def test_a_room_has_at_most_six_tools_and_the_four_of_every_room(card: skill.Card) -> None:
    names = [tool.name for tool in skill.load(card).tools]

    assert {"read", "find", "edit", "check"} <= set(names)
    assert len(names) <= 6


@each_room
def test_the_whole_tool_surface_stays_within_its_token_budget(card: skill.Card) -> None:
    tools = [*skill.load(card).tools, ask]
    described = look_up(skill.load(card).tools)
    shown = [
        {"name": each.name, "description": each.description, "parameters": dialect.plain(each.parameters)}
        for each in [*tools, *([described] if described else [])]
    ]

    assert len(json.dumps(shown, ensure_ascii=False)) / 4 < SURFACE_TOKENS


@each_room
def test_every_edit_says_when_to_use_it_and_what_it_touches(card: skill.Card) -> None:
    edits = [edit for tool in skill.load(card).tools for edit in schema.edits_in(tool.arguments)]

    assert edits
    for edit in edits:
        assert (edit.__doc__ or "").strip(), edit.__name__
        assert edit.scope is not Edit.scope, f"{edit.__name__} declares no scope"
        assert edit.apply is not Edit.apply, f"{edit.__name__} does nothing"


@each_room
def test_names_of_edits_are_unlike_each_other(card: skill.Card) -> None:
    names = [schema.name_of(edit) for tool in skill.load(card).tools for edit in schema.edits_in(tool.arguments)]

    assert len(names) == len(set(names))


@each_room
def test_every_field_a_name_does_not_explain_is_described(card: skill.Card) -> None:
    silent = {
        f"{tool.name}: {name}"
        for tool in skill.load(card).tools
        for name, field in _properties(tool.parameters)
        if name not in PLAIN_WORDS and "description" not in field and "enum" not in field and "$ref" not in field
    }

    assert not silent


def _properties(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield from node.get("properties", {}).items()
        for inner in node.values():
            yield from _properties(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _properties(inner)
