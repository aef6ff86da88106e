"""Families about words and structure: what is rewritten, added, moved and styled, and what must stay as it is."""

from __future__ import annotations

from typing import Any, ClassVar

from evals.authoring import Author
from evals.building import does
from evals.documents.files import source
from evals.scoring.documents import Cells, HasField, Headings, Listed, Rows, RunLooks, Says, Styled
from evals.scoring.rendered import BeginsPage, PageCount
from evals.scoring.word_layout import BreaksBefore, Paper
from evals.task import Controls, Criterion, EditData, Said, Scope, Task

WRECK: dict[str, EditData] = {
    "lease": {"op": "replace", "find": "rooms 201 to 204", "text": "rooms 301 to 304"},
    "minutes": {"op": "replace", "find": "Omar Reyes", "text": "Omar Reyez"},
    "policy": {"op": "replace", "find": "economy class", "text": "business class"},
    "manual": {"op": "replace", "find": "write down reading 711", "text": "write down reading 117"},
    "report": {"op": "replace", "find": "Two bollards are loose", "text": "Ten bollards are loose"},
    "contract": {"op": "replace", "find": "The term is one year.", "text": "The term is two years."},
    "reviewed": {"op": "replace", "find": "The ladder is missing a rung", "text": "The ladder is fine"},
    "plain": {"op": "replace", "find": "Present were all members", "text": "Present were some members"},
}
AUTHOR = Author(
    "documents",
    "{}.docx".format,
    source,
    WRECK,
    "I can't do that, so the document is as it was; tell me if something else would help.",
)
edit_task = AUTHOR.edit


def replace(find: str, text: str, **more: Any) -> EditData:
    return {"op": "replace", "find": find, "text": text, **more}


def tasks() -> tuple[Task, ...]:
    return (*_words(), *_structure(), *_tables(), *_conversations(), *_new())


def _words() -> tuple[Task, ...]:
    return (
        edit_task("lease-rent", "lease", "Raise the rent to 2,550 euros a month.", [replace("2,400", "2,550")], [Says("The rent is 2,550 euros a month, due on the third working day"), Says("2,400", 0)],
                  Scope((r"The rent is 2,[45]",)), partial=[replace("2,400 euros", "2,550 euros or 2,400 euros")]),
        edit_task("lease-tenant", "lease", "The tenant's name has changed: Quill Books GmbH is now Quill Media GmbH. Correct it everywhere.", [replace("Quill Books GmbH", "Quill Media GmbH", all=True)],
                  [Says("Quill Media GmbH", 1), Says("Quill Books", 0)], Scope((r"Quill (Books|Media) GmbH",)), partial=[replace("Quill Books GmbH", "Quill Media")]),
        edit_task("policy-spelling", "policy", "There is a spelling mistake in the Booking section. Correct it and nothing else.", [replace("prefered", "preferred")], [Says("Trains are preferred for"), Says("prefered", 0)],
                  Scope((r"Trains are prefer",)), partial=[replace("prefered", "prefferred")]),
        edit_task("policy-hotel", "policy", "Hotels are now paid up to 145 euros a night; the Stockholm limit stays.", [replace("130 euros a night", "145 euros a night")],
                  [Says("up to 145 euros a night, in Stockholm up to 160 euros")], Scope((r"^Hotels are paid",)), partial=[replace("130 euros a night, in Stockholm up to 160", "145 euros a night, in Stockholm up to 145")]),
        edit_task("report-bold", "report", "Make the words 'before summer' bold.", [{"op": "format", "at": ['"The south pier needs"'], "words": "before summer", "bold": True}],
                  [RunLooks("before summer", "b", only=False)], Scope((r"before summer",)), partial=[{"op": "format", "at": ['"The south pier needs"'], "words": "before", "bold": True}]),
        edit_task("minutes-date", "minutes", "The next meeting moves to 16 April 2026.", [replace("9 April 2026", "16 April 2026")], [Says("The next meeting is on 16 April 2026"), Says(r"\b9 April", 0)],
                  Scope((r"next meeting is on",)), partial=[replace("9 April 2026", "9 or 16 April 2026")]),
        edit_task("contract-fill", "contract", "Fill the contract in: the owner is Mira Holt, the client Tidewater Ltd, the date 1 June 2026, the fee 180 euros.",
                  [{"op": "fill", "values": {"OWNER NAME": "Mira Holt", "client": "Tidewater Ltd", "date of signing": "1 June 2026", "fee": "180 euros"}}],
                  [Says("between Mira Holt and Tidewater Ltd"), Says("1 June 2026"), Says("the Fee of 180 euros each month"), Says(r"\{|\[OWNER", 0)],
                  Scope((r"This agreement is made", r"The Client shall pay")), partial=[{"op": "fill", "values": {"OWNER NAME": "Mira Holt", "client": "Tidewater Ltd"}}]),
        edit_task("plain-sentence", "plain", "Add to the minutes, right after the sentence that they were agreed, a paragraph: The chair thanked everyone.",
                  [{"op": "insert", "after": '"The minutes were agreed."', "markdown": "The chair thanked everyone."}], [Says("^The chair thanked everyone.$", 1)], Scope((r"The chair thanked everyone",)),
                  partial=[replace("The minutes were agreed.", "The chair thanked everyone.")]),
    )  # fmt: skip


