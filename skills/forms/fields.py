"""An item as a model writes it: one flat set of fields, made into the typed item of the model."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any, TypeAlias, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from copilot_server.errors import ToolError
from skills.forms.model import ids
from skills.forms.model.items import ITEM_CLASSES, AnyItem, Expression, Item, ItemType, Option, Regex, Rule, Sensitivity
from skills.forms.near import near_misses

_ITEM: TypeAdapter[Item] = TypeAdapter(AnyItem)
_CLASSES = {kind: each for each in ITEM_CLASSES for kind in get_args(each.model_fields["type"].annotation)}
_CHOICES = ("options", "rows", "columns")


class QuizFields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: Annotated[JsonValue, Field(description="option label(s) or value")]
    points: Annotated[float, Field(description="what it scores")] = 1
    right: Annotated[str, Field(description="feedback")] = ""
    wrong: Annotated[str, Field(description="feedback")] = ""


def _told_in_brief(schema: dict[str, Any]) -> None:
    """Fields named in the description of `more` are accepted beside it too, but not told twice."""
    for name in _SELDOM:
        schema["properties"].pop(name)


_EXCLUSIVE = re.compile(r"\s*\(exclusive\)$", re.IGNORECASE)
# Models are told of labels only; whole options are taken too, for who needs to choose values.
OptionList: TypeAlias = Annotated[
    list[str | Option], WithJsonSchema({"type": "array", "items": {"type": "string"}}, mode="validation")
]
_SELDOM = (
    "placeholder", "decimals", "unit", "min_length", "max_length", "pattern", "earliest", "latest", "min_count",
    "max_count", "low", "high", "rows", "columns", "multiple", "accept", "max_files", "max_megabytes", "expression",
    "source", "message",
)  # fmt: skip


class ItemFields(BaseModel):
    """Give only what the item needs; `type` and `label` when adding."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_told_in_brief)

    type: ItemType | None = None
    label: Annotated[str | None, Field(description="the question")] = None
    id: Annotated[str | None, Field(description="only when adding")] = None
    help: Annotated[str | None, Field(description="how to answer")] = None
    required: Annotated[bool | None, Field(description="must be answered")] = None
    show_if: Annotated[Expression | None, Field(description='expression; "" always')] = None
    options: Annotated[OptionList | None, Field(description="labels; 'None (exclusive)' allows no other")] = None
    other: Annotated[bool | None, Field(description="free answer beside options")] = None
    default: Annotated[JsonValue, Field(description="filled in")] = None
    min: Annotated[float | None, Field(description="of number, scale")] = None
    max: Annotated[float | None, Field(description="of number, scale")] = None
    rules: Annotated[list[Rule] | None, Field(description="right only where all hold")] = None
    sensitive: Annotated[Sensitivity | None, Field(description="kind of personal data")] = None
    quiz: Annotated[QuizFields | None, Field(description="scoring")] = None
    items: Annotated[list[ItemFields] | None, Field(description="inside a repeat")] = None
    more: Annotated[
        dict[str, JsonValue] | None,
        Field(
            description="further fields: placeholder; unit (or currency code), decimals; min_length, max_length, "
            "pattern (regex); earliest, latest (ISO, or today-18y, today+30d); min_count, max_count (of choices, "
            "repeats); low, high (words at a scale's ends); rows, columns (labels), multiple (matrix); accept "
            "(suffixes), max_files, max_megabytes; expression (calculated); source (data: URL of image); message "
            "(for wrong answers)"
        ),
    ] = None
    placeholder: str | None = None
    decimals: int | None = None
    unit: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: Regex | None = None
    earliest: str | None = None
    latest: str | None = None
    min_count: int | None = None
    max_count: int | None = None
    low: str | None = None
    high: str | None = None
    rows: list[str | Option] | None = None
    columns: list[str | Option] | None = None
    multiple: bool | None = None
    accept: list[str] | None = None
    max_files: int | None = None
    max_megabytes: float | None = None
    expression: Expression | None = None
    source: str | None = None
    message: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _unfold(cls, sent: Any) -> Any:
        """`more` is only a shorter way to say the same fields."""
        if not isinstance(sent, dict) or not isinstance(sent.get("more"), dict):
            return sent
        strange = [name for name in sent["more"] if name not in _SELDOM]
        if strange:
            raise ValueError(f"more: no field {strange[0]!r}{near_misses(strange[0], _SELDOM)}")
        return {name: value for name, value in sent.items() if name != "more"} | sent["more"]


