"""Short ways to write tasks down: scripts of control agents, and files made once."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

from copilot_server.agent import skill as rooms
from copilot_server.agent.draft import Draft
from copilot_server.agent.messages import AssistantMessage, Prompt, ToolCall
from copilot_server.models.scripted import ScriptedModel
from evals.task import Asks, Controls, EditData, Edits, Says, Script, Step

IDLE = "I have looked at the file."
TRACK = "_track"


def dice(seed: str) -> random.Random:
    """The same numbers every time, for files made from nothing."""
    return random.Random(seed)  # noqa: S311 - data for tasks, no secrets


def does(*edits: EditData, says: str = "Done as asked.") -> Script:
    """One batch of edits and a closing word."""
    return (batch(edits), Says(says))


def batch(edits: Sequence[EditData]) -> Edits:
    """One call; an edit marked with TRACK says whether the whole of it is tracked."""
    marks = [edit[TRACK] for edit in edits if TRACK in edit]
    plain = tuple({key: value for key, value in edit.items() if key != TRACK} for edit in edits)
    return Edits(plain, bool(marks[0]) if marks else None)


def controls(reference: Sequence[EditData], wreck: Sequence[EditData], partial: Sequence[EditData]) -> Controls:
    """For a task of one turn: the edits, the edits and some more, and others that leave something undone."""
    return Controls(does(*reference), does(*reference, *wreck), does(*partial) if partial else (Says(IDLE),))


def turns(*batches: Sequence[EditData]) -> Script:
    """A batch a turn."""
    return tuple(step for batch in batches for step in does(*batch))


def asks(question: str, choices: tuple[str, ...], *edits: EditData) -> Script:
    """A question first, then the edits."""
    return (Asks(question, choices), *does(*edits))


def declines(why: str) -> Script:
    return (Says(why),)


def edited(name: str, data: bytes, *edits: EditData) -> bytes:
    """A file made by our own tools, through the draft and its gate: for what no other library can write."""
    skill = rooms.load(rooms.card_for(name))
    draft = Draft(skill, skill.document.open(data))
    tool = next(each for each in skill.tools if each.name == "edit")
    draft.apply(tool.arguments.model_validate({"edits": [dict(each) for each in edits]}).edits)  # type: ignore[attr-defined]
    return draft.document.to_bytes()


def agent(script: Script) -> ScriptedModel:
    """Plays the script, one step a reply; when it is over, or was refused, it only says that it has looked."""
    steps = iter(script)
    count = 0

    def answer(_: Prompt) -> AssistantMessage:
        nonlocal count
        count += 1
        return reply(next(steps, Says(IDLE)), count)

    return ScriptedModel(answer)


def reply(step: Step, number: int) -> AssistantMessage:
    """What a model says to take this step; `number` tells its call from others."""
    match step:
        case Says(text=text):
            return AssistantMessage(text)
        case Asks(question=question, choices=choices):
            return AssistantMessage("", (_call("ask", {"question": question, "choices": list(choices)}, number),))
        case Edits(edits=edits, track=track):
            tracking = {} if track is None else {"track": track}
            return AssistantMessage("", (_call("edit", {"edits": [dict(each) for each in edits], **tracking}, number),))


def _call(name: str, arguments: object, number: int) -> ToolCall:
    return ToolCall(f"call_{number}", name, json.dumps(arguments, ensure_ascii=False))
