"""XML as Office writes it: one hardened parser, one serialiser, one table of namespaces."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, TypeAlias

from lxml import etree

from copilot_server.errors import DamagedFile, HostileFile

# lxml gives its element class no public name; this is the only place that borrows the private one.
Element: TypeAlias = etree._Element  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001

_SCHEMAS: Final = "http://schemas.openxmlformats.org/"
_MICROSOFT: Final = "http://schemas.microsoft.com/office/"

NS: Final[dict[str, str]] = {
    "x": _SCHEMAS + "spreadsheetml/2006/main",
    "w": _SCHEMAS + "wordprocessingml/2006/main",
    "p": _SCHEMAS + "presentationml/2006/main",
    "a": _SCHEMAS + "drawingml/2006/main",
    "c": _SCHEMAS + "drawingml/2006/chart",
    "cdr": _SCHEMAS + "drawingml/2006/chartDrawing",
    "dgm": _SCHEMAS + "drawingml/2006/diagram",
    "pic": _SCHEMAS + "drawingml/2006/picture",
    "wp": _SCHEMAS + "drawingml/2006/wordprocessingDrawing",
    "xdr": _SCHEMAS + "drawingml/2006/spreadsheetDrawing",
    "r": _SCHEMAS + "officeDocument/2006/relationships",
    "m": _SCHEMAS + "officeDocument/2006/math",
    "vt": _SCHEMAS + "officeDocument/2006/docPropsVTypes",
    "ep": _SCHEMAS + "officeDocument/2006/extended-properties",
    "op": _SCHEMAS + "officeDocument/2006/custom-properties",
    "ds": _SCHEMAS + "officeDocument/2006/customXml",
    "ct": _SCHEMAS + "package/2006/content-types",
    "rel": _SCHEMAS + "package/2006/relationships",
    "cp": _SCHEMAS + "package/2006/metadata/core-properties",
    "mc": _SCHEMAS + "markup-compatibility/2006",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "dcmitype": "http://purl.org/dc/dcmitype/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "w10": "urn:schemas-microsoft-com:office:word",
    "x14": _MICROSOFT + "spreadsheetml/2009/9/main",
    "x14ac": _MICROSOFT + "spreadsheetml/2009/9/ac",
    "x15": _MICROSOFT + "spreadsheetml/2010/11/main",
    "x16r2": _MICROSOFT + "spreadsheetml/2015/02/main",
    "xda": _MICROSOFT + "spreadsheetml/2017/dynamicarray",
    "xlrd": _MICROSOFT + "spreadsheetml/2017/richdata",
    "xltc": _MICROSOFT + "spreadsheetml/2018/threadedcomments",
    "xm": _MICROSOFT + "excel/2006/main",
    "xr": _MICROSOFT + "spreadsheetml/2014/revision",
    "cx": _MICROSOFT + "drawing/2014/chartex",
    "c14": _MICROSOFT + "drawing/2007/8/2/chart",
    "c16": _MICROSOFT + "drawing/2014/chart",
    "a14": _MICROSOFT + "drawing/2010/main",
    "a16": _MICROSOFT + "drawing/2014/main",
    "dsp": _MICROSOFT + "drawing/2008/diagram",
    "p14": _MICROSOFT + "powerpoint/2010/main",
    "p15": _MICROSOFT + "powerpoint/2012/main",
    "p188": _MICROSOFT + "powerpoint/2018/8/main",
    "w14": _MICROSOFT + "word/2010/wordml",
    "w15": _MICROSOFT + "word/2012/wordml",
    "w16cid": _MICROSOFT + "word/2016/wordml/cid",
    "w16cex": _MICROSOFT + "word/2018/wordml/cex",
    "w16se": _MICROSOFT + "word/2015/wordml/symex",
    "wp14": _MICROSOFT + "word/2010/wordprocessingDrawing",
    "wpc": _MICROSOFT + "word/2010/wordprocessingCanvas",
    "wpg": _MICROSOFT + "word/2010/wordprocessingGroup",
    "wpi": _MICROSOFT + "word/2010/wordprocessingInk",
    "wps": _MICROSOFT + "word/2010/wordprocessingShape",
}

_PREFIXES: Final = {address: prefix for prefix, address in NS.items()}
_HAS_DOCTYPE: Final = "carries a DOCTYPE, which Office never writes"
_DECLARATION: Final = re.compile(rb""" xmlns(?::[\w.-]+)?=(?:"[^"]*"|'[^']*')""")
_PROLOG: Final = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DECLARED_ENCODING: Final = re.compile(rb"""^<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
# In these every ASCII character is its own byte, so a DOCTYPE cannot hide, as in UTF-7 or EBCDIC it could.
_PLAIN_ENCODING: Final = re.compile(rb"(?i)utf-?8|us-ascii|ascii|iso-?8859-\d+|latin-?1|windows-\d+|cp125\d")
_WIDE_BY_START: Final = (
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\xfe\xff", "utf-16"),
    (b"\xff\xfe", "utf-16"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
)


@cache
def qname(prefixed: str) -> str:
    """`w:p` as lxml spells it, `{http://…}p`; a name without prefix stays as it is."""
    prefix, colon, local = prefixed.partition(":")
    return f"{{{NS[prefix]}}}{local}" if colon else prefixed


def prefixed(name: str) -> str:
    """`{http://…}p` as people write it, `w:p`; a namespace that is not in the table stays as it is."""
    address, _, local = name.removeprefix("{").rpartition("}")
    prefix = _PREFIXES.get(address)
    return f"{prefix}:{local}" if prefix else name


def local_name(element: Element) -> str:
    """The tag without its namespace; empty for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def parse(data: bytes, part: str = "a part of the file") -> Element:
    """The root element; no DTD, entity, or network is ever touched. `part` names the data in errors.

    Raises HostileFile for a DOCTYPE or an encoding one could hide in, DamagedFile for what is not
    well-formed or nested deeper than 256 elements.
    """
    refuse_doctype(data, part)
    try:
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFile(f"{part} is not well-formed XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise HostileFile(f"{part} {_HAS_DOCTYPE}")
    return root


def refuse_doctype(start: bytes, part: str = "a part of the file") -> bool:
    """Whether `start` reaches the root element, so that no DOCTYPE can follow it.

    Raises HostileFile for a DOCTYPE before the root, and for encodings other than UTF-16, UTF-32 and those
    that keep every ASCII character in a byte of its own.
    """
    text = _ascii_view(start)
    encoding = _DECLARED_ENCODING.match(text)
    if encoding and text is start and not _PLAIN_ENCODING.fullmatch(encoding[1]):
        raise HostileFile(f"{part} is in the encoding {encoding[1].decode()}, which Office never writes")
    prolog = _PROLOG.match(text)
    rest = text[prolog.end() : prolog.end() + 9] if prolog else b""
    if rest.startswith(b"<!DOCTYPE"):
        raise HostileFile(f"{part} {_HAS_DOCTYPE}")
    return bool(rest) and not rest.startswith((b"<!", b"<?"))


def serialize(root: Element) -> bytes:
    """The part's bytes as Office writes them: UTF-8, its declaration, `standalone` unless it was read without."""
    tree = root.getroottree()
    # False stands for "no" and for none at all, which mean the same; None for a tree that was not read.
    standalone = b"" if tree.docinfo.standalone is False else b' standalone="yes"'
    declaration = b'<?xml version="1.0" encoding="UTF-8"' + standalone + b"?>\r\n"
    return declaration + etree.tostring(tree, encoding="UTF-8", xml_declaration=False)


def same_infoset(before: bytes, after: bytes) -> bool:
    """Whether two parts say the same: attribute order and encoding aside, prefixes and blanks not."""
    return before == after or same_tree(parse(before), parse(after))


def same_tree(before: Element, after: Element) -> bool:
    """`same_infoset` for parsed parts."""
    trees = before.getroottree(), after.getroottree()
    plain = etree.tostring(trees[0]), etree.tostring(trees[1])
    if plain[0] == plain[1]:
        return True
    # Attributes in another order take the same room; canonical XML costs ten times as much.
    if len(_DECLARATION.sub(b"", plain[0])) != len(_DECLARATION.sub(b"", plain[1])):
        return False
    try:
        return etree.tostring(trees[0], method="c14n") == etree.tostring(trees[1], method="c14n")
    except etree.C14NError:
        return False  # canonical XML knows no relative namespace addresses, which a few custom parts use


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_blank_text=False
    )


def _ascii_view(data: bytes) -> bytes:
    """The start of the XML with one byte a character; `data` itself unless it is UTF-16 or UTF-32."""
    if data[:1] == b"<" and data[1:2] != b"\x00":
        return data
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:]
    for start, encoding in _WIDE_BY_START:
        if data.startswith(start):
            return data.decode(encoding, "replace").lstrip("\ufeff").encode("ascii", "replace")
    return data
