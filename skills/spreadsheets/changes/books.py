"""What differs between two versions outside any one sheet: which sheets there are, their order, defined names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from copilot_server.agent.changes import Change
from copilot_server.errors import TargetNotFound
from skills.spreadsheets.changes.moved import Carry
from skills.spreadsheets.document.names import DefinedName
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.display import cut, quoted
from skills.spreadsheets.reading.features import facts_beside_cells

# Excel's own shadow of a sheet's filter, which is told as such.
_FILTER: Final = "_xlnm._filterdatabase"


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which sheet of the earlier version is which of the later one."""

    pairs: tuple[tuple[Sheet, Sheet], ...]
    added: tuple[Sheet, ...]
    deleted: tuple[Sheet, ...]

    @property
    def renamed(self) -> tuple[tuple[str, str], ...]:
        return tuple((old.name, new.name) for old, new in self.pairs if old.name != new.name)


def pair_sheets(before: Workbook, after: Workbook) -> Pairing:
    """By part and id where both agree (forks of one file), else by name."""
    left = list(after.sheets)
    pairs: list[tuple[Sheet, Sheet]] = []
    deleted: list[Sheet] = []
    for old in before.sheets:
        new = _same_part(old, left) or _same_name(old, left)
        if new is None:
            deleted.append(old)
        else:
            pairs.append((old, new))
            left.remove(new)
    return Pairing(tuple(pairs), tuple(left), tuple(deleted))


def _same_part(old: Sheet, sheets: Sequence[Sheet]) -> Sheet | None:
    """A sheet of the same part and id, unless another one bears its name."""
    found = next((new for new in sheets if (new.part, new.id) == (old.part, old.id)), None)
    named = _same_name(old, sheets)
    return found if named is None or named is found else None


def _same_name(old: Sheet, sheets: Sequence[Sheet]) -> Sheet | None:
    return next((new for new in sheets if new.name.casefold() == old.name.casefold()), None)


def sheet_changes(pairing: Pairing, before: Workbook, after: Workbook) -> Iterator[Change]:
    """Sheets added, deleted, renamed, hidden, shown and moved."""
    for sheet in pairing.deleted:
        where = f"sheet:{sheet.name}"
        yield Change("sheet deleted", where, {"name": sheet.name}, None, f"sheet {quoted(sheet.name)} deleted")
    for sheet in pairing.added:
        position = after.sheets.index(sheet)
        where = f"sheet:{sheet.name}"
        text = f"sheet {quoted(sheet.name)} added{''.join(f'; {fact}' for fact in facts_beside_cells(sheet))}"
        yield Change("sheet added", where, None, {"name": sheet.name, "position": position}, text)
    for old, new in pairing.pairs:
        if old.name != new.name:
            text = f"sheet {quoted(old.name)} renamed {quoted(new.name)}"
            yield Change("sheet renamed", f"sheet:{new.name}", old.name, new.name, text)
        if old.state != new.state:
            text = f"sheet {quoted(new.name)}: {old.state} → {new.state}"
            yield Change("sheet hidden", f"sheet:{new.name}", old.state, new.state, text)
    yield from _moved_sheets(pairing, after)
    yield from _sheet_in_front(pairing, before, after)


def _sheet_in_front(pairing: Pairing, before: Workbook, after: Workbook) -> Iterator[Change]:
    """Another one than before, though that could still be seen."""
    was, now = _front(before), _front(after)
    kept = next((new for old, new in pairing.pairs if old is was), None)
    if kept is not None and now is not None and kept is not now and kept.state == "visible":
        where = f"sheet:{now.name}"
        yield Change(
            "sheet in front", where, kept.name, now.name, f"sheet {quoted(now.name)} in front", replayable=False
        )


def _front(book: Workbook) -> Sheet | None:
    try:
        return book.active
    except TargetNotFound:
        return None


def _moved_sheets(pairing: Pairing, after: Workbook) -> Iterator[Change]:
    """The fewest sheets whose move explains the new order."""
    order = {id(sheet): at for at, sheet in enumerate(after.sheets)}
    places = [order[id(new)] for _, new in pairing.pairs]
    kept = set(_longest_rise(places))
    for (_, new), place in zip(pairing.pairs, places, strict=True):
        if place not in kept:
            text = f"sheet {quoted(new.name)} moved to position {place + 1}"
            yield Change("sheet moved", f"sheet:{new.name}", None, {"position": place}, text)


def _longest_rise(numbers: Sequence[int]) -> list[int]:
    best: list[list[int]] = []
    for number in numbers:
        longest = max((run for run in best if run[-1] < number), key=len, default=[])
        best.append([*longest, number])
    return max(best, key=len, default=[])


def name_changes(before: Workbook, after: Workbook, carry: Carry) -> Iterator[Change]:
    """Defined names, those of the earlier version as they should read after shifts and renamings."""
    renamed = dict(carry.renamed)
    old = {_key(name, renamed): name for name in before.names}
    new = {_key(name, {}): name for name in after.names}
    for key in dict.fromkeys([*old, *new]):
        one, other = old.get(key), new.get(key)
        expected = None if one is None else carry.name(one.text, is_built_in=one.is_built_in)
        if key[0] == _FILTER or (other is not None and expected == other.text):
            continue
        yield _name_change(one, other)


def _key(name: DefinedName, renamed: dict[str, str]) -> tuple[str, str | None]:
    return name.name.casefold(), None if name.sheet is None else renamed.get(name.sheet, name.sheet)


def _name_change(one: DefinedName | None, other: DefinedName | None) -> Change:
    shown = other or one
    name = shown.name if shown else ""
    before, after = one.text if one else None, other.text if other else None
    act = f"= {cut(after)}" if after is not None else "deleted"
    text = f"name {name} {act}" + (f" (was {cut(before)})" if before is not None and after is not None else "")
    return Change("name", f"name:{name}", before, after, text)
