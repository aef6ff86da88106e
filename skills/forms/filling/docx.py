"""Content controls of any Word file, by tag: read, and filled with everything around them kept."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from copilot_server.office.package import Package
from copilot_server.office.xml import Element, qname
from skills.forms.filling import word_blanks
from skills.forms.filling.bindings import carry_over

_TICKED, _UNTICKED = "☒", "☐"
_ENTRY = re.compile(r"(\w+)\[(\d+)\]")
_STORIES = ("header", "footer", "footnotes", "endnotes")


@dataclass(frozen=True, slots=True)
class FilledFile:
    """`unplaced` are the values no control took, with the reason."""

    data: bytes
    unplaced: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """One content control; `kind` is the slot kind it is most like."""

    tag: str
    alias: str
    kind: str
    value: Any
    choices: tuple[tuple[str, str], ...]
    element: Element


def fill(data: bytes, values: Mapping[str, Any]) -> FilledFile:
    """Values by tag; repeating sections grow as their values need. Untouched parts stay byte for byte."""
    package = Package.open(data)
    placed: set[str] = set()
    unplaced: dict[str, str] = {}
    for part in _parts(package):
        known = {found.tag for found in controls(package.xml(part))}
        if not known & {*values, *(_ENTRY.sub(r"\1[0]", name) for name in values)}:
            continue
        root = package.edit_xml(part)
        _grow(root, values)
        for found in controls(root):
            if found.tag in values:  # several of one name show the same
                placed.add(found.tag)
                problem = _put(found, values[found.tag], package)
                if problem:
                    unplaced[found.tag] = problem
    if not placed:
        placed |= _fill_blanks(package, values)
    unplaced |= dict.fromkeys((name for name in values if name not in placed), "the file has no place for it")
    return FilledFile(package.to_bytes(), tuple(unplaced.items()))


def read(data: bytes) -> dict[str, Any]:
    """Tag -> text, or True for a ticked box; empty and unticked controls are left out."""
    package = Package.open(data)
    found = [each for part in _parts(package) for each in controls(package.xml(part))]
    if not found:
        return dict(word_blanks.ticked(_body(package)))
    return {each.tag: each.value for each in found if each.value not in (None, "", False)}


def read_beside(empty: bytes, data: bytes) -> dict[str, Any]:
    """As `read`; what was written into blanks is found by the file as it was before."""
    before, package = Package.open(empty), Package.open(data)
    if any(True for part in _parts(before) for _ in controls(before.xml(part))):
        return read(data)
    return word_blanks.read_beside(_body(before), _body(package))


def has_controls(root: Element) -> bool:
    """Whether what there is to fill in are controls; blanks are filled only in files that have none."""
    return any(control.kind != "picture" for control in controls(root))


def _body(package: Package) -> Element:
    root = package.xml(package.main_part)
    body = root.find(qname("w:body"))
    return root if body is None else body


def _fill_blanks(package: Package, values: Mapping[str, Any]) -> set[str]:
    if not values or has_controls(_body(package)):
        return set()
    root = package.edit_xml(package.main_part)
    body = root.find(qname("w:body"))
    return word_blanks.fill(root if body is None else body, values)


def controls(root: Element) -> Iterator[Control]:
    """In document order; repeating sections themselves are left out, and entries are numbered by their order."""
    for sdt in root.iter(qname("w:sdt")):
        properties = sdt.find(qname("w:sdtPr"))
        if properties is None or _is_section(properties):
            continue
        tag, alias = _value(properties, "w:tag"), _value(properties, "w:alias")
        name = _numbered(tag or alias, sdt)
        if name:
            kind, choices = _kind(properties)
            yield Control(name, alias or tag, kind, _content(sdt, properties, kind, choices), choices, sdt)


def _parts(package: Package) -> list[str]:
    main = package.main_part
    return [main, *(name for kind in _STORIES for name in package.related(main, kind))]


def _is_section(properties: Element) -> bool:
    return any(
        properties.find(qname(f"w15:{kind}")) is not None for kind in ("repeatingSection", "repeatingSectionItem")
    )


def _value(properties: Element, tag: str) -> str:
    found = properties.find(qname(tag))
    return "" if found is None else found.get(qname("w:val"), "")


def _numbered(tag: str, sdt: Element) -> str:
    """Word copies the tag when it adds an entry, so the entry's number is counted, not read."""
    match = _ENTRY.match(tag)
    if match is None:
        return tag
    for entry in sdt.iterancestors(qname("w:sdt")):
        if entry.find(f"{qname('w:sdtPr')}/{qname('w15:repeatingSectionItem')}") is not None:
            position = sum(1 for _ in entry.itersiblings(qname("w:sdt"), preceding=True))
            return f"{match[1]}[{position}]{tag[match.end() :]}"
    return tag


def _kind(properties: Element) -> tuple[str, tuple[tuple[str, str], ...]]:
    for tag, kind in (("w14:checkbox", "tick"), ("w:date", "date"), ("w:richText", "long"), ("w:picture", "picture")):
        if properties.find(qname(tag)) is not None:
            return kind, ()
    for tag in ("w:dropDownList", "w:comboBox"):
        listed = properties.find(qname(tag))
        if listed is not None:
            pairs = [(each.get(qname("w:value"), ""), each.get(qname("w:displayText"), "")) for each in listed]
            return "choice", tuple((value or label, label or value) for value, label in pairs if value or label)
    text = properties.find(qname("w:text"))
    is_long = text is not None and text.get(qname("w:multiLine")) in {"1", "true", "on"}
    return ("long" if is_long or text is None else "text"), ()


