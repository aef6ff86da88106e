"""Sheets for people who label: a self-contained page, or a CSV with the files beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evals.gathering import gathered
from evals.judge import label_page, shipped
from evals.judge.labels import Item, sheet, shuffled


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was written, and of how many results."""

    path: Path
    files: Path | None
    items: int
    questions: int


def write_sheet(
    runs: tuple[Path, ...], rubric_name: str, out: Path, *, labeller: str = "", seed: int = 0, limit: int | None = None,
    is_seen: bool = False,
) -> Sheet:  # fmt: skip
    """Raises KeyError or ValueError for what is no rubric, no runs, or no kind of sheet; as the renderer does."""
    rubric = shipped.rubric(rubric_name)
    if out.suffix.lower() not in {".csv", ".html"}:
        raise ValueError(f"a sheet is a .csv or an .html, not '{out.name}'")
    given = gathered(runs, limit)
    items = shuffled(map(given.item, given.tasks), seed)
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix.lower() == ".html":
        out.write_text(label_page.page(rubric, items, labeller, is_seen=is_seen), encoding="utf-8")
        return Sheet(out, None, len(items), len(items) * len(rubric.criteria))
    out.write_text(sheet(rubric, items, labeller), encoding="utf-8-sig")  # so that Excel knows it for UTF-8
    return Sheet(out, _files(items, out), len(items), len(items) * len(rubric.criteria))


def _files(items: list[Item], out: Path) -> Path:
    """A folder for each item beside the sheet: the request, and what is to be judged."""
    folder = out.with_name(f"{out.stem}-files")
    for item in items:
        place = folder / item.name
        place.mkdir(parents=True, exist_ok=True)
        (place / "request.txt").write_text(item.request, encoding="utf-8")
        sides = ("left", "right") if len(item.files) > 1 else ("result",)
        for side, file in zip(sides, item.files, strict=True):
            (place / f"{side}{''.join(Path(file.name).suffixes)}").write_bytes(file.data)
    return folder
