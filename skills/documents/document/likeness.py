"""Whether pictures, shapes, charts and embedded objects of two files show the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

from copilot_server.office.xml import NS
from skills.documents.document.inline import visible_text
from skills.documents.document.markup import FALLBACK, P, w

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element

_OBJECTS: Final = (w("drawing"), w("pict"), w("object"))
_RELATED: Final = f"{{{NS['r']}}}"


def objects_shown(package: Package, part: str, block: Element) -> str:
    """Equal for blocks of two files whose objects hold the same words and parts, byte for byte; "" without objects."""
    found = [each for each in block.iter(*_OBJECTS) if next(each.iterancestors(FALLBACK, *_OBJECTS), None) is None]
    return "\0".join(fact for each in found for fact in (str(each.tag), *_facts(package, part, each)))


def _facts(package: Package, part: str, shown: Element) -> Iterator[str]:
    targets = {each.id: each.target for each in package.relationships(part) if not each.external}
    for element in shown.iter():
        if element.tag == P:
            yield visible_text(element)
        for name, value in element.attrib.items():
            target = targets.get(value, "") if str(name).startswith(_RELATED) else ""
            if target in package:
                yield f"{crc32(package.read(target)):08x}"
