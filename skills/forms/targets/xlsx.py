"""The Excel entry sheet: a row a question with validation, and a table to collect responses in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from skills.forms.filling import xlsx as filled
from skills.forms.model import items, moments
from skills.forms.model.form import Definition
from skills.forms.model.items import Item
from skills.forms.model.spoken import Condition
from skills.forms.model.words import is_right_to_left
from skills.forms.slots import Slot, Slots, filled_in, labelled
from skills.forms.targets.losses import Exported, Loss
from skills.forms.targets.paper import fitting_entries, paper_losses
from skills.forms.targets.xlsx_conditions import Cell, both, formula
from skills.forms.versions import MADE

ENTRY, RESPONSES, LISTS = "Entry", "Responses", "Lists"
_CHECKED = frozenset({"min", "max", "decimals", "min_length", "max_length", "earliest", "latest"})
_WIDE, _HELP, _ACCENT = 48, 40, "#14548F"
_FIELD = {
    "locked": False,
    "border": 1,
    "border_color": "#9AA5B1",
    "bg_color": "#F6F9FD",
    "valign": "top",
    "align": "left",
}
_MAX_LIST = 250  # Excel takes a list of at most 255 characters in the cell's own validation


def export(definition: Definition) -> Exported:
    """With the form's answers filled in, if it has any."""
    data = _Writer(definition).write()
    if definition.answers:
        data = filled.fill(data, labelled(definition, filled_in(definition))).data
    return Exported(data, tuple(carries(definition)))


def carries(definition: Definition) -> Iterator[Loss]:
    yield from paper_losses(definition, can_check=_CHECKED)
    for section in definition.sections:
        for item in section.items:
            if isinstance(item, items.Image):
                yield Loss(f"item:{item.id}", "source", "the picture is left out; its text stays")


