"""What stands before a numbered paragraph, by its numbering scheme (ECMA-376 Part 1, 20.1.10.61)."""

from __future__ import annotations

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def numeral(number: int, scheme: str) -> str:
    """ "2." for arabicPeriod, "(II)" for romanUcParenBoth; schemes of other scripts count in plain figures."""
    words = (
        _roman(number) if scheme.startswith("roman") else _letter(number) if scheme.startswith("alpha") else f"{number}"
    )
    words = words.upper() if "Uc" in scheme else words
    if scheme.endswith("ParenBoth"):
        return f"({words})"
    return words + (")" if scheme.endswith("ParenR") else "" if scheme.endswith("Plain") else ".")


def _roman(number: int) -> str:
    found = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        found += letters * count
    return found


def _letter(number: int) -> str:
    """a to z, then aa, bb …, as PowerPoint counts."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
