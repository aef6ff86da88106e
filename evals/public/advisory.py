"""Sets without gold: what can be seen is that something was done and nothing broke, which decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from openpyxl.utils.cell import get_column_letter

from evals.building import does
from evals.public import papers
from evals.public.books import CellReads, as_value, sheets_of
from evals.public.reading import Absent, Row, folder_of, rows_of
from evals.task import Controls, Criterion, Said, Scope, SkillName, Task
from evals.trace import Seen

_SKILLS: Mapping[str, SkillName] = {
    "spreadsheet": "spreadsheets", "document": "documents", "presentation": "presentations", "form": "forms",
}  # fmt: skip
_NEW: Mapping[SkillName, str] = {
    "spreadsheets": "new.xlsx", "documents": "new.docx", "presentations": "new.pptx", "forms": "new.form.json",
}  # fmt: skip
_SUFFIX: Mapping[SkillName, str] = {"spreadsheets": ".xlsx", "documents": ".docx", "presentations": ".pptx"}
ANYWHERE = Scope(("*",), (), ("*",))


@dataclass(frozen=True)
class Differs:
    """The file is not the one that was given: the least a request takes."""

    metric: ClassVar[str] = "changed"

    def fault(self, seen: Seen) -> str | None:
        return "nothing changed" if seen.before.data == seen.after.data else None


def _advisory(row: Row, said: Sequence[Said], given: Path | None, why: str) -> Task:
    skill = _SKILLS[row["skill"]]
    return Task(
        id=row["id"],
        skill=skill,
        kind="edit" if given else "create",
        cluster=given.name if given else row["id"],
        name=given.name if given else _NEW[skill],
        turns=tuple(said),
        controls=Controls((), (), ()),
        source=given.read_bytes if given else None,
        criteria=(Differs(),),
        scope=ANYWHERE,
        advisory=why,
    )


def _file_for(row: Row, folder: Path) -> Path | None:
    """The one input of the row's kind, or the one of several that the request names; None where there is none."""
    fit = [folder / each for each in row["inputs"] if each.endswith(_SUFFIX[_SKILLS[row["skill"]]])]
    named = [each for each in fit if each.stem.replace("_", " ") in row["instruction"].lower().replace("_", " ")]
    return fit[0] if len(fit) == 1 else named[0] if len(named) == 1 else None


def _tasks(name: str, why: str) -> Iterator[Task]:
    """Rows whose file cannot be told from its neighbours are left out: a turn is about one file."""
    folder = folder_of(name)
    for row in rows_of(name):
        given = _file_for(row, folder)
        if told := papers.checked(row, folder):
            yield told
        elif given is not None or not row["inputs"]:
            yield _advisory(row, _said(row), given, why)


def _said(row: Row) -> list[Said]:
    """The turns or phases, with texts given along at the first."""
    turns = [each["instruction"] for each in row.get("turns") or row.get("phases") or ()] or [row["instruction"]]
    texts = {each["path"]: each["text"] for each in row.get("seed_text") or ()}
    return [Said(turns[0], texts), *(Said(each) for each in turns[1:])]


def docxbench() -> Iterator[Task]:
    return _tasks("docxbench", "a review is judged by people")


def deskcraft() -> Iterator[Task]:
    return _tasks("deskcraft", "the set has no gold; its checks are keywords")


def pptc() -> Iterator[Task]:
    return _tasks("pptc", "the set compares with one deck's dump")


def ppteval() -> Iterator[Task]:
    folder = folder_of("ppteval")
    rows = rows_of("ppteval")
    decks = {row["id"]: folder / row["deck"] for row in rows}
    if not any(path.is_file() for path in decks.values()):
        raise Absent(f"ppteval's decks are not with it: put them into {folder} to run its {len(rows)} requests")
    for row in rows:
        if decks[row["id"]].is_file():
            yield _advisory(row, [Said(row["instruction"])], decks[row["id"]], "the set's criteria are words")


def officebench() -> Iterator[Task]:
    """Where the set names a cell's value in one of the files given it is checked; keywords are advisory."""
    folder = folder_of("officebench")
    for row in rows_of("officebench"):
        given = _file_for(row, folder)
        if checked := _cells(row, folder) or papers.checked(row, folder):
            yield checked
        elif given is not None or not row["inputs"]:
            yield _advisory(row, _said(row), given, "the set's checks are keywords")


def _cells(row: Row, folder: Path) -> Task | None:
    checks: Sequence[Mapping[str, Any]] = row["checker"]["evaluation"]
    if any(each["function"] != "evaluate_excel_cell_value" for each in checks):
        return None
    names = {each["args"]["file"].rpartition("/")[2] for each in checks}
    given = [folder / each for each in row["inputs"] if each.rpartition("/")[2] in names]
    if len(names) != 1 or len(given) != 1:
        return None
    wanted = [match for each in checks for match in each["args"]["matches"]]
    cells = {f"{get_column_letter(int(each['col']))}{each['row']}": str(each["value"]) for each in wanted}
    criteria: tuple[Criterion, ...] = tuple(CellReads(cell, value) for cell, value in cells.items())
    put = [{"op": "set_cells", "at": cell, "values": [[as_value(value)]]} for cell, value in cells.items()]
    wreck = {"op": "set_cells", "at": "A1", "values": [["wrecked"]]}
    lines = tuple(f"{sheets_of(given[0])[0]}!A{each['row']}:XFD{each['row']}" for each in wanted)
    return Task(
        id=row["id"], skill="spreadsheets", kind="edit", cluster=row["group"], name=given[0].name,
        turns=(Said(row["instruction"]),), controls=Controls(does(*put), does(*put, wreck), does(*put[:-1])),
        source=given[0].read_bytes, criteria=criteria, scope=Scope(lines),
    )  # fmt: skip
