"""Google Forms: the requests of its `forms.batchUpdate`, in the order they must be sent.

Written to the public reference of the Forms API v1. A form made by the API starts unpublished: `setPublishSettings`
is the body that publishes it. `ids` says which item here became which there, so that the form can be read back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from zlib import crc32

from skills.forms.model import expressions, items
from skills.forms.model.expressions import Literal, Operation, Reference
from skills.forms.model.form import END, Definition, QuizSettings, Section, flat, items_of
from skills.forms.model.items import BLOCK_FIELDS, OPTIONAL_BLOCK_FIELDS, Item
from skills.forms.model.words import words
from skills.forms.targets.losses import Exported, Loss

_CHOICES = {"single_choice": "RADIO", "multiple_choice": "CHECKBOX", "dropdown": "DROP_DOWN"}
_PLAIN = frozenset({"ranking", "currency", "number", "email", "phone", "url", "consent"})
_SCALE_LOWS, _SCALE_HIGHS, _RATING_MAX = (0, 1), range(2, 11), range(3, 11)
_DROPPED = ("rules", "pattern", "min_length", "max_length", "min", "max", "decimals", "earliest", "latest", "message",
            "placeholder", "sensitive", "min_count", "max_count", "accept", "default", "unit")  # fmt: skip


def export(definition: Definition) -> Exported:
    published = {"publishState": {"isPublished": True, "isAcceptingResponses": True}}
    title = _line(definition.title) or "Form"
    data = {
        "create": {"info": {"title": title, "documentTitle": title}},
        "batchUpdate": {"requests": list(_requests(definition))},
        "setPublishSettings": {"publishSettings": published, "updateMask": "publishState"},
        "notes": ["A form made by the API starts unpublished: send setPublishSettings before sending it out."],
        "language": definition.languages[0],
        "ids": dict(_names(definition)),
    }
    return Exported((json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode(), tuple(carries(definition)))


def carries(definition: Definition) -> Iterator[Loss]:
    for language in definition.languages[1:]:
        yield Loss("form", "translations", f"a Google form has one language; {language} is left out")
    for field in ("confirmation", "submit_url", "answers", "publish"):
        if getattr(definition, field):
            yield Loss("form", field, "cannot be set by the API")
    if not definition.title:
        yield Loss("form", "title", "a Google form must have a title")
    if definition.quiz and definition.quiz != QuizSettings():
        yield Loss("form", "quiz", "there is no pass mark, and who sees the score cannot be set")
    elif not definition.quiz and _is_graded(definition):
        yield Loss("form", "quiz", "answers are graded only in a quiz, so it becomes one")
    for section in definition.sections:
        if section.show_if:
            yield Loss(f"section:{section.id}", "show_if", "sections branch only by the answer to one choice")
        if any(_single_choice(jump.when, section) is None for jump in section.go_to):
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
    elif isinstance(item, items.BlockQuestion) or item.type in _PLAIN:
        yield Loss(where, "type", f"{item.type} becomes plain questions")
    yield from _shape_losses(item, where)
    for field in _DROPPED:
        if isinstance(item, items.ScaleQuestion) and field in {"min", "max"}:
            continue
        if getattr(item, field, None) not in (None, "", (), []):
            yield Loss(where, field, "the API sets no validation, defaults or hints")
    if any(option.exclusive for option in getattr(item, "options", ())):
        yield Loss(where, "options", "an option cannot exclude others")


def _shape_losses(item: Item, where: str) -> Iterator[Loss]:
    if isinstance(item, items.ScaleQuestion):
        yield from _scale_losses(item, where)
    if item.label != _line(item.label):
        yield Loss(where, "label", "titles have no line breaks")
    if (
        isinstance(item, items.Question)
        and item.quiz
        and _grading(item, "", "") != _grading(item, "", "", exactly=True)
    ):
        yield Loss(where, "quiz", "points are whole, and only choices have feedback for right and wrong answers")
    if isinstance(item, items.ChoiceQuestion) and item.type == "dropdown" and item.other:
        yield Loss(where, "other", "a drop-down has no other answer")


def _scale_losses(item: items.ScaleQuestion, where: str) -> Iterator[Loss]:
    if _is_stars(item):
        fields = ["low", "high"] if item.low or item.high else []
    else:
        fields = ["min", "max"] if (item.min, item.max) != _scale(item) else []
        fields += ["type"] if item.type == "rating" else []
    for field in fields:
        yield Loss(where, field, "scales go from 0 or 1 to at most 10, ratings have three to ten stars and no words")


def _is_stars(item: items.ScaleQuestion) -> bool:
    return item.type == "rating" and item.min == 1 and item.max in _RATING_MAX


def _is_graded(definition: Definition) -> bool:
    return any(isinstance(item, items.Question) and item.quiz for item in items_of(definition))


def _names(definition: Definition) -> Iterator[tuple[str, dict[str, Any]]]:
    """Item id there -> id here, with the values of its options in their order; the first page needs no item there."""
    for section in definition.sections:
        yield _id(section.id), {"section": section.id}
        for item in flat(section.items):
            if isinstance(item, items.BlockQuestion):
                for field in BLOCK_FIELDS[item.type]:
                    yield _id(f"{item.id}/{field}"), {"id": item.id, "part": field}
                continue
            told: dict[str, Any] = {"id": item.id}
            for field in ("options", "rows", "columns"):
                if listed := getattr(item, field, ()):
                    told[field] = {_line(option.label): option.value for option in listed}
            yield _id(item.id), told


def _requests(definition: Definition) -> Iterator[dict[str, Any]]:
    if definition.description:
        yield {"updateFormInfo": {"info": {"description": definition.description}, "updateMask": "description"}}
    if definition.quiz or _is_graded(definition):
        settings = {"quizSettings": {"isQuiz": True}}
        yield {"updateSettings": {"settings": settings, "updateMask": "quizSettings.isQuiz"}}
    # An option may lead only to a page that is there: pages are made first, the ways between them after.
    ways: list[dict[str, Any]] = []
    index = 0
    for number, section in enumerate(definition.sections):
        listed = [made for item in section.items for made in _item(item, definition)]
        leads = dict(_leads(section))
        if number or section.title or section.description:
            head = {"itemId": _id(section.id), "title": _line(section.title), "description": section.description}
            head |= {"pageBreakItem": {}} if number else {"textItem": {}}
            listed.insert(0, {key: value for key, value in head.items() if value != ""})
        for item in listed:
            location = {"index": index}
            yield {"createItem": {"item": item, "location": location}}
            if item["itemId"] in leads:
                ways.append({"updateItem": _way(item, leads[item["itemId"]], location)})
            index += 1
    yield from ways


def _leads(section: Section) -> Iterator[tuple[str, dict[int, str]]]:
    """Item id there -> position of an option -> the page it leads to; of several ways the first counts."""
    for item in section.items:
        known = ["true", "false"] if isinstance(item, items.YesNoQuestion) else []
        known = known or [option.value for option in getattr(item, "options", ())]
        found: dict[int, str] = {}
        for jump in section.go_to:
            value = _single_choice(jump.when, section, item.id)
            if value in known:
                found.setdefault(known.index(value), jump.to)
        if found:
            yield _id(item.id), found


def _way(item: dict[str, Any], leads: dict[int, str], location: dict[str, int]) -> dict[str, Any]:
    question = item["questionItem"]["question"]
    choice = question["choiceQuestion"]
    options = [option | _lead(leads.get(place)) for place, option in enumerate(choice["options"])]
    changed = {"questionId": question["questionId"], "choiceQuestion": choice | {"options": options}}
    made = {"itemId": item["itemId"], "questionItem": {"question": changed}}
    return {"item": made, "location": location, "updateMask": "questionItem.question.choiceQuestion.options"}


def _lead(target: str | None) -> dict[str, str]:
    if target is None:
        return {}
    return {"goToAction": "SUBMIT_FORM"} if target == END else {"goToSectionId": _id(target)}


def _item(item: Item, definition: Definition) -> Iterator[dict[str, Any]]:
    told = {"itemId": _id(item.id), "title": _line(item.label), "description": item.help}
    head = {key: value for key, value in told.items() if value}
    said = words(definition.languages[0])
    match item:
        case items.Repeat():
            yield {**head, "textItem": {}}
            for inner in item.items:
                yield from _item(inner, definition)
        case items.StaticText():
            yield {**head, "textItem": {}}
        case items.BlockQuestion():
            for number, field in enumerate(BLOCK_FIELDS[item.type]):
                needed = item.required and field not in OPTIONAL_BLOCK_FIELDS
                question = {"questionId": _id(f"{item.id}.{field}"), "required": needed, "textQuestion": {}}
                part = {"itemId": _id(f"{item.id}/{field}"), "title": f"{_line(item.label)}: {said[field]}"}
                part |= {"description": item.help} if item.help and not number else {}
                yield {**part, "questionItem": {"question": question}}
        case items.MatrixQuestion() | items.ChoiceQuestion(type="ranking"):
            yield {**head, "questionGroupItem": _grid(item)}
        case items.Question():
            question = _question(item, said["yes"], said["no"])
            if question is not None:
                yield {**head, "questionItem": {"question": question}}
        case _:
            return


def _question(item: items.Question, yes: str, no: str) -> dict[str, Any] | None:
    made: dict[str, Any] = {"questionId": _id(f"{item.id}?"), "required": item.required}
    match item:
        case items.TextQuestion() | items.NumberQuestion():
            made["textQuestion"] = {"paragraph": item.type == "long_text"}
        case items.MomentQuestion(type="time"):
            made["timeQuestion"] = {"duration": False}
        case items.MomentQuestion():
            made["dateQuestion"] = {"includeTime": item.type == "date_time", "includeYear": True}
        case items.YesNoQuestion():
            made["choiceQuestion"] = {"type": "RADIO", "options": [{"value": yes}, {"value": no}]}
        case items.ConsentQuestion():
            made["choiceQuestion"] = {"type": "CHECKBOX", "options": [{"value": yes}]}
        case items.ChoiceQuestion():
            listed: list[dict[str, Any]] = [{"value": _line(option.label)} for option in item.options]
            listed += [{"isOther": True}] if item.other and item.type != "dropdown" else []
            made["choiceQuestion"] = {"type": _CHOICES[item.type], "options": listed}
        case items.ScaleQuestion() if _is_stars(item):
            made["ratingQuestion"] = {"ratingScaleLevel": item.max, "iconType": "STAR"}
        case items.ScaleQuestion():
            low, high = _scale(item)
            ends = {"lowLabel": item.low, "highLabel": item.high}
            made["scaleQuestion"] = {"low": low, "high": high, **{key: text for key, text in ends.items() if text}}
        case _:
            return None
    grading = _grading(item, yes, no)
    return made | ({"grading": grading} if grading else {})


def _grading(item: items.Question, yes: str, no: str, *, exactly: bool = False) -> dict[str, Any] | None:
    """`exactly`: as the model has it, which the API may not take."""
    quiz = item.quiz
    if quiz is None:
        return None
    labels = {option.value: _line(option.label) for option in getattr(item, "options", ())}
    listed = quiz.answer if isinstance(quiz.answer, list) else [quiz.answer]
    answers = [
        {"value": (yes if each else no) if isinstance(each, bool) else labels.get(str(each), _number(each))}
        for each in listed
    ]
    made: dict[str, Any] = {"correctAnswers": {"answers": answers}}
    made["pointValue"] = quiz.points if exactly else round(quiz.points)
    if exactly or isinstance(item, items.ChoiceQuestion | items.YesNoQuestion):
        made |= {"whenRight": {"text": quiz.right}} if quiz.right else {}
        made |= {"whenWrong": {"text": quiz.wrong}} if quiz.wrong else {}
    return made


def _number(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _scale(item: items.ScaleQuestion) -> tuple[int, int]:
    low = item.min if item.min in _SCALE_LOWS else 1
    return low, item.max if item.max in _SCALE_HIGHS else 10


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
        rows, columns = item.rows, [_line(column.label) for column in item.columns]
        kind = "CHECKBOX" if item.multiple else "RADIO"
    else:
        rows, columns, kind = item.options, [f"{place}" for place in range(1, len(item.options) + 1)], "RADIO"
    questions = [
        {
            "questionId": _id(f"{item.id}.{row.value}"),
            "required": item.required,
            "rowQuestion": {"title": _line(row.label)},
        }
        for row in rows
    ]
    return {
        "grid": {"columns": {"type": kind, "options": [{"value": column} for column in columns]}},
        "questions": questions,
    }


def _line(text: str) -> str:
    """Titles and options are refused with line breaks in them."""
    return " ".join(text.split())


def _id(name: str) -> str:
    """Ids are hexadecimal strings of eight digits."""
    return f"{crc32(name.encode()) & 0x7FFFFFFF:08x}"
