"""Direct formatting in words people use: "bold", "16 pt", "centred"."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from copilot_server.office.xml import local_name
from skills.documents.document.markup import PPR, RPR, VAL, is_on, number, w
from skills.documents.document.runs import typed_formatting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copilot_server.office.xml import Element
    from skills.documents.document.inline import Inline

_TOGGLES: Final = {
    "b": "bold",
    "i": "italic",
    "strike": "struck",
    "caps": "capitals",
    "smallCaps": "small capitals",
    "vanish": "hidden",
}
_ALIGNMENTS: Final = {"center": "centred", "both": "justified", "left": "left", "start": "left", "right": "right"}
_FLAGS: Final = {"keepNext": "kept with next", "keepLines": "lines kept together", "pageBreakBefore": "starts a page"}
_TOLD_ELSEWHERE: Final = frozenset({"pStyle", "rPr", "sectPr", "pPrChange"})


def of_text(stretches: Iterable[Inline]) -> Counter[str]:
    """How many characters have which."""
    found: Counter[str] = Counter()
    for each in stretches:
        if each.kind == "text":
            for fact in of_run(typed_formatting(each.run)):
                found[fact] += len(each.text)
    return found


def of_run(rpr: Element | None) -> list[str]:
    """Of run properties, in the order they stand."""
    return [fact for each in (rpr if rpr is not None else ()) if (fact := _run_fact(rpr, each))]


def _run_fact(rpr: Element | None, each: Element) -> str:
    name, given = local_name(each), each.get(VAL, "")
    if name in _TOGGLES:
        return _TOGGLES[name] if is_on(rpr, name) else f"not {_TOGGLES[name]}"
    match name:
        case "u":
            return "not underlined" if given == "none" else "underlined"
        case "sz":
            return f"{number(given) / 2:g} pt"
        case "rFonts":
            return next((font for key in ("ascii", "hAnsi", "asciiTheme") if (font := each.get(w(key)))), "")
        case "color":
            return f"colour {given}"
        case "highlight" | "vertAlign":
            return given
        case "rStyle":
            return f"style {given}"
        case _:
            return ""


def of_paragraph(paragraph: Element) -> Counter[str]:
    ppr = paragraph.find(PPR)
    facts = (_paragraph_fact(ppr, each) for each in (ppr if ppr is not None else ()))
    return Counter(fact for fact in facts if fact)


def _paragraph_fact(ppr: Element | None, each: Element) -> str:
    name = local_name(each)
    if name in _TOLD_ELSEWHERE:
        return ""
    match name:
        case "jc":
            return _ALIGNMENTS.get(each.get(VAL, ""), each.get(VAL, ""))
        case "numPr":
            inner = {local_name(part): part.get(VAL, "") for part in each}
            return f"list {inner.get('numId', '?')} level {number(inner.get('ilvl')) + 1}"
        case "spacing" | "ind":
            shown = (f"{key.rpartition('}')[2]} {_points(key, text)}" for key, text in sorted(each.attrib.items()))
            return f"{'spacing' if name == 'spacing' else 'indent'} {', '.join(map(str, shown))}"
        case _:
            return _FLAGS.get(name, name) if is_on(ppr, name) else f"not {_FLAGS.get(name, name)}"


def _points(key: str | bytes, text: str | bytes) -> str:
    is_count = str(key).endswith(("lineRule", "Autospacing", "Lines", "Chars")) or not str(text).lstrip("-").isdigit()
    return str(text) if is_count else f"{number(str(text)) / 20:g} pt"


def differences(before: Counter[str], after: Counter[str]) -> str:
    """What is more or less of than it was: "+bold, +16 pt, -italic"."""
    more = [f"+{fact}" for fact in after if after[fact] > before[fact]]
    less = [f"-{fact}" for fact in before if after[fact] < before[fact]]
    return ", ".join([*more, *less]) or "details that do not show"


def used(paragraph: Element) -> str:
    """All direct formatting of a paragraph, and how its mark or runs look where they all look so."""
    facts = list(of_paragraph(paragraph))
    looks = [of_run(run.find(RPR)) for run in paragraph.iter(w("r"))]
    facts += [fact for fact in (looks[0] if looks else []) if all(fact in each for each in looks)]
    facts += [f"partly {fact}" for fact in dict.fromkeys(fact for each in looks for fact in each) if fact not in facts]
    return ", ".join(facts)
