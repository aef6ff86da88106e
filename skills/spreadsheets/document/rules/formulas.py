"""Formulas outside of cells: of rules, validations, names; checked as those in cells are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.formula_check import check_syntax, policy
from skills.spreadsheets.document.formula_text import stored

if TYPE_CHECKING:
    from skills.spreadsheets.document.workbook import Workbook


def rule_formula(book: Workbook, text: str) -> str:
    """As files keep it, without `=`; raises ToolError or Refused as for a formula in a cell."""
    bare = text.strip().removeprefix("=")
    policy(bare)
    check_syntax(bare, [name.name for name in book.names], knows_all=book.package.has_macros)
    return stored(bare)


def text_literal(text: str) -> str:
    """A text as formulas write it."""
    return '"' + text.replace('"', '""') + '"'
