"""An XLSForm read into the model: ODK's three sheets, ours and others'."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from pydantic import TypeAdapter, ValidationError

from copilot_server.errors import UnsupportedFile
from copilot_server.office.package import Package
from skills.forms.model import expressions
from skills.forms.model.expressions import Literal, Node, Operation, Reference
from skills.forms.model.form import Definition, items_of
from skills.forms.model.items import BLOCK_FIELDS, AnyItem, Item
from skills.forms.model.needs import unguarded
from skills.forms.model.texts import without_stale_translations
from skills.forms.sources import infix, xpath
from skills.forms.sources.assemble import Imported
from skills.forms.sources.making import Making, Texts

Row = Mapping[str, str]
_ITEM: TypeAdapter[Item] = TypeAdapter(AnyItem)
_TYPES = {
    "text": "short_text", "string": "short_text", "integer": "number", "decimal": "number", "date": "date",
    "time": "time", "datetime": "date_time", "note": "text", "hidden": "hidden", "calculate": "calculated",
    "file": "file", "audio": "file", "video": "file", "image": "file", "acknowledge": "consent", "trigger": "consent",
    "range": "number",
}  # fmt: skip
_SHAPES = {
    r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+": "email",
    r"\(?\+?[0-9 ()./-]{4,30}( ?([xX]|[Ee]xt\.?|#) ?[0-9]{1,7})?": "phone",
    r"https?://\S+": "url",
}
_CODE = re.compile(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)\s*$")
_LOGIC = ("relevant", "calculation", "constraint")


def read(data: bytes) -> Imported:
    """Raises kinds of FileError; UnsupportedFile where there is no sheet named survey."""
    sheets = _sheets(data)
    if "survey" not in sheets:
        raise UnsupportedFile("the workbook is no XLSForm: it has no sheet named 'survey'")
    return _Reader(sheets).form()


def is_xlsform(data: bytes) -> bool:
    return "survey" in _sheets(data)


def _sheets(data: bytes) -> dict[str, list[Row]]:
    Package.open(data)  # the gate against hostile files
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    found: dict[str, list[Row]] = {}
    for sheet in book.worksheets:
        rows = sheet.iter_rows(values_only=True, max_row=20_000, max_col=200)
        heads = ["" if head is None else str(head).strip() for head in next(rows, ())]
        told = ({head: _cell(cell) for head, cell in zip(heads, row, strict=False) if head} for row in rows)
        found[sheet.title.strip().lower()] = [row for row in told if any(row.values())]
    return found


def _cell(cell: Any) -> str:
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


@dataclass
class _Group:
    """A row that begins a group, and what stands in it."""

    row: Row
    inside: list[Row | _Group] = field(default_factory=list["Row | _Group"])

    @property
    def is_repeat(self) -> bool:
        return "repeat" in self.row["type"]


class _Reader:
    def __init__(self, sheets: Mapping[str, list[Row]]) -> None:
        self.settings = next(iter(sheets.get("settings", [])), {})
        self.rows, self.choices = sheets["survey"], sheets.get("choices", [])
        self.making = Making()
        self.languages = self._languages()
        self.texts = Texts(next(iter(self.languages.values()), "en"))
        self.logic: list[tuple[str, str, str]] = []  # item, field, XPath: read once all items are known

    def form(self) -> Imported:
        sections = [self._section(group) for group in self._top()]
        made = {
            "title": self.settings.get("form_title", ""),
            "sections": [section for section in sections if section["items"] or section["title"]],
        }
        bare = Definition.model_validate(made)
        told = self._with_logic(made, {item.id: item for item in items_of(bare)})
        told |= {"languages": self.texts.languages, "translations": self.texts.tables}
        whole = without_stale_translations(Definition.model_validate(told))  # the free answer's own option had texts
        return Imported(whole, notes=tuple(self.making.notes))

    def _languages(self) -> dict[str, str]:
        """Name in the columns' heads -> code; the default language first."""
        names = dict.fromkeys(
            head.partition("::")[2].strip() for row in self.rows[:1] for head in row if head.startswith("label::")
        )
        default = self.settings.get("default_language", "")
        ordered = sorted(names, key=lambda name: name != default)
        return {name: match[1] if (match := _CODE.search(name)) else _code(name) for name in ordered}

    def _say(self, key: str, row: Row, column: str = "label") -> str:
        said = {code: row.get(f"{column}::{name}", "") for name, code in self.languages.items()}
        first = said.pop(self.texts.first, "") or row.get(column, "")
        return self.texts.say(key, {"default": first, **said})

    def _top(self) -> Iterator[_Group]:
        """Groups are pages; what stands outside of any is gathered in pages of its own."""
        loose = _Group({"type": "begin_group", "name": "page"})
        for each in self._tree():
            if isinstance(each, _Group) and not each.is_repeat and not self._is_composite(each):
                if loose.inside:
                    yield loose
                    loose = _Group({"type": "begin_group", "name": "page"})
                yield each
            else:
                loose.inside.append(each)
        if loose.inside:
            yield loose

    def _tree(self) -> list[Row | _Group]:
        open_groups = [_Group({"type": ""})]
        for row in self.rows:
            kind = row.get("type", "").lower().replace(" ", "_")
            if kind in {"begin_group", "begin_repeat"}:
                group = _Group({**row, "type": kind})
                open_groups[-1].inside.append(group)
                open_groups.append(group)
            elif kind in {"end_group", "end_repeat"} and len(open_groups) > 1:
                open_groups.pop()
            elif kind:
                open_groups[-1].inside.append(row)
        return open_groups[0].inside

    def _section(self, group: _Group) -> dict[str, Any]:
        name = self.making.id(group.row.get("name", ""), "section")
        inside = list(group.inside)
        description = ""
        first = inside[0] if inside else None
        if isinstance(first, dict) and first.get("type") == "note" and first.get("name") == f"{name}_note":
            description = self._say(f"{name}.description", first)
            inside = inside[1:]
        self._note_logic(name, group.row)
        title = self._say(f"{name}.title", group.row)
        return {"id": name, "title": title, "description": description, "items": self._items(inside)}

    def _items(self, inside: list[Row | _Group]) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        for each in inside:
            if isinstance(each, _Group):
                made += self._group(each)
            elif made and each.get("name") == f"{made[-1]['id']}_other" and _has_other(made[-1]):
                made[-1] |= {"other": True, "options": [o for o in made[-1]["options"] if o["value"] != "other"]}
            elif item := self._row(each):
                made.append(item)
        return made

    def _group(self, group: _Group) -> list[dict[str, Any]]:
        if not (group.is_repeat or self._is_composite(group)):
            return self._items(group.inside)  # groups within pages only lay questions out
        name = self.making.id(group.row.get("name", ""), "group")
        head = {"id": name, **self._head(name, group.row)}
        rows = [each for each in group.inside if isinstance(each, dict)]
        if group.is_repeat:
            count = group.row.get("repeat_count", "")
            counts = {"min_count": int(count), "max_count": int(count)} if count.isdigit() else {}
            inner = [each for each in self._items(group.inside) if each["type"] != "repeat"]
            return [head | {"type": "repeat", "items": inner} | counts]
        is_required = any(row.get("required") == "yes" for row in rows)
        block = _block_of(group)
        if block:
            return [head | {"type": block, "required": is_required}]
        kind, _, listed = rows[0]["type"].partition(" ")
        return [head | {
            "type": "matrix", "required": is_required, "multiple": kind == "select_multiple",
            "rows": [self._option(name, "row", row["name"].removeprefix(f"{name}_"), row) for row in rows],
            "columns": self._options(listed, name, "column"),
        }]  # fmt: skip

    def _is_composite(self, group: _Group) -> bool:
        return _block_of(group) is not None or _is_matrix(group)

    def _head(self, name: str, row: Row) -> dict[str, Any]:
        self._note_logic(name, row)
        return {"label": self._say(f"{name}.label", row) or row.get("name", name),
                "help": self._say(f"{name}.help", row, "hint")}  # fmt: skip

    def _note_logic(self, name: str, row: Row) -> None:
        self.logic += [(name, column, row[column]) for column in _LOGIC if row.get(column)]

    def _row(self, row: Row) -> dict[str, Any] | None:
        name = self.making.id(row.get("name", ""), "question")
        made: dict[str, Any] = {"id": name, **self._head(name, row)}
        made |= self._shape(row, name)
        if made["type"] in {"text", "calculated", "hidden"}:
            made.pop("required", None)
        else:
            made["required"] = row.get("required", "").lower() in {"yes", "true", "true()"}
        default = row.get("default", "")
        if default and made["type"] not in {"file", "signature", "consent", "matrix"}:
            made["default"] = _default(made["type"], default)
        said = self._say(f"{name}.message", row, "constraint_message")
        if said:
            made["message"] = said
        try:
            _ITEM.validate_python(made)
        except ValidationError as error:
            self.making.notes.append(f"{name}: not read: {error.errors()[0]['msg']}")
            return None
        return made

    def _shape(self, row: Row, name: str) -> dict[str, Any]:
        kind, _, listed = row["type"].partition(" ")
        look = row.get("appearance", "")
        match kind.lower():
            case "select_one" | "select_multiple" | "rank":
                return self._choice(kind.lower(), listed.split()[0] if listed else "", look, name)
            case "text" if "multiline" in look:
                return {"type": "long_text"}
            case "image" if look == "signature":
                return {"type": "signature"}
            case "integer":
                return {"type": "number", "decimals": 0}
            case "decimal" if "thousands-sep" in look:
                return {"type": "currency"}
            case "calculate":
                return {"type": "calculated", "expression": '""'}
            case known if known in _TYPES:
                return {"type": _TYPES[known]}
            case _:
                self.making.notes.append(f"{name}: a question of type {row['type']!r} became a text")
                return {"type": "short_text"}

    def _choice(self, kind: str, listed: str, look: str, name: str) -> dict[str, Any]:
        if listed == "yes_no" and kind == "select_one":
            return {"type": "yes_no"}
        values = [row.get("name", "") for row in self.choices if row.get("list_name") == listed]
        if (
            kind == "select_one"
            and look in {"likert", "columns-pack"}
            and all(re.fullmatch(r"-?\d+", v) for v in values)
        ):
            return {"type": "scale" if look == "likert" else "rating", "min": int(values[0]), "max": int(values[-1])}
        single = "dropdown" if "minimal" in look else "single_choice"
        type_ = {"select_multiple": "multiple_choice", "rank": "ranking"}.get(kind, single)
        return {"type": type_, "options": self._options(listed, name, "option")}

    def _options(self, listed: str, name: str, field: str) -> list[dict[str, Any]]:
        rows = [row for row in self.choices if row.get("list_name") == listed]
        return [self._option(name, field, row.get("name", ""), row) for row in rows]

    def _option(self, name: str, field: str, value: str, row: Row) -> dict[str, Any]:
        return {"value": value[:64], "label": self._say(f"{name}.{field}.{value}", row) or value}

    def _with_logic(self, made: dict[str, Any], known: Mapping[str, Item]) -> dict[str, Any]:
        """Conditions, now that it is known what the questions they speak of are."""
        found: dict[str, dict[str, Any]] = {}
        for name, column, text in self.logic:
            try:
                if column == "constraint":
                    found.setdefault(name, {}).update(_constraint(text, known, name))
                else:
                    target = {"relevant": "show_if", "calculation": "expression"}[column]
                    said = xpath.expression(text, known, name)
                    own = expressions.write(unguarded(expressions.parse(said))) if target == "expression" else said
                    found.setdefault(name, {})[target] = own
            except ValueError as error:
                self.making.notes.append(f"{name}: {column} {text!r} was not read: {error}")
        return {**made, "sections": [_merged(section, found, self.texts) for section in made["sections"]]}


