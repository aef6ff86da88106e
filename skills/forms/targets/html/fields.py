"""One item as the page's markup: labels, controls, and where its help and faults are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from copilot_server.office.xml import Element
from skills.forms.model import items
from skills.forms.model.items import BLOCK_FIELDS, Item, Option
from skills.forms.model.walk import OTHER, other_key
from skills.forms.model.words import Words
from skills.forms.targets.html.markup import Child, append, node

_INPUTS = {
    "short_text": "text", "email": "email", "phone": "tel", "url": "url", "date": "date", "time": "time",
    "date_time": "datetime-local",
}  # fmt: skip
_AUTOCOMPLETE = {
    "email": "email", "phone": "tel", "url": "url", "first": "given-name", "last": "family-name",
    "street": "street-address", "city": "address-level2", "region": "address-level1", "postcode": "postal-code",
    "country": "country-name",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """An item in its place: `key` is its id on the page, different in each entry of a repeat group."""

    item: Item
    key: str
    name: str
    texts: Mapping[str, str]
    words: Words

    def text(self, field: str, default: str = "", tag: str = "span", **attributes: Any) -> Element:
        """An element whose text follows the language."""
        key = f"{self.item.id}.{field}"
        return node(tag, self.texts.get(key, default), data_text=key, **attributes)

    def word(self, code: str, tag: str = "span", **attributes: Any) -> Element:
        return node(tag, self.words[code], data_word=code, **attributes)

    @property
    def described(self) -> str:
        return f"{self.key}-help {self.key}-fault" if self.item.help else f"{self.key}-fault"


def render(item: Item, texts: Mapping[str, str], words: Words, prefix: str = "", group: str = "") -> Element:
    """The item's holder: `[data-item]`, hidden or shown as a whole."""
    spot = Spot(item, f"{prefix}{item.id}", f"{group}{item.id}", texts, words)
    holder = node("div", class_="item", data_item=item.id, data_type=item.type, hidden=item.type == "hidden")
    for child in _content(spot):
        append(holder, child)
    holder.append(node("p", class_="fault", id=f"{spot.key}-fault", hidden=True))
    return holder


def _content(spot: Spot) -> list[Child]:
    match spot.item:
        case items.TextQuestion() as item:
            return _text(spot, item)
        case items.NumberQuestion() as item:
            return _number(spot, item)
        case items.MomentQuestion() as item:
            return _moment(spot, item)
        case items.YesNoQuestion() as item:
            return _yes_no(spot, item)
        case items.ChoiceQuestion() as item:
            return _options(spot, item)
        case items.ScaleQuestion() as item:
            return _scale(spot, item)
        case items.MatrixQuestion() as item:
            return _matrix(spot, item)
        case items.Repeat() as item:
            return _repeat(spot, item)
        case other:
            return _plain_content(spot, other)


def _plain_content(spot: Spot, item: Item) -> list[Child]:
    match item:
        case items.FileQuestion():
            return _file(spot, item)
        case items.SignatureQuestion():
            return _signature(spot)
        case items.BlockQuestion():
            return _block(spot, item)
        case items.ConsentQuestion():
            return _consent(spot)
        case items.HiddenQuestion():
            return [node("input", type="hidden", id=spot.key, name=spot.name, value=item.default)]
        case items.Calculated():
            return [spot.text("label", class_="label"), _help(spot), node("output", "—", name=spot.name)]
        case items.Image():
            return [node("img", src=item.source, alt=item.label, data_alt=f"{item.id}.label"), _help(spot)]
        case _:
            return [spot.text("label", tag="h3"), _help(spot)]


def _star(spot: Spot) -> Element | None:
    if not getattr(spot.item, "required", False):
        return None
    return node("span", " *", node("span", class_="required"), class_="required", aria_hidden="true")


def _help(spot: Spot) -> Element | None:
    return spot.text("help", tag="p", class_="help", id=f"{spot.key}-help") if spot.item.help else None


def _label(spot: Spot) -> Element:
    return node("label", spot.text("label"), _star(spot), for_=spot.key)


def _control(spot: Spot, tag: str, *children: Child, **attributes: Any) -> Element:
    placeholder = getattr(spot.item, "placeholder", "")
    if placeholder:
        key = f"{spot.item.id}.placeholder"
        attributes |= {"placeholder": spot.texts.get(key), "data_placeholder": key}
    required = getattr(spot.item, "required", False)
    return node(
        tag, *children, id=spot.key, name=spot.name, aria_describedby=spot.described, required=required, **attributes
    )


