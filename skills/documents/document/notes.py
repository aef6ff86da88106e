"""Footnotes and endnotes: their part, and a note's own paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from copilot_server.office.xml import NS, serialize
from skills.documents.document.markup import ID, child, insert_in_order, make, number, w
from skills.documents.document.orders import SETTINGS_ORDER
from skills.documents.document.runs import text_nodes
from skills.documents.document.styles import use_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.word import WordDocument

NoteKind: TypeAlias = Literal["footnote", "endnote"]
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}s+xml"


def add_note(document: WordDocument, kind: NoteKind, content: Sequence[Element]) -> Element:
    """The note with these runs; the run that refers to it from the text."""
    root = _root(document, kind)
    taken = [number(each.get(ID)) for each in root.iterfind(w(kind))]
    note_id = str(max([0, *taken]) + 1)
    mark = make("r", None, _style(document, f"{kind} reference"), make(f"{kind}Ref"))
    space = make("r", None, *text_nodes(" "))
    about = make("pPr", None, make("pStyle", {"val": use_style(document, f"{kind} text")}))
    root.append(make(kind, {"id": note_id}, make("p", None, about, mark, space, *content)))
    return make("r", None, _style(document, f"{kind} reference"), make(f"{kind}Reference", {"id": note_id}))


def add_copy(document: WordDocument, kind: NoteKind, made: Element) -> str:
    """The id given to a note of another file; `made` becomes part of this one."""
    root = _root(document, kind)
    note_id = str(max([0, *(number(each.get(ID)) for each in root.iterfind(w(kind)))]) + 1)
    made.set(ID, note_id)
    root.append(made)
    return note_id


def remove_note(document: WordDocument, kind: NoteKind, note_id: str) -> None:
    """The note whose reference went."""
    part = document.part(f"{kind}s")
    root = None if part is None else document.edit(part)
    for each in root.findall(w(kind)) if root is not None else ():
        if each.get(ID) == note_id and root is not None:
            root.remove(each)


def referred(document: WordDocument) -> set[tuple[NoteKind, str]]:
    """The notes the body refers to."""
    kinds: tuple[NoteKind, ...] = ("footnote", "endnote")
    return {(kind, each.get(ID, "")) for kind in kinds for each in document.body.iter(w(f"{kind}Reference"))}


def note(document: WordDocument, kind: NoteKind, note_id: str) -> Element | None:
    part = document.part(f"{kind}s")
    root = None if part is None else document.tree(part)
    return (
        next((each for each in root.iterfind(w(kind)) if each.get(ID) == note_id), None) if root is not None else None
    )


def _style(document: WordDocument, name: str) -> Element:
    return make("rPr", None, make("rStyle", {"val": use_style(document, name, "character")}))


def _root(document: WordDocument, kind: NoteKind) -> Element:
    part = document.part(f"{kind}s")
    if part is None:
        notes = make(f"{kind}s", None, _divider(kind, "-1", "separator"), _divider(kind, "0", "continuationSeparator"))
        document.add_part(f"word/{kind}s.xml", serialize(notes), _TYPE.format(kind), f"{NS['r']}/{kind}s")
        _declare(document, kind)
        part = document.part(f"{kind}s")
    assert part is not None  # noqa: S101 - just made
    return document.edit(part)


def _divider(kind: str, note_id: str, name: str) -> Element:
    line = make("p", None, make("pPr", None, make("spacing", {"after": "0"})), make("r", None, make(name)))
    return make(kind, {"type": name, "id": note_id}, line)


def _declare(document: WordDocument, kind: str) -> None:
    """The settings name the dividers, or Word draws none."""
    settings = document.part("settings")
    if settings is None or child(document.tree(settings), f"{kind}Pr") is not None:
        return
    about = make(f"{kind}Pr", None, make(kind, {"id": "-1"}), make(kind, {"id": "0"}))
    insert_in_order(document.edit(settings), about, SETTINGS_ORDER)