def _merged(told: dict[str, Any], found: Mapping[str, dict[str, Any]], texts: Texts) -> dict[str, Any]:
    made = {**told, **found.get(told["id"], {})}
    if "items" in made:
        made["items"] = [_merged(each, found, texts) for each in made["items"]]
    exclusive = made.pop("exclusive", ())
    if exclusive:
        made["options"] = [option | {"exclusive": option["value"] in exclusive} for option in made["options"]]
    if made.get("rules"):
        message = made.pop("message", "")
        made["rules"] = [{"check": made["rules"][0], "message": message or "This does not fit."}]
        for table in texts.tables.values():
            if f"{made['id']}.message" in table:
                table[f"{made['id']}.rule.0"] = table.pop(f"{made['id']}.message")
    return made


def _constraint(text: str, known: Mapping[str, Item], own: str) -> dict[str, Any]:
    """Bounds become the model's own fields; what is left is a check."""
    made: dict[str, Any] = {}
    left: list[Node] = []
    for part in xpath.conjuncts(xpath.node(text, known, own)):
        bound = _bound(part, known[own], made) if own in known else None
        if bound is None:
            left.append(part)
        made |= bound or {}
    if left:
        check = left[0]
        for part in left[1:]:
            check = Operation("and", (check, part))
        made["rules"] = [infix.said(check)]
    return made


