"""Filled files dropped in: each held against the form, the right ones collected, the others told what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from copilot_server.errors import RequestError
from skills.forms.document import Form
from skills.forms.filling.files import Origin
from skills.forms.kept import Responses
from skills.forms.responses import Rejected, Response, receive_file
from skills.forms.versions import version_of

SUFFIXES = frozenset({".pdf", ".docx", ".xlsx", ".json"})


@dataclass(frozen=True, slots=True)
class Dropped:
    """What became of a file: taken when it has no problems."""

    path: Path
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collected:
    """`responses` are those to this version of the form, earlier ones kept first."""

    responses: tuple[Response, ...]
    files: tuple[Dropped, ...]
    notes: tuple[str, ...] = ()


def collect(
    form: Form, paths: Iterable[Path], kept: Responses | None = None, origin: Origin | None = None
) -> Collected:
    """Folders stand for the filled files in them; a response counts from when its file was last written."""
    version = version_of(form.definition)
    taken = {each.id: each for each in (kept.of(version) if kept else ())}
    files: list[Dropped] = []
    for path in _files(paths):
        found = _response(form, path, origin)
        if isinstance(found, Dropped):
            files.append(found)
            continue
        files.append(Dropped(path))
        if found.id not in taken:
            taken[found.id] = found
            if kept is not None:
                kept.add(found)
    return Collected(tuple(taken.values()), tuple(files), tuple(_others(kept, version) if kept else ()))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.iterdir() if _is_filled_in(each))
        else:
            yield path


def _is_filled_in(path: Path) -> bool:
    """Office leaves `~$name` beside a file that is open."""
    return path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "~$"))


def _response(form: Form, path: Path, origin: Origin | None) -> Response | Dropped:
    """Its id is that of the file's content, so that a file dropped in twice counts once."""
    data = path.read_bytes()
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
    try:
        found = receive_file(form, data, path.suffix.lower(), written, origin)
    except RequestError as error:
        return Dropped(path, (str(error),))
    if isinstance(found, Rejected):
        return Dropped(path, tuple(f"{problem.place}: {problem.message}" for problem in found.problems))
    return replace(found, id=hashlib.sha256(data).hexdigest()[:32])


def _others(kept: Responses, version: str) -> Iterator[str]:
    """Answers to another version have other columns, so they are not mixed in."""
    for each in kept.versions():
        if each != version:
            yield f"{sum(1 for _ in kept.of(each))} responses to another version of the form ({each}) are not in it"
