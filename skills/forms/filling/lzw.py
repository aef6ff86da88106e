"""How much LZW data unpacks to, without unpacking it (ISO 32000-1 7.4.4)."""

from __future__ import annotations

_CLEAR, _END, _FIRST, _WIDEST = 256, 257, 258, 12


def unpacked_size(data: bytes, most: int, early: int = 1) -> int:
    """At least as much as any reader makes of it; counting ends where it passes `most`.

    `early` is EarlyChange: by how many entries before they need to, codes become wider.
    """
    lengths = [1] * _FIRST  # of what each code stands for; that of the next one is always the last one's and one more
    width, held, bits, previous, total = 9, 0, 0, 0, 0
    for byte in data:
        held, bits = (held << 8) | byte, bits + 8
        if bits < width:
            continue
        bits -= width
        code = held >> bits
        held &= (1 << bits) - 1
        if code == _CLEAR:
            del lengths[_FIRST:]
            width, previous = 9, 0
            continue
        if code == _END:
            break
        known = len(lengths)
        size = lengths[code] if code < known else previous + 1
        if previous and known < 1 << _WIDEST:
            lengths.append(previous + 1)
            width += known + 1 + early >= 1 << width and width < _WIDEST
        previous = size
        total += size
        if total > most:
            break
    return total
