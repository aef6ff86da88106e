"""The embedded default: plain commands turned into edits by rule, and plain words about what it cannot do.

It speaks the same protocol as any model and never pretends: what it tells of a change is what the tool answered.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Callable, Sequence

from copilot_server.agent import closing
from copilot_server.agent.messages import (
    AssistantMessage,
    Message,
    Prompt,
    Reply,
    TextDelta,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from copilot_server.agent.phrases import EditData, Plan, Request

_YES = re.compile(
    r"\W*(y|yes|yeah|yep|ok|okay|sure|go on|go ahead|do it|please|proceed|ja|oui|si|sí|sim|tak|да|はい|是)\b",
    re.IGNORECASE,
)
_LOSS = re.compile(r"this would destroy (.+?), which the user did not ask for", re.DOTALL)
_ANSWER = "The user answers:"
_PLANNED = "Nothing is changed yet. Carrying this out would mean:"
_UNCHANGED = "Nothing was changed."
_NO_MODEL = (
    "No language model is configured, so only plain commands are understood and questions cannot be answered. To use "
    "one, set OPENAI_API_KEY, or OPENAI_BASE_URL and COPILOT_MODEL for a server of your own; `office-copilot doctor` "
    "shows what is in force."
)


class BuiltinModel:
    """Plans with the room's `understand`, in at most one `edit` call a request, all of it or none."""

    name = "builtin"
    context_tokens = 10**9  # reads the request only, so no conversation is too long and nothing need be folded

    def __init__(self, understand: Callable[[Request], Plan]) -> None:
        self._understand = understand

    async def stream(self, prompt: Prompt) -> AsyncGenerator[TextDelta | Reply, None]:
        reply = self._answer(prompt)
        if reply.message.text:
            yield TextDelta(reply.message.text)
        yield reply

    def _answer(self, prompt: Prompt) -> Reply:
        match prompt.messages[-1]:
            case ToolMessage(name="ask", text=text):
                return _resumed(prompt, text)
            case ToolMessage(is_error=True, text=text):
                return _failed(prompt, text)
            case ToolMessage(text=text):
                return _says(_closing(text))
            case _:
                return self._begun(prompt)

    def _begun(self, prompt: Prompt) -> Reply:
        """A request: the edits it means, a plan of them where nothing may be edited, or what was not understood."""
        text = _request_of(prompt.messages)
        if text is None:
            return _says(_UNCHANGED)
        if measured := closing.measured_in(text):
            return _says(measured)
        plan = self._understand(Request(text))
        if plan.unknown or not plan.edits:
            return _refuses(_not_understood(text, plan))
        if not _offers(prompt, "edit"):
            return _says(_planned(plan.edits))
        return _call(prompt, "edit", {"edits": [dict(edit) for edit in plan.edits]})


def _request_of(messages: Sequence[Message]) -> str | None:
    """What the user asks for: what they say, or the request whose plan they now approve; None when they decline it."""
    said = [index for index, message in enumerate(messages) if isinstance(message, UserMessage)]
    text = _text_at(messages, said[-1])
    before = messages[said[-1] - 1]
    if not (isinstance(before, AssistantMessage) and before.text.startswith(_PLANNED) and len(said) > 1):
        return text
    if _YES.match(text):
        return _text_at(messages, said[-2])
    return None if len(text.split()) < 3 else text


def _text_at(messages: Sequence[Message], index: int) -> str:
    message = messages[index]
    return message.text if isinstance(message, UserMessage) else ""


def _offers(prompt: Prompt, tool: str) -> bool:
    return any(spec.name == tool for spec in prompt.tools)


def _says(text: str) -> Reply:
    return Reply(AssistantMessage(text))


def _refuses(text: str) -> Reply:
    """Where what was asked is not done, so that the turn does not end as completed."""
    return Reply(AssistantMessage(text), finish="refusal")


def _call(prompt: Prompt, tool: str, arguments: object) -> Reply:
    number = 1 + sum(isinstance(message, AssistantMessage) for message in prompt.messages)
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return Reply(AssistantMessage("", (ToolCall(f"builtin_{number}", tool, text),)), finish="tool_calls")


def _resumed(prompt: Prompt, answer: str) -> Reply:
    """The user's answer to our own question: the same edits once more, or nothing."""
    if not _YES.match(answer.removeprefix(_ANSWER).strip()):
        return _says(_UNCHANGED)
    calls = [
        call for message in prompt.messages if isinstance(message, AssistantMessage) for call in message.tool_calls
    ]
    edits = [call for call in calls if call.name == "edit"]
    return _call(prompt, "edit", edits[-1].arguments)


def _failed(prompt: Prompt, error: str) -> Reply:
    """Asks when all that is missing is the user's word for a loss, else says plainly that it failed."""
    loss = _LOSS.search(error)
    has_asked = any(isinstance(message, ToolMessage) and message.name == "ask" for message in _turn(prompt.messages))
    if loss and not has_asked and _offers(prompt, "ask"):
        question = f"This would delete or overwrite {loss.group(1)}. Do it?"
        return _call(prompt, "ask", {"question": question, "choices": ["yes", "no"]})
    why = error.removesuffix(_UNCHANGED).strip()
    return _refuses(f"This could not be done, and nothing was changed:\n{why}")


def _turn(messages: Sequence[Message]) -> Sequence[Message]:
    said = [index for index, message in enumerate(messages) if isinstance(message, UserMessage)]
    return messages[said[-1] :] if said else messages


def _closing(facts: str) -> str:
    return facts if facts.startswith("nothing changed") else f"Done:\n{facts}"


def _planned(edits: Sequence[EditData]) -> str:
    steps = [f"{number}. would {_spelled(edit)}" for number, edit in enumerate(edits, start=1)]
    return "\n".join([_PLANNED, *steps])


def _spelled(edit: EditData) -> str:
    fields = ", ".join(
        f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in edit.items() if name != "op"
    )
    name = str(edit.get("op")).replace("_", " ")
    return f"{name}: {fields}" if fields else name


def _not_understood(text: str, plan: Plan) -> str:
    parts = "; ".join(f"“{part}”" for part in plan.unknown or (text.strip(),))
    known = f" Understood are commands like: {plan.examples}." if plan.examples else ""
    return f"Not understood: {parts}. So nothing of this request was done.{known}\n{_NO_MODEL}"
