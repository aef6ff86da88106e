"""Make metrics.json: advance widths of the free fonts that stand in for Office's, so measuring needs no font.

Run where Debian's fonts-liberation and fonts-crosextra-carlito, -caladea are installed:
    python -m copilot_server.office.text.make_metrics
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

_FOLDER = Path("/usr/share/fonts/truetype")
_FACES = {
    "Carlito": ("crosextra/Carlito-Regular.ttf", "crosextra/Carlito-Bold.ttf"),
    "Caladea": ("crosextra/Caladea-Regular.ttf", "crosextra/Caladea-Bold.ttf"),
    "Liberation Sans": ("liberation/LiberationSans-Regular.ttf", "liberation/LiberationSans-Bold.ttf"),
    "Liberation Serif": ("liberation/LiberationSerif-Regular.ttf", "liberation/LiberationSerif-Bold.ttf"),
    "Liberation Mono": ("liberation/LiberationMono-Regular.ttf", "liberation/LiberationMono-Bold.ttf"),
}
# Latin with its extensions, Greek, Cyrillic, Hebrew, punctuation, currency, letter-like signs, arrows, shapes
_RANGES = (
    (0x20, 0x17F),
    (0x370, 0x4FF),
    (0x5D0, 0x5EA),
    (0x2010, 0x203A),
    (0x20A0, 0x20BF),
    (0x2100, 0x2122),
    (0x2190, 0x2195),
)


def face(path: Path) -> dict[str, object]:
    """Height and widths in thousandths of the type size; widths by the code point a range starts at."""
    font: Any = TTFont(path)
    unit: int = font["head"].unitsPerEm
    cmap: dict[int, str] = font.getBestCmap()
    widths, header = font["hmtx"], font["hhea"]
    runs: dict[str, list[int]] = {}
    for first, last in _RANGES:
        runs[str(first)] = [
            round(widths[cmap[code]][0] * 1000 / unit) if code in cmap else 0 for code in range(first, last + 1)
        ]
    return {"height": round((header.ascent - header.descent + header.lineGap) * 1000 / unit), "widths": runs}


def main() -> None:
    faces = {
        name: {"regular": face(_FOLDER / regular), "bold": face(_FOLDER / bold)}
        for name, (regular, bold) in _FACES.items()
    }
    target = Path(__file__).with_name("metrics.json")
    target.write_text(json.dumps(faces, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
