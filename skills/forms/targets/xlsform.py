"""XLSForm, as ODK, Kobo and pyxform read it: three sheets of rows, conditions in XPath."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import xlsxwriter

from skills.forms.model import expressions, items
from skills.forms.model.form import Definition, Section, expressions_of, items_of
from skills.forms.model.items import BLOCK_FIELDS, Item, Option
from skills.forms.model.jumps import page_conditions
from skills.forms.model.needs import calculation
from skills.forms.model.texts import Speaker
from skills.forms.model.walk import OTHER, other_key
from skills.forms.model.words import words
from skills.forms.sources import xpath as source
from skills.forms.targets.losses import Exported, Loss
from skills.forms.targets.xpath import Unsayable, xpath
from skills.forms.versions import MADE, version_of

Row = dict[str, Any]
_TYPES = {
    "short_text": "text", "long_text": "text", "email": "text", "phone": "text", "url": "text", "date": "date",
    "time": "time", "date_time": "dateTime", "hidden": "hidden", "calculated": "calculate", "text": "note",
    "image": "note", "file": "file", "signature": "image", "consent": "acknowledge", "currency": "decimal",
}  # fmt: skip
_COUNTS = ("min_count", "max_count")
_SHAPES = {
    "email": r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+",
    "phone": r"\(?\+?[0-9 ()./-]{4,30}( ?([xX]|[Ee]xt\.?|#) ?[0-9]{1,7})?",
    "url": r"https?://\S+",
}


def export(definition: Definition) -> Exported:
    writer = _Writer(definition)
    data = writer.write()
    return Exported(data, tuple(carries(definition)))


def carries(definition: Definition) -> Iterator[Loss]:
    yield from _expression_losses(definition)
    conditions = page_conditions(definition)
    for section in definition.sections:
        where = f"section:{section.id}"
        if section.go_to:
            yield Loss(where, "go_to", "jumps do not exist; they are said as conditions of the pages passed over")
        if conditions[section.id] != section.show_if:
            yield Loss(where, "show_if", "jumps over it are said as its condition")
        if not section.title:
            yield Loss(where, "title", "a group needs a label, so it has its name")
    for field in ("description", "confirmation", "submit_url", "quiz", "answers"):
        if getattr(definition, field):
            yield Loss("form", field, f"XLSForm has no place for the form's {field}")
    if any(key.startswith("form.") for table in definition.translations.values() for key in table):
        yield Loss("form", "translations", "the title and texts of the whole form are in its first language only")
    for item in items_of(definition):
        yield from _item_losses(item)


def _expression_losses(definition: Definition) -> Iterator[Loss]:
    """What cannot be said, and what would be read back in other words."""
    known = {item.id: item for item in items_of(definition)}
    for where, field, text in _conditions(definition):
        try:
            own = where.partition(":")[2] if field == "rules" else ""
            written = xpath(expressions.parse(text), known, own)
        except Unsayable as error:
            yield Loss(where, field, str(error))
            continue
        if source.expression(written, known, own) != expressions.write(expressions.parse(text)):
            yield Loss(where, field, f"{text!r} is said in other words: {written!r}")


def _conditions(definition: Definition) -> Iterator[tuple[str, str, str]]:
    sections = {section.id for section in definition.sections}
    for where, field, text in expressions_of(definition):
        if field != "go_to":
            yield f"{'section' if where in sections else 'item'}:{where}", field, text


def _item_losses(item: Item) -> Iterator[Loss]:
    where = f"item:{item.id}"
    if isinstance(item, items.Image):
        yield Loss(where, "type", "the image would be a separate file; its text stays")
    if isinstance(item, items.FileQuestion):
        told = {"max_files": item.max_files > 1, "accept": item.accept, "max_megabytes": item.max_megabytes}
        yield from (Loss(where, field, "one file of any kind and size") for field, is_said in told.items() if is_said)
    for field in ("quiz", "sensitive", "placeholder", "unit", "low", "high"):
        if getattr(item, field, None):
            yield Loss(where, field, f"XLSForm has no {field}")
    yield from _number_losses(item)
    if isinstance(item, items.Repeat) and item.min_count != item.max_count:
        yield from (Loss(where, field, "only a fixed number of entries can be said") for field in _COUNTS)
    if isinstance(item, items.ChoiceQuestion) and item.type == "ranking":
        yield from (
            Loss(where, field, "all options are ranked") for field in _COUNTS if getattr(item, field) is not None
        )
    if isinstance(item, items.MomentQuestion):
        yield from _moment_losses(item)
    if getattr(item, "message", "") and (getattr(item, "rules", ()) or not any(_bounds(item))):
        yield Loss(where, "message", "only a constraint has a message, and but one")
    rules = getattr(item, "rules", ())
    if len(rules) > 1 or (rules and getattr(item, "message", "")):
        yield Loss(where, "rules", "all checks share one message")


def _number_losses(item: Item) -> Iterator[Loss]:
    where = f"item:{item.id}"
    if isinstance(item, items.NumberQuestion) and item.type == "currency" and item.decimals == 0:
        yield Loss(where, "type", "whole amounts are whole numbers")
    is_whole = isinstance(item, items.NumberQuestion) and item.decimals == 0
    if getattr(item, "decimals", None) is not None and not is_whole:
        yield Loss(where, "decimals", "how many decimals there are is not said")


def _moment_losses(item: items.MomentQuestion) -> Iterator[Loss]:
    for field in ("earliest", "latest"):
        bound = getattr(item, field)
        if bound.startswith("today") and bound[-1:] in {"m", "y"}:
            yield Loss(f"item:{item.id}", field, "months and years from today are counted in days")
    if item.default.startswith("today"):
        yield Loss(f"item:{item.id}", "default", "a day counted from today is not filled in beforehand")


class _Writer:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.known = {item.id: item for item in items_of(definition)}
        self.conditions = page_conditions(definition)
        self.survey: list[Row] = []
        self.choices: list[Row] = []
        self.speakers = {self._name(code): Speaker(definition, code) for code in definition.languages}

    @staticmethod
    def _name(code: str) -> str:
        return f"{code} ({code})"

    def write(self) -> bytes:
        for section in self.definition.sections:
            self._section(section)
        settings: Row = {
            "form_title": self.definition.title or "Form",
            "form_id": f"form_{version_of(self.definition)}",
            "version": version_of(self.definition),
            "default_language": self._name(self.definition.languages[0]),
        }
        out = io.BytesIO()
        with xlsxwriter.Workbook(
            out, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
        ) as book:
            book.set_properties({"created": MADE})
            for name, rows in (("survey", self.survey), ("choices", self.choices), ("settings", [settings])):
                _sheet(book, name, rows)
        return out.getvalue()

    def _section(self, section: Section) -> None:
        relevant = self._expression(self.conditions[section.id])
        appearance = (
            {} if any(isinstance(item, items.Repeat) for item in section.items) else {"appearance": "field-list"}
        )
        labels = self._texts(f"{section.id}.title", section.title or section.id)
        self.survey.append({"type": "begin_group", "name": section.id, "relevant": relevant, **labels, **appearance})
        if section.description:
            said = self._texts(f"{section.id}.description", section.description)
            self.survey.append({"type": "note", "name": f"{section.id}_note", **said})
        for item in section.items:
            self._item(item)
        self.survey.append({"type": "end_group"})

    def _item(self, item: Item) -> None:
        match item:
            case items.Repeat():
                count = {"repeat_count": item.max_count} if item.min_count == item.max_count else {}
                self.survey.append({"type": "begin_repeat", **self._head(item), **count})
                for inner in item.items:
                    self._item(inner)
                self.survey.append({"type": "end_repeat"})
            case items.MatrixQuestion():
                self._matrix(item)
            case items.BlockQuestion():
                self.survey.append({"type": "begin_group", **self._head(item)})
                for field in BLOCK_FIELDS[item.type]:
                    is_needed = item.required and field != "region"
                    said = {f"label::{name}": words(each.language)[field] for name, each in self.speakers.items()}
                    row: Row = {"type": "text", "name": f"{item.id}_{field}", "required": "yes" if is_needed else ""}
                    self.survey.append(row | said)
                self.survey.append({"type": "end_group"})
            case _:
                self.survey.append(self._row(item))
                if isinstance(item, items.ChoiceQuestion) and item.other:
                    self._other(item)

    def _row(self, item: Item) -> Row:
        row: Row = {"type": self._type(item), **self._head(item)}
        if getattr(item, "required", False):
            row["required"] = "yes"
        row["constraint"], message = self._constraint(item)
        if message:
            row |= {f"constraint_message::{name}": text for name, text in message.items()}
        default = getattr(item, "default", None)
        if default not in (None, "", ()):
            row["default"] = " ".join(default) if isinstance(default, tuple) else _plain(default)
        if isinstance(item, items.Calculated):
            row["calculation"] = self._expression(expressions.write(calculation(item.expression))) or "''"
        appearance = {
            "long_text": "multiline",
            "signature": "signature",
            "dropdown": "minimal",
            "scale": "likert",
            "rating": "columns-pack",
            "currency": "thousands-sep",
            "phone": "numbers",
        }
        row["appearance"] = appearance.get(item.type, "")
        return row

    def _head(self, item: Item) -> Row:
        row: Row = {
            "name": item.id,
            "relevant": self._expression(item.show_if),
            **self._texts(f"{item.id}.label", item.label),
        }
        return row | (self._texts(f"{item.id}.help", item.help, "hint") if item.help else {})

    def _type(self, item: Item) -> str:
        match item:
            case items.YesNoQuestion():
                options = [Option(value="yes", label="yes"), Option(value="no", label="no")]
                self._list("yes_no", options, lambda option, language: words(language)[option.value])
                return "select_one yes_no"
            case items.ChoiceQuestion():
                known = [*item.options, *([Option(value=OTHER, label=OTHER)] if item.other else [])]
                self._list(item.id, known, lambda option, language: self._option(item, "option", option, language))
                kind = {"multiple_choice": "select_multiple", "ranking": "rank"}.get(item.type, "select_one")
                return f"{kind} {item.id}"
            case items.ScaleQuestion():
                steps = [Option(value=f"{step}", label=f"{step}") for step in range(item.min, item.max + 1)]
                self._list(item.id, steps, lambda option, _: option.label)
                return f"select_one {item.id}"
            case items.NumberQuestion():
                return "integer" if item.decimals == 0 else "decimal"
            case _:
                return _TYPES[item.type]

    def _matrix(self, item: items.MatrixQuestion) -> None:
        self._list(item.id, item.columns, lambda option, language: self._option(item, "column", option, language))
        self.survey.append({"type": "begin_group", **self._head(item)})
        kind = "select_multiple" if item.multiple else "select_one"
        for row in item.rows:
            said = {
                f"label::{name}": self._option(item, "row", row, each.language) for name, each in self.speakers.items()
            }
            required = "yes" if item.required else ""
            self.survey.append({
                "type": f"{kind} {item.id}", "name": f"{item.id}_{row.value}", "required": required,
                "appearance": "minimal", **said,
            })  # fmt: skip
        self.survey.append({"type": "end_group"})

    def _other(self, item: items.ChoiceQuestion) -> None:
        is_many = item.type == "multiple_choice"
        relevant = f"selected(${{{item.id}}}, '{OTHER}')" if is_many else f"${{{item.id}}} = '{OTHER}'"
        said = {f"label::{name}": words(each.language)["other_label"] for name, each in self.speakers.items()}
        self.survey.append({
            "type": "text", "name": other_key(item.id), "relevant": relevant, "required": "yes", **said
        })  # fmt: skip

    def _list(self, name: str, options: Iterable[Option], say: Any) -> None:
        if any(row["list_name"] == name for row in self.choices):
            return
        for option in options:
            said = {f"label::{shown}": say(option, each.language) for shown, each in self.speakers.items()}
            self.choices.append({"list_name": name, "name": option.value, **said})

    def _option(self, item: Item, field: str, option: Option, language: str) -> str:
        if option.value == OTHER:
            return words(language)["other"]
        return Speaker(self.definition, language).say(f"{item.id}.{field}.{option.value}", option.label)

    def _texts(self, key: str, text: str, column: str = "label") -> Row:
        return {f"{column}::{name}": speaker.say(key, text) for name, speaker in self.speakers.items()}

    def _expression(self, text: str) -> str:
        try:
            return xpath(expressions.parse(text), self.known) if text else ""
        except Unsayable:
            return ""

    def _constraint(self, item: Item) -> tuple[str, Row]:
        tests = list(_bounds(item))
        message: Row = {}
        for index, rule in enumerate(getattr(item, "rules", ())):
            try:
                tests.append(xpath(expressions.parse(rule.check), self.known, item.id))
            except Unsayable:
                continue
            if not message:
                key = f"{item.id}.rule.{index}"
                message = {name: speaker.say(key, rule.message) for name, speaker in self.speakers.items()}
        own = getattr(item, "message", "")
        if own:
            message = {name: speaker.say(f"{item.id}.message", own) for name, speaker in self.speakers.items()}
        return " and ".join(tests), message


def _bounds(item: Item) -> Iterator[str]:
    match item:
        case items.NumberQuestion():
            yield from (f". >= {_plain(item.min)}" for _ in [0] if item.min is not None)
            yield from (f". <= {_plain(item.max)}" for _ in [0] if item.max is not None)
        case items.TextQuestion():
            if item.min_length is not None:
                yield f"string-length(.) >= {item.min_length}"
            if item.max_length is not None:
                yield f"string-length(.) <= {item.max_length}"
            shape = item.pattern or _SHAPES.get(item.type)
            if shape and "'" not in shape:
                yield f"regex(., '^({shape})$')"
        case items.MomentQuestion():
            for bound, sign in ((item.earliest, ">="), (item.latest, "<=")):
                written = _moment(bound)
                if written:
                    yield f". {sign} {written}"
        case items.ChoiceQuestion(type="multiple_choice"):
            yield from _counts(item)
        case _:
            return


def _counts(item: items.ChoiceQuestion) -> Iterator[str]:
    if item.min_count is not None:
        yield f"count-selected(.) >= {item.min_count}"
    if item.max_count is not None:
        yield f"count-selected(.) <= {item.max_count}"
    for option in item.options:
        if option.exclusive:
            yield f"not(selected(., '{option.value}') and count-selected(.) > 1)"


def _moment(bound: str) -> str:
    if not bound.startswith("today"):
        return f"date('{bound}')" if bound else ""
    if bound == "today":
        return "today()"
    count, unit = int(bound[6:-1]), bound[-1]
    days = {"d": count, "y": count * 365.25}.get(unit)
    return f"(today() {bound[5]} {_plain(days)})" if days is not None else ""


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)


def _sheet(book: xlsxwriter.Workbook, name: str, rows: list[Row]) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 40, 22)
    columns = list(dict.fromkeys(column for row in rows for column, value in row.items() if value not in ("", None)))
    for position, column in enumerate(columns):
        sheet.write_string(0, position, column)
    for number, row in enumerate(rows, start=1):
        for position, column in enumerate(columns):
            if row.get(column) not in ("", None):
                sheet.write_string(number, position, str(row[column]))
