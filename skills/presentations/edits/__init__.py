"""Everything that can be done to a deck, one class an operation."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from skills.presentations.edits.add import AddSlide
from skills.presentations.edits.arrange import (
    AlignShapes,
    Connect,
    CropPicture,
    GroupShapes,
    OrderShapes,
    UngroupShapes,
)
from skills.presentations.edits.deck import (
    ApplyTemplate,
    CopySlides,
    SetBackground,
    SetFooters,
    SetLayout,
    SetSections,
    SetTheme,
    SetTransition,
)
from skills.presentations.edits.exhibits import AddExhibit, EditTable, ReplacePicture, SetChartData, StyleChart
from skills.presentations.edits.format import FormatText
from skills.presentations.edits.shapes import (
    AddShape,
    CopyShape,
    DeleteShapes,
    DescribeShape,
    PlaceShape,
    StyleShape,
)
from skills.presentations.edits.slides import DeleteSlides, DuplicateSlide, HideSlides, MoveSlide
from skills.presentations.edits.text import ReplaceText, SetNotes, SetText

AnyEdit: TypeAlias = Annotated[
    AddSlide
    | SetText
    | ReplaceText
    | FormatText
    | SetNotes
    | DuplicateSlide
    | DeleteSlides
    | MoveSlide
    | HideSlides
    | AddShape
    | PlaceShape
    | DeleteShapes
    | StyleShape
    | CopyShape
    | AddExhibit
    | EditTable
    | SetChartData
    | SetFooters
    | ApplyTemplate
    | StyleChart
    | ReplacePicture
    | AlignShapes
    | Connect
    | GroupShapes
    | UngroupShapes
    | OrderShapes
    | CropPicture
    | DescribeShape
    | SetLayout
    | SetBackground
    | SetTransition
    | SetTheme
    | CopySlides
    | SetSections,
    Field(discriminator="op"),
]
