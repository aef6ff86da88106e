"""Everything that can be done to a deck, one class an operation."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from skills.presentations.edits.add import AddSlide
from skills.presentations.edits.slides import DeleteSlides, DuplicateSlide, HideSlides, MoveSlide
from skills.presentations.edits.text import ReplaceText, SetNotes, SetText

AnyEdit: TypeAlias = Annotated[
    AddSlide | SetText | ReplaceText | SetNotes | DuplicateSlide | DeleteSlides | MoveSlide | HideSlides,
    Field(discriminator="op"),
]
