"""Plain commands understood without a model, and briefs turned into decks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import PurePath

from copilot_server.agent.phrases import EditData, Phrase, Plan, Request, clauses
from skills.presentations.brief import is_brief, slides_of
from skills.presentations.exhibit import exhibit, rows_of

_QUOTE = r"[\"“«'‘](?P<{0}>[^\"”»]+?)[\"”»'’]"
_SLIDE = r"(?:(?:slide|page)\s+#?(?P<slide>\d+|last))"
_LAST = re.compile(r"[\"“«][^\"”»]*[\"”»]|\bthe last (?:slide|page)\b", re.IGNORECASE)
_CHARTS = {
    "column": "column",
    "bar": "bar",
    "line": "line",
    "area": "area",
    "pie": "pie",
    "doughnut": "doughnut",
    "donut": "doughnut",
}
_OPEN_ENDED = re.compile(
    r"\bwith (?:the )?(?:bullets?|points?)\b|\bnotes? (?:to|on|for) slide #?\d+\s*:", re.IGNORECASE
)
EXAMPLES = (
    'a brief ("# Title", "## Slide", bullets, tables, > quotes, Notes: …), change the title of slide 2 to "X", '
    'add a slide titled "X" with bullets a; b; c after slide 3, delete slides 4-6, move slide 5 to the end, '
    'duplicate slide 2, hide slide 4, replace "a" with "b", add notes to slide 3: …, set the footer to "X", '
    "add slide numbers, apply template FILE, add a column chart from FILE.csv, put FILE.png on slide 2, "
    "make the title of slide 1 bold"
)
_HEADING = re.compile(r"^(?=#{1,3} \S)", re.MULTILINE)
_TEXT_FILES = (".md", ".markdown", ".txt")


def understand(request: Request) -> Plan:
    """A brief makes slides; otherwise every clause must be a known command."""
    brief = _brief_of(request)
    if brief is not None:
        return _made_of(brief, request)
    if request.is_new:
        data = _data_deck(request)
        if data:
            return Plan(edits=tuple(data))
    edits: list[EditData] = []
    unknown: list[str] = []
    for clause in _joined(clauses(request.text)):
        found = next((made for phrase in PHRASES if (made := phrase(clause, request)) is not None), None)
        if found is None:
            unknown.append(clause)
        else:
            edits.extend(found)
    return Plan(unknown=tuple(unknown), examples=EXAMPLES) if unknown or not edits else Plan(edits=tuple(edits))


def _brief_of(request: Request) -> str | None:
    if is_brief(request.text):
        return request.text
    written = [text for name, text in (request.texts or {}).items() if PurePath(name).suffix.lower() in _TEXT_FILES]
    return next((text for text in written if is_brief(text)), None) if request.is_new else None


def _made_of(brief: str, request: Request) -> Plan:
    """The brief's slides; what is asked for above its first heading ("use the design grove") is done, not shown."""
    is_said = is_brief(request.text)
    above = _HEADING.split(request.text, maxsplit=1)[0] if is_said else request.text
    asked: list[EditData] = []
    for clause in clauses(above):
        found = next((made for phrase in PHRASES if (made := phrase(clause, request)) is not None), None)
        if found is not None:
            asked.extend(found)
            brief = brief.replace(clause, "", 1) if is_said else brief
    designs = [edit for edit in asked if edit["op"] == "apply_template"]
    others = [edit for edit in asked if edit["op"] != "apply_template"]
    return Plan(edits=(*designs, *({"op": "add_slide", **slide} for slide in slides_of(brief)), *others))


def _data_deck(request: Request) -> list[EditData]:
    """A new deck from tables alone: a title, then each file as chart or table."""
    tables = {name: text for name, text in (request.texts or {}).items() if name.lower().endswith((".csv", ".tsv"))}
    if not tables:
        return []
    title = request.text.strip().rstrip(".") or PurePath(next(iter(tables))).stem
    slides: list[EditData] = [{"op": "add_slide", "kind": "title", "title": title}]
    for name, text in tables.items():
        slides.append({"op": "add_slide", "title": _titled(name), **exhibit(rows_of(text))})
    return slides


def _joined(parts: Sequence[str]) -> list[str]:
    """`with bullets a; b; c` was split at its semicolons: what is no command of its own belongs to them."""
    joined: list[str] = []
    for part in parts:
        is_command = bool(_STARTS.match(part))
        if joined and _OPEN_ENDED.search(joined[-1]) and not is_command:
            joined[-1] += "; " + part
        else:
            joined.append(part)
    return joined


