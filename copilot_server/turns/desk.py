"""What a document process does: keeps the workbenches it worked at last, and carries out one piece of work.

Everything here runs outside the server's own process, where it may be killed or run out of memory.
"""

from __future__ import annotations

import resource
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from copilot_server import garbage
from copilot_server.agent import draft, guard
from copilot_server.agent import skill as rooms
from copilot_server.agent.changes import Receipt
from copilot_server.agent.edit import Attaching
from copilot_server.agent.looking import Shot
from copilot_server.agent.messages import ToolCall
from copilot_server.agent.skill import Beside
from copilot_server.agent.workbench import Mode, Opened, ToolOutcome, Workbench
from copilot_server.errors import FileError, UnsupportedFile
from copilot_server.office.package import NOTHING, Memory, Package
from copilot_server.office.suffixes import PICTURE_SUFFIXES
from copilot_server.turns.shelf import Shelf

# Workbenches are kept up to so many, and files up to so many bytes; one let go is made anew from its journal.
_KEPT = 32
_KEPT_BYTES = 24 << 20
# What is known of versions is kept for the turns that follow, up to so many bytes of their parts unpacked.
_MOST_REMEMBERED = 8 << 20
_benches: OrderedDict[str, tuple[Workbench, Place]] = OrderedDict()
_kept_bytes: dict[str, int] = {}
_remembered: Shelf[Path, Memory] = Shelf(_MOST_REMEMBERED)


@dataclass(frozen=True, slots=True)
class Source:
    """A version of a document, lying in a file."""

    name: str
    skill: str
    path: Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where to work: a turn's documents, what the user consented to, and the calls that made the draft what it is.

    `attached` are files that edits may put in, by name.
    """

    turn: str
    target: Source
    others: tuple[Source, ...] = ()
    words: str = ""
    journal: tuple[ToolCall, ...] = ()
    has_camera: bool = False
    attached: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Called:
    """A call's answer, and where it changed the draft what the turn has done so far."""

    outcome: ToolOutcome
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as a file, with what it changed measured."""

    data: bytes
    receipt: Receipt


def prepare(megabytes: int) -> None:
    """This process; what needs more memory fails with MemoryError instead of taking the machine down."""
    garbage.collect_seldom()
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def open_source(source: Source) -> Opened:
    card = next(card for card in rooms.cards() if card.name == source.skill)
    skill = rooms.load(card)
    document = skill.document.open(source.path, _remembered.get(source.path) or NOTHING)
    if document.package is not None:
        _remember(source.path, document.package)
    return Opened(source.name, skill, document)


def begin(place: Place) -> str:
    """The outlines of its documents; raises kinds of FileError."""
    return _finished(_bench(place).context())


def call(place: Place, wanted: ToolCall, mode: Mode) -> Called:
    bench = _bench(place)
    outcome: ToolOutcome = _finished(bench.call(wanted, mode))
    if not outcome.has_changed:
        return Called(outcome, None)
    _benches[place.turn] = (bench, replace(place, journal=(*place.journal, wanted)))
    return Called(outcome, bench.draft.receipt())


def receipt(place: Place) -> Receipt:
    return _finished(_bench(place).receipt())


def save(place: Place) -> Saved:
    bench = _bench(place)
    document = bench.draft.document
    data, measured = document.to_bytes(), bench.draft.receipt()
    content_hash = draft.content_hash(data)
    if document.package is not None:
        path = place.target.path
        _remember(path.with_name(content_hash + path.suffix), document.package)
    return Saved(data, replace(measured, content_hash=content_hash))


def printed(place: Place) -> tuple[bytes, str]:
    """The draft as a file that can be drawn, and its suffix."""
    bench = _bench(place)
    return bench.target.skill.as_printed(bench.draft.document)


def compare(before: Source, after: Source) -> Receipt:
    """The difference of two versions of one document."""
    old, new = open_source(before), open_source(after)
    return draft.compare(new.skill, old.document, new.document)


def outline(source: Source) -> str:
    """Opening proves that the file can be used; raises kinds of FileError."""
    opened = open_source(source)
    return opened.skill.outline(opened.document)


def beside(source: Source) -> tuple[Beside, ...]:
    """The files that go out with the document."""
    opened = open_source(source)
    return tuple(opened.skill.beside(opened.document, source.name))


def blank(skill_name: str) -> bytes:
    """A new, empty document."""
    skill = rooms.load(next(card for card in rooms.cards() if card.name == skill_name))
    return skill.document.create().to_bytes()


def _elsewhere(data: bytes, suffix: str, pages: range) -> Sequence[Shot]:
    """Makes `look` one of the tools; pages are drawn by the process that asks, whose memory has no such limit."""
    raise AssertionError(f"asked for pages {pages} of a {suffix} of {len(data)} bytes")


def _bench(place: Place) -> Workbench:
    """As it stands after the journal: the one kept, or one made anew by doing the same calls again.

    While a turn waited for an answer, the documents it reads from may have got new versions.
    """
    bench, kept = _benches.pop(place.turn, (None, place))
    done = kept.journal
    _kept_bytes.pop(place.turn, None)  # should making it anew fail, it must not count for ever
    if bench is None or done != place.journal[: len(done)] or kept.others != place.others:
        others = {source.name: _open_other(source) for source in place.others}
        camera = _elsewhere if place.has_camera else None
        target = _with_attached(open_source(place.target), place.attached)
        bench, done = Workbench(target, guard.Consent(place.words), others, camera), ()
    bench.draft.consent = guard.Consent(place.words)
    for again in place.journal[len(done) :]:
        _finished(bench.call(again, "edit"))
    _benches[place.turn] = (bench, place)
    paths = [source.path for source in (place.target, *place.others)] + [*place.attached]
    _kept_bytes[place.turn] = sum(path.stat().st_size for path in paths)
    while len(_benches) > 1 and (len(_benches) > _KEPT or sum(_kept_bytes.values()) > _KEPT_BYTES):
        gone, _ = _benches.popitem(last=False)
        del _kept_bytes[gone]
    return bench


def _open_other(source: Source) -> Opened:
    """Raises kinds of FileError that say which of the files it is."""
    try:
        return open_source(source)
    except FileError as error:
        raise type(error)(f"{source.name}: {error}") from error


def _with_attached(opened: Opened, paths: Sequence[Path]) -> Opened:
    """Raises UnsupportedFile for a picture given to a kind of document that takes none."""
    if isinstance(opened.document, Attaching):
        opened.document.attached = {path.name: path.read_bytes() for path in paths}
    elif pictures := [path.name for path in paths if path.suffix.lower() in PICTURE_SUFFIXES]:
        raise UnsupportedFile(f"{pictures[0]}: pictures cannot be put into {opened.name}")
    return opened


def _remember(path: Path, package: Package) -> None:
    """For whoever opens the version next in this process: it lies in its tenant's folder, named by its content."""
    size = sum(map(package.size, package.names))
    if size <= _MOST_REMEMBERED // 8:
        _remembered.put(path, size, package.memory())


def _finished(work: Any) -> Any:
    """The result of a coroutine that never waits: in one process, a workbench answers at once."""
    try:
        work.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("a workbench within one process has nothing to wait for")
