"""FormFactory: a text to be filled into a form, and the values that belong there."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from evals.building import does
from evals.public.reading import Row, rows_of
from evals.scoring.forms import form
from evals.task import Controls, Said, Scope, Task
from evals.trace import Seen


@dataclass(frozen=True)
class FilledAs:
    """The expected values stand under their questions, and no other question is answered."""

    answers: tuple[tuple[str, Any], ...]
    metric: ClassVar[str] = "fill_accuracy"

    def fault(self, seen: Seen) -> str | None:
        have = form(seen.after).get("answers", {})
        wrong = {key: have.get(key) for key, value in self.answers if _plain(have.get(key)) != _plain(value)}
        extra = sorted(set(have) - {key for key, _ in self.answers})
        return f"wrong or missing {wrong}, invented {extra}" if wrong or extra else None


def _plain(value: Any) -> Any:
    """As people would call it the same: blanks at the ends, and an answer of no text."""
    return value.strip() if isinstance(value, str) else sorted(value) if isinstance(value, list) else value


def formfactory() -> Iterator[Task]:
    """The set names no types: a form's questions are those of all its rows, by the type their values share."""
    by_form: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of("formfactory"):
        by_form[row["form"]].append(row)
    for name, rows in by_form.items():
        made, ids = _form(name, rows)
        for row in rows:
            yield _task(row, name, made, ids)


def _task(row: Row, name: str, made: bytes, ids: dict[str, str]) -> Task:
    answers = {ids[label]: value for label, value in row["expected"].items() if value not in (None, "", [])}
    less = dict(list(answers.items())[:-1])
    fill = {"op": "fill", "answers": answers}
    return Task(
        id=row["id"],
        skill="forms",
        kind="edit",
        cluster=name,
        name=f"{name}.form.json",
        turns=(Said(row["instruction"], {"message.txt": row["source_text"]}),),
        controls=Controls(
            does(fill), does(fill, {"op": "set_form", "title": "Wrecked"}), does({"op": "fill", "answers": less})
        ),
        source=lambda: made,
        criteria=(FilledAs(tuple(answers.items())),),
        scope=Scope(("answers",), ("answer_changed",)),
    )


def _form(name: str, rows: Sequence[Row]) -> tuple[bytes, dict[str, str]]:
    values: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        for label, value in row["expected"].items():
            values[label].append(value)
    ids = {label: f"q{number}_{_slug(label)}" for number, label in enumerate(values, 1)}
    items = [_item(ids[label], label, seen) for label, seen in values.items()]
    title = name.replace("_", " ")
    made = {
        "format": "office-copilot/form",
        "schema_version": 1,
        "title": title,
        "languages": ["en"],
        "sections": [{"id": "all", "title": title, "items": items}],
    }
    return json.dumps(made, ensure_ascii=False).encode(), ids


def _item(item_id: str, label: str, seen: Sequence[Any]) -> dict[str, Any]:
    said = [value for value in seen if value not in (None, "", [])]
    kind = {"type": "long_text"}
    if said and all(isinstance(value, bool) for value in said):
        kind = {"type": "yes_no"}
    elif said and all(isinstance(value, int | float) and not isinstance(value, bool) for value in said):
        kind = {"type": "number"}
    elif said and all(isinstance(value, list) for value in said):
        options = sorted({str(each) for value in said for each in value})
        return {"id": item_id, "label": label, "type": "multiple_choice",
                "options": [{"value": each, "label": each} for each in options]}  # fmt: skip
    return {"id": item_id, "label": label, **kind}


def _slug(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:24] or "x"
