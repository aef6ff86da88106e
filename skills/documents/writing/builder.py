"""Blocks made into elements of one part of a file, with the styles, lists, notes and links they need."""

from __future__ import annotations

import copy
import re
from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, assert_never

from copilot_server.errors import Refused
from copilot_server.office.xml import NS, qname
from skills.documents.document import fields, notes, numbering, pictures
from skills.documents.document.markup import PPR, RPR, P, R, T, drop, make, paragraph_properties, put
from skills.documents.document.orders import PPR_ORDER, RPR_ORDER
from skills.documents.document.page import Page
from skills.documents.document.runs import mark_formatting, text_nodes, typed_formatting
from skills.documents.document.styles import styles_of, use_style
from skills.documents.document.tables import tables
from skills.documents.writing.blocks import Block, Caption, Contents, Grid, Item, PageBreak, Span, Spans, Text, text_of
from skills.documents.writing.contents import contents_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.word import WordDocument

_NUMBER = re.compile(r"[-+−(]?\s?[€$£¥]?\s?\d[\d.,' \u00a0\u202f]*\s?[%€$£¥)]*")
_AFTER_LIST = 160  # twips
_TITLE_DROP = 4200
_CELL_PADDING = 216  # twips, both sides, in Word's own default


class Builder:
    """`part` is where links and pictures are related from; plain paragraphs look like `model`.

    Items go on with `list_model`'s list where that is one of their kind.
    """

    def __init__(
        self,
        document: WordDocument,
        part: str,
        page: Page,
        model: Element | None = None,
        list_model: Element | None = None,
    ) -> None:
        self._document = document
        self._part = part
        self._page = page
        self._model = model
        self._list_model = list_model
        self._lists: dict[tuple[int, bool, int], str] = {}
        self._captions: Counter[str] = Counter()

    def build(self, blocks: Iterable[Block]) -> list[Element]:
        """Paragraphs and tables in order; a title that has its page to itself stands lower on it."""
        wanted = list(blocks)
        made: list[Element] = []
        for index, block in enumerate(wanted):
            new = self._elements(block)
            following = wanted[index + 1] if index + 1 < len(wanted) else None
            if index and isinstance(wanted[index - 1], PageBreak) and new[0].tag == P:
                made.pop()  # the paragraph itself starts the page, and no empty line comes before it
                put(paragraph_properties(new[0]), "pageBreakBefore", PPR_ORDER)
            if isinstance(block, Item) and isinstance(following, Text) and self._list_model is None:
                put(paragraph_properties(new[-1]), "spacing", PPR_ORDER, {"after": str(_AFTER_LIST)})
                put(paragraph_properties(new[-1]), "contextualSpacing", PPR_ORDER, {"val": "0"})
            if index == 0 and _is_title_page(wanted):
                put(paragraph_properties(new[0]), "spacing", PPR_ORDER, {"before": str(_TITLE_DROP), "after": "160"})
            made += new
        return made

    def restyled(self, elements: list[Element], style: str) -> list[Element]:
        """The same with the plain paragraphs in a style by name; headings, lists and captions keep theirs."""
        style_id = use_style(self._document, style)
        for each in elements:
            if each.tag == P and each.find(PPR) is None:
                put(paragraph_properties(each), "pStyle", PPR_ORDER, {"val": style_id})
        return elements

    def _elements(self, block: Block) -> list[Element]:
        match block:
            case Text():
                return [self._text(block)]
            case Item():
                return [self._item(block)]
            case Grid():
                return [self._table(block)]
            case Contents():
                return contents_blocks(self._document, block.depth, block.title, self._page)
            case PageBreak():
                return [make("p", None, make("r", None, make("br", {"type": "page"})))]
            case Caption():
                return [self._caption(block)]
        assert_never(block)

    def _text(self, block: Text) -> Element:
        if block.style:
            return self.paragraph(block.spans, use_style(self._document, block.style))
        if self._model is None:
            return self.paragraph(block.spans, None)
        return self._like(self._model, block.spans)

    def _like(self, model: Element, spans: Spans) -> Element:
        """Formatted as another paragraph, without its breaks and revision marks; the look most of its words have."""
        made = make("p")
        about = clean_properties(model)
        if about is not None:
            made.append(about)
        made.extend(self.runs(spans, usual_look(model)))
        return made

    def paragraph(self, spans: Spans, style_id: str | None, jc: str = "") -> Element:
        made = make("p")
        if style_id is not None:
            put(paragraph_properties(made), "pStyle", PPR_ORDER, {"val": style_id})
        if jc:
            put(paragraph_properties(made), "jc", PPR_ORDER, {"val": jc})
        made.extend(self.runs(spans))
        return made

    def runs(self, spans: Spans, look: Element | None = None) -> list[Element]:
        """Runs, fields, links, notes and pictures of the spans."""
        return [element for span in spans for element in self._span(span, look)]

    def _span(self, span: Span, base: Element | None) -> list[Element]:
        look = self._look(span, base)
        if span.note:
            if self._part != self._document.main:
                raise Refused("a footnote can stand in the body only, not in headers, notes or comments")
            return [notes.add_note(self._document, "footnote", [make("r", None, *text_nodes(span.note))])]
        if span.field:
            return fields.field_runs(span.field, _first_result(span.field), look)
        if span.picture:
            return [pictures.picture_run(self._document, self._part, span.picture, span.text, self._page.text_width)]
        run = make("r", None, *([look] if look is not None else []), *text_nodes(span.text))
        return [self._link(span.link, run)] if span.link else [run]

    def _look(self, span: Span, base: Element | None) -> Element | None:
        rpr = make("rPr") if base is None else copy.deepcopy(base)
        for name, is_set in (("b", span.bold), ("i", span.italic), ("strike", span.strike)):
            if is_set:
                put(rpr, name, RPR_ORDER)
        if span.underline:
            put(rpr, "u", RPR_ORDER, {"val": "single"})
        if span.raised:
            put(rpr, "vertAlign", RPR_ORDER, {"val": span.raised})
        style = "Code Char" if span.code else "Hyperlink" if span.link else ""
        if style:
            put(rpr, "rStyle", RPR_ORDER, {"val": use_style(self._document, style, "character")})
        return rpr if len(rpr) else None

    def _link(self, target: str, run: Element) -> Element:
        if target.startswith("#"):
            return make("hyperlink", {"anchor": target[1:], "history": "1"}, run)
        rid = self._document.relate(self._part, f"{NS['r']}/hyperlink", target, external=True)
        link = make("hyperlink", {"history": "1"}, run)
        link.set(qname("r:id"), rid)
        return link

    def _item(self, item: Item) -> Element:
        model = self._list_model
        if model is not None and not item.is_continued and self._goes_on(model, item):
            made = self._like(model, item.spans)
            place = self._numbering().of(model)
            if place is not None and item.level:
                numbering.set_list(made, place[0], place[1] + item.level)
            return made
        name = "List Number" if item.is_numbered else "List Bullet"
        styles = styles_of(self._document)
        style_id = use_style(self._document, name if styles.named("List Paragraph") is None else "List Paragraph")
        made = self.paragraph(item.spans, style_id)
        if item.is_continued:
            put(paragraph_properties(made), "ind", PPR_ORDER, {"left": str(360 * (item.level + 1))})
        else:
            numbering.set_list(made, self._list(item), item.level)
        return made

    def _numbering(self) -> numbering.Numbering:
        return numbering.numbering_of(self._document, styles_of(self._document))

    def _goes_on(self, model: Element, item: Item) -> bool:
        place = self._numbering().of(model)
        return place is not None and self._numbering().is_bullet(*place) != item.is_numbered

    def _list(self, item: Item) -> str:
        key = (item.list_key, item.is_numbered, 0)
        if key not in self._lists:
            kind = "number" if item.is_numbered else "bullet"
            self._lists[key] = numbering.new_list(self._document, kind, item.start)
        return self._lists[key]

    def _caption(self, caption: Caption) -> Element:
        """Numbered by a SEQ field: the result counts those that stand before it, and settles with the fields."""
        made = make("p", None, make("pPr", None, make("pStyle", {"val": use_style(self._document, "caption")})))
        if caption.label.lower().startswith("tab"):
            put(paragraph_properties(made), "keepNext", PPR_ORDER)
        self._captions[caption.label] += 1
        made.append(make("r", None, *text_nodes(f"{caption.label} ")))
        made.extend(fields.field_runs(f"SEQ {caption.label} \\* ARABIC", str(self._captions[caption.label])))
        made.extend(self.runs((Span(": "), *caption.spans)))
        return made

    def _table(self, grid: Grid) -> Element:
        style_id = self._table_style(grid)
        widths = column_widths(grid, self._page.text_width)
        look = {
            "val": "0420" if grid.has_header else "0400",
            "firstRow": "1" if grid.has_header else "0",
            "lastRow": "0",
            "firstColumn": "0",
        }
        look |= {"lastColumn": "0", "noHBand": "0", "noVBand": "1"}
        about = make(
            "tblPr",
            None,
            make("tblStyle", {"val": style_id}),
            make("tblW", {"w": str(sum(widths)), "type": "dxa"}),
            make("tblLook", look),
        )
        columns = make("tblGrid", None, *(make("gridCol", {"w": str(width)}) for width in widths))
        name = styles_of(self._document).name_of(style_id)
        is_plain = name.lower() in {"table grid", "normal table", "table normal"}
        alignments = _alignments(grid)
        rows = [
            self._row(cells, widths, alignments, is_header=grid.has_header and index == 0, is_plain=is_plain)
            for index, cells in enumerate(grid.rows)
        ]
        return make("tbl", None, about, columns, *rows)

    def _table_style(self, grid: Grid) -> str:
        """As asked, else what the document's own tables use most, else the design's, else a plain grid."""
        if grid.style:
            return use_style(self._document, grid.style, "table")
        used = Counter(each.style_id for each in tables(self._document) if each.style_id)
        known = {style.id for style in styles_of(self._document).all if style.kind == "table"}
        for style_id, _ in used.most_common():
            if style_id in known:
                return style_id
        house = styles_of(self._document).named("House Table", "table")
        return house.id if house is not None else use_style(self._document, "Table Grid", "table")

    def _row(
        self,
        cells: Sequence[Spans],
        widths: Sequence[int],
        alignments: Sequence[str],
        *,
        is_header: bool,
        is_plain: bool,
    ) -> Element:
        row = make("tr")
        about = make("trPr", None, make("cantSplit"))
        if is_header:
            about.append(make("tblHeader"))
        row.append(about)
        for index, width in enumerate(widths):
            spans = cells[index] if index < len(cells) else ()
            if is_header and is_plain:
                spans = tuple(span.looking(bold=True) for span in spans)
            jc = alignments[index] if index < len(alignments) else ""
            paragraph = self.paragraph(spans, None, jc if jc in {"center", "right"} else "")
            row.append(make("tc", None, make("tcPr", None, make("tcW", {"w": str(width), "type": "dxa"})), paragraph))
        return row


