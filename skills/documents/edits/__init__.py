"""Every edit a Word document understands, tagged by `op`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from skills.documents.edits.blocks import Delete, Insert, Move
from skills.documents.edits.combine import AddDocument, Compare
from skills.documents.edits.comments import AnswerComment, Comment
from skills.documents.edits.design import UseDesign
from skills.documents.edits.fields import Fill, InsertContents, UpdateFields
from skills.documents.edits.format import Format, FormatParagraph, MakeList, Style
from skills.documents.edits.insertions import AltText, Bookmark, Control, CrossReference, Footnote, Link, Picture
from skills.documents.edits.page import HeaderFooter, PageSetup, Properties
from skills.documents.edits.revisions import ResolveChanges
from skills.documents.edits.tables import AddRows, ChangeColumns, DeleteRows, FormatTable, MergeCells, SetCells
from skills.documents.edits.text import Replace, SetText

AnyEdit: TypeAlias = Annotated[
    Replace
    | SetText
    | Insert
    | Delete
    | Move
    | Style
    | Format
    | MakeList
    | SetCells
    | AddRows
    | DeleteRows
    | Comment
    | AnswerComment
    | ResolveChanges
    | HeaderFooter
    | InsertContents
    | Footnote
    | Fill
    | FormatParagraph
    | ChangeColumns
    | FormatTable
    | MergeCells
    | UpdateFields
    | Link
    | Bookmark
    | CrossReference
    | Picture
    | AltText
    | Control
    | PageSetup
    | Properties
    | UseDesign
    | AddDocument
    | Compare,
    Field(discriminator="op"),
]

__all__ = ["AnyEdit"]
