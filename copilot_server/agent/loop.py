"""The whole agent loop: model, tools, answer, until the turn ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from copilot_server.agent import closing, history
from copilot_server.agent.changes import JsonValue, Receipt
from copilot_server.agent.events import Emit, Event
from copilot_server.agent.flat import flat
from copilot_server.agent.limits import Limits, Meter
from copilot_server.agent.messages import (
    AssistantMessage,
    Message,
    Model,
    Prompt,
    Reply,
    Restarted,
    SystemMessage,
    TextDelta,
    ToolCall,
    ToolMessage,
    Usage,
    UserMessage,
)
from copilot_server.agent.workbench import Bench, Mode, Question
from copilot_server.errors import ModelError

Status: TypeAlias = Literal["completed", "needs_answer", "failed", "cancelled"]
_APPROVE = Question("Carry out this plan?", ("yes", "no"))


@dataclass(frozen=True)
class Turn:
    """What a turn starts from. `messages` are those of earlier turns, or of this one when it resumes.

    Where the text answers a `question`, `asked` is the id of the `ask` call it belongs to (None: a plan's approval).
    """

    text: str
    instructions: str
    mode: Mode = "edit"
    context: str = ""
    messages: tuple[Message, ...] = ()
    asked: str | None = None
    question: Question | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Outcome:
    """How a turn ended; `messages` carry on the conversation, `asked` is the call an answer will belong to."""

    status: Status
    text: str
    receipt: Receipt
    messages: tuple[Message, ...]
    usage: Usage
    seconds: float
    question: Question | None = None
    asked: str | None = None

    def to_json(self, output: str | None) -> dict[str, JsonValue]:
        """The one object every face answers with; `output` is where the edited file is found."""
        question = {"question": flat(self.question)} if self.question else {}
        return {
            "status": self.status,
            "message": self.text,
            **question,
            "output": output,
            "receipt": self.receipt.to_json(),
            "usage": flat(self.usage),
            "seconds": self.seconds,
        }


async def run(turn: Turn, model: Model, bench: Bench, emit: Emit) -> Outcome:
    """Carry one turn to its end; raises TurnError or ModelError when it cannot be, with nothing committed."""
    meter = Meter(turn.limits)
    emit(Event("turn.started", {"mode": turn.mode}))
    messages = await _opening(turn, bench)
    opening = len(messages)
    is_corrected = False
    while True:
        reply = await _speak(turn, model, bench, messages, meter, emit)
        messages.append(reply.message)
        question = await _use_tools(reply.message.tool_calls, turn.mode, bench, messages, emit)
        if question:
            emit(Event("question.asked", {"text": question[1].text, "choices": list(question[1].choices)}))
            return await _end("needs_answer", question[1].text, bench, messages, meter, question)
        if reply.message.tool_calls:
            continue
        receipt = await bench.receipt()
        if reply.finish == "refusal" and receipt.is_empty:
            return await _end("failed", reply.message.text, bench, messages, meter)
        if turn.mode == "plan":
            emit(Event("plan.proposed", {"text": reply.message.text}))
            return await _end("needs_answer", reply.message.text, bench, messages, meter, ("", _APPROVE))
        was_refused = closing.edit_was_refused(messages[opening:])
        complaint = closing.contradiction(reply.message.text, receipt, was_refused=was_refused)
        if complaint is None or is_corrected:
            text = closing.corrected(reply.message.text, receipt, was_refused=was_refused)
            return await _end("completed", text, bench, messages, meter)
        is_corrected = True
        messages.append(UserMessage(complaint))


async def _opening(turn: Turn, bench: Bench) -> list[Message]:
    """System message, the conversation so far, and what the user says now with the outline as it stands."""
    head: list[Message] = [SystemMessage(turn.instructions), *turn.messages]
    if turn.question is not None:
        bench.hear(turn.question, turn.text)
    if turn.asked:
        return [*head, ToolMessage(turn.asked, "ask", f"The user answers: {turn.text}")]
    context = "\n".join(part for part in (await bench.context(), turn.context) if part)
    return [*head, UserMessage(turn.text, context)]


async def _speak(
    turn: Turn, model: Model, bench: Bench, messages: Sequence[Message], meter: Meter, emit: Emit
) -> Reply:
    """One model call within the limits; an empty reply is asked for once more."""
    budget = int(model.context_tokens * turn.limits.context_share)
    for _ in range(2):
        meter.step()
        prompt = Prompt(history.fit(messages, budget), bench.specs(turn.mode))
        reply = await _stream(model, prompt, emit)
        meter.count(reply.usage)
        if reply.message.text.strip() or reply.message.tool_calls:
            return reply
    raise ModelError("the model answered twice with nothing at all", is_transient=True)


async def _stream(model: Model, prompt: Prompt, emit: Emit) -> Reply:
    async for piece in model.stream(prompt):
        match piece:
            case TextDelta(text=text):
                emit(Event("message.delta", {"text": text}))
            case Restarted(reason=reason, seconds=seconds):
                emit(Event("warning", {"text": reason, "retry_in_seconds": seconds, "voids_message": True}))
            case Reply():
                return piece
    raise ModelError("the model's reply ended before it was whole", is_transient=True)


async def _use_tools(
    calls: Sequence[ToolCall], mode: Mode, bench: Bench, messages: list[Message], emit: Emit
) -> tuple[str, Question] | None:
    """Carry out every call of a reply in order; a question is kept for last, its answer comes from the user."""
    asked: tuple[str, Question] | None = None
    for call in calls:
        emit(Event("tool.started", {"id": call.id, "name": call.name}))
        outcome = await bench.call(call, mode)
        emit(Event("tool.completed", {"id": call.id, "name": call.name, "is_error": outcome.is_error}))
        if outcome.has_changed:
            emit(Event("change.applied", {"text": outcome.text}))
        if outcome.question and asked is None:
            asked = (call.id, outcome.question)
        else:
            messages.append(ToolMessage(call.id, call.name, outcome.text, outcome.is_error, outcome.images))
    return asked


async def _end(
    status: Status,
    text: str,
    bench: Bench,
    messages: Sequence[Message],
    meter: Meter,
    question: tuple[str, Question] | None = None,
) -> Outcome:
    if messages and isinstance(messages[-1], AssistantMessage) and status == "completed":
        messages = [*messages[:-1], AssistantMessage(text)]
    return Outcome(
        status=status,
        text=text,
        receipt=await bench.receipt(),
        messages=history.past(messages),
        usage=meter.usage,
        seconds=round(meter.seconds, 3),
        question=question[1] if question else None,
        asked=question[0] or None if question else None,
    )
