"""HTML elements without strings of tags."""

from __future__ import annotations

from typing import TypeAlias

from lxml import etree

from copilot_server.office.xml import Element

Child: TypeAlias = "Element | str | None"


def node(tag: str, *children: Child, **attributes: str | bool | float | None) -> Element:
    """`for_` and `class_` lose their underscore, `data_text` becomes `data-text`; None and False leave it out."""
    made = etree.Element(tag)
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        key = name.rstrip("_").replace("_", "-")
        made.set(key, key if value is True else f"{value:g}" if isinstance(value, float) else str(value))
    for child in children:
        append(made, child)
    return made


def append(parent: Element, child: Child) -> None:
    if child is None:
        return
    if not isinstance(child, str):
        parent.append(child)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + child
    else:
        parent.text = (parent.text or "") + child


def document(root: Element) -> bytes:
    """A whole page; elements are written as HTML 5 does, never self-closed."""
    return etree.tostring(root, method="html", doctype="<!DOCTYPE html>", encoding="utf-8")
