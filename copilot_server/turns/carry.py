"""Carrying one part of a turn: from its row and its documents to its end, the same way however often it is begun."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from copilot_server.agent import guard, history, loop, memory
from copilot_server.agent import skill as rooms
from copilot_server.agent.conversation import ModelMaker
from copilot_server.agent.flat import flat
from copilot_server.agent.limits import Limits
from copilot_server.agent.looking import Camera
from copilot_server.agent.loop import Outcome
from copilot_server.agent.messages import Model, ToolCall
from copilot_server.agent.phrases import Plan, Request
from copilot_server.agent.workbench import Question
from copilot_server.errors import CopilotError
from copilot_server.store.documents import Documents, Made
from copilot_server.store.sessions import Ground, Sessions
from copilot_server.store.tables import Turn
from copilot_server.store.turn_rows import Ending
from copilot_server.store.turns import Started, Turns
from copilot_server.turns.bell import Bell
from copilot_server.turns.bench import PooledBench
from copilot_server.turns.desk import Place
from copilot_server.turns.meters import Meters
from copilot_server.turns.model import DurableModel, Overtaken
from copilot_server.turns.patience import patiently, told
from copilot_server.turns.pool import Pool
from copilot_server.turns.spans import span
from copilot_server.turns.spool import Spool
from copilot_server.turns.story import Story

log = structlog.get_logger("copilot.turns")
_loaded_rooms: dict[str, rooms.Skill[Any]] = {}


@dataclass(frozen=True, slots=True)
class Means:
    """What turns are carried with; `bell` tells watchers that a turn has news, `close` lets the connections go."""

    turns: Turns
    sessions: Sessions
    documents: Documents
    spool: Spool
    pool: Pool
    model_for: Callable[[str | None], ModelMaker]
    limits: Limits
    bell: Bell
    meters: Meters
    camera: Camera
    close: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a turn made ready: what the loop starts from and works on."""

    turn: Turn
    said: loop.Turn
    bench: PooledBench
    model: DurableModel
    story: Story


async def carry(means: Means, started: Started) -> None:
    """Run the part to its end and write that down."""
    turn = started.turn
    bound = log.bind(turn=turn.id, part=turn.part, tenant=turn.tenant_id)
    began = time.monotonic()
    story = Story(means.turns, turn.id, _last_of_earlier_parts(turn), means.bell.ring)
    with span("turn", {"turn.id": turn.id, "turn.part": turn.part}):
        try:
            ending = await _ending(means, started, story)
        except asyncio.CancelledError:
            _uncancel()
            if not await patiently(lambda: means.turns.cancel_asked([turn.id])):
                raise  # this process stops: the turn goes on in the next one
            ending = _stopped("cancelled", "Cancelled.")
        except Overtaken:
            bound.warning("another run of this part is ahead")
            await story.stop()
            return
        except CopilotError as error:
            ending = _stopped("failed", str(error))
        except Exception as error:  # noqa: BLE001 - a bug must end the turn too, not leave it running for ever
            code = uuid.uuid4().hex
            bound.error("unforeseen error", trace=code, exc_info=error)
            bug = f"Something went wrong here. Tell the operator this trace: {code}"
            ending = _stopped("failed", told(error) or bug)
    await story.stop()
    ending = replace(ending, events=story.waiting)
    await patiently(lambda: means.turns.end(turn.id, turn.part, ending))
    means.bell.ring(turn.id, is_over=True)
    means.meters.ended(ending.state, time.monotonic() - began)
    bound.info("turn part ended", state=ending.state)


async def _ending(means: Means, started: Started, story: Story) -> Ending:
    turn = started.turn
    if turn.is_cancel_asked:
        return _stopped("cancelled", "Cancelled.")
    said = memory.stated(turn.request["text"] if turn.part == 0 else "")
    if said.likes:
        await asyncio.shield(means.sessions.remember(turn.tenant_id, turn.session_id, said.likes))
    if said.is_all:
        return _stopped("completed", memory.acknowledged(said))
    part = await asyncio.shield(_ready(means, started, story))
    outcome = await loop.run(part.said, part.model, part.bench, story.emit)
    made = None
    if outcome.status == "completed" and not outcome.receipt.is_empty:
        saved = await part.bench.save()
        outcome = replace(outcome, receipt=saved.receipt)
        made = await _made(means, turn, saved.data, saved.receipt.to_json())
    return Ending(
        state=outcome.status,
        outcome=outcome.to_json(f"/v1/documents/{turn.document_id}/content" if made else None),
        messages=history.dump(outcome.messages),
        paused=_paused(part, outcome) if outcome.status == "needs_answer" else None,
        made=made,
    )


