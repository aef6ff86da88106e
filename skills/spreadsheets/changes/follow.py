"""Scopes of a batch's earlier edits, moved along when a later edit moves or renames their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from copilot_server.agent.changes import Scope
from copilot_server.agent.edit import Edit
from skills.spreadsheets.changes.covers import split_place
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.references.geometry import Shift
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.display import anchor


@runtime_checkable
class Shifting(Protocol):
    """An edit that moves rows or columns."""

    def shifts_in(self, book: Workbook) -> tuple[Sheet, tuple[Shift, ...]]: ...


@runtime_checkable
class Renaming(Protocol):
    """An edit that gives a sheet another name."""

    def names_in(self, book: Workbook) -> tuple[str, str]: ...


def follow(scopes: Sequence[Scope], edit: Edit[Workbook], document: Workbook) -> tuple[Scope, ...]:
    """Asked just before the edit is applied to `document`."""
    if not scopes:
        return ()
    if isinstance(edit, Shifting):
        sheet, shifts = edit.shifts_in(document)
        return tuple(_replaced(scope, lambda place: _all_shifted(place, sheet.name, shifts)) for scope in scopes)
    if isinstance(edit, Renaming):
        old, new = edit.names_in(document)
        return tuple(_replaced(scope, lambda place: _renamed(place, old, new)) for scope in scopes)
    return tuple(scopes)


def _replaced(scope: Scope, move: Callable[[str], str | None]) -> Scope:
    moved = (move(place) for place in scope.places)
    return replace(scope, places=frozenset(place for place in moved if place is not None))


def _all_shifted(place: str, sheet: str, shifts: Sequence[Shift]) -> str | None:
    """The place after one shift and the next."""
    moved: str | None = place
    for shift in shifts:
        moved = None if moved is None else _shifted(moved, sheet, shift)
    return moved


def _shifted(place: str, sheet: str, shift: Shift) -> str | None:
    """The place after the shift; None when all of it is deleted."""
    owner, inner = split_place(place)
    area = Area.find(inner)
    if owner != sheet.casefold() or area is None:
        return place
    moved = shift.area(area)
    return None if moved is None else anchor(sheet, moved)


def _renamed(place: str, old: str, new: str) -> str:
    owner, inner = split_place(place)
    if owner == old.casefold():
        return anchor(new, inner)
    return f"sheet:{new}" if place.casefold() == f"sheet:{old}".casefold() else place
