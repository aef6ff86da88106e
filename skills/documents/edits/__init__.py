"""Every edit a Word document understands, tagged by `op`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from skills.documents.edits.blocks import Delete, Insert, Move
from skills.documents.edits.comments import AnswerComment, Comment
from skills.documents.edits.revisions import ResolveChanges
from skills.documents.edits.text import Replace, SetText

AnyEdit: TypeAlias = Annotated[
    Replace | SetText | Insert | Delete | Move | Comment | AnswerComment | ResolveChanges,
    Field(discriminator="op"),
]

__all__ = ["AnyEdit"]
