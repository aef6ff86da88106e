"""A turn from message to end, over a toy room and a model that says what it is told."""

from __future__ import annotations

import pytest

from copilot_server.agent.conversation import Conversation, Say
from copilot_server.agent.events import Event
from copilot_server.agent.limits import Limits
from copilot_server.agent.messages import ToolMessage, UserMessage
from copilot_server.agent.workbench import Opened
from copilot_server.errors import Conflict, LimitReached, ModelError
from tests.agent.speaker import Speaker, calls, says
from tests.agent.toy import SKILL, Lines


def talk(model: Speaker, *lines: str, limits: Limits | None = None) -> Conversation:
    opened = Opened("a.lines", SKILL, Lines(lines or ("one", "two", "three")))
    return Conversation(opened, lambda _: model, limits=limits or Limits())


def set_line(number: int, text: str) -> tuple[str, object]:
    return ("edit", {"edits": [{"op": "set_line", "line": number, "text": text}]})


async def test_an_edit_ends_completed_with_its_measured_change() -> None:
    conversation = talk(Speaker(calls(set_line(2, "TWO")), says("I changed line 2.")))

    outcome = await conversation.say(Say("shout line 2"))

    assert outcome.status == "completed"
    assert [change.where for change in outcome.receipt.changes] == ["line 2"]
    assert conversation.document.lines == ["one", "TWO", "three"]


async def test_a_claim_without_a_change_is_corrected_by_the_model() -> None:
    model = Speaker(says("Done, I updated line 2."), says("Nothing was changed: line 2 was right."))

    outcome = await talk(model).say(Say("shout line 2"))

    assert "claims what was not measured" in model.prompts[1].messages[-1].text
    assert outcome.text == "Nothing was changed: line 2 was right."


async def test_a_claim_repeated_without_a_change_is_replaced_by_the_receipt() -> None:
    outcome = await talk(Speaker(says("I updated line 2."), says("I have updated line 2."))).say(Say("shout"))

    assert outcome.text == "Nothing was changed."


async def test_a_failed_batch_leaves_the_document_and_tells_the_model() -> None:
    batch = (
        "edit",
        {"edits": [{"op": "set_line", "line": 1, "text": "x"}, {"op": "set_line", "line": 9, "text": "y"}]},
    )
    model = Speaker(calls(batch), says("Line 9 is not there, so I left all as it was."))

    outcome = await talk(model).say(Say("change lines 1 and 9"))

    assert outcome.receipt.is_empty
    assert "edits[1] (set_line): no line 9; the last is 3" in model.prompts[1].messages[-1].text


async def test_what_an_edit_did_not_declare_is_refused() -> None:
    model = Speaker(calls(("edit", {"edits": [{"op": "sneak"}]})), says("It was refused."))

    outcome = await talk(model).say(Say("go on"))

    assert outcome.receipt.is_empty
    assert "it would touch more than was asked" in model.prompts[1].messages[-1].text


async def test_a_question_ends_the_turn_and_its_answer_resumes_it() -> None:
    ask = ("ask", {"question": "Which line?", "choices": ["1", "2"]})
    model = Speaker(calls(set_line(1, "ONE"), ask), calls(set_line(2, "TWO")), says("Lines 1 and 2 are set."))
    conversation = talk(model)

    events: list[Event] = []

    asked = await conversation.say(Say("shout"), events.append)
    before_answer = list(conversation.document.lines)
    outcome = await conversation.answer("the second")

    assert asked.status == "needs_answer"
    assert asked.question is not None
    assert asked.question.choices == ("1", "2")
    assert events[-1] == Event("question.asked", {"text": "Which line?", "choices": ["1", "2"]})
    assert before_answer == ["one", "two", "three"]
    assert model.prompts[1].messages[-1] == ToolMessage("c1", "ask", "The user answers: the second")
    assert conversation.document.lines == ["ONE", "TWO", "three"]
    assert outcome.status == "completed"


async def test_an_answer_without_a_question_is_a_conflict() -> None:
    with pytest.raises(Conflict, match="no question is open"):
        await talk(Speaker()).answer("yes")


