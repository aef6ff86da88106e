"""Tool schemas in the dialects servers take."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from copilot_server.agent.messages import ToolSpec
from copilot_server.models import dialect
from copilot_server.models.registry import ModelCard
from tests.models.prompts import chat_at, prompt_of, reply_of
from tests.models.wire_server import WireServer, call, chat


class _Clear(BaseModel, extra="forbid"):
    op: Literal["clear"]
    area: str


class _Fill(BaseModel, extra="forbid"):
    op: Literal["fill"]
    area: str
    text: str | None = None
    times: int = 1


class _Arguments(BaseModel, extra="forbid"):
    edits: list[Annotated[_Clear | _Fill, Field(discriminator="op")]]


SCHEMA = _Arguments.model_json_schema()
SPEC = ToolSpec("edit", "Edit.", SCHEMA)


def _words(node: Any) -> set[str]:
    if isinstance(node, dict):
        return set(node).union(*map(_words, node.values()))
    return set[str]().union(*map(_words, node)) if isinstance(node, list) else set()


def test_plain_schema_has_no_words_that_servers_choke_on() -> None:
    assert {"$ref", "$defs", "oneOf", "const", "discriminator"} <= _words(SCHEMA)
    assert not _words(dialect.plain(SCHEMA)) & {"$ref", "$defs", "oneOf", "const", "discriminator", "title"}


def test_plain_schema_says_the_same() -> None:
    options = dialect.plain(SCHEMA)["properties"]["edits"]["items"]["anyOf"]
    assert [option["properties"]["op"]["enum"] for option in options] == [["clear"], ["fill"]]
    assert options[1]["required"] == ["op", "area"]
    assert options[1]["properties"]["times"] == {"type": "integer", "default": 1}


def test_fields_may_bear_the_names_of_keywords() -> None:
    schema = {"type": "object", "properties": {"title": {"type": "string"}, "const": {"const": 1}}}
    assert dialect.plain(schema)["properties"] == {"title": {"type": "string"}, "const": {"enum": [1]}}


def test_what_stands_beside_a_reference_wins_over_what_it_refers_to() -> None:
    schema = {"$defs": {"A": {"type": "string", "description": "any"}}, "$ref": "#/$defs/A", "description": "mine"}
    assert dialect.plain(schema) == {"type": "string", "description": "mine"}


def test_a_schema_that_refers_to_itself_is_spelt_out_once() -> None:
    tree = {"$defs": {"T": {"type": "array", "items": {"$ref": "#/$defs/T"}}}, "$ref": "#/$defs/T"}
    assert dialect.plain(tree) == {"type": "array", "items": {"description": "the same fields again"}}


def test_strict_schema_closes_every_object_and_requires_every_field() -> None:
    made = dialect.strict(SCHEMA)
    assert made
    fill = made["properties"]["edits"]["items"]["anyOf"][1]
    assert fill["required"] == ["op", "area", "text", "times"]
    assert fill["additionalProperties"] is False
    assert fill["properties"]["times"] == {"anyOf": [{"type": "integer"}, {"type": "null"}]}


def test_what_strict_mode_cannot_say_is_sent_plain() -> None:
    free = ToolSpec("edit", "", {"type": "object", "properties": {"values": {"type": "array", "items": {}}}})
    open_object = ToolSpec("edit", "", {"type": "object", "additionalProperties": {"type": "string"}})
    assert dialect.tool_schema(free, wants_strict=True) == (dialect.plain(free.parameters), False)
    assert dialect.tool_schema(open_object, wants_strict=True)[1] is False
    assert dialect.tool_schema(SPEC, wants_strict=True)[1] is True


def test_nulls_of_fields_left_out_are_taken_away_and_others_stay() -> None:
    sent = {"edits": [{"op": "fill", "area": "A1", "text": None, "times": None}, {"op": "clear", "area": None}]}
    pruned = json.loads(dialect.without_nulls(json.dumps(sent), SCHEMA))
    assert pruned == {"edits": [{"op": "fill", "area": "A1"}, {"op": "clear", "area": None}]}
    assert dialect.without_nulls('{"edits": [', SCHEMA) == '{"edits": ['


async def test_strict_models_get_strict_tools_and_their_nulls_are_undone() -> None:
    arguments = '{"edits": [{"op": "fill", "area": "A1", "text": null, "times": 2}]}'
    async with WireServer(chat(call(0, "a", "edit", arguments))) as server:
        model = chat_at(server, card=ModelCard(strict=True))
        reply = await reply_of(model, prompt_of(tools=(SPEC,)))
    assert server.requests[0].body["tools"][0]["function"]["strict"] is True
    sent = json.loads(reply.message.tool_calls[0].arguments)
    assert sent == {"edits": [{"op": "fill", "area": "A1", "times": 2}]}