def _structure() -> tuple[Task, ...]:
    return (
        edit_task("lease-clause", "lease", "Add a section 'Deposit' after Rent, before Term: The Tenant pays a deposit of three months' rent before moving in.",
                  [{"op": "insert", "before": '"Term"', "markdown": "# Deposit\n\nThe Tenant pays a deposit of three months' rent before moving in."}],
                  [Headings(((1, "^Rent$"), (1, "^Deposit$"), (1, "^Term$"))), Says("^The Tenant pays a deposit of three months.? rent before moving in", 1), Styled("^Deposit$", "heading 1")],
                  Scope((r"^Deposit$", r"The Tenant pays a deposit")), partial=[{"op": "insert", "before": '"Term"', "markdown": "The Tenant pays a deposit of three months' rent before moving in."}]),
        edit_task("policy-heading", "policy", "Turn 'Flights' into a main heading like Booking.", [{"op": "style", "at": ['"Flights"'], "style": "Heading 1"}], [Styled("^Flights$", "heading 1")], Scope((r"^Flights$",)),
                  partial=[{"op": "format", "at": ['"Flights"'], "bold": True}]),
        edit_task("minutes-member", "minutes", "Kim Sato was present too; add Kim at the end of the list of those present.", [{"op": "insert", "after": '"Petra Kalm"', "markdown": "- Kim Sato"}],
                  [Says("^Kim Sato$", 1), Listed("^Kim Sato$")], Scope((r"^Kim Sato$",)), partial=[replace("Petra Kalm", "Petra Kalm, Kim Sato")]),
        edit_task("minutes-decision", "minutes", "Add a third decision: The hall is painted in May.", [{"op": "insert", "after": '"The fee stays at 40 euros."', "markdown": "3. The hall is painted in May."}],
                  [Says("^The hall is painted in May", 1), Listed("^The hall is painted")], Scope((r"The hall is painted",)), partial=[replace("The fee stays at 40 euros.", "The fee stays at 40 euros. The hall is painted in May.")]),
        edit_task("report-move", "report", "Move the paragraph about the recommendation (We recommend …) to the end of the Summary section.", [{"op": "move", "at": ['"We recommend that the work"'], "after": '"The survey covers four piers"'}],
                  [_Follows("The survey covers four piers", "We recommend that")], Scope((r"We recommend that",)), partial=[{"op": "insert", "after": '"The survey covers four piers"', "markdown": "We recommend repairs."}]),
        edit_task("policy-contents", "policy", "Put a table of contents right below the title.", [{"op": "contents", "after": '"Travel Policy"'}], [HasField("TOC")], Scope((r"^(Purpose|Booking|Flights|Expenses|Contents)?(\t\d+)?$",), (), ("word/styles.xml",)), partial=[{"op": "insert", "after": '"Travel Policy"', "markdown": "Purpose"}]),
        edit_task("lease-landscape", "lease", "Set the page to landscape.", [{"op": "page", "section": 1, "orientation": "landscape"}], [Paper("landscape")], Scope((r"^\[section\]$",)), partial=[]),
        edit_task("lease-term-page", "lease", "The section about the term must begin on a new page.", [{"op": "format_paragraph", "at": ['"Term"'], "page_break_before": True}],
                  [BreaksBefore("^Term$"), BeginsPage("^Term$"), PageCount(2)], Scope((r"^Term$", r"^$")), partial=[{"op": "format_paragraph", "at": ['"Term"'], "keep_with_next": True}]),
        edit_task("minutes-decisions-page", "minutes", "Put the decisions and what follows on a page of their own, so that it can be signed.", [{"op": "format_paragraph", "at": ['"Decisions"'], "page_break_before": True}],
                  [BreaksBefore("^Decisions$"), BeginsPage("^Decisions$"), PageCount(2)], Scope((r"^Decisions$", r"^$")), partial=[{"op": "format_paragraph", "at": ['"Next meeting"'], "page_break_before": True}]),
        edit_task("policy-footer", "policy", "Put 'Norrland Tools – internal' and the page number into the footer.", [{"op": "header_footer", "which": "footer", "text": "Norrland Tools – internal {page}"}],
                  [Says("Norrland Tools – internal", part=r"footer\d*"), HasField("PAGE", r"footer\d*")], Scope((r"Norrland Tools – internal", r"^\[section\]$", r"word/footer\d*\.xml: .*")), partial=[{"op": "header_footer", "which": "footer", "text": "Norrland Tools – internal"}]),
    )  # fmt: skip


