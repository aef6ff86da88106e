"""DeskCraft's requests in one phase over workbooks and decks whose words fix the result, and one in three phases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.public.pptc import put, shape
from evals.scoring.presentations import Notes, RunLooks, Shown
from evals.scoring.slide_looks import Background, Stands, Transition
from evals.scoring.spreadsheets import Looks, Values
from evals.task import Criterion, EditData, Scope

_DEPT = "Presented by: Music History Dept."
_INTUITION = "The birthday paradox illustrates how human intuition about probability often fails"
_PROBLEMS = f"{_INTUITION} when dealing with combinatorial problems."


@dataclass(frozen=True, slots=True)
class Fixed:
    """What the words of a row fix; `batches` are one for each phase, `half` is a part of the job."""

    criteria: Sequence[Criterion]
    scope: Scope
    batches: Sequence[Sequence[EditData]]
    half: Sequence[EditData] = ()
    excused: tuple[str, ...] = ()


def _looks(slide: int, text_of: str, **more: object) -> EditData:
    return {"op": "format_text", "slide": str(slide), "shape": text_of, **more}


_COVER = ("45", "46", "47", "49", "51")
_MILESTONES = (
    "91",
    "92",
    "93",
    "94",
    "96",
    "97",
    "98",
    "100",
    "101",
    "102",
    "104",
    "105",
    "106",
    "108",
    "109",
    "110",
    "111",
)

# By the first eight letters of a row's id, or by the name of an interactive one.
FIXED: Mapping[str, Fixed] = {
    "7232142e": Fixed(
        [
            Values({"Q1-Q4!J1": "Annual Revenue", "Q1-Q4!K1": "Annual Cost"}),
            Values({f"Q1-Q4!J{row}": value for row, value in enumerate((695000, 375000, 950000, 135000, 460000), 2)}),
            Values({f"Q1-Q4!K{row}": value for row, value in enumerate((515000, 270000, 460000, 109000, 370000), 2)}),
            Looks("Q1-Q4!A1:K1", bold=True),
        ],
        Scope(("Q1-Q4!A1:K7",)),
        [[
            {"op": "set_cells", "sheet": "Q1-Q4", "at": "J1", "values": [["Annual Revenue", "Annual Cost"]]},
            {"op": "set_cells", "sheet": "Q1-Q4", "at": "J2:J6", "values": "=B2+D2+F2+H2"},
            {"op": "set_cells", "sheet": "Q1-Q4", "at": "K2:K6", "values": "=C2+E2+G2+I2"},
            {"op": "clear", "sheet": "Q1-Q4", "range": "K7", "what": "contents"},
            {"op": "format", "sheet": "Q1-Q4", "range": "A1:K1", "bold": True},
        ]],
        [{"op": "format", "sheet": "Q1-Q4", "range": "A1:K1", "bold": True}],
    ),
    "b8185158": Fixed(
        [Values({"Sheet2!A1": "Total Revenue ($)", "Sheet2!B1": "Total Expenses ($)",
                 "Sheet2!A2": 11_150_000, "Sheet2!B2": 8_420_000})],
        Scope(("Sheet2!A1:C2",)),
        [[{"op": "set_cells", "sheet": "Sheet2", "at": "A2", "values": [
            ["=SUM(Sheet1!B2:B8)", "=SUM(Sheet1!C2:C8)"]]}]],
        [{"op": "set_cells", "sheet": "Sheet2", "at": "A2", "values": [["=SUM(Sheet1!B2:B8)"]]}],
    ),
    "8a9fd669": Fixed(
        [Background(1, "00008B"), RunLooks("", 1, color="FFFFFF")], Scope(("#256",)),
        [[{"op": "set_background", "slides": ["1"], "color": "00008B"},
          *(_looks(1, each, color="FFFFFF") for each in ("45", "47"))]],
        [{"op": "set_background", "slides": ["1"], "color": "00008B"}],
    ),
    "bd3f03cd": Fixed(
        [Transition(1, "fade")], Scope(("#256",)), [[{"op": "set_transition", "effect": "fade", "slides": ["1"]}]],
        [{"op": "set_transition", "effect": "push", "slides": ["1"]}],
    ),
    "bde97a2f": Fixed(
        [
            Background(1, "800080"),
            RunLooks("", 1, bold=True, italic=True, color="FFFFFF", font="Times New Roman"),
            RunLooks("The Surprising Question", 4, bold=True, underline=True, color="800080"),
            *(RunLooks(each, 5, italic=True, color="00008B") for each in ("The 50-50 threshold", "Virtually")),
            Notes(_INTUITION, 6),
            Background(7, "D3D3D3"),
            RunLooks("The Complementary Approach", 8, bold=True, size=36, color="800000"),
        ],
        Scope(tuple(f"#{number}" for number in (256, 259, 260, 261, 262, 263))),
        [[
            {"op": "set_background", "slides": ["1"], "color": "800080"},
            *(_looks(1, each, bold=True, italic=True, color="FFFFFF", font="Times New Roman") for each in _COVER),
            _looks(4, "72", bold=True, underline=True, color="800080"),
            *(_looks(5, each, italic=True, color="00008B") for each in _MILESTONES),
            {"op": "set_notes", "slide": "6", "notes": _PROBLEMS},
            {"op": "set_background", "slides": ["7"], "color": "D3D3D3"},
            _looks(8, "118", bold=True, size=36, color="800000"),
        ]],
        [{"op": "set_background", "slides": ["1"], "color": "800080"}, _looks(8, "118", bold=True, size=36)],
        ("no_new_findings", "template_fidelity"),  # colours named by the request, on grounds that do not carry them
    ),
    "impress_error_correction_001": Fixed(
        [Shown("Presented by: Music History Dept", 24), Stands("Presented by: Music History Dept", "bottom", 24),
         Shown("^Thank You!$", 24)],
        Scope(("#279",)),
        [
            [shape(24, "text", _DEPT, 0.3, 0.6, 2.6, 0.5, color="FFFFFF", size=12, name="Presented by")],
            [{"op": "place_shape", "slide": "24", "shape": "Presented by", "y": 6.4}],
            [put(24, "8", "Thank You!")],
        ],
    ),
}  # fmt: skip
