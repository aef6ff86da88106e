"""Pages of hostile files: nothing is fetched, nothing local gets in, nothing outlives its time."""

from __future__ import annotations

import io
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from copilot_server.errors import FileError, ServiceUnavailable
from copilot_server.office.package import Package
from copilot_server.office.render import Renderer, find_renderer, soffice
from copilot_server.office.render.drafts import Drafts
from copilot_server.office.render.inert import inert

IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
needs_office = pytest.mark.skipif(soffice.find() is None, reason="LibreOffice (soffice) is not installed")


@pytest.fixture
def deck(fixtures: Path) -> bytes:
    return (fixtures / "presentations" / "exhibits.pptx").read_bytes()


def with_linked_picture(deck: bytes, target: str) -> bytes:
    """The deck with its picture linked to `target` instead of embedded."""
    package = Package.open(deck)
    rid = package.relate("ppt/slides/slide3.xml", IMAGE, target, external=True)
    blip = next(package.edit_xml("ppt/slides/slide3.xml").iter("{*}blip"))
    blip.attrib.clear()
    blip.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}link", rid)
    return package.to_bytes()


class Counting:
    is_draft = False

    def __init__(self) -> None:
        self.calls = 0

    def convert(self, data: bytes, suffix: str) -> bytes:
        self.calls += 1
        out = io.BytesIO()
        Image.new("RGB", (400, 300), "white").save(out, "PDF")
        return out.getvalue()


def test_the_same_content_is_converted_once(deck):
    converter = Counting()
    renderer = Renderer(converter)
    pages = [renderer.pages(deck, ".pptx", width_px=width)[0] for width in (200, 400)]
    assert converter.calls == 1
    assert [Image.open(io.BytesIO(page.png)).width for page in pages] == [200, 400]


def pdf_of(width: int, height: int) -> bytes:
    with pypdfium2.PdfDocument.new() as document:
        document.new_page(width, height)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def test_a_pdf_is_shown_as_it_is_and_is_no_draft():
    converter = Counting()
    converter.is_draft = True

    [page] = Renderer(converter).pages(pdf_of(200, 100), ".PDF", width_px=400)

    assert (Image.open(io.BytesIO(page.png)).size, page.is_draft, converter.calls) == ((400, 200), False, 0)


def test_a_page_of_any_length_makes_a_picture_of_bounded_size():
    [page] = Renderer(Counting()).pages(pdf_of(2, 14_000), ".pdf", width_px=1280)
    assert max(Image.open(io.BytesIO(page.png)).size) <= 16_384


def test_what_is_no_pdf_is_refused():
    with pytest.raises(FileError, match="the PDF cannot be shown"):
        Renderer(Counting()).pages(b"%PDF-1.7 not really", ".pdf")


def test_only_the_pages_asked_for_are_made(deck):
    assert Renderer(Counting()).pages(deck, ".pptx", range(5, 9)) == []


def test_what_the_gate_refuses_is_never_converted():
    converter = Counting()
    with pytest.raises(FileError):
        Renderer(converter).pages(b"not a package", ".pptx")
    assert converter.calls == 0


def test_the_copy_that_is_rendered_points_nowhere(deck):
    package = Package.open(inert(with_linked_picture(deck, "http://127.0.0.1:9/canary.png")))
    assert not [each for name in package.names for each in package.relationships(name) if each.external]


def test_hyperlinks_stay_for_they_are_only_followed_by_a_click(deck):
    package = Package.open(deck)
    package.relate("ppt/slides/slide1.xml", LINK, "https://example.org", external=True)
    kept = Package.open(inert(package.to_bytes())).relationships("ppt/slides/slide1.xml")
    assert [each.target for each in kept if each.external] == ["https://example.org"]


@pytest.mark.soffice
@pytest.mark.slow
@needs_office
def test_a_deck_is_rendered_page_by_page(deck):
    pages = find_renderer().pages(deck, ".pptx", range(2, 4), width_px=320)
    assert [page.number for page in pages] == [2, 3]
    assert all(Image.open(io.BytesIO(page.png)).size == (320, 240) for page in pages)


