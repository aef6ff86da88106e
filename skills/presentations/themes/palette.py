"""The theme part (colours, fonts for every script, plain effects) and the table style of our themes."""

from __future__ import annotations

import copy

from copilot_server.office.xml import Element
from skills.presentations.document.markup import node
from skills.presentations.document.theme import SLOTS
from skills.presentations.themes.drawing import scheme
from skills.presentations.themes.looks import Look

CLEAN_TABLE = "{7C1D1F1E-0B5A-4C7B-9A55-6B1F0D6A4E21}"
_SCRIPTS = {
    "Jpan": "Yu Gothic",
    "Hang": "Malgun Gothic",
    "Hans": "Microsoft YaHei",
    "Hant": "Microsoft JhengHei",
    "Arab": "Arial",
    "Hebr": "Arial",
    "Thai": "Tahoma",
    "Deva": "Mangal",
}


def theme(look: Look) -> Element:
    colors = node("a:clrScheme", {"name": look.name})
    for slot in SLOTS:
        colors.append(node(f"a:{slot}", None, node("a:srgbClr", {"val": look.colors[slot]})))
    faces = node(
        "a:fontScheme", {"name": look.name}, _font("a:majorFont", look.heading), _font("a:minorFont", look.body)
    )
    return node("a:theme", {"name": look.name}, node("a:themeElements", None, colors, faces, _formats(look.name)))


def _font(name: str, family: str) -> Element:
    scripts = [node("a:font", {"script": script, "typeface": face}) for script, face in _SCRIPTS.items()]
    return node(
        name,
        None,
        node("a:latin", {"typeface": family}),
        node("a:ea", {"typeface": ""}),
        node("a:cs", {"typeface": ""}),
        *scripts,
    )


def _formats(name: str) -> Element:
    """Flat fills, thin lines, no effects; the schema wants three of each."""

    def fill() -> Element:
        return node("a:solidFill", None, node("a:schemeClr", {"val": "phClr"}))

    lines = [node("a:ln", {"w": width}, fill(), node("a:prstDash", {"val": "solid"})) for width in (9525, 19050, 28575)]
    return node(
        "a:fmtScheme",
        {"name": name},
        node("a:fillStyleLst", None, fill(), fill(), fill()),
        node("a:lnStyleLst", None, *lines),
        node("a:effectStyleLst", None, *(node("a:effectStyle", None, node("a:effectLst")) for _ in range(3))),
        node("a:bgFillStyleLst", None, fill(), fill(), fill()),
    )


def table_styles(look: Look) -> Element:
    """One style: a bold header over a strong rule, hairlines between rows, nothing else."""
    hairline = _hairline(look)
    style = node(
        "a:tblStyle",
        {"styleId": CLEAN_TABLE, "styleName": "Clean"},
        _part("a:wholeTbl", _text("tx1"), insideH=(hairline, 6350), bottom=(hairline, 9525)),
        _part("a:firstCol", _text("tx1", bold=True)),
        _part("a:lastRow", _text("tx1", bold=True), top=(scheme("tx1"), 12700)),
        _part("a:firstRow", _text("accent1", bold=True), bottom=(scheme("accent1"), 19050)),
    )
    return node("a:tblStyleLst", {"def": CLEAN_TABLE}, style)


def _hairline(look: Look) -> Element:
    """A quiet line by luminance, not by transparency, which some renderers leave out of table borders."""
    return scheme("bg1", shade=75) if look.is_dark else scheme("tx1", shade=20)


def _text(slot: str, *, bold: bool = False) -> Element:
    reference = node("a:fontRef", {"idx": "minor"}, node("a:prstClr", {"val": "black"}))
    return node("a:tcTxStyle", {"b": "on"} if bold else {}, reference, node("a:schemeClr", {"val": slot}))


def _part(name: str, text: Element, **borders: tuple[Element, int]) -> Element:
    """`borders` by side: fill and width in EMU; other sides have none."""
    made = node("a:tcBdr")
    for side in ("left", "right", "top", "bottom", "insideH", "insideV"):
        if side in borders:
            fill, width = borders[side]
            made.append(node(f"a:{side}", None, node("a:ln", {"w": width}, copy.deepcopy(fill))))
        elif name == "a:wholeTbl":
            made.append(node(f"a:{side}", None, node("a:ln", None, node("a:noFill"))))
    return node(name, None, text, node("a:tcStyle", None, made, node("a:fill", None, node("a:noFill"))))
