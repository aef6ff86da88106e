"""Styles Word knows by name and a file may lack: made plain, so that they fit any design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skills.documents.document.markup import make, w
from skills.documents.document.orders import PPR_ORDER, RPR_ORDER, TBLPR_ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.xml import Element

Properties = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """`paragraph` and `run` are property names with their attributes, in any order."""

    name: str
    id: str
    kind: str = "paragraph"
    based_on: str | None = "Normal"
    following: str | None = None
    paragraph: Properties | None = None
    run: Properties | None = None
    priority: int = 99


def style_element(recipe: Recipe) -> Element:
    """The `w:style` of a recipe."""
    style = make("style", {"type": recipe.kind, "styleId": recipe.id}, make("name", {"val": recipe.name}))
    if recipe.based_on:
        style.append(make("basedOn", {"val": recipe.based_on}))
    if recipe.following:
        style.append(make("next", {"val": recipe.following}))
    style.append(make("uiPriority", {"val": str(recipe.priority)}))
    style.append(make("unhideWhenUsed"))
    style.append(make("qFormat"))
    if recipe.paragraph:
        style.append(properties_element("pPr", recipe.paragraph, PPR_ORDER))
    if recipe.run:
        style.append(properties_element("rPr", recipe.run, RPR_ORDER))
    return style


def properties_element(local: str, given: Properties, order: Sequence[str]) -> Element:
    """`w:pPr` or the like with its children in schema order."""
    children = [make(name, attributes) for name, attributes in given.items()]
    return make(local, None, *sorted(children, key=lambda each: order.index(str(each.tag))))


def _heading(level: int) -> Recipe:
    sizes = (32, 26, 24, 22, 22, 22, 22, 22, 22)
    return Recipe(
        f"heading {level}",
        f"Heading{level}",
        following="Normal",
        paragraph={
            "keepNext": {},
            "keepLines": {},
            "spacing": {"before": str(max(80, 360 - 60 * level)), "after": "80"},
            "outlineLvl": {"val": str(level - 1)},
        },
        run={"b": {}, "bCs": {}, "sz": {"val": str(sizes[level - 1])}, "szCs": {"val": str(sizes[level - 1])}},
        priority=9,
    )


_MONOSPACED: Properties = {"rFonts": {"ascii": "Consolas", "hAnsi": "Consolas", "cs": "Consolas"}, "sz": {"val": "20"}}


def _list(name: str, level: int) -> Recipe:
    title = name if level == 1 else f"{name} {level}"
    return Recipe(
        title,
        title.replace(" ", ""),
        paragraph={
            "ind": {"left": str(360 * level), "hanging": "360"}
            if name != "List Continue"
            else {"left": str(360 * level)},
            "contextualSpacing": {},
        },
    )


def _contents(level: int) -> Recipe:
    return Recipe(
        f"toc {level}",
        f"TOC{level}",
        following="Normal",
        paragraph={
            "tabs": {},
            "spacing": {"after": "60"},
            "ind": {"left": str(220 * (level - 1))},
        },
        priority=39,
    )


def _size(half_points: int) -> Properties:
    return {"sz": {"val": str(half_points)}, "szCs": {"val": str(half_points)}}


def _paragraph_recipes() -> tuple[Recipe, ...]:
    italic: Properties = {"i": {}, "iCs": {}}
    bold: Properties = {"b": {}, "bCs": {}}
    tight: Properties = {"spacing": {"after": "0"}}
    about_caption: Properties = {**italic, "color": {"val": "44546A"}, **_size(18)}
    spaced: Properties = {"keepNext": {}, "spacing": {"before": "240", "after": "120"}}
    listed: Properties = {"ind": {"left": "720"}, "contextualSpacing": {}}
    code: Properties = {"spacing": {"before": "0", "after": "0"}, "ind": {"left": "284"}}
    return (
        *(_heading(level) for level in range(1, 10)),
        *(_list(name, level) for name in ("List Bullet", "List Number") for level in range(1, 6)),
        *(_contents(level) for level in range(1, 10)),
        Recipe("Normal", "Normal", based_on=None, priority=0),
        Recipe("Title", "Title", following="Normal", run={**bold, **_size(52)}, priority=10),
        Recipe("Subtitle", "Subtitle", following="Normal", run={"color": {"val": "595959"}, **_size(28)}, priority=11),
        Recipe("Quote", "Quote", paragraph={"ind": {"left": "567", "right": "567"}}, run=italic, priority=29),
        Recipe("List Paragraph", "ListParagraph", paragraph=listed, priority=34),
        Recipe("caption", "Caption", paragraph={"spacing": {"before": "60", "after": "200"}}, run=about_caption),
        Recipe("TOC Heading", "TOCHeading", paragraph=spaced, run={**bold, **_size(28)}, priority=39),
        Recipe("table of figures", "TableofFigures", following="Normal"),
        Recipe("Code", "Code", paragraph=code, run=_MONOSPACED),
        Recipe("header", "Header", paragraph={"tabs": {}}),
        Recipe("footer", "Footer", paragraph={"tabs": {}}),
        Recipe("footnote text", "FootnoteText", paragraph=tight, run=_size(20)),
        Recipe("endnote text", "EndnoteText", paragraph=tight, run=_size(20)),
        Recipe("annotation text", "CommentText", run=_size(20)),
    )


def _character_recipes() -> tuple[Recipe, ...]:
    superscript: Properties = {"vertAlign": {"val": "superscript"}}
    link: Properties = {"color": {"val": "0563C1"}, "u": {"val": "single"}}
    return (
        Recipe("Default Paragraph Font", "DefaultParagraphFont", "character", None, priority=1),
        Recipe("Hyperlink", "Hyperlink", "character", None, run=link),
        Recipe("Code Char", "CodeChar", "character", None, run=_MONOSPACED),
        Recipe("footnote reference", "FootnoteReference", "character", None, run=superscript),
        Recipe("endnote reference", "EndnoteReference", "character", None, run=superscript),
        Recipe("annotation reference", "CommentReference", "character", None, run=_size(16)),
        Recipe("Placeholder Text", "PlaceholderText", "character", None, run={"color": {"val": "808080"}}),
    )


def built_in(name: str, kind: str) -> Element | None:
    """The `w:style` of that name or id, None where Word has none that we make."""
    wanted = name.replace(" ", "").lower()
    if kind == "table" and wanted in {"tablegrid", "tablenormal"}:
        return _table_grid()
    for recipe in (*_paragraph_recipes(), *_character_recipes()):
        if recipe.kind == kind and wanted in {recipe.name.replace(" ", "").lower(), recipe.id.lower()}:
            made = style_element(recipe)
            _contents_tab(made)
            return made
    return None


def _contents_tab(style: Element) -> None:
    """A right-hand stop with dots in entries of contents; in headers and footers a centre and a right one."""
    tabs = next(style.iter(w("tabs")), None)
    if tabs is None:
        return
    is_edge = style.get(w("styleId"), "") in {"Header", "Footer"}
    stops = [("center", "", "4513"), ("right", "", "9026")] if is_edge else [("right", "dot", "9026")]
    for kind, leader, position in stops:
        tabs.append(make("tab", {"val": kind, **({"leader": leader} if leader else {}), "pos": position}))


def _table_grid() -> Element:
    edges = [
        make(edge, {"val": "single", "sz": "4", "space": "0", "color": "auto"})
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    ]
    sides = [make(side, {"w": "108", "type": "dxa"}) for side in ("left", "right")]
    margins = make("tblCellMar", None, *sides)
    borders = make("tblBorders", None, *edges)
    inner = sorted([borders, margins], key=lambda each: TBLPR_ORDER.index(str(each.tag)))
    return make(
        "style",
        {"type": "table", "styleId": "TableGrid"},
        make("name", {"val": "Table Grid"}),
        make("uiPriority", {"val": "39"}),
        make("pPr", None, make("spacing", {"after": "0", "line": "240", "lineRule": "auto"})),
        make("tblPr", None, *inner),
    )