class _Follows:
    """The second paragraph comes right after the first."""

    metric: ClassVar[str] = "structure"

    def __init__(self, first: str, then: str) -> None:
        self.first, self.then = first, then

    def fault(self, seen: Any) -> str | None:
        from evals.scoring.wordxml import lines  # noqa: PLC0415

        said = lines(seen.after.data)
        at = [index for index, text in enumerate(said) if self.first in text]
        return (
            None
            if at and any(self.then in text for text in said[at[0] + 1 : at[0] + 2])
            else f"“{self.then}” does not follow"
        )


def _tables() -> tuple[Task, ...]:
    return (
        edit_task("minutes-row", "minutes", "Add a row to the budget table: Insurance, planned 800, spent 790.", [{"op": "add_rows", "table": "T1", "rows": [["Insurance", "800", "790"]]}], [Rows(1, 5), Cells(1, {(5, 1): "Insurance", (5, 2): "800", (5, 3): "790"})],
                  Scope((r"^(Insurance|800|790)$", r"^\[(row|cell)\]$")), partial=[{"op": "add_rows", "table": "T1", "rows": [["Insurance", "800", ""]]}]),
        edit_task("minutes-cell", "minutes", "Events cost 2,700 in the end. Correct the table.", [{"op": "set_cells", "table": "T1", "cells": [{"row": 3, "column": 3, "text": "2,700"}]}], [Cells(1, {(3, 1): "Events", (3, 2): "3,000", (3, 3): "2,700"})],
                  Scope((r"^2,(450|700)$",)), partial=[{"op": "set_cells", "table": "T1", "cells": [{"row": 4, "column": 3, "text": "2,700"}]}]),
        edit_task("report-delete-row", "report", "Delete the row about the ladder from the cost table.", [{"op": "delete_rows", "table": "T1", "rows": [4]}], [Rows(1, 3), Says("^Ladder$", 0), Says("The ladder is missing a rung")],
                  Scope((r"^(Ladder|1|150)$", r"^\[(row|cell)\]$")), partial=[{"op": "set_cells", "table": "T1", "cells": [{"row": 4, "column": 1, "text": ""}]}]),
    )  # fmt: skip


