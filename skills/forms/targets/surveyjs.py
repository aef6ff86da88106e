"""SurveyJS: the JSON its library renders, conditions in its own expression language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from skills.forms.model import expressions, items
from skills.forms.model.expressions import Literal, Node, Operation, Reference
from skills.forms.model.form import END, Definition, Section, expressions_of, items_of
from skills.forms.model.items import BLOCK_FIELDS, Item, Option
from skills.forms.model.jumps import page_conditions
from skills.forms.model.needs import calculation
from skills.forms.model.words import words
from skills.forms.sources import surveyjs as source
from skills.forms.targets.losses import Exported, Loss

_INPUTS = {
    "short_text": "text", "email": "email", "phone": "tel", "url": "url", "number": "number", "currency": "number",
    "date": "date", "time": "time", "date_time": "datetime-local",
}  # fmt: skip
_CHOICES = {"single_choice": "radiogroup", "multiple_choice": "checkbox", "dropdown": "dropdown", "ranking": "ranking"}
_WRITTEN = {
    "and": "({0} and {1})", "or": "({0} or {1})", "not": "!({0})", "=": "({0} = {1})", "!=": "({0} <> {1})",
    "<": "({0} < {1})", "<=": "({0} <= {1})", ">": "({0} > {1})", ">=": "({0} >= {1})", "+": "({0} + {1})",
    "-": "({0} - {1})", "*": "({0} * {1})", "/": "({0} / {1})", "contains": "({0} contains {1})",
    "answered": "({0} notempty)", "if": "iif({0}, {1}, {2})", "today": "today()", "round": "round({0}, {1})",
    "years_since": "age({0})", "days_between": "dateDiff({0}, {1}, 'days')",
}  # fmt: skip


def export(definition: Definition) -> Exported:
    data = json.dumps(_Writer(definition).survey(), ensure_ascii=False, indent=2) + "\n"
    return Exported(data.encode(), tuple(carries(definition)))


def carries(definition: Definition) -> Iterator[Loss]:
    yield from _expression_losses(definition)
    yield from _jump_losses(definition)
    for item in items_of(definition):
        yield from _item_losses(item)
    if definition.quiz:
        yield Loss("form", "quiz", "right answers are told, but no pass mark nor whether the score is shown")
    if definition.submit_url:
        yield Loss("form", "submit_url", "where answers go is up to the page around it")
    if definition.answers:
        yield Loss("form", "answers", "answers are data of a response, not of the survey")


def _expression_losses(definition: Definition) -> Iterator[Loss]:
    """What cannot be said, and what SurveyJS would say back in other words."""
    writer, sections = _Writer(definition), {section.id for section in definition.sections}
    for where, field, text in expressions_of(definition):
        place = f"{'section' if where in sections else 'item'}:{where}"
        written = writer.safe(text, writer.groups.get(where, ""))
        if written is None:
            yield Loss(place, field, f"{text!r} cannot be said in SurveyJS's expressions")
        elif field != "go_to" and source.expression(written, writer.many) != expressions.write(expressions.parse(text)):
            yield Loss(place, field, f"{text!r} is said in other words: {written!r}")


def _jump_losses(definition: Definition) -> Iterator[Loss]:
    order = [*(section.id for section in definition.sections), END]
    conditions = page_conditions(definition)
    for position, section in enumerate(definition.sections):
        if section.go_to:
            is_back = any(order.index(jump.to) <= position for jump in section.go_to if jump.to in order)
            text = "a jump back cannot be said" if is_back else "it is said as conditions of the pages passed over"
            yield Loss(f"section:{section.id}", "go_to", text)
        if conditions[section.id] != section.show_if:
            yield Loss(f"section:{section.id}", "show_if", "jumps over it are said as its condition")


def _item_losses(item: Item) -> Iterator[Loss]:
    where = f"item:{item.id}"
    if getattr(item, "sensitive", None):
        yield Loss(where, "sensitive", "SurveyJS has no mark for sensitive data")
    if isinstance(item, items.NumberQuestion):
        if item.type == "currency":
            yield Loss(where, "type", "an amount of money is a number")
        if item.decimals is not None:
            yield Loss(where, "decimals", "a step is given, decimals are not counted")
    if isinstance(item, (items.NumberQuestion, items.Calculated)) and item.unit:
        yield Loss(where, "unit", "SurveyJS has no unit beside a number")
    if isinstance(item, items.MomentQuestion) and item.default.startswith("today"):
        yield Loss(where, "default", "a day counted from today is not filled in beforehand")
    if getattr(item, "message", "") and not getattr(item, "pattern", ""):
        yield Loss(where, "message", "only a pattern has a message of its own")
    quiz = getattr(item, "quiz", None)
    if quiz and (quiz.right or quiz.wrong or quiz.points != 1):
        yield Loss(where, "quiz", "points and feedback have no place")
    if isinstance(item, items.Image) and (item.help or item.show_if):
        yield Loss(where, "help", "a picture has its alternative text only")


class _Writer:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.known = {item.id: item for item in items_of(definition)}
        self.groups = {inner.id: group.id for group in self.known.values() for inner in getattr(group, "items", ())}
        listed = (item for item in self.known.values() if isinstance(item, items.ChoiceQuestion))
        self.many = frozenset(item.id for item in listed if item.type in {"multiple_choice", "ranking"})
        self.conditions = page_conditions(definition)

    def survey(self) -> dict[str, Any]:
        form = self.definition
        made: dict[str, Any] = {
            "title": self._say("form.title", form.title),
            "description": self._say("form.description", form.description),
            "locale": form.languages[0],
            "completedHtml": self._say("form.confirmation", form.confirmation),
            "showProgressBar": True,
            "clearInvisibleValues": "onHidden",
            "pages": [self._page(section) for section in form.sections],
        }
        return _filled(made)

    def _page(self, section: Section) -> dict[str, Any]:
        return _filled({
            "name": section.id,
            "title": self._say(f"{section.id}.title", section.title),
            "description": self._say(f"{section.id}.description", section.description),
            "visibleIf": self.safe(self.conditions[section.id]) if self.conditions[section.id] else None,
            "elements": [self._element(item) for item in section.items],
        })  # fmt: skip

    def _element(self, item: Item) -> dict[str, Any]:
        group = self.groups.get(item.id, "")
        condition = None
        if item.show_if:
            condition = self.safe(item.show_if, group)
        made: dict[str, Any] = {
            "name": item.id,
            "title": self._say(f"{item.id}.label", item.label),
            "description": self._say(f"{item.id}.help", item.help),
            "visibleIf": condition,
            "isRequired": getattr(item, "required", False) or None,
            "requiredErrorText": None,
            "validators": list(self._validators(item, group)),
            **self._shape(item),
        }
        quiz = getattr(item, "quiz", None)
        if quiz:
            made["correctAnswer"] = quiz.answer
        return _filled(made) | ({"visible": False} if isinstance(item, items.HiddenQuestion) else {})

    def safe(self, text: str, group: str = "") -> str | None:
        """None where SurveyJS cannot say it."""
        try:
            return self._write(expressions.parse(text), group)
        except NotImplementedError:
            return None

    def _shape(self, item: Item) -> dict[str, Any]:
        match item:
            case items.TextQuestion(type="long_text"):
                return {"type": "comment", **self._text(item)}
            case items.TextQuestion():
                return {"type": "text", "inputType": _INPUTS[item.type], **self._text(item)}
            case items.NumberQuestion():
                step = 10**-item.decimals if item.decimals is not None else None
                shown = self._say(f"{item.id}.placeholder", item.placeholder)
                return {"type": "text", "inputType": "number", "min": item.min, "max": item.max, "step": step,
                        "defaultValue": item.default, "placeholder": shown}  # fmt: skip
            case items.MomentQuestion():
                return {"type": "text", "inputType": _INPUTS[item.type], "defaultValue": _moment(item.default),
                        **_bounds(item)}  # fmt: skip
            case items.ChoiceQuestion():
                return self._choice(item)
            case items.ScaleQuestion():
                return {"type": "rating", "rateMin": item.min, "rateMax": item.max, "defaultValue": item.default,
                        "rateType": "stars" if item.type == "rating" else None,
                        "minRateDescription": self._say(f"{item.id}.low", item.low),
                        "maxRateDescription": self._say(f"{item.id}.high", item.high)}  # fmt: skip
            case items.MatrixQuestion():
                return self._matrix(item)
            case _:
                return self._other_shape(item)

    def _other_shape(self, item: Item) -> dict[str, Any]:
        match item:
            case items.YesNoQuestion():
                return {"type": "boolean", "renderAs": "radio", "defaultValue": item.default}
            case items.ConsentQuestion():
                agreed = [{"type": "expression", "expression": f"{{{item.id}}} = true"}] if item.required else []
                label = self._say(f"{item.id}.label", item.label)
                return {"type": "boolean", "renderAs": "checkbox", "label": label, "validators": agreed}
            case items.FileQuestion():
                size = item.max_megabytes and int(item.max_megabytes * 1_000_000)
                return {"type": "file", "acceptedTypes": ",".join(item.accept), "maxSize": size,
                        "allowMultiple": item.max_files > 1, "maxFiles": item.max_files}  # fmt: skip
            case items.SignatureQuestion():
                return {"type": "signaturepad"}
            case items.BlockQuestion():
                parts = [
                    {"name": field, "title": self._word(field), "isRequired": item.required and field != "region"}
                    for field in BLOCK_FIELDS[item.type]
                ]
                return {"type": "multipletext", "items": parts}
            case items.HiddenQuestion():
                return {"type": "text", "defaultValue": item.default, "clearIfInvisible": "none"}
            case items.Calculated():
                written = self.safe(expressions.write(calculation(item.expression)), self.groups.get(item.id, ""))
                return {"type": "expression", "expression": written, "maximumFractionDigits": item.decimals}
            case items.Image():
                return {"type": "image", "imageLink": item.source, "altText": self._say(f"{item.id}.label", item.label)}
            case items.Repeat():
                return {"type": "paneldynamic", "templateElements": [self._element(inner) for inner in item.items],
                        "panelCount": item.min_count, "minPanelCount": item.min_count,
                        "maxPanelCount": item.max_count}  # fmt: skip
            case _:
                return {"type": "html", "html": self._say(f"{item.id}.help", item.help or item.label)}

    def _text(self, item: items.TextQuestion) -> dict[str, Any]:
        return {"maxLength": item.max_length, "defaultValue": item.default,
                "placeholder": self._say(f"{item.id}.placeholder", item.placeholder)}  # fmt: skip

    def _choice(self, item: items.ChoiceQuestion) -> dict[str, Any]:
        default: Any = list(item.default) if item.type in {"multiple_choice", "ranking"} else "".join(item.default[:1])
        return {
            "type": _CHOICES[item.type],
            "choices": [self._option(item, "option", option) for option in item.options],
            "hasOther": item.other,
            "otherText": self._word("other") if item.other else None,
            "defaultValue": default,
            "minSelectedChoices": item.min_count,
            "maxSelectedChoices": item.max_count,
        }

    def _matrix(self, item: items.MatrixQuestion) -> dict[str, Any]:
        rows = [self._option(item, "row", row) for row in item.rows]
        columns = [self._option(item, "column", column) for column in item.columns]
        if not item.multiple:
            return {"type": "matrix", "rows": rows, "columns": columns, "eachRowRequired": item.required}
        return {"type": "matrix", "cellType": "checkbox", "rows": rows, "columns": columns,
                "eachRowRequired": item.required}  # fmt: skip

    def _validators(self, item: Item, group: str) -> Iterator[dict[str, Any]]:
        match item:
            case items.TextQuestion():
                if item.min_length is not None:
                    yield {"type": "text", "minLength": item.min_length, "allowDigits": True}
                if item.pattern:
                    text = self._say(f"{item.id}.message", item.message)
                    yield _filled({"type": "regex", "regex": f"^(?:{item.pattern})$", "text": text})
                if item.type == "email":
                    yield {"type": "email"}
            case items.NumberQuestion():
                yield _filled({"type": "numeric", "minValue": item.min, "maxValue": item.max})
            case _:
                pass
        for index, rule in enumerate(getattr(item, "rules", ())):
            written = self.safe(rule.check, group)
            if written:
                text = self._say(f"{item.id}.rule.{index}", rule.message)
                yield _filled({"type": "expression", "expression": written, "text": text})

    def _option(self, item: Item, field: str, option: Option) -> dict[str, Any]:
        text = self._say(f"{item.id}.{field}.{option.value}", option.label)
        return _filled({"value": option.value, "text": text, "isExclusive": option.exclusive})

    def _say(self, key: str, text: str) -> Any:
        """A plain text, or one a language under the codes SurveyJS uses ("default" is the survey's own)."""
        if not text:
            return None
        tables = self.definition.translations
        others = {code: said for code in self.definition.languages[1:] if (said := tables.get(code, {}).get(key))}
        return {"default": text, **others} if others else text

    def _word(self, name: str) -> Any:
        said = {code: words(code)[name] for code in self.definition.languages}
        first, *others = said
        return {"default": said[first], **{code: said[code] for code in others}} if others else said[first]

    def _write(self, node: Node, group: str) -> str:
        match node:
            case Literal(value=bool() as value):
                return "true" if value else "false"
            case Literal(value=str() as value):
                if "'" in value:
                    raise NotImplementedError(value)
                return f"'{value}'"
            case Literal():
                return expressions.write(node)
            case Reference(name=name, group=named):
                if named:
                    raise NotImplementedError(name)
                return f"{{panel.{name}}}" if group and self.groups.get(name) == group else f"{{{name}}}"
            case Operation(sign=sign, parts=parts):
                return self._operation(sign, parts, group)

    def _operation(self, sign: str, parts: tuple[Node, ...], group: str) -> str:
        if sign in {"sum", "count", "min", "max"} and isinstance(parts[0], Reference) and parts[0].group:
            return f"{sign}InArray({{{parts[0].group}}}, '{parts[0].name}')"
        inner = [self._write(part, group) for part in parts]
        first = parts[0] if parts else None
        is_many = isinstance(first, Reference) and first.name in self.many
        if is_many and sign in {"=", "!="}:
            return f"({inner[0]} {'contains' if sign == '=' else 'notcontains'} {inner[1]})"
        if sign == "in":
            return f"({inner[0]} anyof [{', '.join(inner[1:])}])"
        if sign == "-" and len(inner) == 1:
            return f"(0 - {inner[0]})"
        if sign not in _WRITTEN:
            raise NotImplementedError(sign)
        return _WRITTEN[sign].format(*inner)


def _bounds(item: items.MomentQuestion) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, bound in (("min", item.earliest), ("max", item.latest)):
        if bound.startswith("today"):
            step = (
                f", {int(bound[5:-1])}, '{ {'d': 'days', 'm': 'months', 'y': 'years'}[bound[-1]] }'"
                if bound[5:]
                else ""
            )
            made[f"{name}ValueExpression"] = f"dateAdd(today(){step})" if step else "today()"
        elif bound:
            made[name] = bound
    return made


def _moment(default: str) -> str | None:
    return default if default and not default.startswith("today") else None


def _filled(made: dict[str, Any]) -> dict[str, Any]:
    """Without what is not said; 0 is said."""
    return {name: value for name, value in made.items() if value is not False and value not in (None, "", [], {})}
