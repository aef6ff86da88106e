"""The flows of text of a file: the body, headers, footers, notes and comments."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skills.documents.document.inline import field_name
from skills.documents.document.markup import FALLBACK, FLD_CHAR, INSTR, P, w

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element

_KINDS: Final = ("header", "footer", "footnotes", "endnotes", "comments")


@dataclass(frozen=True, slots=True)
class Story:
    """`key` starts its paragraphs' anchors: "" the body, "header1", "footnotes", "comments" …"""

    key: str
    kind: str
    part: str


def stories_of(package: Package) -> tuple[Story, ...]:
    """The body first, then what it relates to, in the file's own order of relationships."""
    main = package.main_part
    found = {main: Story("", "body", main)}
    taken = {""}
    for kind in _KINDS:
        for part in package.related(main, kind):
            if part in found:
                continue
            key = _key(kind, part, taken)
            taken.add(key)
            found[part] = Story(key, kind, part)
    return tuple(found.values())


def _key(kind: str, part: str, taken: set[str]) -> str:
    if kind not in {"header", "footer"}:
        return kind
    digits = re.sub(r"\D", "", posixpath.basename(part)) or "0"
    number = int(digits)
    while f"{kind}{number}" in taken:
        number += 1
    return f"{kind}{number}"


def paragraph_elements(root: Element) -> Iterator[Element]:
    """Every paragraph in document order, those in tables and text boxes too; twins in mc:Fallback are left out."""
    hidden = {paragraph for fallback in root.iter(FALLBACK) for paragraph in fallback.iter(P)}
    for element in root.iter(P):
        if element not in hidden:
            yield element


def open_fields(root: Element) -> dict[Element, str]:
    """Paragraphs that begin inside a field's result, with its instruction; only fields over several paragraphs."""
    begins: dict[Element, list[tuple[Element, str]]] = {}
    for begin, end, instruction in long_fields(root):
        begins.setdefault(begin, []).append((end, instruction))
    found: dict[Element, str] = {}
    if not begins:
        return found
    running: list[tuple[Element, str]] = []
    for paragraph in root.iter(P):
        if running:
            found[paragraph] = running[-1][1]
            running = [each for each in running if each[0] is not paragraph]
        running += begins.get(paragraph, [])
    return found


def long_fields(root: Element) -> list[tuple[Element, Element, str]]:
    stack: list[tuple[Element, list[str]]] = []
    found: list[tuple[Element, Element, str]] = []
    for element in root.iter(FLD_CHAR, INSTR):
        if element.tag == INSTR:
            if stack:
                stack[-1][1].append(element.text or "")
            continue
        home = next(element.iterancestors(P), None)
        kind = element.get(w("fldCharType"))
        if kind == "begin" and home is not None:
            stack.append((home, []))
        elif kind == "end" and stack:
            begin, words = stack.pop()
            if home is not None and home is not begin and field_name("".join(words)):
                found.append((begin, home, "".join(words).strip()))
    return found
