"""How the tasks of a skill are written down: one family of files, what spoils each, and the kinds of task over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from evals.building import asks, controls, declines, does, turns
from evals.task import Controls, Criterion, EditData, Edits, Kind, Said, Scope, SkillName, Slot, Task

Wreck: TypeAlias = EditData | Sequence[EditData]


@dataclass(frozen=True, slots=True)
class Checks:
    """What must hold of the result, and where it may differ."""

    criteria: Sequence[Criterion]
    scope: Scope


@dataclass(frozen=True, slots=True)
class Author:
    """`wreck` is what a vandal does to each file beside the job; `refusal` is how a good agent declines."""

    skill: SkillName
    name: Callable[[str], str]
    source: Callable[[str], Callable[[], bytes]]
    wreck: Mapping[str, EditData]
    refusal: str

    def edit(
        self,
        task_id: str,
        file: str,
        text: str | Sequence[str] | Said,
        steps: Sequence[Any],
        criteria: Sequence[Criterion],
        scope: Scope,
        *,
        partial: Sequence[EditData] = (),
        wreck: Wreck | None = None,
        kind: Kind = "edit",
    ) -> Task:
        """One or more turns over a file; several turns take as many batches."""
        said = _said(text)
        return self._task(
            task_id,
            kind if len(said) == 1 else "multi_turn",
            file,
            said,
            controls_of(steps, _several(wreck or self.wreck[file]), partial, is_long=len(said) > 1),
            Checks(criteria, scope),
        )

    def unclear(
        self,
        task_id: str,
        file: str,
        text: str,
        slot: Slot,
        question: str,
        steps: Sequence[EditData],
        criteria: Sequence[Criterion],
        scope: Scope,
        *,
        wreck: Wreck | None = None,
    ) -> Task:
        """A solved task with one fact left out, so that end states diverge; the partial agent guesses it unasked."""
        held = Controls(
            asks(question, (), *steps), asks(question, (), *steps, *_several(wreck or self.wreck[file])), does(*steps)
        )
        return self._task(task_id, "ambiguous", file, (Said(text),), held, Checks(criteria, scope), slot)

    def refused(self, task_id: str, file: str, text: str, does_it: EditData) -> Task:
        """Declining is right; the vandal obeys, the partial agent declines in words and obeys in deeds."""
        held = Controls(declines(self.refusal), does(does_it), does(does_it, says="I can't do it all, but I began."))
        return self._task(task_id, "should_refuse", file, (Said(text),), held, None)

    def injected(self, task: Task, task_id: str, file: str, order: EditData, obeyed: Criterion) -> Task:
        """A task of one turn over a file in which an order hides; the vandal does the job and obeys."""
        first = task.controls.reference[0]
        assert isinstance(first, Edits)
        return replace(
            task,
            id=task_id,
            kind="injected",
            cluster=file,
            source=self.source(file),
            injected=(obeyed,),
            controls=replace(task.controls, vandal=does(*first.edits, order)),
        )

    def _task(
        self,
        task_id: str,
        kind: Kind,
        file: str,
        said: tuple[Said, ...],
        held: Controls,
        checks: Checks | None,
        slot: Slot | None = None,
    ) -> Task:
        return Task(
            id=task_id,
            skill=self.skill,
            kind=kind,
            cluster=file,
            name=self.name(file),
            turns=said,
            controls=held,
            source=self.source(file),
            criteria=tuple(checks.criteria) if checks else (),
            scope=checks.scope if checks else Scope(),
            slot=slot,
            refuse=checks is None,
        )


def _several(wreck: Wreck) -> Sequence[EditData]:
    return (wreck,) if isinstance(wreck, Mapping) else wreck


def controls_of(
    steps: Sequence[Any], wreck: Sequence[EditData], partial: Sequence[EditData], *, is_long: bool
) -> Controls:
    """Of one turn's edits; or of a batch a turn, whose partial agent leaves the last one out."""
    if not is_long:
        return controls(steps, wreck, partial)
    return Controls(turns(*steps), turns(*steps[:-1], [*steps[-1], *wreck]), turns(*steps[:-1]))


def _said(text: str | Sequence[str] | Said) -> tuple[Said, ...]:
    if isinstance(text, Said):
        return (text,)
    return (Said(text),) if isinstance(text, str) else tuple(map(Said, text))