def _bound(part: Node, item: Item, made: Mapping[str, Any]) -> dict[str, Any] | None:
    if not isinstance(part, Operation):
        return None
    match part:
        case Operation(sign=">=" | "<=" as sign, parts=(Reference(name=name), bound)) if name == item.id:
            return _limit(sign, bound, item)
        case Operation(
            sign=">=" | "<=" as sign, parts=(Operation(sign=counted, parts=(_,)), Literal(value=float(limit)))
        ):
            fields = {"length": ("min_length", "max_length"), "count-selected": ("min_count", "max_count")}.get(counted)
            return {fields[sign == "<="]: int(limit)} if fields else None
        case Operation(sign="regex", parts=(Reference(), Literal(value=str(pattern)))):
            plain = re.sub(r"^\^\((.*)\)\$$", r"\1", pattern)
            shape = _SHAPES.get(plain)
            return {"type": shape} if shape and item.type == "short_text" else {"pattern": plain}
        case Operation(
            sign="not", parts=(Operation(sign="and", parts=(Operation(sign="=", parts=(_, Literal(value=v))), many)),)
        ):
            is_many = isinstance(many, Operation) and getattr(many.parts[0], "sign", "") == "count-selected"
            return {"exclusive": (*made.get("exclusive", ()), v)} if is_many else None
        case _:
            return None


