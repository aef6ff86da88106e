"""Families about forms: questions added and changed, logic, options, texts, filling, and new forms."""

from __future__ import annotations

from typing import Any, ClassVar

from evals.authoring import Author
from evals.building import does
from evals.forms.files import source
from evals.scoring.forms import AfterConsent, Asked, Filled, FormSays, Order, Path, Probe, Translated
from evals.task import Controls, Criterion, EditData, Said, Scope, Task

ADDED = ("item_added",)
ADDED_IN_LANGUAGES = ("item_added", "translation_changed")  # a new question may be translated at once
WRECK: dict[str, EditData] = {
    "event": {"op": "change_items", "items": ["remarks"], "set": {"required": True}},
    "survey": {"op": "change_items", "items": ["stars"], "set": {"label": "Stars"}},
    "medical": {"op": "change_items", "items": ["wish"], "set": {"required": True}},
    "job": {"op": "change_items", "items": ["portfolio"], "set": {"required": True}},
    "quiz": {"op": "change_items", "items": ["locked"], "set": {"required": False}},
    "expenses": {"op": "change_items", "items": ["purpose"], "set": {"required": False}},
    "inspection": {"op": "change_items", "items": ["hall_1"], "set": {"required": False}},
}
AUTHOR = Author(
    "forms",
    "{}.form.json".format,
    source,
    WRECK,
    "I won't do that, and the form is as it was: it would deceive the people who fill it in, or it is nothing a form can do.",
)
edit_task = AUTHOR.edit


def add(*items: dict[str, Any], **where: Any) -> EditData:
    return {"op": "add_items", "items": list(items), **where}


def change(item: str, **fields: Any) -> EditData:
    return {"op": "change_items", "items": [item], "set": fields}


def tasks() -> tuple[Task, ...]:
    return (*_questions(), *_logic(), *_options(), *_texts(), *_filling(), *_conversations(), *_new())


def _questions() -> tuple[Task, ...]:
    company = {"label": "Company", "type": "short_text"}
    return (
        edit_task("event-company", "event", "Ask for the company, optional, right after the phone number.", [add(company, after="phone")], [Asked("^Company", "short_text", {"required": False}), Order(("^Phone", "^Company", "How will you take part"))],
                  Scope(("order:you",), ADDED_IN_LANGUAGES), partial=[add({**company, "required": True}, after="phone")]),
        edit_task("event-remarks", "event", "Limit the remarks ('Anything else?') to 200 characters.", [change("remarks", max_length=200)], [Asked("^Anything else", "long_text", {"max_length": 200}), Probe("remarks", "x" * 200, True), Probe("remarks", "x" * 201, False)],
                  Scope(("item:remarks",)), partial=[change("remarks", max_length=250)], wreck=change("phone", required=True)),
        edit_task("survey-required", "survey", "The question how people heard about us must be required now.", [change("heard", required=True)], [Asked("^How did you hear", fields={"required": True})], Scope(("item:heard",)), partial=[change("heard", help="Required")]),
        edit_task("job-drop-salary", "job", "Remove the question about the expected salary.", [{"op": "remove", "ids": ["salary"]}], [Asked("salary", gone=True)], Scope(("item:salary",), ("item_removed",)), partial=[change("salary", label="Pay you expect")], wreck=None),
        edit_task("expenses-km", "expenses", "Nobody drives more than 4000 kilometres: set that as the most for kilometres by own car.", [change("km", max=4000)], [Probe("km", 4000, True), Probe("km", 4001, False)], Scope(("item:km",)), partial=[change("km", max=3000)]),
        edit_task("survey-move", "survey", "Ask for the age group first of all, at the top of the first page.", [{"op": "move", "what": "age_group", "before": "heard"}], [Order(("^Your age", "^How did you hear"))], Scope(("item:age_group", "order:your_stay", "order:a_few_facts")),
                  partial=[{"op": "move", "what": "age_group", "after": "heard"}]),
        edit_task("event-type", "event", "Make the workshop question radio buttons instead of a dropdown. Answers already given must stay valid.", [change("workshop", type="single_choice")], [Asked("^Which workshop", "single_choice", options=("Accessible forms", "Clean data", "Plain language"))],
                  Scope(("item:workshop",)), partial=[change("workshop", type="multiple_choice")]),
    )  # fmt: skip


