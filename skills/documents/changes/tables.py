"""Tables that came, went or changed their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from copilot_server.agent.changes import Change
from skills.documents.document.markup import DEL, INS, TBL, TBLPR, TRPR, P, w
from skills.documents.document.tables import Table, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.xml import Element
    from skills.documents.changes.align import Aligned
    from skills.documents.document.story import Story
    from skills.documents.document.word import WordDocument

_SDTPR = w("sdtPr")


def table_changes(before: WordDocument, after: WordDocument, story: Story, aligned: Aligned) -> Iterator[Change]:
    """Tables are the same where a paragraph in them is; text in their cells is told paragraph by paragraph."""
    old, new = tables(before, story), tables(after, story)
    if not old and not new:
        return
    old_places, new_places = _places(before, story), _places(after, story)
    inside = {new_places[p]: table for table in new for p in _own(table) if p in new_places}
    home = {was.place: inside[now.place] for was, now in aligned.same if now.place in inside}
    seen: set[int] = set()
    for was in old:
        own = [old_places[p] for p in _own(was) if p in old_places]
        now = next((home[place] for place in own if place in home), None)
        within = [f"table:{place}" for place in own]
        if now is None:
            text = f"deleted table {was.label} ({len(was.rows)} rows)"
            value = {"rows": _texts(was), "within": [*within, *own]}
            yield Change("table_deleted", own[0] if own else was.label, value, None, text)
            continue
        seen.add(id(now.element))
        yield from _reshaped(was, now, within)
    follows = {new.place: place for new, place in aligned.inserted}
    for now in new:
        if id(now.element) not in seen:
            yield _inserted(now, [new_places[p] for p in _own(now) if p in new_places], follows)


def _places(document: WordDocument, story: Story) -> dict[Element, str]:
    return {each.element: each.place for each in document.paragraphs(story)}


def _own(table: Table) -> list[Element]:
    """Its paragraphs, but not those of tables in its cells."""
    return [each for each in table.element.iter(P) if next(each.iterancestors(TBL), None) is table.element]


def _inserted(table: Table, places: list[str], follows: dict[str, str]) -> Change:
    after = next((follows[place] for place in places if place in follows), "")
    value = {"rows": _texts(table), "follows": after}
    text = f"inserted table {table.label}, {len(table.rows)} rows × {table.width} columns"
    return Change("table_inserted", places[0] if places else table.label, None, value, text)


def _reshaped(was: Table, now: Table, within: list[str]) -> Iterator[Change]:
    where = within[0] if within else was.label
    for kind, noun, old, new in (
        ("table_rows", "rows", len(was.rows), len(now.rows)),
        ("table_columns", "columns", was.width, now.width),
    ):
        if old != new:
            value = {"count": new, "within": within, "rows": _texts(now)}
            yield Change(kind, where, {"count": old}, value, f"{now.label}: {old} {noun} became {new}")
    if _shape(was) != _shape(now) and (len(was.rows), was.width) == (len(now.rows), now.width):
        text = _marked(was, now) or "layout or formatting changed"
        yield Change("table_format", where, None, {"within": within}, f"{now.label}: {text}", False)


def _marked(was: Table, now: Table) -> str:
    """Rows that are now a tracked deletion or insertion, or no longer one."""
    facts: list[str] = []
    for tag, what in ((DEL, "deleted"), (INS, "inserted")):
        old, new = (sum(row.find(f"{TRPR}/{tag}") is not None for row in table.rows) for table in (was, now))
        if old != new:
            count = abs(new - old)
            again = "no longer " if new < old else ""
            facts.append(f"{count} row{'s' * (count > 1)} {again}tracked as {what}")
    return ", ".join(facts)


def _texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.grid]


def _shape(table: Table) -> list[bytes]:
    """Its properties and those of its rows and cells; not of paragraphs, nested tables and controls."""
    found: list[bytes] = []
    for each in table.element.iter():
        if each.tag in {P, TBL} or next(each.iterancestors(P, TBL), table.element).tag == P:
            continue
        parent = each.getparent()
        is_property = parent is not None and parent.tag != TBL and str(each.tag).endswith("Pr") and each.tag != _SDTPR
        if each.tag == TBLPR or is_property:
            found.append(etree.tostring(each, method="c14n", exclusive=True))
    return found
