"""The character of each theme: colours, fonts, and which motif its slides carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Motif = Literal["orbits", "column", "horizon", "leaf"]


@dataclass(frozen=True)
class Look:
    """`colors` by theme slot as RRGGBB. A dark theme shows light text (lt1) on dk1.

    The series of a chart take the accents in order, so they are told apart by hue and by lightness, as those who see no
    red and green tell them apart: the first four by far.
    `cover` is the scheme colour of title and section backgrounds, `on_cover` that of text on it.
    """

    name: str
    colors: Mapping[str, str]
    heading: str
    body: str
    motif: Motif
    cover: str = "tx2"
    on_cover: str = "bg1"
    title_color: str = "tx2"
    is_dark: bool = False
    is_title_bold: bool = True
    title_anchor: Literal["t", "b"] = "t"


def _colors(dark: str, light: str, deep: str, pale: str, *accents: str) -> Mapping[str, str]:
    slots = {"dk1": dark, "lt1": light, "dk2": deep, "lt2": pale}
    slots |= {f"accent{number}": color for number, color in enumerate(accents, start=1)}
    return MappingProxyType({**slots, "hlink": accents[0], "folHlink": accents[5]})


MERIDIAN = Look(
    name="Meridian",
    colors=_colors(
        *("1B2430", "FFFFFF", "0B2545", "EDF2F7"),
        *("1F74C6", "ED921C", "64676C", "C13D31", "0B9298", "74477E"),
    ),
    heading="Calibri",
    body="Calibri",
    motif="orbits",
)
LEDGER = Look(
    name="Ledger",
    colors=_colors(
        *("2B2622", "FCFAF6", "5A1A1F", "F1EBE0"),
        *("882728", "2B4C59", "C0801D", "85799F", "7A6E61", "A9532F"),
    ),
    heading="Cambria",
    body="Calibri",
    motif="column",
    title_anchor="b",
    is_title_bold=False,
)
NOCTURNE = Look(
    name="Nocturne",
    colors=_colors(
        *("0F1420", "FFFFFF", "1A2233", "DCE3EF"),
        *("77D1F7", "F5B129", "DC6694", "99F3C0", "A08FFF", "98A5B7"),
    ),
    heading="Arial",
    body="Arial",
    motif="horizon",
    cover="bg1",
    on_cover="tx1",
    title_color="tx1",
    is_dark=True,
)
GROVE = Look(
    name="Grove",
    colors=_colors(
        *("22302A", "FFFFFF", "1E4636", "EFF4EC"),
        *("0F5548", "B35314", "E1A20D", "1F7598", "77855D", "A14968"),
    ),
    heading="Calibri",
    body="Calibri",
    motif="leaf",
)
LOOKS = (MERIDIAN, LEDGER, NOCTURNE, GROVE)
