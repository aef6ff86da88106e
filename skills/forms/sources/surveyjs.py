"""A SurveyJS definition read into the model: ours come back as they were, others by what their questions are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from skills.forms.model.expressions import Literal, Node, Operation, Reference, parse, write
from skills.forms.model.form import Definition
from skills.forms.model.needs import unguarded
from skills.forms.sources import infix
from skills.forms.sources.assemble import Imported
from skills.forms.sources.making import Making, Texts

_INPUTS = {"email": "email", "tel": "phone", "url": "url", "date": "date", "time": "time",
           "datetime-local": "date_time", "number": "number", "range": "number"}  # fmt: skip
_CHOICES = {"radiogroup": "single_choice", "checkbox": "multiple_choice", "dropdown": "dropdown",
            "tagbox": "multiple_choice", "ranking": "ranking", "imagepicker": "single_choice"}  # fmt: skip
_FUNCTIONS = {"iif": "if", "age": "years_since", "dateDiff": "days_between", "today": "today", "round": "round"}
_GATHERED = {"sumInArray": "sum", "countInArray": "count", "minInArray": "min", "maxInArray": "max"}
_MOVED = re.compile(r"dateAdd\(today\(\), (-?\d+), '(days|months|years)'\)")


def is_survey(told: Mapping[str, Any]) -> bool:
    return isinstance(told.get("pages"), list) or isinstance(told.get("elements"), list)


def read(survey: Mapping[str, Any]) -> Imported:
    return _Reader(survey, survey.get("pages") or [{"name": "page_1", "elements": survey["elements"]}]).form()


def expression(text: str, many: frozenset[str] = frozenset()) -> str:
    """In the model's language; `many` are the multiple choices. Raises ValueError where it cannot be said."""

    def rule(node: Operation) -> Node:
        sign, parts = node.sign, node.parts
        first = parts[0] if parts else None
        if sign == "contains" and isinstance(first, Reference) and first.name in many:
            return Operation("=", parts)
        if sign == "not" and isinstance(first, Operation) and first.sign == "=" and _about(first, many):
            return Operation("!=", first.parts)
        if sign == "-" and first == Literal(0.0):
            return Operation("-", parts[1:])
        if sign in _GATHERED and isinstance(first, Reference) and isinstance(parts[1], Literal):
            return Operation(_GATHERED[sign], (Reference(str(parts[1].value), first.name),))
        if sign == "dateDiff":
            return Operation("days_between", parts[:2])
        return Operation(_FUNCTIONS.get(sign, sign), parts)

    return infix.said(infix.translated(infix.read(text), rule))


def _about(node: Operation, many: frozenset[str]) -> bool:
    return isinstance(node.parts[0], Reference) and node.parts[0].name in many