def _is_title_page(blocks: Sequence[Block]) -> bool:
    is_title = isinstance(blocks[0], Text) and blocks[0].style == "Title"
    return is_title and any(isinstance(each, PageBreak) for each in blocks[1:6])


def clean_properties(model: Element) -> Element | None:
    """A copy of a paragraph's properties that another can have: no section, no revisions, no page break."""
    found = model.find(PPR)
    if found is None:
        return None
    about = copy.deepcopy(found)
    about.tail = None
    for name in ("sectPr", "pPrChange", "pageBreakBefore", "framePr"):
        drop(about, name)
    for mark in about.findall(RPR):
        for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange"):
            drop(mark, name)
    return about


def usual_look(model: Element) -> Element | None:
    """The formatting most of its text has."""
    counts: Counter[Element] = Counter()
    for run in model.iter(R):
        counts[run] += sum(len(node.text or "") for node in run.iterchildren(T))
    ranked = counts.most_common(1)
    best = ranked[0][0] if ranked and ranked[0][1] else mark_formatting(model)
    return typed_formatting(best)


def _alignments(grid: Grid) -> list[str]:
    """As said; a column that says nothing and holds numbers stands right, so that digits stand below each other."""
    body = grid.rows[1:] if grid.has_header else grid.rows
    said = [*grid.alignments, *[""] * max(map(len, grid.rows))]
    columns = [[text_of(cell).strip() for cell in column] for column in zip_longest(*body, fillvalue=())]
    return [
        each or ("right" if any(column) and all(map(_NUMBER.fullmatch, filter(None, column))) else "")
        for each, column in zip(said, columns, strict=False)
    ]