def _text(spot: Spot, item: items.TextQuestion) -> list[Child]:
    limits = {"minlength": item.min_length, "maxlength": item.max_length, "pattern": item.pattern or None}
    if item.type == "long_text":
        control = _control(spot, "textarea", item.default, minlength=item.min_length, maxlength=item.max_length, rows=5)
    else:
        fill = _AUTOCOMPLETE.get(item.type)
        kind = _INPUTS[item.type]
        control = _control(spot, "input", type=kind, value=item.default or None, autocomplete=fill, **limits)
    return [_label(spot), _help(spot), control]


def _number(spot: Spot, item: items.NumberQuestion) -> list[Child]:
    """A text field, since number fields swallow what they cannot read and count up on a scroll."""
    mode = "numeric" if item.decimals == 0 and (item.min or 0) >= 0 else "decimal"
    bounds = {"data_min": item.min, "data_max": item.max, "data_decimals": item.decimals}
    control = _control(spot, "input", type="text", inputmode=mode, value=item.default, **bounds)
    unit = node("span", item.unit) if item.unit else None
    return [_label(spot), _help(spot), node("div", control, unit, class_="with-unit")]


def _moment(spot: Spot, item: items.MomentQuestion) -> list[Child]:
    relative = {"data_min": item.earliest or None, "data_max": item.latest or None}
    control = _control(spot, "input", type=_INPUTS[item.type], value=item.default or None, **relative)
    return [_label(spot), _help(spot), control]


def _group(spot: Spot, *content: Child, **attributes: Any) -> list[Child]:
    legend = node("legend", spot.text("label"), _star(spot))
    return [node("fieldset", legend, _help(spot), *content, aria_describedby=spot.described, **attributes)]


def _choice(spot: Spot, kind: str, value: str, label: Element, *, is_on: bool = False) -> Element:
    control = node(
        "input", type=kind, id=f"{spot.key}-{value}", name=spot.name, value=value, checked=is_on,
        aria_describedby=f"{spot.key}-fault",
    )  # fmt: skip
    return node("div", node("label", control, label, for_=f"{spot.key}-{value}"), class_="choice")


def _yes_no(spot: Spot, item: items.YesNoQuestion) -> list[Child]:
    yes = _choice(spot, "radio", "true", spot.word("yes"), is_on=item.default is True)
    return _group(spot, yes, _choice(spot, "radio", "false", spot.word("no"), is_on=item.default is False))


def _options(spot: Spot, item: items.ChoiceQuestion) -> list[Child]:
    match item.type:
        case "dropdown":
            return _dropdown(spot, item)
        case "ranking":
            return _ranking(spot, item)
        case _:
            kind = "radio" if item.type == "single_choice" else "checkbox"
            rows = [
                _choice(spot, kind, option.value, _option(spot, option), is_on=option.value in item.default)
                for option in item.options
            ]
            other = [_choice(spot, kind, OTHER, spot.word("other")), _other(spot)] if item.other else []
            return _group(spot, *rows, *other)


def _option(spot: Spot, option: Option, field: str = "option", tag: str = "span", **attributes: Any) -> Element:
    return spot.text(f"{field}.{option.value}", option.label, tag=tag, **attributes)


def _other(spot: Spot) -> Element:
    key = f"{spot.key}-other-text"
    name = spot.name.removesuffix(spot.item.id) + other_key(spot.item.id)
    control = node("input", type="text", id=key, name=name, data_other=True, aria_describedby=f"{spot.key}-fault")
    return node("div", spot.word("other_label", tag="label", for_=key), control, data_other_row=True)


def _dropdown(spot: Spot, item: items.ChoiceQuestion) -> list[Child]:
    listed: list[Element] = [spot.word("choose", tag="option", value="")]
    listed += [
        _option(spot, option, tag="option", value=option.value, selected=option.value in item.default)
        for option in item.options
    ]
    listed += [spot.word("other", tag="option", value=OTHER)] if item.other else []
    return [_label(spot), _help(spot), _control(spot, "select", *listed), _other(spot) if item.other else None]


