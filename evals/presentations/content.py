"""Families about decks: words, slides, exhibits, looks and new decks, in the deck's own template."""

from __future__ import annotations

from typing import Any, ClassVar

from evals.authoring import Author
from evals.building import does
from evals.presentations.decks import source
from evals.scoring.presentations import (
    ChartShows,
    Described,
    Grounded,
    HiddenSlide,
    LayoutIs,
    Notes,
    Placed,
    RunLooks,
    Shown,
    Slides,
    TableSays,
    Titles,
)
from evals.task import Controls, Criterion, EditData, Said, Scope, Task

ADDED = ("slide_added",)
PITCH = ("Lumen", "Offices burn", "Revenue doubled", "Prices stay", "A team", "We raise")
TOWNHALL = ("Town hall", "Results", "People", "Questions")
WRECK: dict[str, EditData] = {
    "pitch": {"op": "replace_text", "find": "Closing in June", "replace": "Closing in July"},
    "townhall": {"op": "replace_text", "find": "townhall@example.com", "replace": "nobody@example.com"},
    "course": {"op": "replace_text", "find": "Read page 140", "replace": "Read page 999"},
    "runs": {"op": "set_text", "slide": "2", "shape": "title", "text": ["Other numbers"]},
    "exhibits": {"op": "set_text", "slide": "3", "shape": "title", "text": ["Other picture"]},
    "faulty": {"op": "set_notes", "slide": "1", "notes": "wrecked"},
}
AUTHOR = Author(
    "presentations",
    "{}.pptx".format,
    source,
    WRECK,
    "I can't do that, so the deck is as it was; tell me if something else would help.",
)
edit_task = AUTHOR.edit


def put(slide: int, shape: str, *lines: str, **more: Any) -> EditData:
    return {"op": "set_text", "slide": str(slide), "shape": shape, "text": list(lines), **more}


def swap(find: str, replace: str, **more: Any) -> EditData:
    return {"op": "replace_text", "find": find, "replace": replace, **more}


def tasks() -> tuple[Task, ...]:
    return (*_words(), *_slides(), *_exhibits(), *_looks(), *_conversations(), *_new())


def _words() -> tuple[Task, ...]:
    return (
        edit_task("pitch-title", "pitch", "Change the title of slide 2 to 'Offices light empty desks'.", [put(2, "title", "Offices light empty desks")], [Shown("^Offices light empty desks$", 2, "title")], Scope(("#257",)), partial=[put(2, "title", "Offices light empty")]),
        edit_task("townhall-figure", "townhall", "Sales were 13 million, not 12. Correct it.", [swap("12 million", "13 million")], [Shown("Sales reached 13 million", 2, "body"), Shown("12 million", gone=True)], Scope(("#257",)), partial=[swap("12 million", "12 or 13 million")]),
        edit_task("pitch-rename", "pitch", "The company is called Lumio now; change Lumen everywhere.", [swap("Lumen", "Lumio")], [Shown("^Lumio: light", 1, "title"), Shown("Lumen", gone=True)], Scope(("#256",)), partial=[swap("Lumen", "Lumio/Lumen")]),
        edit_task("runs-notes", "runs", "Set the speaker notes of slide 1 to: Ask for questions at the end.", [{"op": "set_notes", "slide": "1", "notes": "Ask for questions at the end."}], [Notes("^Ask for questions at the end.$", 1)], Scope(("#256/notes",)), partial=[{"op": "set_notes", "slide": "1", "notes": "Ask."}]),
        edit_task("townhall-bullet", "townhall", "Add a last bullet to slide 3: Parking is free.", [put(3, "body", "Parking is free", append=True)], [Shown(r"The canteen opens in May\nParking is free\.?$", 3, "body"), Shown("18 people joined", 3, "body")], Scope(("#258",)), partial=[put(3, "body", "Parking is free")]),
        edit_task("pitch-add-notes", "pitch", "Add the sentence 'Pause here.' to the notes of slide 2, after what stands there.", [{"op": "set_notes", "slide": "2", "notes": "Pause here.", "append": True}], [Notes(r"empty floor\.\s+Pause here\.", 2)], Scope(("#257/notes",)), partial=[{"op": "set_notes", "slide": "2", "notes": "Pause here."}]),
        edit_task("runs-title", "runs", "On slide 1 say 'Profits' instead of 'Sales' in the title; the rest of the title keeps its looks.", [swap("Sales", "Profits", slide="1")], [Shown("^Profits grew fast this year$", 1, "title"), RunLooks("fast", 1, bold=True)], Scope(("#256",)), partial=[put(1, "title", "Profits")]),
    )  # fmt: skip