_STARTS = re.compile(
    r"(?:please\s+)?(?:add|insert|make|create|delete|remove|move|duplicate|copy|hide|show|unhide|replace|"
    r"set|change|rename|apply|use|put)\b",
    re.IGNORECASE,
)


def _phrase(pattern: str, build: Callable[[re.Match[str], Request], Sequence[EditData] | None]) -> Phrase:
    compiled = re.compile(r"(?:please\s+|now\s+)?" + pattern + r"\s*[.!]?", re.IGNORECASE | re.DOTALL)

    def phrase(clause: str, request: Request) -> Sequence[EditData] | None:
        plain = _LAST.sub(lambda found: found[0] if found[0][0] in '"“«' else "slide last", clause.strip())
        found = compiled.fullmatch(plain)
        return build(found, request) if found else None

    return phrase


def _q(name: str) -> str:
    return _QUOTE.format(name)


def _add(found: re.Match[str], _: Request) -> Sequence[EditData]:
    rest = found["rest"] or ""
    after = re.search(r",?\s*\(?\bafter slide (\d+)\)?\s*$|\(?\bat the (beginning|start)\)?\s*$", rest, re.IGNORECASE)
    bullets = rest[: after.start()] if after else rest
    first = found["after"] or found["then"] or (after[1] if after and after[1] else "0" if after else None)
    lines = [part.strip(' ."“”') for part in re.split(r"\s*[;\n]\s*", bullets) if part.strip(" .")]
    place = {"after": first} if first else {}
    return [
        {
            "op": "add_slide",
            "kind": "bullets" if lines else "title_only",
            "title": found["title"],
            "text": lines,
            **place,
        }
    ]


def _numbers(text: str) -> list[str]:
    """`2, 4 and 6-8` → each number; the last slide is called so."""
    if text == "last":
        return [text]
    found: list[str] = []
    for first, last in re.findall(r"(\d+)(?:\s*(?:-|–|to)\s*(\d+))?", text):
        found += [str(n) for n in range(int(first), int(last or first) + 1)]
    return found


def _move(found: re.Match[str], _: Request) -> Sequence[EditData]:
    where, slide = found["where"].lower(), found["slide"]
    at = 10_000 if slide == "last" else int(slide)
    digits = re.search(r"\d+", where)
    to = int(digits[0]) if digits else 1 if re.search(r"first|front|start|beginning", where) else 10_000
    if digits and "after" in where and at > to:
        to += 1
    elif digits and "before" in where and at < to:
        to -= 1
    return [{"op": "move_slide", "slide": slide, "to": max(to, 1)}]


def _replace(found: re.Match[str], _: Request) -> Sequence[EditData]:
    place = {"slide": found["slide"]} if found["slide"] else {}
    return [{"op": "replace_text", "find": found["old"], "replace": found["new"], **place}]


def _chart(found: re.Match[str], request: Request) -> Sequence[EditData] | None:
    name = found["file"].strip("\"'“” ")
    text = next(
        (text for known, text in (request.texts or {}).items() if PurePath(known).name == PurePath(name).name), None
    )
    if text is None:
        return None
    made = exhibit(rows_of(text), _CHARTS[found["type"].lower()])
    if "chart" not in made:
        return None
    if found["slide"] and found["how"].lower() != "after":
        return [{"op": "add_exhibit", "slide": found["slide"], "chart": made["chart"]}]
    place = {"after": found["slide"]} if found["slide"] else {}
    return [{"op": "add_slide", "title": found["title"] or _titled(name), **made, **place}]


def _titled(name: str) -> str:
    return re.sub(r"[_-]+", " ", PurePath(name).stem).strip().capitalize()


def _set_role(found: re.Match[str], _: Request) -> Sequence[EditData]:
    return [{"op": "set_text", "slide": found["slide"], "shape": found["role"].lower(), "text": [found["text"]]}]


def _hide(found: re.Match[str], _: Request) -> Sequence[EditData]:
    hidden = found["verb"].lower() == "hide"
    return [{"op": "hide_slides", "slides": _numbers(found["list"]), "hidden": hidden}]


def _notes(found: re.Match[str], _: Request) -> Sequence[EditData]:
    added = {"append": True} if found["verb"].lower() == "add" else {}
    return [{"op": "set_notes", "slide": found["slide"], "notes": found["notes"].strip('"“”'), **added}]


def _picture(found: re.Match[str], _: Request) -> Sequence[EditData]:
    return [{"op": "add_exhibit", "slide": found["slide"], "picture": found["file"]}]


