"""An outline read into a form's definition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from copilot_server.errors import ToolError
from skills.forms.fields import ItemFields, build
from skills.forms.model import ids
from skills.forms.model.form import Definition, Section, all_ids, flat
from skills.forms.model.items import Item, Repeat
from skills.forms.outline import kinds
from skills.forms.outline.conditions import as_expression
from skills.forms.outline.lines import Line, read_line


@dataclass(frozen=True, slots=True)
class Written:
    """The definition with the outline's content in it."""

    definition: Definition


class _Reader:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.sections: list[Section] = list(definition.sections)
        self.current: int | None = None
        self.repeat_indent: int | None = None
        self.taken: set[str] = set(all_ids(definition))

    def read(self, text: str) -> Definition:
        faults: list[str] = []
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            try:
                self._line(line)
            except ToolError as error:
                faults.append(f"line {number}: {error}")
        if faults:
            raise ToolError("\n".join(faults))
        return self.definition.model_copy(update={"sections": tuple(self.sections)})

    def _line(self, text: str) -> None:
        stripped = text.strip()
        if stripped.startswith("## "):
            self._section(stripped[3:].strip())
        elif stripped.startswith("# "):
            self.definition = self.definition.model_copy(update={"title": stripped[2:].strip()})
        elif stripped.startswith(">"):
            self._describe(stripped[1:].strip())
        elif stripped.lower().startswith("confirmation:"):
            self.definition = self.definition.model_copy(update={"confirmation": stripped[13:].strip()})
        else:
            self._item(read_line(text))

    def _section(self, text: str) -> None:
        line = read_line(text)
        self.repeat_indent = None
        for index, section in enumerate(self.sections):
            if line.label in {section.title, section.id}:
                self.current = index
                return
        made = Section(id=ids.fresh(line.label, self.taken, "section"), title=line.label, show_if=self._show_if(line))
        self._keep(made)
        self.current = len(self.sections) - 1

    def _keep(self, section: Section) -> None:
        self.sections.append(section)
        self.taken.add(section.id)

    def _describe(self, text: str) -> None:
        if self.current is None:
            joined = f"{self.definition.description}\n{text}".strip()
            self.definition = self.definition.model_copy(update={"description": joined})
        else:
            section = self.sections[self.current]
            joined = f"{section.description}\n{text}".strip()
            self.sections[self.current] = section.model_copy(update={"description": joined})

    def _item(self, line: Line) -> None:
        if self.current is None:
            self._open_section()
        section = self.sections[self.current or 0]
        last = section.items[-1] if section.items else None
        is_inside = self.repeat_indent is not None and line.indent > self.repeat_indent and isinstance(last, Repeat)
        made = self._built(line)
        if is_inside and isinstance(last, Repeat):
            grown = last.model_copy(update={"items": (*last.items, made)})
            items = (*section.items[:-1], grown)
        else:
            items = (*section.items, made)
            self.repeat_indent = line.indent if isinstance(made, Repeat) else None
        self.sections[self.current or 0] = section.model_copy(update={"items": items})

    def _open_section(self) -> None:
        if not self.sections:
            self._keep(Section(id=ids.fresh("section 1", self.taken)))
        self.current = len(self.sections) - 1

    def _built(self, line: Line) -> Item:
        fields: dict[str, Any] = dict(line.fields)
        fields["type"] = line.kind or kinds.by_wording(line.label, has_options="options" in fields)
        _forgive(fields)
        if line.condition:
            fields["show_if"] = self._show_if(line)
        try:
            made = ItemFields.model_validate({"label": line.label, **fields})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise ToolError(f"{line.label!r}: {first['loc'][-1]}: {first['msg']}") from error
        return self._named(build(made, self.taken))

    def _named(self, item: Item) -> Item:
        self.taken.update(each.id for each in flat((item,)))
        return item

    def _show_if(self, line: Line) -> str:
        return as_expression(line.condition, list(self._items())) if line.condition else ""

    def _items(self) -> Iterable[Item]:
        for section in self.sections:
            for item in section.items:
                yield item
                yield from getattr(item, "items", ())


def _forgive(fields: dict[str, Any]) -> None:
    """Bounds written as numbers where the type counts whole steps or has them under another name."""
    kind = fields["type"]
    if kind in {"scale", "rating"}:
        fields |= {name: int(fields[name]) for name in ("min", "max") if name in fields}
    renamed = {
        "short_text": {"min": "min_length", "max": "max_length"},
        "long_text": {"min": "min_length", "max": "max_length"},
        "multiple_choice": {"min": "min_count", "max": "max_count"},
        "repeat": {"min": "min_count", "max": "max_count"},
        "date": {"min": "earliest", "max": "latest"},
    }.get(kind, {})
    for old, new in renamed.items():
        if old in fields:
            fields[new] = int(fields.pop(old))
    default = fields.get("default")
    if isinstance(default, str) and kind in {"number", "currency", "scale", "rating"}:
        fields["default"] = float(default) if kind in {"number", "currency"} else int(default)
    elif isinstance(default, str) and kind == "yes_no":
        fields["default"] = default.strip().lower() in {"yes", "true", "y", "1"}


def read_outline(text: str, definition: Definition) -> Written:
    """Appended to what the form has; raises ToolError with every line that cannot be read."""
    return Written(_Reader(definition).read(text))
