"""Text that Word would import on opening (`w:altChunk`): HTML, RTF, mail, plain text or another document, to read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

from copilot_server.errors import FileError, TargetNotFound
from copilot_server.office.xml import qname
from skills.documents.document.markup import w
from skills.documents.document.word import WordDocument

if TYPE_CHECKING:
    from collections.abc import Iterator

_ID: Final = qname("r:id")
_MOST: Final = 1 << 21  # bytes looked at
_NOT_SHOWN: Final = frozenset({"script", "style", "title"})  # not head, whose end need not be written
_BLOCKS: Final = frozenset("p div br li tr h1 h2 h3 h4 h5 h6 table ul ol blockquote pre section article".split())
_CHARSET: Final = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
# A character by its number is followed by what older readers show instead.
_RTF: Final = re.compile(
    r"\\'([0-9a-fA-F]{2})|\\u(-?\d+) ?(?:\?|\\'[0-9a-fA-F]{2})?"
    r"|\\([a-zA-Z]+)(-?\d+)? ?|\\(.)|([{}])|([^\\{}\r\n]+)",
    re.DOTALL,
)
_RTF_SILENT: Final = frozenset("fonttbl colortbl stylesheet info pict header footer generator listtable".split())
_RTF_ENDS: Final = {"par": "\n", "line": "\n", "row": "\n", "cell": "\t", "tab": "\t", "sect": "\n", "page": "\n"}


@dataclass(frozen=True, slots=True)
class Chunk:
    """`key` is what `read` calls it; `text` is None where its kind cannot be read."""

    key: str
    part: str
    kind: str
    size: int
    text: str | None

    @property
    def fact(self) -> str:
        held = f"{len(self.text.split())} words" if self.text is not None else "not readable here"
        return f"{self.key} ({self.kind}, {self.size:,} bytes, {held})"


def chunks(document: WordDocument) -> list[Chunk]:
    """In document order; those whose part is missing are left out."""
    found: list[Chunk] = []
    for story in document.stories:
        if story.kind == "comments":
            continue
        targets = {each.id: each.target for each in document.package.relationships(story.part) if not each.external}
        for each in document.tree(story.part).iter(w("altChunk")):
            part = targets.get(each.get(_ID, ""), "")
            if part in document.package:
                found.append(_chunk(document, part, len(found) + 1))
    return found


def chunk_text(document: WordDocument, key: str, budget: int) -> str:
    """Raises TargetNotFound where there is no such chunk, or its kind cannot be read."""
    found = {each.key: each for each in chunks(document)}
    if key not in found:
        raise TargetNotFound(f"no imported chunk {key!r} in this document; there are {', '.join(found) or 'none'}")
    chunk = found[key]
    if chunk.text is None:
        raise TargetNotFound(f"{chunk.fact}: its text is only known to Word, which imports it on opening")
    head = f"{chunk.fact}: Word imports this on opening; it can be read here, not edited"
    rest = "" if len(chunk.text) <= budget else f"\n… {len(chunk.text) - budget} more characters"
    return f"{head}\n{chunk.text[:budget]}{rest}"


def _chunk(document: WordDocument, part: str, number: int) -> Chunk:
    data = document.package.read(part)
    kind = (document.package.content_type(part) or "").partition(";")[0].lower()
    name, text = _read(kind, part.rpartition(".")[2].lower(), data if data.startswith(b"PK") else data[:_MOST])
    return Chunk(f"chunk{number}", part, name, len(data), None if text is None else _tidy(text))


def _read(kind: str, suffix: str, data: bytes) -> tuple[str, str | None]:
    """(the kind in a word, its text)."""
    if "html" in kind or suffix in {"htm", "html", "xhtml"}:
        return "HTML", _html(_decoded(data))
    if "rtf" in kind or data.startswith(b"{\\rtf"):
        return "RTF", _in_pairs("".join(_rtf(data.decode("latin-1"))))
    if "rfc822" in kind or "mht" in suffix:
        return "web archive", _mail(data)
    if data.startswith(b"PK"):
        return "Word document", _word(data)
    if kind.startswith("text/plain") or suffix == "txt":
        return "text", _decoded(data)
    return kind or suffix or "unknown kind", None


def _decoded(data: bytes, encoding: str = "") -> str:
    """In the encoding given, else the one it says it has."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    told = _CHARSET.search(data[:2048])
    try:
        return data.decode(encoding or (told[1].decode() if told else "utf-8-sig"), "replace")
    except (LookupError, UnicodeError):  # no encoding of text
        return data.decode("utf-8-sig", "replace")


class _Words(HTMLParser):
    """Gathers what a browser would show, a block a line."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _NOT_SHOWN
        if tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in {"td", "th"}:
            self.pieces.append("\t")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _NOT_SHOWN and self._hidden > 0
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def _html(text: str) -> str:
    words = _Words()
    words.feed(text)
    words.close()
    return "".join(words.pieces)


def _rtf(text: str) -> Iterator[str]:
    """The words of an RTF file; groups that hold fonts, pictures and the like are passed over."""
    silent: list[bool] = [False]
    for match in _RTF.finditer(text):
        code, unicode, word, _, symbol, brace, plain = match.groups()
        if brace:
            silent = [*silent, silent[-1]] if brace == "{" else silent[:-1] or [False]
        elif symbol == "*" or word in _RTF_SILENT:
            silent[-1] = True
        elif silent[-1]:
            continue
        elif code:
            yield bytes.fromhex(code).decode("cp1252", "replace")
        elif unicode:
            yield chr(int(unicode) % 0x10000)
        elif word:
            yield _RTF_ENDS.get(word, "")
        else:
            yield plain or {"~": " ", "_": "-"}.get(symbol or "", symbol if symbol in {"\\", "{", "}"} else "")


def _in_pairs(text: str) -> str:
    """Characters that RTF writes in two halves put together."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _mail(data: bytes) -> str | None:
    message = message_from_bytes(data, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() in {"text/html", "text/plain"}:
            content = part.get_payload(decode=True)
            told = part.get_content_charset("")
            text = _decoded(content if isinstance(content, bytes) else b"", told)
            return _html(text) if part.get_content_type() == "text/html" else text
    return None


def _word(data: bytes) -> str | None:
    try:
        inner = WordDocument.open(data)
        return "\n".join(each.text for each in inner.paragraphs(inner.stories[0]))
    except FileError:
        return None


def _tidy(text: str) -> str:
    """Without blanks at the ends of lines, and empty lines."""
    return "\n".join(line for each in text.splitlines() if (line := each.strip()))