def build(fields: ItemFields, taken: Collection[str]) -> Item:
    """A new item with a fresh id; raises ToolError naming fields its type does not have."""
    data = _given(fields)
    if not data.get("label"):
        raise ToolError("label: an item needs one; of a text item it is the heading, of an image what it shows")
    data.setdefault("type", "short_text")
    if data.get("id") in taken:
        raise ToolError(f"id: {data['id']!r} is taken")
    data["id"] = data.get("id") or ids.fresh(data["label"], taken, data["type"])
    if fields.items is not None:
        data["items"] = build_all(fields.items, {*taken, data["id"]})
    return _validated(data, old=None)


def build_all(listed: Iterable[ItemFields], taken: Collection[str]) -> list[Item]:
    made: list[Item] = []
    used = set(taken)
    for fields in listed:
        made.append(build(fields, used))
        used.update(_ids(made[-1]))
    return made


def changed(item: Item, fields: ItemFields, taken: Collection[str]) -> Item:
    """The item with what is given replaced; a new type keeps every field it also has."""
    given = _given(fields)
    if given.get("id", item.id) != item.id:
        raise ToolError(f"id: stays {item.id!r}, answers are kept under it")
    if fields.items is not None:
        given["items"] = build_all(fields.items, taken)
    data = item.model_dump(exclude_unset=True) | {"type": item.type}
    if given.get("type", item.type) != item.type:
        data = _kept_by(given["type"], data)
    return _validated(data | given, old=item)


def options(listed: Iterable[str | Mapping[str, Any] | Option], old: Iterable[Option] = ()) -> list[dict[str, Any]]:
    """Labels as options; a label that was there before keeps its value, so answers stay readable."""
    values = {option.label.casefold(): option for option in old}
    made: list[dict[str, Any]] = []
    for each in listed:
        if isinstance(each, str):
            taken = [option["value"] for option in made] + [option.value for option in values.values()]
            made.append(_from_label(each, values, taken))
        else:
            made.append(each.model_dump() if isinstance(each, Option) else dict(each))
    return made


def _from_label(text: str, old: Mapping[str, Option], taken: Collection[str]) -> dict[str, Any]:
    label = _EXCLUSIVE.sub("", text)
    known = old.get(label.casefold())
    if known is not None:
        return known.model_dump() | {"exclusive": known.exclusive or label != text}
    return {"value": ids.option_value(label, taken), "label": label, "exclusive": label != text}


def value_of(label: JsonValue, known: Iterable[Option]) -> JsonValue:
    """An option's value by its value or label; anything else as it is."""
    table = {name.casefold(): option.value for option in known for name in (option.label, option.value)}
    return table.get(label.casefold(), label) if isinstance(label, str) else label


def _given(fields: ItemFields) -> dict[str, Any]:
    return {name: value for name, value in fields.model_dump(exclude_unset=True).items() if value is not None}


def _ids(item: Item) -> list[str]:
    return [item.id, *(inner.id for inner in getattr(item, "items", ()))]


def _kept_by(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    known = fields_of(kind)
    kept = {name: value for name, value in data.items() if name in known}
    kept.pop("default", None)
    return kept


def fields_of(kind: str) -> frozenset[str]:
    """The fields an item of that type has."""
    return frozenset(_CLASSES[kind].model_fields)


def _validated(data: dict[str, Any], old: Item | None) -> Item:
    for field in _CHOICES:
        if field in data:
            data[field] = options(data[field], getattr(old, field, ()))
    known = [Option.model_validate(option) for option in data.get("options", ())]
    if known:
        _by_label(data, known)
    if isinstance(data.get("default"), str) and data["type"] in {
        "single_choice",
        "dropdown",
        "multiple_choice",
        "ranking",
    }:
        data["default"] = [data["default"]]
    unfit = [name for name in data if name not in fields_of(data["type"])]
    if unfit:
        raise ToolError("; ".join(f"{name}: a {data['type']} item has no such field" for name in unfit))
    try:
        return _ITEM.validate_python(data)
    except ValidationError as error:
        faults = [f"{_place(each['loc'])}: {each['msg']}" for each in error.errors(include_url=False)]
        raise ToolError("; ".join(faults)) from error


def _by_label(data: dict[str, Any], known: list[Option]) -> None:
    """Defaults and right answers may be given by an option's label."""
    default = data.get("default")
    if default is not None:
        listed = default if isinstance(default, (list, tuple)) else [default]
        data["default"] = [value_of(each, known) for each in listed]
    quiz = data.get("quiz")
    if quiz:
        answer = quiz["answer"]
        named = [value_of(each, known) for each in answer] if isinstance(answer, list) else value_of(answer, known)
        values = {option.value for option in known}
        strange = [each for each in (named if isinstance(named, list) else [named]) if each not in values]
        if strange:
            names = [option.label for option in known]
            raise ToolError(f"quiz.answer: no option {strange[0]!r}{near_misses(str(strange[0]), names)}")
        data["quiz"] = quiz | {"answer": named}


def _place(steps: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in steps[1:]) or "item"