@pytest.mark.soffice
@pytest.mark.slow
@needs_office
def test_a_linked_picture_is_neither_fetched_nor_read_from_disk(deck, tmp_path):
    """The converter gets the file as it is, without the inert copy: its own hardening must hold too."""
    program = soffice.find()
    assert program is not None
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        listener = threading.Thread(target=_listen, args=(server, heard), daemon=True)
        listener.start()
        port = server.getsockname()[1]
        secret = tmp_path / "secret.png"
        Image.new("RGB", (400, 400), (255, 0, 254)).save(secret)
        office = soffice.LibreOffice(program)
        for target in (f"http://127.0.0.1:{port}/canary.png", secret.as_uri()):
            office.convert(with_linked_picture(deck, target), ".pptx")
            page = Renderer(_Fixed(office.convert(with_linked_picture(deck, target), ".pptx"))).pages(
                deck, ".pptx", range(3, 4)
            )
            colors = Image.open(io.BytesIO(page[0].png)).convert("RGB").getcolors(1 << 24) or []
            assert (255, 0, 254) not in {color for _, color in colors}
    assert heard == []


class _Fixed:
    is_draft = False

    def __init__(self, data: bytes) -> None:
        self._data = data

    def convert(self, data: bytes, suffix: str) -> bytes:
        return self._data


def _listen(server: socket.socket, heard: list[bytes]) -> None:
    try:
        connection, _ = server.accept()
    except OSError:
        return
    with connection:
        heard.append(connection.recv(1000))


def test_a_hanging_conversion_is_killed_with_all_it_started(tmp_path):
    """A program that starts another one and never ends stands in for a hanging LibreOffice."""
    witness = tmp_path / "child"
    program = tmp_path / "hangs"
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {witness}\nwait\n", encoding="utf-8")
    program.chmod(0o700)
    with pytest.raises(ServiceUnavailable, match=r"longer than 0\.5 seconds"):
        soffice.LibreOffice(program, seconds=0.5).convert(b"", ".pptx")
    assert _is_gone(int(witness.read_text()))