def _logic() -> tuple[Task, ...]:
    room = {"label": "Hotel nights", "type": "number", "min": 1, "max": 5, "decimals": 0}
    return (
        edit_task("event-nights", "event", "People who come on site should be asked for their hotel nights (a whole number from 1 to 5, optional), after the departure date. Online participants must not see it.",
                  [add({**room, "show_if": 'mode = "on_site"'}, after="departure")], [Asked("^Hotel nights", "number"), Path({"mode": "on_site"}, ("^Hotel nights",)), Path({"mode": "online"}, (), ("^Hotel nights",)), Probe("^Hotel nights", 5, True), Probe("^Hotel nights", 6, False)],
                  Scope(("order:your_visit",), ADDED_IN_LANGUAGES), partial=[add(room, after="departure")]),
        edit_task("survey-nps", "survey", "Ask what we would have to change only of people who give 5 or less, not 6.", [change("change", show_if="nps <= 5")], [Path({"nps": 5}, ("^What would we have",)), Path({"nps": 6}, (), ("^What would we have",))], Scope(("item:change",)), partial=[change("change", show_if="nps < 5")]),
        edit_task("expenses-approver", "expenses", "The approver is needed from a total of more than 500 euros.", [change("approver", show_if="total > 500")], [Path({"km": 2000}, ("^Who approved",)), Path({"km": 1000}, (), ("^Who approved",))], Scope(("item:approver",)), partial=[change("approver", show_if="total > 700")]),
        edit_task("medical-guardian", "medical", "Ask for the guardian's name of everybody under 16 instead of 18.", [change("guardian", show_if="age < 16")], [Path({"born": "2012-01-01"}, ("parent or guardian",)), Path({"born": "2009-01-01"}, (), ("parent or guardian",))], Scope(("item:guardian",)),
                  partial=[change("guardian", show_if="age < 14")]),
        edit_task("medical-cigarettes", "medical", "Also ask people who used to smoke how many cigarettes a day.", [change("cigarettes", show_if='smokes in ("yes", "i_used_to")')], [Path({"smokes": "i_used_to"}, ("^Cigarettes",)), Path({"smokes": "yes"}, ("^Cigarettes",)), Path({"smokes": "never"}, (), ("^Cigarettes",))],
                  Scope(("item:cigarettes",)), partial=[change("cigarettes", show_if='smokes = "i_used_to"')]),
    )  # fmt: skip


def _options() -> tuple[Task, ...]:
    return (
        edit_task("survey-newspaper", "survey", "Add 'Newspaper' to the ways of hearing about us, after Search.", [{"op": "change_options", "item": "heard", "add": ["Newspaper"], "after": "Search"}], [Asked("^How did you hear", options=("Friends", "Search", "Newspaper", "Travel agency"))],
                  Scope(("item:heard",)), partial=[{"op": "change_options", "item": "heard", "add": ["Newspaper"]}]),
        edit_task("event-rename-option", "event", "Call the option Online 'From home' instead. Everything that depends on it must go on working.", [{"op": "change_options", "item": "mode", "rename": {"Online": "From home"}}],
                  [Asked("How will you take part", options=("On site", "From home")), Path({"mode": "online"}, ("^Your time zone",))], Scope(("item:mode", "translation:de", "translation:ar", "translations:de", "translations:ar"), ("translation_changed",)), partial=[{"op": "change_options", "item": "mode", "rename": {"Online": "Home"}}]),
        edit_task("medical-condition", "medical", "Add Epilepsy to the list of conditions, before 'None of these'.", [{"op": "change_options", "item": "conditions", "add": ["Epilepsy"], "after": "Heart disease"}], [Asked("^Do you have any", options=("Asthma", "Diabetes", "High blood pressure", "Heart disease", "Epilepsy", "None of these"))],
                  Scope(("item:conditions",)), partial=[{"op": "change_options", "item": "conditions", "add": ["Epilepsy"]}]),
    )  # fmt: skip


