"""A process that carries one turn, made to be killed and started again: `python -m tests.turns.victim HOME URL NAME`.

It says "ready" when its engine is at work, and the turn's id and state when the turn has ended.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from copilot_server.agent.messages import AssistantMessage, ModelOutput, Prompt, Reply, TextDelta, ToolCall
from copilot_server.models.recording import turn_of
from copilot_server.service import Service, running
from copilot_server.settings import Settings
from copilot_server.store.tables import Turn
from copilot_server.store.turns import Beginning
from tests.api.conftest import workbook

REQUEST: dict[str, Any] = {
    "text": "fill in",
    "mode": "edit",
    "selection": None,
    "texts": {},
    "model": None,
    "is_new": False,
}


class CountingModel:
    """Two edits, then words, each streamed slowly; a line in `calls.log` for every call begun."""

    name = "counting"
    context_tokens = 100_000

    def __init__(self, log: Path) -> None:
        self._log = log

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelOutput, None]:
        step = turn_of(prompt)
        with self._log.open("a", encoding="utf-8") as out:
            out.write(f"{step}\n")
        for word in ("one ", "two ", "three"):
            await asyncio.sleep(0.06)
            yield TextDelta(word)
        yield Reply(AssistantMessage("one two three", _calls(step)))


def _calls(step: int) -> tuple[ToolCall, ...]:
    if step >= 2:
        return ()
    edits = [{"op": "set_cells", "at": f"C{step + 1}", "values": [[step + 1]]}]
    return (ToolCall(f"call_{step}", "edit", json.dumps({"edits": edits})),)


async def main(home: Path, url: str | None, name: str) -> None:
    settings = Settings(home=home, database_url=url, blob_url=str(home / "blobs"), worker=name, work_processes=1)
    async with running(settings, lambda _: CountingModel(home / "calls.log")) as service:
        print("ready", flush=True)
        turn = await _begun(service)
        while turn.state in {"queued", "running"}:
            await service.bell.listen(turn.id, 0.1)
            turn = await service.store.turns.find(turn.tenant_id, turn.id)
        print(turn.id, turn.state, flush=True)


async def _begun(service: Service) -> Turn:
    """The one turn of this home, whichever life of the process began it."""
    async with service.store.database.session() as session:
        known = await session.scalar(select(Turn))
    if known is not None:
        return known
    caller = await service.store.keys.local()
    document, _ = await service.store.documents.create(caller, "a.xlsx", "spreadsheets", workbook())
    talk = await service.store.sessions.create(caller, [(document.id, "edit")])
    turn, _ = await service.store.turns.begin(caller, Beginning(talk.id, document.id, REQUEST))
    await service.engine.enqueue(turn)
    return turn


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] or None, sys.argv[3]))
