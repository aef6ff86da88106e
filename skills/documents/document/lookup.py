"""Which paragraph is meant, by words that stand in it or by a name it had a moment ago."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from copilot_server.errors import Mismatch, TargetNotFound
from skills.documents.document.anchors import text_hash
from skills.documents.document.naming import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.anchors import Anchor
    from skills.documents.document.paragraph import Paragraph


def by_words(paragraphs: Iterable[Paragraph], words: str) -> Paragraph:
    """The one that reads so, begins so or holds them: in the body first. Raises Mismatch where several do."""
    wanted = " ".join(words.split()).casefold()
    held = [(each, " ".join(each.text.split()).casefold()) for each in paragraphs]
    held = [(each, text) for each, text in held if wanted in text and each.story.kind != "comments"]
    for is_meant in (str.__eq__, str.startswith, str.__contains__):
        found = [each for each, text in held if is_meant(text, wanted) and not each.open_field]
        body = [each for each in found if each.story.kind == "body"] or found
        if len(body) == 1:
            return body[0]
        if body:
            places = ", ".join(f"[{each.anchor}]" for each in body[:6])
            raise Mismatch(f"{words!r} stands in {len(body)} paragraphs ({places}); say which")
    raise TargetNotFound(f"no paragraph reads or holds {words!r}")


def near_misses(root: Element, asked: Anchor) -> str:
    near = get_close_matches(asked.id, [name for name, _ in named(root)], 3, 0.6)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; `find` or `read` it first"
    return f"no paragraph [{asked.place}]{hint}"


def name_since(asked: Anchor, before: Sequence[Paragraph], now: Sequence[Paragraph]) -> str | None:
    """What a paragraph named as it was before a batch is called in the middle of it; None where that cannot be told."""
    was = next((number for number, each in enumerate(before) if each.id == asked.id), None)
    if was is None or asked.hash not in {None, text_hash(before[was].text)}:
        return None
    if not asked.id.startswith("~"):
        return asked.id if any(each.id == asked.id for each in now) else None
    return now[was].id if len(now) == len(before) else None