def _slides() -> tuple[Task, ...]:
    move = {"op": "move_slide", "slide": "6", "to": 2}
    return (
        edit_task("townhall-add", "townhall", "Add a slide before Questions titled 'Three dates to remember' with the bullets: 5 May canteen; 1 June summer party; 3 July results.",
                  [{"op": "add_slide", "kind": "bullets", "title": "Three dates to remember", "text": ["5 May: canteen", "1 June: summer party", "3 July: results"], "after": "3"}],
                  [Titles(("Town hall", "Results", "People", "^Three dates to remember$", "Questions")), Shown(r"5 May.*\n1 June.*\n3 July", 4, "body"), LayoutIs(4, "Title and Content")], Scope((), ADDED),
                  partial=[{"op": "add_slide", "kind": "bullets", "title": "Three dates to remember", "text": ["5 May: canteen"], "after": "3"}]),
        edit_task("pitch-move", "pitch", "Move the slide about raising money to second place.", [move], [Titles((PITCH[0], PITCH[5], *PITCH[1:5]))], Scope((), ("slide_moved",)), partial=[{"op": "move_slide", "slide": "6", "to": 3}]),
        edit_task("pitch-delete", "pitch", "Delete the slide with the prices.", [{"op": "delete_slides", "slides": ["4"]}], [Titles((*PITCH[:3], *PITCH[4:]))], Scope(("#259",), ("slide_deleted",), ("ppt/tableStyles.xml",)), partial=[{"op": "hide_slides", "slides": ["4"]}]),
        edit_task("townhall-duplicate", "townhall", "Duplicate slide 2 and call the copy 'Results in detail'.", [{"op": "duplicate_slide", "slide": "2"}, put(3, "title", "Results in detail")],
                  [Titles(("Town hall", "^Results are on plan$", "^Results in detail$", "People", "Questions")), Shown("Costs fell by 4 percent", 3, "body")], Scope((), ADDED), partial=[{"op": "duplicate_slide", "slide": "2"}]),
        edit_task("pitch-hide", "pitch", "Hide slide 5 in the show; don't delete it.", [{"op": "hide_slides", "slides": ["5"]}], [HiddenSlide(5), Titles(PITCH)], Scope((), ("slide_hidden",)), partial=[{"op": "hide_slides", "slides": ["4"]}]),
        edit_task("townhall-section", "townhall", "Put a section header slide 'Part two: people' before the slide about people.", [{"op": "add_slide", "kind": "section", "title": "Part two: people", "after": "2"}],
                  [Titles(("Town hall", "Results", "^Part two: people$", "People", "Questions")), LayoutIs(3, "Section Header")], Scope((), ADDED), partial=[{"op": "add_slide", "kind": "bullets", "title": "Part two: people", "text": ["people"], "after": "2"}]),
    )  # fmt: skip


