"""Make the house templates: `python -m skills.documents.designs.make` writes report, letter and contract .docx."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.office.package import Package
from copilot_server.office.xml import NS, serialize
from skills.documents.document.built_in_styles import Properties, Recipe, properties_element, style_element
from skills.documents.document.fields import field_runs
from skills.documents.document.markup import make, w
from skills.documents.document.orders import PPR_ORDER, RPR_ORDER
from skills.documents.document.runs import text_nodes

if TYPE_CHECKING:
    from copilot_server.office.xml import Element

_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."


@dataclass(frozen=True, slots=True)
class Design:
    """Sizes in half-points, spaces in twips."""

    name: str
    body_font: str
    heading_font: str
    body_size: int
    line: int
    after: int
    ink: str
    accent: str
    tint: str
    heading_sizes: tuple[int, ...]
    title_size: int
    is_numbered: bool = False
    is_justified: bool = False
    footer: str = "page"


_REPORT = Design(
    "report", "Calibri", "Calibri", 22, 276, 160, "1F2933", "1F4E79", "DCE6F1", (34, 27, 24, 22), 60, footer="page of"
)
_LETTER = Design("letter", "Calibri", "Calibri", 22, 264, 140, "222222", "444444", "EEEEEE", (26, 24, 22, 22), 36)
_CONTRACT = Design(
    "contract", "Cambria", "Cambria", 22, 269, 120, "000000", "000000", "E7E6E6", (24, 22, 22, 22), 36,
    is_numbered=True, is_justified=True, footer="page of",
)  # fmt: skip
DESIGNS: Final = (_REPORT, _LETTER, _CONTRACT)


def build(design: Design) -> Package:
    """An empty document of the design, ready to be written in."""
    package = Package.empty()
    document = "word/document.xml"
    package.write(document, serialize(_document()), _MAIN + "document.main+xml")
    package.relate("", f"{NS['r']}/officeDocument", document)
    parts = {
        "styles": _styles(design),
        "numbering": _numbering(design),
        "settings": _settings(),
        "fontTable": _fonts(design),
    }
    for kind, root in parts.items():
        package.write(f"word/{kind}.xml", serialize(root), f"{_MAIN}{kind}+xml")
        package.relate(document, f"{NS['r']}/{kind}", f"word/{kind}.xml")
    package.write("word/footer1.xml", serialize(_footer(design)), _MAIN + "footer+xml")
    rid = package.relate(document, f"{NS['r']}/footer", "word/footer1.xml")
    section = package.edit_xml(document).find(f"{w('body')}/{w('sectPr')}")
    if section is not None:
        section.insert(0, make("footerReference", {"type": "default", "r:id": rid}))
    return package


def _root(local: str) -> Element:
    """Declaring what later edits use, so that paragraphs can carry ids."""
    spaces: dict[str | None, str] = {name: NS[name] for name in ("w", "r", "mc", "w14", "w15", "wp", "a", "pic")}
    root = etree.Element(w(local), nsmap=spaces)
    root.set(f"{{{NS['mc']}}}Ignorable", "w14 w15")
    return root


def _document() -> Element:
    root = _root("document")
    section = make(
        "sectPr",
        None,
        make("pgSz", {"w": "11906", "h": "16838"}),
        make(
            "pgMar",
            {
                "top": "1418",
                "right": "1418",
                "bottom": "1418",
                "left": "1418",
                "header": "709",
                "footer": "709",
                "gutter": "0",
            },
        ),
        make("cols", {"space": "708"}),
    )
    paragraph = make("p")
    paragraph.set(f"{{{NS['w14']}}}paraId", "10000001")
    root.append(make("body", None, paragraph, section))
    return root


def _styles(design: Design) -> Element:
    root = _root("styles")
    fonts = dict.fromkeys(("ascii", "hAnsi", "cs"), design.body_font) | {"eastAsia": "MS Mincho"}
    run: Properties = {
        "rFonts": fonts,
        "color": {"val": design.ink},
        "sz": {"val": str(design.body_size)},
        "szCs": {"val": str(design.body_size)},
        "lang": {"val": "en-GB", "eastAsia": "ja-JP", "bidi": "ar-SA"},
    }
    paragraph: Properties = {"spacing": {"after": str(design.after), "line": str(design.line), "lineRule": "auto"}}
    defaults = make(
        "docDefaults",
        None,
        make("rPrDefault", None, properties_element("rPr", run, RPR_ORDER)),
        make("pPrDefault", None, properties_element("pPr", paragraph, PPR_ORDER)),
    )
    root.append(defaults)
    root.extend([style_element(recipe) for recipe in _recipes(design)])
    normal = root.find(w("style"))
    if normal is not None:
        normal.set(w("default"), "1")
    root.append(_default("character", "DefaultParagraphFont", "Default Paragraph Font"))
    root.append(_plain_table())
    root.append(_default("numbering", "NoList", "No List"))
    root.append(_house_table(design))
    return root


def _recipes(design: Design) -> list[Recipe]:
    justified: Properties = {"jc": {"val": "both"}} if design.is_justified else {}
    body = Recipe("Normal", "Normal", based_on=None, paragraph=justified or None, priority=0)
    return [body, *(_heading(design, level) for level in range(1, 5)), *_titles(design), *_blocks(design), *_edges()]


def _titles(design: Design) -> list[Recipe]:
    side: Properties = {"jc": {"val": "center" if design.is_numbered else "left"}}
    fonts: Properties = {"rFonts": {"ascii": design.heading_font, "hAnsi": design.heading_font}}
    single = {"before": "0", "after": "120", "line": "240", "lineRule": "auto"}
    look: Properties = {**fonts, "b": {}, "bCs": {}, "color": {"val": design.accent}, **_size(design.title_size)}
    contents: Properties = {"b": {}, "bCs": {}, "color": {"val": design.accent}, **_size(design.heading_sizes[1])}
    spaced: Properties = {"keepNext": {}, "spacing": {"before": "240", "after": "120"}}
    subtitle: Properties = {"spacing": {"before": "0", "after": "360"}, **side}
    grey: Properties = {"color": {"val": "5B6770"}, **_size(26)}
    title: Properties = {"keepNext": {}, "spacing": single, **side}
    return [
        Recipe("Title", "Title", following="Subtitle", paragraph=title, run=look, priority=10),
        Recipe("Subtitle", "Subtitle", following="Normal", paragraph=subtitle, run=grey, priority=11),
        Recipe("TOC Heading", "TOCHeading", following="Normal", paragraph=spaced, run=contents, priority=39),
    ]


def _blocks(design: Design) -> list[Recipe]:
    listed: Properties = {"spacing": {"after": "60"}, "ind": {"left": "360"}}
    quote: Properties = {
        "pBdr": {},
        "spacing": {"before": "120", "after": "160"},
        "ind": {"left": "454", "right": "454"},
    }
    italic: Properties = {"i": {}, "iCs": {}, "color": {"val": "4A5560"}}
    caption: Properties = {"keepLines": {}, "spacing": {"before": "80", "after": "200"}, "jc": {"val": "left"}}
    label: Properties = {"b": {}, "bCs": {}, "color": {"val": design.accent}, **_size(18)}
    code: Properties = {
        "shd": {"val": "clear", "color": "auto", "fill": "F3F4F6"},
        "spacing": {"before": "0", "after": "0", "line": "240", "lineRule": "auto"},
        "ind": {"left": "170", "right": "170"},
        "jc": {"val": "left"},
    }
    fixed: Properties = {"rFonts": {"ascii": "Consolas", "hAnsi": "Consolas", "cs": "Consolas"}, **_size(19)}
    return [
        Recipe("List Paragraph", "ListParagraph", paragraph=listed, priority=34),
        Recipe("Quote", "Quote", paragraph=quote, run=italic, priority=29),
        Recipe("caption", "Caption", paragraph=caption, run=label, priority=35),
        Recipe("Code", "Code", paragraph=code, run=fixed),
    ]


def _edges() -> list[Recipe]:
    tight: Properties = {"spacing": {"after": "0"}}
    small: Properties = {"color": {"val": "5B6770"}, **_size(18)}
    return [
        Recipe("header", "Header", paragraph=tight, run=small),
        Recipe("footer", "Footer", paragraph=tight, run=small),
    ]


def _size(half_points: int) -> Properties:
    return {"sz": {"val": str(half_points)}, "szCs": {"val": str(half_points)}}


def _heading(design: Design, level: int) -> Recipe:
    paragraph: Properties = {
        "keepNext": {},
        "keepLines": {},
        "spacing": {"before": str((0, 400, 280, 220, 180)[level]), "after": str((0, 140, 100, 80, 60)[level])},
        "outlineLvl": {"val": str(level - 1)},
    }
    if design.is_numbered:
        paragraph["numPr"] = {}
    is_bold = not design.is_numbered or level == 1
    look: Properties = {
        "rFonts": {"ascii": design.heading_font, "hAnsi": design.heading_font},
        "color": {"val": design.accent},
        **({"b": {}, "bCs": {}} if is_bold else {}),
        **({"caps": {}} if design.is_numbered and level == 1 else {}),
        **_size(design.heading_sizes[level - 1]),
    }
    name = f"heading {level}"
    return Recipe(name, f"Heading{level}", following="Normal", paragraph=paragraph, run=look, priority=9)


def _default(kind: str, style_id: str, name: str) -> Element:
    hidden = [make("uiPriority", {"val": "99"}), make("semiHidden"), make("unhideWhenUsed")]
    return make("style", {"type": kind, "default": "1", "styleId": style_id}, make("name", {"val": name}), *hidden)


def _plain_table() -> Element:
    style = _default("table", "TableNormal", "Normal Table")
    sides = [make(side, {"w": "108", "type": "dxa"}) for side in ("left", "right")]
    style.append(make("tblPr", None, make("tblInd", {"w": "0", "type": "dxa"}), make("tblCellMar", None, *sides)))
    return style


def _house_table(design: Design) -> Element:
    """Ruled, the header row tinted and repeated in bold, room in the cells."""
    rules = [
        make(edge, {"val": "single", "sz": "4", "space": "0", "color": "BFC7CF"})
        for edge in ("top", "bottom", "insideH")
    ]
    sides = {"top": "50", "left": "108", "bottom": "50", "right": "108"}
    margins = [make(side, {"w": width, "type": "dxa"}) for side, width in sides.items()]
    spacing = make("spacing", {"before": "0", "after": "0", "line": "240", "lineRule": "auto"})
    header = make(
        "tblStylePr",
        {"type": "firstRow"},
        make("rPr", None, make("b"), make("bCs"), make("color", {"val": design.accent})),
        make("tcPr", None, make("shd", {"val": "clear", "color": "auto", "fill": design.tint})),
    )
    return make(
        "style",
        {"type": "table", "customStyle": "1", "styleId": "HouseTable"},
        make("name", {"val": "House Table"}),
        make("basedOn", {"val": "TableNormal"}),
        make("uiPriority", {"val": "40"}),
        make("qFormat"),
        make("pPr", None, spacing, make("jc", {"val": "left"})),
        make("tblPr", None, make("tblBorders", None, *rules), make("tblCellMar", None, *margins)),
        header,
    )


def _numbering(design: Design) -> Element:
    """Of headings, where the design numbers them: 1., 1.1, (a), (i)."""
    root = _root("numbering")
    if not design.is_numbered:
        return root
    levels = [
        ("decimal", "%1.", 567),
        ("decimal", "%1.%2", 567),
        ("lowerLetter", "(%3)", 1134),
        ("lowerRoman", "(%4)", 1701),
    ]
    definition = make("abstractNum", {"abstractNumId": "0"}, make("multiLevelType", {"val": "multilevel"}))
    for index, (number_format, text, left) in enumerate(levels):
        definition.append(
            make(
                "lvl",
                {"ilvl": str(index)},
                make("start", {"val": "1"}),
                make("numFmt", {"val": number_format}),
                make("pStyle", {"val": f"Heading{index + 1}"}),
                make("lvlText", {"val": text}),
                make("lvlJc", {"val": "left"}),
                make("pPr", None, make("ind", {"left": str(left), "hanging": "567"})),
            )
        )
    root.append(definition)
    root.append(make("num", {"numId": "1"}, make("abstractNumId", {"val": "0"})))
    return root


def _settings() -> Element:
    root = _root("settings")
    root.append(make("zoom", {"percent": "100"}))
    root.append(make("defaultTabStop", {"val": "709"}))
    root.append(make("characterSpacingControl", {"val": "doNotCompress"}))
    mode = {"name": "compatibilityMode", "uri": "http://schemas.microsoft.com/office/word", "val": "15"}
    root.append(make("compat", None, make("compatSetting", mode)))
    return root


def _fonts(design: Design) -> Element:
    root = _root("fonts")
    for name in dict.fromkeys((design.body_font, design.heading_font, "Consolas")):
        family = "roman" if name == "Cambria" else "modern" if name == "Consolas" else "swiss"
        root.append(make("font", {"name": name}, make("family", {"val": family})))
    return root


def _footer(design: Design) -> Element:
    root = _root("ftr")
    about = make("pPr", None, make("pStyle", {"val": "Footer"}), make("jc", {"val": "center"}))
    paragraph = make("p", None, about, *field_runs("PAGE", "1"))
    if design.footer == "page of":
        paragraph.append(make("r", None, *text_nodes(" / ")))
        paragraph.extend(field_runs("NUMPAGES", "1"))
    root.append(paragraph)
    return root


def main() -> None:
    """Write the templates beside this program."""
    folder = Path(__file__).parent
    for design in DESIGNS:
        package = build(design)
        _finish(package, design)
        package.save(folder / f"{design.name}.docx")


def _finish(package: Package, design: Design) -> None:
    """What properties given by name alone cannot say: the quote's rule, the headings' numbering."""
    root = package.edit_xml("word/styles.xml")
    for style in root.iterfind(w("style")):
        style_id = style.get(w("styleId"), "")
        border = next(style.iter(w("pBdr")), None)
        if border is not None:
            border.append(make("left", {"val": "single", "sz": "18", "space": "10", "color": design.accent}))
        numbering = next(style.iter(w("numPr")), None)
        if numbering is not None:
            level = int(style_id.removeprefix("Heading")) - 1
            numbering.append(make("ilvl", {"val": str(level)}))
            numbering.append(make("numId", {"val": "1"}))


if __name__ == "__main__":
    main()
