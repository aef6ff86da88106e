"""A web form read into the model; pages of ours come back whole, foreign ones by their controls and labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lxml import etree, html

from copilot_server.errors import DamagedFile
from skills.forms.model.items import ID_PATTERN
from skills.forms.sources.assemble import Found, Imported, definition_of
from skills.forms.sources.page import definition_in

_TYPES = {
    "email": "email", "tel": "phone", "url": "url", "number": "number", "range": "number", "date": "date",
    "time": "time", "datetime-local": "date_time", "file": "file",
}  # fmt: skip
_SKIPPED = {"submit", "button", "reset", "image", "hidden", "search"}
_SECTIONS = {"h2", "h3", "h4"}


def read(data: bytes) -> Imported:
    """Raises DamagedFile for what is no HTML."""
    try:
        root: Any = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (ValueError, etree.ParserError) as error:
        raise DamagedFile(f"the page cannot be read: {error}") from error
    own = definition_in(root)
    if own is not None:
        return Imported(own)
    forms = root.xpath("//form")
    scope = max(forms, key=lambda form: len(form.xpath(".//input|.//select|.//textarea"))) if forms else root
    return definition_of(_title(root), list(_sections(scope, root)))


def _title(root: Any) -> str:
    for path in ("//h1", "//title", "//h2"):
        for node in root.xpath(path):
            if _text(node):
                return _text(node)
    return ""


def _sections(scope: Any, root: Any) -> Iterator[tuple[str, list[Found]]]:
    """By fieldsets and second-level headings that stand before controls."""
    heading, listed, seen = "", list[Found](), set[str]()
    for node in scope.iter():
        if not isinstance(node.tag, str):
            continue
        if node.tag in _SECTIONS and node.xpath("following::input|following::select|following::textarea"):
            yield heading, _named_by(heading, listed)
            heading, listed = _text(node), []
        elif node.tag in {"input", "select", "textarea"}:
            found = _control(node, scope, root, seen)
            if found is not None:
                listed.append(found)
    yield heading, _named_by(heading, listed)


def _named_by(heading: str, listed: list[Found]) -> list[Found]:
    """A heading over one control without a label is its label."""
    if heading and len(listed) == 1 and listed[0].more.get("nameless"):
        listed = [replace(listed[0], label=heading)]
    return [replace(each, more={key: told for key, told in each.more.items() if key != "nameless"}) for each in listed]


def _control(node: Any, scope: Any, root: Any, seen: set[str]) -> Found | None:
    kind = (node.get("type") or "text").lower() if node.tag == "input" else node.tag
    if kind in _SKIPPED:
        return None
    name = node.get("name") or node.get("id") or ""
    group = _group(node, scope, name) if kind in {"radio", "checkbox"} and name else [node]
    key = f"{kind}:{name}" if len(group) > 1 else f"{kind}:{name}:{node.sourceline}:{id(node) if not name else ''}"
    if key in seen:
        return None
    seen.add(key)
    label = _label(node, root)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.removesuffix("[]"))
    safe = re.sub(r"\W+", "_", words).strip("_").lower()
    safe = safe if re.match(ID_PATTERN, safe) else ""
    is_required = any(each.get("required") is not None or each.get("aria-required") == "true" for each in group)
    is_required = is_required or label.endswith("*")
    label = label.rstrip(" *:")
    if kind == "radio" or (kind == "checkbox" and len(group) > 1):
        question = _group_label(group, root) or label
        is_required = is_required or question.endswith("*")
        choices = tuple((each.get("value") or _label(each, root), _label(each, root)) for each in group)
        more = {"type": "single_choice" if kind == "radio" else "multiple_choice"}
        return Found(safe or question, question.rstrip(" *:"), "choice", choices, is_required, more=more)
    more = _more(node, kind) | {"help": _help(node, root)} | ({} if label and label != name else {"nameless": True})
    more = {key: told for key, told in more.items() if told}
    return Found(safe or label or name, label or name, *_shape(node, kind), is_required, more=more)


def _help(node: Any, root: Any) -> str:
    """What describes the control to screen readers, else small print right after it."""
    described = [root.get_element_by_id(each, None) for each in (node.get("aria-describedby") or "").split()]
    if any(each is not None for each in described):
        return " ".join(_text(each) for each in described if each is not None)
    after = node.getnext()
    is_small = after is not None and (after.tag == "small" or "form-text" in (after.get("class") or ""))
    return _text(after) if is_small else ""


def _shape(node: Any, kind: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    if kind == "select":
        options = [(each.get("value", _text(each)), _text(each)) for each in node.iter("option")]
        return "choice", tuple((value, label) for value, label in options if value and label)
    if kind == "checkbox":
        return "tick", ()
    return ("long", ()) if kind == "textarea" else (_TYPES.get(kind, "text"), ())


def _more(node: Any, kind: str) -> dict[str, Any]:
    """Bounds the page states, in the model's words."""
    told: dict[str, Any] = {"placeholder": node.get("placeholder", "")} if kind in {"text", "textarea", "email"} else {}
    if kind == "select" and node.get("multiple") is not None:
        told["type"] = "multiple_choice"
    if kind in {"number", "range"}:
        told |= {name: float(node.get(name)) for name in ("min", "max") if _is_number(node.get(name))}
    if kind == "date":
        told |= {new: node.get(old) for old, new in (("min", "earliest"), ("max", "latest")) if node.get(old)}
    if kind in {"text", "textarea"}:
        lengths = (("minlength", "min_length"), ("maxlength", "max_length"))
        told |= {
            new: int(node.get(old)) for old, new in lengths if (node.get(old) or "").isdigit() and node.get(old) != "0"
        }
    if kind == "file" and node.get("accept"):
        told["accept"] = tuple(each.strip() for each in node.get("accept").split(",") if each.strip().startswith("."))
    return {name: value for name, value in told.items() if value}


