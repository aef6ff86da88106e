"""Font files of this machine for the families files name: the font itself, one made to its measures, or a plain one."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Final

_FOLDERS: Final = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts"),
    *("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts"),
)
# File names, bare of their ending, that stand for a family: regular, bold.
_FILES: Final = {
    "calibri": (("calibri", "Carlito-Regular"), ("calibrib", "Carlito-Bold")),
    "cambria": (("cambria", "Caladea-Regular"), ("cambriab", "Caladea-Bold")),
    "arial": (("arial", "LiberationSans-Regular"), ("arialbd", "LiberationSans-Bold")),
    "times new roman": (("times", "LiberationSerif-Regular"), ("timesbd", "LiberationSerif-Bold")),
    "courier new": (("cour", "LiberationMono-Regular"), ("courbd", "LiberationMono-Bold")),
    "georgia": (("georgia", "Gelasio-Regular", "Caladea-Regular"), ("georgiab", "Gelasio-Bold", "Caladea-Bold")),
}
_PLAIN: Final = (
    ("Carlito-Regular", "LiberationSans-Regular", "NotoSans-Regular", "DejaVuSans", "Vera"),
    ("Carlito-Bold", "LiberationSans-Bold", "NotoSans-Bold", "DejaVuSans-Bold", "VeraBd"),
)


def face_for(family: str, *, is_bold: bool = False) -> Path | None:
    """None only where no font at all is found."""
    compact = family.replace(" ", "").lower()
    own = (f"{compact}-bold", f"{compact}bd") if is_bold else (f"{compact}-regular", compact)
    names = (*own, *_FILES.get(family.lower(), ((), ()))[is_bold], *_PLAIN[is_bold])
    return next((found for name in names if (found := _installed().get(name.lower()))), None)


@cache
def _installed() -> dict[str, Path]:
    """TrueType and OpenType files by their bare names in lower case; those reportlab brings come last."""
    found: dict[str, Path] = {}
    for folder in (*map(os.path.expanduser, _FOLDERS), _brought()):
        for root, _, files in os.walk(folder):
            for name in files:
                if name.lower().endswith((".ttf", ".otf")):
                    found.setdefault(Path(name).stem.lower(), Path(root) / name)
    return found


def _brought() -> str:
    import reportlab  # noqa: PLC0415 - only for its folder

    return str(Path(reportlab.__file__).parent / "fonts")
