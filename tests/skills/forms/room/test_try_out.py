"""`try_out`: answers as people say them, and what was tried kept apart from what is still to be answered."""

from __future__ import annotations

from collections.abc import Callable

from copilot_server.agent.draft import Draft
from skills.forms.document import Form
from skills.forms.tools import try_out

OUTLINE = """# Stay
Name * [name]
Arrival * [date] (earliest: 2030-01-10)
Departure [date_time] (latest: 2030-02-01)
Diet * [single] (options: Everything, Vegan)
Nights * [number] (min: 1) (max: 9)
"""


def tried(form: Form, **answers: object) -> dict[str, str]:
    shown = try_out.run(form, answers=answers)
    return dict(line.split(": ", 1) for line in shown.splitlines() if ": " in line)


def test_a_name_as_one_text_and_an_option_by_its_label_are_taken(outlined: Callable[[str], Form]) -> None:
    told = tried(outlined(OUTLINE), name="Ada Lovelace", Diet="vegan", nights="3")

    assert told["rejected"] == "nothing"
    assert told["still to be answered"] == "arrival"


def test_what_was_tried_is_rejected_with_its_own_reason(outlined: Callable[[str], Form]) -> None:
    told = tried(outlined(OUTLINE), name="Ada", Arrival="2029-12-31", departure="2030-02-02 10:00", nights=12, size=3)

    assert told["rejected"] == (
        "arrival: Must be 2030-01-10 or later.; departure: Must be 2030-02-01 or earlier.; "
        "nights: Must be between 1 and 9.; name: 'Ada' is only one name; size: no such question; did you mean 'Diet'?"
    )
    assert told["still to be answered"] == "name, diet"


def test_results_of_edits_say_bounds_options_and_the_place(
    outlined: Callable[[str], Form], editing: Callable[[Form], tuple[Draft[Form], Callable[..., str]]]
) -> None:
    _, send = editing(outlined("# Stay\nDiet [single] (options: Everything, Vegan)"))

    said = send(
        {
            "op": "write_outline",
            "outline": "Age [number] (min: 1) (max: 9)\nBadge [dropdown] (options: Day, Week, other)",
        },
        {"op": "change_options", "item": "diet", "add": ["Halal"], "after": "Everything"},
    )

    assert "age: number 'Age', min 1, max 9 added" in said
    assert "badge: dropdown 'Badge', options Day | Week | other… added" in said
    assert "option 'Halal' added after 'Everything' (3 in all)" in said
