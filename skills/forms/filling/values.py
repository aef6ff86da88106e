"""What people and files write, read as the type of answer a question wants."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, cast

from skills.forms.model import items
from skills.forms.model.evaluate import Value
from skills.forms.model.items import BLOCK_FIELDS, Item, Option
from skills.forms.model.texts import Speaker
from skills.forms.model.walk import OTHER
from skills.forms.model.words import words

_YES = {"yes", "y", "true", "1", "x", "on", "checked", "agree", "agreed", "i agree", "ja", "oui", "sí", "si", "tak"}
_NO = {"no", "n", "false", "0", "off", "unchecked", "nein", "non", "nie"}
_DATES = (
    "%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d", "%B %d %Y",
)  # fmt: skip
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I %p", "%I:%M%p", "%I%p")
_MONEY = re.compile(r"[€$£¥]|\b[A-Z]{3}\b|\s")
_FAMILY_FIRST = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af\s]+")  # Chinese, Japanese, Korean
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c]")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SEPARATORS = re.compile(r"\s*[;,|\n]\s*")


class Unreadable(ValueError):
    """The text cannot be read as this question's type; str() says why."""


def read_value(item: Item, raw: Any, speaker: Speaker) -> Value:
    """Raises Unreadable; whether the value is allowed is validation's business."""
    raw = _writable(raw)
    if raw is None or raw == "":
        return None
    match item:
        case items.NumberQuestion():
            return _number(raw)
        case items.ScaleQuestion():
            return _step(raw)
        case items.MomentQuestion():
            return _moment(raw, item.type)
        case items.YesNoQuestion() | items.ConsentQuestion():
            return _yes(raw, speaker)
        case items.ChoiceQuestion():
            return _choice(item, raw, speaker)
        case items.MatrixQuestion():
            return _matrix(item, raw, speaker)
        case items.BlockQuestion():
            return raw if isinstance(raw, dict) else _block(item, str(raw))
        case items.FileQuestion():
            return _files(raw)
        case _:
            return raw if isinstance(raw, str) else _text(raw)


def _writable(raw: Any) -> Any:
    """Without characters that no file format here can hold; ends of lines and pages are ends of lines."""
    match raw:
        case str():
            return _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", raw))
        case list():
            return [_writable(each) for each in cast("list[Any]", raw)]
        case dict():
            return {key: _writable(each) for key, each in cast("dict[str, Any]", raw).items()}
        case _:
            return raw


def _text(raw: Any) -> str:
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return raw.isoformat() if isinstance(raw, (date, time)) else str(raw)


def _number(raw: Any) -> float:
    """Comma and point are told apart by which comes last, and by groups of three."""
    if isinstance(raw, bool):
        raise Unreadable(f"{raw} is no number")
    if isinstance(raw, (int, float)):
        return raw
    text = _MONEY.sub("", str(raw)).replace("'", "").replace("’", "")
    if "," in text and "." in text:
        decimal = max(text.rfind(","), text.rfind("."))
        text = re.sub(r"[.,]", "", text[:decimal]) + "." + text[decimal + 1 :]
    elif text.count(",") == 1 and not re.fullmatch(r"-?\d{1,3},\d{3}", text):
        text = text.replace(",", ".")
    else:
        text = text.replace(",", "")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text):
        raise Unreadable(f"{raw!r} is no number")
    found = float(text)
    return int(found) if found.is_integer() else found


def _step(raw: Any) -> float:
    match = re.match(r"\s*(-?\d+)\s*(?:/|of|out of|★|$|\D)", str(int(raw) if isinstance(raw, float) else raw))
    if match is None:
        raise Unreadable(f"{raw!r} is no step of a scale")
    return int(match[1])


def _moment(raw: Any, kind: str) -> str:
    if isinstance(raw, datetime):
        return raw.strftime({"date": "%Y-%m-%d", "time": "%H:%M", "date_time": "%Y-%m-%dT%H:%M"}[kind])
    if isinstance(raw, (date, time)):
        return raw.isoformat()[:10] if isinstance(raw, date) else raw.strftime("%H:%M")
    text = str(raw).strip()
    match kind:
        case "date":
            return _day(text)
        case "time":
            return _clock(text)
        case _:
            day, _, clock = text.replace("T", " ").rpartition(" ")
            return f"{_day(day)}T{_clock(clock)}"


