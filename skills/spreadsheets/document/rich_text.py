"""Replaces text in strings with runs of their own format; each run keeps its format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.errors import Refused
from skills.spreadsheets.document.patches import Content
from skills.spreadsheets.document.shared_strings import text_element

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from skills.spreadsheets.document.cells import Cell
    from skills.spreadsheets.document.markup import Node
    from skills.spreadsheets.document.sheet import Sheet


def replaced_rich(sheet: Sheet, cell: Cell, pattern: re.Pattern[str], replacement: str) -> Content:
    """The content of a stored cell with rich text after every match gave way; raises Refused for one just written."""
    string = sheet.reader.rich_string(cell.row, cell.column)
    if string is None:
        raise Refused(f"{cell.name} was given rich text in the same batch; replace in it afterwards")
    text = pattern.sub(lambda _: replacement, str(cell.value))
    return Content(text, rich=replaced_in_runs(string, pattern, replacement))


def value_content(sheet: Sheet, cell: Cell) -> Content:
    """A cell's value as it would stand elsewhere, with runs of its own format, its picture or linked data."""
    string = sheet.reader.rich_string(cell.row, cell.column) if cell.is_rich else None
    rich = None if string is None else string.data[string.inner : string.close]
    return Content(cell.value, rich=rich, rich_value=cell.rich_value)


def replaced_in_runs(string: Node, pattern: re.Pattern[str], replacement: str) -> bytes:
    """What is to stand between the tags of an `si` or `is` after every match gave way to `replacement`.

    What replaces a match takes the format of the run its first character was in. Phonetic hints, which would no
    longer fit, are left out.
    """
    texts = list(_texts(string))
    new = _replaced([text.text() for text in texts], pattern, replacement)
    changes = [(text, text_element(text.name, content)) for text, content in zip(texts, new, strict=True)]
    changes += [(child, b"") for child in string.children() if child.local in {b"rPh", b"phoneticPr"}]
    pieces: list[bytes] = []
    at = string.inner
    for node, source in sorted(changes, key=lambda change: change[0].start):
        pieces += (string.data[at : node.start], source)
        at = node.end
    return b"".join((*pieces, string.data[at : string.close]))


def _texts(string: Node) -> Iterator[Node]:
    for child in string.children():
        if child.local == b"t":
            yield child
        elif child.local == b"r":
            yield from child.named(b"t")


def _replaced(texts: Sequence[str], pattern: re.Pattern[str], replacement: str) -> list[str]:
    """The texts after replacing in all of them joined."""
    whole = "".join(texts)
    owners = [index for index, text in enumerate(texts) for _ in text]
    new = [""] * len(texts)
    at = 0
    for match in pattern.finditer(whole):
        for place in range(at, match.start()):
            new[owners[place]] += whole[place]
        new[owners[match.start()]] += replacement
        at = match.end()
    for place in range(at, len(whole)):
        new[owners[place]] += whole[place]
    return new
