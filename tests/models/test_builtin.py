"""The builtin model: plain commands carried out, everything else said plainly."""

from __future__ import annotations

import json
from typing import Any

from copilot_server.agent import closing
from copilot_server.agent.changes import Change, Receipt
from copilot_server.agent.messages import (
    AssistantMessage,
    Message,
    Reply,
    SystemMessage,
    TextDelta,
    ToolMessage,
    ToolSpec,
    UserMessage,
)
from copilot_server.agent.phrases import EditData, Plan, Request, plan_by_clauses
from copilot_server.models.builtin import BuiltinModel
from tests.models.prompts import EDIT, READ, outputs, prompt_of

ASK = ToolSpec("ask", "Ask.", {"type": "object", "properties": {}})
EDITING = (READ, EDIT, ASK)
READING = (READ, ASK)
LOSS = (
    "edits[0] (delete_sheet): this would destroy sheet 'Costs' with 120 cells, which the user did not ask for; "
    "`ask` them first\nNothing was changed."
)


def _clear(clause: str, _: Request) -> list[EditData] | None:
    return [{"op": "clear", "range": clause.split()[1]}] if clause.startswith("clear ") else None


def _understand(request: Request) -> Plan:
    return plan_by_clauses(request, [_clear], examples="clear B2, clear D4:D9")


async def _reply(*messages: Message, tools: tuple[ToolSpec, ...] = EDITING) -> Reply:
    """What it answers to the conversation; its text must have been streamed."""
    prompt = prompt_of(SystemMessage("Help."), *messages, tools=tools)
    *deltas, reply = await outputs(BuiltinModel(_understand), prompt)
    assert isinstance(reply, Reply)
    assert "".join(delta.text for delta in deltas if isinstance(delta, TextDelta)) == reply.message.text
    return reply


async def _message(*messages: Message, tools: tuple[ToolSpec, ...] = EDITING) -> AssistantMessage:
    return (await _reply(*messages, tools=tools)).message


def _sent(message: AssistantMessage) -> tuple[str, Any]:
    (call,) = message.tool_calls
    return call.name, json.loads(call.arguments)


async def test_a_request_of_several_commands_becomes_one_edit_call() -> None:
    message = await _message(UserMessage("clear B2; clear C3", "<document/>"))
    edits = [{"op": "clear", "range": "B2"}, {"op": "clear", "range": "C3"}]
    assert _sent(message) == ("edit", {"edits": edits})
    assert message.text == ""


async def test_the_closing_message_is_made_of_what_the_tool_measured() -> None:
    asked = UserMessage("clear B2")
    called = await _message(asked)
    closing = await _message(asked, called, ToolMessage(called.tool_calls[0].id, "edit", "Sales!B2: 10 → empty"))
    assert closing.text == "Done:\nSales!B2: 10 → empty"


async def test_nothing_done_is_not_called_done() -> None:
    asked = UserMessage("clear B2")
    called = await _message(asked)
    facts = "nothing changed: all of it stood so already"
    assert (await _message(asked, called, ToolMessage("x", "edit", facts))).text == facts


async def test_a_failed_edit_says_what_failed_and_that_nothing_changed() -> None:
    asked = UserMessage("clear ZZ")
    called = await _message(asked)
    error = "edits[0] (clear): no cells ZZ\nNothing was changed."
    reply = await _reply(asked, called, ToolMessage("x", "edit", error, is_error=True))
    assert reply.message.text == "This could not be done, and nothing was changed:\nedits[0] (clear): no cells ZZ"
    assert reply.finish == "refusal"


async def test_one_part_not_understood_and_nothing_is_done() -> None:
    message = await _message(UserMessage("clear B2; make it pretty; sing"))
    assert message.tool_calls == ()
    assert "“make it pretty”; “sing”" in message.text
    assert "nothing of this request was done" in message.text
    assert "clear B2, clear D4:D9" in message.text
    assert "OPENAI_API_KEY" in message.text
    assert "COPILOT_MODEL" in message.text


async def test_an_empty_request_is_not_understood_either() -> None:
    reply = await _reply(UserMessage(" "))
    assert "nothing of this request was done" in reply.message.text
    assert reply.finish == "refusal"


async def test_only_the_last_request_is_carried_out() -> None:
    message = await _message(UserMessage("clear B2"), AssistantMessage("Done."), UserMessage("clear C3"))
    assert _sent(message)[1] == {"edits": [{"op": "clear", "range": "C3"}]}


async def test_where_nothing_may_be_edited_it_says_what_it_would_do() -> None:
    message = await _message(UserMessage("clear B2"), tools=READING)
    assert message.tool_calls == ()
    assert message.text == 'Nothing is changed yet. Carrying this out would mean:\n1. would clear: range "B2"'


async def test_a_question_is_not_answered_but_declined() -> None:
    text = (await _message(UserMessage("what is the total?"), tools=READING)).text
    assert "questions cannot be answered" in text


async def test_an_approved_plan_is_carried_out_and_a_declined_one_is_not() -> None:
    asked = UserMessage("clear B2")
    plan = await _message(asked, tools=READING)
    assert _sent(await _message(asked, plan, UserMessage("yes")))[1] == {"edits": [{"op": "clear", "range": "B2"}]}
    assert (await _message(asked, plan, UserMessage("no"))).text == "Nothing was changed."
    other = await _message(asked, plan, UserMessage("clear D4 instead"))
    assert _sent(other)[1] == {"edits": [{"op": "clear", "range": "D4"}]}


async def test_a_loss_is_asked_about_and_done_only_after_a_yes() -> None:
    talk: list[Message] = [UserMessage("clear B2")]
    talk.append(await _message(*talk))
    talk.append(ToolMessage("x", "edit", LOSS, is_error=True))
    question = await _message(*talk)
    name, arguments = _sent(question)
    assert (name, arguments["choices"]) == ("ask", ["yes", "no"])
    assert arguments["question"] == "This would delete or overwrite sheet 'Costs' with 120 cells. Do it?"
    talk.append(question)
    agreed = await _message(*talk, ToolMessage("y", "ask", "The user answers: Yes, do it"))
    assert _sent(agreed) == ("edit", {"edits": [{"op": "clear", "range": "B2"}]})
    declined = await _message(*talk, ToolMessage("y", "ask", "The user answers: keep it"))
    assert declined.text == "Nothing was changed."


async def test_a_loss_refused_after_the_answer_is_not_asked_again() -> None:
    talk: list[Message] = [UserMessage("clear B2"), ToolMessage("y", "ask", "The user answers: yes")]
    message = await _message(*talk, ToolMessage("x", "edit", LOSS, is_error=True))
    assert message.tool_calls == ()
    assert message.text.startswith("This could not be done")


async def test_call_ids_are_never_repeated() -> None:
    asked = UserMessage("clear B2")
    first = await _message(asked)
    second = await _message(asked, first, ToolMessage("x", "edit", "ok"), AssistantMessage("Done."), asked)
    assert first.tool_calls[0].id != second.tool_calls[0].id


async def test_a_complaint_about_its_closing_message_is_answered_with_what_was_measured() -> None:
    complaint = closing.contradiction("I deleted sheet Costs.", Receipt(changes=(Change("cell", "Sales!B2"),)))
    assert complaint
    answered = await _message(UserMessage("clear B2"), AssistantMessage("x"), UserMessage(complaint))
    assert answered.text == "Changed: cell at Sales!B2."