def column_widths(grid: Grid, total: int) -> list[int]:
    """Shares of `total` twips by what the columns hold: no word broken where that can be helped."""
    count = max(len(row) for row in grid.rows)
    longest, words = [1] * count, [1] * count
    for row in grid.rows:
        for index, spans in enumerate(row):
            text = text_of(spans)
            longest[index] = max(longest[index], *(len(line) for line in text.split("\n")))
            words[index] = max([words[index], *map(len, text.split())])
    floors = [min(total // count, word * 115 + _CELL_PADDING) for word in words]
    wishes = [max(floor, min(length, 60) * 105 + _CELL_PADDING) for floor, length in zip(floors, longest, strict=True)]
    spare, wanted, wished = total - sum(floors), sum(wishes) - sum(floors), sum(wishes)
    if wished <= total:  # all have what they wish; what is left over goes by size, so that none stands out
        widths = [wish * total // wished for wish in wishes]
    else:
        widths = [floor + spare * (wish - floor) // wanted for floor, wish in zip(floors, wishes, strict=True)]
    widths[-1] += total - sum(widths)
    return widths


def _first_result(instruction: str) -> str:
    """What stands there until the fields are computed: the first page is page 1."""
    return "1" if instruction.split(maxsplit=1)[0].upper() in {"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"} else ""
