"""Whether text or a paragraph already is formatted as asked, so that nothing need be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skills.documents.document.markup import PPR, RPR, TBL, child, is_on, value, w

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copilot_server.office.xml import Element
    from skills.documents.document.styles import Styles

_TOGGLES: Final = frozenset({"b", "i", "strike", "keepNext", "pageBreakBefore"})
_OFF: Final = frozenset({"0", "none", "baseline"})  # what an edit writes to take a look away
_OTHER_SCRIPTS: Final = "\u0590"  # Hebrew comes first of the scripts that have fonts and sizes of their own


def is_so(holder: Element | None, local: str, wanted: Mapping[str, str], text: str = "") -> bool:
    """Whether `w:local` in the properties says what is wanted; of fonts, for the letters of `text`."""
    found = child(holder, local)
    if found is None:
        return False
    if local in _TOGGLES:
        return is_on(holder, local) == (wanted.get("val") not in _OFF)
    given = {str(name).rpartition("}")[2]: str(given) for name, given in found.attrib.items()}
    if local == "rFonts":
        if any(name.endswith("Theme") for name in given):
            return False
        names = {"ascii", "hAnsi"} if max(text, default="") < _OTHER_SCRIPTS else wanted.keys()
        return all(given.get(name) == wanted[name] for name in names)
    return given == dict(wanted)


def is_off(run: Element | None, local: str, wanted: Mapping[str, str], paragraph: Element, styles: Styles) -> bool:
    """Whether a look is to be taken away that neither the run nor any style gives it."""
    if wanted.get("val") not in _OFF or next(paragraph.iterancestors(TBL), None) is not None:
        return False  # the styles of tables reach into their cells
    rpr = None if run is None else run.find(RPR)
    if child(rpr, local) is not None:
        return False
    style_ids = (value(rpr, "rStyle"), value(paragraph.find(PPR), "pStyle") or styles.default_id)
    if any(styles.inherited(each, str(RPR), local) is not None for each in style_ids):
        return False
    defaults = None if styles.root is None else styles.root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}")
    return child(defaults, local) is None
