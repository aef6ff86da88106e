"""Hints about habits a document does not keep: languages, formatting by hand, dates, numbers, defined terms."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from copilot_server.agent.changes import Finding
from skills.documents.document.formats import of_run
from skills.documents.document.markup import BOOKMARK_END, BOOKMARK_START, ID, RPR, R, T, child, w
from skills.documents.document.styles import styles_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.word import WordDocument

_MONTH: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DATES: Final = {
    "12 June 2026": re.compile(rf"\b\d{{1,2}} {_MONTH} \d{{4}}\b"),
    "June 12, 2026": re.compile(rf"\b{_MONTH} \d{{1,2}}, \d{{4}}\b"),
    "2026-06-12": re.compile(r"\b\d{4}-\d{2}-\d{2}\b"),
    "12/06/2026": re.compile(r"\b\d{1,2}/\d{1,2}/\d{4}\b"),
    "12.06.2026": re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{4}\b"),
}
_NUMBERS: Final = {
    "1,000": re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])"),
    "1.000": re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.])"),
    "1 000": re.compile(r"(?<![\d.,\u00a0\u202f])\d{1,3}(?:[\u00a0\u202f]\d{3})+(?!\d)"),
}
_DEFINED: Final = re.compile(
    r"[“\"]([A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,4})[”\"](?=\)| means| shall mean| has the meaning)"
)
_SHARE: Final = 0.2
_FEW: Final = 5
_BY_HAND: Final = re.compile(r" pt$|^[A-Z][\w ]+$")


def habit_findings(document: WordDocument) -> Iterator[Finding]:
    """One a habit, told with the counts that show it."""
    paragraphs = [each for each in document.paragraphs(document.stories[0]) if each.text.strip()]
    text = "\n".join(each.text for each in paragraphs)
    yield from _spellings("mixed-dates", "dates", _DATES, text)
    yield from _spellings("mixed-numbers", "large numbers", _NUMBERS, text)
    yield from _terms(text)
    yield from _languages(document)
    yield from _by_hand(document, paragraphs)
    yield from _orphan_bookmarks(document)


def _spellings(code: str, what: str, forms: dict[str, re.Pattern[str]], text: str) -> Iterator[Finding]:
    counts = {form: len(pattern.findall(text)) for form, pattern in forms.items()}
    used = [f"{form} ×{count}" for form, count in counts.items() if count]
    if len(used) > 1:
        yield _hint(code, f"{what} are written in {len(used)} ways: {', '.join(used)}", "keep to one")


def _terms(text: str) -> Iterator[Finding]:
    defined = Counter(_DEFINED.findall(text))
    for term, times in defined.items():
        if times > 1:
            yield _hint("term-defined-twice", f"“{term}” is defined {times} times", "define it once")
        uses = len(re.findall(rf"(?<!\w){re.escape(term)}s?(?!\w)", text)) - times
        small = len(re.findall(rf"(?<!\w){re.escape(term.lower())}s?(?!\w)", text))
        if not uses:
            yield _hint("term-unused", f"“{term}” is defined and not used", "")
        elif small:
            what = f"“{term}” is a defined term, and “{term.lower()}” stands {small} times beside it"
            yield _hint("term-spelling", what, "check which is meant")


def _languages(document: WordDocument) -> Iterator[Finding]:
    counts: Counter[str] = Counter()
    for run in document.body.iter(R):
        language = child(run.find(RPR), "lang")
        if language is not None and language.get(w("val")):
            counts[language.get(w("val"), "")[:2].lower()] += sum(len(each.text or "") for each in run.iterchildren(T))
    known = {name: count for name, count in counts.items() if count > _FEW}
    if len(known) > 1:
        used = ", ".join(f"{name} ({count} characters)" for name, count in Counter(known).most_common())
        yield _hint("mixed-languages", f"text is marked as {used}", "set the language, or proofing reports errors")


def _by_hand(document: WordDocument, paragraphs: Sequence[Paragraph]) -> Iterator[Finding]:
    """Sizes and fonts that many paragraphs of one style set for themselves."""
    styles = styles_of(document)
    whole: Counter[tuple[str, str]] = Counter()
    total: Counter[str] = Counter()
    for each in paragraphs:
        name = styles.name_of(each.style_id or styles.default_id)
        total[name] += 1
        runs = [run for run in each.element.iter(R) if run.find(T) is not None]
        looks = [{fact for fact in of_run(run.find(RPR)) if _BY_HAND.search(fact)} for run in runs]
        for fact in set.intersection(*looks) if looks else set[str]():
            whole[name, fact] += 1
    for (name, fact), count in whole.most_common(4):
        if count >= _FEW and count > _SHARE * total[name]:
            what = f"{count} of {total[name]} paragraphs of style {name} are set to {fact} by hand"
            yield _hint("direct-formatting", what, "change the style instead")


def _orphan_bookmarks(document: WordDocument) -> Iterator[Finding]:
    """Ends whose beginning is gone; beginnings without end are faults of their own."""
    for story in document.stories:
        root = document.tree(story.part)
        starts = {each.get(ID) for each in root.iter(BOOKMARK_START)}
        loose = [each for each in root.iter(BOOKMARK_END) if each.get(ID) not in starts]
        if loose:
            yield _hint("orphan-bookmark", f"{len(loose)} bookmark ends in {story.key or 'the body'} have no start", "")


def _hint(code: str, text: str, mend: str) -> Finding:
    return Finding(code, "document", text, mend, "", "hint")
