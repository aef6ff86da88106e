"""The pieces a template is drawn from: placeholders with their text levels, motif shapes, colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from copilot_server.office.xml import Element
from skills.presentations.document.markup import node
from skills.presentations.themes.grid import Area

STEP = 285750  # EMU a level is indented by
_WIDE_STEP = 365760  # where type may grow


@dataclass(frozen=True)
class Type:
    """How a placeholder's first level is set: sizes in points, a scheme slot; `below` is the second level's size."""

    size: float
    color: str | None = None
    bold: bool | None = None
    align: str | None = None
    anchor: str | None = None
    heading: bool = False
    bullets: bool = True
    italic: bool = False
    line: int | None = None
    flush: bool = False
    before: int | None = None
    below: float | None = None


def scheme(name: str, alpha: int | None = None, shade: int | None = None) -> Element:
    """A solid fill in a theme colour; `alpha` in percent of opacity, `shade` a luminance in percent."""
    color = node("a:schemeClr", {"val": name})
    if shade is not None:
        color.append(node("a:lumMod", {"val": shade * 1000}))
        if shade < 100:
            color.append(node("a:lumOff", {"val": (100 - shade) * 1000}))
    if alpha is not None:
        color.append(node("a:alpha", {"val": alpha * 1000}))
    return node("a:solidFill", None, color)


def transform(area: Area) -> Element:
    x, y, width, height = area.emu()
    return node("a:xfrm", None, node("a:off", {"x": x, "y": y}), node("a:ext", {"cx": width, "cy": height}))


def motif(key: int, name: str, area: Area, fill: Element, geometry: str = "rect") -> Element:
    """A decoration: no text, no outline, and marked as decorative by having an empty description."""
    about = node(
        "p:nvSpPr",
        None,
        node("p:cNvPr", {"id": key, "name": name}),
        node("p:cNvSpPr"),
        node("p:nvPr", {"userDrawn": 1}),
    )
    looks = node(
        "p:spPr",
        None,
        transform(area),
        node("a:prstGeom", {"prst": geometry}, node("a:avLst")),
        fill,
        node("a:ln", None, node("a:noFill")),
    )
    body = node(
        "p:txBody",
        None,
        node("a:bodyPr"),
        node("a:lstStyle"),
        node("a:p", None, node("a:endParaRPr", {"lang": "en-US"})),
    )
    return node("p:sp", None, about, looks, body)


def placeholder(
    key: int, name: str, kind: str | None, index: int | None, area: Area | None, kind_type: Type | None, prompt: str
) -> Element:
    """A layout's placeholder; without area or type it takes after the master's."""
    attributes: dict[str, str | int] = {"type": kind} if kind else {}
    attributes |= {"idx": index} if index is not None else {}
    attributes |= {"sz": "quarter"} if kind in {"dt", "ftr", "sldNum"} else {}
    about = node(
        "p:nvSpPr",
        None,
        node("p:cNvPr", {"id": key, "name": name}),
        node("p:cNvSpPr", None, node("a:spLocks", {"noGrp": 1})),
        node("p:nvPr", None, node("p:ph", attributes)),
    )
    looks = node("p:spPr", None, *([transform(area)] if area else []))
    body = node("p:txBody", None, _frame(kind_type), _levels(kind_type), *_prompt(kind, prompt))
    return node("p:sp", None, about, looks, body)


def level(number: int, kind_type: Type, *, left: int = 0, indent: int = 0, bullet: Element | None = None) -> Element:
    """One `a:lvlNpPr`; `left` and `indent` in EMU."""
    attributes: dict[str, str | int] = {"marL": left, "indent": indent}
    attributes |= {"algn": kind_type.align} if kind_type.align else {}
    made = node(f"a:lvl{number}pPr", attributes)
    if kind_type.line:
        made.append(node("a:lnSpc", None, node("a:spcPct", {"val": kind_type.line * 1000})))
    if kind_type.before:
        made.append(node("a:spcBef", None, node("a:spcPts", {"val": kind_type.before * 100})))
    made.append(bullet if bullet is not None else node("a:buNone"))
    made.append(_character(kind_type))
    return made


def _character(kind_type: Type) -> Element:
    attributes: dict[str, str | int] = {"sz": round(kind_type.size * 100)}
    attributes |= {"b": int(kind_type.bold)} if kind_type.bold is not None else {}
    attributes |= {"i": 1} if kind_type.italic else {}
    made = node("a:defRPr", attributes)
    if kind_type.color:
        made.append(scheme(kind_type.color))
    made.extend(fonts("mj" if kind_type.heading else "mn"))
    return made


def fonts(which: str) -> Sequence[Element]:
    """The three references to the major (`mj`) or minor (`mn`) theme font."""
    scripts = (("a:latin", "lt"), ("a:ea", "ea"), ("a:cs", "cs"))
    return [node(name, {"typeface": f"+{which}-{script}"}) for name, script in scripts]


def _frame(kind_type: Type | None) -> Element:
    if kind_type is None:
        return node("a:bodyPr")
    attributes: dict[str, str | int] = {"lIns": 0, "rIns": 0} if kind_type.flush else {}
    attributes |= {"anchor": kind_type.anchor} if kind_type.anchor else {}
    return node("a:bodyPr", attributes, node("a:normAutofit"))


def _levels(kind_type: Type | None) -> Element:
    made = node("a:lstStyle")
    if kind_type is None:
        return made
    if kind_type.bullets:
        return made
    made.append(level(1, kind_type))
    if kind_type.below:
        second = replace(kind_type, size=kind_type.below, bold=None, before=8)
        dash = node("a:buChar", {"char": "–"})
        made.append(level(2, second, left=_WIDE_STEP, indent=-_WIDE_STEP, bullet=dash))
    return made


def _prompt(kind: str | None, prompt: str) -> Sequence[Element]:
    looks = node("a:rPr", {"lang": "en-US"})
    if kind == "sldNum":
        field = node(
            "a:fld",
            {"id": "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", "type": "slidenum"},
            looks,
            node("a:t", text="‹#›"),
        )
        return [node("a:p", None, field)]
    if not prompt:
        return [node("a:p", None, node("a:endParaRPr", {"lang": "en-US"}))]
    return [
        node(
            "a:p",
            None,
            node("a:pPr", {"lvl": at} if at else {}),
            node("a:r", None, node("a:rPr", {"lang": "en-US"}), node("a:t", text=line)),
        )
        for at, line in enumerate(prompt.split("\n"))
    ]
