"""Lists: the numbers and bullets a reader sees, and real numbering for new ones."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal, TypeAlias

from copilot_server.office.xml import NS, serialize
from skills.documents.document.inline import visible_text
from skills.documents.document.markup import PPR, VAL, child, make, number, value, w
from skills.documents.document.orders import PPR_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copilot_server.office.xml import Element
    from skills.documents.document.styles import Styles
    from skills.documents.document.word import WordDocument

ListKind: TypeAlias = Literal["bullet", "number"]
_PART = "word/numbering.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
_BULLETS = ("\u2022", "\u25e6", "\u25aa")
_FORMATS = ("decimal", "lowerLetter", "lowerRoman")


class Numbering:
    """Over the tree of numbering.xml."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._nums = {} if root is None else {each.get(w("numId"), ""): each for each in root.iterfind(w("num"))}
        found = [] if root is None else root.iterfind(w("abstractNum"))
        self._abstract = {each.get(w("abstractNumId"), ""): each for each in found}

    def of(self, paragraph: Element) -> tuple[str, int] | None:
        """(numbering id, level from 0) by the paragraph's own properties or its style's; None where it has none."""
        ppr = paragraph.find(PPR)
        own = child(ppr, "numPr")
        style_id = value(ppr, "pStyle") or self._styles.default_id
        inherited = self._styles.inherited(style_id, PPR, "numPr")
        num_id = value(own, "numId") or value(inherited, "numId")
        if num_id is None or num_id == "0" or num_id not in self._nums:
            return None
        level = value(own, "ilvl") or value(inherited, "ilvl")
        return num_id, number(level) if level is not None else self._level_of_style(num_id, style_id)

    def is_bullet(self, num_id: str, level: int) -> bool:
        return value(self.level(num_id, level), "numFmt") == "bullet"

    def level(self, num_id: str, level: int) -> Element | None:
        """The `w:lvl`, an override of the list's before that of its definition."""
        num = self._nums.get(num_id)
        if num is None:
            return None
        for override in num.iterfind(w("lvlOverride")):
            if override.get(w("ilvl")) == str(level) and child(override, "lvl") is not None:
                return child(override, "lvl")
        return self._level(self.abstract_of(num_id), level)

    def abstract_of(self, num_id: str) -> Element | None:
        """The definition, through a numbering style where it points to one."""
        abstract = self._abstract.get(value(self._nums.get(num_id), "abstractNumId") or "")
        link = value(abstract, "numStyleLink")
        if link is None:
            return abstract
        linked = self._styles.inherited(link, PPR, "numPr")
        target = self._nums.get(value(linked, "numId") or "")
        return self._abstract.get(value(target, "abstractNumId") or "", abstract)

    def is_overridden(self, num_id: str, level: int) -> bool:
        """Whether this list counts the level on its own, apart from others of its definition."""
        num = self._nums.get(num_id)
        overrides = num.iterfind(w("lvlOverride")) if num is not None else ()
        return any(each.get(w("ilvl")) == str(level) for each in overrides)

    def start(self, num_id: str, level: int) -> int:
        num = self._nums.get(num_id)
        for override in num.iterfind(w("lvlOverride")) if num is not None else ():
            start = value(override, "startOverride")
            if override.get(w("ilvl")) == str(level) and start is not None:
                return number(start, 1)
        return number(value(self.level(num_id, level), "start"), 1)

    def labels(self, paragraphs: Iterable[Element]) -> dict[Element, str]:
        """What stands before each numbered paragraph of a story ("3.2", "(a)", "•")."""
        counter = _Counter(self)
        found: dict[Element, str] = {}
        for paragraph in paragraphs:
            place = self.of(paragraph)
            if place is not None and not _only_ends_section(paragraph):
                found[paragraph] = counter.next(*place)
        return found

    def _level_of_style(self, num_id: str, style_id: str | None) -> int:
        abstract = self.abstract_of(num_id)
        for each in abstract.iterfind(w("lvl")) if abstract is not None else ():
            if value(each, "pStyle") == style_id:
                return number(each.get(w("ilvl")))
        return 0

    @staticmethod
    def _level(abstract: Element | None, level: int) -> Element | None:
        for each in abstract.iterfind(w("lvl")) if abstract is not None else ():
            if each.get(w("ilvl")) == str(level):
                return each
        return None


def _only_ends_section(paragraph: Element) -> bool:
    """Word numbers an empty paragraph, but not one that is there for a section break alone."""
    return child(paragraph.find(PPR), "sectPr") is not None and not visible_text(paragraph)


