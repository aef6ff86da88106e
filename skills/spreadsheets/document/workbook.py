"""A workbook: its sheets, names and formats over the package, which keeps every byte nobody changed."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, ClassVar, Self

from copilot_server.errors import TargetNotFound, UnsupportedFile
from copilot_server.office.package import NOTHING, Memory, Package
from copilot_server.office.xml import NS, local_name
from skills.spreadsheets.document.calc_chain import forget_formulas
from skills.spreadsheets.document.delimited_book import SUFFIXES, TextSource, dump, load
from skills.spreadsheets.document.formats import elements, number
from skills.spreadsheets.document.names import DefinedName, read_names
from skills.spreadsheets.document.near import nearest
from skills.spreadsheets.document.shared_strings import SharedStrings
from skills.spreadsheets.document.sheet import Sheet, State
from skills.spreadsheets.document.stale import Stale
from skills.spreadsheets.document.styles import Styles
from skills.spreadsheets.document.template import empty_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.geometry import Move

_STATES: dict[str, State] = {"hidden": "hidden", "veryHidden": "veryHidden"}


class Workbook:
    """A spreadsheet document. Changes wait in its sheets until `flush`, which forking, saving and measuring do.

    Forks share their `origin`; `moves` are the shifts of rows and columns made since it, a hint for whoever compares.
    `attached` are the turn's other files by name, for edits to take from.
    """

    kind: ClassVar[str] = "spreadsheet"

    def __init__(self, package: Package) -> None:
        """Over an open package; raises UnsupportedFile when it holds no workbook."""
        self.package = package
        self.main = package.main_part
        self.stale = Stale()
        self.origin = package
        self.moves: tuple[Move, ...] = ()
        self.text_source: TextSource | None = None
        self.attached: Mapping[str, bytes] = MappingProxyType({})
        if local_name(package.xml(self.main)) != "workbook":
            raise UnsupportedFile(f"the file's main part {self.main} is no workbook")

    @classmethod
    def open(cls, source: Path | bytes, known: Memory = NOTHING) -> Self:
        """Of an Office file, or of a path to delimited text (.csv, .tsv); raises a kind of FileError."""
        if isinstance(source, Path) and source.suffix.lower() in SUFFIXES:
            book = cls.create()
            book.text_source = load(book, source.read_bytes(), source.suffix.lower())
            return book
        return cls(Package.open(source, known=known))

    @classmethod
    def create(cls) -> Self:
        """A workbook with one empty sheet, "Sheet1"."""
        return cls(empty_workbook())

    def fork(self) -> Workbook:
        """An independent copy that shares all that neither of the two has changed."""
        self.flush()
        other = type(self)(self.package.fork())
        other.stale = self.stale.copy()
        other.attached = self.attached
        other.origin, other.moves, other.text_source = self.origin, self.moves, self.text_source
        other.styles = self.styles.forked(other.package)
        other.strings = self.strings.on(other.package)
        other.sheets = tuple(sheet.on(other) for sheet in self.sheets)
        return other

    def save(self, target: Path | IO[bytes]) -> None:
        """To a path ending in .csv or .tsv only the values of the sheet in front are written."""
        self.flush()
        if isinstance(target, Path) and target.suffix.lower() in SUFFIXES:
            target.write_bytes(dump(self.active, self.text_source, target.suffix.lower()))
        else:
            self.package.save(target)

    def to_bytes(self) -> bytes:
        self.flush()
        return self.package.to_bytes()

    @property
    def tree(self) -> Element:
        """The workbook part, to read."""
        return self.package.xml(self.main)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """In tab order, chart sheets too."""
        return tuple(self._read_sheets())

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name, case ignored as Excel does; raises TargetNotFound naming the sheets there are."""
        key = name.casefold()
        for sheet in self.sheets:
            if sheet.name.casefold() == key:
                return sheet
        names = [sheet.name for sheet in self.sheets]
        raise TargetNotFound(f"no sheet {name!r}; {nearest(name, names)}sheets are {', '.join(map(repr, names))}")

    def sheet_of(self, part: str) -> Sheet | None:
        """The sheet that is stored in a part."""
        return next((sheet for sheet in self.sheets if sheet.part == part), None)

    @property
    def active(self) -> Sheet:
        """The sheet that is in front, the first one with cells when that is none."""
        views = (view for each in self.tree.iterchildren("{*}bookViews") for view in elements(each))
        index = next((number(view, "activeTab") for view in views), 0)
        candidates = [sheet for sheet in (*self.sheets[index : index + 1], *self.sheets) if sheet.is_worksheet]
        if not candidates:
            raise TargetNotFound("the workbook holds chart or dialog sheets only, and no cells")
        return candidates[0]

    @property
    def names(self) -> tuple[DefinedName, ...]:
        sheets = tuple([sheet.name for sheet in self.sheets])
        return self.package.found(("names", sheets), [self.main], lambda: tuple(read_names(self.tree, sheets)))

    @cached_property
    def is_1904(self) -> bool:
        """Whether day 0 is 1 January 1904."""
        return any(each.get("date1904", "0") in {"1", "true"} for each in self.tree.iterchildren("{*}workbookPr"))

    @cached_property
    def styles(self) -> Styles:
        return Styles(self.package, next(iter(self.package.related(self.main, "styles")), None))

    @cached_property
    def strings(self) -> SharedStrings:
        return SharedStrings(self.package, next(iter(self.package.related(self.main, "sharedStrings")), None))

    def flush(self) -> None:
        """Write what waits in the sheets into the package."""
        losses = {sheet.id: lost for sheet in self.sheets if (lost := sheet.flush())}
        forget_formulas(self.package, self.main, losses)
        self.strings.flush()

    def reload(self) -> None:
        """Read everything anew from the package, after parts were rewritten there directly.

        What waits to be flushed is lost: flush before rewriting parts.
        """
        for name in ("sheets", "styles", "strings", "is_1904"):
            self.__dict__.pop(name, None)

    def _read_sheets(self) -> Iterator[Sheet]:
        targets = {each.id: each.target for each in self.package.relationships(self.main)}
        for element in (sheet for each in self.tree.iterchildren("{*}sheets") for sheet in elements(each)):
            rid = next((element.get(f"{{{uri}}}id") for uri in _RELATIONSHIPS if element.get(f"{{{uri}}}id")), "")
            part = targets.get(rid or "", "")
            state = _STATES.get(element.get("state", ""), "visible")
            yield Sheet(self, element.get("name", ""), part, state, number(element, "sheetId"))


_RELATIONSHIPS = (NS["r"], "http://purl.oclc.org/ooxml/officeDocument/relationships")
