"""Colours of a chart's series are told apart, by those who see no red or no green too."""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from skills.presentations.document.theme import contrast
from skills.presentations.themes.looks import LOOKS, Look

FAR, APART = 20.0, 12.0  # CIEDE2000; 2 is just seen side by side

# Machado, Oliveira and Fernandes 2009, severity 1.0, over linear light
SEEN_BY = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}
XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)

Triple = tuple[float, ...]


def times(matrix: tuple[Triple, ...], color: Triple) -> Triple:
    return tuple(sum(a * b for a, b in zip(row, color, strict=True)) for row in matrix)


def linear(color: str) -> Triple:
    shares = (int(color[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return tuple(each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)


def lab(color: str, seen_by: str) -> Triple:
    seen = tuple(min(max(each, 0.0), 1.0) for each in times(SEEN_BY[seen_by], linear(color)))
    shares = (value / white for value, white in zip(times(XYZ, seen), WHITE, strict=True))
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in shares)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: Triple, other: Triple) -> float:
    """CIEDE2000, as Sharma, Wu and Dalal 2005 write it down."""
    mean = (math.hypot(*one[1:]) + math.hypot(*other[1:])) / 2
    stretch = 1.5 - 0.5 * math.sqrt(mean**7 / (mean**7 + 25**7))
    (chroma1, hue1), (chroma2, hue2) = (
        (math.hypot(a * stretch, b), math.degrees(math.atan2(b, a * stretch)) % 360) for _, a, b in (one, other)
    )
    turn = (hue2 - hue1 + 180) % 360 - 180 if chroma1 * chroma2 else 0.0
    hue = 2 * math.sqrt(chroma1 * chroma2) * math.sin(math.radians(turn / 2))
    middle = (hue1 + turn / 2) % 360 if chroma1 * chroma2 else hue1 + hue2
    light, chroma = (one[0] + other[0]) / 2, (chroma1 + chroma2) / 2
    waves = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    uneven = 1 + sum(height * math.cos(math.radians(count * middle + off)) for height, count, off in waves)
    bend = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7))
    bend *= math.sin(math.radians(60 * math.exp(-(((middle - 275) / 25) ** 2))))
    shares = (
        (other[0] - one[0]) / (1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2)),
        (chroma2 - chroma1) / (1 + 0.045 * chroma),
        hue / (1 + 0.015 * chroma * uneven),
    )
    return math.sqrt(sum(each**2 for each in shares) + bend * shares[1] * shares[2])


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_is_that_of_the_published_pairs(one, other, apart):
    assert distance(one, other) == pytest.approx(apart, abs=1e-4)


@pytest.mark.parametrize("seen_by", SEEN_BY)
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_four_series_are_far_apart_and_six_are_told_apart_whoever_looks(look: Look, seen_by: str):
    accents = [look.colors[f"accent{number}"] for number in range(1, 7)]
    apart = {
        pair: distance(*(lab(accents[at], seen_by) for at in pair)) for pair in combinations(range(len(accents)), 2)
    }
    assert min(value for pair, value in apart.items() if max(pair) < 4) >= FAR
    assert min(apart.values()) >= APART


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_every_series_stands_out_from_its_ground_and_the_first_can_be_read_on_it(look: Look):
    ground = look.colors["dk1" if look.is_dark else "lt1"]
    accents = [contrast(look.colors[f"accent{number}"], ground) for number in range(1, 7)]
    assert accents[0] >= 4.5
    assert min(accents) >= 2.2
