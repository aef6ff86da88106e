"""Plain commands for documents, understood without a model."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from copilot_server.agent.phrases import EditData, Phrase, Plan, Request, plan_by_clauses

EXAMPLES: Final = (
    'replace "a" with "b" (tracked), insert "…" after the paragraph "…", delete the paragraph "…", '
    'make "…" a heading 2, make "…" bold, add a comment "…" on "…", accept all changes by NAME, reject all changes, '
    'add a table of contents, set the footer to "Page {page} of {pages}", fill {client} with "ACME", '
    "fill from values.json"
)
_QUOTE: Final = r"(?:\"(?P<{0}>[^\"]*)\"|“(?P<{0}_c>[^”]*)”|«(?P<{0}_g>[^»]*)»|'(?P<{0}_s>[^']*)')"
_TRACKED: Final = re.compile(
    r"[,\s]*\(?\b(?:as (?:a )?tracked changes?|with track(?:ed)? changes|tracked|with tracking)\b\)?\s*$", re.IGNORECASE
)
_PARAGRAPH: Final = (
    r"(?:the )?(?:paragraph|heading|section|clause|line|title)?\s*(?:that (?:says|reads)|saying|starting with)?\s*"
)


def understand(request: Request) -> Plan:
    """Edits for the whole request, or the parts of it that were not understood and then no edits at all."""
    if request.is_new:
        made = _written(request)
        if made is not None:
            return Plan(edits=tuple(made))
    return plan_by_clauses(request, PHRASES, EXAMPLES)


def _command(pattern: str) -> re.Pattern[str]:
    """`<a>` is a quoted text, `<p>` a paragraph named by quoted words."""
    pattern = re.sub(r"<p:(\w+)>", lambda match: _PARAGRAPH + _QUOTE.format(match[1]), pattern)
    pattern = re.sub(r"(?<!\?P)<(\w+)>", lambda match: _QUOTE.format(match[1]), pattern)
    return re.compile(rf"\s*(?:please\s+)?{pattern}\s*\.?\s*", re.IGNORECASE)


def _said(match: re.Match[str], name: str) -> str:
    found = (match[f"{name}{kind}"] for kind in ("", "_c", "_g", "_s"))
    return next((text for text in found if text is not None), "")


def _split_tracked(clause: str) -> tuple[str, dict[str, bool]]:
    match = _TRACKED.search(clause)
    return (clause[: match.start()], {"tracked": True}) if match else (clause, {})


_REPLACE: Final = _command(
    r"(?:find and )?(?:replace|change|rename)\s+(?:all |every )?<old>\s+(?:with|by|to|into)\s+<new>(?:\s+everywhere)?"
)


def _replace(clause: str, _: Request) -> Sequence[EditData] | None:
    text, tracked = _split_tracked(clause)
    match = _REPLACE.fullmatch(text)
    if match is None:
        return None
    return [{"op": "replace", "find": _said(match, "old"), "text": _said(match, "new"), "all": True, **tracked}]


_INSERT: Final = _command(
    r"(?:insert|add)\s+(?:(?:a |the )?(?:new )?paragraph\s+)?<new>\s+(?P<side>after|before|below|above)\s+<p:at>"
)
_APPEND: Final = _command(
    r"(?:insert|add|append)\s+(?:(?:a |the )?(?:new )?paragraph\s+)?<new>(?:\s+(?:at|to) the end)?"
)


def _insert(clause: str, _: Request) -> Sequence[EditData] | None:
    text, tracked = _split_tracked(clause)
    match = _INSERT.fullmatch(text)
    if match is not None:
        side = "after" if match["side"].lower() in {"after", "below"} else "before"
        return [{"op": "insert", side: f'"{_said(match, "at")}"', "markdown": _said(match, "new"), **tracked}]
    match = _APPEND.fullmatch(text)
    return [{"op": "insert", "markdown": _said(match, "new"), **tracked}] if match else None


_PICTURE: Final = _command(
    r"(?:insert|add|put|place)\s+(?:the |a )?(?:(?:picture|image|photo)\s+)?"
    r"[\"'“]?(?P<file>[^\"'”]+?\.(?:png|jpe?g|gif|bmp|tiff?))[\"'”]?"
    r"(?:\s+(?P<side>after|before|below|above)\s+<p:at>|\s+(?:at|to) the end)?"
)


def _picture(clause: str, _: Request) -> Sequence[EditData] | None:
    text, tracked = _split_tracked(clause)
    match = _PICTURE.fullmatch(text)
    if match is None:
        return None
    name = PurePath(match["file"])
    side = "before" if (match["side"] or "").lower() in {"before", "above"} else "after"
    place = {side: f'"{_said(match, "at")}"'} if match["side"] else {}
    return [{"op": "picture", "picture": str(name), "alt": name.stem, **place, **tracked}]


_DELETE: Final = _command(r"(?:delete|remove)\s+(?=the |paragraph|heading|section|clause|line|title)<p:at>")
_DELETE_WORDS: Final = _command(
    r"(?:delete|remove)\s+(?:(?P<all>all|every|each)\s+)?(?:the )?"
    r"(?:(?P<noun>words?|text|phrase|occurrences? of)\s+)?<words>"
)


def _delete(clause: str, _: Request) -> Sequence[EditData] | None:
    text, tracked = _split_tracked(clause)
    match = _DELETE_WORDS.fullmatch(text)
    if match is not None:
        everywhere = {"all": True} if match["all"] or match["noun"] else {}  # bare, they must stand once
        return [{"op": "replace", "find": _said(match, "words"), "text": "", **everywhere, **tracked}]
    match = _DELETE.fullmatch(text)
    return [{"op": "delete", "at": [f'"{_said(match, "at")}"'], **tracked}] if match else None


_MOVE: Final = _command(r"move\s+<p:what>\s+(?P<side>after|before|below|above)\s+<p:at>")


def _move(clause: str, _: Request) -> Sequence[EditData] | None:
    text, tracked = _split_tracked(clause)
    match = _MOVE.fullmatch(text)
    if match is None:
        return None
    side = "after" if match["side"].lower() in {"after", "below"} else "before"
    return [{"op": "move", "at": [f'"{_said(match, "what")}"'], side: f'"{_said(match, "at")}"', **tracked}]


_NAMES: Final = r"heading(?:\s*level)?\s*[1-9]|title|subtitle|quote|normal(?: text)?|caption"
_HEADING: Final = _command(r"(?:make|turn|style|format)\s+<p:at>\s+(?:into |as )?(?:a |an )?" + rf"(?P<style>{_NAMES})")
_STYLE: Final = _command(r"(?:style|format|set)\s+<p:at>\s+(?:as|to|in)\s+(?:the )?(?:style\s+)?<style>(?:\s+style)?")
_LOOK: Final = _command(r"(?:make|set|format)\s+<p:at>\s+(?:to |in )?(?P<look>bold|italic|underlined?|struck through)")
_LIST: Final = _command(
    r"(?:make|turn)\s+<p:at>\s+(?:into )?(?:a )?(?P<kind>bullet(?:ed)?|number(?:ed)?)(?: list)?(?: item)?"
)


def _looks(clause: str, _: Request) -> Sequence[EditData] | None:
    text, tracked = _split_tracked(clause)
    if match := _HEADING.fullmatch(text):
        style = re.sub(r"\s*(?:level)?\s*(?=\d)", " ", match["style"].lower().replace(" text", ""))
        return [{"op": "style", "at": [f'"{_said(match, "at")}"'], "style": style.capitalize(), **tracked}]
    if match := _STYLE.fullmatch(text):
        return [{"op": "style", "at": [f'"{_said(match, "at")}"'], "style": _said(match, "style"), **tracked}]
    if match := _LIST.fullmatch(text):
        kind = "bullet" if match["kind"].lower().startswith("bullet") else "number"
        return [{"op": "list", "at": [f'"{_said(match, "at")}"'], "kind": kind, **tracked}]
    if match := _LOOK.fullmatch(text):
        look = {"b": "bold", "i": "italic", "u": "underline", "s": "strike"}[match["look"][0].lower()]
        words = _said(match, "at")
        return [{"op": "format", "at": [f'"{words}"'], "words": words, look: True, **tracked}]
    return None


_COMMENT: Final = _command(
    r"(?:add|put|insert|leave)\s+(?:a )?comment\s+(?:saying\s+)?<text>\s+(?:on|to|at|about|for)\s+<p:at>"
)
_COMMENT_FIRST: Final = _command(r"comment\s+(?:on\s+)?<p:at>\s*(?:with|saying|:)\s*<text>")


def _comment(clause: str, _: Request) -> Sequence[EditData] | None:
    match = _COMMENT.fullmatch(clause) or _COMMENT_FIRST.fullmatch(clause)
    if match is None:
        return None
    words = _said(match, "at")
    return [{"op": "comment", "at": f'"{words}"', "words": words, "text": _said(match, "text")}]


_RESOLVE: Final = re.compile(
    r"\s*(?:please\s+)?(?P<action>accept|reject)\s+(?:all\s+)?(?:of\s+)?"
    r"(?:the\s+|tracked\s+|(?P<whose>[\w .-]+?)'s\s+)*"
    r"(?:changes|revisions|edits|redlines)(?:\s+(?:by|of|from|made by)\s+\"?(?P<by>[^\".]+?)\"?)?\s*\.?\s*",
    re.IGNORECASE,
)


def _resolve(clause: str, _: Request) -> Sequence[EditData] | None:
    match = _RESOLVE.fullmatch(clause)
    if match is None:
        return None
    by = match["by"] or match["whose"]
    return [{"op": "resolve_changes", "action": match["action"].lower(), **({"by": by.strip()} if by else {})}]


_CONTENTS: Final = _command(
    r"(?:add|insert|make|put)\s+(?:a |the )?(?:table of contents|toc)"
    r"(?:\s+(?:(?P<side>after|before|below|above)\s+<p:at>|at the (?:start|beginning|top)))?"
)
_UPDATE: Final = _command(r"(?:update|refresh|renew)\s+(?:all\s+)?(?:the\s+)?(?:fields|table of contents|toc)")
_EDGE: Final = _command(
    r"(?:set|change|make|add)\s+(?:the |a )?(?P<which>header|footer)\s+(?:text\s+)?(?:to|as|saying|with)?\s*<text>"
)
_PAGES: Final = _command(r"(?:add|insert)\s+page numbers(?:\s+(?:in|to) the (?P<which>header|footer))?")


def _page(clause: str, _: Request) -> Sequence[EditData] | None:
    if match := _CONTENTS.fullmatch(clause):
        side = match["side"]
        if side is None:
            return [{"op": "contents", "before": "start"}]
        name = "after" if side.lower() in {"after", "below"} else "before"
        return [{"op": "contents", name: f'"{_said(match, "at")}"'}]
    if _UPDATE.fullmatch(clause):
        return [{"op": "update_fields"}]
    if match := _EDGE.fullmatch(clause):
        return [{"op": "header_footer", "which": match["which"].lower(), "text": _said(match, "text")}]
    if match := _PAGES.fullmatch(clause):
        which = (match["which"] or "footer").lower()
        return [{"op": "header_footer", "which": which, "text": "{page}", "align": "center"}]
    return None


_FILL: Final = re.compile(r"\s*(?:please\s+)?fill(?:\s+in)?\s+(?P<pairs>.+)", re.IGNORECASE | re.DOTALL)
_NEXT_PAIR: Final = re.compile(r"\s*(?:,\s*and|,|;|\band)\s+(?=[{\[])", re.IGNORECASE)
_PAIR: Final = re.compile(
    r"(?:the\s+)?(?:placeholder\s+|control\s+|field\s+)?"
    r"(?:\{\{?(?P<hole>[^{}]+)\}\}?|\[(?P<bracket>[^\]]+)\]|\"(?P<quoted>[^\"]+)\")\s+(?:with|as|by)\s+(?P<value>.+?)\s*",
    re.IGNORECASE | re.DOTALL,
)
_FILL_FROM: Final = re.compile(
    r"\s*(?:please\s+)?fill(?:\s+\w+){0,4}(?:\s+\{\{?(?P<hole>[^{}]+)\}\}?)?"
    r"\s+(?:from|with|using)\s+\"?(?P<file>[^\"]+\.json)\"?\s*",
    re.IGNORECASE,
)


def _fill(clause: str, request: Request) -> Sequence[EditData] | None:
    if match := _FILL_FROM.fullmatch(clause):
        text = (request.texts or {}).get(match["file"].rpartition("/")[2])
        if text is None:
            return None
        values, hole = _values(text), (match["hole"] or "").strip()
        if hole and hole not in values:
            return None
        return [{"op": "fill", "values": {hole: values[hole]} if hole else values}]
    match = _FILL.fullmatch(clause)
    pairs = [_PAIR.fullmatch(each) for each in _NEXT_PAIR.split(match["pairs"])] if match else []
    values: dict[str, str] = {}
    for pair in pairs:
        if pair is None:
            return None
        name = (pair["hole"] or pair["bracket"] or pair["quoted"]).strip()
        values[name] = pair["value"].strip().strip("\"“”'")
    return [{"op": "fill", "values": values}] if values else None


def _values(text: str) -> dict[str, str]:
    """Of a flat JSON object; numbers and the like as JSON writes them."""
    found = json.loads(text)
    if not isinstance(found, dict):
        return {}
    return {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in found.items()}


PHRASES: Final[tuple[Phrase, ...]] = (
    _page,
    _comment,
    _resolve,
    _fill,
    _replace,
    _looks,
    _move,
    _delete,
    _picture,
    _insert,
)


_STRUCTURE: Final = re.compile(r"^(?:#{1,6} |%{1,2} |[-*+] |\d+[.)] |\||>|```)", re.MULTILINE)
_ASKS: Final = re.compile(
    r"(?:please |use |apply |with |write|make|create|draft|prepare|a |an |the |new )", re.IGNORECASE
)
_DESIGNS: Final = (
    ("contract", re.compile(r"\b(?:contract|agreement|terms|nda|deed|licen[cs]e|policy)\b", re.IGNORECASE)),
    ("letter", re.compile(r"\b(?:letter|memo(?:randum)?|cv|resume|résumé|curriculum|note)\b", re.IGNORECASE)),
)


def _written(request: Request) -> list[EditData] | None:
    """A new document from Markdown, an outline or attached data; None where there is only a wish."""
    text = request.text.strip()
    structured = _STRUCTURE.search(text)
    if structured is None and not request.texts:
        return None
    wish = text[: structured.start()] if structured else text
    is_wish = bool(_ASKS.match(wish)) and len(wish) < 400
    body = text[structured.start() :] if structured and (is_wish or not wish.strip()) else text if structured else ""
    wish = wish if is_wish else ""
    tables = [
        _table(name, content)
        for name, content in (request.texts or {}).items()
        if name.lower().endswith(("csv", "tsv"))
    ]
    others = [content for name, content in (request.texts or {}).items() if name.lower().endswith((".md", ".txt"))]
    content = "\n\n".join(filter(None, [_titled(body), *map(_titled, others), *tables]))
    if not content:
        return None
    design = next((name for name, words in _DESIGNS if words.search(wish or body[:200])), "report")
    edits: list[EditData] = [{"op": "use_design", "design": design}, {"op": "insert", "markdown": content}]
    if re.search(r"table of contents|\btoc\b", wish, re.IGNORECASE) and "[TOC" not in content:
        edits.append({"op": "contents", "before": "start"})
    return [*edits, {"op": "update_fields"}]


def _titled(markdown: str) -> str:
    """A single first-level heading at the top is the title; the levels below move up one."""
    tops = re.findall(r"^# +(.+)$", markdown, re.MULTILINE)
    if len(tops) != 1 or not markdown.lstrip().startswith("# "):
        return markdown
    title, _, rest = markdown.lstrip().partition("\n")
    return f"% {title[2:].strip()}\n\n" + re.sub(r"^#(#{1,5} )", r"\1", rest, flags=re.MULTILINE)


def _table(name: str, text: str) -> str:
    """A CSV file as a captioned Markdown table."""
    rows = list(csv.reader(io.StringIO(text), delimiter="\t" if name.lower().endswith("tsv") else ","))
    if not rows:
        return ""
    lines = [" | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) for row in rows]
    table = "\n".join(f"| {line} |" for line in [lines[0], " | ".join("---" for _ in rows[0]), *lines[1:]])
    return f"Table: {name.rpartition('.')[0].replace('_', ' ')}\n\n{table}"
