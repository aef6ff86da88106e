"""Two versions compared, story by story and part by part; large changes folded."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from itertools import groupby
from typing import TYPE_CHECKING

from lxml import etree

from copilot_server.agent.changes import Change, Scope
from copilot_server.office.xml import local_name
from skills.documents.changes import align
from skills.documents.changes.paragraphs import paragraph_changes, revised
from skills.documents.changes.tables import table_changes
from skills.documents.changes.wording import reworded
from skills.documents.document.comments import comments
from skills.documents.document.markup import BOOKMARK_START, w
from skills.documents.document.page import sections
from skills.documents.document.styles import styles_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.xml import Element
    from skills.documents.changes.align import Aligned
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.story import Story
    from skills.documents.document.word import WordDocument


_MANY = 8


def compare(before: WordDocument, after: WordDocument) -> list[Change]:
    """Measured on the files, whatever edit was meant."""
    before.settle()
    after.settle()
    found: list[Change] = []
    olds = {story.part: story for story in before.stories}
    for story in after.stories:
        if story.kind == "comments":
            found += _comment_changes(before, after)
        elif story.part not in olds:
            found += _new_story(after, story)
        elif _differs(before, after, story.part):
            found += _story_changes(before, after, story)
    kept = {story.part for story in after.stories}
    found += [_gone_story(before, story) for story in before.stories if story.part not in kept]
    found += _other_parts(before, after)
    return found


def covers(scope: Scope, change: Change) -> bool:
    """Whether one of the scope's places, which may hold `*`, is one of the change's."""
    if "*" in scope.places or change.where in scope.places:
        return True
    own = {change.where, *_follows(change), *_covers(change)}
    if not own.isdisjoint(scope.places):
        return True
    patterns = [place for place in scope.places if "*" in place]
    return any(fnmatchcase(place, pattern) for place in own for pattern in patterns)


def _follows(change: Change) -> tuple[str, ...]:
    follows = change.after.get("follows") if isinstance(change.after, dict) else None
    return (f"after:{follows}",) if isinstance(follows, str) else ()


def _covers(change: Change) -> tuple[str, ...]:
    values = [value for value in (change.before, change.after) if isinstance(value, dict)]
    return tuple(place for value in values for place in value.get("within", ()))


def _differs(before: WordDocument, after: WordDocument, part: str) -> bool:
    return part in before.package and part in after.package and not after.package.shares(part, before.package)


def _story_changes(before: WordDocument, after: WordDocument, story: Story) -> Iterator[Change]:
    told = reworded(before, after, story)
    if told is None:
        yield from _structure_changes(before, after, story)
        return
    pairs = told.pairs()
    yield from told.changes(before, after, pairs)
    if pairs:
        yield from _bookmark_changes(*(each.element.getroottree().getroot() for each in pairs[0]))


def _structure_changes(before: WordDocument, after: WordDocument, story: Story) -> Iterator[Change]:
    old_root, new_root = before.tree(story.part), after.tree(story.part)
    is_touched = None
    if old_root.prefix == new_root.prefix == "w":
        olds, news = align.touched(before.markup(story.part), after.markup(story.part))
        is_touched = align.Touched(align.at_indexes(old_root, olds), align.at_indexes(new_root, news))
    old_paragraphs, new_paragraphs = list(before.paragraphs(story)), list(after.paragraphs(story))
    aligned = align.align(old_paragraphs, new_paragraphs, is_touched)
    yield from table_changes(before, after, story, aligned)
    yield from _flow_changes(before, after, aligned)
    if story.kind == "body":
        yield from _section_changes(before, after)
    yield from _bookmark_changes(old_root, new_root)


def _flow_changes(before: WordDocument, after: WordDocument, aligned: Aligned) -> Iterator[Change]:
    old_styles, new_styles = styles_of(before), styles_of(after)
    for old, new in aligned.pairs:
        yield from paragraph_changes(old, new, old_styles, new_styles)
    for old in aligned.deleted:
        if old.story.kind in {"footnotes", "endnotes"}:
            yield Change(
                "note_removed", f"note:{old.place}", {"text": old.text}, None, f"note removed: {_shown(old.text)}"
            )
        elif old.cell is None:
            yield Change(
                "paragraph_deleted", old.place, {"text": old.text}, None, f"deleted [{old.place}] {_shown(old.text)}"
            )
    plain: list[Change] = []
    for new, follows in aligned.inserted:
        if new.story.kind in {"footnotes", "endnotes"}:
            yield Change("note_added", f"note:{new.place}", None, {"text": new.text}, f"note added: {_shown(new.text)}")
        elif new.cell is None:
            plain.append(_inserted(new, follows, new_styles.name_of(new.style_id)))
    yield from _folded(plain)
    for old, new, follows in aligned.moved:
        after_value = {"follows": follows, "text": new.text}
        yield Change("paragraph_moved", old.place, None, after_value, f"moved [{old.place}] to after [{follows}]")


def _folded(inserted: list[Change]) -> Iterator[Change]:
    """Many paragraphs in one place (a chapter, a table of contents) are one change."""
    for follows, group in groupby(inserted, key=lambda change: change.after["follows"]):
        changes = list(group)
        if len(changes) < _MANY:
            yield from changes
            continue
        rows = [{"text": change.after["text"], "style": change.after["style"]} for change in changes]
        value = {"paragraphs": rows, "follows": follows, "tracked": all(change.after["tracked"] for change in changes)}
        texts = f"{_shown(rows[0]['text'], 50)} … {_shown(rows[-1]['text'], 50)}"
        text = f"inserted {len(rows)} paragraphs [{changes[0].where}] to [{changes[-1].where}]: {texts}"
        yield Change("paragraph_inserted", changes[0].where, None, value, text)


def _inserted(new: Paragraph, follows: str, style: str) -> Change:
    is_tracked = revised(new.element)
    value = {"text": new.text, "style": style, "follows": follows, "tracked": is_tracked}
    how = " as a tracked change" if is_tracked else ""
    return Change(
        "paragraph_inserted", new.place, None, value, f"inserted [{new.anchor}]{how} ({style}) {_shown(new.text)}"
    )


def _new_story(after: WordDocument, story: Story) -> Iterator[Change]:
    text = "\n".join(each.text for each in after.paragraphs(story))
    if story.kind in {"header", "footer"}:
        yield Change(story.kind, story.key, None, {"text": text}, f"new {story.kind} {story.key}: {_shown(text)}")
    elif text.strip():
        text = text.strip()  # a part's first notes are the lines that part it from the text
        yield Change("note_added", f"note:{story.key}", None, {"text": text}, f"{story.key} added: {_shown(text)}")


def _gone_story(before: WordDocument, story: Story) -> Change:
    text = "\n".join(each.text for each in before.paragraphs(story))
    kind = story.kind if story.kind in {"header", "footer"} else "note_removed"
    return Change(kind, story.key, {"text": text}, None, f"{story.key} removed")


def _comment_changes(before: WordDocument, after: WordDocument) -> Iterator[Change]:
    old, new = ({each.id: each for each in comments(document)} for document in (before, after))
    for comment_id, each in new.items():
        was = old.get(comment_id)
        where = f"comment:{comment_id}"
        value = {
            "author": each.author,
            "text": each.text,
            "about": each.about,
            "parent": each.parent,
            "done": each.is_done,
        }
        if was is None:
            on = f" answering {each.parent}" if each.parent else f" on {_shown(each.about, 60)}"
            yield Change(
                "comment_added", where, None, value, f"comment {comment_id} by {each.author}{on}: {_shown(each.text)}"
            )
        elif (was.text, was.is_done) != (each.text, each.is_done):
            state = "resolved" if each.is_done and not was.is_done else "changed"
            yield Change(
                "comment_changed",
                where,
                {"text": was.text, "done": was.is_done},
                value,
                f"comment {comment_id} {state}",
            )
    for comment_id, each in old.items():
        if comment_id not in new:
            yield Change(
                "comment_removed", f"comment:{comment_id}", {"text": each.text}, None, f"comment {comment_id} removed"
            )


def _section_changes(before: WordDocument, after: WordDocument) -> Iterator[Change]:
    old, new = ([_canonical(each) for each in sections(document.body)] for document in (before, after))
    if len(old) != len(new):
        yield Change(
            "section",
            "section:*",
            {"count": len(old)},
            {"count": len(new)},
            f"{len(old)} sections became {len(new)}",
            False,
        )
        return
    for index, (was, now) in enumerate(zip(old, new, strict=True), 1):
        if was != now:
            yield Change("section", f"section:{index}", None, None, f"page setup of section {index} changed", False)


def _bookmark_changes(before: Element, after: Element) -> Iterator[Change]:
    old, new = (Counter(each.get(w("name"), "") for each in root.iter(BOOKMARK_START)) for root in (before, after))
    for name in new - old:
        if not name.startswith("_"):
            yield Change("bookmark_added", f"bookmark:{name}", None, {"name": name}, f"bookmark {name} added", False)
    for name in old - new:
        yield Change("bookmark_removed", f"bookmark:{name}", {"name": name}, None, f"bookmark {name} removed", False)


def _other_parts(before: WordDocument, after: WordDocument) -> Iterator[Change]:
    part = after.part("styles")
    if part is not None and _differs(before, after, part):
        yield from _style_changes(before, after)
    part = after.part("settings")
    if part is not None and _differs(before, after, part):
        yield from _setting_changes(before.tree(part), after.tree(part))
    for kind in ("core-properties", "custom-properties", "extended-properties"):
        for name in after.package.related("", kind):
            if name not in before.package or _differs(before, after, name):
                yield Change("properties", "properties", None, None, "document properties changed", False)


def _style_changes(before: WordDocument, after: WordDocument) -> Iterator[Change]:
    old, new = ({each.id: each for each in styles_of(document).all} for document in (before, after))
    for style_id, style in new.items():
        if style_id not in old:
            yield Change(
                "style_added", f"style:{style.name}", None, {"name": style.name}, f"style {style.name} added", False
            )
        elif _canonical(style.element) != _canonical(old[style_id].element):
            yield Change(
                "style_changed", f"style-definition:{style.name}", None, None, f"style {style.name} changed", False
            )
    for style_id in old.keys() - new.keys():
        yield Change("style_removed", f"style-definition:{old[style_id].name}", None, None, "style removed", False)


def _setting_changes(before: Element, after: Element) -> Iterator[Change]:
    old, new = ({local_name(each): _canonical(each) for each in root} for root in (before, after))
    bookkeeping = {"rsids", "footnotePr", "endnotePr"}
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name) and name not in bookkeeping:
            yield Change("setting", f"setting:{name}", None, None, f"setting {name} changed", False)


def _canonical(element: Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)


def _shown(text: str, most: int = 100) -> str:
    return repr(text if len(text) <= most else text[: most - 1] + "…")
