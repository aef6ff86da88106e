"""The kinds of item a form is made of, as form.json holds them."""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from skills.forms.model import expressions

ID_PATTERN = r"^[a-z][a-z0-9_]{0,63}$"


def _is_expression(text: str) -> str:
    if text:
        expressions.parse(text)
    return text


def _is_regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"the pattern is no regular expression: {error}") from error
    return pattern


Id: TypeAlias = Annotated[str, Field(pattern=ID_PATTERN, description="stable name answers are kept under")]
Expression: TypeAlias = Annotated[str, AfterValidator(_is_expression)]
Regex: TypeAlias = Annotated[str, AfterValidator(_is_regex)]
Sensitivity: TypeAlias = Literal["personal", "health", "financial", "identity"]


class Strict(BaseModel):
    """Frozen, so that forks of a form share what they do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(Strict):
    """Over this and earlier answers."""

    check: Annotated[Expression, Field(description="expression")]
    message: Annotated[str, Field(description="why it is wrong")]


class Option(Strict):
    """`value` is what answers hold; an exclusive option allows no other beside it ("none of these")."""

    value: Annotated[str, Field(min_length=1, max_length=64, description="as kept")]
    label: Annotated[str, Field(description="as shown")]
    exclusive: Annotated[bool, Field(description="allows no other")] = False


class Quiz(Strict):
    """Right answer(s) and what they score; a multiple choice is right when exactly all of them are chosen."""

    answer: JsonValue
    points: Annotated[float, Field(ge=0)] = 1
    right: str = ""
    wrong: str = ""


class Common(Strict):
    """What every item has; `show_if` is an expression over earlier answers, empty for always."""

    id: Id
    label: str
    help: str = ""
    show_if: Expression = ""


class Question(Common):
    """An item that is answered; `message` replaces the standard text for a wrong answer."""

    required: bool = False
    sensitive: Sensitivity | None = None
    rules: tuple[Rule, ...] = ()
    message: str = ""
    quiz: Quiz | None = None


class TextQuestion(Question):
    type: Literal["short_text", "long_text", "email", "phone", "url"]
    placeholder: str = ""
    default: str = ""
    min_length: Annotated[int, Field(ge=0)] | None = None
    max_length: Annotated[int, Field(ge=1)] | None = None
    pattern: Regex = ""


class NumberQuestion(Question):
    """`decimals` 0 means whole numbers; `unit` is a currency code for `currency`."""

    type: Literal["number", "currency"]
    placeholder: str = ""
    default: float | None = None
    min: float | None = None
    max: float | None = None
    decimals: Annotated[int, Field(ge=0, le=9)] | None = None
    unit: str = ""


class MomentQuestion(Question):
    """Bounds and default are ISO 8601 or relative: `today`, "today-30d" (days), "today+6m", "today-18y"."""

    type: Literal["date", "time", "date_time"]
    default: str = ""
    earliest: str = ""
    latest: str = ""


class YesNoQuestion(Question):
    type: Literal["yes_no"]
    default: bool | None = None


class ChoiceQuestion(Question):
    """`other` adds a free answer, kept under "<id>_other" while the choice itself is "other"."""

    type: Literal["single_choice", "multiple_choice", "dropdown", "ranking"]
    options: tuple[Option, ...] = ()
    other: bool = False
    default: tuple[str, ...] = ()
    min_count: Annotated[int, Field(ge=0)] | None = None
    max_count: Annotated[int, Field(ge=1)] | None = None


class ScaleQuestion(Question):
    """Whole steps from `min` to `max`, with words for its two ends."""

    type: Literal["scale", "rating"]
    min: int = 1
    max: int = 5
    low: str = ""
    high: str = ""
    default: int | None = None


class MatrixQuestion(Question):
    type: Literal["matrix"]
    rows: tuple[Option, ...] = ()
    columns: tuple[Option, ...] = ()
    multiple: bool = False


class FileQuestion(Question):
    """`accept` holds suffixes like ".pdf"."""

    type: Literal["file"]
    accept: tuple[str, ...] = ()
    max_files: Annotated[int, Field(ge=1)] = 1
    max_megabytes: Annotated[float, Field(gt=0)] | None = None


class SignatureQuestion(Question):
    type: Literal["signature"]


class BlockQuestion(Question):
    """Several fixed fields answered together: see BLOCK_FIELDS."""

    type: Literal["name", "address"]


class ConsentQuestion(Question):
    """A statement the person agrees to; its answer is true or nothing."""

    type: Literal["consent"]


class HiddenQuestion(Common):
    """Never shown; its value comes from the page's address or the default."""

    type: Literal["hidden"]
    default: str = ""


class Calculated(Common):
    """Shown, never typed: the value of an expression."""

    type: Literal["calculated"]
    expression: Expression
    decimals: Annotated[int, Field(ge=0, le=9)] | None = None
    unit: str = ""


class StaticText(Common):
    """`label` is the heading, `help` the text below it."""

    type: Literal["text"]


class Image(Common):
    """`source` is a data: URL, so that the form stays one file; `label` is its alternative text."""

    type: Literal["image"]
    source: Annotated[str, Field(pattern=r"^data:image/(png|jpeg|gif|webp);base64,")]


class Repeat(Common):
    """A group answered several times; its answer is a list of the answers inside it."""

    type: Literal["repeat"]
    items: tuple[Annotated[LeafItem, Field(discriminator="type")], ...] = ()
    min_count: Annotated[int, Field(ge=0)] = 1
    max_count: Annotated[int, Field(ge=1)] = 10


LeafItem: TypeAlias = (
    TextQuestion
    | NumberQuestion
    | MomentQuestion
    | YesNoQuestion
    | ChoiceQuestion
    | ScaleQuestion
    | MatrixQuestion
    | FileQuestion
    | SignatureQuestion
    | BlockQuestion
    | ConsentQuestion
    | HiddenQuestion
    | Calculated
    | StaticText
    | Image
)
Item: TypeAlias = LeafItem | Repeat
ITEM_CLASSES: tuple[type[Common], ...] = (*get_args(LeafItem), Repeat)
AnyItem: TypeAlias = Annotated[Item, Field(discriminator="type")]

ItemType: TypeAlias = Literal[
    "short_text",
    "long_text",
    "email",
    "phone",
    "url",
    "number",
    "currency",
    "date",
    "time",
    "date_time",
    "yes_no",
    "single_choice",
    "multiple_choice",
    "dropdown",
    "ranking",
    "scale",
    "rating",
    "matrix",
    "file",
    "signature",
    "name",
    "address",
    "consent",
    "hidden",
    "calculated",
    "text",
    "image",
    "repeat",
]

BLOCK_FIELDS = {
    "name": ("first", "last"),
    "address": ("street", "city", "region", "postcode", "country"),
}
OPTIONAL_BLOCK_FIELDS = frozenset({"region"})

Repeat.model_rebuild()