def _conversations() -> tuple[Task, ...]:
    return (
        edit_task("lease-turns", "lease", ["Make the lease run for seven years instead of five.", "And the notice nine months instead of six."], [[replace("five years", "seven years")], [replace("six months' notice", "nine months' notice")]],
                  [Says("runs for seven years"), Says("nine months' notice")], Scope((r"runs for (five|seven) years", r"(six|nine) months' notice"))),
        edit_task("policy-back", "policy", ["Change thirty days to twenty days in the Expenses section.", "On reflection make it forty-five days."], [[replace("thirty days", "twenty days")], [replace("twenty days", "forty-five days")]],
                  [Says("within forty-five days;"), Says("thirty days|twenty days", 0)], Scope((r"^Receipts are handed in",))),
        edit_task("minutes-add-change", "minutes", ["Add a section 'Any other business' before 'Next meeting' with the sentence: None.", "Replace that sentence by: The lift was discussed."],
                  [[{"op": "insert", "before": '"Next meeting"', "markdown": "# Any other business\n\nNone."}], [replace("None.", "The lift was discussed.")]],
                  [Headings(((1, "Any other business"), (1, "Next meeting"))), Says("^The lift was discussed", 1), Says("^None", 0)], Scope((r"^Any other business$", r"^(None|The lift was discussed)"))),
        edit_task("report-style-turns", "report", ["Make the subtitle 'Findings of the spring inspection' read 'Findings of the summer inspection'.", "Now make the words 'summer inspection' in it italic."],
                  [[replace("spring inspection", "summer inspection")], [{"op": "format", "at": ['"Findings of the summer"'], "words": "summer inspection", "italic": True}]],
                  [Says("^Findings of the summer inspection$"), RunLooks("summer inspection", "i", only=False)], Scope((r"^Findings of the",))),
    )  # fmt: skip


def _new() -> tuple[Task, ...]:
    return (
        _created("new-memo", "Write a short memo titled 'Office move' with the sections 'When', 'Where' and 'What to pack'. We move on 4 May 2026 to 12 Mill Lane; everybody packs one box.",
                 "% Office move\n\n# When\n\nWe move on 4 May 2026.\n\n# Where\n\nThe new office is at 12 Mill Lane.\n\n# What to pack\n\nEverybody packs one box.",
                 [Headings(((1, "When"), (1, "Where"), (1, "What to pack"))), Says("Office move"), Says("4 May 2026"), Says("12 Mill Lane")]),
        _created("new-agenda", "Write an agenda titled 'Spring meeting' with a numbered list of three points: Welcome, Accounts, Elections.", "% Spring meeting\n\n1. Welcome\n2. Accounts\n3. Elections",
                 [Says("Spring meeting"), Listed("^Welcome"), Listed("^Accounts"), Listed("^Elections")]),
        _created("new-price-list", "Make a one-page price list titled 'Prices 2026' with a table: Walk 10 euros, Tour 25 euros, Workshop 60 euros. Columns Offer and Price.",
                 "% Prices 2026\n\n| Offer | Price |\n|---|--:|\n| Walk | 10 euros |\n| Tour | 25 euros |\n| Workshop | 60 euros |", [Says("Prices 2026"), Rows(1, 4), Cells(1, {(1, 1): "Offer", (1, 2): "Price", (3, 1): "Tour"})]),
        _created("new-report", "Write a report skeleton 'Annual Report' with the chapters Introduction, Results (with the subsections Income and Costs) and Outlook, and a table of contents.",
                 "% Annual Report\n\n[TOC]\n\n# Introduction\n\nThis report covers the year.\n\n# Results\n\n## Income\n\nTo be told.\n\n## Costs\n\nTo be told.\n\n# Outlook\n\nThe next year follows.",
                 [Headings(((1, "Introduction"), (1, "Results"), (2, "Income"), (2, "Costs"), (1, "Outlook"))), HasField("TOC")]),
    )  # fmt: skip


def _created(task_id: str, text: str, markdown: str, criteria: list[Criterion]) -> Task:
    """A new document; the vandal also types a list by hand under a heading of the wrong level, the partial stops half way."""
    insert: EditData = {"op": "insert", "markdown": markdown}
    design: EditData = {"op": "use_design", "design": "report"}
    spoilt: EditData = {"op": "insert", "markdown": "###### Left over\n\nrest"}
    half: EditData = {"op": "insert", "markdown": markdown[: len(markdown) // 2].rpartition("\n")[0]}
    return Task(
        id=task_id, skill="documents", kind="create", cluster=task_id, name="new.docx", turns=(Said(text),), criteria=tuple(criteria),
        controls=Controls(does(design, insert), does(design, insert, spoilt), does(design, half)),
    )  # fmt: skip