class _Counter:
    """Lists that share a definition share its count, as Word counts them."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._counts: dict[object, dict[int, int]] = defaultdict(dict)
        self._begun: set[tuple[str, int]] = set()

    def next(self, num_id: str, level: int) -> str:
        definition = self._numbering.level(num_id, level)
        if value(definition, "numFmt") == "bullet":
            return _BULLETS[0]
        counts = self._counts[self._numbering.abstract_of(num_id)]
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        start = self._numbering.start(num_id, level)
        is_restarted = (num_id, level) not in self._begun and self._numbering.is_overridden(num_id, level)
        self._begun.add((num_id, level))
        counts[level] = start if level not in counts or is_restarted else counts[level] + 1
        return self._text(num_id, level, counts)

    def _text(self, num_id: str, level: int, counts: dict[int, int]) -> str:
        text = value(self._numbering.level(num_id, level), "lvlText") or ""
        is_legal = child(self._numbering.level(num_id, level), "isLgl") is not None
        for above in range(9):
            mark = f"%{above + 1}"
            if mark in text:
                number_format = value(self._numbering.level(num_id, above), "numFmt") or "decimal"
                count = counts.get(above, self._numbering.start(num_id, above))
                text = text.replace(mark, _spelled(count, "decimal" if is_legal else number_format))
        return text


def _spelled(count: int, number_format: str) -> str:
    match number_format:
        case "lowerLetter":
            return _letters(count)
        case "upperLetter":
            return _letters(count).upper()
        case "lowerRoman":
            return _roman(count)
        case "upperRoman":
            return _roman(count).upper()
        case "decimalZero":
            return f"{count:02d}"
        case "none":
            return ""
        case _:
            return str(count)


def _letters(count: int) -> str:
    """a … z, aa, bb: Word repeats the letter."""
    return chr(97 + (count - 1) % 26) * ((count - 1) // 26 + 1) if count > 0 else "0"


def _roman(count: int) -> str:
    values = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
    letters = ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i")
    text = ""
    for worth, letter in zip(values, letters, strict=True):
        while count >= worth:
            text, count = text + letter, count - worth
    return text


def numbering_of(document: WordDocument, styles: Styles) -> Numbering:
    part = document.part("numbering")
    return Numbering(None if part is None else document.tree(part), styles)


def numbering_root(document: WordDocument) -> Element:
    """The tree of numbering.xml to change, made when there is none."""
    part = document.part("numbering")
    if part is None:
        document.add_part(_PART, serialize(make("numbering")), _TYPE, f"{NS['r']}/numbering")
        part = document.part("numbering")
    assert part is not None  # noqa: S101 - just made
    return document.edit(part)


def new_list(document: WordDocument, kind: ListKind, start: int = 1) -> str:
    """A list of its own that counts from `start`; its numbering id."""
    root = numbering_root(document)
    abstract_id = _definition(root, kind)
    num_id = str(max((number(each.get(w("numId"))) for each in root.iterfind(w("num"))), default=0) + 1)
    num = make("num", {"numId": num_id}, make("abstractNumId", {"val": abstract_id}))
    if kind == "number":
        start_at = make("startOverride", {"val": str(start)})
        num.append(make("lvlOverride", {"ilvl": "0"}, start_at))
    last = [each for each in root if each.tag in {w("num"), w("abstractNum"), w("numPicBullet")}]
    if last:
        last[-1].addnext(num)
    else:
        root.insert(0, num)
    return num_id


def restarted(document: WordDocument, num_id: str, start: int = 1) -> str:
    """Another list of the same looks that counts anew."""
    root = numbering_root(document)
    old = next((each for each in root.iterfind(w("num")) if each.get(w("numId")) == num_id), None)
    fresh = new_list(document, "number", start)
    made = next(each for each in root.iterfind(w("num")) if each.get(w("numId")) == fresh)
    about, model = child(made, "abstractNumId"), value(old, "abstractNumId")
    if about is not None and model is not None:
        about.set(VAL, model)
    return fresh


def set_list(paragraph: Element, num_id: str, level: int) -> None:
    """`num_id` "0" takes the paragraph out of the list its style puts it in."""
    ppr = paragraph.find(PPR)
    if ppr is None:
        ppr = make("pPr")
        paragraph.insert(0, ppr)
    old = child(ppr, "numPr")
    if old is not None:
        ppr.remove(old)
    made = make("numPr", None, make("ilvl", {"val": str(level)}), make("numId", {"val": num_id}))
    later = set(PPR_ORDER[PPR_ORDER.index(w("numPr")) + 1 :])
    place = next((index for index, each in enumerate(ppr) if each.tag in later), len(ppr))
    ppr.insert(place, made)


_NSID = {"bullet": "0C0B0001", "number": "0C0B0002"}  # marks the definitions we made, so that they are used again


def _definition(root: Element, kind: ListKind) -> str:
    for each in root.iterfind(w("abstractNum")):
        if value(each, "nsid") == _NSID[kind]:
            return each.get(w("abstractNumId"), "0")
    taken = [number(each.get(w("abstractNumId"))) for each in root.iterfind(w("abstractNum"))]
    abstract_id = str(max(taken, default=-1) + 1)
    levels = [_level_element(kind, level) for level in range(9)]
    about = (make("nsid", {"val": _NSID[kind]}), make("multiLevelType", {"val": "hybridMultilevel"}))
    made = make("abstractNum", {"abstractNumId": abstract_id}, *about, *levels)
    before = root.findall(w("abstractNum"))
    if before:
        before[-1].addnext(made)
    else:
        root.insert(len(root.findall(w("numPicBullet"))), made)
    return abstract_id


def _level_element(kind: ListKind, level: int) -> Element:
    bullet = _BULLETS[level % 3]
    text = bullet if kind == "bullet" else f"%{level + 1}."
    return make(
        "lvl",
        {"ilvl": str(level)},
        make("start", {"val": "1"}),
        make("numFmt", {"val": "bullet" if kind == "bullet" else _FORMATS[level % 3]}),
        make("lvlText", {"val": text}),
        make("lvlJc", {"val": "left"}),
        make("pPr", None, make("ind", {"left": str(360 * (level + 1)), "hanging": "360"})),
    )
