"""A room small enough to see through: a document of lines, so that the engine is tested without an Office file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, BinaryIO, ClassVar, Literal, Self

from pydantic import Field

from copilot_server.agent.changes import Change, Finding, Scope, findings_delta
from copilot_server.agent.draft import Draft
from copilot_server.agent.edit import Edit
from copilot_server.agent.phrases import EditData, Plan, Request, plan_by_clauses
from copilot_server.agent.skill import Card, Skill
from copilot_server.agent.tool import tool
from copilot_server.errors import Mismatch, TargetNotFound
from copilot_server.office.package import NOTHING, Memory, Package


class Lines:
    """A text file by lines, numbered from 1."""

    kind: ClassVar[str] = "lines"
    package: Package | None = None

    def __init__(self, lines: Sequence[str] = ()) -> None:
        self.lines = list(lines)

    @classmethod
    def open(cls, source: Path | bytes, known: Memory = NOTHING) -> Self:  # noqa: ARG003 - has no parts
        data = source if isinstance(source, bytes) else source.read_bytes()
        return cls(data.decode().splitlines())

    @classmethod
    def create(cls) -> Self:
        return cls()

    def fork(self) -> Self:
        return type(self)(self.lines)

    def to_bytes(self) -> bytes:
        return "\n".join(self.lines).encode()

    def save(self, target: Path | BinaryIO) -> None:
        if isinstance(target, Path):
            target.write_bytes(self.to_bytes())
        else:
            target.write(self.to_bytes())


class SetLine(Edit[Lines]):
    """Write one line anew."""

    op: Literal["set_line"]
    line: Annotated[int, Field(ge=1, description="its number")]
    text: str
    expect: Annotated[str | None, Field(description="what must stand there")] = None

    def scope(self, document: Lines) -> Scope:
        return Scope(frozenset({f"line {self.line}"}))

    def apply(self, document: Lines) -> None:
        if self.line > len(document.lines):
            raise TargetNotFound(f"no line {self.line}; the last is {len(document.lines)}")
        if self.expect not in {None, document.lines[self.line - 1]}:
            raise Mismatch(f"line {self.line} is {document.lines[self.line - 1]!r}, not {self.expect!r}")
        document.lines[self.line - 1] = self.text


class DropLine(Edit[Lines]):
    """Take one line out."""

    op: Literal["drop_line"]
    line: Annotated[int, Field(ge=1, description="its number")]

    def scope(self, document: Lines) -> Scope:
        return Scope(frozenset(f"line {number}" for number in range(self.line, len(document.lines) + 1)))

    def loss(self, document: Lines) -> str | None:
        return f"line {self.line}"

    def apply(self, document: Lines) -> None:
        del document.lines[self.line - 1]


class Sneak(Edit[Lines]):
    """Declare one line and touch another: what the gate is there for."""

    is_rare: ClassVar[bool] = True
    op: Literal["sneak"]
    marks: Annotated[list[str], Field(description="what to write")] = []

    def scope(self, document: Lines) -> Scope:
        return Scope(frozenset({"line 1"}))

    def apply(self, document: Lines) -> None:
        document.lines[-1] = "sneaked"


AnyEdit = Annotated[SetLine | DropLine | Sneak, Field(discriminator="op")]


@tool
def read(document: Lines, first: Annotated[int, Field(ge=1, description="first line")] = 1) -> str:
    """Read from a line on."""
    return "\n".join(f"{number}: {text}" for number, text in enumerate(document.lines, 1) if number >= first)


@tool
def edit(draft: Draft[Lines], edits: Annotated[list[AnyEdit], Field(min_length=1, description="in order")]) -> str:
    """Apply edits in order, all or nothing."""
    return draft.apply(edits)


def compare(before: Lines, after: Lines) -> list[Change]:
    width = max(len(before.lines), len(after.lines))
    old = before.lines + [None] * (width - len(before.lines))
    new = after.lines + [None] * (width - len(after.lines))
    return [
        Change("text", f"line {number}", was, now, f"line {number}: {was} → {now}")
        for number, (was, now) in enumerate(zip(old, new, strict=True), 1)
        if was != now
    ]


def covers(scope: Scope, change: Change) -> bool:
    return "*" in scope.places or change.where in scope.places


def check(document: Lines) -> list[Finding]:
    return [Finding("bad", f"line {n}", "says bad", what=t) for n, t in enumerate(document.lines, 1) if t == "bad"]


def delta(before: Lines, after: Lines, _: Sequence[Change]) -> tuple[Sequence[Finding], Sequence[Finding]]:
    return findings_delta(check(before), check(after))


def _set_phrase(clause: str, _: Request) -> list[EditData] | None:
    number, found, text = clause.removeprefix("line ").partition(" is ")
    return [{"op": "set_line", "line": int(number), "text": text}] if found else None


def understand(request: Request) -> Plan:
    return plan_by_clauses(request, [_set_phrase])


def report(before: Lines, after: Lines, changes: Sequence[Change]) -> str:
    return ""


CARD = Card("lines", "edits lines", "lines", "lines", (".lines",), Path(__file__).parent / "toy_skill")
SKILL: Skill[Any] = Skill(
    card=CARD,
    document=Lines,
    tools=(read, edit),
    outline=lambda document: f"{len(document.lines)} lines",
    compare=compare,
    covers=covers,
    check=check,
    delta=delta,
    report=report,
    understand=understand,
)