async def test_a_plan_is_shown_first_and_carried_out_when_approved() -> None:
    model = Speaker(says("I would shout line 2."), calls(set_line(2, "TWO")), says("Line 2 was set."))
    conversation = talk(model)
    events: list[Event] = []

    planned = await conversation.say(Say("shout line 2", mode="plan"), events.append)
    outcome = await conversation.answer("yes")

    assert planned.status == "needs_answer"
    assert "plan.proposed" in [event.type for event in events]
    assert "edit" not in [tool.name for tool in model.prompts[0].tools]
    assert "edit" in [tool.name for tool in model.prompts[1].tools]
    assert [change.after for change in outcome.receipt.changes] == ["TWO"]


async def test_ask_mode_refuses_to_edit() -> None:
    model = Speaker(calls(set_line(1, "x")), says("I may not edit."))

    outcome = await talk(model).say(Say("what is it?", mode="ask"))

    assert outcome.receipt.is_empty
    assert "not offered in ask mode" in model.prompts[1].messages[-1].text


async def test_an_unknown_tool_is_answered_with_the_tools_there_are() -> None:
    model = Speaker(calls(("write", {})), says("Sorry."))

    await talk(model).say(Say("go"))

    assert model.prompts[1].messages[-1].text == "no tool 'write'; the tools are read, edit, ask, look_up"


async def test_the_turn_stops_at_its_limit_of_steps() -> None:
    model = Speaker(*[calls(("read", {}))] * 5)

    with pytest.raises(LimitReached, match="limit of steps: 3 of 3"):
        await talk(model, limits=Limits(steps=3)).say(Say("read on"))


async def test_an_empty_reply_is_asked_for_once_more() -> None:
    outcome = await talk(Speaker(says(""), says("Three lines."))).say(Say("how many?"))

    assert outcome.text == "Three lines."


async def test_two_empty_replies_are_the_models_error() -> None:
    with pytest.raises(ModelError, match="nothing at all"):
        await talk(Speaker(says(""), says(" "))).say(Say("how many?"))


async def test_a_second_turn_sees_the_first_and_a_fresh_outline() -> None:
    model = Speaker(calls(set_line(2, "TWO")), says("Set."), says("It says TWO."))
    conversation = talk(model)

    await conversation.say(Say("shout line 2"))
    await conversation.say(Say("what does it say?"))

    users = [message for message in model.prompts[2].messages if isinstance(message, UserMessage)]
    assert [user.text for user in users] == ["shout line 2", "what does it say?"]
    assert [bool(user.context) for user in users] == [False, True]


async def test_losing_content_nobody_asked_for_needs_their_word() -> None:
    drop = ("edit", {"edits": [{"op": "drop_line", "line": 3}]})
    ask = ("ask", {"question": "Delete line 3?", "choices": ["yes", "no"]})
    model = Speaker(calls(drop), calls(ask), calls(drop), says("Line 3 was deleted."))
    conversation = talk(model)

    await conversation.say(Say("tidy up"))
    outcome = await conversation.answer("yes")

    assert "would destroy line 3" in model.prompts[1].messages[-1].text
    assert [change.after for change in outcome.receipt.changes] == [None]


async def test_a_declined_question_gives_no_consent() -> None:
    drop = ("edit", {"edits": [{"op": "drop_line", "line": 3}]})
    ask = ("ask", {"question": "Delete line 3?"})
    model = Speaker(calls(ask), calls(drop), says("I kept it."))
    conversation = talk(model)

    await conversation.say(Say("tidy up"))
    outcome = await conversation.answer("no, keep it")

    assert outcome.receipt.is_empty


async def test_events_tell_the_turn_in_order() -> None:
    events: list[Event] = []

    await talk(Speaker(calls(set_line(2, "TWO")), says("Set."))).say(Say("go"), events.append)

    assert [event.type for event in events] == [
        "turn.started",
        "tool.started",
        "tool.completed",
        "change.applied",
        "message.delta",
    ]
