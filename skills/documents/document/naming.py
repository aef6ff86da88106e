"""Which paragraph has which name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from skills.documents.document.anchors import derived_id, fresh_paragraph_id
from skills.documents.document.inline import visible_text
from skills.documents.document.markup import IGNORABLE, PARA_ID
from skills.documents.document.paragraph import Paragraph
from skills.documents.document.story import open_fields, paragraph_elements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.xml import Element
    from skills.documents.document.story import Story


def named(root: Element) -> Iterator[tuple[str, Element]]:
    """Each paragraph with its id; a repeated w14:paraId gets an ending, as Word itself would mend it."""
    texts: Counter[str] = Counter()
    ids: Counter[str] = Counter()
    for element in paragraph_elements(root):
        own = element.get(PARA_ID)
        if own:
            ids[own] += 1
            yield (own if ids[own] == 1 else f"{own}.{ids[own]}"), element
        else:
            text = visible_text(element)
            texts[text] += 1
            yield derived_id(text, texts[text]), element


def paragraphs_of(story: Story, root: Element) -> list[Paragraph]:
    """Of a tree of the story's part, in document order."""
    fields = open_fields(root)
    return [Paragraph(story, name, element, fields.get(element, "")) for name, element in named(root)]


def answers_to(element: Element, name: str, root: Element) -> bool:
    """Whether an element found by its name before is still the one."""
    if element.getroottree().getroot() is not root:
        return False
    if element.get(PARA_ID) is not None:
        return element.get(PARA_ID) == name
    return derived_id(visible_text(element), 1) == name


def takes_ids(root: Element) -> bool:
    """Whether new paragraphs of a part get a w14:paraId: where it declares that namespace as ignorable."""
    return "w14" in root.nsmap and "w14" in (root.get(IGNORABLE) or "").split()


def ids_in(root: Element) -> set[str]:
    """All w14:paraId of a part."""
    return {str(each) for each in root.xpath("//@w14:paraId", namespaces={"w14": _W14})}


def give_id(element: Element, taken: set[str]) -> str:
    """Set its w14:paraId: the same for the same text among the same others."""
    name = fresh_paragraph_id(visible_text(element), taken)
    element.set(PARA_ID, name)
    return name


_W14 = PARA_ID[1:].partition("}")[0]
