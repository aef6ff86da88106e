"""The edit that makes slides: an archetype, and typed content for the deck's own placeholders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, TargetNotFound
from skills.presentations.design import turning
from skills.presentations.design.archetypes import Kind, layout_named
from skills.presentations.design.compose import Item as ComposedItem
from skills.presentations.design.content import Content, Picture
from skills.presentations.design.filling import add_slides
from skills.presentations.document.chart_data import ChartType, Data, Series
from skills.presentations.document.deck import Deck
from skills.presentations.edits.base import DeckEdit, Lines, SlideRef, new_slide_scope
from skills.presentations.edits.text import lines_of

_MAX_SLIDES = 8
_CHART_LIKE = {"key_figures", "process", "timeline", "team", "two_columns", "comparison"}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Item(_Part):
    """figure + label, date + event, step + detail, name + role, or a column's heading + lines."""

    head: str
    text: str = ""


class ChartSeries(_Part):
    name: str
    values: list[float | None]


class Chart(_Part):
    """Scatter: categories are the x values. Combo: columns, the last series a line."""

    type: ChartType
    categories: Annotated[list[str | float], Field(min_length=1)]
    series: Annotated[list[ChartSeries], Field(min_length=1, max_length=12)]
    number_format: Annotated[str, Field(description='like "#,##0", "0%"')] = "General"
    highlight: Annotated[str, Field(description="category or series to call out")] = ""
    callout: Annotated[str, Field(description="said at it; not on pies, areas, stacks")] = ""
    title: Annotated[str, Field(description="what and unit, above it")] = ""

    def data(self) -> Data:
        """Raises Refused when a series has not as many values as there are categories."""
        names = category_names(self.categories)
        for each in self.series:
            if len(each.values) != len(names):
                raise Refused(f"series {each.name!r} has {len(each.values)} values for {len(names)} categories")
        series = [Series(each.name, each.values) for each in self.series]
        return Data(self.type, names, series, self.number_format, self.title, self.highlight, self.callout)


def category_names(categories: Sequence[str | float]) -> list[str]:
    return [each if isinstance(each, str) else f"{each:g}" for each in categories]


class AddSlide(DeckEdit):
    """Add a slide; too much text or table goes on over further slides.

    two_columns, comparison, key_figures, timeline, process, team take items; quote: text, its source as subtitle;
    chart, table, picture: text is the takeaway beside it.
    """

    op: Literal["add_slide"]
    kind: Kind = "bullets"
    title: str = ""
    subtitle: str = ""
    text: Lines = Field(default_factory=list)
    items: Annotated[list[Item], Field(max_length=8)] = Field(default_factory=list)
    table: Annotated[list[list[str | float]], Field(description="rows, the header first")] = Field(default_factory=list)
    chart: Chart | None = None
    picture: Annotated[str, Field(description="an attached file")] = ""
    alt: Annotated[str, Field(description="what it shows")] = ""
    notes: str = ""
    after: Annotated[SlideRef | None, Field(description="slide it follows; 0: first; none: last")] = None
    layout: Annotated[str, Field(description="by name, instead of the fitting one")] = ""

    def scope(self, document: Deck) -> Scope:
        if not turning.is_to_turn(document, self._words()):
            return new_slide_scope(document, count=_MAX_SLIDES)
        scope = new_slide_scope(document, turning.PARTS, count=_MAX_SLIDES)
        return Scope(scope.places | {"deck"}, scope.parts)

    def apply(self, document: Deck) -> None:
        if self.kind in _CHART_LIKE and not self.items and not self.text:
            raise Refused(f"a {self.kind} slide needs items")
        if turning.is_to_turn(document, self._words()):
            turning.turn(document)
        position = None if self.after is None else 1 if self.after == "0" else document.slide(self.after).number + 1
        layout = layout_named(document, self.layout) if self.layout else None
        add_slides(document, self._content(document), position, layout)

    def _words(self) -> str:
        return self.title or " ".join(self.text)

    def _content(self, document: Deck) -> Content:
        kind = self.kind
        if kind == "bullets":
            kind = "chart" if self.chart else "table" if self.table else "picture" if self.picture else kind
        return Content(
            kind=kind,
            title=self.title,
            subtitle=self.subtitle,
            lines=lines_of(self.text),
            items=[ComposedItem(item.head, item.text) for item in self.items],
            rows=[[_shown(word) for word in row] for row in self.table],
            chart=self.chart.data() if self.chart else None,
            picture=attached_picture(document, self.picture, self.alt) if self.picture else None,
            notes=self.notes,
        )


def attached_picture(document: Deck, name: str, alt: str) -> Picture:
    """Raises TargetNotFound naming the files that are attached."""
    named = [each for each in document.attached if name.lower() in {each.lower(), PurePath(each).stem.lower()}]
    if len(named) == 1:
        name = named[0]
    if name not in document.attached:
        known = ", ".join(document.attached) or "none"
        raise TargetNotFound(f"no attached file {name!r}; attached are: {known}")
    return Picture(document.attached[name], PurePath(name).suffix, alt or PurePath(name).stem)


def _shown(word: str | float) -> str:
    return word if isinstance(word, str) else f"{word:,.10g}"
