"""Turns of one conversation in this process: what the command line and the stateless route hold on to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from copilot_server.agent import guard, loop
from copilot_server.agent.edit import Document
from copilot_server.agent.events import Emit, ignore
from copilot_server.agent.limits import Limits
from copilot_server.agent.looking import Camera
from copilot_server.agent.loop import Outcome, Turn
from copilot_server.agent.messages import Message, Model
from copilot_server.agent.phrases import Plan, Request
from copilot_server.agent.workbench import Mode, Opened, Workbench
from copilot_server.errors import Conflict

Understand: TypeAlias = Callable[[Request], Plan]
ModelMaker: TypeAlias = Callable[[Understand], Model]


@dataclass(frozen=True, slots=True)
class Say:
    """What the person says, and what they point at; `texts` are plain files given along, by name."""

    text: str
    mode: Mode = "edit"
    selection: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass
class Conversation:
    """The document as it stands, the words so far, and a question while one is open."""

    opened: Opened
    make_model: ModelMaker
    others: Mapping[str, Opened] = field(default_factory=dict[str, Opened])
    limits: Limits = field(default_factory=Limits)
    is_new: bool = False
    camera: Camera | None = None
    messages: tuple[Message, ...] = ()
    _paused: tuple[Say, Workbench, Outcome] | None = None

    @property
    def document(self) -> Document:
        return self.opened.document

    async def say(self, said: Say, emit: Emit = ignore) -> Outcome:
        """One turn from a new message; an open question is dropped by it."""
        bench = Workbench(self.opened, guard.Consent(said.text), self.others, self.camera)
        turn = Turn(
            said.text,
            self.opened.skill.card.instructions(),
            mode=said.mode,
            context=context_of(said),
            messages=self.messages,
            limits=self.limits,
        )
        return await self._run(turn, said, bench, emit)

    async def answer(self, text: str, emit: Emit = ignore) -> Outcome:
        """Resume the turn whose question is open; raises Conflict when none is. A plan approved is carried out."""
        if self._paused is None:
            raise Conflict("no question is open in this conversation; send a message instead")
        said, bench, asked = self._paused
        turn = Turn(
            text,
            self.opened.skill.card.instructions(),
            mode=said.mode if asked.asked else "edit",
            messages=asked.messages,
            asked=asked.asked,
            question=asked.question,
            limits=self.limits,
        )
        return await self._run(turn, said, bench, emit)

    async def _run(self, turn: Turn, said: Say, bench: Workbench, emit: Emit) -> Outcome:
        outcome = await loop.run(turn, self._model(said), bench, emit)
        self.messages = outcome.messages
        self._paused = (said, bench, outcome) if outcome.status == "needs_answer" else None
        if outcome.status == "completed" and not outcome.receipt.is_empty:
            self.opened = replace(self.opened, document=bench.draft.document)
        return outcome

    def _model(self, said: Say) -> Model:
        def understand(request: Request) -> Plan:
            return self.opened.skill.understand(
                replace(request, selection=said.selection, texts=said.texts, is_new=self.is_new)
            )

        return self.make_model(understand)


def context_of(said: Say) -> str:
    """What stands beside the words: plain files, the selection."""
    parts = [guard.as_data(text, "document", name=name, access="read only") for name, text in said.texts.items()]
    if said.selection:
        parts.append(guard.as_data(said.selection, "selection"))
    return "\n".join(parts)
