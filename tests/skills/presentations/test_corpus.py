"""Real decks: opening and saving changes nothing, one title changes one slide and keeps its looks."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest
from lxml import etree

from copilot_server.errors import FileError
from skills.presentations.document.deck import Deck

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def package_diff(corpus):
    """The judge that is not ours."""
    path = Path(os.environ.get("OFFICE_TOOLS", corpus.parent / "tools")) / "package_diff.py"
    if not path.is_file():
        pytest.skip(f"{path} is not here; set OFFICE_TOOLS to its folder")
    spec = importlib.util.spec_from_file_location("package_diff", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["package_diff"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def target_of(deck):
    """The first title with words, else the first shape with words."""
    titled = [(slide, shape) for slide in deck.slides if (shape := slide.title_shape) and shape.text.strip()]
    other = [
        (slide, shape)
        for slide in deck.slides
        for shape in slide.shapes
        if shape.text_body is not None and shape.text.strip()
    ]
    return (titled or other or [None])[0]


def looks_of(shape):
    """The formatting of every run that says something, and what an empty paragraph keeps for the next one."""
    found = set()
    for paragraph in shape.paragraphs:
        for run in paragraph:
            name = run.tag.rpartition("}")[2]
            properties = run if name == "endParaRPr" else run.find("{*}rPr")
            if name == "endParaRPr" or (name in {"r", "fld"} and run.findtext("{*}t")):
                found.add(frozenset() if properties is None else facts_of(properties))
    return found


def facts_of(properties):
    """Attributes and what is inside, whatever the element is called; marks of the spelling checker are no looks."""
    own = {pair for pair in properties.attrib.items() if pair[0] not in {"err", "dirty"}}
    return frozenset({*own, *(etree.tostring(each, method="c14n") for each in properties)})


def test_real_decks_survive_opening_and_one_title(corpus, package_diff, draft_of, send, tmp_path):
    files = sorted((corpus / "pptx").iterdir())
    refused, dirty, restyled, edited = [], [], [], 0
    for path in files:
        try:
            deck = Deck.open(path)
        except FileError as error:
            refused.append(f"{path.name}: {error}")
            continue
        assert deck.fork().to_bytes() == path.read_bytes(), path.name
        found = target_of(deck)
        if found is None:
            continue
        slide, shape = found
        before = looks_of(shape)
        draft = draft_of(deck)
        send(draft, {"op": "set_text", "slide": slide.anchor, "shape": shape.key, "text": ["Zebra quartz judge"]})
        out = tmp_path / f"out{path.suffix}"
        draft.document.save(out)
        edited += 1
        written = Deck.open(out).slide(slide.anchor).shape(shape.key)
        assert written.text == "Zebra quartz judge"
        restyled += [] if looks_of(written) <= before else [path.name]
        result = package_diff.compare(str(path), str(out), [slide.part], False)
        dirty += [] if result["ok"] else [f"{path.name}: {package_diff.show(result, True)}"]
    assert edited > 100
    assert len(refused) < 0.01 * len(files), refused
    assert len(dirty) <= 0.01 * edited, dirty
    assert restyled == []
    print(f"{len(files)} decks, {len(refused)} refused, {edited} titles edited, {len(dirty)} dirty, all in their looks")


def test_slides_can_be_added_copied_moved_and_deleted_in_real_decks(corpus, package_diff, draft_of, send, tmp_path):
    """Whatever the deck holds, the result has no fault of the package that was not there before."""
    faults = []
    for path in sorted((corpus / "pptx").iterdir())[::4]:
        draft = draft_of(Deck.open(path))
        if not draft.document.slides or not draft.document.layouts:
            continue
        send(
            draft,
            {"op": "duplicate_slide", "slide": 1},
            {"op": "add_slide", "kind": "bullets", "title": "Added", "text": ["One", "Two"], "notes": "Said"},
            {"op": "add_slide", "kind": "table", "title": "Rows", "table": [["A", "B"], ["1", "2"]]},
            {"op": "move_slide", "slide": 2, "to": 1},
        )
        send(draft, {"op": "delete_slides", "slides": [1]})
        out = tmp_path / f"out{path.suffix}"
        draft.document.save(out)
        result = package_diff.compare(str(path), str(out), ["*"], False)
        faults += [f"{path.name}: {fault}" for fault in result["new_faults"]]
    assert faults == []