def _exhibits() -> tuple[Task, ...]:
    data = {
        "op": "set_chart_data",
        "slide": "3",
        "shape": "chart",
        "categories": ["2023", "2024", "2025", "2026"],
        "series": [{"name": "Revenue", "values": [1, 2, 4, 7.5]}],
    }
    return (
        edit_task("pitch-chart", "pitch", "Add 2026 with 7.5 to the revenue chart.", [data], [ChartShows(3, ["2023", "2024", "2025", "2026"], {"Revenue": [1, 2, 4, 7.5]})], Scope(("#258",), (), ("ppt/charts/*", "ppt/embeddings/*")),
                  partial=[{**data, "series": [{"name": "Revenue", "values": [1, 2, 4, 7]}]}]),
        edit_task("pitch-cell", "pitch", "A floor costs 95 euros now. Update the price table.", [{"op": "edit_table", "slide": "4", "shape": "table", "cells": [{"row": 3, "column": 2, "text": "95 euros"}]}], [TableSays(4, {(3, 1): "Floor", (3, 2): "95 euros", (2, 2): "3 euros"}, 3)], Scope(("#259",)),
                  partial=[{"op": "edit_table", "slide": "4", "shape": "table", "cells": [{"row": 2, "column": 2, "text": "95 euros"}]}]),
        edit_task("pitch-row", "pitch", "Add a plan 'Building' for 800 euros at the bottom of the price table.", [{"op": "edit_table", "slide": "4", "shape": "table", "add_rows": [["Building", "800 euros"]]}], [TableSays(4, {(4, 1): "Building", (4, 2): "800 euros"}, 4)], Scope(("#259",)),
                  partial=[{"op": "edit_table", "slide": "4", "shape": "table", "add_rows": [["Building", ""]]}]),
        edit_task("townhall-table", "townhall", "Add a slide at the end titled 'Sales by site' with a table: Site and Sales; Graz 7; Linz 5.",
                  [{"op": "add_slide", "kind": "table", "title": "Sales by site", "table": [["Site", "Sales"], ["Graz", "7"], ["Linz", "5"]]}], [Titles((*TOWNHALL, "^Sales by site$")), TableSays(5, {(1, 1): "Site", (2, 1): "Graz", (3, 2): "5"}, 3)], Scope((), ADDED, ("ppt/tableStyles.xml",)),
                  partial=[{"op": "add_slide", "kind": "bullets", "title": "Sales by site", "text": ["Graz 7", "Linz 5"]}]),
        edit_task("townhall-chart", "townhall", "Add a slide at the end titled 'Heads by site' with a native column chart: Graz 40, Linz 25, Wien 60.",
                  [{"op": "add_slide", "kind": "chart", "title": "Heads by site", "chart": {"type": "column", "categories": ["Graz", "Linz", "Wien"], "series": [{"name": "Heads", "values": [40, 25, 60]}]}}],
                  [Titles((*TOWNHALL, "^Heads by site$")), ChartShows(5, ["Graz", "Linz", "Wien"], {"Heads": [40, 25, 60]})], Scope((), ADDED, ("ppt/charts/*", "ppt/embeddings/*")),
                  partial=[{"op": "add_slide", "kind": "table", "title": "Heads by site", "table": [["Site", "Heads"], ["Graz", "40"], ["Linz", "25"], ["Wien", "60"]]}]),
        edit_task("exhibits-alt", "exhibits", "Give the picture on slide 3 the alternative text 'Plan of the new hall'.", [{"op": "describe_shape", "slide": "3", "shape": "picture", "alt": "Plan of the new hall"}], [Described(3, "^Plan of the new hall$")], Scope(("#258",)),
                  partial=[{"op": "describe_shape", "slide": "3", "shape": "picture", "alt": "Plan"}], wreck={"op": "set_text", "slide": "1", "shape": "title", "text": ["Other chart"]}),
    )  # fmt: skip


