"""The book's defined names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skills.spreadsheets.document.formula_text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copilot_server.office.xml import Element


@dataclass(frozen=True, slots=True)
class DefinedName:
    """`text` is the formula as people see it, without "="; `sheet` is the only sheet it holds on, None for all."""

    name: str
    text: str
    sheet: str | None = None
    is_hidden: bool = False

    @property
    def is_built_in(self) -> bool:
        """Excel's own: print areas, titles, filters."""
        return self.name.startswith("_xlnm.")


def read_names(workbook: Element, sheets: Sequence[str]) -> Iterator[DefinedName]:
    """From the workbook part; `sheets` are all sheets' names in tab order."""
    for element in name_elements(workbook):
        scope = element.get("localSheetId", "")
        index = int(scope) if scope.isdecimal() else -1
        yield DefinedName(
            name=element.get("name", ""),
            text=shown(element.text or ""),
            sheet=sheets[index] if 0 <= index < len(sheets) else None,
            is_hidden=element.get("hidden", "0") in {"1", "true"},
        )


def name_elements(workbook: Element) -> list[Element]:
    """The `definedName` elements."""
    lists = workbook.iterchildren("{*}definedNames")
    return [name for each in lists for name in each.iterchildren("{*}definedName")]
