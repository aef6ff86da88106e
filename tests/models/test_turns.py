"""Whole turns over a toy room: the builtin model, and a hosted one that fails in every way it can."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from copilot_server.agent.conversation import Conversation, Say
from copilot_server.agent.events import Event
from copilot_server.agent.messages import Model
from copilot_server.agent.phrases import EditData, Plan, Request, plan_by_clauses
from copilot_server.agent.workbench import Opened
from copilot_server.models import replay
from copilot_server.models.builtin import BuiltinModel
from copilot_server.models.replay import Recorder
from copilot_server.models.retry import RetryingModel, Surroundings
from tests.agent.toy import SKILL, Lines
from tests.models.prompts import chat_at
from tests.models.test_retry import FakeTime
from tests.models.wire_server import WireServer, call, chat, refused


def _set(clause: str, _: Request) -> Sequence[EditData] | None:
    number, found, text = clause.removeprefix("line ").partition(" is ")
    return [{"op": "set_line", "line": int(number), "text": text}] if found else None


def _away(clause: str, _: Request) -> Sequence[EditData] | None:
    return [{"op": "drop_line", "line": int(clause.split()[1])}] if clause.endswith(" goes") else None


def _understand(request: Request) -> Plan:
    return plan_by_clauses(request, [_set, _away])


def _talk(model: Model | None = None) -> Conversation:
    opened = Opened("a.lines", SKILL, Lines(("one", "two", "three")))
    return Conversation(opened, lambda _: model or BuiltinModel(_understand))


async def test_plain_commands_are_carried_out_and_told_as_measured() -> None:
    talk = _talk()
    outcome = await talk.say(Say("line 1 is ONE; line 3 is THREE"))
    assert (outcome.status, talk.document.to_bytes()) == ("completed", b"ONE\ntwo\nTHREE")
    assert outcome.text == "Done:\nline 1: one → ONE\nline 3: three → THREE"


async def test_what_is_not_understood_changes_nothing() -> None:
    talk = _talk()
    outcome = await talk.say(Say("line 1 is ONE; make it nicer"))
    assert outcome.receipt.is_empty
    assert "“make it nicer”" in outcome.text


async def test_a_command_that_fails_is_told_and_changes_nothing() -> None:
    talk = _talk()
    outcome = await talk.say(Say("line 1 is ONE; line 9 is NINE"))
    assert outcome.receipt.is_empty
    assert "no line 9; the last is 3" in outcome.text
    assert "nothing was changed" in outcome.text


async def test_a_loss_is_asked_about_and_carried_out_after_the_yes() -> None:
    talk = _talk()
    asked = await talk.say(Say("line 2 goes"))
    assert (asked.status, talk.document.to_bytes()) == ("needs_answer", b"one\ntwo\nthree")
    assert asked.question
    assert "line 2" in asked.question.text
    done = await talk.answer("yes")
    assert (done.status, talk.document.to_bytes()) == ("completed", b"one\nthree")


async def test_a_loss_declined_leaves_all_as_it_was() -> None:
    talk = _talk()
    await talk.say(Say("line 2 goes"))
    outcome = await talk.answer("no")
    assert (outcome.text, outcome.receipt.is_empty) == ("Nothing was changed.", True)


async def test_a_plan_is_carried_out_once_approved() -> None:
    talk = _talk()
    planned = await talk.say(Say("line 2 is TWO", mode="plan"))
    assert planned.status == "needs_answer"
    assert planned.receipt.is_empty
    done = await talk.answer("yes")
    assert (done.status, talk.document.to_bytes()) == ("completed", b"one\nTWO\nthree")


async def test_a_question_in_ask_mode_is_declined_plainly() -> None:
    outcome = await _talk().say(Say("how many lines are there?", mode="ask"))
    assert outcome.status == "failed"
    assert "questions cannot be answered" in outcome.text


async def test_what_is_not_understood_is_no_plan_to_approve() -> None:
    assert (await _talk().say(Say("make it nicer", mode="plan"))).status == "failed"


def _edit(line: int, text: str) -> str:
    return json.dumps({"edits": [{"op": "set_line", "line": line, "text": text}]})


FAULTS = (
    refused(429, "busy", headers={"retry-after": "7"}),
    refused(500, "oops"),
    chat({"content": "Let me s"}, finish=None, usage=None, is_cut=True),
    chat(call(0, "a", "edit", '{"edits": [{"op"')),
    chat(call(0, "a", "erase_everything", "{}")),
    chat({"content": ""}),
    chat(call(0, "a", "read", "{}"), call(1, "a", "edit", _edit(1, "ONE")), usage=None),
    chat({"content": "I changed line 1."}),
)


async def test_a_turn_gets_through_every_fault_of_a_provider() -> None:
    seen: list[Event] = []
    time = FakeTime()
    async with WireServer(*FAULTS) as server:
        talk = _talk(RetryingModel(chat_at(server), surroundings=Surroundings(time.clock, time.sleep, lambda: 1.0)))
        outcome = await talk.say(Say("shout line 1"), seen.append)
    assert (outcome.status, outcome.text) == ("completed", "I changed line 1.")
    assert talk.document.to_bytes() == b"ONE\ntwo\nthree"
    assert time.slept == [7, 2, 4]
    assert len([event for event in seen if event.data.get("voids_message")]) == 3
    results = [message for message in server.requests[-1].body["messages"] if message["role"] == "tool"]
    assert [message["tool_call_id"] for message in results] == ["a", "a_2", "a_3", "a_4"]
    assert "not valid JSON" in results[0]["content"]
    assert "no tool 'erase_everything'" in results[1]["content"]
    assert outcome.usage.is_estimated


async def test_a_refusal_ends_the_turn_with_its_words_and_no_change() -> None:
    async with WireServer(chat({"refusal": "I can't help with that."})) as server:
        outcome = await _talk(chat_at(server)).say(Say("do something bad"))
    assert (outcome.status, outcome.text) == ("failed", "I can't help with that.")
    assert outcome.receipt.is_empty


async def test_a_recorded_turn_is_replayed_to_the_same_end(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    async with WireServer(*FAULTS[3:]) as server:
        recorded = await _talk(Recorder(chat_at(server), path, "answered by a script")).say(Say("shout line 1"))
    talk = _talk(replay.load(path))
    replayed = await talk.say(Say("shout line 1"))
    assert (replayed.text, replayed.receipt.changes) == (recorded.text, recorded.receipt.changes)
    assert talk.document.to_bytes() == b"ONE\ntwo\nthree"