def _looks() -> tuple[Task, ...]:
    return (
        edit_task("townhall-bold", "townhall", "Make '12 million' on slide 2 bold.", [{"op": "format_text", "slide": "2", "find": "12 million", "bold": True}], [RunLooks("12 million", 2, bold=True)], Scope(("#257",)), partial=[{"op": "format_text", "slide": "2", "find": "Costs", "bold": True}]),
        edit_task("pitch-size", "pitch", "Set the text 'Founded in Graz' on slide 5 to 18 point and colour it in the theme's first accent colour.", [{"op": "format_text", "slide": "5", "find": "Founded in Graz", "size": 18, "color": "accent1"}],
                  [RunLooks("Founded in Graz", 5, size=18, color="accent1")], Scope(("#260",)), partial=[{"op": "format_text", "slide": "5", "find": "Founded in Graz", "size": 18}]),
        edit_task("pitch-place", "pitch", "Move the 'Founded in Graz' box on slide 5 to 1 inch from the left, everything else stays.", [{"op": "place_shape", "slide": "5", "shape": "4", "x": 1.0}], [Placed("Founded in Graz", 5, x=1.0, y=6.6, width=3.0)], Scope(("#260/4",)),
                  partial=[{"op": "place_shape", "slide": "5", "shape": "4", "x": 2.0}]),
        edit_task("faulty-offslide", "faulty", "On slide 2 a text box hangs off the slide. Bring it fully onto the slide; change nothing else.", [{"op": "place_shape", "slide": "2", "shape": "2", "x": 1.0, "y": 1.0}], [_OnSlide(2)], Scope(("#257",)), partial=[{"op": "place_shape", "slide": "2", "shape": "2", "y": 1.5}]),
    )  # fmt: skip


class _OnSlide:
    """Every shape of the slide stands wholly on it."""

    metric: ClassVar[str] = "placement"

    def __init__(self, on: int) -> None:
        self.on = on

    def fault(self, seen: Any) -> str | None:
        from evals.scoring.presentations import slide  # noqa: PLC0415
        from evals.scoring.slide_geometry import off_slide  # noqa: PLC0415

        own = f"slide {slide(seen.after, self.on).slide_id} "
        off = [each for each in off_slide(seen.after) if each.startswith(own)]
        return f"still off: {off}" if off else None


def _conversations() -> tuple[Task, ...]:
    add = {
        "op": "add_slide",
        "kind": "bullets",
        "title": "Risks we watch",
        "text": ["Energy prices", "Hiring"],
        "after": "3",
    }
    return (
        edit_task("townhall-turns", "townhall", ["Add a slide 'Risks we watch' before Questions, with the bullets Energy prices and Hiring.", "Add a third bullet there: Currency."], [[add], [put(4, "body", "Currency", append=True)]],
                  [Titles(("Town hall", "Results", "People", "^Risks we watch$", "Questions")), Shown(r"Energy prices\nHiring\nCurrency", 4, "body")], Scope((), ADDED)),
        edit_task("pitch-back", "pitch", ["Change 'Closing in June' to 'Closing in May' on the last slide.", "Sorry: in April."], [[swap("Closing in June", "Closing in May")], [swap("Closing in May", "Closing in April")]],
                  [Shown("Closing in April", 6, "body"), Shown("Closing in (May|June)", gone=True)], Scope(("#261",)), wreck=swap("Founded in Graz", "Founded in Wien")),
        edit_task("pitch-order-turns", "pitch", ["Move the team slide right after the cover.", "And the prices to the end."], [[{"op": "move_slide", "slide": "5", "to": 2}], [{"op": "move_slide", "slide": "5", "to": 6}]],
                  [Titles((PITCH[0], PITCH[4], PITCH[1], PITCH[2], PITCH[5], PITCH[3]))], Scope((), ("slide_moved",))),
    )  # fmt: skip


