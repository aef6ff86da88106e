"""Whether nothing else changed: the measured difference held against what the task declares."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from copilot_server.agent.changes import Change
from copilot_server.agent.changes import Scope as Places
from copilot_server.office import diff
from evals.scoring.documents import stray_paragraphs
from evals.scoring.measure import Measures, claim
from evals.scoring.presentations import stray_shapes
from evals.scoring.spreadsheets import stray_cells
from evals.task import Scope, Task
from evals.trace import File, Trace

# Parts that follow from any change of their kind: what they hold is compared by meaning elsewhere.
_BOOKKEEPING = {
    "spreadsheets": (
        "[[]Content_Types].xml", "_rels/*", "docProps/*", "xl/workbook.xml", "xl/_rels/*", "xl/styles.xml",
        "xl/sharedStrings.xml", "xl/calcChain.xml", "xl/metadata.xml", "xl/worksheets/*",
    ),
    "presentations": (
        "[[]Content_Types].xml", "_rels/*", "docProps/*", "ppt/presentation.xml", "ppt/_rels/*", "ppt/slides/*",
        "ppt/notesSlides/*",
    ),
    "documents": (
        "[[]Content_Types].xml", "_rels/*", "docProps/*", "word/document.xml", "word/_rels/*", "word/settings.xml",
        "word/styles.xml", "word/numbering.xml", "word/fontTable.xml", "word/header*", "word/footer*",
        "word/footnotes.xml",        "word/endnotes.xml",
    ),
    "forms": (),
}  # fmt: skip


def untouched(before: File, after: File, trace: Trace, spec: Task) -> Measures:
    """`untouched`: semantic difference outside the declared scope is empty, and so is that of other parts.

    Guards against collateral damage. What the room's own comparison finds is joined by a second, simpler look that
    shares no code with it. Not asked of new files, where all is asked for.
    """
    if spec.source is None:
        return {}
    return {"untouched": claim(list(strays(before, after, spec)))}


def strays(before: File, after: File, spec: Task) -> Iterator[str]:
    """What lies outside the scope, a line each."""
    if before.data == after.data:
        return
    scope = spec.scope
    if spec.skill == "documents":
        yield from stray_paragraphs(before, after, scope)
    else:
        yield from (_line(change) for change in _changes(before, after) if not _allows(before, scope, change))
    if spec.skill == "spreadsheets":
        yield from stray_cells(before, after, scope)
    if spec.skill == "presentations":
        yield from stray_shapes(before, after, scope)
    yield from _stray_parts(before, after, scope, _BOOKKEEPING[spec.skill])


def _changes(before: File, after: File) -> list[Change]:
    return list(before.skill.compare(before.document, after.document))


def _allows(before: File, scope: Scope, change: Change) -> bool:
    return change.kind in scope.kinds or before.skill.covers(Places(frozenset(scope.places)), change)


def _line(change: Change) -> str:
    return f"outside: {change.text or f'{change.kind} {change.where}'}"


def _stray_parts(before: File, after: File, scope: Scope, bookkeeping: tuple[str, ...]) -> Iterator[str]:
    old, new = before.document.package, after.document.package
    if old is None or new is None:
        return
    found = diff.part_diff(old, new)
    for name in (*found.changed, *found.added, *found.removed):
        if not any(fnmatchcase(name, pattern) for pattern in (*bookkeeping, *scope.parts)):
            yield f"outside: part {name}"
