"""The definition a page of ours carries in its data, read back whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from skills.forms.model.expressions import Literal, Node, Operation, Reference, write
from skills.forms.model.form import Definition
from skills.forms.model.needs import unguarded


def definition_in(root: Any) -> Definition | None:
    """None when it is no page of ours."""
    scripts = root.xpath("//script[@id='definition' and @type='application/json']")
    if not scripts:
        return None
    try:
        data = json.loads(scripts[0].text_content())
        return _Reader(data, root).definition()
    except (ValueError, KeyError, TypeError, ValidationError):
        return None


class _Reader:
    def __init__(self, data: Mapping[str, Any], root: Any) -> None:
        self.data, self.root = data, root
        self.texts: dict[str, str] = data["texts"][data["languages"][0]]

    def definition(self) -> Definition:
        first, *others = self.data["languages"]
        translations = {code: self.data["texts"][code] for code in others}
        return Definition.model_validate({
            **{field: self.texts.get(f"form.{field}", "") for field in ("title", "description", "confirmation")},
            "languages": [first, *others],
            "sections": [self._section(section) for section in self.data["sections"]],
            "submit_url": self.data["submit"],
            "quiz": self.data["quiz"],
            "answers": self.data["answers"],
            "translations": {code: table for code, table in translations.items() if table},
        })  # fmt: skip

    def _section(self, section: Mapping[str, Any]) -> dict[str, Any]:
        name = section["id"]
        return {
            "id": name,
            "title": self.texts.get(f"{name}.title", ""),
            "description": self.texts.get(f"{name}.description", ""),
            "show_if": _expression(section["show"]),
            "items": [self._item(item) for item in section["items"]],
            "go_to": [{"when": _expression(jump["when"]), "to": jump["to"]} for jump in section["jumps"]],
        }

    def _item(self, item: Mapping[str, Any]) -> dict[str, Any]:
        made = {name: value for name, value in item.items() if name not in {"show", "rules", "tree", "items"}}
        made["show_if"] = _expression(item["show"])
        if item["rules"]:
            made["rules"] = [
                {"check": _expression(rule["tree"]), "message": self.texts.get(f"{item['id']}.rule.{index}", "")}
                for index, rule in enumerate(item["rules"])
            ]
        if "tree" in item:
            made["expression"] = write(unguarded(_node(item["tree"])))
        if "items" in item:
            made["items"] = [self._item(inner) for inner in item["items"]]
        if item["type"] == "image":
            made["source"] = self.root.xpath(f"//*[@data-item='{item['id']}']//img/@src")[0]
        return made


def _expression(tree: list[Any] | None) -> str:
    return write(_node(tree)) if tree else ""


def _node(tree: list[Any]) -> Node:
    sign, *parts = tree
    match sign:
        case "value":
            value = parts[0]
            return Literal(float(value) if isinstance(value, int) and not isinstance(value, bool) else value)
        case "answer":
            return Reference(parts[0], parts[1])
        case _:
            return Operation(sign, tuple(map(_node, parts)))
