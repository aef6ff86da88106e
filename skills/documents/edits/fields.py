"""Edits of computed text: tables of contents and other fields, and placeholders filled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from copilot_server.agent.changes import Scope
from copilot_server.errors import TargetNotFound
from skills.documents.document import bookmarks, splice
from skills.documents.document.blocks import insert_blocks
from skills.documents.document.controls import fill_control, prompt_of
from skills.documents.document.inline import field_name, inlines
from skills.documents.document.markup import SDT, VAL, P, T, drop, put, w
from skills.documents.document.orders import SETTINGS_ORDER
from skills.documents.document.page import page_of, section_of
from skills.documents.document.runs import set_text
from skills.documents.document.word import WordDocument
from skills.documents.edits.base import WordEdit, give_ids, scope_of
from skills.documents.edits.blocks import Beside, top_block
from skills.documents.writing import pagination
from skills.documents.writing.contents import contents_blocks, headings
from skills.documents.writing.numbers import recount

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from copilot_server.office.xml import Element
    from skills.documents.document.inline import Inline
    from skills.documents.document.paragraph import Paragraph

_BRACKETS = "{}[]<>«»$ \t"
_OPENINGS = (("{{", "}}"), ("{", "}"), ("[", "]"), ("<<", ">>"), ("«", "»"), ("<", ">"), ("${", "}"))


class InsertContents(Beside):
    """Insert a table of contents made from the headings; `update_fields` renews it later."""

    op: Literal["contents"]
    depth: Annotated[int, Field(ge=1, le=9, description="heading levels")] = 3
    title: Annotated[str, Field(description='above it; "" for none')] = "Contents"

    def scope(self, document: WordDocument) -> Scope:
        story, _ = self.target(document, editing=False)
        return scope_of(document, self.places(document) | {"bookmark:*"}, {story})

    def apply(self, document: WordDocument) -> None:
        story, target = self.target(document, editing=True)
        page = page_of(section_of(document.edit_body(), top_block(target)))
        made = contents_blocks(document, self.depth, self.title, page)
        give_ids(document, story, made)
        insert_blocks(target, made, self.marker(document, story), is_before=self.before is not None)


class UpdateFields(WordEdit):
    """Compute tables of contents, caption numbers and cross-references anew."""

    op: Literal["update_fields"]
    is_rare: ClassVar[bool] = True

    def scope(self, document: WordDocument) -> Scope:
        return scope_of(document, {"*"}, document.stories[:1])

    def apply(self, document: WordDocument) -> None:
        recount(document)
        _renew_references(document)
        fields = _contents_fields(document)
        for field in fields:
            _renew_contents(document, field)
        if fields or _page_references(document):
            _number_pages(document)


class Fill(WordEdit):
    """Fill a template: content controls and placeholders {name} {{name}} [name] <<name>> «name», everywhere."""

    op: Literal["fill"]
    values: Annotated[dict[str, str], Field(min_length=1, description="by name, without the brackets")]

    @field_validator("values")
    @classmethod
    def _bare_names(cls, values: dict[str, str]) -> dict[str, str]:
        return {name.strip(_BRACKETS) or name: text for name, text in values.items()}

    def scope(self, document: WordDocument) -> Scope:
        found = [paragraph for paragraph, *_ in self._holes(document, editing=False)]
        places = {each.place for each in found} | {each.place for each in self._controlled(document)}
        return scope_of(document, places | {"properties"}, document.stories)

    def apply(self, document: WordDocument) -> None:
        filled: set[str] = set()
        for paragraph, start, end, name in reversed(list(self._holes(document, editing=True))):
            marker = self.marker(document, paragraph.story)
            prompt = None if marker else prompt_of(paragraph, paragraph.text[start:end])
            if prompt is not None:
                fill_control(prompt, self.values[name])
            else:
                splice.replace(paragraph, start, end, self.values[name], marker)
            filled.add(name)
        for control, name in self._controls(document):
            fill_control(control, self.values[name])
            filled.add(name)
        missing = self.values.keys() - filled
        if missing:
            raise TargetNotFound(f"no placeholder or control for {', '.join(sorted(missing))}; {_known(document)}")

    def _holes(self, document: WordDocument, *, editing: bool) -> Iterator[tuple[Paragraph, int, int, str]]:
        pattern = _pattern(self.values)
        for story in document.stories:
            if story.kind == "comments":
                continue
            texts = (each.text for each in document.paragraphs(story))
            if not any(pattern.search(text) for text in texts):
                continue
            for paragraph in document.paragraphs(story, editing=editing):
                for match in pattern.finditer(paragraph.text):
                    yield paragraph, match.start(), match.end(), _key(self.values, match)

    def _controls(self, document: WordDocument) -> Iterator[tuple[Element, str]]:
        for story in document.stories:
            if any(_name(each) in self.values for each in document.tree(story.part).iter(SDT)):
                for each in list(document.edit(story.part).iter(SDT)):
                    name = _name(each)
                    if name in self.values:
                        yield each, name

    def _controlled(self, document: WordDocument) -> Iterator[Paragraph]:
        for story in document.stories:
            held = {
                paragraph
                for each in document.tree(story.part).iter(SDT)
                if _name(each) in self.values
                for paragraph in (*each.iter(P), *each.iterancestors(P))
            }
            if held:
                yield from (each for each in document.paragraphs(story) if each.element in held)


def _pattern(values: Mapping[str, str]) -> re.Pattern[str]:
    names = "|".join(re.escape(name).replace(r"\ ", r"[\s_]+") for name in sorted(values, key=len, reverse=True))
    forms = [f"{re.escape(left)}\\s*(?:{names})\\s*{re.escape(right)}" for left, right in _OPENINGS]
    return re.compile("|".join(forms), re.IGNORECASE)


def _key(values: Mapping[str, str], match: re.Match[str]) -> str:
    inner = " ".join(match.group().strip(_BRACKETS).replace("_", " ").split()).lower()
    return next(name for name in values if " ".join(name.replace("_", " ").split()).lower() == inner)


def _name(control: Element) -> str:
    about = control.find(w("sdtPr"))
    for local in ("tag", "alias"):
        found = about.find(w(local)) if about is not None else None
        if found is not None and found.get(VAL):
            return found.get(VAL, "")
    return ""


def _known(document: WordDocument) -> str:
    names = {_name(each) for story in document.stories for each in document.tree(story.part).iter(SDT)} - {""}
    hole = re.compile(r"\{\{?\s*[\w .-]{1,40}\s*\}?\}|\[[\w .-]{1,40}\]|«[^»]{1,40}»|<<[^>]{1,40}>>")
    found = {match for each in document.paragraphs() for match in hole.findall(each.text)}
    return f"there are {', '.join(sorted(names | found)[:30])}" if names or found else "the document has none at all"


def _contents_fields(document: WordDocument) -> list[list[Element]]:
    """The paragraphs of each TOC field of the body."""
    found: list[list[Element]] = []
    current: list[Element] = []
    depth, is_contents = 0, False
    code = ""
    for paragraph in list(document.edit_body().iter(P)):
        for each in paragraph.iter(w("fldChar"), w("instrText")):
            kind = each.get(w("fldCharType"))
            if each.tag == w("instrText") and depth == 1 and not is_contents:
                code += each.text or ""
            elif kind == "begin":
                depth += 1
                code = "" if depth == 1 else code
            elif kind == "separate" and depth == 1:
                is_contents = field_name(code) == "TOC" and "\\c" not in code
            elif kind == "end":
                depth -= 1
                if depth == 0 and is_contents:
                    found.append([*current, paragraph])
                    current, is_contents = [], False
        if is_contents:
            current.append(paragraph)
    return found


def _renew_contents(document: WordDocument, paragraphs: list[Element]) -> None:
    code = "".join(each.text or "" for each in paragraphs[0].iter(w("instrText")))
    levels = re.search(r"\\o\s+\"?1-([1-9])", code)
    body = document.edit_body()
    page = page_of(section_of(body, top_block(paragraphs[0])))
    made = contents_blocks(document, int(levels[1]) if levels else 3, "", page)
    anchor = paragraphs[0]
    for each in made:
        anchor.addprevious(each)
    for each in paragraphs:
        parent = each.getparent()
        if parent is not None:
            parent.remove(each)
    give_ids(document, document.stories[0], made)


def _page_references(document: WordDocument) -> list[tuple[str, Inline]]:
    """The results of PAGEREF fields, each with the bookmark it refers to."""
    found: list[tuple[str, Inline]] = []
    for paragraph in document.edit_body().iter(P):
        if not any("PAGEREF" in (each.text or "") for each in paragraph.iter(w("instrText"))):
            continue
        target = ""
        for each in inlines(paragraph):
            if each.kind == "field":
                code = each.text.split()
                target = code[1].strip('"') if len(code) > 1 and code[0].upper() == "PAGEREF" else ""
            elif each.kind == "field_end":
                target = ""
            elif each.kind == "text" and target and each.node.tag == T:
                found.append((target, each))
                target = ""
    return found


def _number_pages(document: WordDocument) -> None:
    """From the renderer; where it cannot tell, Word is asked to, which it does with a question on opening."""
    pdf = pagination.rendered(document)
    marked = [each for each in headings(document) if each.bookmark]
    pages = {} if pdf is None else pagination.pages_of(pdf, marked)
    references = _page_references(document)
    for name, shown in references:
        if name in pages:
            set_text(shown.node, str(pages[name]))
    settings = document.part("settings")
    if settings is None:
        return
    if any(name not in pages for name, _ in references):
        put(document.edit(settings), "updateFields", SETTINGS_ORDER, {"val": "true"})
    else:
        drop(document.edit(settings), "updateFields")


def _renew_references(document: WordDocument) -> None:
    """REF fields that show a bookmark's text; those that show its number are left to Word."""
    for paragraph in document.edit_body().iter(P):
        words: list[Inline] = []
        target = ""
        for each in inlines(paragraph):
            if each.kind == "field":
                code = each.text.split()
                is_text = (
                    field_name(each.text) == "REF" and len(code) > 1 and not {"\\r", "\\n", "\\p", "\\w"} & set(code)
                )
                target, words = (code[1] if is_text else ""), []
            elif each.kind == "text" and target:
                words.append(each)
            elif each.kind == "field_end" and target and words:
                _show(words, document, target)
                target = ""


def _show(words: list[Inline], document: WordDocument, name: str) -> None:
    start = bookmarks.find(document, name)
    text = "" if start is None else bookmarks.text_of(start)
    if text and text != "".join(each.text for each in words) and all(each.node.tag == T for each in words):
        set_text(words[0].node, text)
        for each in words[1:]:
            set_text(each.node, "")
