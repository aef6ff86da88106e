"""Plain commands understood without a model: an outline, or one command a line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence

from copilot_server.agent.phrases import EditData, Phrase, Plan, Request, plan_by_clauses
from skills.forms.outline.kinds import by_wording
from skills.forms.outline.lines import read_line

_NAME = r"""(?:"([^"]+)"|“([^”]+)”|«([^»]+)»|'([^']+)')"""
_PLEASE = re.compile(r"^(?:please|pls|kindly|now|and|can you|could you)\s+|\s*[.!]?\s*(?:please)?[.!]?$", re.IGNORECASE)
_OUTLINE = re.compile(r"^\s*##? \S", re.MULTILINE)
# Facts in the message itself: JSON, or lines of names and values.
_STATED = re.compile(
    r"(?:please\s+)?fill\s*(?:it|this|the form|in|out)*\s*(?:from|with|using)\s*:?\s*(\{.*\}|[^\n]*\w\s*[:=]\s?\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_TARGETS = {
    "html": "html", "web": "html", "web page": "html", "page": "html", "docx": "docx", "word": "docx", "pdf": "pdf",
    "xlsx": "xlsx", "excel": "xlsx", "schema": "schema", "json schema": "schema", "xlsform": "xlsform",
    "odk": "xlsform",
    "surveyjs": "surveyjs", "google": "google", "google forms": "google",
}  # fmt: skip
_LANGUAGES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "polish": "pl", "arabic": "ar", "japanese": "ja",
    "italian": "it", "dutch": "nl", "portuguese": "pt", "chinese": "zh", "russian": "ru", "ukrainian": "uk",
    "turkish": "tr", "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi", "czech": "cs", "greek": "el",
    "hebrew": "he", "korean": "ko", "hindi": "hi",
}  # fmt: skip


def understand(request: Request) -> Plan:
    """A whole outline (in the request or an attached file) is one edit; else each clause is a command."""
    if _OUTLINE.search(request.text):
        before, outline = _split_outline(request.text)
        lead = _leading(before, request)
        if lead is not None:
            return Plan(edits=(*lead, {"op": "write_outline", "outline": outline}))
    stated = _STATED.fullmatch(request.text.strip())
    if stated and not request.texts:
        return Plan(edits=({"op": "fill", "data": _a_line_each(stated[1].strip())},))
    attached = [text for text in (request.texts or {}).values() if _OUTLINE.search(text)]
    if attached and (request.is_new or re.search(r"\b(outline|form|build|make|create)\b", request.text, re.IGNORECASE)):
        return Plan(edits=tuple({"op": "write_outline", "outline": text} for text in attached))
    return plan_by_clauses(request, _PHRASES, _EXAMPLES)


def _a_line_each(facts: str) -> str:
    """`Name: Ada; Email: ada@example.org` a line each, where every piece has a key."""
    pieces = [piece.strip() for piece in facts.split(";")]
    return "\n".join(pieces) if all(re.match(r"[^:=\n]{1,80}[:=]\s*\S", piece) for piece in pieces) else facts


def _split_outline(text: str) -> tuple[str, str]:
    start = next(match.start() for match in _OUTLINE.finditer(text))
    return text[:start].strip(), text[start:].strip("\n")


def _leading(text: str, request: Request) -> tuple[EditData, ...] | None:
    """What stands before an outline: nothing much ("make this form:"), or commands of its own."""
    if not text or re.fullmatch(r"[^\n]*\b(form|outline|survey|questionnaire|quiz)\b[^\n]*", text, re.IGNORECASE):
        return ()
    plan = plan_by_clauses(Request(text, request.selection, request.texts, request.is_new), _PHRASES)
    return None if plan.unknown else plan.edits


def _phrase(pattern: str) -> Callable[[Callable[[Sequence[str], Request], Sequence[EditData] | None]], Phrase]:
    """A phrase from a pattern in which `NAME` is a quoted name, or bare words where nothing follows it."""
    compiled = re.compile(pattern.replace("NAME", _NAME), re.IGNORECASE | re.DOTALL)

    def bind(make: Callable[[Sequence[str], Request], Sequence[EditData] | None]) -> Phrase:
        def phrase(clause: str, request: Request) -> Sequence[EditData] | None:
            match = compiled.fullmatch(_polite(clause))
            if match is None:
                return None
            return make([group.strip() for group in match.groups() if group is not None], request)

        return phrase

    return bind


def _polite(clause: str) -> str:
    while (shorter := _PLEASE.sub("", clause).strip()) != clause:
        clause = shorter
    return clause


