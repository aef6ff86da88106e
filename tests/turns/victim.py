"""A process that carries some turns, made to be killed.

It says "ready" when its engine is at work, and each turn's id and state when all have ended. Where a point is named, it
kills itself there the so-many-th time it comes by. It is forked by a server that has imported all it needs, and the
processes it works on documents with are forked by the same: a life costs little, so that there can be many.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from dbos._sys_db import SystemDatabase
from sqlalchemy import select

from copilot_server.agent.messages import AssistantMessage, ModelOutput, Prompt, Reply, TextDelta, ToolCall, UserMessage
from copilot_server.cli.logs import configure
from copilot_server.models.recording import turn_of
from copilot_server.service import Service, running
from copilot_server.settings import Settings
from copilot_server.store import turn_rows
from copilot_server.store.blobs import Blobs
from copilot_server.store.tables import Turn
from copilot_server.store.turn_rows import Beginning
from copilot_server.store.turns import Turns
from copilot_server.turns.bench import PooledBench
from copilot_server.turns.story import Story
from tests.api.conftest import workbook

REQUEST: dict[str, Any] = {
    "text": "fill in",
    "mode": "edit",
    "selection": None,
    "texts": {},
    "model": None,
    "is_new": False,
}


DOCUMENTS = 2
# What is wrapped to be killed before, during or after it; "end.version" lies in the midst of the commit, "begin" and
# "outcome" are the engine's own notes that a run is begun and over.
STEPS: dict[str, tuple[Any, str]] = {
    "start": (Turns, "start"),
    "tell": (Turns, "tell"),
    "call": (PooledBench, "call"),
    "save": (PooledBench, "save"),
    "blob": (Blobs, "put"),
    "recall": (Story, "recall"),
    "reply": (Turns, "reply"),
    "reply.events": (turn_rows, "tell"),
    "end": (Turns, "end"),
    "end.version": (turn_rows, "add_version"),
    "begin": (SystemDatabase, "init_workflow"),
    "outcome": (SystemDatabase, "update_workflow_outcome"),
}
_LASTING = ("tell", "call", "save", "blob", "reply", "end")  # these wait, so that a moment in their midst can be met
POINTS = [
    *(f"{side} {step}" for step in STEPS for side in ("before", "after")),
    *(f"during {step}" for step in _LASTING),
    "before model",
]


@dataclass(frozen=True, slots=True)
class Life:
    """Where a process lives (a folder, a database), its name, and the point where it dies, if at one."""

    folder: Path
    url: str | None
    name: str = "victim"
    point: str = ""
    count: int = 1
    into: float = 0.0  # seconds into what is to be cut off in its midst


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Fuse:
    """Kills this process at a point."""

    def __init__(self, life: Life) -> None:
        self.point, self.left, self.into = life.point, life.count, life.into

    def at(self, point: str) -> None:
        if point != self.point:
            return
        self.left -= 1
        if self.left == 0:
            if point.startswith("during"):
                threading.Timer(self.into, die).start()
            else:
                die()

    def lay(self) -> None:
        for step, (owner, name) in STEPS.items():
            setattr(owner, name, self._wrapped(step, getattr(owner, name)))

    def _wrapped(self, step: str, work: Callable[..., Any]) -> Callable[..., Any]:
        if not asyncio.iscoroutinefunction(work):

            @wraps(work)
            def done(*args: Any, **options: Any) -> Any:
                self.at(f"before {step}")
                made = work(*args, **options)
                self.at(f"after {step}")
                return made

            return done

        @wraps(work)
        async def awaited(*args: Any, **options: Any) -> Any:
            self.at(f"before {step}")
            self.at(f"during {step}")
            made = await work(*args, **options)
            self.at(f"after {step}")
            return made

        return awaited


class CountingModel:
    """Two edits, then words, each streamed slowly; a line in `calls.log` for every call begun: whose, and which."""

    name = "counting"
    context_tokens = 100_000

    def __init__(self, log: Path, fuse: Fuse) -> None:
        self._log = log
        self._fuse = fuse

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelOutput, None]:
        step = turn_of(prompt)
        self._fuse.at("before model")
        with self._log.open("a", encoding="utf-8") as out:
            out.write(f"{_document(prompt)} {step}\n")
        for word in ("one ", "two ", "three"):
            await asyncio.sleep(0.03)
            yield TextDelta(word)
        yield Reply(AssistantMessage("one two three", _calls(step)))


def _document(prompt: Prompt) -> str:
    return next(message.text for message in prompt.messages if isinstance(message, UserMessage)).split()[-1]


def _calls(step: int) -> tuple[ToolCall, ...]:
    if step >= 2:
        return ()
    edits = [{"op": "set_cells", "at": f"C{step + 1}", "values": [[step + 1]]}]
    return (ToolCall(f"call_{step}", "edit", json.dumps({"edits": edits})),)


async def _live(life: Life, pipe: Connection) -> None:
    fuse = Fuse(life)
    settings = Settings(
        home=life.folder,
        database_url=life.url,
        blob_url=str(life.folder / "blobs"),
        worker=life.name,
        work_processes=1,
    )
    async with running(settings, lambda _: CountingModel(life.folder / "calls.log", fuse)) as service:
        pipe.send("ready")
        fuse.lay()
        turns = [await _ended(service, turn) for turn in await _begun(service)]
        pipe.send([(turn.id, turn.state) for turn in turns])


async def _ended(service: Service, turn: Turn) -> Turn:
    while turn.state in {"queued", "running"}:
        with service.bell.ear(turn.id) as ear:
            await ear.listen(0.1)
        turn = await service.store.turns.find(turn.tenant_id, turn.id)
    return turn


async def _begun(service: Service) -> Sequence[Turn]:
    """The turns of this home, whichever life of the process began them."""
    async with service.store.database.session() as session:
        known = list((await session.scalars(select(Turn).order_by(Turn.created))).all())
    caller = await service.store.keys.local()
    while len(known) < DOCUMENTS:
        document, _ = await service.store.documents.create(caller, "a.xlsx", "spreadsheets", workbook())
        talk = await service.store.sessions.create(caller, [(document.id, "edit")])
        turn, _ = await service.store.turns.begin(
            caller, Beginning(talk.id, document.id, REQUEST | {"text": f"fill in {len(known)}"})
        )
        await service.engine.enqueue(turn)
        known.append(turn)
    return known


def live(life: Life, pipe: Connection, address: str) -> None:
    """What a forked process does; `address` is that of the server which forked it, and forks its workers too."""
    server: Any = forkserver._forkserver
    server._forkserver_address = address
    server.ensure_running = lambda: None
    configure((life.folder / "log").open("a", encoding="utf-8"))
    asyncio.run(_live(life, pipe))
