"""A workbook that is shared keeps its changes by cell address, until someone gives that up."""

from __future__ import annotations

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from copilot_server.errors import ToolError
from skills.spreadsheets.agent import skill
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.structure import InsertRows
from tests.skills.spreadsheets.books import book_of

_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def shared(protection: bytes = b"") -> Workbook:
    """With headers, a log that hangs on them, and the names of its users."""
    book = book_of([["a"], [1], [2]])
    package = book.package
    for name, kind in (("revisionHeaders", "revisionHeaders"), ("userNames", "usernames")):
        package.write(f"xl/revisions/{name}.xml", b"<x/>", f"{_SPREADSHEET}.{name}+xml")
        package.relate(book.main, f"{_RELATION}/{kind}", f"xl/revisions/{name}.xml")
    package.write("xl/revisions/revisionLog1.xml", b"<x/>", f"{_SPREADSHEET}.revisionLog+xml")
    package.relate("xl/revisions/revisionHeaders.xml", f"{_RELATION}/revisionLog", "xl/revisions/revisionLog1.xml")
    package.write(book.main, package.read(book.main).replace(b"<sheets>", protection + b"<sheets>"))
    return Workbook.open(book.to_bytes())


def inserted(book: Workbook, words: str) -> tuple[Workbook, str]:
    draft = Draft(skill, book, Consent(words))
    answer = draft.apply([InsertRows(op="insert_rows", before=2)])
    return draft.document, answer


def test_rows_come_into_a_shared_workbook_once_its_history_may_go() -> None:
    with pytest.raises(ToolError, match="the history of changes by which the workbook is shared"):
        inserted(shared(), "a row before the second, please")
    book, answer = inserted(shared(), "discard the history and insert a row")
    assert "no longer shared: its history of changes is gone" in answer
    assert [name for name in book.package.names if "revision" in name.lower()] == []
    assert not book.package.related(book.main, "revisionHeaders")
    assert b"revision" not in book.package.read("[Content_Types].xml")


def test_a_history_kept_by_a_password_stays() -> None:
    with pytest.raises(ToolError, match="protected against the loss of its history"):
        inserted(shared(b'<workbookProtection lockRevision="1"/>'), "discard the history and insert a row")
