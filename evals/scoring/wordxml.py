"""What a Word file says, straight from its XML: paragraphs with their marks, text with changes taken or not."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STORIES = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_LOOSE = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NOISE = re.compile(r"^(\{[^}]*\})?(rsid\w*|paraId|textId)$")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`text` is what reads with changes accepted; `mark` tells two of them apart to the last property of a run."""

    part: str
    text: str
    mark: str
    style: str
    node: Any


@lru_cache(maxsize=64)
def trees(data: bytes) -> dict[str, Any]:
    """The root of every XML part under word/."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {
            name: etree.fromstring(package.read(name).replace(_STRICT, _LOOSE), _PARSER)
            for name in package.namelist()
            if name.startswith("word/") and name.endswith(".xml")
        }


@lru_cache(maxsize=64)
def items(data: bytes) -> tuple[Paragraph, ...]:
    """Every paragraph of every story in order; tables, cells and sections as "[table]", "[cell]" and "[section]"."""
    found: list[Paragraph] = []
    for name, root in trees(data).items():
        if _STORIES.fullmatch(name):
            found += [item for node in root.iter() if (item := _item(name, node))]
    return tuple(found)


def paragraphs(data: bytes, part: str = "word/document.xml") -> tuple[Paragraph, ...]:
    return tuple(item for item in items(data) if re.fullmatch(part, item.part) and item.node.tag == f"{W}p")


_SHELLS = {"tblPr": "[table]", "tblGrid": "[table]", "tcPr": "[cell]", "trPr": "[row]", "sectPr": "[section]"}


def _item(part: str, node: Any) -> Paragraph | None:
    if node.tag == f"{W}p":
        style = node.find(f"{W}pPr/{W}pStyle")
        name = "" if style is None else style.get(f"{W}val", "")
        return Paragraph(part, text_of(node), _mark(node), name, node)
    label = _SHELLS.get(etree.QName(node).localname) if isinstance(node.tag, str) else None
    return Paragraph(part, label, _mark(node), "", node) if label else None


def _mark(node: Any) -> str:
    """The canonical text of the element without what Word stamps on it anew at each save."""
    pieces: list[str] = []
    for each in node.iter():
        if not isinstance(each.tag, str):
            continue
        name = etree.QName(each).localname
        if name in {"bookmarkStart", "bookmarkEnd", "proofErr", "lastRenderedPageBreak"}:
            continue
        marks = sorted(f"{key}={value}" for key, value in each.attrib.items() if not _NOISE.match(str(key)))
        pieces.append(f"<{name} {' '.join(marks)}>{each.text if name in {'t', 'delText', 'instrText'} else ''}")
    return _SPLIT.sub(r"\1", "".join(pieces))


# Runs without properties that were split without a difference in looks are the same run.
_SPLIT = re.compile(r"(<r ><t [^>]*>[^<]*)<r ><t [^>]*>")


def text_of(node: Any, *, accepted: bool = True) -> str:
    """The paragraph's words with all tracked changes accepted, or rejected."""
    gone = "del" if accepted else "ins"
    pieces: list[str] = []
    for each in node.iter(f"{W}t", f"{W}delText", f"{W}tab", f"{W}br"):
        over = {etree.QName(up).localname for up in each.iterancestors() if isinstance(up.tag, str)}
        if gone in over or (accepted and "moveFrom" in over) or (not accepted and "moveTo" in over):
            continue
        name = etree.QName(each).localname
        if name == "delText" and accepted:
            continue
        pieces.append({"tab": "\t", "br": "\n"}.get(name, each.text or ""))
    return "".join(pieces)


def lines(data: bytes, *, accepted: bool = True) -> tuple[str, ...]:
    """The body's paragraphs that say something, a tracked mark joined or split as accepting or rejecting it would."""
    found: list[str] = []
    carried = ""
    for each in paragraphs(data):
        text = carried + text_of(each.node, accepted=accepted)
        marks = {etree.QName(mark).localname for mark in each.node.findall(f"{W}pPr/{W}rPr/*")}
        carried = text if ("del" if accepted else "ins") in marks else ""
        if not carried and text.strip():
            found.append(text.strip())
    return (*found, carried.strip()) if carried.strip() else tuple(found)


def tracked(data: bytes) -> tuple[tuple[str, str, str], ...]:
    """(ins or del, author, words) of every tracked change of the body."""
    root = trees(data)["word/document.xml"]
    return tuple(
        (etree.QName(each).localname, each.get(f"{W}author", ""), "".join(each.itertext()))
        for each in root.iter(f"{W}ins", f"{W}del")
    )
