"""What may be asked of a form: one class an operation."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from skills.forms.edits.content import AddItems, AddSection, ChangeItems, ChangeSection, Move, Remove
from skills.forms.edits.whole import ChangeOptions, Fill, ReplaceForm, SetForm, ShowWhen, Translate, WriteOutline

AnyEdit: TypeAlias = Annotated[
    WriteOutline
    | SetForm
    | AddSection
    | AddItems
    | ChangeItems
    | ChangeSection
    | ChangeOptions
    | Move
    | Remove
    | Translate
    | Fill
    | ShowWhen
    | ReplaceForm,
    Field(discriminator="op"),
]
