"""Edits of what is fastened to cells: notes, threaded comments, links."""

from __future__ import annotations

import posixpath
import re
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, ToolError
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.formatting import change_formats
from skills.spreadsheets.document.marginalia import AUTHOR, set_link, set_note, set_thread
from skills.spreadsheets.document.references.sheet_names import split_location
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.style_change import StyleChange
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, scope_of
from skills.spreadsheets.edits.places import find_area

_SAFE: Final = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)


def with_parts(sheet: Sheet, scope: Scope, *folders: str) -> Scope:
    """A scope that lets parts of the sheet in these folders beside its own change or come into being."""
    folder, name = posixpath.split(sheet.part)
    above = posixpath.dirname(folder)
    made = {posixpath.join(above, pattern) for pattern in folders}
    return Scope(scope.places, scope.parts | made | {f"{folder}/_rels/{name}.rels"}, scope.kinds)


class Note(SheetEdit):
    """Put a note on a cell, or take it away."""

    is_rare: ClassVar[bool] = True
    op: Literal["note"]
    cell: Annotated[str, Field(description='"B2"')]
    text: Annotated[str | None, Field(max_length=10_000, description="null takes the note away")] = None
    author: str = AUTHOR

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        scope = scope_of(sheet, kinds=frozenset({"note", "drawing", "part"}))
        return with_parts(sheet, scope, "comments*.xml", "drawings/*", "comments/*", "*.vml")

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        set_note(sheet, *_cell(sheet, self.cell), self.text, self.author)


class Comment(SheetEdit):
    """Begin a threaded comment on a cell, answer the one there, resolve it or open it again."""

    is_rare: ClassVar[bool] = True
    op: Literal["comment"]
    cell: Annotated[str, Field(description='"B2"')]
    text: Annotated[str | None, Field(max_length=10_000)] = None
    done: Annotated[bool | None, Field(description="true resolves the thread")] = None
    author: str = AUTHOR

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        scope = scope_of(sheet, kinds=frozenset({"note", "drawing", "part"}))
        scope = with_parts(sheet, scope, "comments*.xml", "drawings/*", "threadedComments/*", "persons/*", "comments/*")
        folder = posixpath.dirname(document.main)
        people = {f"part:{posixpath.join(folder, name)}" for name in ("persons/person1.xml", "persons/person.xml")}
        return Scope(scope.places | people, scope.parts, scope.kinds)

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        if self.text is None and self.done is None:
            raise ToolError("comment: give a text, or done")
        set_thread(sheet, *_cell(sheet, self.cell), self.text, is_done=self.done, author=self.author)


class Link(SheetEdit):
    """Link cells to a web address or mail, or to a place in the workbook; or take links away."""

    is_rare: ClassVar[bool] = True
    op: Literal["link"]
    range: Range
    to: Annotated[str | None, Field(description='"https://…", "mailto:…", or "#Sales!A1"; null takes links away')] = (
        None
    )
    text: Annotated[str | None, Field(description="what the cell shows")] = None
    tip: Annotated[str, Field(description="shown when pointed at")] = ""

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        area = find_area(sheet, self.range)
        scope = scope_of(sheet, area, kinds=frozenset({"link", "cell", "cells", "format"}))
        return with_parts(sheet, scope)

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        area = find_area(sheet, self.range)
        if self.text is not None:
            enter(sheet, {(area.top, area.left): f"'{self.text}"})
        set_link(sheet, area, self._target(document), self.tip)
        if self.to is not None:
            change_formats(sheet, area, StyleChange(underline=True, color="0563C1"))

    def _target(self, book: Workbook) -> str | None:
        if self.to is None:
            return None
        if not self.to.startswith("#"):
            if not _SAFE.match(self.to):
                raise Refused(
                    f"to: links lead to http(s), mailto or tel addresses, or to places like #Sheet!A1, not {self.to!r}"
                )
            return self.to
        name, place = split_location(self.to[1:])
        if name is not None:
            book.sheet(name)
        elif Area.find(place) is None and place.casefold() not in {each.name.casefold() for each in book.names}:
            raise ToolError(f"to: {self.to!r} is no place in this workbook")
        return self.to


def _cell(sheet: Sheet, text: str) -> tuple[int, int]:
    area = find_area(sheet, text)
    if not area.is_cell:
        raise ToolError(f"cell: {text!r} is not a single cell")
    return area.top, area.left
