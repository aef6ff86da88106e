"""One column in one line: what kind of values, how many, which, by what formula, and the odd ones out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

from skills.spreadsheets.document.addresses import Area, cell_name
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.reading import patterns
from skills.spreadsheets.reading.display import plain, quoted, shown
from skills.spreadsheets.reading.folding import row_spans
from skills.spreadsheets.reading.grid import Column

Kind: TypeAlias = Literal["number", "date", "text", "yes/no", "mixed", "empty", "error"]
NumberFormatOf: TypeAlias = Callable[[int], str]
FEW: Final = 6
_PLACEHOLDER: Final = re.compile(
    r"\s*(?:|[-–—.?*/\\_]+|n\.?/?a\.?|nan|null|none|nil|tbd|tba|unknown|missing|blank|empty|pending|void|x{2,})\s*\Z",
    re.IGNORECASE,
)
_NUMBER_TEXT: Final = re.compile(r"\s*[-+(]?\s*[$€£¥]?\s*(?:\d{1,3}(?:[,.' ]\d{3})+|\d+)?(?:[.,]\d+)?\s*[%)€]?\s*\Z")


@dataclass(frozen=True, slots=True)
class Profile:
    """Facts of the data rows of one column; `low`, `high`, `top` and `odd` are ready to print."""

    column: int
    header: str
    kind: Kind
    filled: int
    blanks: int
    distinct: int
    low: str = ""
    high: str = ""
    top: tuple[tuple[str, int], ...] = ()
    number_format: str = "General"
    formula: str = ""
    odd: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manner:
    """How the workbook writes its numbers: formats by style, which of them are dates, and from which year on."""

    number_format: NumberFormatOf
    is_date: Callable[[int], bool]
    is_1904: bool = False

    def date_format(self, style: int) -> str | None:
        return self.number_format(style) if self.is_date(style) else None


def is_number_text(text: str) -> bool:
    """A text that was meant as a number: "12", " 1,234.50", "$5", "12%"."""
    return any(map(str.isdigit, text)) and bool(_NUMBER_TEXT.match(text)) and not _is_code(text)


def _is_code(text: str) -> bool:
    """Leading zeros make it an identifier: postcodes, article numbers."""
    digits = text.strip()
    return len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()


def is_placeholder(text: str) -> bool:
    """A text that stands for "no value": "-", "n/a", "tbd"."""
    return bool(_PLACEHOLDER.match(text))


def profile(column: Column, header: str, data: Area, manner: Manner) -> Profile:
    """Of the column's cells within the data rows; formulas count with their cached values."""
    part = column.between(data.top, data.bottom)
    by_kind = _by_kind(part, manner)
    kind = _kind(by_kind)
    main = by_kind.get(kind, [])
    style = Counter(part.styles).most_common(1)[0][0] if part.styles else 0
    number_format = manner.number_format(style)
    low, high = _range(kind, main, manner.date_format(style) or "yyyy-mm-dd", manner)
    counts = Counter(main) if kind in {"text", "yes/no", "mixed"} else None
    distinct = len(counts) if counts is not None else len(set(main))
    return Profile(
        column=column.number,
        header=header,
        kind=kind,
        filled=len(part.rows),
        blanks=max(0, data.rows - len(part.rows)),
        distinct=distinct,
        low=low,
        high=high,
        top=_top(kind, main, counts, distinct),
        number_format=number_format,
        formula=_formula(part, manner) if part.formulas else "",
        odd=tuple(_odd(kind, by_kind, part)),
    )


def kind_of(column: Column, manner: Manner) -> Kind:
    """What kind of values a column holds."""
    return _kind(_by_kind(column, manner))


def _by_kind(part: Column, manner: Manner) -> dict[str, list[CellValue]]:
    """Values apart by kind; empty texts of formulas are left out."""
    types = set(map(type, part.values))
    if types == {str}:
        return {"text": part.values}
    if types <= {int, float} and types:
        dates = {style for style in set(part.styles) if manner.is_date(style)}
        if not dates:
            return {"number": part.values}
    found: dict[str, list[CellValue]] = {}
    dated = {style: manner.is_date(style) for style in set(part.styles)}
    for value, style in zip(part.values, part.styles, strict=True):
        match value:
            case None:
                kind = "empty"
            case str():
                kind = "text"
            case bool():
                kind = "yes/no"
            case CellError():
                kind = "error"
            case _:
                kind = "date" if dated[style] else "number"
        found.setdefault(kind, []).append(value)
    return found


def _kind(by_kind: dict[str, list[CellValue]]) -> Kind:
    """The kind that most values have; "mixed" when none reaches four in five and the rest are no placeholders."""
    sizes = {kind: len(values) for kind, values in by_kind.items() if kind != "empty"}
    if not sizes:
        return "empty"
    largest = max(sizes, key=lambda kind: sizes[kind])
    odd_texts = [str(text) for text in by_kind.get("text", ()) if largest != "text"]
    real_texts = sum(1 for text in odd_texts if not is_placeholder(text) and not is_number_text(text))
    others = sum(sizes.values()) - sizes[largest] - len(odd_texts) + real_texts
    if others * 4 > sizes[largest]:
        by_kind["mixed"] = [value for kind, values in by_kind.items() if kind != "empty" for value in values]
        return "mixed"
    return largest  # type: ignore[return-value] - keys are kinds


def _range(kind: Kind, main: Sequence[CellValue], date_format: str, manner: Manner) -> tuple[str, str]:
    if kind not in {"number", "date"}:
        return "", ""
    # What is of these kinds is a number; looking at each again would cost more than all the rest.
    numbers = cast("Sequence[float]", main)
    as_date = date_format if kind == "date" else None
    return plain(min(numbers), as_date, manner.is_1904), plain(max(numbers), as_date, manner.is_1904)