def _is_gone(process: int) -> bool:
    """Within five seconds; the kernel tells, so there is nothing to ask again and again."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    return _ends(handle)


def _ends(handle: int) -> bool:
    try:
        return bool(select.select([handle], [], [], 5)[0])
    finally:
        os.close(handle)


def _in_time(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if is_so():
            return True
    return False


def test_a_program_that_makes_nothing_is_an_error_not_an_empty_page(tmp_path):
    program = tmp_path / "nothing"
    program.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    program.chmod(0o700)
    with pytest.raises(ServiceUnavailable, match="could not"):
        soffice.LibreOffice(program).convert(b"", ".pptx")


def test_drafts_are_made_of_slides_without_libreoffice_and_say_that_they_are_drafts(deck):
    pages = Renderer(Drafts()).pages(deck, ".pptx", range(1, 2), width_px=300)
    assert [(page.number, page.is_draft, Image.open(io.BytesIO(page.png)).size) for page in pages] == [
        (1, True, (300, 225))
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "count"), [("documents/report.docx", 1), ("spreadsheets/sales.xlsx", 3)])
def test_drafts_are_made_of_the_other_kinds_too(fixtures, name, count):
    pages = Renderer(Drafts()).pages((fixtures / name).read_bytes(), Path(name).suffix, width_px=300)
    assert len(pages) == count
    assert all(len(Image.open(io.BytesIO(page.png)).convert("L").getcolors(256) or []) > 1 for page in pages)


def test_what_no_draft_can_be_made_of_is_an_error():
    with pytest.raises(ServiceUnavailable, match="draft"):
        Drafts().convert(b"{}", ".json")


def test_a_program_dies_with_its_owner_even_when_that_is_killed_and_so_does_what_they_left(tmp_path):
    """The owner is a process of its own, killed as hard as it gets."""
    witness, left = tmp_path / "child", tmp_path / "it's left"
    os.mkfifo(witness)
    heard = os.open(witness, os.O_RDONLY | os.O_NONBLOCK)
    left.mkdir()
    (left / "held.txt").write_text("held", encoding="utf-8")
    code = (
        "import pathlib, signal; from copilot_server.office.render.process import Program; "
        f"command = ['/bin/sh', '-c', 'echo $$ > {witness}; exec sleep 600']; "
        f"program = Program(command, {{'PATH': '/usr/bin:/bin'}}, [pathlib.Path({str(left)!r})]); signal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as owner:
        try:
            assert select.select([heard], [], [], 60)[0], "the program never started"
            child = os.pidfd_open(int(os.read(heard, 100)))
        finally:
            owner.kill()
            os.close(heard)
    assert _ends(child)
    assert _in_time(lambda: not left.exists())


def test_a_program_that_makes_its_folder_again_and_again_leaves_none(tmp_path):
    """As LibreOffice does: it is gone before the folder is taken away."""
    left = tmp_path / "left"
    command = ["/bin/sh", "-c", 'while :; do mkdir -p "$0/profile/user"; done', str(left)]
    code = (
        "import os, pathlib; from copilot_server.office.render.process import Program; "
        f"left = pathlib.Path({str(left)!r}); program = Program({command!r}, {{'PATH': '/usr/bin:/bin'}}, [left]);\n"
        "while not left.exists(): pass\n"
        "print(program._keeper.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    told = subprocess.run([sys.executable, "-c", code], check=False, timeout=60, capture_output=True)
    assert _is_gone(int(told.stdout))
    assert not left.exists()


def _left_by_one_killed(folder: Path) -> Path:
    """The home of a renderer whose process was killed before any LibreOffice ran."""
    code = (
        "import os, pathlib; from copilot_server.office.render import soffice; "
        "office = soffice.LibreOffice(pathlib.Path('/bin/true')); print(office._home, flush=True); os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "TMPDIR": str(folder)}
    told = subprocess.run([sys.executable, "-c", code], env=environment, check=False, timeout=60, capture_output=True)
    return Path(told.stdout.decode().strip())


def test_what_a_killed_owner_left_goes_with_the_next_start_and_what_is_in_use_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mine = soffice.LibreOffice(Path("/bin/true"))
    left = _left_by_one_killed(tmp_path)
    strange = tmp_path / "render-of-something-else"
    strange.mkdir()
    assert left.parent == tmp_path
    assert left.is_dir()
    assert mine._home.is_dir()
    other = soffice.LibreOffice(Path("/bin/true"))
    assert not left.exists()
    assert all(each.is_dir() for each in (mine._home, other._home, strange))


@pytest.mark.soffice
@pytest.mark.slow
@needs_office
def test_from_the_second_file_on_one_process_serves_and_it_comes_back_when_killed(deck):
    program = soffice.find()
    assert program is not None
    office = soffice.LibreOffice(program)
    office.convert(deck, ".pptx")
    assert office._warm is None
    office.convert(deck, ".pptx")
    first = office._warm
    assert first is not None
    assert office.convert(deck, ".pptx").startswith(b"%PDF")
    assert office._warm is first
    first.end()
    assert office.convert(deck, ".pptx").startswith(b"%PDF")
    second = office._warm
    assert second is not first
    assert any(socket.exists() for socket in office._sockets)
    office.close()
    assert not any(socket.exists() for socket in office._sockets)
    assert second is not None
    assert not second.is_running


@pytest.mark.soffice
@pytest.mark.slow
@needs_office
def test_no_socket_is_left_when_it_takes_too_long_or_its_owner_is_killed(deck, tmp_path):
    """The owner, a process of its own, tells where its sockets would be, and is killed with a warm LibreOffice."""
    program = soffice.find()
    assert program is not None
    hasty = soffice.LibreOffice(program, seconds=0.7)
    with pytest.raises(ServiceUnavailable):
        hasty.convert(deck, ".pptx")
    assert not any(socket.exists() for socket in hasty._sockets)
    source, told = tmp_path / "deck.pptx", tmp_path / "told"
    source.write_bytes(deck)
    code = (
        "import os, pathlib; from copilot_server.office.render import soffice; "
        f"office = soffice.LibreOffice(soffice.find()); data = pathlib.Path({str(source)!r}).read_bytes(); "
        "[office.convert(data, '.pptx') for _ in range(2)]; live = [each for each in office._sockets if each.exists()]; "
        f"pathlib.Path({str(told)!r}).write_text('\\n'.join(map(str, [office._home, *live]))); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code], check=False, timeout=300)
    home, *live = map(Path, told.read_text().splitlines())
    assert live
    assert _in_time(lambda: not any(each.exists() for each in (home, *live)))