_EXAMPLES = (
    'an outline ("# Title", "## Section", a question a line), add a required question "Phone" [phone] after "Email", '
    'remove question "Fax", rename "Mail" to "Email", make "Email" required, add option "Vegan" to "Meal", '
    'show "Guests" if "Coming" is yes, move "A" after "B", translate to German (with a table), export as pdf, '
    "fill from FILE, fill with Email: ada@example.org, send answers to ADDRESS"
)
_STARRED = re.compile(r"(?:^|(?<=[\])\s,;]))[\s,;]*(?:and\s+)?(?:make\s+it\s+|is\s+)?required\s*$", re.IGNORECASE)
_PLACES = {"after": rf"\s+after\s+{_NAME}", "into": rf"\s+(?:to|in|into)\s+(?:the\s+)?section\s+{_NAME}"}
_QUESTION = r"(?:the\s+|a\s+|an\s+|another\s+)?(?:new\s+)?(?:required\s+)?(?:question|item|field)"


def _bare(text: str) -> str:
    return text.strip().strip("\"'“”«»")


@_phrase(rf"add\s+((?:a\s+|an\s+|the\s+)?(?:new\s+)?required\s+)?{_QUESTION}\s*:?\s+NAME(.*)")
def _add(parts: Sequence[str], request: Request) -> Sequence[EditData] | None:  # noqa: ARG001 - a phrase's shape
    required = parts[0] if len(parts) == 3 else ""
    label, rest = parts[-2], parts[-1]
    place: dict[str, str] = {}
    for key, pattern in _PLACES.items():
        match = re.search(pattern, f" {rest}", re.IGNORECASE)
        if match:
            place[key] = next(group for group in match.groups() if group)
            rest = f" {rest}".replace(match[0], "").strip()
    rest, starred = _STARRED.subn("", rest)
    line = f"{label}{' *' if required or starred else ''} {rest}".strip()
    return [{"op": "add_items", "items": [_fields(line)], **place}]


def _fields(line: str) -> dict[str, object]:
    """What an outline line says of an item."""
    read = read_line(line)
    kind = read.kind or by_wording(read.label, has_options=bool(read.fields.get("options")))
    return {"type": kind, "label": read.label, **read.fields}