def _limit(sign: str, bound: Node, item: Item) -> dict[str, Any] | None:
    if item.type in {"date", "time", "date_time"}:
        told = _day(bound)
        return {"earliest" if sign == ">=" else "latest": told} if told else None
    if isinstance(bound, Literal) and isinstance(bound.value, float) and item.type in {"number", "currency"}:
        return {"min" if sign == ">=" else "max": bound.value}
    return None


def _day(bound: Node) -> str:
    match bound:
        case Operation(sign="date", parts=(Literal(value=value),)):
            return str(value)
        case Operation(sign="today"):
            return "today"
        case Operation(sign="+" | "-" as sign, parts=(Operation(sign="today"), Literal(value=float(days)))):
            return f"today{sign}{days:g}d" if days.is_integer() else ""
        case _:
            return ""


def _is_matrix(group: _Group) -> bool:
    kinds = {each.get("type", "") if isinstance(each, dict) else "" for each in group.inside}
    kind, _, listed = next(iter(kinds), "").partition(" ")
    name = group.row.get("name", "")
    names = (each.get("name", "") for each in group.inside if isinstance(each, dict))
    is_list = kind in {"select_one", "select_multiple"} and listed == name
    return not group.is_repeat and len(kinds) == 1 and is_list and all(each.startswith(f"{name}_") for each in names)


def _block_of(group: _Group) -> str | None:
    name = group.row.get("name", "")
    names = [each.get("name", "") if isinstance(each, dict) else "" for each in group.inside]
    for block, fields in BLOCK_FIELDS.items():
        if not group.is_repeat and names == [f"{name}_{each}" for each in fields]:
            return block
    return None


def _has_other(item: Mapping[str, Any]) -> bool:
    return any(option["value"] == "other" for option in item.get("options", ()))


def _default(kind: str, text: str) -> Any:
    if kind in {"number", "currency"}:
        return float(text)
    if kind in {"scale", "rating"}:
        return int(text)
    if kind == "yes_no":
        return text == "yes"
    return text.split() if kind in {"single_choice", "multiple_choice", "dropdown", "ranking"} else text


def _code(name: str) -> str:
    """A language named without its code."""
    known = {"english": "en", "french": "fr", "spanish": "es", "german": "de", "arabic": "ar", "portuguese": "pt"}
    plain = name.strip().lower()
    return known.get(plain, plain if re.fullmatch(r"[a-z]{2,3}", plain) else "en")