class _Writer:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.slots = Slots(definition)
        self.conditions = Condition(definition, self.slots.speaker, self.slots.words)
        self.cells: dict[str, Cell] = {}
        self.page = ""  # the condition of the section being written, as a formula
        self.out = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.out, {"in_memory": True})
        self.entry = self.book.add_worksheet(ENTRY)
        self.responses = self.book.add_worksheet(RESPONSES)
        self.lists = self.book.add_worksheet(LISTS)
        self.group: str | None = None  # and that of the repeat group
        self.row = 0
        self.names: list[str] = []
        self.list_count = 0

    def write(self) -> bytes:
        looks = self._looks()
        self.entry.set_column(0, 0, None, None, {"hidden": True})
        self.entry.set_column(1, 1, _WIDE, looks["wrap"])
        self.entry.set_column(2, 2, 42, looks["open"])
        self.entry.set_column(3, 3, _HELP, looks["help"])
        self.entry.hide_gridlines(2)
        self.entry.set_row(0, 26)
        for column in range(1, 4):
            self.entry.write(0, column, self.definition.title if column == 1 else "", looks["title"])
        self.entry.merge_range(1, 1, 1, 3, self.definition.description, looks["help"])
        self._high(1, (self.definition.description, _WIDE + 42 + _HELP))
        self.row = 3
        if is_right_to_left(self.definition.languages[0]):
            for sheet in (self.entry, self.responses):
                sheet.right_to_left()
        for section in self.definition.sections:
            self.entry.set_row(self.row, 21)
            for column in range(1, 4):
                self.entry.write(self.row, column, section.title if column == 1 else "", looks["section"])
            self.row += 1
            self.page = formula(section.show_if, self.cells) or ""
            if hint := self.conditions.hint(section.show_if):
                self.entry.write_string(self.row, 1, hint, looks["help"])
                self.row += 1
            for item in section.items:
                self._item(item, looks)
        # Without a password: it only keeps questions from being typed over.
        self.entry.protect("", {"format_columns": True, "format_rows": True})
        self.entry.freeze_panes(3, 0)
        self.entry.fit_to_pages(1, 0)  # as wide as one page, as long as it takes
        self._table()
        self.lists.hide()
        self.book.set_properties({"title": self.definition.title, "created": MADE})
        self.book.close()
        return self.out.getvalue()

    def _looks(self) -> dict[str, Format]:
        way = {"reading_order": 2, "align": "right"} if is_right_to_left(self.definition.languages[0]) else {}

        def add(looks: dict[str, Any]) -> Format:
            return self.book.add_format(looks | way)

        return {
            "title": add({"bold": True, "font_size": 16, "font_color": _ACCENT, "valign": "vcenter"}),
            "section": add({"bold": True, "font_size": 12, "font_color": _ACCENT, "bg_color": "#E3EDF7",
                            "bottom": 1, "bottom_color": _ACCENT, "valign": "vcenter"}),
            "wrap": add({"text_wrap": True, "valign": "top"}),
            "group": add({"text_wrap": True, "valign": "top", "italic": True}),
            "help": add({"text_wrap": True, "valign": "top", "font_color": "#595959", "italic": True, "indent": 1}),
            "open": add({"locked": False, "valign": "top", "text_wrap": True}),
            "answer": add(_FIELD | {"text_wrap": True, "num_format": "@"}),
            "number": add(_FIELD),
            "idle": self.book.add_format({"font_color": "#A6A6A6", "bg_color": "#F2F2F2"}),
            "date": add(_FIELD | {"num_format": "yyyy-mm-dd"}),
        }  # fmt: skip

    def _high(self, row: int, *texts: tuple[str, int], least: int = 1) -> None:
        """As high as the longest text wraps: a row whose height is not written does not grow in every program."""
        lines = max(least, *(-(-round(len(text) * 0.95) // width) for text, width in texts))
        self.entry.set_row(row, 15 * lines + 2)

    def _item(self, item: Item, looks: dict[str, Format], prefix: str = "") -> None:
        if isinstance(item, items.Repeat):
            self.entry.write(self.row, 1, self.slots.label(item), looks["group"])
            self.entry.write_string(self.row, 3, self._told(item), looks["help"])
            self.row += 1
            self.group = formula(item.show_if, self.cells)
            for entry in range(fitting_entries(item)):
                for inner in item.items:
                    self._item(inner, looks, f"{item.id}[{entry}].")
            self.group = None
            return
        slots = list(self.slots.of(item, prefix))
        if not slots and not isinstance(item, items.HiddenQuestion):
            self.entry.write(self.row, 1, self.slots.label(item), looks["wrap"])
            self.entry.write(self.row, 3, self._told(item), looks["help"])
            self.row += 1
        condition = both(self.page, self.group, formula(item.show_if, self.cells, prefix))
        for slot in slots:
            self._slot(slot, condition, looks)

    def _told(self, item: Item) -> str:
        """Its help, and when it is asked."""
        said = self.slots.speaker.say(f"{item.id}.help", item.help)
        return "\n".join(filter(None, (said, self.conditions.hint(item.show_if))))

    def _slot(self, slot: Slot, condition: str | None, looks: dict[str, Format]) -> None:
        star = " *" if slot.is_required else ""
        entry = slot.name.partition("]")[0].rpartition("[")[2] if "[" in slot.name else ""
        number = f"{int(entry) + 1}. " if entry else ""
        self.entry.write_string(self.row, 0, slot.name)
        self.entry.write_string(self.row, 1, f"{number}{slot.label}{star}")
        look = _look(slot)
        self.entry.write_blank(self.row, 2, None, looks[look])
        told = self._told(slot.item)
        self.entry.write_string(self.row, 3, told)
        self._high(
            self.row, (f"{number}{slot.label}{star}", _WIDE), (told, _HELP), least=4 if slot.kind == "long" else 1
        )
        self._validate(slot, condition)
        if condition:
            rule = {"type": "formula", "criteria": f"=NOT({condition})", "format": looks["idle"]}
            self.entry.conditional_format(self.row, 1, self.row, 3, rule)
        self.cells[slot.name] = Cell(f"$C${self.row + 1}", slot)
        self.names.append(slot.name)
        self.row += 1

    def _validate(self, slot: Slot, condition: str | None) -> None:
        """A cell holds one rule: that of its answer before that of its condition, which only warns."""
        hint = self.conditions.hint(slot.item.show_if)[:255]
        rule = self._list(slot) or _rule(slot)
        if condition and not rule:
            rule = {"validate": "custom", "value": f"={condition}", "error_type": "warning", "error_message": hint}
        if rule:
            told = {"input_title": slot.label[:32], "error_title": slot.label[:32], "ignore_blank": True}
            told |= {"input_message": hint} if hint else {}
            self.entry.data_validation(self.row, 2, self.row, 2, rule | told)

    def _list(self, slot: Slot) -> dict[str, Any] | None:
        labels = ["x"] if slot.kind == "tick" else [label for _, label in slot.choices]
        if not labels:
            return None
        if sum(len(label) + 1 for label in labels) <= _MAX_LIST and not any("," in label for label in labels):
            return {"validate": "list", "source": labels}
        for row, label in enumerate(labels):
            self.lists.write_string(row, self.list_count, label)
        column = xl_col_to_name(self.list_count)
        self.list_count += 1
        return {"validate": "list", "source": f"={LISTS}!${column}$1:${column}${len(labels)}"}

    def _table(self) -> None:
        """A row a response; its header names the slots."""
        columns = [{"header": name} for name in ("received", *self.names)]
        self.responses.add_table(0, 0, 1, len(columns) - 1, {"name": "responses", "columns": columns})
        self.responses.freeze_panes(1, 1)


def _look(slot: Slot) -> str:
    if slot.kind == "date":
        return "date"
    return "number" if isinstance(slot.item, (items.NumberQuestion, items.ScaleQuestion)) else "answer"


def _rule(slot: Slot) -> dict[str, Any] | None:
    """Excel's validation for one answer."""
    match slot.item:
        case items.NumberQuestion() as item if not slot.name.endswith("_other"):
            kind = "integer" if item.decimals == 0 else "decimal"
            return {"validate": kind, **_between(item.min, item.max, -1e15, 1e15)}
        case items.MomentQuestion(type="date") as item:
            today = datetime.now(UTC).date()
            low, high = (_day(moments.resolve(bound, today)) for bound in (item.earliest, item.latest))
            return {"validate": "date", **_between(low, high, date(1900, 1, 1), date(9999, 12, 31))}
        case items.TextQuestion() as item if item.min_length is not None or item.max_length is not None:
            return {"validate": "length", **_between(item.min_length, item.max_length, 0, 32_767)}
        case _:
            return None


def _between(low: Any, high: Any, least: Any, most: Any) -> dict[str, Any]:
    minimum, maximum = (least if low is None else low), (most if high is None else high)
    return {"criteria": "between", "minimum": minimum, "maximum": maximum}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if moments.is_moment(text, "date") else None
