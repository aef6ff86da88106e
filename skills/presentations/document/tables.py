"""Native tables: read as rows of cells, changed cell by cell, grown in their own style."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from copilot_server.errors import Refused, TargetNotFound
from copilot_server.office.xml import Element
from skills.presentations.document import text, tongues
from skills.presentations.document.markup import child, children, flag, need, node, number, put
from skills.presentations.document.text import Line

_TABLE_URI = "http://schemas.openxmlformats.org/drawingml/2006/table"
MARGIN = 91440  # EMU beside a cell's words


def cells(table: Element | None) -> list[list[Element]]:
    """The text bodies, row by row; a cell without one is left out."""
    rows = children(table, "a:tr")
    return [[body for cell in children(row, "a:tc") if (body := child(cell, "a:txBody")) is not None] for row in rows]


def texts(table: Element) -> list[list[str]]:
    """What each cell says; the covered cells of a merge say nothing."""
    return [
        [text.of_body(body) if (body := child(cell, "a:txBody")) is not None else "" for cell in children(row, "a:tc")]
        for row in children(table, "a:tr")
    ]


def widths(table: Element) -> list[int]:
    """Of the columns, in EMU."""
    return [number(column, "w") for column in children(child(table, "a:tblGrid"), "a:gridCol")]


def stretch(table: Element, width: int, height: int) -> None:
    """Columns and rows in their proportions, together as wide and as high as that."""
    old = widths(table)
    if sum(old) and sum(old) != width:
        set_widths(table, [round(each * width / sum(old)) for each in old])
    rows = children(table, "a:tr")
    total = sum(number(row, "h") for row in rows)
    for row in rows if total and total != height else ():
        row.set("h", str(round(number(row, "h") * height / total)))


def set_widths(table: Element, new: Sequence[int]) -> None:
    """Raises Refused unless there is one for each column."""
    grid = children(child(table, "a:tblGrid"), "a:gridCol")
    if len(new) != len(grid):
        raise Refused(f"the table has {len(grid)} columns, not {len(new)}")
    for column, width in zip(grid, new, strict=True):
        column.set("w", str(width))


def shade(cell: Element, fill: Element) -> None:
    """Fill a cell."""
    put(need(cell, "a:tcPr"), fill)


def cell(table: Element, row: int, column: int) -> Element:
    """The a:tc at 1-based row and column; raises TargetNotFound saying how large the table is."""
    rows = children(table, "a:tr")
    found = children(rows[row - 1], "a:tc") if 0 < row <= len(rows) else []
    if not 0 < column <= len(found):
        width = max((len(children(each, "a:tc")) for each in rows), default=0)
        raise TargetNotFound(
            f"no cell at row {row}, column {column}; the table has {len(rows)} rows and {width} columns"
        )
    return found[column - 1]


def set_cell(table: Element, row: int, column: int, words: str) -> None:
    body = need(cell(table, row, column), "a:txBody")
    if child(body, "a:bodyPr") is None:
        body.insert(0, node("a:bodyPr"))
    text.set_body(body, [Line(part) for part in words.split("\n")])


def insert_rows(table: Element, before: int, rows: Sequence[Sequence[str]]) -> None:
    """New rows ahead of row `before` (one past the last: at the end), each in the looks of its neighbour above."""
    present = children(table, "a:tr")
    if not 1 <= before <= len(present) + 1:
        raise TargetNotFound(f"no row {before}; the table has {len(present)} rows")
    has_header = flag(child(table, "a:tblPr"), "firstRow")
    model = present[_row_model(before, len(present), has_header=has_header)]
    anchor = present[before - 1] if before <= len(present) else None
    for words in rows:
        made = _blank(model)
        for body, word in zip((need(each, "a:txBody") for each in children(made, "a:tc")), words, strict=False):
            text.set_body(body, [Line(word)])
        if anchor is None:
            present[-1].addnext(made)
            present.append(made)
        else:
            anchor.addprevious(made)


def delete_rows(table: Element, first: int, count: int) -> None:
    present = children(table, "a:tr")
    if not 1 <= first <= first + count - 1 <= len(present) or count >= len(present):
        raise TargetNotFound(f"rows {first} to {first + count - 1} cannot go; the table has {len(present)} rows")
    for row in present[first - 1 : first - 1 + count]:
        table.remove(row)


def insert_column(table: Element, before: int, words: Sequence[str]) -> None:
    """A new column ahead of column `before`, in the looks of its neighbour; the others make room for it."""
    grid = children(child(table, "a:tblGrid"), "a:gridCol")
    if not 1 <= before <= len(grid) + 1:
        raise TargetNotFound(f"no column {before}; the table has {len(grid)} columns")
    model = max(min(before - 2, len(grid) - 1), 0)
    total = sum(number(column, "w") for column in grid)
    added = copy.deepcopy(grid[model])
    added[:] = []
    need(table, "a:tblGrid").insert(before - 1, added)
    _share(table, total)
    for position, row in enumerate(children(table, "a:tr")):
        made = _plain_cell(children(row, "a:tc")[model])
        text.set_body(need(made, "a:txBody"), [Line(words[position] if position < len(words) else "")])
        row.insert(before - 1, made)


def delete_column(table: Element, column: int) -> None:
    grid = children(child(table, "a:tblGrid"), "a:gridCol")
    if not 1 <= column <= len(grid) or len(grid) == 1:
        raise TargetNotFound(f"column {column} cannot go; the table has {len(grid)} columns")
    total = sum(number(each, "w") for each in grid)
    need(table, "a:tblGrid").remove(grid[column - 1])
    _share(table, total)
    for row in children(table, "a:tr"):
        row.remove(children(row, "a:tc")[column - 1])


def merged(table: Element) -> bool:
    return any(
        each.get("gridSpan") or each.get("rowSpan") for row in children(table, "a:tr") for each in children(row, "a:tc")
    )


def make(rows: Sequence[Sequence[str]], widths: Sequence[int], row_height: int, style: str, size: int) -> Element:
    """An a:tbl with a header row; `widths` and `row_height` in EMU, `size` in hundredths of a point.

    Columns that hold only numbers are set right, their heads too.
    """
    numeric, lefts = _numeric(rows, len(widths)), indents(rows)
    direction = {"rtl": 1} if tongues.is_right_to_left(" ".join(rows[0])) else {}
    properties = node("a:tblPr", {**direction, "firstRow": 1, "bandRow": 1}, node("a:tableStyleId", text=style))
    table = node("a:tbl", None, properties, node("a:tblGrid", None, *(node("a:gridCol", {"w": w}) for w in widths)))
    for row in rows:
        made = node("a:tr", {"h": row_height})
        for at in range(len(widths)):
            made.append(_cell(row[at] if at < len(row) else "", size, lefts[at], is_right=numeric[at]))
        table.append(made)
    return table


def indents(rows: Sequence[Sequence[str]]) -> list[int]:
    """By column, in EMU left of its words: more for words beside figures, which end where the words begin."""
    count = max(map(len, rows))
    numeric = _numeric(rows, count)
    if tongues.is_right_to_left(" ".join(rows[0])):
        return [MARGIN] * count
    return [MARGIN * (4 if at and numeric[at - 1] and not numeric[at] else 1) for at in range(count)]


def _numeric(rows: Sequence[Sequence[str]], count: int) -> list[bool]:
    return [_is_numeric([row[at] for row in rows[1:] if at < len(row)]) for at in range(count)]


def _cell(words: str, size: int, left: int, *, is_right: bool) -> Element:
    paragraph = node("a:p", None, node("a:pPr", {"algn": "r"} if is_right else {}))
    looks = node("a:rPr", {"lang": "en-US", "sz": size})
    if words:
        paragraph.append(node("a:r", None, looks, node("a:t", text=words)))
    else:
        paragraph.append(node("a:endParaRPr", {"lang": "en-US", "sz": size}))
    text.speak(paragraph)
    body = node("a:txBody", None, node("a:bodyPr"), node("a:lstStyle"), paragraph)
    return node("a:tc", None, body, node("a:tcPr", {"marL": left, "marR": MARGIN, "anchor": "ctr"}))


def _is_numeric(words: Sequence[str]) -> bool:
    filled = [word for word in words if word.strip()]
    return bool(filled) and all(is_number(word) for word in filled)


def is_number(word: str) -> bool:
    """Whether a cell's text is a figure: 1,234.5 · -3 % · €12 · 4.2M."""
    bare = (
        word.strip()
        .lstrip("+-−(€$£¥")
        .rstrip(")%€$£¥ kKmMbBnxX")
        .replace(",", "")
        .replace(" ", "")
        .replace("\u202f", "")
    )
    try:
        float(bare)
    except ValueError:
        return False
    return True


