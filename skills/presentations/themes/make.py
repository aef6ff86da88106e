"""Make the theme templates, each a complete .pptx without slides: `python -m skills.presentations.themes.make`."""

from __future__ import annotations

from pathlib import Path

from copilot_server.office.package import Package
from copilot_server.office.xml import Element, serialize
from skills.presentations.document.markup import node
from skills.presentations.document.notes import empty_tree
from skills.presentations.document.parts import RELATIONSHIPS
from skills.presentations.themes.drawing import STEP, Type, fonts, level, placeholder, scheme
from skills.presentations.themes.grid import EMU, NARROW, WIDE, Area, Grid
from skills.presentations.themes.layouts import Sketch, sketches
from skills.presentations.themes.looks import LOOKS, Look
from skills.presentations.themes.motifs import master_motif
from skills.presentations.themes.palette import table_styles, theme

_TYPE = "application/vnd.openxmlformats-officedocument.presentationml."
_MASTER = "ppt/slideMasters/slideMaster1.xml"
_MAIN = "ppt/presentation.xml"
_THEME = "ppt/theme/theme1.xml"
_BODY_SIZES = (24, 20, 18, 16, 16)


def template(look: Look, grid: Grid) -> Package:
    """The whole package of one theme in one slide format."""
    package = Package.empty()
    _write(package, _MAIN, _presentation(grid), _TYPE + "presentation.main+xml")
    package.relate("", RELATIONSHIPS + "officeDocument", _MAIN)
    drawn = sketches(grid, look)
    _write(package, _MASTER, _master(grid, look, len(drawn)), _TYPE + "slideMaster+xml")
    package.relate(_MAIN, RELATIONSHIPS + "slideMaster", _MASTER)
    for number, sketch in enumerate(drawn, start=1):
        name = f"ppt/slideLayouts/slideLayout{number}.xml"
        _write(package, name, _layout(look, sketch), _TYPE + "slideLayout+xml")
        package.relate(_MASTER, RELATIONSHIPS + "slideLayout", name)
        package.relate(name, RELATIONSHIPS + "slideMaster", _MASTER)
    _write(package, _THEME, theme(look), "application/vnd.openxmlformats-officedocument.theme+xml")
    package.relate(_MASTER, RELATIONSHIPS + "theme", _THEME)
    package.relate(_MAIN, RELATIONSHIPS + "theme", _THEME)
    _write(package, "ppt/tableStyles.xml", table_styles(look), _TYPE + "tableStyles+xml")
    package.relate(_MAIN, RELATIONSHIPS + "tableStyles", "ppt/tableStyles.xml")
    _write(package, "ppt/presProps.xml", node("p:presentationPr"), _TYPE + "presProps+xml")
    package.relate(_MAIN, RELATIONSHIPS + "presProps", "ppt/presProps.xml")
    return package


def _write(package: Package, name: str, root: Element, content_type: str) -> None:
    package.write(name, serialize(root), content_type)


def _presentation(grid: Grid) -> Element:
    width, height = round(grid.width * EMU), round(grid.height * EMU)
    size = {"cx": 12192000 if grid is WIDE else width, "cy": height}
    return node(
        "p:presentation",
        {"saveSubsetFonts": 1},
        node("p:sldMasterIdLst", None, node("p:sldMasterId", {"id": 2147483648, "r:id": "rId1"})),
        node("p:sldSz", size),
        node("p:notesSz", {"cx": 6858000, "cy": 9144000}),
        node("p:defaultTextStyle", None, *(_default_level(number) for number in range(1, 10))),
    )


def _default_level(number: int) -> Element:
    looks = node("a:defRPr", {"sz": 1800, "kern": 1200}, scheme("tx1"), *fonts("mn"))
    attributes = {
        "marL": (number - 1) * 457200,
        "algn": "l",
        "defTabSz": 914400,
        "rtl": 0,
        "eaLnBrk": 1,
        "latinLnBrk": 0,
        "hangingPunct": 1,
    }
    return node(f"a:lvl{number}pPr", attributes, looks)


