"""What a reader sees of a document, for tests that compare two."""

from __future__ import annotations

from lxml import etree

from skills.documents.document.runs import typed_formatting
from skills.documents.document.word import WordDocument


def looks(document: WordDocument) -> list[tuple[object, ...]]:
    """Visible text by formatting, paragraph by paragraph, with their properties."""
    found: list[tuple[object, ...]] = []
    for paragraph in document.paragraphs():
        words: list[tuple[bytes, str]] = []
        for each in paragraph.inlines:
            if each.kind != "text":
                continue
            formatting = typed_formatting(each.run)
            look = b"" if formatting is None else etree.tostring(formatting, method="c14n", exclusive=True)
            if words and words[-1][0] == look:
                words[-1] = (look, words[-1][1] + each.text)
            else:
                words.append((look, each.text))
        found.append((paragraph.story.key, paragraph.style_id, tuple(words)))
    return found


def texts(document: WordDocument) -> list[str]:
    """Of the body's paragraphs."""
    return [paragraph.text for paragraph in document.paragraphs(document.stories[0])]
