"""A turn nobody remembers: a file and a request in, the edited file out; its work on the file is done in the pool."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from copilot_server.agent import loop
from copilot_server.agent import skill as rooms
from copilot_server.agent.conversation import ModelMaker, Say, context_of
from copilot_server.agent.events import ignore
from copilot_server.agent.limits import Limits
from copilot_server.agent.looking import Camera
from copilot_server.agent.loop import Outcome
from copilot_server.agent.phrases import Plan, Request
from copilot_server.turns.bench import PooledBench
from copilot_server.turns.desk import Place, Source
from copilot_server.turns.pool import Pool


@dataclass(frozen=True, slots=True)
class Passing:
    """What such turns are carried with."""

    pool: Pool
    make_model: ModelMaker
    limits: Limits
    camera: Camera

    async def edit(
        self,
        source: Source,
        said: Say,
        answers: Sequence[str],
        others: Sequence[Source] = (),
        attached: Sequence[Path] = (),
    ) -> tuple[Outcome, bytes | None]:
        """How it went, and the file where it changed; `answers` are given to its questions in order.

        `others` can be read from, `attached` can be put in. Raises kinds of FileError.
        """
        skill = rooms.load(next(card for card in rooms.cards() if card.name == source.skill))

        def understand(request: Request) -> Plan:
            return skill.understand(replace(request, selection=said.selection, texts=said.texts))

        model = self.make_model(understand)
        place = Place(uuid.uuid4().hex, source, tuple(others), said.text, attached=tuple(attached))
        bench = PooledBench(self.pool, place, skill, camera=self.camera)
        instructions = skill.card.instructions()
        turn = loop.Turn(said.text, instructions, mode=said.mode, context=context_of(said), limits=self.limits)
        outcome = await loop.run(turn, model, bench, ignore)
        for answer in answers:
            if outcome.status != "needs_answer":
                break
            outcome = await loop.run(_answered(outcome, said, answer, turn), model, bench, ignore)
        if outcome.status != "completed" or outcome.receipt.is_empty:
            return outcome, None
        saved = await bench.save()
        return replace(outcome, receipt=saved.receipt), saved.data


def _answered(asked: Outcome, said: Say, answer: str, turn: loop.Turn) -> loop.Turn:
    """A plan approved is carried out."""
    return replace(
        turn,
        text=answer,
        mode=said.mode if asked.asked else "edit",
        context="",
        messages=asked.messages,
        asked=asked.asked,
        question=asked.question,
    )