class _Reader:
    def __init__(self, survey: Mapping[str, Any], pages: list[Any]) -> None:
        self.survey, self.pages = survey, pages
        self.texts = Texts(str(survey.get("locale") or "en"))
        self.making = Making()
        self.many = frozenset(
            str(each.get("name")) for each in _all(pages) if each.get("type") in {"checkbox", "tagbox", "ranking"}
        )

    def form(self) -> Imported:
        say = self.texts.say
        made: dict[str, Any] = {
            "title": say("form.title", self.survey.get("title")),
            "description": say("form.description", self.survey.get("description")),
            "confirmation": say("form.confirmation", self.survey.get("completedHtml")),
            "sections": [self._section(page) for page in self.pages],
        }
        if self.survey.get("triggers"):
            self.making.notes.append("triggers of the survey were not read")
        made |= {"languages": self.texts.languages, "translations": self.texts.tables}
        return Imported(Definition.model_validate(made), notes=tuple(self.making.notes))

    def _section(self, page: Mapping[str, Any]) -> dict[str, Any]:
        name = self.making.id(str(page.get("name") or ""), "section")
        elements = list(_flat(page.get("elements") or page.get("questions") or []))
        return {
            "id": name,
            "title": self.texts.say(f"{name}.title", page.get("title")),
            "description": self.texts.say(f"{name}.description", page.get("description")),
            "show_if": self._condition(page.get("visibleIf"), name),
            "items": [self._item(each) for each in elements],
        }

    def _condition(self, text: Any, where: str) -> str:
        try:
            return expression(str(text), self.many) if text else ""
        except ValueError as error:
            self.making.notes.append(f"{where}: the condition {text!r} was not read: {error}")
            return ""

    def _item(self, told: Mapping[str, Any]) -> dict[str, Any]:
        name = self.making.id(str(told.get("name") or ""), "question")
        say = self.texts.say
        made: dict[str, Any] = {
            "id": name,
            "label": say(f"{name}.label", told.get("title")) or str(told.get("name") or name),
            "help": say(f"{name}.help", told.get("description")),
            "show_if": self._condition(told.get("visibleIf"), name),
        }
        made |= self._shape(told, name)
        if made["type"] not in {"calculated", "text", "image", "hidden", "repeat"}:
            is_required = told.get("isRequired") or told.get("eachRowRequired")
            made["required"] = bool(is_required)
            made |= self._checked(told, name)
            if "correctAnswer" in told:
                made["quiz"] = {"answer": told["correctAnswer"]}
        return {key: value for key, value in made.items() if value not in (None, "", [], ())}

    def _shape(self, told: Mapping[str, Any], name: str) -> dict[str, Any]:
        kind = str(told.get("type"))
        if kind == "text" and told.get("visible") is False:
            return {"type": "hidden", "default": str(told.get("defaultValue", ""))}
        if kind in {"text", "comment"}:
            return self._text(told, name, "long_text" if kind == "comment" else "")
        if kind in _CHOICES:
            return self._choice(told, name, _CHOICES[kind])
        match kind:
            case "rating":
                ends = {"low": told.get("minRateDescription"), "high": told.get("maxRateDescription")}
                said = {end: self.texts.say(f"{name}.{end}", text) for end, text in ends.items()}
                type_ = "rating" if told.get("rateType") in {"stars", "smileys"} else "scale"
                return {"type": type_, "min": told.get("rateMin", 1), "max": told.get("rateMax", 5),
                        "default": told.get("defaultValue"), **said}  # fmt: skip
            case "boolean" if told.get("renderAs") == "checkbox":
                return {"type": "consent"}
            case "boolean":
                return {"type": "yes_no", "default": told.get("defaultValue")}
            case "matrix":
                return {"type": "matrix", "multiple": told.get("cellType") == "checkbox",
                        "rows": self._options(told.get("rows"), name, "row"),
                        "columns": self._options(told.get("columns"), name, "column")}  # fmt: skip
            case _:
                return self._other(told, name, kind)

    def _other(self, told: Mapping[str, Any], name: str, kind: str) -> dict[str, Any]:
        match kind:
            case "file":
                accept = [each.strip() for each in str(told.get("acceptedTypes") or "").split(",")]
                size = told.get("maxSize")
                return {"type": "file", "accept": [each for each in accept if each.startswith(".")],
                        "max_files": told.get("maxFiles", 1) if told.get("allowMultiple") else 1,
                        "max_megabytes": size / 1_000_000 if size else None}  # fmt: skip
            case "signaturepad":
                return {"type": "signature"}
            case "multipletext":
                parts = {str(each.get("name")) for each in told.get("items") or []}
                return {"type": "name" if parts <= {"first", "last"} else "address", "required": bool(
                    any(each.get("isRequired") for each in told.get("items") or []))}  # fmt: skip
            case "expression":
                told_as = self._condition(told.get("expression"), name) or '""'
                return {"type": "calculated", "expression": write(unguarded(parse(told_as))),
                        "decimals": told.get("maximumFractionDigits")}  # fmt: skip
            case "image" if str(told.get("imageLink", "")).startswith("data:image/"):
                return {"type": "image", "source": told["imageLink"],
                        "label": self.texts.say(f"{name}.label", told.get("altText"))}  # fmt: skip
            case "paneldynamic":
                inner = [self._item(each) for each in told.get("templateElements") or []]
                counts = {"min_count": told.get("minPanelCount", 0), "max_count": told.get("maxPanelCount", 100)}
                return {"type": "repeat", "items": inner, **counts}
            case "html" | "image":
                return {"type": "text"}
            case _:
                self.making.notes.append(f"{name}: a question of type {kind!r} became a text")
                return {"type": "short_text"}

    def _text(self, told: Mapping[str, Any], name: str, type_: str) -> dict[str, Any]:
        kind = type_ or _INPUTS.get(str(told.get("inputType")), "short_text")
        shown = {"type": kind, "default": told.get("defaultValue")}
        if kind in {"date", "time", "date_time"}:
            bounds = {"earliest": "min", "latest": "max"}
            return shown | {
                new: _bound(told.get(f"{old}ValueExpression"), told.get(old)) for new, old in bounds.items()
            }
        shown["placeholder"] = self.texts.say(f"{name}.placeholder", told.get("placeholder"))
        if kind == "number":
            step = told.get("step")
            decimals = next((each for each in range(10) if step == 10**-each), None)
            return shown | {"min": told.get("min"), "max": told.get("max"), "decimals": decimals}
        return shown | {"max_length": told.get("maxLength") if told.get("maxLength", -1) > 0 else None}

    def _choice(self, told: Mapping[str, Any], name: str, kind: str) -> dict[str, Any]:
        default = told.get("defaultValue")
        return {
            "type": kind,
            "options": self._options(told.get("choices"), name, "option"),
            "other": bool(told.get("hasOther") or told.get("showOtherItem")),
            "default": default if isinstance(default, list) else [default] if default else [],
            "min_count": told.get("minSelectedChoices"),
            "max_count": told.get("maxSelectedChoices"),
        }

    def _options(self, listed: Any, name: str, field: str) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        for each in listed or []:
            option = each if isinstance(each, Mapping) else {"value": each}
            value = str(option.get("value"))[:64]
            label = self.texts.say(f"{name}.{field}.{value}", option.get("text")) or value
            made.append({"value": value, "label": label, "exclusive": bool(option.get("isExclusive"))})
        return made

    def _checked(self, told: Mapping[str, Any], name: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        rules: list[dict[str, str]] = []
        for each in told.get("validators") or []:
            match each.get("type"):
                case "text" if each.get("minLength"):
                    made["min_length"] = each["minLength"]
                case "regex":
                    made["pattern"] = re.sub(r"^\^\(\?:(.*)\)\$$", r"\1", str(each.get("regex")))
                    made["message"] = self.texts.say(f"{name}.message", each.get("text"))
                case "expression" if each.get("expression") != f"{{{told.get('name')}}} = true":
                    check = self._condition(each.get("expression"), name)
                    message = self.texts.say(f"{name}.rule.{len(rules)}", each.get("text"))
                    rules += [{"check": check, "message": message}] if check else []
                case _:
                    continue
        return made | ({"rules": rules} if rules else {})


def _flat(elements: list[Any]) -> Iterator[Mapping[str, Any]]:
    """Panels only group questions on the page: what is in them counts."""
    for each in elements:
        if each.get("type") == "panel":
            yield from _flat(each.get("elements") or [])
        else:
            yield each


def _all(pages: list[Any]) -> Iterator[Mapping[str, Any]]:
    for page in pages:
        for each in _flat(page.get("elements") or []):
            yield each
            yield from each.get("templateElements") or []


def _bound(written: Any, fixed: Any) -> str:
    match = _MOVED.fullmatch(str(written or ""))
    if match:
        return f"today{int(match[1]):+d}{match[2][0]}"
    return "today" if written == "today()" else str(fixed or "")
