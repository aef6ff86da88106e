"""Carries a task through our unmodified loop over any model, with a user that answers as the task says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from copilot_server import app
from copilot_server.agent import skill as rooms
from copilot_server.agent.closing import measured_in
from copilot_server.agent.conversation import Conversation, ModelMaker, Say
from copilot_server.agent.limits import Limits
from copilot_server.agent.loop import Outcome
from copilot_server.agent.messages import AssistantMessage, Message, ToolMessage, Usage, UserMessage
from copilot_server.agent.workbench import Opened, Question
from copilot_server.errors import TurnError
from evals.task import Said, Task
from evals.trace import Called, File, Seen, Spoken, Trace

_BARE = Path(__file__).parent / "bare"
_MOST_QUESTIONS = 3
LIMITS = Limits(seconds=3600.0)  # a model that is slow is still measured to its end
_NO_ANSWER = "I have nothing to add; decide as you think best."


@dataclass
class _Tally:
    """What has been seen so far."""

    spoken: list[Spoken]
    usage: Usage
    seconds: float = 0.0

    def add(self, spoken: Spoken, usage: Usage, seconds: float) -> None:
        self.spoken.append(spoken)
        self.usage = self.usage + usage
        self.seconds += seconds

    def trace(self) -> Trace:
        return Trace(tuple(self.spoken), self.usage.tokens, self.usage.money, round(self.seconds, 3))


async def run(task: Task, make_model: ModelMaker, *, is_bare: bool = False, limits: Limits | None = None) -> Seen:
    """Every turn of the task; a turn that fails leaves its file as it was. Raises ModelError when the model is down."""
    opened = opening(task)
    before = File(task.name, opened.document.to_bytes())
    target = _bared(opened) if is_bare else opened
    others = {name: opened_as(name, data()) for name, data in task.beside.items()}
    talk = Conversation(target, make_model, others, limits or LIMITS, is_new=task.source is None)
    tally = _Tally([], Usage())
    for said in task.turns:
        await _turn(talk, task, said, tally)
    return Seen(before, File(task.name, talk.document.to_bytes()), tally.trace())


def opening(task: Task) -> Opened:
    """The task's file in its room, or a new one of its kind."""
    card = next(card for card in rooms.cards() if card.name == task.skill)
    if task.source is None:
        return app.create(card.noun, task.name)
    return opened_as(task.name, task.source())


def opened_as(name: str, data: bytes) -> Opened:
    """The file in the room of its kind."""
    skill = rooms.load(rooms.card_for(name))
    return Opened(name, skill, skill.document.open(data))


def _bared(opened: Opened) -> Opened:
    """The same tools without the room's SKILL.md: what its words are worth shows in the difference."""
    return replace(opened, skill=replace(opened.skill, card=replace(opened.skill.card, folder=_BARE)))


async def _turn(talk: Conversation, task: Task, said: Said, tally: _Tally) -> None:
    text, is_answer = said.text, False
    for _ in range(_MOST_QUESTIONS + 1):
        known = len(talk.messages)
        try:
            outcome = await (
                talk.answer(text) if is_answer else talk.say(Say(text, selection=said.selection, texts=said.texts))
            )
        except TurnError as error:
            tally.add(Spoken(text, "failed", str(error)), Usage(), 0.0)
            return
        reply, slot = _reply(task, outcome.question)
        tally.add(_spoken(text, outcome, talk.messages[known:], slot), outcome.usage, outcome.seconds)
        if outcome.status != "needs_answer":
            return
        text, is_answer = reply, True


def _reply(task: Task, question: Question | None) -> tuple[str, str]:
    """(what the user answers, the slot the question is about)."""
    if question is None:
        return "", ""
    return reply_to(task, " ".join((question.text, *question.choices)))


def reply_to(task: Task, asked: str) -> tuple[str, str]:
    """The user knows what was left out of the task, and nothing else."""
    if task.slot and re.search(task.slot.pattern, asked, re.IGNORECASE):
        return task.slot.answer, task.slot.name
    return _NO_ANSWER, ""


def _spoken(text: str, outcome: Outcome, messages: Sequence[Message], slot: str) -> Spoken:
    return Spoken(
        said=text,
        status=outcome.status,
        message=outcome.text,
        changes=tuple(change.text or f"{change.kind} {change.where}" for change in outcome.receipt.changes),
        calls=calls_in(messages),
        replies=sum(isinstance(message, AssistantMessage) for message in messages),
        question=outcome.text if outcome.question else "",
        slot=slot,
        was_corrected=any(isinstance(each, UserMessage) and measured_in(each.text) is not None for each in messages),
    )


def calls_in(messages: Sequence[Message]) -> tuple[Called, ...]:
    results: dict[str, ToolMessage] = {each.call_id: each for each in messages if isinstance(each, ToolMessage)}
    calls: list[Called] = []
    for message in messages:
        if isinstance(message, AssistantMessage):
            for call in message.tool_calls:
                result = results.get(call.id)
                calls.append(
                    Called(call.name, call.arguments, result.text if result else "", bool(result and result.is_error))
                )
    return tuple(calls)