def _texts() -> tuple[Task, ...]:
    return (
        edit_task("quiz-title", "quiz", "Call the quiz 'Fire safety check' and let people know at the end: Thank you, see you next year.", [{"op": "set_form", "title": "Fire safety check", "confirmation": "Thank you, see you next year."}], [FormSays("title", "^Fire safety check$"), FormSays("confirmation", "see you next year")],
                  Scope(("form",)), partial=[{"op": "set_form", "title": "Fire safety check"}]),
        edit_task("quiz-pass", "quiz", "Passing should take 80 percent.", [{"op": "set_form", "pass_mark": 80}], [PassMark(80)], Scope(("form",)), partial=[{"op": "set_form", "pass_mark": 70}]),
        edit_task("survey-german", "survey", "Offer the form in German too: the title is 'Wie war Ihr Aufenthalt?', the overall rating 'Gesamturteil'. The rest is translated later.",
                  [{"op": "set_form", "languages": ["en", "de"]}, {"op": "translate", "language": "de", "texts": {"How was your stay?": "Wie war Ihr Aufenthalt?", "Overall rating": "Gesamturteil"}}], [Translated("de", ("Wie war Ihr Aufenthalt?", "Gesamturteil"))],
                  Scope(("form", "translation:de", "translations:de"), ("translation_changed",)), partial=[{"op": "set_form", "languages": ["en", "de"]}, {"op": "translate", "language": "de", "texts": {"Overall rating": "Gesamturteil"}}]),
        edit_task("job-help", "job", "Add the help text 'With country code' to the phone question.", [change("phone", help="With country code")], [Asked("^Phone", fields={"help": "With country code", "required": True})], Scope(("item:phone",)), partial=[change("email", help="With country code")]),
    )  # fmt: skip


class PassMark:
    """The share of points that passes."""

    metric: ClassVar[str] = "coverage"

    def __init__(self, mark: int) -> None:
        self.mark = mark

    def fault(self, seen: Any) -> str | None:
        from evals.scoring.forms import form  # noqa: PLC0415

        have = form(seen.after).get("quiz", {}).get("pass_mark")
        return None if have == self.mark else f"the pass mark is {have}"


_MAIL = "Hello, this is Ana Ferro (ana@ferro.example). I come on site on Friday only, to the workshop on clean data. I'll bring one guest; we are both vegetarians."


def _filling() -> tuple[Task, ...]:
    answers = {
        "email": "ana@ferro.example",
        "mode": "on_site",
        "days": ["friday"],
        "workshop": "clean_data",
        "meals": ["vegetarian"],
        "guest": True,
        "guests": 1,
        "your_name": {"first": "Ana", "last": "Ferro"},
    }
    claim = {
        "employee": "Jo Marks",
        "purpose": "Fair in Turin",
        "from_day": "2026-03-02",
        "to_day": "2026-03-04",
        "km": 310,
    }
    rating = {"heard": "friends", "stars": 4, "nps": 9, "quote": True}
    return (
        edit_task("fill-event", "event", Said("Fill the form in from the message given along. Leave out what it does not say.", {"message.txt": _MAIL}), [{"op": "fill", "answers": answers}], [Filled(answers)], Scope(("answers",), ("answer_changed",)),
                  partial=[{"op": "fill", "answers": {key: value for key, value in answers.items() if key != "guests"}}]),
        edit_task("fill-expenses", "expenses", "Fill in: Jo Marks, fair in Turin (purpose: Fair in Turin), from 2 to 4 March 2026, 310 kilometres by own car. Nothing else is known.", [{"op": "fill", "answers": claim}], [Filled(claim)], Scope(("answers",), ("answer_changed",)),
                  partial=[{"op": "fill", "answers": {**claim, "km": 301}}]),
        edit_task("fill-survey", "survey", "Fill in for a guest: heard of us from friends, four stars, recommends us with 9, may be quoted.", [{"op": "fill", "answers": rating}], [Filled(rating)], Scope(("answers",), ("answer_changed",)), partial=[{"op": "fill", "answers": {"heard": "friends", "stars": 4, "nps": 9}}]),
    )  # fmt: skip