async def _made(means: Means, turn: Turn, data: bytes, receipt: dict[str, Any]) -> Made:
    content_hash = await means.documents.keep(turn.tenant_id, data)
    return Made(
        content_hash,
        len(data),
        "turn",
        turn.base_version,
        turn_id=turn.id,
        commit_key=f"{turn.id}:{turn.part}",
        receipt=receipt,
    )


async def _ready(means: Means, started: Started, story: Story) -> Part:
    turn = started.turn
    ground = await means.sessions.ground(turn)
    place = await _place(means, turn, ground)
    card = next(card for card in rooms.cards() if card.name == place.target.skill)
    skill = await _loaded(card)
    bench = PooledBench(means.pool, place, skill, means.meters, means.camera)
    said = _said(turn, card.instructions(), ground.messages, _context(turn.request, ground.likes), means.limits)
    model = DurableModel(_model(means, turn, skill), story, means.meters, turn, started.replies)
    return Part(turn, said, bench, model, story)


async def _loaded(card: rooms.Card) -> rooms.Skill[Any]:
    """The first time it imports for seconds, so that is done on a thread."""
    if card.name not in _loaded_rooms:
        _loaded_rooms[card.name] = await asyncio.to_thread(rooms.load, card)
    return _loaded_rooms[card.name]


def _said(turn: Turn, instructions: str, messages: Sequence[Any], context: str, limits: Limits) -> loop.Turn:
    """What the user says: the request, or their answer to the question the last part ended with."""
    request, paused = turn.request, turn.paused
    if paused is None:
        past = history.load(messages)
        return loop.Turn(request["text"], instructions, request["mode"], context, past, limits=limits)
    question = Question(paused["question"]["text"], tuple(paused["question"]["choices"]))
    return loop.Turn(
        paused["answer"],
        instructions,
        mode=request["mode"] if paused["asked"] else "edit",
        messages=history.load(paused["messages"]),
        asked=paused["asked"],
        question=question,
        limits=limits,
    )


async def _place(means: Means, turn: Turn, ground: Ground) -> Place:
    target, *others = [await means.spool.fetched(kept) for kept in ground.documents]
    paused = turn.paused or {}
    journal = tuple(ToolCall(**call) for call in paused.get("journal", ()))
    return Place(turn.id, target, tuple(others), paused.get("words", turn.request["text"]), journal)


def _model(means: Means, turn: Turn, skill: rooms.Skill[Any]) -> Model:
    request = turn.request

    def understand(wish: Request) -> Plan:
        about = {"selection": request["selection"], "texts": request["texts"], "is_new": request["is_new"]}
        return skill.understand(replace(wish, **about))

    return means.model_for(request["model"])(understand)


def _context(request: dict[str, Any], likes: Any) -> str:
    """What stands beside the request: plain files, the selection, what this user likes."""
    parts = [guard.as_data(text, "document", name=name, access="read only") for name, text in request["texts"].items()]
    if request["selection"]:
        parts.append(guard.as_data(request["selection"], "selection"))
    if likes:
        lines = "\n".join(f"{name}: {value}" for name, value in likes.items())
        parts.append(f"What this user said they like, where the request says nothing else:\n{lines}")
    return "\n".join(parts)


def _paused(part: Part, outcome: Outcome) -> dict[str, Any]:
    question = outcome.question or Question(outcome.text)
    return {
        "messages": history.dump(outcome.messages),
        "question": flat(question),
        "asked": outcome.asked,
        "journal": [flat(call) for call in part.bench.place.journal],
        "words": part.bench.place.words,
        "last": part.story.last + 1,  # turn.needs_answer is told with the end
    }


def _last_of_earlier_parts(turn: Turn) -> int:
    return (turn.paused or {}).get("last", 0)


def _stopped(state: str, message: str) -> Ending:
    return Ending(state, {"status": state, "message": message})


def _uncancel() -> None:
    """The task was cancelled to stop the turn, not the bookkeeping that follows."""
    task = asyncio.current_task()
    while task is not None and task.cancelling():
        task.uncancel()
