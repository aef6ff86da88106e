"""Content controls filled: what shows a prompt is no prompt any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.documents.document.inline import visible_text
from skills.documents.document.markup import ALTERNATE, SDT, SDT_CONTENT, VAL, P, R, child, drop, w
from skills.documents.document.runs import first_run, run_like

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.story import Story
    from skills.documents.document.word import WordDocument


def has_prompts(document: WordDocument, story: Story) -> bool:
    """Whether any control of the story shows one, or did before this batch."""
    spelling = document.spelling(story)
    if spelling is None:
        return next(document.tree(story.part).iter(w("showingPlcHdr")), None) is not None
    return spelling.cut.holds("<w:showingPlcHdr")


def prompt_of(paragraph: Paragraph, text: str) -> Element | None:
    """The control whose prompt this text is: filled, it is no prompt any more."""
    for control in (*paragraph.element.iter(SDT), *paragraph.element.iterancestors(SDT)):
        content = control.find(SDT_CONTENT)
        if child(control.find(w("sdtPr")), "showingPlcHdr") is None or content is None:
            continue
        paragraphs = list(content.iter(P))
        shown = "".join(map(visible_text, paragraphs)) if paragraphs else visible_text(content)
        if shown == text:
            return control
    return None


def fill_control(control: Element, text: str) -> None:
    """Its whole content becomes the text, formatted as what stood there; no placeholder any more."""
    about, content = control.find(w("sdtPr")), control.find(SDT_CONTENT)
    if content is None:
        return
    drop(about, "showingPlcHdr")
    paragraph = next(content.iter(P), None)
    home = content if paragraph is None else paragraph
    model = first_run(home)
    look = None if model is not None and _is_placeholder(model) else model
    for run in [each for each in home.iter(R) if each.find(ALTERNATE) is None]:
        parent = run.getparent()
        if parent is not None:
            parent.remove(run)
    home.append(run_like(look, text))


def _is_placeholder(run: Element) -> bool:
    style = next(run.iter(w("rStyle")), None)
    return style is not None and "placeholder" in style.get(VAL, "").lower()