def _is_number(text: str | None) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text or ""))


def _group(node: Any, scope: Any, name: str) -> list[Any]:
    kind = node.get("type").lower()
    return [
        each for each in scope.iter("input") if each.get("name") == name and (each.get("type") or "").lower() == kind
    ]


def _label(node: Any, root: Any) -> str:
    """As a browser names it: aria-labelledby, aria-label, label, then title, placeholder and the text before it."""
    referred = [root.get_element_by_id(each, None) for each in (node.get("aria-labelledby") or "").split()]
    joined = " ".join(_text(each) for each in referred if each is not None)
    if joined or node.get("aria-label"):
        return joined or node.get("aria-label").strip()
    if node.get("id"):
        for label in root.iter("label"):
            if label.get("for") == node.get("id") and _text(label):
                return _text(label)
    for label in node.iterancestors("label"):
        if _text(label):
            return _text(label)
    return (node.get("title") or _before(node) or node.get("placeholder") or node.get("name") or "").strip()


def _before(node: Any) -> str:
    """The nearest text before the control in its own block, or the cell beside it."""
    for _ in range(3):
        previous = node.getprevious()
        if previous is not None:
            text = (previous.tail or "").strip() or (
                _text(previous) if previous.tag in {"label", "span", "b", "strong", "td", "th", "p", "div"} else ""
            )
            if text:
                return text
        parent = node.getparent()
        if parent is None:
            return ""
        if (parent.text or "").strip():
            return parent.text.strip()
        node = parent
    return ""


def _group_label(group: list[Any], root: Any) -> str:
    """The legend or heading over a set of choices: of their nearest common block."""
    first = group[0]
    for ancestor in first.iterancestors():
        if not all(ancestor in list(each.iterancestors()) for each in group):
            continue
        if ancestor.get("aria-labelledby"):
            found = root.get_element_by_id(ancestor.get("aria-labelledby").split()[0], None)
            if found is not None:
                return _text(found)
        for node in ancestor.iter("legend", "label", "p", "h3", "h4", "span", "strong", "th", "td"):
            has_control = node.xpath(".//input") or node.get("for")
            if not has_control and _text(node) and _comes_before(node, first):
                return _text(node)
        if ancestor.tag in {"form", "body"}:
            return ""
    return ""


def _comes_before(node: Any, control: Any) -> bool:
    for each in node.getroottree().getroot().iter():
        if each is node:
            return True
        if each is control:
            return False
    return False


def _text(node: Any) -> str:
    return " ".join((node.text_content() or "").split())