def _master(grid: Grid, look: Look, layouts: int) -> Element:
    tree = empty_tree()
    tree.extend(master_motif(grid, look))
    title_type = Type(30, anchor=look.title_anchor, heading=True, flush=True)
    tree.append(_titled("Title Placeholder", "title", grid.title, title_type, "Click to edit the title"))
    prompt = "Click to edit text\nSecond level\nThird level\nFourth level\nFifth level"
    tree.append(placeholder(3, "Text Placeholder 2", "body", 1, grid.content, Type(24, anchor="t", flush=True), prompt))
    date, footer, number = grid.columns(grid.footer, (2, 8, 2))
    small = [
        ("Date", "dt", 2, date, "l"),
        ("Footer", "ftr", 3, footer, "ctr"),
        ("Slide Number", "sldNum", 4, number, "r"),
    ]
    for key, (name, kind, index, area, align) in enumerate(small, start=4):
        muted = Type(12, "tx1", align=align, anchor="ctr", bullets=False, flush=True)
        tree.append(placeholder(key, f"{name} Placeholder {key - 1}", kind, index, area, muted, ""))
    ids = [node("p:sldLayoutId", {"id": 2147483649 + at, "r:id": f"rId{at + 1}"}) for at in range(layouts)]
    return node(
        "p:sldMaster",
        None,
        node("p:cSld", None, _background("bg1"), tree),
        node("p:clrMap", _mapping(look)),
        node("p:sldLayoutIdLst", None, *ids),
        node("p:hf", {"hdr": 0, "ftr": 0, "dt": 0}),
        _text_styles(look),
    )


def _titled(name: str, kind: str, area: Area, kind_type: Type, prompt: str) -> Element:
    return placeholder(2, f"{name} 1", kind, None, area, kind_type, prompt)


def _mapping(look: Look) -> dict[str, str]:
    ground = ("dk1", "lt1", "dk2", "lt2") if look.is_dark else ("lt1", "dk1", "lt2", "dk2")
    accents = {f"accent{n}": f"accent{n}" for n in range(1, 7)}
    return {
        **dict(zip(("bg1", "tx1", "bg2", "tx2"), ground, strict=True)),
        **accents,
        "hlink": "hlink",
        "folHlink": "folHlink",
    }


def _background(slot: str) -> Element:
    return node("p:bg", None, node("p:bgPr", None, scheme(slot), node("a:effectLst")))


def _text_styles(look: Look) -> Element:
    title = Type(30, look.title_color, look.is_title_bold, align="l", heading=True, line=92)
    body = node("p:bodyStyle")
    for number in range(1, 10):
        size = _BODY_SIZES[min(number, len(_BODY_SIZES)) - 1]
        body.append(_body_level(number, Type(size, "tx1", align="l", line=100)))
    other = node("p:otherStyle", None, *(_default_level(number) for number in range(1, 10)))
    return node("p:txStyles", None, node("p:titleStyle", None, level(1, title)), body, other)


def _body_level(number: int, kind_type: Type) -> Element:
    made = level(
        number,
        kind_type,
        left=number * STEP,
        indent=-STEP,
        bullet=node("a:buChar", {"char": "•" if number % 2 else "–"}),
    )
    spacing = node("a:spcBef", None, node("a:spcPts", {"val": 1200 if number == 1 else 600}))
    made.insert(1, spacing)
    made.insert(2, node("a:buClr", None, node("a:schemeClr", {"val": "accent1"})))
    made.insert(3, node("a:buFont", {"typeface": "Arial"}))
    return made


def _layout(look: Look, sketch: Sketch) -> Element:
    tree = empty_tree()
    tree.extend(sketch.shapes)
    common = node("p:cSld", {"name": sketch.name}, tree)
    if sketch.is_cover:
        common.insert(0, _background(look.cover))
    attributes: dict[str, str | int] = {"preserve": 1}
    attributes |= {"type": sketch.kind} if sketch.kind != "cust" else {"userDrawn": 1}
    attributes |= {} if sketch.shows_master else {"showMasterSp": 0}
    return node("p:sldLayout", attributes, common, node("p:clrMapOvr", None, node("a:masterClrMapping")))


def main() -> None:
    """Write every theme beside this module; each is named after its look, 4:3 ones with a suffix."""
    folder = Path(__file__).parent
    for look in LOOKS:
        for suffix, grid in (("", WIDE), ("-4x3", NARROW)):
            template(look, grid).save(folder / f"{look.name.lower()}{suffix}.pptx")


if __name__ == "__main__":
    main()