@_phrase(r"(?:remove|delete|drop)\s+(?:the\s+)?(?:question|item|field|section|page)s?\s+NAME")
def _remove(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    return [{"op": "remove", "ids": [parts[0]]}]


@_phrase(r"(?:rename|relabel|reword|change)\s+(?:the\s+)?(?:question|item|field)?\s*NAME\s+(?:to|as|into)\s+NAME")
def _rename(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    return [{"op": "change_items", "items": [parts[0]], "set": {"label": parts[1]}}]


@_phrase(r"rename\s+(?:the\s+)?(?:section|page)\s+NAME\s+(?:to|as)\s+NAME")
def _rename_section(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    return [{"op": "change_section", "section": parts[0], "title": parts[1]}]


@_phrase(r"(?:set|change|rename)\s+(?:the\s+)?(?:form(?:'s)?\s+)?title\s+(?:to|as)\s+NAME")
def _title(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    return [{"op": "set_form", "title": parts[0]}]


@_phrase(r"make\s+(?:the\s+)?(?:question\s+|field\s+)?NAME\s+(required|mandatory|optional|not required)")
def _require(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    is_required = parts[1].lower() in {"required", "mandatory"}
    return [{"op": "change_items", "items": [parts[0]], "set": {"required": is_required}}]


@_phrase(r"make\s+(?:all|every|each)\s+(?:the\s+)?(?:questions?|items?|fields?)\s+(required|mandatory|optional)")
def _require_all(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    return [{"op": "change_items", "items": ["*"], "set": {"required": parts[0].lower() != "optional"}}]


@_phrase(r"add\s+(?:the\s+|an?\s+)?(?:option|choice|answer)s?\s+(.+?)\s+to\s+(?:the\s+)?(?:question\s+)?NAME")
def _add_option(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    labels = [_bare(each) for each in re.split(r",\s*(?:and\s+)?|\s+and\s+(?=[\"'“])", parts[0])]
    return [{"op": "change_options", "item": parts[1], "add": labels}]


@_phrase(r"(?:remove|delete)\s+(?:the\s+)?(?:option|choice)\s+NAME\s+(?:from|of)\s+(?:the\s+)?(?:question\s+)?NAME")
def _remove_option(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    return [{"op": "change_options", "item": parts[1], "remove": [parts[0]]}]


@_phrase(
    r"rename\s+(?:the\s+)?(?:option|choice)\s+NAME\s+(?:of|in)\s+(?:the\s+)?(?:question\s+)?NAME\s+(?:to|as)\s+NAME"
)
def _rename_option(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    return [{"op": "change_options", "item": parts[1], "rename": {parts[0]: parts[2]}}]


@_phrase(r"(show|hide|ask)\s+(?:the\s+)?(?:question\s+|section\s+)?NAME\s+(?:only\s+)?(?:if|when)\s+(.+)")
def _show(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    verb, name, condition = parts
    return [{"op": "show_when", "what": name, "condition": condition, "negated": verb.lower() == "hide"}]


@_phrase(
    r"move\s+(?:the\s+)?(?:question\s+|section\s+|item\s+)?NAME\s+(after|before)\s+(?:the\s+)?(?:question\s+|section\s+)?NAME"
)
def _move(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    return [{"op": "move", "what": parts[0], parts[1].lower(): parts[2]}]


@_phrase(r"add\s+(?:a\s+)?(?:new\s+)?(?:section|page)\s+NAME(?:\s+after\s+(?:the\s+)?(?:section\s+)?NAME)?")
def _add_section(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    return [{"op": "add_section", "title": parts[0], **({"after": parts[1]} if len(parts) > 1 else {})}]


@_phrase(r"translate\s+NAME\s+(?:to|into)\s+([a-z]+)\s+as\s+NAME")
def _translate_one(parts: Sequence[str], request: Request) -> Sequence[EditData] | None:  # noqa: ARG001
    language = _language(parts[1])
    return [{"op": "translate", "language": language, "texts": {parts[0]: parts[2]}}] if language else None


@_phrase(r"translate\b(.*)")
def _translate(parts: Sequence[str], request: Request) -> Sequence[EditData] | None:
    """From an attached table: the first column the texts, each further one a language named in its header."""
    tables = [text for name, text in (request.texts or {}).items() if name.lower().endswith((".csv", ".tsv", ".txt"))]
    edits = [edit for table in tables for edit in _table_edits(table)]
    named = {code for word in re.findall(r"[A-Za-z]+", parts[0]) if (code := _language(word, spelled=True))}
    kept = [edit for edit in edits if not named or edit["language"] in named]
    return kept or None


def _table_edits(table: str) -> list[EditData]:
    delimiter = "\t" if "\t" in table.partition("\n")[0] else ";" if ";" in table.partition("\n")[0] else ","
    rows = [row for row in csv.reader(io.StringIO(table), delimiter=delimiter) if row]
    edits: list[EditData] = []
    for column, header in enumerate(rows[0][1:] if rows else [], start=1):
        texts = {row[0]: row[column] for row in rows[1:] if len(row) > column and row[column].strip()}
        language = _language(header)
        if language and texts:
            edits.append({"op": "translate", "language": language, "texts": texts})
    return edits


def _language(word: str, *, spelled: bool = False) -> str | None:
    plain = word.strip().lower()
    code = _LANGUAGES.get(plain)
    return code if code or spelled else plain if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]+)?", plain) else None


@_phrase(r"(?:export|publish|save|deliver)\s+(?:it\s+|this\s+|the form\s+)?(?:as|to)\s+(?:an?\s+)?(.+)")
def _export(parts: Sequence[str], request: Request) -> Sequence[EditData] | None:  # noqa: ARG001
    words = [re.sub(r"^(?:an?|the)\s+|\s+(?:file|form|document)$", "", each.strip().lower()) for each in _and(parts[0])]
    targets = [_TARGETS.get(word) for word in words]
    return [{"op": "set_form", "publish": targets}] if all(targets) else None


@_phrase(r"(?:send|post|submit)\s+(?:the\s+|all\s+)?(?:answers|responses)\s+to\s+(\S*[/.@:]\S+)")
def _send_to(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    return [{"op": "set_form", "submit_url": _bare(parts[0])}]


@_phrase(r"(?:take|accept|collect)\s+no\s+(?:more\s+)?(?:answers|responses)")
def _send_nowhere(parts: Sequence[str], request: Request) -> Sequence[EditData]:  # noqa: ARG001
    return [{"op": "set_form", "submit_url": ""}]


def _and(text: str) -> list[str]:
    return re.split(r",\s*(?:and\s+)?|\s+and\s+", text)


@_phrase(r"fill\s*(?:it|this|the form|in|out)*\s*(?:from|with|using)\s+(?:the\s+)?(?:file\s+)?(.+)")
def _fill(parts: Sequence[str], request: Request) -> Sequence[EditData] | None:
    """From an attached file named in the request, or the only one."""
    texts = request.texts or {}
    wanted = _bare(parts[0])
    chosen = texts.get(wanted) or next((text for name, text in texts.items() if name.endswith(wanted)), None)
    if chosen is None and len(texts) == 1:
        chosen = next(iter(texts.values()))
    return None if chosen is None else [{"op": "fill", "data": chosen}]


_PHRASES: tuple[Phrase, ...] = (
    _add_option, _remove_option, _rename_option, _add_section, _rename_section, _title, _add, _remove, _rename,
    _require, _require_all, _show, _move, _translate_one, _translate, _export, _fill,
    _send_to, _send_nowhere,
)  # fmt: skip
