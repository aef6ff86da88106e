"""Which layout of a deck serves which kind of slide, whoever made the template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from copilot_server.errors import Refused, TargetNotFound
from copilot_server.office.xml import Element
from skills.presentations.document.deck import Deck
from skills.presentations.document.markup import child, number
from skills.presentations.document.shapes import placeholders

Kind: TypeAlias = Literal[
    "title", "agenda", "section", "bullets", "two_columns", "comparison", "key_figures", "quote", "picture", "chart",
    "table", "timeline", "process", "team", "title_only", "closing", "blank",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
_FURNITURE = {"dt", "ftr", "sldNum", "hdr"}
_TITLES = {"title", "ctrTitle"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What tells a fitting layout: its type, words in its name, and how many content placeholders it has.

    `is_titled_across` shuns those whose title is a caption beside the content; `instead` is the kind whose layout
    serves when none fits.
    """

    types: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    contents: int | None = None
    pictures: int = 0
    is_titled_across: bool = False
    instead: Kind | None = None


_WANTED: Mapping[Kind, Wanted] = {
    "title": Wanted(("title",), ("title slide", "cover", "titelfolie", "表紙", "封面", "标题幻灯片")),
    "agenda": Wanted((), ("agenda", "contents", "inhalt", "目录"), instead="bullets"),
    "section": Wanted(("secHead",), ("section", "divider", "chapter", "abschnitt", "节标题"), instead="title"),
    "bullets": Wanted(("obj", "tx"), ("title and content", "titel und inhalt", "title, content", "标题和内容"), 1),
    "two_columns": Wanted(("twoObj", "twoColTx"), ("two content", "two column", "zwei inhalte"), 2, instead="bullets"),
    "comparison": Wanted(("twoTxTwoObj",), ("comparison", "vergleich"), 4, instead="two_columns"),
    "key_figures": Wanted((), ("key figures", "kpi", "big number", "statistic"), instead="title_only"),
    "quote": Wanted((), ("quote", "zitat"), instead="title_only"),
    "picture": Wanted(("picTx",), ("picture with", "photo", "image"), 1, 1, instead="bullets"),
    "chart": Wanted(("objTx", "chart"), ("chart with", "chart"), is_titled_across=True, instead="bullets"),
    "table": Wanted(("obj", "tbl"), ("title and content", "table"), 1, instead="bullets"),
    "timeline": Wanted((), ("timeline",), instead="title_only"),
    "process": Wanted((), (), instead="title_only"),
    "team": Wanted((), (), instead="title_only"),
    "title_only": Wanted(("titleOnly",), ("title only", "nur titel"), 0, instead="bullets"),
    "closing": Wanted((), ("closing", "thank", "end slide", "contact", "danke"), instead="title"),
    "blank": Wanted(("blank",), ("blank", "leer"), 0, instead="title_only"),
}  # fmt: skip


def layout_for(deck: Deck, kind: Kind) -> str:
    """The layout's part name; raises Refused when the deck has no layout at all."""
    if not deck.layouts:
        raise Refused("this deck has no slide layouts, so no slide can be added to it")
    used = Counter(slide.layout for slide in deck.slides)
    wanted: Kind | None = kind
    while wanted is not None:
        scores = {layout: _score(deck, layout, wanted) + min(used[layout], 5) / 10 for layout in deck.layouts}
        best = max(deck.layouts, key=lambda layout: scores[layout])
        if scores[best] >= 3:
            return best
        wanted = _WANTED[wanted].instead
    return max(deck.layouts, key=lambda layout: _plainness(deck, layout))


def layout_named(deck: Deck, name: str) -> str:
    """By its name, case ignored; raises TargetNotFound naming those there are."""
    names = {deck.layout_name(layout).lower(): layout for layout in reversed(deck.layouts)}
    if name.lower() not in names:
        known = ", ".join(deck.layout_name(layout) for layout in deck.layouts)
        raise TargetNotFound(f"no layout {name!r}; the layouts are {known}")
    return names[name.lower()]


def counts(deck: Deck, layout: str) -> tuple[int, int, int]:
    """How many titles, content placeholders and picture placeholders a layout has."""
    kinds = [own.get("type", "obj") for _, own in placeholders(deck.parts.xml(layout))]
    titles = sum(kind in _TITLES for kind in kinds)
    pictures = sum(kind == "pic" for kind in kinds)
    furniture = sum(kind in _FURNITURE for kind in kinds)
    return titles, len(kinds) - titles - pictures - furniture, pictures


def _score(deck: Deck, layout: str, kind: Kind) -> float:
    """3 and more is a fit: its declared type, its name, or (less) just the placeholders it has."""
    known = deck.layouts_known.get((layout, kind))
    if not isinstance(known, float):
        known = deck.layouts_known[layout, kind] = float(_scored(deck, layout, _WANTED[kind]))
    return known


def _scored(deck: Deck, layout: str, wanted: Wanted) -> float:
    root = deck.parts.xml(layout)
    name = deck.layout_name(layout).lower()
    titles, contents, pictures = counts(deck, layout)
    score = 0.0
    if root.get("type", "") in wanted.types:
        score += 4 - wanted.types.index(root.get("type", "")) / 2
    if any(word in name for word in wanted.words):
        score += 3.5
    if wanted.contents is not None:
        fits = contents == wanted.contents and pictures == wanted.pictures and titles == 1
        score += 3 if fits and score == 0 and wanted.contents else 0.5 if fits else -0.5
    if wanted.pictures and not pictures:
        score -= 4
    if "title" in wanted.types and not titles:
        score -= 2
    if wanted.is_titled_across and _has_narrow_title(deck, root):
        score -= 4
    return score if child(root, "p:cSld") is not None else -1


def _has_narrow_title(deck: Deck, layout: Element) -> bool:
    """Where the layout places it itself; a sentence would take many lines there."""
    for element, own in placeholders(layout):
        extent = child(element, "p:spPr/a:xfrm/a:ext")
        if own.get("type") in _TITLES and extent is not None:
            return number(extent, "cx") < deck.size[0] * 0.6
    return False


def _plainness(deck: Deck, layout: str) -> float:
    """For want of anything better: a title and few other placeholders."""
    titles, contents, pictures = counts(deck, layout)
    return titles * 3 - abs(contents - 1) - pictures