def _content(sdt: Element, properties: Element, kind: str, choices: tuple[tuple[str, str], ...]) -> Any:
    if kind == "tick":
        checked = properties.find(f"{qname('w14:checkbox')}/{qname('w14:checked')}")
        return checked is not None and checked.get(qname("w14:val")) in {"1", "true"}
    if properties.find(qname("w:showingPlcHdr")) is not None:
        return None
    text = _text(sdt)
    if kind == "choice":
        return next((value for value, label in choices if label == text), text)
    return text


def _text(sdt: Element) -> str:
    content = sdt.find(qname("w:sdtContent"))
    if content is None:
        return ""
    lines: list[str] = [""]
    for node in content.iter(qname("w:t"), qname("w:br"), qname("w:tab"), qname("w:p")):
        if node.tag == qname("w:t"):
            lines[-1] += node.text or ""
        elif node.tag == qname("w:tab"):
            lines[-1] += "\t"
        else:
            lines.append("")
    return "\n".join(lines).strip("\n")


def _put(found: Control, value: Any, package: Package) -> str:
    """Why the control does not take the value; "" when it did."""
    problem = _written(found, value)
    properties = found.element.find(qname("w:sdtPr"))
    if not problem and properties is not None:
        shown = _text(found.element) if found.kind != "tick" else "true" if _is_yes(value) else "false"
        carry_over(package, properties, f"{value}T00:00:00" if found.kind == "date" else shown)
    return problem


def _is_yes(value: Any) -> bool:
    return value is True or str(value).lower() == "true"


def _written(found: Control, value: Any) -> str:
    properties = found.element.find(qname("w:sdtPr"))
    assert properties is not None  # noqa: S101 - controls() yields none without
    match found.kind:
        case "tick":
            return _tick(found.element, properties, is_on=_is_yes(value))
        case "picture":
            return "a picture control takes no text"
        case "choice":
            label = dict(found.choices).get(str(value))
            label = label or next((shown for _, shown in found.choices if shown == str(value)), None)
            if label is None and properties.find(qname("w:comboBox")) is None:
                return f"{value!r} is none of its choices"
            _write(found.element, properties, label or str(value))
        case _:
            if found.kind == "date":
                date = properties.find(qname("w:date"))
                assert date is not None  # noqa: S101 - that is what makes it one
                date.set(qname("w:fullDate"), f"{value}T00:00:00Z")
            _write(found.element, properties, str(value))
    return ""


def _tick(sdt: Element, properties: Element, *, is_on: bool) -> str:
    box = properties.find(qname("w14:checkbox"))
    assert box is not None  # noqa: S101 - that is what makes it one
    checked = box.find(qname("w14:checked"))
    if checked is None:
        return "the box has no state to set"
    checked.set(qname("w14:val"), "1" if is_on else "0")
    state = box.find(qname("w14:checkedState" if is_on else "w14:uncheckedState"))
    code = state.get(qname("w14:val")) if state is not None else None
    shown = chr(int(code, 16)) if code else _TICKED if is_on else _UNTICKED
    text = next(sdt.iter(qname("w:t")), None)
    if text is not None:
        text.text = shown
    return ""


def _write(sdt: Element, properties: Element, text: str) -> None:
    """The first run carries the text in its own looks, less the prompt's; the other runs go."""
    prompt = properties.find(qname("w:showingPlcHdr"))
    content = sdt.find(qname("w:sdtContent"))
    assert content is not None  # noqa: S101 - every control has content
    runs = list(content.iter(qname("w:r")))
    first = runs[0] if runs else _new_run(content)
    for other in runs[1:]:
        parent = other.getparent()
        if parent is not None:
            parent.remove(other)
    for child in list(first):
        if child.tag != qname("w:rPr"):
            first.remove(child)
        elif prompt is not None:
            for style in child.findall(qname("w:rStyle")):
                child.remove(style)
    if prompt is not None:
        properties.remove(prompt)
    for index, line in enumerate(text.split("\n")):
        if index:
            first.append(first.makeelement(qname("w:br")))
        part = first.makeelement(qname("w:t"))
        part.set(qname("xml:space"), "preserve")
        part.text = line
        first.append(part)


def _new_run(content: Element) -> Element:
    holder = next(content.iter(qname("w:p")), content)
    made = holder.makeelement(qname("w:r"))
    holder.append(made)
    return made


def _grow(root: Element, values: Mapping[str, Any]) -> None:
    """As many entries in each repeating section as its values need."""
    needed: dict[str, int] = {}
    for name in values:
        match = _ENTRY.match(name)
        if match:
            needed[match[1]] = max(needed.get(match[1], 0), int(match[2]) + 1)
    numbers = [int(each.get(qname("w:val"), "0")) for each in root.iter(qname("w:id")) if _is_number(each)]
    fresh = max(numbers, default=0) + 1
    for sdt in list(root.iter(qname("w:sdt"))):
        properties = sdt.find(qname("w:sdtPr"))
        content = sdt.find(qname("w:sdtContent"))
        if properties is None or content is None or properties.find(qname("w15:repeatingSection")) is None:
            continue
        entries = content.findall(qname("w:sdt"))
        while entries and len(entries) < needed.get(_value(properties, "w:tag"), 0):
            copied = copy.deepcopy(entries[0])
            for number in copied.iter(qname("w:id")):
                number.set(qname("w:val"), str(fresh))
                fresh += 1
            entries[-1].addnext(copied)
            entries.append(copied)


def _is_number(each: Element) -> bool:
    return each.get(qname("w:val"), "").lstrip("-").isdigit()
