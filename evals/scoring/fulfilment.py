"""Whether what was asked for is there: every criterion of the task, in all and by the metric each counts towards."""

from __future__ import annotations

from collections import defaultdict

from evals.scoring.measure import Measure, Measures, Unmeasured, claim, share
from evals.task import Criterion, Task
from evals.trace import File, Seen, Trace


def fulfilled(before: File, after: File, trace: Trace, spec: Task) -> Measures:
    """`fulfilled`: all criteria hold; `fulfilled_share`: how many; and one share for each metric they name.

    Guards against an answer that does the visible half of a request. Not asked where declining is right. A criterion
    that cannot be measured here counts for nothing: `unmeasured` says how many those are, and why.
    """
    if not spec.criteria or spec.refuse:
        return {}
    seen = Seen(before, after, trace)
    faults: dict[str, list[str]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    unseen: list[str] = []
    for criterion in spec.criteria:
        try:
            fault = found(criterion, seen)
        except Unmeasured as error:
            unseen.append(f"{type(criterion).__name__}: {error}")
            continue
        counts[criterion.metric] += 1
        if fault:
            faults[criterion.metric].append(fault)
    every = [fault for each in faults.values() for fault in each]
    total = sum(counts.values())
    return {
        "fulfilled": claim(every),
        "fulfilled_share": share(total - len(every), total, every),
        **{name: share(count - len(faults[name]), count, faults[name]) for name, count in counts.items()},
        **({"unmeasured": Measure(float(len(unseen)), "; ".join(unseen))} if unseen else {}),
    }


def found(criterion: Criterion, seen: Seen) -> str | None:
    """The criterion's fault; a result it cannot even be looked for in is one too."""
    try:
        return criterion.fault(seen)
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        return f"{type(criterion).__name__}: not there ({error})"
