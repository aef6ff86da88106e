"""The files of a turn and the tools that reach them: all the loop does to documents goes through here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Protocol, TypeAlias

from pydantic import Field

from copilot_server.agent import guard
from copilot_server.agent.changes import Receipt
from copilot_server.agent.draft import Draft
from copilot_server.agent.edit import Document
from copilot_server.agent.looking import Camera, look, seen
from copilot_server.agent.messages import ToolCall, ToolSpec
from copilot_server.agent.skill import Skill
from copilot_server.agent.tool import Tool, tool
from copilot_server.errors import ToolError

Mode: TypeAlias = Literal["ask", "plan", "edit"]


@dataclass(frozen=True, slots=True)
class Question:
    """Put to the user; `choices` may be empty for an open question."""

    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """A call's answer for the model, `images` PNG; with a `question` the turn ends until the user answers."""

    text: str
    is_error: bool = False
    question: Question | None = None
    has_changed: bool = False
    images: tuple[bytes, ...] = ()


class Bench(Protocol):
    """What the loop needs of the workbench; an implementation may live in another process."""

    def specs(self, mode: Mode) -> tuple[ToolSpec, ...]: ...
    async def context(self) -> str: ...
    async def call(self, call: ToolCall, mode: Mode) -> ToolOutcome: ...
    async def receipt(self) -> Receipt: ...
    def hear(self, question: Question, answer: str) -> None: ...


@tool
def ask(
    document: object,  # noqa: ARG001 - every tool's first parameter is its subject
    question: Annotated[str, Field(description="short, with the facts that make it easy to answer")],
    choices: Annotated[list[str], Field(max_length=6, description="likely answers, best first")] = [],  # noqa: B006
) -> str:
    """Ask the user; the result is the answer. Only when what is missing matters; else state your assumption."""
    return question if not choices else f"{question} ({' / '.join(choices)})"


@dataclass(frozen=True)
class Opened:
    """A document of the session with the skill that understands it."""

    name: str
    skill: Skill[Any]
    document: Document


@tool
def read_other(
    others: Mapping[str, Opened],
    document: Annotated[str, Field(description="its name as given")],
    tool_name: Annotated[Literal["read", "find"], Field(description="of that document's kind")] = "read",
    arguments: Annotated[dict[str, Any] | None, Field(description="that tool's own; none for its outline")] = None,
) -> str:
    """Read another document of this session; it cannot be edited in this turn."""
    opened = others.get(document)
    if opened is None:
        raise ToolError(f"document: no {document!r}; the others are {', '.join(map(repr, others))}")
    chosen = next((each for each in opened.skill.tools if each.name == tool_name), None)
    if chosen is None:
        raise ToolError(f"tool_name: {document!r} has no {tool_name!r}")
    return chosen.run(opened.document, **chosen.parse(json.dumps(arguments or {})))


def tools_of(skill: Skill[Any], *, has_others: bool, has_camera: bool) -> tuple[Tool, ...]:
    """All that a model may call where a document of this kind is edited."""
    described = [skill.look_up] if skill.look_up else []
    return (*skill.tools, ask, *described, *([read_other] if has_others else ()), *([look] if has_camera else ()))


def specs_of(tools: Iterable[Tool], mode: Mode) -> tuple[ToolSpec, ...]:
    """Those offered in that mode, as a model is told of them."""
    offered = (each for each in tools if mode == "edit" or not each.takes_draft)
    return tuple(ToolSpec(each.name, each.description, each.parameters, shows=each is look) for each in offered)


@dataclass
class Workbench:
    """One document to edit and others to read from, in this process; with a camera, pages to be looked at."""

    target: Opened
    consent: guard.Consent
    others: Mapping[str, Opened] = field(default_factory=dict[str, Opened])
    camera: Camera | None = None
    draft: Draft[Any] = field(init=False)
    tools: dict[str, Tool] = field(init=False)

    def __post_init__(self) -> None:
        self.draft = Draft(self.target.skill, self.target.document, self.consent)
        tools = tools_of(self.target.skill, has_others=bool(self.others), has_camera=self.camera is not None)
        self.tools = {each.name: each for each in tools}

    def specs(self, mode: Mode) -> tuple[ToolSpec, ...]:
        return specs_of(self.tools.values(), mode)

    async def context(self) -> str:
        """The outlines: of the document to edit, then of those to read from."""
        opened = [Opened(self.target.name, self.target.skill, self.draft.document), *self.others.values()]
        return "\n".join(
            guard.as_data(
                each.skill.outline(each.document),
                "document",
                name=each.name,
                access="edit" if each.name == self.target.name else "read only, through read_other",
            )
            for each in opened
        )

    async def call(self, call: ToolCall, mode: Mode) -> ToolOutcome:
        try:
            return self._run(call, mode)
        except ToolError as error:
            return ToolOutcome(str(error), is_error=True)

    async def receipt(self) -> Receipt:
        return self.draft.receipt()

    def hear(self, question: Question, answer: str) -> None:
        """The user's answer counts as their word for what the question named."""
        self.draft.consent = self.draft.consent.after(question.text, answer)

    def _run(self, call: ToolCall, mode: Mode) -> ToolOutcome:
        chosen = self.tools.get(call.name)
        if chosen is None:
            raise ToolError(f"no tool {call.name!r}; the tools are {', '.join(self.tools)}")
        if chosen.takes_draft and mode != "edit":
            raise ToolError(f"{call.name} is not offered in {mode} mode: nothing may be changed in this turn")
        arguments = chosen.parse(call.arguments)
        before = self.draft.document
        if chosen is look and self.camera is not None:
            text, images = seen(self.camera, self.target.skill, before, arguments["pages"])
            return ToolOutcome(text, images=images)
        subject = self.others if chosen is read_other else self.draft if chosen.takes_draft else before
        text = chosen.run(subject, **arguments)
        question = Question(arguments["question"], tuple(arguments["choices"])) if chosen is ask else None
        return ToolOutcome(text, question=question, has_changed=self.draft.document is not before)