def _look(found: re.Match[str], _: Request) -> Sequence[EditData]:
    look = {"b": "bold", "i": "italic", "u": "underline"}[found["look"][0].lower()]
    return [{"op": "format_text", "slide": found["slide"], "shape": found["role"].lower(), look: True}]


def _template(found: re.Match[str], _: Request) -> Sequence[EditData]:
    return [{"op": "apply_template", "template": found["file"].strip("\"“”'")}]


_SET = r"(?:change|set|rename|make)"
_ADD = r"(?:add|insert|make|create)"
_NEW_SLIDE = r"(?:a |an |another )?(?:new )?slide"
_TITLED = r"(?:titled|called|named|with (?:the )?title)"
_LIST = r"(?P<list>last|\d[\d\s,\-–andto&]*)"
_ROLE = r"(?P<role>title|subtitle)"

PHRASES: tuple[Phrase, ...] = (
    _phrase(rf"{_SET} the {_ROLE} (?:of|on) {_SLIDE} (?:to|be|as)?\s*{_q('text')}", _set_role),
    _phrase(rf"{_SET} (?:the )?{_SLIDE}(?:'s)? {_ROLE} (?:to )?{_q('text')}", _set_role),
    _phrase(
        rf"{_ADD} {_NEW_SLIDE}(?: after slide (?P<after>\d+))?,? {_TITLED} {_q('title')}"
        r"(?:,?\s*with (?:the )?(?:bullets?|points?):?\s*(?P<rest>.+?)|,?\s*\(?after slide (?P<then>\d+)\)?)?",
        _add,
    ),
    _phrase(
        rf"(?:delete|remove|drop) (?:the )?slides? {_LIST}",
        lambda found, _: [{"op": "delete_slides", "slides": _numbers(found["list"])}],
    ),
    _phrase(rf"move {_SLIDE} (?P<where>.+)", _move),
    _phrase(
        rf"(?:duplicate|copy) {_SLIDE}",
        lambda found, _: [{"op": "duplicate_slide", "slide": found["slide"]}],
    ),
    _phrase(rf"(?P<verb>hide|unhide|show) slides? {_LIST}", _hide),
    _phrase(
        rf"(?:replace|change) (?:the words? |all )?{_q('old')} (?:with|by|to) {_q('new')}"
        rf"(?: (?:on|in) {_SLIDE}| everywhere| throughout.*)?",
        _replace,
    ),
    _phrase(
        rf"(?P<verb>add|set|put) (?:the )?(?:speaker )?notes? (?:to|on|for|of) {_SLIDE}"
        r"\s*(?::|to|saying)\s*(?P<notes>.+)",
        _notes,
    ),
    _phrase(
        rf"(?:set|change|add|put) (?:the |a )?footer (?:text )?(?:to |saying )?{_q('text')}",
        lambda found, _: [{"op": "set_footers", "footer": found["text"]}],
    ),
    _phrase(
        r"(?:add|show|turn on|insert) (?:the )?(?:slide|page) numbers?"
        r"(?: (?:to|on) (?:all |every |each )?(?:the )?(?:slides?|deck|pages?))?",
        lambda _, __: [{"op": "set_footers", "numbers": True}],
    ),
    _phrase(
        r"(?:remove|hide|turn off) (?:the )?(?:slide|page) numbers?",
        lambda _, __: [{"op": "set_footers", "numbers": False}],
    ),
    _phrase(r"(?:apply|use) (?:the )?(?:template|theme|design) (?P<file>[\"“']?[^\s\"”']+[\"”']?)", _template),
    _phrase(
        r"(?:apply|use) (?:the )?(?!(?:the|an?|this|that|my|our|another|new|other)\b)(?P<file>[\w\-]+) "
        r"(?:template|theme|design)",
        _template,
    ),
    _phrase(
        rf"(?:add|insert|make) (?:a |an )?(?P<type>{'|'.join(_CHARTS)}) chart (?:from|of|with) (?P<file>\S+)"
        rf"(?:,? {_TITLED} {_q('title')})?(?: (?P<how>to|on|after) {_SLIDE})?",
        _chart,
    ),
    _phrase(
        rf"(?:add|insert|put|place) (?:the |a )?(?:(?:picture|image|photo|logo) )?"
        rf"[\"“']?(?P<file>[^\s\"”']+\.(?:png|jpe?g|gif|bmp|tiff?))[\"”']? (?:to|on|onto|in|into) {_SLIDE}",
        _picture,
    ),
    _phrase(rf"{_SET} (?:the )?{_ROLE} (?:of|on) {_SLIDE} (?P<look>bold|italic|underlined?)", _look),
)
