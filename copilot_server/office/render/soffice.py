"""LibreOffice, hardened: own profile, no links followed, no macros, no network, killed with all it started."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
import weakref
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from copilot_server.errors import ServiceUnavailable
from copilot_server.office.render import homes
from copilot_server.office.render.process import Program, run

_SETTINGS = (
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "CheckDocumentEvents", "false"),
    ("/org.openoffice.Office.Common/Misc", "UseLocking", "false"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    ("/org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", "1"),
    ("/org.openoffice.Office.Java/VirtualMachine", "Enable", "false"),
)
_FILES_A_PROCESS = 200
_SECONDS_TO_START = 30
_SECONDS_TO_OPEN = 3
_PROGRAMS = ("soffice", "libreoffice")


def find() -> Path | None:
    """The program, where it is installed."""
    return next((Path(found) for name in _PROGRAMS if (found := shutil.which(name))), None)


def tidy() -> None:
    """Take away what killed owners left while no LibreOffice ran that would have done it."""
    for home in homes.deserted():
        _unlink(_sockets(home / "profile"))


class LibreOffice:
    """Converts one file at a time to PDF; from the second file on by a process that stays, four times as fast.

    A second LibreOffice on the same profile hands its files to the first one through a socket file of theirs. unoserver
    would need LibreOffice's own Python and a port: this needs neither, so the process has no network and one owner, and
    is as fast. It stays for as long as a document is open in it.
    """

    is_draft = False

    def __init__(self, program: Path, seconds: float = 60) -> None:
        self._program = program
        self._seconds = seconds
        tidy()
        self._home, lock = homes.settle()
        self._one_at_a_time = threading.Lock()
        self._warm: Program | None = None
        self._count = 0
        self._profile = self._home / "profile"
        _write_profile(self._profile)
        self._sockets = _sockets(self._profile)
        self._left = (*self._sockets, self._home)
        self._finalizer = weakref.finalize(self, _remove, self._home, lock, self._sockets)

    def convert(self, data: bytes, suffix: str) -> bytes:
        """The PDF; raises ServiceUnavailable when it cannot be made or takes longer than `seconds`."""
        with self._one_at_a_time, tempfile.TemporaryDirectory(dir=self._home) as folder:
            source = Path(folder) / f"document{suffix}"
            source.write_bytes(data)
            self._keep_warm()
            command = self._command("--nodefault", "--convert-to", "pdf", "--outdir", folder, str(source))
            if not run(command, self._environment(), self._seconds, self._left):
                self.close()
                raise ServiceUnavailable(f"making pages took longer than {self._seconds:g} seconds")
            made = source.with_suffix(".pdf")
            if not made.is_file():
                raise ServiceUnavailable("LibreOffice could not make pages of this file")
            return made.read_bytes()

    def close(self) -> None:
        """End the process that stays, if there is one; the next file but one starts another."""
        if self._warm is not None:
            self._warm.end()
        self._warm, self._count = None, 0
        _unlink(self._sockets)

    def _keep_warm(self) -> None:
        """Start the process with the second file; start it anew when it has gone, or has worked long enough to leak."""
        self._count += 1
        if self._count > _FILES_A_PROCESS:
            self.close()
            self._count = 2
        if self._count > 1 and (self._warm is None or not self._warm.is_running):
            held = self._home / "held.txt"
            held.write_text("held open", encoding="utf-8")
            _unlink(self._sockets)  # a killed one leaves its own, which would seem to answer
            self._warm = Program(self._command(str(held)), self._environment(), self._left)
            weakref.finalize(self, self._warm.end)
            self._await_start()

    def _await_start(self) -> None:
        """Until its socket is there and a document open: a file sent earlier would be the last thing it does."""
        home, started = self._home, time.monotonic()
        heard: float | None = None
        while self._warm is not None and self._warm.is_running and time.monotonic() < started + _SECONDS_TO_START:
            if heard is None and any(socket.exists() for socket in self._sockets):
                heard = time.monotonic()
            if heard and (any(home.glob("lu*.tmp")) or time.monotonic() > heard + _SECONDS_TO_OPEN):
                return
            time.sleep(0.05)

    def _command(self, *rest: str) -> list[str]:
        profile = f"-env:UserInstallation={self._profile.as_uri()}"
        general = ("--headless", "--norestore", "--nologo", "--nolockcheck")
        return [*_without_network(), str(self._program), profile, *general, *rest]

    def _environment(self) -> dict[str, str]:
        home = str(self._home)
        return {"HOME": home, "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TMPDIR": home}


def _sockets(profile: Path) -> tuple[Path, ...]:
    """Where a LibreOffice of that profile can be called: it names the file after the profile, and asks no TMPDIR."""
    digest = hashlib.md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    name = f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_" + "".join(f"{byte:x}" for byte in digest)
    return tuple(Path(folder) / name for folder in ("/tmp", "/var/tmp"))  # noqa: S108 - LibreOffice chose the places


def _unlink(sockets: Iterable[Path]) -> None:
    for socket in sockets:
        socket.unlink(missing_ok=True)


def _remove(home: Path, lock: int, sockets: Iterable[Path]) -> None:
    homes.leave(home, lock)
    _unlink(sockets)


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="{escape(path)}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    registry = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>\n"
    )
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(registry, encoding="utf-8")


@cache
def _without_network() -> tuple[str, ...]:
    """The command that starts a program in an empty network namespace; nothing where that is not allowed."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    prefix = (unshare, "--user", "--map-current-user", "--net")
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False, timeout=10)  # noqa: S603
    return prefix if tried.returncode == 0 else ()
