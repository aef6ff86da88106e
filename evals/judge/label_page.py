"""A page for people who label: results without names, questions beside them, answers that are saved as CSV.

It holds all it shows, keeps what was answered in the browser, and asks nothing of any network.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from copilot_server.office import render
from evals.judge.labels import Item, rows_of
from evals.judge.material import text_of
from evals.judge.rubric import Criterion, Rubric
from evals.judge.vision import MOST_PAGES
from evals.trace import File
from skills.forms.targets import export

_STYLE = Path(__file__).with_name("label_page.css")
_SCRIPT = Path(__file__).with_name("label_page.js")
_WIDTH = 900
_PAGED = frozenset({".docx", ".xlsx", ".pptx"})


def page(rubric: Rubric, items: Sequence[Item], labeller: str = "", *, is_seen: bool = False) -> str:
    """`is_seen` shows rendered pages beside the text: raises as the renderer does."""
    rows = [row for item in items for row in rows_of(rubric, item, "")]
    for number, row in enumerate(rows):
        row["field"] = f"q{number}"
    data = json.dumps({"rubric": rubric.name, "digest": rubric.digest, "rows": rows}, ensure_ascii=False)
    shown = "".join(_item(rubric, item, number, len(items), is_seen) for number, item in enumerate(items))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Labels: {escape(rubric.name)}</title><style>{_STYLE.read_text(encoding='utf-8')}</style></head><body>"
        f"<header><h1>{escape(rubric.name)}</h1>"
        f'<label>Your name <input id="labeller" value="{escape(labeller)}" autocomplete="name"></label>'
        '<output id="done"></output><button type="button" id="save">Save labels</button></header>'
        f"<main><p>{_HOW}</p>{shown}</main>"
        f'<script type="application/json" id="data">{data.replace("<", chr(92) + "u003c")}</script>'
        f"<script>{_SCRIPT.read_text(encoding='utf-8')}</script></body></html>"
    )


_HOW = (
    "Answer by what you see, not by what you guess of who made it. Leave a question open when you cannot tell. Your "
    "answers stay in this browser until you save them; send the saved file back."
)


def _item(rubric: Rubric, item: Item, number: int, total: int, is_seen: bool) -> str:
    first = number * len(rubric.criteria)
    names = ("Left", "Right") if len(item.files) > 1 else ("Result",)
    results = "".join(_result(name, file, is_seen) for name, file in zip(names, item.files, strict=True))
    questions = "".join(_question(each, first + place, item.answers) for place, each in enumerate(rubric.criteria))
    return (
        f'<section aria-labelledby="i{number}"><h2 id="i{number}">{number + 1} of {total}</h2>'
        f"<h3>What was asked for</h3><blockquote>{escape(item.request)}</blockquote>"
        f'<div class="results">{results}</div><div class="questions">{questions}</div></section>'
    )


def _question(criterion: Criterion, number: int, answers: Sequence[str]) -> str:
    choices = "".join(
        f'<label><input type="radio" name="q{number}" value="{answer}"> {_WORDS[answer]}</label>'
        for answer in (*answers, "")
    )
    return f"<fieldset><legend>{escape(criterion.text)}</legend>{choices}</fieldset>"


_WORDS = {
    "yes": "Yes", "no": "No", "left": "Left is better", "right": "Right is better", "tie": "Neither", "": "Can't tell",
}  # fmt: skip


def _result(name: str, file: File, is_seen: bool) -> str:
    link = f'<a download="{escape(file.name)}" href="{_uri("application/octet-stream", file.data)}">Open the file</a>'
    return f"<article><h3>{name} <small>{link}</small></h3>{''.join(_shown(name, file, is_seen))}</article>"


def _shown(name: str, file: File, is_seen: bool) -> Iterator[str]:
    if file.suffix == ".json":
        form = export(file.document, "html").data.decode()
        yield f'<iframe sandbox="allow-scripts" title="{name}" srcdoc="{escape(form)}"></iframe>'
        return
    if is_seen and file.suffix in _PAGED:
        for each in render.pages(file.data, file.suffix, range(1, MOST_PAGES + 1), _WIDTH):
            yield f'<img alt="{name}, page {each.number}" src="{_uri("image/png", each.png)}">'
    state = "" if is_seen else " open"
    yield f"<details{state}><summary>Its text</summary><pre>{escape(text_of(file))}</pre></details>"


def _uri(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
