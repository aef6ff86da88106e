"""Parts of a form on demand, whole."""

from __future__ import annotations

import json
from typing import Any

from copilot_server.errors import TargetNotFound
from skills.forms.document import Form
from skills.forms.model.form import expressions_of
from skills.forms.model.texts import texts
from skills.forms.reading.outline import item_line, section_text

_MAX = 12_000


def part(form: Form, what: str) -> str:
    """An item or section by id, `logic`, `answers`, or `translations:LANGUAGE`; raises TargetNotFound."""
    name, _, detail = what.partition(":")
    match name:
        case "logic":
            lines = [f"{where} {field}: {text}" for where, field, text in expressions_of(form.definition)]
            return _cut("\n".join(lines) or "no conditions, checks or calculations")
        case "answers":
            return _cut(_json(form.definition.answers))
        case "translations":
            return _cut(_translations(form, detail))
        case _:
            return _cut(_thing(form, what))


def find(form: Form, text: str) -> str:
    """Every text that contains `text`, case ignored, with the key it stands under, in every language."""
    wanted = text.casefold()
    tables = {form.definition.languages[0]: texts(form.definition), **form.definition.translations}
    lines = [
        f"{key} [{language}]: {said}"
        for language, table in tables.items()
        for key, said in table.items()
        if wanted in said.casefold() or wanted in key.casefold()
    ]
    lines += [
        f"{where} {field}: {condition}"
        for where, field, condition in expressions_of(form.definition)
        if wanted in condition.casefold()
    ]
    return _cut("\n".join(lines) or f"nothing in the form contains {text!r}")


def _thing(form: Form, name: str) -> str:
    try:
        item = form.item(name)
    except TargetNotFound as missing:
        try:
            return section_text(form.section(name))
        except TargetNotFound:
            raise missing from None
    where = f"in {form.section_of(item.id).id}"
    return f"{item_line(item)}\n{where}: {_json(item.model_dump(mode='json', exclude_defaults=True))}"


def _translations(form: Form, language: str) -> str:
    table = form.definition.translations.get(language, {})
    return "\n".join(f"{key}: {text} = {table.get(key, '—')}" for key, text in texts(form.definition).items())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cut(text: str) -> str:
    return (
        text if len(text) <= _MAX else f"{text[:_MAX]}\n… {len(text) - _MAX:,} characters more; ask for a smaller part"
    )