def _top(
    kind: Kind, main: Sequence[CellValue], counts: Counter[CellValue] | None, distinct: int
) -> tuple[tuple[str, int], ...]:
    """All values when they are few, the commonest when some repeat, else an example or two."""
    if kind == "number" and distinct <= FEW and len(main) > 3 * distinct:
        counts = Counter(main)
    if counts is None or not counts:
        return ()
    if distinct <= FEW:
        return tuple((plain(value), count) for value, count in counts.most_common())
    common = counts.most_common(3)
    if common[0][1] * 50 >= len(main) and common[0][1] > 1:
        return tuple((plain(value), count) for value, count in common)
    return tuple((plain(value), 0) for value in list(counts)[:2])


def _formula(part: Column, manner: Manner) -> str:
    """The filled-down formula and where it breaks; or how many different ones; or the few among constants."""
    runs = sorted(patterns.runs(part.formulas, part.number), key=lambda run: -len(run.rows))
    main = runs[0]
    if len(part.formulas) * 2 < len(part.rows) or (main.first == main.last and len(runs) > 2):
        first = ", ".join(f"{cell_name(run.first, part.number)} {run.formula[:60]}" for run in runs[:2])
        return f"{len(part.formulas)} formulas, as {first}" if len(part.formulas) > 1 else f"formula in {first}"
    text = f"{main.formula[:100]} in {Area(main.first, part.number, main.last, part.number)}"
    return text + _but(_breaks(part, main, runs[1:], manner))


def _breaks(part: Column, main: patterns.Run, others: Sequence[patterns.Run], manner: Manner) -> list[str]:
    """The cells of the column that do not follow its formula."""
    hard_coded = [
        f"{cell_name(row, part.number)} = {shown(value, manner.date_format(style))} hard-coded"
        for row, value, style in zip(part.rows, part.values, part.styles, strict=True)
        if row not in part.formulas
    ]
    different = [f"{cell_name(row, part.number)} has {run.formula[:40]}" for run in others for row in run.rows]
    missing = set(range(main.first, main.last + 1)) - set(part.rows)
    blanks = [f"{Area(top, part.number, bottom, part.number)} blank" for top, bottom in row_spans(missing)[:2]]
    return [*hard_coded, *different, *blanks]


def _but(breaks: Sequence[str]) -> str:
    if not breaks:
        return ""
    more = f" and {len(breaks) - 3} more" if len(breaks) > 3 else ""
    return f"; but {', '.join(breaks[:3])}{more}"


def _odd(kind: Kind, by_kind: dict[str, list[CellValue]], part: Column) -> list[str]:
    """What a reader would stumble over, with counts; that a formula gives "" in places is as meant."""
    if part.formulas:
        by_kind = {name: [value for value in values if value != ""] for name, values in by_kind.items()}
        by_kind = {name: values for name, values in by_kind.items() if values}
    odd: list[str] = []
    if kind not in {"text", "mixed"}:
        odd += _odd_texts([str(text) for text in by_kind.get("text", ())])
        odd += [
            f"{other}s ×{len(by_kind[other])}"
            for other in ("number", "date", "yes/no")
            if other in by_kind and other != kind
        ]
    elif kind == "text":
        odd += _odd_in_texts([str(text) for text in by_kind.get("text", ())])
        odd += [f"{other}s ×{len(by_kind[other])}" for other in ("number", "date", "yes/no") if other in by_kind]
    else:
        sizes = ((other, len(values)) for other, values in by_kind.items() if other not in {"mixed", "empty"})
        odd += [f"{size} {other}" for other, size in sizes]
    if kind != "error":
        odd += [f"{code} ×{count}" for code, count in Counter(map(str, by_kind.get("error", ()))).most_common(3)]
    if "empty" in by_kind and part.formulas:
        odd.append(f"formulas not computed ×{len(by_kind['empty'])}")
    return odd


def _odd_texts(texts: Sequence[str]) -> list[str]:
    """Texts in a column of something else."""
    if not texts:
        return []
    as_numbers = [text for text in texts if is_number_text(text)]
    others = Counter(text for text in texts if not is_number_text(text))
    odd = [f"{quoted(text, 30)} ×{count}" for text, count in others.most_common(4)]
    if len(others) > 4:
        odd.append(f"{len(others) - 4} other texts")
    if as_numbers:
        odd.append(f"numbers stored as text ×{len(as_numbers)} (like {quoted(as_numbers[0], 30)})")
    return odd


def _odd_in_texts(texts: Sequence[str]) -> list[str]:
    """Texts that are not like their column: placeholders, stray spaces, spellings that differ by case only."""
    counts = Counter(texts)
    odd: list[str] = []
    marks = [(text, count) for text, count in counts.items() if is_placeholder(text)]
    odd += [f"{quoted(text, 30)} ×{count}" for text, count in sorted(marks, key=lambda item: -item[1])[:4]]
    spaced = sum(count for text, count in counts.items() if text != text.strip() or "  " in text)
    if spaced:
        odd.append(f"stray spaces ×{spaced}")
    numeric = sum(count for text, count in counts.items() if is_number_text(text))
    if numeric and numeric < len(texts):
        odd.append(f"number-like texts ×{numeric}")
    folded = Counter(" ".join(text.split()).casefold() for text in counts)
    twice = [text for text, count in folded.items() if count > 1]
    if twice and len(counts) <= 2_000:
        spellings = [text for text in counts if " ".join(text.split()).casefold() == twice[0]]
        odd.append(f"spelled differently: {' / '.join(quoted(text, 30) for text in spellings[:3])}")
    return odd
