"""The form as one self-contained web page: markup, style, script and data in one file."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from copilot_server.office.xml import Element
from skills.forms.model import expressions, items
from skills.forms.model.form import Definition, Section, items_of
from skills.forms.model.items import BLOCK_FIELDS, Item
from skills.forms.model.needs import calculation
from skills.forms.model.texts import texts
from skills.forms.model.words import is_right_to_left, words
from skills.forms.targets.html.fields import render
from skills.forms.targets.html.markup import document, node
from skills.forms.targets.losses import Exported, Loss
from skills.forms.versions import version_of

_SCRIPTS = ("evaluate.js", "walk.js", "validate.js", "fields.js", "page.js")


def export(definition: Definition) -> Exported:
    return Exported(document(_page(definition)), tuple(carries(definition)))


def carries(definition: Definition) -> Iterator[Loss]:
    """A page carries everything; what it cannot keep secret or send is said."""
    for item in items_of(definition):
        if isinstance(item, items.Question) and item.quiz:
            yield Loss(f"item:{item.id}", "quiz", "the right answer can be read in the page's source")
    if not definition.submit_url:
        yield Loss("form", "submit_url", "without an address to send to, answers are saved as a file by the respondent")


@cache
def script() -> str:
    """Strict, and with no name leaking into the page but `officeForm`."""
    folder = Path(__file__).parent
    source = "\n".join((folder / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{source}}})();\n'


@cache
def _style() -> str:
    return (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


def _page(definition: Definition) -> Element:
    language = definition.languages[0]
    direction = "rtl" if is_right_to_left(language) else "ltr"
    head = node(
        "head",
        node("meta", charset="utf-8"),
        node("meta", name="viewport", content="width=device-width, initial-scale=1"),
        node("meta", **{"http-equiv": "Content-Security-Policy"}, content=_policy(definition)),
        node("title", definition.title or "Form"),
        node("style", _style()),
    )
    main = node("main", *_heading(definition), _form(definition))
    data = node("script", _json(data_of(definition)), type="application/json", id="definition")
    return node("html", head, node("body", main, data, node("script", script())), lang=language, dir=direction)


def _policy(definition: Definition) -> str:
    """Nothing is loaded from anywhere and answers can go to one place only."""
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    address = urlsplit(definition.submit_url)
    target = (
        f"{address.scheme}://{address.netloc}" if address.netloc else "'self'" if definition.submit_url else "'none'"
    )
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        f"connect-src {target}; form-action {target}; base-uri 'none'"
    )


def _heading(definition: Definition) -> Iterator[Element]:
    said = words(definition.languages[0])
    progress = node("span", id="progress", aria_live="polite")
    bar = node("div", progress, id="bar")
    if len(definition.languages) > 1:
        choices = [node("option", _own_name(each), value=each, lang=each) for each in definition.languages]
        label = node(
            "label", node("span", said["language"], data_word="language"), node("select", *choices, id="language")
        )
        label.set("for", "language")
        bar.append(label)
    yield bar
    yield node("h1", definition.title, data_text="form.title")
    if definition.description:
        yield node("p", definition.description, class_="intro", data_text="form.description")
    yield node("div", id="faults", role="alert", tabindex="-1", hidden=True)


def _own_name(language: str) -> str:
    names = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "pl": "Polski", "ar": "العربية"}
    return {**names, "ja": "日本語"}.get(language.partition("-")[0], language)


def _form(definition: Definition) -> Element:
    said = words(definition.languages[0])
    every = texts(definition)
    sections = [_section(section, every, definition) for section in definition.sections]
    actions = node(
        "div",
        *(node("button", said[name], type="button", id=name, data_word=name) for name in ("back", "next")),
        node("button", said["submit"], type="submit", id="submit", data_word="submit"),
        node("button", said["start_over"], type="button", id="restart", data_word="start_over"),
        id="actions",
    )
    saved = node("p", said["saved"], class_="note", data_word="saved")
    status = node("p", id="status", role="status")
    done = node("div", id="done", tabindex="-1", hidden=True)
    return node(
        "form", *sections, actions, status, saved, done, id="form", method="post",
        action=definition.submit_url or None,
    )  # fmt: skip


def _section(section: Section, every: dict[str, str], definition: Definition) -> Element:
    said = words(definition.languages[0])
    made = node("section", data_section=section.id, data_scope=True)
    title = section.title if section.title or len(definition.sections) == 1 else section.id
    if title:
        key = f"{section.id}-title"
        made.set("aria-labelledby", key)
        made.append(node("h2", title, id=key, tabindex="-1", data_text=f"{section.id}.title"))
    if section.description:
        made.append(node("p", section.description, class_="intro", data_text=f"{section.id}.description"))
    for item in section.items:
        made.append(render(item, every, said))
    return made


def data_of(definition: Definition) -> dict[str, Any]:
    """What the script works on: items with their expressions as trees, texts and words by language."""
    languages = definition.languages
    own = texts(definition)
    told = {code: {key: text for key, text in table.items() if key in own} for code, table in _tables(definition)}
    return {
        "version": version_of(definition),
        "languages": languages,
        "rightToLeft": [language for language in languages if is_right_to_left(language)],
        "texts": {**{code: {} for code in languages}, **told, languages[0]: own},
        "words": {language: dict(words(language).sentences) for language in languages},
        "blocks": BLOCK_FIELDS,
        "sections": [_section_data(section) for section in definition.sections],
        "quiz": definition.quiz.model_dump() if definition.quiz else None,
        "submit": definition.submit_url,
        "answers": definition.answers,
    }


def _tables(definition: Definition) -> list[tuple[str, dict[str, str]]]:
    return [(code, table) for code, table in definition.translations.items() if code in definition.languages]


def _section_data(section: Section) -> dict[str, Any]:
    jumps = [{"when": _tree(jump.when), "to": jump.to} for jump in section.go_to]
    return {
        "id": section.id,
        "show": _tree(section.show_if),
        "jumps": jumps,
        "items": [_item_data(item) for item in section.items],
    }


def _item_data(item: Item) -> dict[str, Any]:
    shown: dict[str, Any] = item.model_dump(mode="json", exclude={"items", "source", "show_if", "rules", "expression"})
    shown["show"] = _tree(item.show_if)
    shown["rules"] = [{"tree": _tree(rule.check)} for rule in getattr(item, "rules", ())]
    if isinstance(item, items.Calculated):
        shown["tree"] = expressions.as_json(calculation(item.expression))
    if isinstance(item, items.Repeat):
        shown["items"] = [_item_data(inner) for inner in item.items]
    return shown


def _tree(expression: str) -> list[Any] | None:
    return expressions.as_json(expressions.parse(expression)) if expression else None


def _json(data: dict[str, Any]) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
