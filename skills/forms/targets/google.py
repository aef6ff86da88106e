"""Google Forms: the requests of its `forms.batchUpdate`, in the order they must be sent.

Written to the public reference of the Forms API v1; a form made by the API starts unpublished, so its owner must
publish it (`forms.setPublishSettings`) before anyone can answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from zlib import crc32

from skills.forms.model import expressions, items
from skills.forms.model.expressions import Literal, Operation, Reference
from skills.forms.model.form import END, Definition, Section, items_of
from skills.forms.model.items import BLOCK_FIELDS, Item, Option
from skills.forms.model.words import words
from skills.forms.targets.losses import Exported, Loss

_CHOICES = {"single_choice": "RADIO", "multiple_choice": "CHECKBOX", "dropdown": "DROP_DOWN"}
_SCALE_LOWS, _SCALE_HIGHS, _RATING_MAX = (0, 1), range(2, 11), range(3, 11)
_DROPPED = ("rules", "pattern", "min_length", "max_length", "min", "max", "decimals", "earliest", "latest", "message",
            "placeholder", "sensitive", "min_count", "max_count", "accept", "default", "unit")  # fmt: skip


def export(definition: Definition) -> Exported:
    data = {
        "create": {"info": {"title": definition.title or "Form", "documentTitle": definition.title or "Form"}},
        "batchUpdate": {"requests": list(_requests(definition))},
        "notes": ["A form made by the API starts unpublished: publish it before sending it out."],
    }
    return Exported((json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode(), tuple(carries(definition)))


def carries(definition: Definition) -> Iterator[Loss]:
    for language in definition.languages[1:]:
        yield Loss("form", "translations", f"a Google form has one language; {language} is left out")
    for field in ("confirmation", "submit_url"):
        if getattr(definition, field):
            yield Loss("form", field, "cannot be set by the API")
    if definition.quiz and definition.quiz.pass_mark is not None:
        yield Loss("form", "quiz", "there is no pass mark")
    for section in definition.sections:
        if section.show_if:
            yield Loss(f"section:{section.id}", "show_if", "sections branch only by the answer to one choice")
        for jump in section.go_to:
            if jump.when and _single_choice(jump.when, section) is None:
                yield Loss(f"section:{section.id}", "go_to", "branching goes only by one choice on the same page")
    for item in items_of(definition):
        yield from _item_losses(item)


def _item_losses(item: Item) -> Iterator[Loss]:
    where = f"item:{item.id}"
    if item.show_if:
        yield Loss(where, "show_if", "single questions cannot be hidden")
    if isinstance(
        item, (items.FileQuestion, items.SignatureQuestion, items.HiddenQuestion, items.Calculated, items.Image)
    ):
        yield Loss(where, "type", f"{item.type} cannot be made by the API")
    elif isinstance(item, items.Repeat):
        yield Loss(where, "type", "a repeat group is asked once")
    elif isinstance(item, items.BlockQuestion) or item.type in {"ranking", "currency", "number"}:
        yield Loss(where, "type", f"{item.type} becomes plain questions")
    if isinstance(item, items.ScaleQuestion) and item.type == "scale" and (item.min, item.max) != _scale(item):
        yield Loss(where, "min", "scales go from 0 or 1 to at most 10")
    for field in _DROPPED:
        if isinstance(item, items.ScaleQuestion) and field in {"min", "max"}:
            continue
        if getattr(item, field, None) not in (None, "", (), []):
            yield Loss(where, field, "the API sets no validation, defaults or hints")
    if any(option.exclusive for option in getattr(item, "options", ())):
        yield Loss(where, "options", "an option cannot exclude others")


def _requests(definition: Definition) -> Iterator[dict[str, Any]]:
    if definition.description:
        yield {"updateFormInfo": {"info": {"description": definition.description}, "updateMask": "description"}}
    if definition.quiz:
        settings = {"quizSettings": {"isQuiz": True}}
        yield {"updateSettings": {"settings": settings, "updateMask": "quizSettings.isQuiz"}}
    index = 0
    for number, section in enumerate(definition.sections):
        listed = list(_items(section, definition))
        if number or section.title:
            head = {"itemId": _id(section.id), "title": section.title, "description": section.description}
            head |= {"pageBreakItem": {}} if number else {"textItem": {}}
            listed.insert(0, {key: value for key, value in head.items() if value != ""})
        for item in listed:
            yield {"createItem": {"item": item, "location": {"index": index}}}
            index += 1


def _items(section: Section, definition: Definition) -> Iterator[dict[str, Any]]:
    for item in section.items:
        yield from _item(item, section, definition)


def _item(item: Item, section: Section, definition: Definition) -> Iterator[dict[str, Any]]:
    told = {"itemId": _id(item.id), "title": item.label, "description": item.help}
    head = {key: value for key, value in told.items() if value}
    said = words(definition.languages[0])
    match item:
        case items.Repeat():
            yield {**head, "textItem": {}}
            for inner in item.items:
                yield from _item(inner, section, definition)
        case items.StaticText():
            yield {**head, "textItem": {}}
        case items.BlockQuestion():
            for field in BLOCK_FIELDS[item.type]:
                needed = item.required and field != "region"
                question = {"questionId": _id(f"{item.id}.{field}"), "required": needed, "textQuestion": {}}
                title = f"{item.label}: {said[field]}"
                yield {"itemId": _id(f"{item.id}/{field}"), "title": title, "questionItem": {"question": question}}
        case items.MatrixQuestion() | items.ChoiceQuestion(type="ranking"):
            yield {**head, "questionGroupItem": _grid(item)}
        case items.Question():
            question = _question(item, section, said["yes"], said["no"])
            if question is not None:
                yield {**head, "questionItem": {"question": question}}
        case _:
            return


def _question(item: items.Question, section: Section, yes: str, no: str) -> dict[str, Any] | None:
    made: dict[str, Any] = {"questionId": _id(f"{item.id}?"), "required": item.required}
    match item:
        case items.TextQuestion() | items.NumberQuestion():
            made["textQuestion"] = {"paragraph": item.type == "long_text"}
        case items.MomentQuestion(type="time"):
            made["timeQuestion"] = {"duration": False}
        case items.MomentQuestion():
            made["dateQuestion"] = {"includeTime": item.type == "date_time", "includeYear": True}
        case items.YesNoQuestion():
            options = [Option(value="true", label=yes), Option(value="false", label=no)]
            made["choiceQuestion"] = {"type": "RADIO", "options": _options(options, item, section)}
        case items.ConsentQuestion():
            made["choiceQuestion"] = {"type": "CHECKBOX", "options": [{"value": yes}]}
        case items.ChoiceQuestion():
            listed = _options(list(item.options), item, section)
            listed += [{"isOther": True}] if item.other and item.type != "dropdown" else []
            made["choiceQuestion"] = {"type": _CHOICES[item.type], "options": listed}
        case items.ScaleQuestion(type="rating") if item.max in _RATING_MAX:
            made["ratingQuestion"] = {"ratingScaleLevel": item.max, "iconType": "STAR"}
        case items.ScaleQuestion():
            low, high = _scale(item)
            ends = {"lowLabel": item.low, "highLabel": item.high}
            made["scaleQuestion"] = {"low": low, "high": high, **{key: text for key, text in ends.items() if text}}
        case _:
            return None
    grading = _grading(item, yes, no)
    return made | ({"grading": grading} if grading else {})


def _grading(item: items.Question, yes: str, no: str) -> dict[str, Any] | None:
    quiz = item.quiz
    if quiz is None:
        return None
    labels = {option.value: option.label for option in getattr(item, "options", ())}
    listed = quiz.answer if isinstance(quiz.answer, list) else [quiz.answer]
    answers = [
        {"value": (yes if each else no) if isinstance(each, bool) else labels.get(str(each), str(each))}
        for each in listed
    ]
    made: dict[str, Any] = {"pointValue": round(quiz.points), "correctAnswers": {"answers": answers}}
    made |= {"whenRight": {"text": quiz.right}} if quiz.right else {}
    return made | ({"whenWrong": {"text": quiz.wrong}} if quiz.wrong else {})


def _scale(item: items.ScaleQuestion) -> tuple[int, int]:
    low = item.min if item.min in _SCALE_LOWS else 1
    return low, item.max if item.max in _SCALE_HIGHS else 10


def _options(listed: list[Option], item: items.Question, section: Section) -> list[dict[str, Any]]:
    """Where the section branches by this very choice, each option says where it leads."""
    leads = {
        value: jump.to for jump in section.go_to if (value := _single_choice(jump.when, section, item.id)) is not None
    }
    made: list[dict[str, Any]] = []
    for option in listed:
        shown: dict[str, Any] = {"value": option.label}
        target = leads.get(option.value)
        if target == END:
            shown["goToAction"] = "SUBMIT_FORM"
        elif target is not None:
            shown["goToSectionId"] = _id(target)
        made.append(shown)
    return made


def _single_choice(when: str, section: Section, item_id: str | None = None) -> str | None:
    """The option a condition `choice = "option"` is about, when that choice is on the page."""
    node = expressions.parse(when) if when else None
    match node:
        case Operation(sign="=", parts=(Reference(name=name, group=""), Literal(value=value))):
            known = {item.id for item in section.items if item.type in {"single_choice", "dropdown", "yes_no"}}
            if name in known and item_id in {None, name}:
                return str(value).lower() if isinstance(value, bool) else str(value)
            return None
        case _:
            return None


def _grid(item: items.MatrixQuestion | items.ChoiceQuestion) -> dict[str, Any]:
    if isinstance(item, items.MatrixQuestion):
        rows, columns = item.rows, [column.label for column in item.columns]
        kind = "CHECKBOX" if item.multiple else "RADIO"
    else:
        rows, columns, kind = item.options, [f"{place}" for place in range(1, len(item.options) + 1)], "RADIO"
    questions = [
        {"questionId": _id(f"{item.id}.{row.value}"), "required": item.required, "rowQuestion": {"title": row.label}}
        for row in rows
    ]
    return {
        "grid": {"columns": {"type": kind, "options": [{"value": column} for column in columns]}},
        "questions": questions,
    }


def _id(name: str) -> str:
    """Ids are hexadecimal strings of eight digits."""
    return f"{crc32(name.encode()) & 0x7FFFFFFF:08x}"
