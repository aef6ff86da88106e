"""Builds the world for the faces: settings, the model, the rooms and a conversation over a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from copilot_server.agent import skill as rooms
from copilot_server.agent.conversation import Conversation, ModelMaker, Understand
from copilot_server.agent.edit import Attaching, Document, FromTemplate
from copilot_server.agent.looking import Shot
from copilot_server.agent.messages import Model
from copilot_server.agent.workbench import Opened
from copilot_server.errors import BadRequest, FileError, NotFound, UnsupportedFile
from copilot_server.models.choose import model_for
from copilot_server.office.suffixes import OFFICE_SUFFIXES, name_as, suffix_of
from copilot_server.settings import Settings

_LOOK_WIDTH = 1024  # pixels: type of 12 points can be read
TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".md", ".txt", ".json", ".html"})


def open_file(path: Path) -> Opened:
    """The file in the room that edits its kind; raises FileError or NotFound that names it."""
    if not path.is_file():
        raise NotFound(f"no file at {path}")
    card = rooms.card_for(path.name)
    skill = rooms.load(card)
    try:
        return Opened(path.name, skill, skill.document.open(path))
    except FileError as error:
        raise type(error)(f"{path.name}: {error}") from error


def open_stream(data: bytes) -> Opened:
    """A file that came without a name, by what its bytes are; called "stdin.xlsx" or as its kind is."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"stdin{suffix_of(data)}"
        path.write_bytes(data)
        return open_file(path)  # mapped by now, so the name may go


def create(noun: str, name: str, template: Path | None = None) -> Opened:
    """A new document of the kind people call `noun` ("sheet", "deck", "doc", "form"), from a template where given."""
    card = next((card for card in rooms.cards() if card.noun == noun), None)
    if card is None:
        raise BadRequest(f"nothing here makes a '{noun}'; choose from {', '.join(card.noun for card in rooms.cards())}")
    if name == "-":  # for a pipe
        name = f"stdout{card.suffixes[0]}"
    elif Path(name).suffix.lower() not in card.suffixes:
        raise BadRequest(f"a new {noun} needs a name ending in {' or '.join(card.suffixes)}, not '{name}'")
    skill = rooms.load(card)
    document = _made(skill.document, template)
    suffix = Path(name).suffix.lower()
    if document.package is not None and suffix in OFFICE_SUFFIXES:
        name_as(document.package, suffix)
    return Opened(name, skill, document)


def _made(kind: type[Document], template: Path | None) -> Document:
    if template is None:
        return kind.create()
    if not template.is_file():
        raise NotFound(f"no file at {template}")
    return kind.from_template(template) if isinstance(kind, FromTemplate) else kind.open(template)


def attach(opened: Opened, paths: Sequence[Path], named: Mapping[str, Path] = MappingProxyType({})) -> None:
    """Hand the files (by their names, and as `named`) to a document whose edits may use them; raises NotFound."""
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise NotFound(f"no file at {missing[0]}")
    if isinstance(opened.document, Attaching):
        by_name = {path.name: path for path in paths} | dict(named)
        opened.document.attached = {name: path.read_bytes() for name, path in by_name.items()}


def is_document(path: Path) -> bool:
    """Whether a room here can read the file."""
    return any(path.suffix.lower() in card.suffixes for card in rooms.cards())


def printed(path: Path) -> tuple[bytes, str]:
    """The file whose pages show that one, and its suffix; raises UnsupportedFile where there is none."""
    if path.suffix.lower() == ".pdf" or (is_document(path) and path.suffix.lower() not in TEXT_SUFFIXES):
        return path.read_bytes(), path.suffix
    if is_document(path):
        opened = open_file(path)
        if opened.skill.printed:
            return opened.skill.printed(opened.document)
    raise UnsupportedFile(f"no pages can be made of '{path.suffix or path.name}' files")


def conversation(
    settings: Settings, opened: Opened, others: Sequence[Opened] = (), *, is_new: bool = False
) -> Conversation:
    return Conversation(
        opened,
        model_maker(settings),
        others={other.name: other for other in others},
        limits=settings.limits,
        is_new=is_new,
        camera=photograph,
    )


def photograph(data: bytes, suffix: str, pages: range) -> Sequence[Shot]:
    """Pages of a file as pictures; raises ServiceUnavailable where nothing can draw it."""
    from copilot_server.office.render import find_renderer  # noqa: PLC0415 - most turns never look

    made = find_renderer().pages(data, suffix, pages, _LOOK_WIDTH)
    return [Shot(page.png, page.number, page.is_draft) for page in made]


def model_maker(settings: Settings) -> ModelMaker:
    def make(understand: Understand) -> Model:
        return model_for(settings, understand)

    return make


def read_texts(paths: Sequence[Path]) -> dict[str, str]:
    """Plain files given along with a request, by name; raises BadRequest for one that is not UTF-8 text."""
    texts: dict[str, str] = {}
    for path in paths:
        try:
            texts[path.name] = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError as error:
            raise NotFound(f"no file at {path}") from error
        except UnicodeDecodeError as error:
            raise BadRequest(f"{path.name} is not UTF-8 text (byte {error.start})") from error
    return texts