def _day(text: str) -> str:
    """Raises Unreadable where day and month could be either, rather than choose one."""
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text.strip())
    slashed = _SLASHED.fullmatch(plain)
    if slashed:
        first, second, year = map(int, slashed.groups())
        if first <= 12 and second <= 12 and first != second:
            raise Unreadable(f"{text!r} could be day/month or month/day; write it as YYYY-MM-DD")
        month, day = (first, second) if second > 12 else (second, first)
        return _checked_day(year, month, day, text)
    for pattern in _DATES:
        try:
            return datetime.strptime(plain, pattern).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise Unreadable(f"{text!r} is no date; write it as YYYY-MM-DD")


def _checked_day(year: int, month: int, day: int, text: str) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise Unreadable(f"{text!r} is no date") from error


def _clock(text: str) -> str:
    plain = text.strip().upper().replace(".", "") if "M" in text.upper() else text.strip()
    for pattern in _TIMES:
        try:
            return datetime.strptime(plain, pattern).strftime("%H:%M")  # noqa: DTZ007 - a time has no zone
        except ValueError:
            continue
    raise Unreadable(f"{text!r} is no time; write it as HH:MM")


def _yes(raw: Any, speaker: Speaker) -> bool:
    if isinstance(raw, bool):
        return raw
    said, text = words(speaker.language), str(raw).strip().casefold()
    if text in _YES or text == said["yes"].casefold():
        return True
    if text in _NO or text == said["no"].casefold():
        return False
    raise Unreadable(f"{raw!r} is neither yes nor no")


def _choice(item: items.ChoiceQuestion, raw: Any, speaker: Speaker) -> Value:
    find = _finder(item.id, "option", item.options, speaker, has_other=item.other)
    if item.type in {"single_choice", "dropdown"}:
        return find(raw)
    whole = [find(raw, is_strict=True)] if isinstance(raw, str) else [None]
    if whole[0] is not None:
        return whole
    listed = raw if isinstance(raw, (list, tuple)) else _SEPARATORS.split(str(raw))
    return [find(each) for each in listed if str(each).strip()]


def _finder(item_id: str, field: str, known: Iterable[Option], speaker: Speaker, *, has_other: bool = False) -> Any:
    """By value, or by label in the form's first language or the speaker's."""
    table: dict[str, str] = {}
    for option in known:
        for name in (option.value, option.label, speaker.say(f"{item_id}.{field}.{option.value}", option.label)):
            table[_key(name)] = option.value
    if has_other:
        table |= {OTHER: OTHER, _key(words(speaker.language)["other"]): OTHER}

    def find(raw: Any, *, is_strict: bool = False) -> str | None:
        value = table.get(_key(_text(raw) if not isinstance(raw, str) else raw))
        if value is None and not is_strict:
            raise Unreadable(f"{raw!r} is none of the options")
        return value

    return find


def _key(text: str) -> str:
    return " ".join(text.split()).strip(" .").casefold()


def _matrix(item: items.MatrixQuestion, raw: Any, speaker: Speaker) -> Value:
    if not isinstance(raw, dict):
        raise Unreadable(f"{raw!r} does not say which row it is for")
    row_of = _finder(item.id, "row", item.rows, speaker)
    column_of = _finder(item.id, "column", item.columns, speaker)
    if item.multiple:
        return {row_of(row): [column_of(each) for each in cell] for row, cell in raw.items()}
    return {row_of(row): column_of(cell) for row, cell in raw.items()}


def _block(item: items.BlockQuestion, text: str) -> dict[str, str]:
    """A name's last word is the last name, but where the script puts the family first.

    An address is read by its commas, when there are as many as fields.
    """
    if item.type == "name":
        first, _, last = text.strip().rpartition(" ")
        if not first:
            raise Unreadable(f"{text!r} is only one name")
        is_family_first = _FAMILY_FIRST.fullmatch(text.strip()) is not None
        return {"first": last, "last": first} if is_family_first else {"first": first, "last": last}
    parts = [part.strip() for part in re.split(r"[,\n]", text) if part.strip()]
    if len(parts) != len(BLOCK_FIELDS["address"]):
        raise Unreadable(f"{text!r} does not show which part is street, city, region, postcode and country")
    return dict(zip(BLOCK_FIELDS["address"], parts, strict=True))


def _files(raw: Any) -> Value:
    if isinstance(raw, (list, dict)):
        return raw if isinstance(raw, list) else [raw]
    return [{"name": name} for name in _SEPARATORS.split(str(raw)) if name]
