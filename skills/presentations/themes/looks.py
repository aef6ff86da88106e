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

    Accents that follow one another are far apart in hue, for the series of a chart take them in order.
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
        *("1F6FB2", "EC9A29", "5B6B7B", "C8453B", "0F8B8D", "7A4E8A"),
    ),
    heading="Calibri",
    body="Calibri",
    motif="orbits",
)
LEDGER = Look(
    name="Ledger",
    colors=_colors(
        *("2B2622", "FCFAF6", "5A1A1F", "F1EBE0"),
        *("8C2F39", "3F5E5A", "B7791F", "6B5B73", "7A6A58", "A4553A"),
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
        *("5CC8F2", "F5B84B", "F2789F", "7EE0B5", "A99BF5", "9AA7BD"),
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
        *("2F7D4F", "C8622E", "D9A520", "3A6B7E", "6F7F5C", "A14A5B"),
    ),
    heading="Calibri",
    body="Calibri",
    motif="leaf",
)
LOOKS = (MERIDIAN, LEDGER, NOCTURNE, GROVE)
