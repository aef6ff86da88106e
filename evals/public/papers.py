"""Tasks on Word documents of public sets whose results show in the text: asked-for words, all others as before."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl

from evals.authoring import Author
from evals.building import TRACK, does
from evals.public.reading import Row
from evals.public.wanted import Becomes, Elsewhere, GuideLooks, KeepsChangesOf, MinutesLook
from evals.scoring.documents import Commented, Redline, Says
from evals.scoring.wordxml import lines
from evals.task import Criterion, EditData, Said, Scope, Slot, Task

_COMMENTS = ("word/comments*.xml", "word/people.xml", "word/commentsExtended.xml")
_ANYWHERE = Scope((".*",), (), ("word/styles.xml", "word/numbering.xml"))


def checked(row: Row, folder: Path) -> tuple[Task, ...]:
    """The row as tasks with checks and controls; none where nothing in the text would show a right result.

    A turn is about one file: a row about two is two tasks.
    """
    makers = _TASKS.get(row["id"], ())
    return tuple(make(row, folder) for make in makers)


def _checklist(row: Row, folder: Path) -> Task:
    terms = "Provider and Customer have not changed the Standard Terms"
    edits = [
        _comment("Governing Law", "Governing Law", "No governing law is specified: the field is blank."),
        _comment("General Cap Amount", "General Cap Amount", "The General Cap Amount is open; options are listed."),
        _comment(terms, "Standard Terms", "The agreement incorporates the Standard Terms."),
    ]
    criteria = (
        Commented("governing law", r"\bnot?\b|blank|open|unspecified|placeholder", around=True),
        Commented("cap|liabilit", "General Cap", around=True),
        Commented("standard terms|framework terms", "Standard Terms", around=True),
        Becomes(lambda old: old, accepted=False),  # fixes may be proposed, as tracked changes
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


_NAME, _DATE = "Wayne Enterprises, Inc.", "June 22, 2026"


def _agreement(row: Row, folder: Path) -> Task:
    custom, usual = "[Fill in custom Effective Date]", "Date of last Cover Page signature"
    edits: list[EditData] = [
        {"op": "replace", "find": "[enter Effective Date of Key Terms]", "text": _DATE},
        {"op": "replace", "find": "[enter name of Customer]", "text": _NAME},
        {"op": "replace", "find": "( x )", "text": "(    )", "at": f'"{usual}"'},
        {"op": "replace", "find": "(    )", "text": "( x )", "at": f'"{custom}"'},
        {"op": "replace", "find": custom, "text": _DATE},
        {"op": "replace", "find": "CUSTOMER: [official company name]", "text": f"CUSTOMER: {_NAME}", "all": True},
    ]
    places = rf"This Order Form incorporates|^(CUSTOMER|PROVIDER):|{usual}|custom Effective Date|^\s*\( x \)\s*June 22"
    criteria = (
        Says(rf"dated {_DATE} between .* and {re.escape(_NAME)}", 1),
        Says(f"^CUSTOMER: {re.escape(_NAME)}$", 2),
        Says(rf"^\s*\( x \)\s*{_DATE}$", 1),
        Elsewhere(places),
    )
    return _assembly(row, folder, 0, edits, criteria, "The key legal terms of this Agreement")


def _module(row: Row, folder: Path) -> Task:
    edits: list[EditData] = [
        {"op": "replace", "find": "supplements the _______", "text": f"supplements the Agreement effective {_DATE}"},
        {"op": "replace", "find": "CUSTOMER: _______", "text": f"CUSTOMER: {_NAME}"},
    ]
    places = "This DPA supplements|^(CUSTOMER|PROVIDER): |^Name: (Customer|Wayne)|June 22"
    criteria = (Says(_DATE), Says(f"^CUSTOMER: {re.escape(_NAME)}$", 1), Elsewhere(places))
    return _assembly(row, folder, 1, edits, criteria, "The key legal terms of the DPA")


def _assembly(
    row: Row, folder: Path, which: int, edits: list[EditData], criteria: Sequence[Criterion], spoilt: str
) -> Task:
    given = folder / row["inputs"][which]
    sheet = folder / row["inputs"][2]
    said = Said(row["instruction"], {f"{sheet.stem}.txt": "\n".join(lines(sheet.read_bytes()))})
    name = f"{row['id']}-{given.stem}" if which else row["id"]
    author = _author({**row, "id": name}, given, {"op": "replace", "find": spoilt, "text": "The terms"})
    return author.edit(name, name, said, edits, criteria, _ANYWHERE, partial=edits[:-1])


def _policy(row: Row, folder: Path) -> Task:
    """The headings are in capitals already but for one, which holds a spoilt copy of the disclaimer: it may go."""
    asked = "DISCLAIMER: This policy is subject to change. Employees should check the HR portal for the latest version."
    stray = f"{asked[:-2]}N."
    edits: list[EditData] = [
        {"op": "insert", "markdown": asked, "before": "start"},
        {"op": "replace", "find": stray, "text": stray.upper()},
    ]
    becomes = Becomes(lambda old: [asked, *(each.replace(stray, "") for each in old)], without=re.escape(stray.upper()))
    author = _author(row, folder / row["inputs"][0], {"op": "replace", "find": "Version 3.0", "text": "Version 4.0"})
    return author.edit(row["id"], row["id"], row["instruction"], edits, (becomes,), _ANYWHERE, partial=edits[:1])


def _minutes(row: Row, folder: Path) -> Task:
    """The file is a stub of two lines: neither attendees nor headings nor action items are there."""
    slot = Slot("file", r"\b(file|attendee|heading|action|line|document)s?\b", "Yes, do what applies to it, no more.")
    edits: list[EditData] = [
        {"op": "format", "at": ['"Arial"'], "align": "center"},
        {"op": "format", "at": ['"Recorded by: Meeting Secretary"'], "font": "Arial"},
    ]
    author = _author(row, folder / row["inputs"][0], {"op": "replace", "find": "Board", "text": "board"})
    question = "There are no attendees, headings or action items in this file. Is it the right one?"
    criteria = (MinutesLook(), Becomes(lambda old: old))
    return author.unclear(row["id"], row["id"], row["instruction"], slot, question, edits, criteria, _ANYWHERE)


def _survey(row: Row, folder: Path) -> Task:
    """The workbook holds neither hours of sleep nor weight."""
    values = _rows(folder / row["inputs"][0])
    ages = [int(str(each[1])) for each in values[1:]]
    slot = Slot("data", r"\b(sleep\w*|weight|column|data|survey)\b", "Then say how many answered and their mean age.")
    report = f"# Survey\n\n{len(ages)} people answered; their mean age is {sum(ages) / len(ages):.1f}."
    author = Author("documents", "{}.docx".format, lambda _: lambda: _made([""]), {row["id"]: {}}, "")
    criteria = (Says(rf"\b{len(ages)}\b"), Says(re.escape(f"{sum(ages) / len(ages):.1f}")), Says("left over", 0))
    edits = [{"op": "insert", "markdown": report}]
    made = author.unclear(
        row["id"],
        row["id"],
        row["instruction"],
        slot,
        "The survey holds neither hours of sleep nor weight. Report on what else?",
        edits,
        criteria,
        _ANYWHERE,
        wreck={"op": "insert", "markdown": "left over"},
    )
    table = "\n".join(",".join(map(str, each)) for each in values)
    said = Said(row["instruction"], {Path(row["inputs"][0]).with_suffix(".csv").name: table})
    return replace(made, turns=(said,))


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


_TASKS: Mapping[str, tuple[Callable[[Row, Path], Task], ...]] = {
    "dx-policy-checklist-review": (_checklist,),
    "dx-playbook-commenting": (_playbook,),
    "dx-multi-file-assembly": (_agreement, _module),
    "dc-interactive_writer_003": (_party,),
    "dc-interactive_writer_008": (_notes,),
    "dc-interactive_writer_018": (_title,),
    "dc-interactive_writer_workflow_001": (_additions,),
    "dc-247db8e9-9fd2-49a6-85f9-b53854f64c47": (_policy,),
    "dc-3cf4aa78-196b-4654-a632-7f8c0b52c8e1": (_minutes,),
    "dc-3dad2051-0596-4886-93c5-9ed78df81f99": (_guide,),
    "ob-2-21-0": (_courses,),
    "ob-3-82-0": (_best,),
    "ob-3-84-0": (_survey,),
}
