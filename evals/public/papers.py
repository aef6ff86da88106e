"""Tasks on Word documents of public sets whose results show in the text: asked-for words, all others as before."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import docx
import openpyxl
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt, RGBColor

from evals.authoring import Author
from evals.building import TRACK, does
from evals.public.reading import Row
from evals.scoring.documents import Commented, Redline, Says
from evals.scoring.wordxml import lines, tracked
from evals.task import EditData, Said, Scope, Slot, Task
from evals.trace import File, Seen

_COMMENTS = ("word/comments*.xml", "word/people.xml", "word/commentsExtended.xml")
_ANYWHERE = Scope((".*",), (), ("word/styles.xml", "word/numbering.xml"))


@dataclass(frozen=True)
class Becomes:
    """The lines are those of before, changed so; empty ones aside, and what `without` matches."""

    change: Callable[[list[str]], list[str]]
    without: str = "^$"
    is_sorted: bool = False
    metric: ClassVar[str] = "elsewhere"

    def fault(self, seen: Seen) -> str | None:
        wanted = self.change(_said(seen.before))
        new = [re.sub(self.without, "", text) for text in _said(seen.after)]
        for have, want in zip(sorted(new) if self.is_sorted else new, wanted, strict=False):
            if have != want:
                return f"a line reads “{have[:80]}”, not “{want[:80]}”"
        return None if len(new) == len(wanted) else f"{len(new)} lines, not {len(wanted)}"


@dataclass(frozen=True)
class Elsewhere:
    """Lines that do not match are those of before."""

    pattern: str
    metric: ClassVar[str] = "elsewhere"

    def fault(self, seen: Seen) -> str | None:
        old, new = (
            [text for text in _said(each) if not re.search(self.pattern, text)] for each in (seen.before, seen.after)
        )
        stray = next((text for text in new if text not in old), None)
        return None if old == new else f"another line changed: {stray or 'one is gone'}"


def _said(file: File) -> list[str]:
    return [text.strip() for text in lines(file.data) if text.strip()]


@dataclass(frozen=True)
class KeepsChangesOf:
    """Every tracked change of this author is still one."""

    author: str
    metric: ClassVar[str] = "tracked"

    def fault(self, seen: Seen) -> str | None:
        files = (seen.before.data, seen.after.data)
        old, new = ({kind for kind, who, _ in tracked(data) if who == self.author} for data in files)
        return None if old <= new else f"{self.author}'s {', '.join(old - new)} is gone"


@dataclass(frozen=True)
class GuideLooks:
    """Title, headings and body as the onboarding guide is to be set, read by python-docx."""

    metric: ClassVar[str] = "formatting"

    def fault(self, seen: Seen) -> str | None:
        title, *rest = (each for each in docx.Document(io.BytesIO(seen.after.data)).paragraphs if each.text.strip())
        runs = [run for run in title.runs if run.text.strip()]
        if title.alignment != WD_ALIGN_PARAGRAPH.CENTER or any(run.font.size != Pt(26) or not run.bold for run in runs):
            return "the title is not centred, bold and 26 pt"
        if any(run.font.color.rgb != RGBColor(0, 0x64, 0) for run in runs):
            return "the title is not dark green"
        for each in rest:
            is_heading = bool(re.match(r"Week \d", each.text))
            for run in (run for run in each.runs if run.text.strip()):
                if is_heading and not (run.bold and run.font.size == Pt(16)):
                    return f"heading “{each.text}” is not bold and 16 pt"
                if not is_heading and (run.font.name, run.font.size) != ("Georgia", Pt(11)):
                    return f"“{run.text[:40]}” is not Georgia 11 pt"
        return None


def checked(row: Row, folder: Path) -> Task | None:
    """The row as a task with checks and controls; None where nothing in the text would show a right result."""
    make = _TASKS.get(row["id"])
    return make(row, folder) if make else None


def _checklist(row: Row, folder: Path) -> Task:
    terms = "Provider and Customer have not changed the Standard Terms"
    edits = [
        _comment("Governing Law", "Governing Law", "No governing law is specified: the field is blank."),
        _comment("General Cap Amount", "General Cap Amount", "The General Cap Amount is open; options are listed."),
        _comment(terms, "Standard Terms", "The agreement incorporates the Standard Terms."),
    ]
    criteria = (
        Commented("governing law", r"\bnot?\b|blank|open|unspecified|placeholder"),
        Commented("cap|liabilit", "General Cap"),
        Commented("standard terms|framework terms", "Standard Terms"),
        Becomes(lambda old: old),
    )
    wreck = {"op": "replace", "find": "Injunctive Relief.", "text": "Relief.", TRACK: False}
    author = _author(row, folder / row["inputs"][0], wreck)
    scope = Scope((".*",), (), _COMMENTS)
    return author.edit(row["id"], row["id"], row["instruction"], edits, criteria, scope, partial=edits[:2])


def _comment(at: str, words: str, text: str) -> EditData:
    return {"op": "comment", "at": f'"{at}"', "words": words, "text": text}


def _playbook(row: Row, folder: Path) -> Task:
    theirs = (
        "rate of 8% per annum above the Bank of England base rate, or the statutory rate under the Late Payment of "
        "Commercial Debts (Interest) Act 1998, whichever is higher"
    )
    ours = "rate of 2.0% per annum above the Bank of England base rate"
    clause = "If the Authority fails to pay any undisputed Charges"
    answer: EditData = {"op": "replace", "find": theirs, "text": ours, TRACK: True}
    flag = _comment(clause, ours, "The statutory rate does not conform to our playbook.")
    criteria = (
        Redline(("2\\.0% per annum above the Bank of England base rate",)),
        Says("statutory rate under the Late Payment", 0),
        KeepsChangesOf("Supplier's Counsel"),
        Commented(".*", "Supplier requires robust protection"),
        Commented("rate|Late Payment", "^(?!Supplier requires).*statutory"),
        Elsewhere(clause),
    )
    wreck = {"op": "replace", "find": "Introduction of Privacy Shield", "text": "Privacy Shield", TRACK: True}
    author = _author(row, folder / row["inputs"][0], wreck)
    scope = Scope((f"^{clause}", "playbook|statutory"), (), _COMMENTS)
    return author.edit(row["id"], row["id"], row["instruction"], [answer, flag], criteria, scope, partial=[answer])


def _party(row: Row, _: Path) -> Task:
    slot = Slot("party", r"\b(who|which|what|name|info\w*|detail\w*)\b", row["phases"][1]["instruction"])
    edits = [{"op": "replace", "find": "Party B:", "text": "Party B: Beijing Tech Solutions Ltd."}]
    filled = Becomes(_swap("Party B:", "Party B: Beijing Tech Solutions Ltd."))
    wreck = {"op": "replace", "find": "80,000", "text": "90,000"}
    return _unclear(row, slot, "Who is Party B?", edits, (filled,), wreck)


def _notes(row: Row, _: Path) -> Task:
    slot = Slot("notes", r"\b(which|what|where|note\w*)\b", row["phases"][1]["instruction"])
    note = "Please back up all data in advance"
    edits = [{"op": "insert", "after": '"Important Notes"', "markdown": f"1. {note}"}]
    wreck = {"op": "replace", "find": "9:00 AM", "text": "8:00 AM"}
    added = Becomes(lambda old: [*old, note], without=r"^1\.\s*")
    return _unclear(row, slot, "Which notes shall stand there?", edits, (added,), wreck)


def _title(row: Row, _: Path) -> Task:
    first, second = "2025 Procurement Contract", "2025 Annual Strategic Procurement Contract"
    steps = [
        [{"op": "insert", "markdown": first, "before": "start"}],
        [{"op": "replace", "find": first, "text": second}],
    ]
    wreck = {"op": "replace", "find": "Liu Feng", "text": "Liu"}
    return _phased(row, steps, Becomes(lambda old: [second, *old]), wreck)


def _additions(row: Row, _: Path) -> Task:
    author, date, last = "Prepared by: Marketing Department", "Date: March 2025", "CONFIDENTIAL"
    risk = "Supply chain disruptions remain the primary concern."
    steps = [
        [{"op": "insert", "markdown": author, "before": "start"}],
        [{"op": "insert", "markdown": f"Key Risks\n\n{risk}"}],
        [{"op": "insert", "markdown": date, "after": f'"{author}"'}],
        [{"op": "insert", "markdown": last}],
    ]
    becomes = Becomes(lambda old: [author, date, *old, "Key Risks", risk, last])
    return _phased(row, steps, becomes, {"op": "replace", "find": "92%", "text": "29%"})


def _guide(row: Row, folder: Path) -> Task:
    title = {"op": "format", "at": ['"Employee Onboarding Guide"'], "align": "center", "size": 26}
    weeks = [f'"Week {n}"' for n in range(1, 5)]
    body = ("Welcome to", "Complete all HR", "Complete the mand", "Pick up your", "Participate fully", "Last updated")
    edits: list[EditData] = [
        {**title, "bold": True, "color": "006400"},
        {"op": "format", "at": weeks, "bold": True, "size": 16},
        {"op": "format", "at": [f'"{words}"' for words in body], "font": "Georgia", "size": 11},
    ]
    author = _author(row, folder / row["inputs"][0], {"op": "replace", "find": "starter task", "text": "task"})
    criteria = (GuideLooks(), Becomes(lambda old: old))
    return author.edit(row["id"], row["id"], row["instruction"], edits, criteria, _ANYWHERE, partial=edits[:2])


def _courses(row: Row, folder: Path) -> Task:
    values = _rows(folder / row["inputs"][0])
    return _listing(row, values, [str(each[2]) for each in values[1:]])


def _best(row: Row, folder: Path) -> Task:
    values = _rows(folder / row["inputs"][0])
    best = sorted(values[1:], key=lambda each: -int(str(each[1])))[:5]
    return _listing(row, values, [str(each[0]) for each in best])


def _listing(row: Row, values: Sequence[Sequence[object]], wanted: list[str]) -> Task:
    """An empty document that is to hold these lines; the order of equals is free, so lines are compared sorted."""
    table = "\n".join(",".join(map(str, each)) for each in values)
    said = Said(row["instruction"], {Path(row["inputs"][0]).with_suffix(".csv").name: table})
    author = Author("documents", "{}.docx".format, lambda _: lambda: _made([""]), {row["id"]: {}}, "")
    edits, wreck = [[{"op": "insert", "markdown": "\n\n".join(some)}] for some in (wanted, [*wanted, "and more"])]
    listed = Becomes(lambda _: sorted(wanted), is_sorted=True)
    partial = [{"op": "insert", "markdown": "\n\n".join(wanted[:-1])}]
    made = author.edit(row["id"], row["id"], said, edits, (listed,), _ANYWHERE, partial=partial, wreck={})
    return replace(made, controls=replace(made.controls, vandal=does(*wreck)))


def _unclear(
    row: Row, slot: Slot, question: str, edits: Sequence[EditData], criteria: Sequence[Becomes], wreck: EditData
) -> Task:
    author = _author(row, None, wreck)
    said = row["phases"][0]["instruction"]
    return author.unclear(row["id"], row["id"], said, slot, question, edits, criteria, _ANYWHERE)


def _phased(row: Row, steps: Sequence[Sequence[EditData]], becomes: Becomes, wreck: EditData) -> Task:
    said = [each["instruction"] for each in row["phases"]]
    return _author(row, None, wreck).edit(row["id"], row["id"], said, steps, (becomes,), _ANYWHERE)


def _author(row: Row, given: Path | None, wreck: EditData) -> Author:
    """`given` is the file; None where the set gives its text only, with line ends and percents as printf takes them."""

    def data() -> bytes:
        if given is not None:
            return given.read_bytes()
        text = row["seed_text"][0]["text"].replace("\\n", "\n").replace("%%", "%")
        return _made(text.rstrip("\n").split("\n"))

    return Author("documents", "{}.docx".format, lambda _: data, {row["id"]: wreck}, "")


def _made(texts: Sequence[str]) -> bytes:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _rows(path: Path) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def _swap(old: str, new: str) -> Callable[[list[str]], list[str]]:
    return lambda texts: [new if text == old else text for text in texts]


_TASKS: Mapping[str, Callable[[Row, Path], Task]] = {
    "dx-policy-checklist-review": _checklist,
    "dx-playbook-commenting": _playbook,
    "dc-interactive_writer_003": _party,
    "dc-interactive_writer_008": _notes,
    "dc-interactive_writer_018": _title,
    "dc-interactive_writer_workflow_001": _additions,
    "dc-3dad2051-0596-4886-93c5-9ed78df81f99": _guide,
    "ob-2-21-0": _courses,
    "ob-3-82-0": _best,
}
