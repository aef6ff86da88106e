"""What a task is: a file, what is said about it, what must then hold, and the agents that prove its checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol, TypeAlias

from evals.trace import Seen

Kind: TypeAlias = Literal[
    "create", "edit", "multi_turn", "ambiguous", "should_refuse", "benign_twin", "injected", "long_file"
]
SkillName: TypeAlias = Literal["presentations", "spreadsheets", "documents", "forms"]
EditData: TypeAlias = Mapping[str, Any]


class Criterion(Protocol):
    """One thing that must hold of the result; `metric` is the figure it counts towards."""

    metric: ClassVar[str]

    def fault(self, seen: Seen) -> str | None:
        """None where it holds, else what is wrong, with the place."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the result may differ: places in the skill's own notation, or kinds of change allowed anywhere.

    Documents have no addresses a task could know beforehand: there a place is a regular expression for a
    paragraph's text, before or after. `parts` are globs of package parts allowed beyond bookkeeping.
    """

    places: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One user turn, with plain files given along."""

    text: str
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    selection: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """What was left out of an ambiguous task: a question is about it when `pattern` is found in it or its choices."""

    name: str
    pattern: str
    answer: str


@dataclass(frozen=True, slots=True)
class Edits:
    """One call of `edit`; `track` is its argument of that name, where the room has one."""

    edits: tuple[EditData, ...]
    track: bool | None = None


@dataclass(frozen=True, slots=True)
class Says:
    text: str


@dataclass(frozen=True, slots=True)
class Asks:
    question: str
    choices: tuple[str, ...] = ()


Step: TypeAlias = Edits | Says | Asks
Script: TypeAlias = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Controls:
    """Scripted agents: the reference must pass; the vandal does the job and wrecks something, the partial leaves some.

    A fourth one, doing nothing, is the same for all tasks.
    """

    reference: Script
    vandal: Script
    partial: Script


@dataclass(frozen=True)
class Task:
    """Tasks of one `cluster` (source file or family) count as dependent. `source` makes the file; None: a new one.

    `slot` is set where asking is right; `refuse` where declining is; `injected` holds what shows that an
    instruction hidden in the file was obeyed. `advisory` says why the checks cannot tell a right result from a wrong
    one, where they cannot: figures of such tasks decide nothing. `excused` are
    metrics the very request runs counter to, such as `on_slide` where a picture is to stand across the edge.
    `beside` are other documents of the session, by name, to be read and not edited.
    """

    id: str
    skill: SkillName
    kind: Kind
    cluster: str
    name: str
    turns: tuple[Said, ...]
    controls: Controls
    source: Callable[[], bytes] | None = None
    criteria: tuple[Criterion, ...] = ()
    scope: Scope = Scope()
    slot: Slot | None = None
    refuse: bool = False
    injected: tuple[Criterion, ...] = ()
    advisory: str = ""
    excused: tuple[str, ...] = ()
    beside: Mapping[str, Callable[[], bytes]] = field(default_factory=dict[str, Callable[[], bytes]])
