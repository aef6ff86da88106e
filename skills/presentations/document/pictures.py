"""Pictures: put in a frame and cropped to fill it, or shown whole; replaced with frame and crop kept."""

from __future__ import annotations

import hashlib
import io

from PIL import Image, UnidentifiedImageError

from copilot_server.errors import Refused
from copilot_server.office.xml import Element, qname
from skills.presentations.document.building import transform
from skills.presentations.document.deck import Deck
from skills.presentations.document.markup import child, node, number
from skills.presentations.document.shapes import Box, Shape
from skills.presentations.document.slide import Slide

_TYPES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".bmp": "image/bmp",
    ".tif": "image/tiff", ".tiff": "image/tiff",
}  # fmt: skip


def add_picture(
    slide: Slide,
    data: bytes,
    suffix: str,
    box: Box,
    alt: str,
    link: Element | None = None,
    *,
    fills: bool | None = None,
) -> Shape:
    """In a picture placeholder it fills the frame, cropped; elsewhere it is shown whole, centred in `box`."""
    size = pixels(data)
    fills = (link is not None and link.get("type") == "pic") if fills is None else fills
    place, crop = (box, _crop(size, box)) if fills else (_whole(size, box), None)
    rid = slide.deck.parts.relate(slide.part, "image", store(slide.deck, data, suffix))
    key = slide.free_shape_id
    marks = (
        [node("p:ph", {k: link.get(k, "") for k in ("type", "idx", "sz") if link.get(k)})] if link is not None else []
    )
    about = node(
        "p:nvPicPr",
        None,
        node("p:cNvPr", {"id": key, "name": f"Picture {key}", "descr": alt}),
        node("p:cNvPicPr", None, node("a:picLocks", {"noChangeAspect": 1})),
        node("p:nvPr", None, *marks),
    )
    filling = node("p:blipFill", None, node("a:blip", {"r:embed": rid}))
    if crop:
        filling.append(node("a:srcRect", crop))
    filling.append(node("a:stretch", None, node("a:fillRect")))
    looks = node("p:spPr", None, transform(place), node("a:prstGeom", {"prst": "rect"}, node("a:avLst")))
    made = node("p:pic", None, about, filling, looks)
    slide.tree.append(made)
    return Shape(slide, made, str(key))


def replace_picture(slide: Slide, shape: Shape, data: bytes, suffix: str) -> None:
    """The same frame shows another picture; a crop is made anew so that nothing is stretched."""
    box, blip = shape.box, child(shape.element, "p:blipFill/a:blip")
    if blip is None or box is None:
        raise Refused(f"shape {shape.key} on slide {slide.number} is no picture")
    blip.set(qname("r:embed"), slide.deck.parts.relate(slide.part, "image", store(slide.deck, data, suffix)))
    for extension in list(blip):
        blip.remove(extension)  # vector twins and effects of the picture before
    filling = child(shape.element, "p:blipFill")
    old = child(filling, "a:srcRect")
    crop = node("a:srcRect", _crop(pixels(data), box))
    if filling is not None:
        if old is not None:
            filling.replace(old, crop)
        else:
            filling.insert(1, crop)


def crop(shape: Shape, cuts: tuple[float, float, float, float]) -> Box:
    """Cut these percents off left, top, right and bottom; the frame in which the rest keeps its size."""
    box, filling = shape.box, child(shape.element, "p:blipFill")
    if filling is None or box is None or shape.parents:
        raise Refused(f"shape {shape.key} on slide {shape.slide.number} is no picture of its own that can be cropped")
    old = child(filling, "a:srcRect")
    left, top, right, bottom = (number(old, side) / 100000 for side in "ltrb")
    width, height = box.width / (1 - left - right), box.height / (1 - top - bottom)
    shares = [cut / 100 for cut in cuts]
    new = node("a:srcRect", {side: round(share * 100000) for side, share in zip("ltrb", shares, strict=True) if share})
    if old is not None:
        filling.replace(old, new)
    else:
        filling.insert(1, new)
    return Box(
        round(box.x + (shares[0] - left) * width),
        round(box.y + (shares[1] - top) * height),
        round(width * (1 - shares[0] - shares[2])),
        round(height * (1 - shares[1] - shares[3])),
    )


def pixels(data: bytes) -> tuple[int, int]:
    """Width and height; raises Refused for what is no picture."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except (UnidentifiedImageError, OSError) as error:
        raise Refused("this file is no picture that slides can show (png, jpeg, gif, bmp or tiff)") from error


def store(deck: Deck, data: bytes, suffix: str) -> str:
    """The media part with these bytes, an existing one if there is one."""
    kind = _TYPES.get(suffix.lower())
    if kind is None:
        raise Refused(f"pictures of the type {suffix or 'unknown'} cannot be put on slides; use png or jpeg")
    package, wanted = deck.parts.package, hashlib.sha256(data).digest()
    for name in package.names:
        is_like = name.startswith("ppt/media/") and package.size(name) == len(data)
        if is_like and hashlib.sha256(package.read(name)).digest() == wanted:
            return name
    name = package.fresh_name("ppt/media/image{}" + suffix.lower())
    deck.parts.write(name, data, kind)
    return name


def _whole(size: tuple[int, int], box: Box) -> Box:
    scale = min(box.width / size[0], box.height / size[1])
    width, height = round(size[0] * scale), round(size[1] * scale)
    return Box(box.x + (box.width - width) // 2, box.y + (box.height - height) // 2, width, height)


def _crop(size: tuple[int, int], box: Box) -> dict[str, str | int]:
    """What to cut off each side, in thousandths of a percent, to fill the box undistorted."""
    picture, wanted = size[0] / size[1], box.width / box.height
    if picture > wanted:
        cut = round((1 - wanted / picture) * 50000)
        return {"l": cut, "r": cut}
    cut = round((1 - picture / wanted) * 50000)
    return {"t": cut, "b": cut}
