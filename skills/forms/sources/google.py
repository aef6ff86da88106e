"""A Google form read into the model: what `forms.get` answers, or the requests we make such a form with.

Beside either, `ids` (as our export writes it) gives items their names back; without it names are made from titles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from skills.forms.model import ids
from skills.forms.model.expressions import Literal, Operation, Reference, write
from skills.forms.model.form import END, Definition
from skills.forms.model.items import BLOCK_FIELDS
from skills.forms.model.words import words
from skills.forms.sources.assemble import Imported
from skills.forms.sources.making import Making

_CHOICES = {"RADIO": "single_choice", "CHECKBOX": "multiple_choice", "DROP_DOWN": "dropdown"}
_ONE_OF = frozenset({"RADIO", "DROP_DOWN"})
_KINDS = ("questionItem", "questionGroupItem", "textItem", "pageBreakItem", "imageItem", "videoItem")
Told = Mapping[str, Any]


def is_google(told: Told) -> bool:
    has_items = isinstance(told.get("info"), dict) and any(key in told for key in ("items", "formId"))
    return has_items or isinstance(told.get("batchUpdate"), dict)


def read(told: Told) -> Imported:
    form = told if "batchUpdate" not in told else applied(told["create"], told["batchUpdate"]["requests"])
    return _Reader(form, told.get("ids") or {}, str(told.get("language") or "en")).form()


def applied(create: Told, requests: list[Told]) -> dict[str, Any]:
    """The form `forms.get` would answer after the requests, as far as ours go: items are made and their ways set."""
    info: dict[str, Any] = dict(create["info"])
    settings: dict[str, Any] = {}
    made: list[Told] = []
    for request in requests:
        match request:
            case {"createItem": {"item": item, "location": {"index": index}}}:
                made.insert(index, item)
            case {"updateItem": {"item": item, "location": {"index": index}}}:
                options = item["questionItem"]["question"]["choiceQuestion"]["options"]
                made[index] = _with_options(made[index], options)
            case {"updateFormInfo": {"info": changed}}:
                info |= changed
            case {"updateSettings": {"settings": changed}}:
                settings |= changed
            case _:
                raise KeyError(f"requests like {next(iter(request), request)!r} are not read")
    return {"info": info, "settings": settings, "items": made}


def _with_options(item: Told, options: list[Any]) -> Told:
    question = item["questionItem"]["question"]
    choice = {**question["choiceQuestion"], "options": options}
    return {**item, "questionItem": {"question": {**question, "choiceQuestion": choice}}}


class _Reader:
    """`pages` maps a page break's id there to the section's here, for the ways that lead to it."""

    def __init__(self, told: Told, names: Mapping[str, Any], language: str) -> None:
        self.told, self.names, self.language = told, names, language
        self.listed: list[Told] = list(told.get("items") or [])
        self.making = Making()
        self.pages: dict[str, str] = {}
        said = words(language)
        self.yes, self.no = said["yes"], said["no"]

    def form(self) -> Imported:
        info = self.told["info"]
        grouped = list(self._pages())
        sections = [self._section(head) for head, _ in grouped]
        for section, (_, listed) in zip(sections, grouped, strict=True):
            self._fill(section, listed)
        made: dict[str, Any] = {
            "title": info.get("title") or info.get("documentTitle") or "",
            "description": info.get("description", ""),
            "languages": [self.language],
            "sections": sections,
        }
        if ((self.told.get("settings") or {}).get("quizSettings") or {}).get("isQuiz"):
            made["quiz"] = {}
        return Imported(Definition.model_validate(made), notes=tuple(self.making.notes))

    def _pages(self) -> Iterator[tuple[Told, list[Told]]]:
        """Each page's head and items; a text that heads the first page is known by its name only."""
        own = [key for key, name in self.names.items() if "section" in name]
        head: Told = {"itemId": own[0]} if own else {}
        listed: list[Told] = []
        for position, item in enumerate(self.listed):
            if "pageBreakItem" in item:
                if position or own:
                    yield head, listed
                head, listed = item, []
            elif "textItem" in item and "section" in self._name(item):
                head = item
            else:
                listed.append(item)
        yield head, listed

    def _name(self, item: Told) -> Told:
        return self.names.get(str(item.get("itemId")), {})

    def _section(self, head: Told) -> dict[str, Any]:
        name = self.making.id(str(self._name(head).get("section") or ids.slug(head.get("title", ""), "page")), "page")
        self.pages[str(head.get("itemId"))] = name
        return {"id": name, "title": head.get("title", ""), "description": head.get("description", "")}

    def _fill(self, section: dict[str, Any], listed: list[Told]) -> None:
        made: list[dict[str, Any]] = []
        ways: list[dict[str, str]] = []
        for told in listed:
            name = self._name(told)
            if "part" not in name:
                made += self._item(told, name, ways)
            elif name["part"] in {fields[0] for fields in BLOCK_FIELDS.values()}:
                made.append(self._block(told, name))
        section |= {"items": made, "go_to": ways}

    def _block(self, told: Told, name: Told) -> dict[str, Any]:
        kind = next(kind for kind, fields in BLOCK_FIELDS.items() if fields[0] == name["part"])
        required = bool(told["questionItem"]["question"].get("required"))
        label = str(told.get("title", "")).rpartition(": ")[0] or told.get("title", "")
        head = {"id": self.making.id(str(name["id"]), "question"), "label": label, "help": told.get("description", "")}
        return head | {"type": kind, "required": required}

    def _item(self, told: Told, name: Told, ways: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
        title = str(told.get("title", ""))
        head = {
            "id": self.making.id(str(name.get("id") or ids.slug(title, "question")), "question"),
            "label": title,
            "help": told.get("description", ""),
        }
        match told:
            case {"questionItem": {"question": question}}:
                yield head | self._question(question, head["id"], name, ways)
            case {"questionGroupItem": {"grid": grid, "questions": questions}}:
                columns = self._options(grid["columns"].get("options"), name.get("columns"))
                titles = [{"value": each["rowQuestion"]["title"]} for each in questions]
                required = bool(questions) and all(each.get("required") for each in questions)
                shape = {"type": "matrix", "multiple": grid["columns"].get("type") == "CHECKBOX", "required": required}
                yield head | shape | {"rows": self._options(titles, name.get("rows")), "columns": columns}
            case {"textItem": _}:
                yield head | {"type": "text"}
            case _:
                kind = next((kind for kind in _KINDS if kind in told), "unknown kind of item")
                self.making.notes.append(f"{title or head['id']}: a {kind} was not read")

    def _question(self, told: Told, item: str, name: Told, ways: list[dict[str, str]]) -> dict[str, Any]:
        made = self._shape(told, item, name, ways) | {"required": bool(told.get("required"))}
        grading: Told = told.get("grading") or {}
        if answers := (grading.get("correctAnswers") or {}).get("answers"):
            made["quiz"] = {
                "answer": _answer([str(each["value"]) for each in answers], made, self.yes),
                "points": grading.get("pointValue", 0),
                "right": (grading.get("whenRight") or {}).get("text", ""),
                "wrong": (grading.get("whenWrong") or {}).get("text", ""),
            }
        return made

    def _shape(self, told: Told, item: str, name: Told, ways: list[dict[str, str]]) -> dict[str, Any]:
        match told:
            case {"choiceQuestion": choice}:
                return self._choice(choice, item, name, ways)
            case {"textQuestion": text}:
                return {"type": "long_text" if text.get("paragraph") else "short_text"}
            case {"scaleQuestion": scale}:
                ends = {"low": scale.get("lowLabel", ""), "high": scale.get("highLabel", "")}
                return {"type": "scale", "min": scale.get("low", 0), "max": scale["high"], **ends}
            case {"ratingQuestion": rating}:
                return {"type": "rating", "min": 1, "max": rating["ratingScaleLevel"]}
            case {"dateQuestion": date}:
                return {"type": "date_time" if date.get("includeTime") else "date"}
            case {"timeQuestion": time} if not time.get("duration"):
                return {"type": "time"}
            case {"fileUploadQuestion": upload}:
                size = int(upload.get("maxFileSize") or 0) / 1_000_000
                return {"type": "file", "max_files": upload.get("maxFiles") or 1, "max_megabytes": size or None}
            case _:
                kind = next((key for key in told if key.endswith("Question")), "question of no kind")
                self.making.notes.append(f"{item}: a {kind} became a text")
                return {"type": "short_text"}

    def _choice(self, told: Told, item: str, name: Told, ways: list[dict[str, str]]) -> dict[str, Any]:
        listed: list[Told] = told.get("options") or []
        labels = [each.get("value") for each in listed]
        if told["type"] == "RADIO" and labels == [self.yes, self.no]:
            self._ways(listed, item, [True, False], ways)
            return {"type": "yes_no"}
        if told["type"] == "CHECKBOX" and labels == [self.yes] and "options" not in name:
            return {"type": "consent"}
        plain = [each for each in listed if not each.get("isOther")]
        options = self._options(plain, name.get("options"))
        if told["type"] in _ONE_OF:
            self._ways(plain, item, [option["value"] for option in options], ways)
        return {"type": _CHOICES[told["type"]], "options": options, "other": len(plain) < len(listed)}

    def _options(self, listed: Sequence[Told] | None, known: Mapping[str, str] | None) -> list[dict[str, Any]]:
        values = known or {}
        taken = set(values.values())
        made: list[dict[str, Any]] = []
        for each in listed or []:
            label = str(each.get("value", ""))
            value = values.get(label) or ids.option_value(label, taken)
            taken.add(value)
            made.append({"value": value, "label": label})
        return made

    def _ways(self, listed: list[Told], item: str, values: list[Any], ways: list[dict[str, str]]) -> None:
        for option, value in zip(listed, values, strict=True):
            target = (
                END if option.get("goToAction") == "SUBMIT_FORM" else self.pages.get(option.get("goToSectionId", ""))
            )
            if target is not None:
                when = write(Operation("=", (Reference(item), Literal(value))))
                ways.append({"when": when, "to": target})
            elif option.get("goToAction") == "RESTART_FORM" or option.get("goToSectionId"):
                self.making.notes.append(f"{item}: where {option.get('value')!r} leads was not read")


def _answer(listed: list[str], made: Told, yes: str) -> Any:
    values = {option["label"]: option["value"] for option in made.get("options", ())}
    found = [values.get(each, each) for each in listed]
    match made["type"]:
        case "yes_no":
            return found[0] == yes
        case "multiple_choice":
            return found
        case "scale" | "rating":
            return int(found[0])
        case _:
            return found[0] if len(found) == 1 else found
