"""Batches of edits over a draft: ids stay, changes are measured, failures leave no trace."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from copilot_server.agent.changes import Change
from copilot_server.errors import ToolError
from skills.forms.agent import skill
from skills.forms.document import Form

Sample = Callable[[str], Form]
Editing = Callable[..., Any]


def kinds(changes: tuple[Change, ...]) -> list[tuple[str, str]]:
    return [(change.kind, change.where) for change in changes]


def test_a_form_is_written_from_an_outline_in_one_edit(editing: Editing) -> None:
    draft, send = editing(Form.create())

    send(
        {"op": "write_outline", "outline": "# Lunch\n## You\nName *\nif Name is answered: Meal (options: Soup, other)"}
    )

    section = draft.document.definition.sections[0]
    assert [(item.id, item.type) for item in section.items] == [("name", "short_text"), ("meal", "single_choice")]
    assert section.items[1].show_if == "answered(name)"
    assert draft.receipt().outside == ()


def test_relabelling_keeps_id_and_options_keep_their_values(sample: Sample, editing: Editing) -> None:
    draft, send = editing(sample("event"))

    send(
        {"op": "change_items", "items": ["meals"], "set": {"label": "What do you eat?"}},
        {"op": "change_options", "item": "meals", "rename": {"Vegan": "Plant-based"}, "add": ["Halal"]},
    )

    meals = draft.document.item("What do you eat?")
    assert meals.id == "meals"
    assert [option.value for option in meals.options] == ["vegetarian", "vegan", "gluten_free", "halal"]
    assert ("option_renamed", "item:meals") in kinds(draft.receipt().changes)


def test_a_new_type_keeps_what_it_can(sample: Sample, editing: Editing) -> None:
    draft, send = editing(sample("event"))

    send({"op": "change_items", "items": ["workshop"], "set": {"type": "single_choice"}})

    assert draft.document.item("workshop").type == "single_choice"
    assert len(draft.document.item("workshop").options) == 3


def test_what_is_still_used_cannot_be_removed(sample: Sample, editing: Editing) -> None:
    draft, send = editing(sample("event"), "remove the guest question")

    with pytest.raises(ToolError, match="still used by guests"):
        send({"op": "remove", "ids": ["guest"]})
    send(
        {"op": "change_items", "items": ["guests"], "set": {"show_if": ""}},
        {"op": "remove", "ids": ["guest"]},
    )

    assert "guest" not in draft.document.ids
    assert "guest.label" not in draft.document.definition.translations["de"]


def test_removing_needs_the_users_word(sample: Sample, editing: Editing) -> None:
    _, send = editing(sample("event"), "make it shorter")

    with pytest.raises(ToolError, match="would destroy question 'Anything else"):
        send({"op": "remove", "ids": ["remarks"]})


def test_moves_are_measured_as_moves(sample: Sample, editing: Editing) -> None:
    draft, send = editing(sample("event"))

    send({"op": "move", "what": "remarks", "before": "guest"}, {"op": "move", "what": "phone", "into": "your_visit"})

    assert kinds(draft.receipt().changes) == [("item_moved", "item:phone"), ("item_moved", "item:remarks")]
    assert draft.receipt().outside == ()


def test_a_condition_over_an_unknown_name_is_refused_with_a_near_miss(sample: Sample, editing: Editing) -> None:
    _, send = editing(sample("event"))

    with pytest.raises(ToolError, match="did you mean 'guest'"):
        send({"op": "change_items", "items": ["remarks"], "set": {"show_if": "gust = true"}})


def test_a_translation_goes_by_key_or_by_text(sample: Sample, editing: Editing) -> None:
    draft, send = editing(sample("event"))

    send({"op": "translate", "language": "fr", "texts": {"guest.label": "Un invité ?", "Friday": "Vendredi"}})

    table = draft.document.definition.translations["fr"]
    assert table == {"guest.label": "Un invité ?", "days.option.friday": "Vendredi"}
    assert draft.document.definition.languages[-1] == "fr"


def test_a_field_the_type_lacks_is_named(sample: Sample, editing: Editing) -> None:
    _, send = editing(sample("event"))

    with pytest.raises(ToolError, match="rows: a short_text item has no such field"):
        send({"op": "add_items", "items": [{"type": "short_text", "label": "X", "more": {"rows": ["a"]}}]})


def test_an_outline_with_faults_names_every_line(editing: Editing) -> None:
    _, send = editing(Form.create())

    with pytest.raises(ToolError, match=r"(?s)line 1: .*nonsense.*line 3: no question 'Missing'"):
        send({"op": "write_outline", "outline": "A [nonsense]\nB\nif Missing = x: C"})


def _random_edit(dice: random.Random, form: Form) -> dict[str, Any]:
    names = sorted(form.ids)
    one, two = dice.choice(names), dice.choice(names)
    return dice.choice(
        [
            {"op": "add_items", "items": [{"type": "yes_no", "label": f"Q{dice.randint(0, 9)}"}], "after": one},
            {"op": "change_items", "items": [one], "set": {"label": f"L{dice.randint(0, 9)}", "required": True}},
            {"op": "change_items", "items": [one], "set": {"type": dice.choice(["short_text", "number", "date"])}},
            {"op": "change_items", "items": [one], "set": {"show_if": f"answered({two})"}},
            {"op": "move", "what": one, dice.choice(["after", "before", "into"]): two},
            {"op": "remove", "ids": [one]},
            {"op": "change_options", "item": one, "add": ["New"], "remove": []},
            {"op": "translate", "language": "pl", "texts": {f"{one}.label": "Ł"}},
            {"op": "change_section", "section": one, "go_to": [{"when": "", "to": two}]},
        ]
    )


@pytest.mark.parametrize("name", ["event", "job", "expenses"])
def test_random_batches_land_whole_within_their_scope_or_change_nothing(
    sample: Sample, editing: Editing, name: str
) -> None:
    dice, landed = random.Random(5), 0  # noqa: S311 - repeatable, not secret
    original = sample(name)
    for _ in range(12):
        draft, send = editing(original, "remove what you like")
        before = draft.document.to_bytes()
        try:
            send(*(_random_edit(dice, original) for _ in range(dice.randint(1, 3))))
        except ToolError as error:
            assert "more than was asked" not in str(error)  # noqa: PT017 - refusals are expected, of one kind not
            assert draft.document.to_bytes() == before
            continue
        landed += 1
        again = Form.open(draft.document.to_bytes())
        assert again.definition == draft.document.definition
        assert skill.compare(again, draft.document) == ()
        assert draft.base.to_bytes() == before
    assert landed > 1