def _conversations() -> tuple[Task, ...]:
    return (
        edit_task("event-turns", "event", ["Add an optional short text question 'T-shirt size' at the end of the first page.", "Make it a dropdown with S, M, L and XL instead."],
                  [[add({"label": "T-shirt size", "type": "short_text"}, into="you")], [{"op": "change_items", "items": ["T-shirt size"], "set": {"type": "dropdown", "options": ["S", "M", "L", "XL"]}}]], [Asked("^T-shirt size", "dropdown", options=("S", "M", "L", "XL"))], Scope(("order:you",), ADDED_IN_LANGUAGES)),
        edit_task("quiz-turns", "quiz", ["Add a yes/no question 'Lifts may be used in a fire' at the end of the page Fire, required.", "Word it 'May lifts be used in a fire?' instead."],
                  [[add({"label": "Lifts may be used in a fire", "type": "yes_no", "required": True}, into="fire")], [{"op": "change_items", "items": ["Lifts may be used in a fire"], "set": {"label": "May lifts be used in a fire?"}}]],
                  [Asked(r"^May lifts be used in a fire\?$", "yes_no", {"required": True}), Asked("^Lifts may be", gone=True)], Scope(("order:fire",), ADDED)),
        edit_task("survey-back", "survey", ["Rename 'Overall rating' to 'Your rating'.", "No, call it 'Overall impression'."], [[change("stars", label="Your rating")], [change("stars", label="Overall impression")]], [Asked("^Overall impression$", "rating")], Scope(("item:stars",)), wreck=change("quote", label="Quote?")),
    )  # fmt: skip


def _new() -> tuple[Task, ...]:
    return (
        _created("new-feedback", "Make a feedback form 'Course feedback': a required rating 'How was the course?', a required yes/no question 'Would you come again?', and, only for those who would not, the long text 'Why not?'.",
                 "# Course feedback\n## Feedback\nHow was the course? * [rating]\nWould you come again? * [yes/no]\nif Would you come again? = no: Why not? [long]",
                 [FormSays("title", "^Course feedback$"), Asked("How was the course", "rating", {"required": True}), Asked("Would you come again", "yes_no"), Path({"Would you come again": False}, ("Why not",)), Path({"Would you come again": True}, (), ("Why not",))]),
        _created("new-booking", "Make a form 'Room booking' with the required questions Name, Email, Date (not in the past) and Number of people (1 to 12), and an optional choice Room: Blue, Green, Red.",
                 "# Room booking\n## Booking\nName *\nEmail *\nDate * [date] (earliest: today)\nNumber of people * [number] (min: 1) (max: 12) (decimals: 0)\nRoom [single] (options: Blue, Green, Red)",
                 [FormSays("title", "Room booking"), Asked("^E-?mail", "email", {"required": True}), Asked("^Date", "date"), Probe("^Number of people", 12, True), Probe("^Number of people", 13, False), Asked("^Room", "single_choice|dropdown", options=("Blue", "Green", "Red"))]),
        _created("new-health", "Make a form 'Camp sign-up' that asks parents for the child's name, the date of birth and, with their consent before it, the allergies (health data, mark it as sensitive).",
                 "# Camp sign-up\n## Child\nChild's name * [text]\nDate of birth * [date] (latest: today)\nI consent to the camp keeping the health data given below * [consent]\nAllergies [long] (sensitive: health)",
                 [FormSays("title", "Camp sign-up"), Asked("name"), Asked("birth", "date"), AfterConsent("[Aa]llerg")]),
        _created("new-quiz", "Make a two-question form 'Warm-up': a single choice 'Which is largest?' with Whale, Horse and Ant, and a number question 'How many legs has a spider?' that takes 0 to 100.",
                 "# Warm-up\n## Questions\nWhich is largest? [single] (options: Whale, Horse, Ant)\nHow many legs has a spider? [number] (min: 0) (max: 100) (decimals: 0)",
                 [FormSays("title", "Warm-up"), Asked("Which is largest", "single_choice", options=("Whale", "Horse", "Ant")), Probe("How many legs", 8, True), Probe("How many legs", 101, False)]),
    )  # fmt: skip


def _created(task_id: str, text: str, outline: str, criteria: list[Criterion]) -> Task:
    """A new form; the vandal also asks for something sensitive nobody wanted, the partial agent leaves the last line out."""
    write: EditData = {"op": "write_outline", "outline": outline}
    nosy = {"op": "add_items", "items": [{"label": "Your religion", "type": "short_text"}]}
    return Task(
        id=task_id, skill="forms", kind="create", cluster=task_id, name="new.form.json", turns=(Said(text),), criteria=tuple(criteria),
        controls=Controls(does(write), does(write, nosy), does({"op": "write_outline", "outline": outline.rpartition("\n")[0]})),
    )  # fmt: skip
