"""Which type of item a line means: by the word in brackets, else by its options and its wording."""

from __future__ import annotations

import re

from skills.forms.model.items import ItemType

_NAMES: dict[str, ItemType] = {
    "text": "short_text", "short": "short_text", "string": "short_text", "line": "short_text",
    "short text": "short_text", "short answer": "short_text", "single line": "short_text", "free text": "long_text",
    "long": "long_text", "long text": "long_text", "long answer": "long_text", "text area": "long_text",
    "textarea": "long_text", "paragraph": "long_text", "multiline": "long_text", "multi line": "long_text",
    "essay": "long_text", "comment": "long_text", "number": "number", "int": "number", "integer": "number",
    "whole number": "number", "numeric": "number", "decimal": "number", "currency": "currency", "money": "currency",
    "amount": "currency", "price": "currency", "email": "email", "e-mail": "email", "mail": "email",
    "phone": "phone", "phone number": "phone", "tel": "phone", "telephone": "phone",
    "url": "url", "link": "url", "website": "url",
    "date": "date", "time": "time", "datetime": "date_time", "date time": "date_time", "date and time": "date_time",
    "yes/no": "yes_no", "yesno": "yes_no", "yes no": "yes_no", "boolean": "yes_no", "bool": "yes_no",
    "single": "single_choice", "choice": "single_choice", "radio": "single_choice",
    "single choice": "single_choice", "select one": "single_choice", "choose one": "single_choice",
    "pick one": "single_choice", "one of": "single_choice", "single select": "single_choice",
    "multiple": "multiple_choice", "multi": "multiple_choice", "checkbox": "multiple_choice",
    "checkboxes": "multiple_choice", "multiple choice": "multiple_choice", "select many": "multiple_choice",
    "multiselect": "multiple_choice", "multi select": "multiple_choice", "choose many": "multiple_choice",
    "choose any": "multiple_choice", "select any": "multiple_choice", "select all": "multiple_choice",
    "pick any": "multiple_choice", "any of": "multiple_choice", "dropdown": "dropdown", "drop down": "dropdown",
    "dropdown list": "dropdown", "select": "dropdown", "list": "dropdown",
    "ranking": "ranking", "rank": "ranking", "order": "ranking",
    "scale": "scale", "likert": "scale", "nps": "scale", "linear": "scale", "linear scale": "scale",
    "rating": "rating", "stars": "rating", "star rating": "rating",
    "matrix": "matrix", "grid": "matrix", "table": "matrix", "file": "file", "upload": "file", "attachment": "file",
    "signature": "signature", "sign": "signature", "name": "name", "full name": "name", "address": "address",
    "consent": "consent", "agree": "consent", "agreement": "consent", "hidden": "hidden",
    "calculated": "calculated", "calculation": "calculated", "computed": "calculated", "static": "text",
    "note": "text", "heading": "text", "info": "text", "image": "image", "picture": "image", "repeat": "repeat",
    "group": "repeat", "repeat group": "repeat",
}  # fmt: skip

_WORDING: tuple[tuple[str, ItemType], ...] = (
    (r"^(i|we) (agree|consent|accept|confirm|authori[sz]e|certify|declare|understand|acknowledge)\b", "consent"),
    (r"\be-?mail\b", "email"),
    (r"\b(phone|telephone|mobile|cell)( number| no\.?)?\b", "phone"),
    (r"\b(url|website|web site|homepage|linkedin)\b", "url"),
    (r"\b(signature|sign here)\b", "signature"),
    (r"\b(upload|attach|attachment|cv|r[eé]sum[eé])\b", "file"),
    (r"\b(date and time)\b", "date_time"),
    (r"\b(date|birthday|day of birth|deadline)\b", "date"),
    (r"\b(what time|time of)\b", "time"),
    (r"^(number of|how many|how old)\b|\b(age|quantity|count)$", "number"),
    (r"\b(amount|price|cost|salary|fee|budget)\b", "currency"),
    (r"\b(comments?|describe|description|explain|feedback|why|remarks|notes|tell us|anything else)\b", "long_text"),
    (r"^(do|does|did|are|is|have|has|had|will|would|can|could|should) .*\?$", "yes_no"),
)
_MANY = re.compile(r"\b(all that apply|select all|choose all|check all|which .*s\b.*\?)", re.IGNORECASE)


def by_name(word: str) -> ItemType | None:
    """The type people call by that word; None when it is no such word."""
    plain = word.strip().lower().replace("_", " ")
    return _NAMES.get(plain) or _NAMES.get(plain.replace("-", " ")) or _NAMES.get(plain.removesuffix("s"))


def names() -> list[str]:
    """Every type by its own name, spaces for underscores."""
    return sorted({kind.replace("_", " ") for kind in _NAMES.values()})


def is_nps(word: str) -> bool:
    """Net promoter: a scale from 0 to 10."""
    return word.strip().lower() == "nps"


def by_wording(label: str, *, has_options: bool) -> ItemType:
    if has_options:
        return "multiple_choice" if _MANY.search(label) else "single_choice"
    for pattern, kind in _WORDING:
        if re.search(pattern, label, re.IGNORECASE):
            return kind
    return "short_text"
