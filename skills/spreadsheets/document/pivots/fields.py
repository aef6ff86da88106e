"""The columns a pivot table is made of, as its cache tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from lxml import etree

from skills.spreadsheets.document.cell_writer import number_text
from skills.spreadsheets.document.cells import CellError
from skills.spreadsheets.document.dates import date_of_serial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.cells import CellValue

_LONG: Final = 255
_DATE_FORMAT: Final = "14"


Period: TypeAlias = Literal["years", "quarters", "months"]


@dataclass(frozen=True, slots=True)
class DateGroup:
    """Dates put together: `base` is the field that holds them, `parent` the next field they are also grouped in.

    `start` and `end` as the cache says them. A derived field has no column in the source.
    """

    period: Period
    base: int
    parent: int | None
    start: str
    end: str
    is_derived: bool

    def element(self, namespace: str, items: Sequence[CellValue]) -> Element:
        """CT_FieldGroup (ISO/IEC 29500-1, 18.10.1.36)."""
        said = {"base": str(self.base)} if self.parent is None else {"par": str(self.parent), "base": str(self.base)}
        group = etree.Element(f"{{{namespace}}}fieldGroup", said)
        days = {"groupBy": self.period, "startDate": self.start, "endDate": self.end}
        etree.SubElement(group, f"{{{namespace}}}rangePr", days)
        listed = etree.SubElement(group, f"{{{namespace}}}groupItems", count=str(len(items)))
        for item in items:
            etree.SubElement(listed, f"{{{namespace}}}s", v=str(item))
        return group


@dataclass(frozen=True, slots=True)
class SourceField:
    """A column of the source: its header, its values, and its different values in order where they become items.

    Of a grouped one `values` and `items` are the groups' names, and `raw` what stands in the source.
    """

    name: str
    values: Sequence[CellValue]
    number_format: str
    is_date: bool
    is_1904: bool = False
    items: tuple[CellValue, ...] = ()
    group: DateGroup | None = None
    raw: Sequence[CellValue] = ()

    @property
    def is_derived(self) -> bool:
        return self.group is not None and self.group.is_derived

    @property
    def stored(self) -> Sequence[CellValue]:
        """What stands in the source."""
        return self.values if self.group is None else self.raw

    @property
    def shared(self) -> tuple[CellValue, ...]:
        """The values the cache lists once, for its records to point at."""
        return self.items if self.group is None else items_of(self.raw)

    @property
    def indices(self) -> dict[object, int]:
        """Which item a value is, by its key."""
        return {key_of(item): at for at, item in enumerate(self.items)}

    def cache_field(self, namespace: str) -> Element:
        """CT_CacheField."""
        field = etree.Element(f"{{{namespace}}}cacheField", name=self.name)
        field.set("numFmtId", _DATE_FORMAT if self.is_date else "0")
        if self.is_derived:
            field.set("databaseField", "0")
        else:
            shared = etree.SubElement(field, f"{{{namespace}}}sharedItems", self._content())
            if listed := self.shared:
                shared.set("count", str(len(listed)))
                shared.extend(self.element(namespace, item) for item in listed)
        if self.group is not None:
            field.append(self.group.element(namespace, self.items))
        return field

    def element(self, namespace: str, value: CellValue) -> Element:
        """A value as the cache holds it."""
        match value:
            case None:
                return etree.Element(f"{{{namespace}}}m")
            case bool():
                return etree.Element(f"{{{namespace}}}b", v=str(int(value)))
            case CellError():
                return etree.Element(f"{{{namespace}}}e", v=value.code)
            case str():
                return etree.Element(f"{{{namespace}}}s", v=value)
            case _ if self.is_date:
                return etree.Element(f"{{{namespace}}}d", v=self._moment(value))
            case _:
                return etree.Element(f"{{{namespace}}}n", v=number_text(value).decode())

    def _moment(self, value: float) -> str:
        moment = date_of_serial(value, is_1904=self.is_1904)
        return moment.isoformat() if moment else ""

    def _content(self) -> dict[str, str]:
        """What kinds of values there are, said where that differs from what a reader takes for granted."""
        numbers = [each for each in self.stored if isinstance(each, int | float) and not isinstance(each, bool)]
        texts = [each for each in self.stored if isinstance(each, str | bool | CellError)]
        has_blanks = any(each is None for each in self.stored)
        said: dict[str, str] = {}
        if not texts:
            said["containsString"] = "0"
            if not has_blanks:
                said["containsSemiMixedTypes"] = "0"
        if has_blanks:
            said["containsBlank"] = "1"
        if any(isinstance(each, str) and len(each) > _LONG for each in texts):
            said["longText"] = "1"
        if self.is_date:
            days = (self._moment(min(numbers)), self._moment(max(numbers)))
            return {**said, "containsNonDate": "0", "containsDate": "1", "minDate": days[0], "maxDate": days[1]}
        if numbers:
            if texts:
                said["containsMixedTypes"] = "1"
            said["containsNumber"] = "1"
            if all(float(each).is_integer() for each in numbers):
                said["containsInteger"] = "1"
            said["minValue"] = number_text(min(numbers)).decode()
            said["maxValue"] = number_text(max(numbers)).decode()
        elif not texts:
            said["containsNonDate"] = "0"
        return said


def key_of(value: CellValue) -> object:
    """What a pivot table takes for the same item: texts without regard to case."""
    if isinstance(value, str):
        return value.casefold()
    return (type(value) is bool, isinstance(value, CellError), value.code if isinstance(value, CellError) else value)


def items_of(values: Sequence[CellValue]) -> tuple[CellValue, ...]:
    """The different values, numbers first, then texts, truth values, errors, blanks."""
    found: dict[object, CellValue] = {}
    for value in values:
        found.setdefault(key_of(value), value)
    return tuple(sorted(found.values(), key=_rank))


def _rank(value: CellValue) -> tuple[int, float, str]:
    match value:
        case None:
            return (4, 0, "")
        case bool():
            return (2, int(value), "")
        case CellError():
            return (3, 0, value.code)
        case str():
            return (1, 0, value.casefold())
        case _:
            return (0, value, "")
