"""What passes between the loop and a model: messages, prompts, replies, and the protocol of a model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class ToolCall:
    """`arguments` is the JSON text as the model sent it, which may be malformed."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class SystemMessage:
    text: str


@dataclass(frozen=True, slots=True)
class UserMessage:
    """What the person says; `context` is what the engine adds for this turn only (outline, selection)."""

    text: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class AssistantMessage:
    """`opaque` is what its provider wants back with it (reasoning, signatures): for the adapter that wrote it only."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    opaque: str = ""


@dataclass(frozen=True, slots=True)
class ToolMessage:
    """A tool's result; `images` are PNG bytes a model with sight may look at."""

    call_id: str
    name: str
    text: str
    is_error: bool = False
    images: tuple[bytes, ...] = ()


Message: TypeAlias = SystemMessage | UserMessage | AssistantMessage | ToolMessage


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model sees it; `parameters` is a JSON Schema 2020-12 object schema.

    One that `shows` answers with pictures, and is kept from models that cannot see.
    """

    name: str
    description: str
    parameters: Mapping[str, Any]
    shows: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    max_output_tokens: int | None = None

    def tools_for(self, *, sight: bool) -> tuple[ToolSpec, ...]:
        """Those of use to a model that sees, or does not."""
        return tuple(spec for spec in self.tools if sight or not spec.shows)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counts them, or else our estimate; `money` in US dollars where the price is known."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    money: float = 0.0
    is_estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            self.money + other.money,
            self.is_estimated or other.is_estimated,
        )

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class Restarted:
    """The call failed and starts over in `seconds`: what was streamed of this reply so far is void."""

    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole model turn; `finish` is why it ended."""

    message: AssistantMessage
    usage: Usage = field(default_factory=Usage)
    finish: Literal["stop", "tool_calls", "length", "refusal"] = "stop"


ModelOutput: TypeAlias = TextDelta | Restarted | Reply


class Model(Protocol):
    """A model speaks by streaming text and ending with exactly one Reply.

    Raises ModelError; the loop's caller decides whether to try again (`is_transient`, `retry_after`).
    """

    name: str
    context_tokens: int

    def stream(self, prompt: Prompt) -> AsyncGenerator[ModelOutput, None]:
        """Closing the generator before its end gives the call up."""
        ...
