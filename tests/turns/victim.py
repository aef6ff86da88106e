"""A process that carries some turns, made to be killed: `python -m tests.turns.victim HOME URL NAME [POINT COUNT]`.

It says "ready" when its engine is at work, and each turn's id and state when all have ended. Where a POINT is named, it
kills itself there the COUNT-th time it comes by.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

from sqlalchemy import select

from copilot_server.agent.messages import AssistantMessage, ModelOutput, Prompt, Reply, TextDelta, ToolCall, UserMessage
from copilot_server.cli.logs import configure
from copilot_server.models.recording import turn_of
from copilot_server.service import Service, running
from copilot_server.settings import Settings
from copilot_server.store import turns as turn_rows
from copilot_server.store.blobs import Blobs
from copilot_server.store.tables import Turn
from copilot_server.store.turns import Beginning, Turns
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
# What is wrapped to be killed before or after it; "end.version" lies in the midst of the commit.
STEPS: dict[str, tuple[Any, str]] = {
    "start": (Turns, "start"),
    "tell": (Turns, "tell"),
    "call": (PooledBench, "call"),
    "save": (PooledBench, "save"),
    "blob": (Blobs, "put"),
    "recall": (Story, "recall"),
    "end": (Turns, "end"),
    "end.version": (turn_rows, "add_version"),
}
POINTS = [f"{side} {step}" for step in STEPS for side in ("before", "after")] + ["during blob", "before model"]


def die() -> None:
    """With the processes it works with, as a machine that goes dark does."""
    os.killpg(0, signal.SIGKILL)


class Fuse:
    """Kills this process at a point."""

    def __init__(self, point: str, count: int) -> None:
        self.point, self.left = point, count

    def at(self, point: str) -> None:
        if point != self.point:
            return
        self.left -= 1
        if self.left == 0:
            if point.startswith("during"):
                threading.Timer(0.0005, die).start()
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
            await asyncio.sleep(0.06)
            yield TextDelta(word)
        yield Reply(AssistantMessage("one two three", _calls(step)))


def _document(prompt: Prompt) -> str:
    return next(message.text for message in prompt.messages if isinstance(message, UserMessage)).split()[-1]


def _calls(step: int) -> tuple[ToolCall, ...]:
    if step >= 2:
        return ()
    edits = [{"op": "set_cells", "at": f"C{step + 1}", "values": [[step + 1]]}]
    return (ToolCall(f"call_{step}", "edit", json.dumps({"edits": edits})),)


async def main(home: Path, url: str | None, name: str, fuse: Fuse) -> None:
    settings = Settings(home=home, database_url=url, blob_url=str(home / "blobs"), worker=name, work_processes=1)
    async with running(settings, lambda _: CountingModel(home / "calls.log", fuse)) as service:
        print("ready", flush=True)
        fuse.lay()
        turns = [await _ended(service, turn) for turn in await _begun(service)]
        print(*(f"{turn.id} {turn.state}" for turn in turns), sep="\n", flush=True)


async def _ended(service: Service, turn: Turn) -> Turn:
    while turn.state in {"queued", "running"}:
        await service.bell.listen(turn.id, 0.1)
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


if __name__ == "__main__":
    configure()
    home, url, name, *point = sys.argv[1:]
    asyncio.run(main(Path(home), url or None, name, Fuse(point[0], int(point[1])) if point else Fuse("", 0)))
