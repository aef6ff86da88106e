"""Markdown to blocks: CommonMark with tables, strike-through, footnotes, contents, captions and page breaks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from markdown_it import MarkdownIt

from skills.documents.document import pictures
from skills.documents.writing.blocks import Block, Caption, Contents, Grid, Item, PageBreak, Span, Spans, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it.token import Token

_PARSER: Final = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_NOTE: Final = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]*(.+(?:\n[ \t]+\S.*)*)\n?", re.MULTILINE)
_INLINE: Final = re.compile(
    r"\[\^(?P<note>[^\]\s]+)\]|\{(?P<field>page|pages|date|title|author|section)\}|\{=(?P<code>[^{}]+)\}"
    r"|(?P<tag></?(?:u|sup|sub)>)",
    re.IGNORECASE,
)
_FIELDS: Final = {
    "page": "PAGE",
    "pages": "NUMPAGES",
    "date": 'DATE \\@ "d MMMM yyyy"',
    "title": "TITLE",
    "author": "AUTHOR",
    "section": "SECTION",
}
_LINE: Final = (
    (re.compile(r"\[TOC(?:\s+([1-9]))?\]", re.IGNORECASE), "contents"),
    (re.compile(r"\{page break\}|\\(?:pagebreak|newpage)|\f", re.IGNORECASE), "break"),
    (re.compile(r"\{empty line\}", re.IGNORECASE), "empty"),
    (re.compile(r"(Figure|Table|Abbildung|Tabelle|Tableau)\s*:\s+(.+)", re.DOTALL), "caption"),
    (re.compile(r"(%{1,2})\s+(.+)", re.DOTALL), "title"),
)


def parse(text: str, attached: Mapping[str, bytes] = MappingProxyType({})) -> tuple[Block, ...]:
    """The blocks of a Markdown text.

    Beyond CommonMark: `% Title`, `%% Subtitle`, `[TOC]`, `{page break}`, `Table: caption`, `[^1]` with `[^1]: note`,
    `{page}` `{pages}` `{date}` `{title}` fields, `<u>`, `<sup>`, `<sub>`. Pictures are attached files or data; others
    are a ToolError.
    """
    notes = {match[1]: " ".join(match[2].split()) for match in _NOTE.finditer(text)}
    walk = _Walk(notes, attached)
    return tuple(walk.blocks(_PARSER.parse(_NOTE.sub("", text))))


def spans(text: str) -> Spans:
    """Inline Markdown of one paragraph."""
    tokens = _PARSER.parseInline(text.replace("\n", "  \n"))
    return tuple(_Walk({}, {}).spans(tokens[0].children or [])) if tokens else ()


@dataclass
class _List:
    is_numbered: bool
    key: int
    start: int
    items: int = 0


@dataclass
class _Walk:
    """One pass over the tokens; `lists` are those open, outermost first."""

    notes: dict[str, str]
    attached: Mapping[str, bytes]
    lists: list[_List] = field(default_factory=list[_List])
    quotes: int = 0
    next_key: int = 1
    is_first_in_item: bool = False

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.type == "table_open":
                end = next(i for i in range(index, len(tokens)) if tokens[i].type == "table_close")
                yield self._table(tokens[index:end])
                index = end
            elif token.type == "heading_open":
                level = int(token.tag[1])
                yield Text(tuple(self.spans(tokens[index + 1].children or [])), f"Heading {level}")
                index += 2
            elif token.type == "inline":
                yield from self._paragraph(token)
            elif token.type in {"fence", "code_block"}:
                yield from (
                    Text((Span(line),) if line else (), "Code") for line in token.content.rstrip("\n").split("\n")
                )
            else:
                self._frame(token)
            index += 1

    def _frame(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                key = self.lists[0].key if self.lists else self.next_key
                self.next_key += not self.lists
                start = int(token.attrGet("start") or 1)
                self.lists.append(_List(token.type.startswith("ordered"), key, start))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self.is_first_in_item = True
            case "blockquote_open":
                self.quotes += 1
            case "blockquote_close":
                self.quotes -= 1
            case _:
                pass

    def _paragraph(self, token: Token) -> Iterator[Block]:
        if self.lists:
            own = self.lists[-1]
            content = tuple(self.spans(token.children or []))
            yield Item(content, own.is_numbered, len(self.lists) - 1, own.key, own.start, not self.is_first_in_item)
            self.is_first_in_item = False
            return
        for pattern, kind in _LINE:
            match = pattern.fullmatch(token.content.strip())
            if match:
                yield self._special(kind, match)
                return
        yield Text(tuple(self.spans(token.children or [])), "Quote" if self.quotes else "")

    def _special(self, kind: str, match: re.Match[str]) -> Block:
        match kind:
            case "contents":
                return Contents(int(match[1] or 3), "Contents")
            case "break":
                return PageBreak()
            case "empty":
                return Text(())
            case "caption":
                return Caption(match[1], self._inline(match[2]))
            case _:
                return Text(self._inline(match[2]), "Title" if match[1] == "%" else "Subtitle")

    def _inline(self, text: str) -> Spans:
        return tuple(self.spans(_PARSER.parseInline(text)[0].children or []))

    def _table(self, tokens: Sequence[Token]) -> Grid:
        rows: list[list[Spans]] = []
        alignments: list[str] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "th_open":
                alignments.append(str(token.attrGet("style") or "").rpartition(":")[2])
            elif token.type == "inline":
                rows[-1].append(tuple(self.spans(token.children or [])))
        has_header = any(span.text.strip() for cell in rows[0] for span in cell)
        return Grid(tuple(map(tuple, rows if has_header else rows[1:])), tuple(alignments), has_header)

    def spans(self, tokens: Sequence[Token]) -> Iterator[Span]:
        look = Span()
        looks: list[Span] = []
        for token in tokens:
            match token.type:
                case "strong_open" | "em_open" | "s_open" | "link_open":
                    looks.append(look)
                    look = look.looking(**_look(token))
                case "strong_close" | "em_close" | "s_close" | "link_close":
                    look = looks.pop()
                case "code_inline":
                    yield look.looking(code=True, text=token.content)
                case "softbreak":
                    yield look.looking(text=" ")
                case "hardbreak":
                    yield look.looking(text="\n")
                case "image":
                    source = unquote(str(token.attrGet("src") or ""))  # the parser quotes blanks and the like
                    yield look.looking(text=token.content, picture=pictures.given(self.attached, source))
                case "html_inline":
                    look = _tagged(look, token.content)
                case _:
                    pieces, look = self._marked(token.content, look)
                    yield from pieces

    def _marked(self, text: str, look: Span) -> tuple[list[Span], Span]:
        """Plain text with our own marks in it."""
        found: list[Span] = []
        at = 0
        for match in _INLINE.finditer(text):
            if match["note"] and match["note"] not in self.notes:
                continue
            if match.start() > at:
                found.append(look.looking(text=text[at : match.start()]))
            at = match.end()
            if match["note"]:
                found.append(look.looking(note=self.notes[match["note"]]))
            elif match["tag"]:
                look = _tagged(look, match["tag"])
            else:
                code = _FIELDS[match["field"].lower()] if match["field"] else match["code"].strip()
                found.append(look.looking(field=code))
        if at < len(text):
            found.append(look.looking(text=text[at:]))
        return found, look


def _look(token: Token) -> dict[str, bool | str]:
    match token.type:
        case "strong_open":
            return {"bold": True}
        case "em_open":
            return {"italic": True}
        case "s_open":
            return {"strike": True}
        case _:
            return {"link": str(token.attrGet("href") or "")}


def _tagged(look: Span, tag: str) -> Span:
    is_open = not tag.startswith("</")
    match tag.strip("</>").lower():
        case "u":
            return look.looking(underline=is_open)
        case "sup":
            return look.looking(raised="superscript" if is_open else "")
        case "sub":
            return look.looking(raised="subscript" if is_open else "")
        case _:
            return look
