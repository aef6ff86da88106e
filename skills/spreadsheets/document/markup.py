"""Where the elements of an XML part lie, byte by byte, so that one can be replaced and the rest left as it is.

Exact for everything well-formed XML may hold: comments, CDATA, `>` in attributes, prefixes bound anywhere. Works on
UTF-8 bytes; the parsers of `office.xml` give no positions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from copilot_server.errors import DamagedFile
from copilot_server.office.xml import NS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAIN: Final = NS["x"]
MAIN_NAMESPACES: Final = frozenset({MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"})

_TOKEN: Final = re.compile(
    rb"""<!--.*?-->|<!\[CDATA\[(?P<cdata>.*?)\]\]>|<\?.*?\?>|</[^>]*>"""
    rb"""|<(?P<name>[^\s/>!?]+)(?P<attributes>[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*)>|(?P<text>[^<]+)""",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(rb"""([^\s=/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_USUAL_TAG: Final = 4096  # bytes; most roots of a writer's files are the same to the letter
_LINE_BREAK: Final = re.compile(r"\r\n?")
_REFERENCE: Final = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
_ENTITIES: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def plain(data: bytes) -> str:
    """Text between tags as it is meant: entities resolved, line ends as XML reads them."""
    text = data.decode("utf-8", "replace")
    if "\r" in text:
        text = _LINE_BREAK.sub("\n", text)
    return _REFERENCE.sub(_referred, text) if "&" in text else text


def escaped(text: str) -> bytes:
    """Text as it may stand between tags or in an attribute in double quotes."""
    if "&" in text or "<" in text or ">" in text or '"' in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    if "\r" in text:
        text = text.replace("\r", "&#13;")
    return text.encode("utf-8", "replace")


def attributes_of(tag: bytes) -> dict[bytes, str]:
    """The attributes written in a start tag, by their names as they stand."""
    return {name: plain(one or other) for name, one, other in _ATTRIBUTE.findall(tag)}


def with_attributes(tag: bytes, changes: Mapping[bytes, bytes | None]) -> bytes:
    """A start tag with attributes set, or taken away where None; the others stay as they are written.

    New ones go to the end; `changes` are already escaped.
    """
    for name, value in changes.items():
        found = next((match for match in _ATTRIBUTE.finditer(tag) if match[1] == name), None)
        new = b"" if value is None else name + b'="' + value + b'"'
        if found is not None:
            start = found.start() if new else len(tag[: found.start()].rstrip())
            tag = tag[:start] + new + tag[found.end() :]
        elif new:
            at = len(tag) - (2 if tag.endswith(b"/>") else 1)
            tag = tag[:at].rstrip() + b" " + new + tag[at:]
    return tag


def _declared(tag: bytes) -> Mapping[bytes, str]:
    """The namespaces a start tag binds, by prefix."""
    return {name[6:]: uri for name, uri in attributes_of(tag).items() if (name + b":").startswith(b"xmlns:")}


_often_declared = lru_cache(maxsize=256)(_declared)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Which namespace each prefix stands for."""

    bound: Mapping[bytes, str] = field(default_factory=dict[bytes, str])

    def within(self, tag: bytes) -> _Scope:
        if b"xmlns" not in tag:
            return self
        inner = _often_declared(tag) if len(tag) <= _USUAL_TAG else _declared(tag)
        return _Scope({**self.bound, **inner})


@dataclass(frozen=True)
class Node:
    """An element of a part: `data[start:end]` all of it, `data[inner:close]` what is between its tags."""

    data: bytes
    name: bytes
    start: int
    inner: int
    close: int
    end: int
    scope: _Scope

    @property
    def tag(self) -> bytes:
        """The start tag."""
        return self.data[self.start : self.inner]

    @property
    def prefix(self) -> bytes:
        """With its colon, so that it can be put before other names of the same namespace."""
        return self.name[: -len(self.local)]

    @property
    def local(self) -> bytes:
        return self.name.rpartition(b":")[2]

    @property
    def is_main(self) -> bool:
        """Whether it is of SpreadsheetML's own namespace, Transitional or Strict."""
        return self.scope.bound.get(self.prefix[:-1], "") in MAIN_NAMESPACES

    @cached_property
    def attributes(self) -> dict[bytes, str]:
        return attributes_of(self.tag)

    @property
    def source(self) -> bytes:
        return self.data[self.start : self.end]

    @property
    def bound(self) -> Mapping[bytes, str]:
        """The namespaces by prefix that hold inside."""
        return self.scope.bound

    def children(self) -> Iterator[Node]:
        """The elements directly inside, in order."""
        at = self.inner
        while at < self.close:
            node = _next_element(self.data, at, self.close, self.scope)
            if node is None:
                return
            yield node
            at = node.end

    def named(self, local: bytes) -> Iterator[Node]:
        """The children of that name in SpreadsheetML's namespace."""
        return (node for node in self.children() if node.local == local and node.is_main)

    def text(self) -> str:
        """All character data directly inside."""
        return "".join(_character_data(self.data, self.inner, self.close))


def root_node(data: bytes) -> Node:
    """The root element; raises DamagedFile when tags do not pair."""
    node = _next_element(data, 0, len(data), _Scope())
    if node is None:
        raise DamagedFile("a part of the file holds no XML element")
    return node


def element_in(data: bytes, bound: Mapping[bytes, str], start: int = 0) -> Node:
    """The first element from `start` on in a piece of a part where those namespaces hold."""
    node = _next_element(data, start, len(data), _Scope(bound))
    if node is None:
        raise DamagedFile("a part of the file holds no XML element")
    return node


def open_root(data: bytes) -> Node:
    """The root of which only the beginning is at hand: it reaches to the end of the data."""
    for match in _TOKEN.finditer(data):
        if match["name"] is not None:
            scope = _Scope().within(match[0])
            return Node(data, match["name"], match.start(), match.end(), len(data), len(data), scope)
    raise DamagedFile("a part of the file holds no XML element")


def tag_among_children(data: bytes, start: int, name: bytes) -> re.Match[bytes] | None:
    """The start tag of the first element of that name, prefix included, that is no descendant of another."""
    depth = 0
    for match in _TOKEN.finditer(data, start):
        token = match[0]
        if match["name"] is not None:
            if depth == 0 and match["name"] == name:
                return match
            depth += not token.endswith(b"/>")
        elif token.startswith(b"</"):
            depth -= 1
    return None


def _referred(match: re.Match[str]) -> str:
    if match[3]:
        return _ENTITIES[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code < 0x110000 else "\ufffd"


def _next_element(data: bytes, start: int, stop: int, scope: _Scope) -> Node | None:
    first: re.Match[bytes] | None = None
    depth, close, at = 0, 0, start
    for match in _TOKEN.finditer(data, start, stop):
        if match.start() != at:
            break
        at = match.end()
        token = match[0]
        if match["name"] is not None:
            first = first or match
            depth += not token.endswith(b"/>")
            close = at
        elif token.startswith(b"</"):
            depth -= 1
            close = match.start()
        if first is not None and depth == 0:
            inner = scope.within(first[0])
            return Node(data, first["name"], first.start(), first.end(), max(close, first.end()), at, inner)
    if first is None and at == stop:
        return None
    raise DamagedFile("a part of the file is not well-formed XML: its tags do not pair")


def _character_data(data: bytes, start: int, stop: int) -> Iterator[str]:
    depth = 0
    for match in _TOKEN.finditer(data, start, stop):
        token = match[0]
        if match["name"] is not None:
            depth += not token.endswith(b"/>")
        elif token.startswith(b"</"):
            depth -= 1
        elif depth == 0 and match["text"] is not None:
            yield plain(token)
        elif depth == 0 and match["cdata"] is not None:
            yield match["cdata"].decode("utf-8", "replace")
