"""The base of every edit: a typed instruction that says what it may touch and applies itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Generic, Protocol, Self, TypeVar, runtime_checkable

from pydantic import BaseModel, ConfigDict

from copilot_server.agent.changes import Scope
from copilot_server.office.package import NOTHING, Memory, Package


class Document(Protocol):
    """A typed view over a file of one kind; a fork shares everything until it is written to."""

    kind: ClassVar[str]

    @property
    def package(self) -> Package | None:
        """The Office package behind it; None for a kind that is one plain file (forms)."""
        ...

    @classmethod
    def open(cls, source: Path | bytes, known: Memory = NOTHING) -> Self:
        """Sharing what is `known` of its parts from earlier versions; raises kinds of FileError."""
        ...

    @classmethod
    def create(cls) -> Self: ...
    def fork(self) -> Self: ...
    def save(self, target: Path | BinaryIO) -> None: ...
    def to_bytes(self) -> bytes: ...


@runtime_checkable
class Attaching(Protocol):
    """A document whose edits may use other files of the turn (pictures, templates), given by name, never by path."""

    attached: Mapping[str, bytes]


@runtime_checkable
class FromTemplate(Protocol):
    """A kind that tells a template, whose sample content goes, from a document."""

    @classmethod
    def from_template(cls, source: Path | bytes) -> Document: ...


D = TypeVar("D", bound=Document)


class Edit(BaseModel, Generic[D]):
    """What the model wants done, as data: `op` names it, the docstring tells the model when to use it.

    `is_rare` edits are left out of the tool's schema and described on demand by `look_up`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    is_rare: ClassVar[bool] = False

    op: Any  # each edit narrows it to its own Literal

    def scope(self, document: D) -> Scope:
        """What `apply` may touch, asked on the document as it stands just before it."""
        raise NotImplementedError

    def apply(self, document: D) -> None:
        """Do it, or raise a ToolError; a half-done document is thrown away by the draft."""
        raise NotImplementedError

    def loss(self, document: D) -> str | None:
        """What of the user's content this would destroy ("sheet 'Costs' with 120 cells"), None if nothing.

        Such an edit needs the user's own word for it: see guard.
        """
        return None

    def loss_since(self, document: D, base: D) -> str | None:
        """As `loss`, without what `base`, the document as the turn began, had not: that is nobody's content yet."""
        return self.loss(document)
