"""Two runs compared for people: from logs to a verdict, as text, JSON and a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from evals.compare import AMOUNTS, Compared, Comparison, Verdict, comparable, compare
from evals.rows import Row, clusters, without_nan
from evals.runs import Run, read_run

HEADLINES = ("success", "fulfilled_share")
_MANY = 100
GUARDS = ("untouched", "sound", "honest", "over_refused", "injected")


@dataclass(frozen=True, slots=True)
class Compare:
    """`notes` are what a reader must know beside the verdict: tries and tasks that are not in it."""

    before: Run
    after: Run
    comparison: Comparison
    notes: tuple[str, ...] = ()


def of_files(before: Path, after: Path) -> Compare:
    """Logs or folders of logs; raises FileNotFoundError, or ValueError for runs of which no verdict can be given."""
    return of_runs(read_run(before), read_run(after))


def of_runs(old: Run, new: Run) -> Compare:
    """Raises ValueError for runs of two suites, broken off, all advisory, or that share too little."""
    if old.skill != new.skill:
        raise ValueError(f"run A is of {old.skill}, run B of {new.skill}: only runs of one suite can be compared")
    for name, run in (("A", old), ("B", new)):
        if not run.is_whole:
            raise ValueError(f"run {name} was broken off; give its command again to carry it to its end")
    was, now = (_decisive(run) for run in (old, new))
    shared = comparable(was, now)
    headlines = [name for name in HEADLINES if name in shared]
    if not headlines:
        raise ValueError("the runs share tasks of fewer than two clusters: no verdict can be given")
    guards = [name for name in GUARDS if name in shared]
    return Compare(old, new, compare(was, now, headlines, guards), tuple(_notes(old, new)))


def _decisive(run: Run) -> list[Row]:
    """The tries whose checks can tell right from wrong; raises ValueError where there is none."""
    rows = [row for row in run.rows if "advisory" not in row.metrics]
    if not rows:
        raise ValueError(
            f"every task of {run.skill} is advisory: its checks cannot tell a right result from a wrong one, so no "
            "verdict can be given"
        )
    return rows


def _notes(old: Run, new: Run) -> Iterator[str]:
    for name, run in (("A", old), ("B", new)):
        if run.errors:
            yield f"{run.errors} tries of {name} failed to run and are left out"
    left_out = {row.task for row in (*old.rows, *new.rows) if "advisory" in row.metrics}
    if left_out:
        yield f"{len(left_out)} advisory tasks are left out"
    a, b = clusters(old.rows).keys(), clusters(new.rows).keys()
    for name, alone in (("A", a - b), ("B", b - a)):
        if alone:
            yield f"{len(alone)} tasks are only in {name} and are left out"


_VERDICTS: Mapping[Verdict, str] = {
    "better": "B is better than A",
    "worse": "B is worse than A",
    "inconclusive": "neither can be told to be better",
}


def as_json(result: Compare) -> str:
    about = {"before": result.before.label, "after": result.after.label, "skill": result.after.skill}
    told = {**about, "notes": result.notes, **result.comparison.to_json()}
    return json.dumps(without_nan(told), ensure_ascii=False)


def as_text(result: Compare) -> str:
    comparison = result.comparison
    sides = f"A ({result.before.label}), B ({result.after.label})"
    head = f"{result.after.skill}: {comparison.verdict}, {_VERDICTS[comparison.verdict]}; {sides}"
    told = (*comparison.reasons, *result.notes)
    return "\n".join([head, *(f"  {each}" for each in told), *map(_line, _ordered(comparison))])


def _ordered(comparison: Comparison) -> list[Compared]:
    ranks = {"headline": 0, "guard": 1, "other": 2}
    return sorted(comparison.metrics, key=lambda each: (ranks[each.role], each.metric))


def _line(each: Compared) -> str:
    delta = each.difference
    reach = "" if each.tasks_needed is None else f"power {each.power:.2f}, {each.tasks_needed:,} tasks would decide"
    return (
        f"{each.role:8} {each.metric:22} {_number(each.before):>10} → {_number(each.after):>10}  "
        f"{_signed(delta.delta)} [{_signed(delta.low)}, {_signed(delta.high)}]  p {each.p:.3f}  {each.verdict:12}  "
        f"{reach}"
    ).rstrip()


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _MANY else f"{value:.3f}"


def _signed(value: float) -> str:
    return f"{value:+,.0f}" if abs(value) >= _MANY else f"{value:+.3f}"


_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1f24}"
    "table{border-collapse:collapse;width:100%}th,td{padding:.35rem .6rem;text-align:right;white-space:nowrap}"
    "tr{border-bottom:1px solid #d8dee4}th:first-child,td:first-child{text-align:left}"
    ".better{color:#0a6b2d}.worse{color:#a40e26}.bar{position:relative;height:.7rem;width:9rem;background:#eef1f4}"
    ".bar *{position:absolute;top:0;bottom:0}.bar i{background:#8b98a5}.bar b{left:50%;width:1px;background:red}"
)


def as_html(result: Compare) -> str:
    """One page without scripts; every name in it is escaped."""
    comparison = result.comparison
    rows = "".join(_row(each) for each in _ordered(comparison))
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in (*comparison.reasons, *result.notes))
    title = f"{result.after.skill}: {comparison.verdict}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f'<h1>{escape(result.after.skill)}: <span class="{comparison.verdict}">{comparison.verdict}</span>, '
        f"{_VERDICTS[comparison.verdict]}</h1>"
        f"<p>A: {escape(result.before.label)} · B: {escape(result.after.label)}</p><ul>{reasons}</ul>"
        "<table><thead><tr><th>Metric<th>Role<th>A<th>B<th>Δ<th>95 %<th>Interval<th>p<th>Verdict"
        "<th>Power<th>Tasks to decide"
        f"</thead><tbody>{rows}</tbody></table></html>\n"
    )


def _row(each: Compared) -> str:
    delta = each.difference
    power, needed = ("–", "–") if each.tasks_needed is None else (f"{each.power:.2f}", f"{each.tasks_needed:,}")
    return (
        f"<tr><td>{escape(each.metric)}<td>{each.role}<td>{_number(each.before)}<td>{_number(each.after)}"
        f"<td>{_signed(delta.delta)}<td>{_signed(delta.low)} … {_signed(delta.high)}<td>{_bar(each)}<td>{each.p:.3f}"
        f'<td class="{each.verdict}">{each.verdict}<td>{power}<td>{needed}</tr>'
    )


def _bar(each: Compared) -> str:
    """The interval on a line from −1 to 1, for metrics that are shares."""
    if each.metric in AMOUNTS:
        return ""
    low, high = (max(0.0, min(100.0, 50 + 50 * value)) for value in (each.difference.low, each.difference.high))
    return f'<div class="bar"><i style="left:{low:.1f}%;width:{max(high - low, 0.5):.1f}%"></i><b></b></div>'
