"""Pages of the PDF as they fill up: text flows down, fields are placed beside it."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream

from skills.forms.filling.appearance import Typesetter

WIDTH, HEIGHT = 595.0, 842.0
_ACCENT, _HEADING = b"0.08 0.33 0.60", 12.0  # larger letters are headings
LEFT, RIGHT, TOP, BOTTOM = 56.0, 539.0, 786.0, 56.0


class Sheet:
    """`y` is where the next line goes; measures are points, from the page's lower left corner.

    A mirrored page is laid out the same way and turned over as it is drawn: places count from the right.
    """

    def __init__(self, pdf: Pdf, setter: Typesetter, *, is_mirrored: bool = False) -> None:
        self.pdf, self.setter, self.is_mirrored = pdf, setter, is_mirrored
        self.y = 0.0
        self._content = b""
        self._number = 1
        self._pictures: list[Stream] = []
        self.page = self._new_page()

    def need(self, height: float) -> None:
        """Start a new page unless that much still fits on this one."""
        if self.y - height < BOTTOM:
            self.close()
            self.page = self._new_page()

    def write(
        self, text: str, size: float, *, grey: bool = False, width: float = RIGHT - LEFT, x: float = LEFT
    ) -> None:
        for line in self.setter.wrapped(text, size, width):
            self.need(size * 1.35)
            self.y -= size * 1.35
            self.put(line, x, self.y, size, grey=grey)

    def put(self, text: str, x: float, y: float, size: float, *, grey: bool = False) -> None:
        """One line at a place, the flow unmoved."""
        colour = b"0.29 0.33 0.41 rg " if grey else _ACCENT + b" rg " if size > _HEADING else b"0.11 0.14 0.19 rg "
        if self.is_mirrored:
            x = WIDTH - x - self.setter.faces.width(text, size)
        self._content += colour + self.setter.text(text, x, y, size)

    def rule(self) -> None:
        self._content += b"%s RG 0.9 w %.1f %.1f m %.1f %.1f l S\n" % (_ACCENT, LEFT, self.y - 5, RIGHT, self.y - 5)
        self.y -= 9

    def space(self, height: float) -> None:
        self.y -= height

    def add(self, widget: Dictionary) -> None:
        """A field's widget on this page; the order they are added in is the order of the Tab key."""
        widget.P = self.page.obj
        if self.is_mirrored:
            left, low, right, high = (float(edge) for edge in widget.Rect)
            widget.Rect = Array([round(WIDTH - right, 2), low, round(WIDTH - left, 2), high])
        annotations = self.page.obj.get(Name.Annots)
        if annotations is None:
            self.page.obj.Annots = Array([widget])
        else:
            annotations.append(widget)

    def picture(self, image: Stream, x: float, y: float, width: float, height: float) -> None:
        self._pictures.append(image)
        x = WIDTH - x - width if self.is_mirrored else x
        name = f"Im{len(self._pictures)}".encode()
        self._content += b"q %.2f 0 0 %.2f %.2f %.2f cm /%s Do Q\n" % (width, height, x, y, name)

    def close(self) -> None:
        """A band of colour above, the page's number below."""
        self._content = b"%s rg 0 %.1f %.1f 8 re f\n" % (_ACCENT, HEIGHT - 8, WIDTH) + self._content
        self.put(f"{self._number}", RIGHT - 8, BOTTOM - 26, 8.5, grey=True)
        self.page.obj.Contents = self.pdf.make_stream(self._content)
        self.page.obj.Resources = self.setter.resources(self.setter.faces.used)
        pictures = {f"/Im{number}": image for number, image in enumerate(self._pictures, start=1)}
        self.page.obj.Resources.XObject = Dictionary(pictures)
        self._content, self._pictures = b"", []
        self._number += 1

    def _new_page(self) -> Page:
        self.y = TOP
        page = self.pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
        page.obj.Tabs = Name.R  # by rows: top to bottom, as the questions are read
        return page
