"""Pictures: their part, their size, and the inline drawing that shows them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from lxml import etree
from PIL import Image, UnidentifiedImageError

from copilot_server.errors import TargetNotFound, ToolError
from copilot_server.office.xml import NS, Element, qname
from skills.documents.document.markup import make, w

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skills.documents.document.word import WordDocument

_EMU_PER_TWIP: Final = 635
_TYPES: Final = {"PNG": "png", "JPEG": "jpeg", "GIF": "gif", "BMP": "bmp", "TIFF": "tiff"}
_BASE64: Final = re.compile(r"(?:data:image/[a-z+.-]+;base64,)?([A-Za-z0-9+/\s]{40,}={0,2})", re.IGNORECASE)
_MAX_HEIGHT: Final = 11_000  # twips: what fits on a page with its caption


def given(attached: Mapping[str, bytes], source: str) -> bytes:
    """The bytes of an attached file, by its name, or of base64 data (`data:image/png;base64,…`, or as it is).

    Raises ToolError naming what is attached; nothing is ever read from disk or fetched.
    """
    named = {name.casefold(): data for name, data in attached.items()}
    found = named.get(source.casefold()) or named.get(PurePosixPath(source.replace("\\", "/")).name.casefold())
    if found is not None:
        return found
    data = _BASE64.fullmatch(source)
    if data is None:
        known = ", ".join(attached) or "none"
        raise TargetNotFound(f"no attached file {source[:60]!r}; attached are: {known}; nothing is fetched")
    try:
        return base64.b64decode(data[1], validate=True)
    except binascii.Error as error:
        raise ToolError(f"the picture's base64 data is broken: {error}") from error


def picture_run(document: WordDocument, part: str, data: bytes, alt: str, max_width: int, width: int = 0) -> Element:
    """A run that shows the picture, at `width` twips or its own size, never wider than `max_width`.

    Raises ToolError for data that is no picture of a kind Word shows.
    """
    kind, across, down = _measured(data)
    scale = min((width or across) / across, max_width / across, _MAX_HEIGHT / down)
    rid = _relate(document, part, data, kind)
    size = (round(across * scale) * _EMU_PER_TWIP, round(down * scale) * _EMU_PER_TWIP)
    return make("r", None, _drawing(rid, size, alt, _fresh_number(document, part)))


def _measured(data: bytes) -> tuple[str, int, int]:
    """Kind, width and height in twips, by the picture's own resolution."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            kind = _TYPES.get(image.format or "")
            across, down = image.size
            found = image.info.get("dpi", (96, 96))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise ToolError(f"that is no picture that can be shown: {error}") from error
    if kind is None:
        raise ToolError("pictures can be PNG, JPEG, GIF, BMP or TIFF")
    dots = float(found[0]) if 36 <= float(found[0]) <= 1200 else 96.0
    return kind, max(1, round(across * 1440 / dots)), max(1, round(down * 1440 / dots))


def _relate(document: WordDocument, part: str, data: bytes, kind: str) -> str:
    """The same picture twice is one part."""
    name = f"word/media/{hashlib.sha256(data).hexdigest()[:16]}.{kind}"
    if name not in document.package:
        document.package.write(name, data, f"image/{kind}")
    return document.relate(part, f"{NS['r']}/image", name)


def _fresh_number(document: WordDocument, part: str) -> int:
    taken = [each.get("id", "0") for each in document.edit(part).iter(qname("wp:docPr"))]
    return max((int(each) for each in taken if each.isdigit()), default=0) + 1


def _element(name: str, attributes: dict[str, str] | None = None, *children: Element) -> Element:
    made = etree.Element(qname(name), {qname(key): text for key, text in (attributes or {}).items()}, _SPACES)
    made.extend(children)
    return made


_SPACES: Final[dict[str | None, str]] = {"wp": NS["wp"], "a": NS["a"], "pic": NS["pic"], "r": NS["r"]}


def _drawing(rid: str, size: tuple[int, int], alt: str, number: int) -> Element:
    extent = {"cx": str(size[0]), "cy": str(size[1])}
    name = f"Picture {number}"
    about = _element(
        "pic:nvPicPr", None, _element("pic:cNvPr", {"id": str(number), "name": name}), _element("pic:cNvPicPr")
    )
    fill = _element("pic:blipFill", None, _element("a:blip", {"r:embed": rid}), _stretch())
    frame = _element("a:xfrm", None, _element("a:off", {"x": "0", "y": "0"}), _element("a:ext", extent))
    shape = _element("a:prstGeom", {"prst": "rect"}, _element("a:avLst"))
    picture = _element("pic:pic", None, about, fill, _element("pic:spPr", None, frame, shape))
    graphic = _element("a:graphic", None, _element("a:graphicData", {"uri": NS["pic"]}, picture))
    locks = _element("a:graphicFrameLocks", {"noChangeAspect": "1"})
    inline = _element(
        "wp:inline",
        {"distT": "0", "distB": "0", "distL": "0", "distR": "0"},
        _element("wp:extent", extent),
        _element("wp:effectExtent", {"l": "0", "t": "0", "r": "0", "b": "0"}),
        _element("wp:docPr", {"id": str(number), "name": name, "descr": alt}),
        _element("wp:cNvGraphicFramePr", None, locks),
        graphic,
    )
    drawing = etree.Element(w("drawing"))
    drawing.append(inline)
    return drawing


def _stretch() -> Element:
    return _element("a:stretch", None, _element("a:fillRect"))