def _row_model(before: int, count: int, *, has_header: bool) -> int:
    """The row a new one takes after: the one above, but never the header when there is another."""
    above = max(before - 2, 0)
    return min(1, count - 1) if has_header and above == 0 else above


def _blank(row: Element) -> Element:
    made = copy.deepcopy(row)
    for extension in children(made, "a:extLst"):
        made.remove(extension)
    for old in children(made, "a:tc"):
        made.replace(old, _plain_cell(old))
    return made


def _plain_cell(model: Element) -> Element:
    made = copy.deepcopy(model)
    for name in ("gridSpan", "rowSpan", "hMerge", "vMerge"):
        made.attrib.pop(name, None)
    body = need(made, "a:txBody")
    for extra in children(body, "a:p")[1:]:
        body.remove(extra)
    for paragraph in children(body, "a:p"):
        text.set_paragraph(paragraph, "")
    return made


def _share(table: Element, total: int) -> None:
    """Give the columns the table's old width again, in proportion."""
    grid = children(child(table, "a:tblGrid"), "a:gridCol")
    now = sum(number(column, "w") for column in grid) or 1
    for column in grid:
        column.set("w", str(round(number(column, "w") * total / now)))


def graphic(table: Element) -> Element:
    """The a:graphic a frame holds a table in."""
    return node("a:graphic", None, node("a:graphicData", {"uri": _TABLE_URI}, table))
