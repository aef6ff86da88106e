"""How one paragraph differs between two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from copilot_server.agent.changes import Change
from skills.documents.document import formats
from skills.documents.document.markup import INS, MOVE_TO, PPR, RPR, SECTPR, TXBX, P, w
from skills.documents.document.revisions import ALL_TAGS
from skills.documents.document.runs import typed_formatting
from skills.documents.document.word_diff import hunks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.xml import Element
    from skills.documents.document.inline import Inline
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.styles import Styles

_OBJECTS = {"object", "footnote", "endnote", "field", "control"}


def paragraph_changes(old: Paragraph, new: Paragraph, old_styles: Styles, new_styles: Styles) -> Iterator[Change]:
    """Words, style, formatting, objects and revisions, each a change of its own."""
    before, after = old.inlines, new.inlines
    old_text, new_text = _text(before), _text(after)
    old_marks, new_marks = _revisions(old.element), _revisions(new.element)
    where = old.place
    moved_to = f" now [{new.anchor}]" if new.place != old.place else ""
    if old_text != new_text:
        yield text_change(where, old_text, new_text, moved_to, is_tracked=new_marks > old_marks)
    elif _looks(before) != _looks(after):
        facts = formats.differences(formats.of_text(before), formats.of_text(after))
        yield Change("format", where, None, {"formats": facts}, f"formatting of [{where}] changed: {facts}", False)
    elif old_marks != new_marks:
        yield _revision_change(where, old_marks, new_marks)
    yield from _style_changes(old, new, old_styles, new_styles)
    if _objects(before) != _objects(after):
        yield _object_change(where, before, after)


def text_change(where: str, old: str, new: str, moved_to: str, *, is_tracked: bool) -> Change:
    """Its words, as spans of the old text and what they became."""
    found = hunks(old, new)
    words = [{"start": each.start, "end": each.end, "text": each.text} for each in found]
    shown = "; ".join(f"{old[each.start : each.end]!r} → {each.text!r}" for each in found[:4])
    more = f" and {len(found) - 4} more" if len(found) > 4 else ""
    how = "tracked: " if is_tracked else ""
    value = {"text": new, "words": words, "tracked": is_tracked}
    return Change("text", where, {"text": old}, value, f"[{where}]{moved_to} {how}{shown}{more}")


def _revision_change(where: str, old: int, new: int) -> Change:
    verb = "resolved" if new < old else "added"
    return Change("revision", where, {"count": old}, {"count": new}, f"tracked changes {verb} in [{where}]", False)


def _style_changes(old: Paragraph, new: Paragraph, old_styles: Styles, new_styles: Styles) -> Iterator[Change]:
    before, after = old_styles.name_of(old.style_id), new_styles.name_of(new.style_id)
    if before != after:
        yield Change(
            "paragraph_restyled", old.place, {"style": before}, {"style": after}, f"[{old.place}] {before} → {after}"
        )
    elif _properties(old.element) != _properties(new.element):
        facts = formats.differences(formats.of_paragraph(old.element), formats.of_paragraph(new.element))
        text = f"paragraph formatting of [{old.place}] changed: {facts}"
        yield Change("paragraph_format", old.place, None, {"formats": facts}, text, False)


def _object_change(where: str, before: list[Inline], after: list[Inline]) -> Change:
    old, new = _objects(before), _objects(after)
    added = [text for text in new if text not in old]
    removed = [text for text in old if text not in new]
    facts = [f"added {', '.join(added)}"] if added else []
    facts += [f"removed {', '.join(removed)}"] if removed else []
    return Change(
        "object", where, {"objects": old}, {"objects": new}, f"[{where}] {'; '.join(facts) or 'objects changed'}", False
    )


def revised(element: Element) -> bool:
    """Whether the paragraph's text or end is a tracked insertion."""
    return next(element.iter(INS, MOVE_TO), None) is not None


def _text(stretches: list[Inline]) -> str:
    return "".join(each.text for each in stretches if each.kind == "text")


def _revisions(element: Element) -> int:
    """Of the paragraph itself, not of text boxes in it."""
    return sum(1 for each in element.iter(*ALL_TAGS) if next(each.iterancestors(P, TXBX), None) is element)


def _looks(stretches: list[Inline]) -> list[tuple[bytes, str]]:
    """Visible text by formatting, neighbours of one look joined."""
    found: list[tuple[bytes, str]] = []
    for each in stretches:
        if each.kind != "text":
            continue
        formatting = typed_formatting(each.run)
        look = b"" if formatting is None else etree.tostring(formatting, method="c14n", exclusive=True)
        look += b"link" if each.link is not None else b""
        if found and found[-1][0] == look:
            found[-1] = (look, found[-1][1] + each.text)
        else:
            found.append((look, each.text))
    return found


def _objects(stretches: list[Inline]) -> list[str]:
    return [f"{each.kind} {each.text}".strip() for each in stretches if each.kind in _OBJECTS]


def _properties(element: Element) -> bytes:
    """Without what is told elsewhere: the end's formatting, the section, revisions."""
    ppr = element.find(PPR)
    if ppr is None:
        return b""
    told = {RPR, SECTPR, w("pPrChange"), w("pStyle")}
    return b"".join(etree.tostring(each, method="c14n", exclusive=True) for each in ppr if each.tag not in told)
