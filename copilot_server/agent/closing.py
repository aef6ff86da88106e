"""The closing message held against the receipt: what it claims must have been measured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from copilot_server.agent.changes import Change, Receipt
from copilot_server.agent.messages import Message, ToolMessage

_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\s|$)|\n|$)")
_DENIES = re.compile(
    r"\b(no|not|n't|nothing|never|none|unable|cannot|can't|could not|couldn't|didn't|did not|would|could|should|will|"
    r"can|if|want|shall|plan|propose|already|remains?|unchanged|before)\b|\?",
    re.IGNORECASE,
)
_ADMITS = re.compile(rf"{_DENIES.pattern}|\b(refused|failed|kept|left|still)\b", re.IGNORECASE)
# Verbs of change, by what a claim of each sort must find among the kinds of the measured changes (None: any change).
_VERBS: tuple[tuple[str, str | None], ...] = (
    ("deleted|removed|erased|cleared|dropped", "delet|remov|clear|drop|empt"),
    ("renamed", "renam|name|text|cell"),
    ("sorted|reordered|moved", "sort|mov|cell|order|text|resiz"),
    (
        "added|inserted|created|set|updated|changed|replaced|filled|formatted|applied|edited|fixed|corrected|made|"
        "wrote|written|converted|highlighted|bolded|merged|calculated|completed|restyled|resized|done",
        None,
    ),
)


def _claim(verbs: str) -> re.Pattern[str]:
    """Who did it ("I've added"), what became of it ("was added", "is now set"), or the verb first ("Added …").

    A verb elsewhere claims nothing: "to use one, set the key" tells the reader what to do.
    """
    return re.compile(
        rf"\b(?:I|we)(?:'ve|’ve| have)?(?: \w+){{0,3}}? (?:{verbs})\b"
        rf"|\b(?:has|have|had|was|were|been|is now|are now|now)(?: \w+){{0,2}}? (?:{verbs})\b"
        rf"|^\W*(?:{verbs})\b",
        re.IGNORECASE,
    )


_CLAIMS = tuple((_claim(verbs), kinds and re.compile(kinds)) for verbs, kinds in _VERBS)


_COMPLAINT = "Your message claims what was not measured:"
_MEASURED = "The measured difference of this turn is:"
_WAY_OUT = "If something is still to be done, do it now with a tool;"


def contradiction(text: str, receipt: Receipt, *, was_refused: bool = False) -> str | None:
    """What the text claims and the receipt does not show, as a request to write it again; None when it holds.

    Where an edit `was_refused` and nothing changed, a text that admits nothing claims by its silence, whatever its
    words: "The document now lists 15 courses".
    """
    unproven = _unproven(text, receipt)
    if was_refused and not receipt.changes and not unproven and not _ADMITS.search(text):
        unproven = [text.strip()[:200]]
    if not unproven:
        return None
    facts = summary(receipt)
    claims = "; ".join(f"“{sentence}”" for sentence in unproven[:3])
    return (
        f"{_COMPLAINT} {claims}. {_MEASURED} {facts} {_WAY_OUT} else write the message again, "
        "claiming only this difference."
    )


def measured_in(text: str) -> str | None:
    """The measured difference a complaint of ours tells, for a model without words; None when it is no complaint."""
    if not text.startswith(_COMPLAINT):
        return None
    return text.partition(_MEASURED)[2].partition(_WAY_OUT)[0].strip()


def summary(receipt: Receipt) -> str:
    """The receipt in plain words, for when a message cannot be trusted."""
    if not receipt.changes:
        return "Nothing was changed."
    lines = [change.text or f"{change.kind} at {change.where}" for change in receipt.changes]
    shown = "; ".join(lines[:12])
    more = f"; and {len(lines) - 12} more" if len(lines) > 12 else ""
    return f"Changed: {shown}{more}."


def corrected(text: str, receipt: Receipt, *, was_refused: bool = False) -> str:
    """`text` where it holds, else what was measured; beside `text` where only its silence was wrong.

    Silence is judged by English words, so an admission in another language is kept and the fact put below it.
    """
    if _unproven(text, receipt):
        return summary(receipt)
    is_silent = contradiction(text, receipt, was_refused=was_refused) is not None
    return f"{text}\n\n{summary(receipt)}" if is_silent else text


def edit_was_refused(messages: Iterable[Message]) -> bool:
    """Whether an edit of these messages came back as an error."""
    return any(isinstance(each, ToolMessage) and each.name == "edit" and each.is_error for each in messages)


def _unproven(text: str, receipt: Receipt) -> list[str]:
    return [sentence for sentence in _claims(text) if not _is_shown(sentence, receipt.changes)]


def _claims(text: str) -> Iterator[str]:
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        if sentence and not _DENIES.search(sentence) and any(said.search(sentence) for said, _ in _CLAIMS):
            yield sentence


def _is_shown(sentence: str, changes: Sequence[Change]) -> bool:
    if not changes:
        return False
    sorts = [kinds for said, kinds in _CLAIMS if said.search(sentence)]
    return any(kinds is None or _any_of(kinds, changes) for kinds in sorts)


def _any_of(kinds: re.Pattern[str], changes: Sequence[Change]) -> bool:
    return any(kinds.search(change.kind) or _emptied(change) for change in changes)


def _emptied(change: Change) -> bool:
    gone: tuple[Any, ...] = (None, "", [])
    return change.after in gone and change.before not in gone
