"""What hangs on a range beside values and formats: merges, rules, validations, links, notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from copilot_server.office.xml import Element, local_name
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.charts.drawing import charts_of
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading.charts import chart_line
from skills.spreadsheets.reading.display import cut, quoted
from skills.spreadsheets.reading.page_words import page_words

_MOST: Final = 12


def attachments(sheet: Sheet, area: Area) -> Iterator[str]:
    """A line for each kind that has something in the area."""
    merges = [str(merge) for merge in sheet.merges if merge.intersects(area)]
    kinds = {
        "merged": merges,
        "conditional formats": [text for where, text in rules(sheet) if _touches(where, area)],
        "validations": [text for where, text in validations(sheet) if _touches(where, area)],
        "links": [text for where, text in links(sheet) if _touches(where, area)],
        "notes": [text for where, text in notes(sheet) if _touches(where, area)],
    }
    for name, found in kinds.items():
        if found:
            more = f"; {len(found) - _MOST} more" if len(found) > _MOST else ""
            yield f"{name}: {'; '.join(found[:_MOST])}{more}"
    yield from (chart_line(sheet, each) for each in charts_of(sheet) if each.area and each.area.intersects(area))
    if page := page_words(sheet):
        yield f"prints {page}"


def rules(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """(areas, description) of each conditional format."""
    for region in sheet.frame.find_all("conditionalFormatting"):
        for rule in elements(region):
            kind = rule.get("type", "")
            facts = [rule.get("operator", ""), *(f"={cut(text, 80)}" for text in _texts(rule, "formula"))]
            yield region.get("sqref", ""), " ".join([region.get("sqref", ""), kind, *filter(None, facts)])


def validations(sheet: Sheet) -> Iterator[tuple[str, str]]:
    region = sheet.frame.find("dataValidations")
    for rule in () if region is None else elements(region):
        kind, operator = rule.get("type", "any"), rule.get("operator", "")
        formulas = [*_texts(rule, "formula1"), *_texts(rule, "formula2")]
        facts = [operator, *(cut(text, 80) for text in formulas)]
        yield rule.get("sqref", ""), " ".join([rule.get("sqref", ""), kind, *filter(None, facts)])


def links(sheet: Sheet) -> Iterator[tuple[str, str]]:
    region = sheet.frame.find("hyperlinks")
    targets = {each.id: each.raw_target for each in sheet.book.package.relationships(sheet.part)}
    for link in () if region is None else elements(region):
        rid = next((value for name, value in link.attrib.items() if name.endswith("}id")), "")
        target = targets.get(rid, "") or link.get("location", "")
        yield link.get("ref", ""), f"{link.get('ref', '')} → {quoted(target)}"


def notes(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Notes, and the comments of threads, with their text."""
    for part in sheet.book.package.related(sheet.part, "comments"):
        lists = (each for each in sheet.book.package.xml(part) if local_name(each) == "commentList")
        for comment in (each for found in lists for each in elements(found)):
            text = "".join(each.text or "" for each in comment.iter() if local_name(each) == "t")
            yield comment.get("ref", ""), f"{comment.get('ref', '')} {quoted(text.strip(), 100)}"


def _texts(parent: Element, name: str) -> list[str]:
    return [each.text or "" for each in parent if local_name(each) == name]


def _touches(areas: str, area: Area) -> bool:
    return any(found.intersects(area) for text in areas.split() if (found := Area.find(text)))