def _ranking(spot: Spot, item: items.ChoiceQuestion) -> list[Child]:
    """A place for each option: works with keyboard and screen reader, which dragging does not."""
    rows: list[Child] = []
    for option in item.options:
        key = f"{spot.key}-{option.value}"
        places = [node("option", "–", value="")]
        places += [node("option", f"{place}", value=f"{place}") for place in range(1, len(item.options) + 1)]
        chooser = node("select", *places, id=key, name=f"{spot.name}.{option.value}", data_option=option.value)
        rows.append(node("div", chooser, _option(spot, option, tag="label", for_=key), class_="rank"))
    return _group(spot, *rows)


def _scale(spot: Spot, item: items.ScaleQuestion) -> list[Child]:
    steps: list[Child] = []
    for step in range(item.min, item.max + 1):
        key = f"{spot.key}-{step}"
        shown = f"{step} ★" if item.type == "rating" else f"{step}"
        control = node("input", type="radio", id=key, name=spot.name, value=f"{step}", checked=step == item.default)
        steps.append(node("label", control, node("span", shown), for_=key))
    low = spot.text("low", class_="end") if item.low else None
    high = spot.text("high", class_="end") if item.high else None
    return _group(spot, node("div", low, *steps, high, class_="scale"))


def _matrix(spot: Spot, item: items.MatrixQuestion) -> list[Child]:
    kind = "checkbox" if item.multiple else "radio"
    heads = [
        _option(spot, column, "column", tag="th", scope="col", id=f"{spot.key}-column-{column.value}")
        for column in item.columns
    ]
    rows: list[Child] = []
    for row in item.rows:
        row_key = f"{spot.key}-row-{row.value}"
        cells = [
            node("td", node(
                "input", type=kind, name=f"{spot.name}.{row.value}", value=column.value,
                id=f"{spot.key}-{row.value}-{column.value}",
                aria_labelledby=f"{row_key} {spot.key}-column-{column.value}",
            ))
            for column in item.columns
        ]  # fmt: skip
        rows.append(
            node("tr", _option(spot, row, "row", tag="th", scope="row", id=row_key), *cells, data_row=row.value)
        )
    corner = node("td")
    table = node("table", node("thead", node("tr", corner, *heads)), node("tbody", *rows))
    return _group(spot, node("div", table, class_="table"))


def _file(spot: Spot, item: items.FileQuestion) -> list[Child]:
    accept = ",".join(item.accept) or None
    limits = {"data_max_files": item.max_files, "data_max_megabytes": item.max_megabytes}
    control = _control(spot, "input", type="file", accept=accept, multiple=item.max_files > 1, **limits)
    return [_label(spot), _help(spot), control]


def _signature(spot: Spot) -> list[Child]:
    hint = spot.word("sign_here", tag="p", class_="help")
    canvas = node("canvas", width="600", height="160", aria_hidden="true")
    clear = spot.word("clear", tag="button", type="button", data_clear=True)
    typed = spot.word("typed_name", tag="label", for_=spot.key)
    control = node(
        "input", type="text", id=spot.key, name=spot.name, autocomplete="name", aria_describedby=spot.described
    )
    return _group(spot, hint, canvas, clear, node("div", typed, control))


def _block(spot: Spot, item: items.BlockQuestion) -> list[Child]:
    parts: list[Child] = []
    for field in BLOCK_FIELDS[item.type]:
        key = f"{spot.key}-{field}"
        control = node(
            "input", type="text", id=key, name=f"{spot.name}.{field}", data_part=field,
            autocomplete=_AUTOCOMPLETE[field], aria_describedby=f"{spot.key}-fault",
        )  # fmt: skip
        parts.append(node("div", spot.word(field, tag="label", for_=key), control))
    return _group(spot, node("div", *parts, class_="parts"))


def _consent(spot: Spot) -> list[Child]:
    control = _control(spot, "input", type="checkbox", value="true")
    label = node("label", control, node("span", spot.text("label"), _star(spot)), for_=spot.key)
    return [node("div", label, class_="choice"), _help(spot)]


def _repeat(spot: Spot, item: items.Repeat) -> list[Child]:
    inner = [render(each, spot.texts, spot.words, f"{spot.key}-__n__-", f"{item.id}[__n__].") for each in item.items]
    title = node("p", data_entry_title=True, class_="label")
    remove = spot.word("remove", tag="button", type="button", data_remove=True)
    entry = node("div", title, *inner, remove, class_="entry", data_scope=True, role="group")
    add = spot.word("add", tag="button", type="button", data_add=True, id=f"{spot.key}-add")
    limits = {"data_min": item.min_count, "data_max": item.max_count}
    return _group(spot, node("div", class_="entries"), node("template", entry), add, **limits)
