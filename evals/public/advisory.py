"""Sets without gold: what can be seen is that something was done and nothing broke, which decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from evals.public import papers
from evals.public.reading import Row, folder_of, rows_of
from evals.task import Controls, Said, Scope, SkillName, Task
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


def advisory(row: Row, said: Sequence[Said], given: Path | None, why: str) -> Task:
    """A task whose checks cannot tell a right result from a wrong one, and `why`."""
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


def file_for(row: Row, folder: Path) -> Path | None:
    """The one input of the row's kind, or the one of several that the request names; None where there is none."""
    fit = [folder / each for each in row["inputs"] if each.endswith(_SUFFIX[_SKILLS[row["skill"]]])]
    named = [each for each in fit if each.stem.replace("_", " ") in row["instruction"].lower().replace("_", " ")]
    return fit[0] if len(fit) == 1 else named[0] if len(named) == 1 else None


def _tasks(name: str, why: str) -> Iterator[Task]:
    """Rows whose file cannot be told from its neighbours are left out: a turn is about one file."""
    folder = folder_of(name)
    for row in rows_of(name):
        given = file_for(row, folder)
        if told := papers.checked(row, folder):
            yield from told
        elif given is not None or not row["inputs"]:
            yield advisory(row, said_in(row), given, why)


def said_in(row: Row) -> list[Said]:
    """The turns or phases, with texts given along at the first."""
    turns = [each["instruction"] for each in row.get("turns") or row.get("phases") or ()] or [row["instruction"]]
    texts = {each["path"]: each["text"] for each in row.get("seed_text") or ()}
    return [Said(turns[0], texts), *(Said(each) for each in turns[1:])]


def docxbench() -> Iterator[Task]:
    return _tasks("docxbench", "a review is judged by people")