def _new() -> tuple[Task, ...]:
    return (
        _created("new-bees", "Make a deck of exactly four slides on keeping bees for beginners: a title slide 'Keeping bees', then 'Bees need little', 'A year has three tasks' and 'Begin in spring', three short bullets each. Facts: a hive costs 180 euros; a hive gives 20 kilos of honey.",
                 [{"op": "add_slide", "kind": "title", "title": "Keeping bees", "subtitle": "For beginners"}, {"op": "add_slide", "kind": "bullets", "title": "Bees need little", "text": ["A hive for 180 euros", "A quiet place", "Water near by"]},
                  {"op": "add_slide", "kind": "bullets", "title": "A year has three tasks", "text": ["Look in spring", "Harvest 20 kilos in summer", "Feed in autumn"]}, {"op": "add_slide", "kind": "bullets", "title": "Begin in spring", "text": ["Join a club", "Buy one hive", "Start in April"]}],
                 [Titles(("Keeping bees", "Bees need little", "three tasks", "Begin in spring")), Shown("180 euros"), Shown("20 kilos")]),
        _created("new-quarter", "Make a three-slide deck: title 'Quarter in review'; a slide 'Revenue grew to 9 million' with a native column chart of January 2, February 3, March 4; a closing slide 'Next: hire ten people'.",
                 [{"op": "add_slide", "kind": "title", "title": "Quarter in review"}, {"op": "add_slide", "kind": "chart", "title": "Revenue grew to 9 million", "chart": {"type": "column", "categories": ["January", "February", "March"], "series": [{"name": "Revenue", "values": [2, 3, 4]}]}},
                  {"op": "add_slide", "kind": "closing", "title": "Next: hire ten people"}], [Titles(("Quarter in review", "Revenue grew to 9 million", "hire ten people")), ChartShows(2, ["January", "February", "March"], {"Revenue": [2, 3, 4]})]),
        _created("new-compare", "Make a deck with a title slide 'Bus or tram' and one slide 'The tram carries more' that holds a table: columns Line, Seats, Cost; Bus 60, 3 million; Tram 200, 25 million.",
                 [{"op": "add_slide", "kind": "title", "title": "Bus or tram"}, {"op": "add_slide", "kind": "table", "title": "The tram carries more", "table": [["Line", "Seats", "Cost"], ["Bus", "60", "3 million"], ["Tram", "200", "25 million"]]}],
                 [Titles(("Bus or tram", "The tram carries more")), TableSays(2, {(1, 2): "Seats", (3, 1): "Tram", (3, 2): "200"}, 3)]),
        _created("new-onboarding", "Make a deck for new colleagues, four to six slides, the first titled 'Welcome to Norda', one of them 'Your first week' with the five days as bullets, each slide with speaker notes.",
                 [{"op": "add_slide", "kind": "title", "title": "Welcome to Norda", "notes": "Greet everybody."}, {"op": "add_slide", "kind": "bullets", "title": "Your first week", "text": ["Monday: meet the team", "Tuesday: tools", "Wednesday: safety", "Thursday: first task", "Friday: review"], "notes": "Day by day."},
                  {"op": "add_slide", "kind": "bullets", "title": "Who helps you", "text": ["Your buddy", "The desk"], "notes": "Names."}, {"op": "add_slide", "kind": "closing", "title": "Ask early", "notes": "End."}],
                 [Slides(4, 6), Shown("Welcome to Norda", 1, "title"), Shown(r"Monday[\s\S]*Friday"), Notes(r"\S", 1), Notes(r"\S", 2)], is_closed=False),
    )  # fmt: skip


def _created(
    task_id: str, text: str, steps: list[EditData], criteria: list[Criterion], *, is_closed: bool = True
) -> Task:
    """A new deck; the vandal also draws a box off the slide, the partial agent stops before the last slide."""
    off: EditData = {
        "op": "add_shape",
        "slide": "1",
        "shape": "text",
        "text": "left over",
        "x": 12.5,
        "y": 7.0,
        "width": 4,
        "height": 2,
    }
    grounded = [Grounded(text)] if is_closed else []
    return Task(
        id=task_id, skill="presentations", kind="create", cluster=task_id, name="new.pptx", turns=(Said(text),), criteria=(*criteria, *grounded),
        controls=Controls(does(*steps), does(*steps, off), does(*steps[:-1])),
    )  # fmt: skip
