"""Faults of text: too much for its box, too small, too many sizes, prompts and empty placeholders left over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot_server.agent.changes import Finding
from skills.presentations.checks.view import FURNITURE, Seen, SlideView
from skills.presentations.document.fitting import FLOOR
from skills.presentations.document.markup import children, tag

_MOST_WORDS = 120
_MOST_SIZES = 3
_PROMPT = re.compile(
    r"click to (add|edit)|lorem ipsum|xxxx+|\[(insert|placeholder|your)[^\]]*\]|<(insert|placeholder)[^>]*>"
    r"|\bTBD\b|\bTODO\b|\*\*\w[^*]*\*\*"
    r"|klicken sie|cliquez pour|haga clic|クリックして|单击此处",
    re.IGNORECASE,
)


def overflow(view: SlideView) -> Iterator[Finding]:
    for seen in view.seen:
        found = seen.fit
        if found is None or seen.frame is None or seen.frame.fit == "spAutoFit" or seen.shape.role in FURNITURE:
            continue
        line = found.smallest * 1.2
        if found.overflow > line * 0.4:
            text = f"text is {found.overflow / 72:.2f} in higher than its box"
            yield view.finding("overflow", seen.shape, text, "shorten it, split the slide or enlarge the box")
        elif seen.frame.wraps and found.extent.widest_word > found.width * 1.05:
            yield view.finding(
                "overflow", seen.shape, "a word is wider than its box", "widen the box or set smaller type"
            )


def leftovers(view: SlideView) -> Iterator[Finding]:
    for shape in view.slide.shapes:
        if shape.is_empty_placeholder and shape.role not in FURNITURE:
            yield view.finding("empty_placeholder", shape, "is empty", "fill it or delete it")
        elif _PROMPT.search(shape.text):
            yield view.finding("prompt_text", shape, f"prompt text left: {shape.text[:40]!r}", "replace or delete it")


def sizes(view: SlideView) -> Iterator[Finding]:
    used: set[float] = set()
    for seen in view.seen:
        if seen.fit is None or seen.shape.role in FURNITURE:
            continue
        if seen.fit.smallest < FLOOR - 0.05:
            yield view.finding("small_type", seen.shape, f"type of {seen.fit.smallest:.3g} pt", "12 pt at least")
        if seen.shape.role not in {"title", "subtitle"} and not seen.shape.parents:
            used |= _sizes(seen)
    if len(used) > _MOST_SIZES:
        shown = ", ".join(f"{size:g}" for size in sorted(used))
        yield view.finding(
            "many_sizes",
            None,
            f"{len(used)} type sizes beside the title: {shown} pt",
            "use three at most",
            is_hint=True,
        )


def amount(view: SlideView) -> Iterator[Finding]:
    count = sum(len(shape.text.split()) for shape in view.slide.shapes if shape.role not in FURNITURE)
    if count > _MOST_WORDS:
        yield view.finding("many_words", None, f"{count} words", "split it, or move detail to the notes", is_hint=True)


def _sizes(seen: Seen) -> set[float]:
    cascade, shape = seen.cascade, seen.shape
    runs = [
        (p, run)
        for p in shape.paragraphs
        for run in p
        if tag(run) == "a:r" and any((t.text or "").strip() for t in children(run, "a:t"))
    ]
    return {cascade.run(p, next(iter(children(run, "a:rPr")), None)).size for p, run in runs}
