"""LibreOffice, hardened: own profile, no links followed, no macros, no network, killed with all it started."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import weakref
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from copilot_server.errors import ServiceUnavailable

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
_PROGRAMS = ("soffice", "libreoffice")


def find() -> Path | None:
    """The program, where it is installed."""
    return next((Path(found) for name in _PROGRAMS if (found := shutil.which(name))), None)


class LibreOffice:
    """Converts one file at a time to PDF; the profile lives as long as this object."""

    def __init__(self, program: Path, seconds: float = 60) -> None:
        self._program = program
        self._seconds = seconds
        self._home = tempfile.mkdtemp(prefix="render-")
        weakref.finalize(self, shutil.rmtree, self._home, ignore_errors=True)
        self._one_at_a_time = threading.Lock()
        _write_profile(Path(self._home) / "profile")

    def pdf(self, data: bytes, suffix: str) -> bytes:
        """Raises ServiceUnavailable when it cannot be converted or takes longer than `seconds`."""
        with self._one_at_a_time, tempfile.TemporaryDirectory(dir=self._home) as folder:
            source = Path(folder) / f"document{suffix}"
            source.write_bytes(data)
            self._run(source)
            made = source.with_suffix(".pdf")
            if not made.is_file():
                raise ServiceUnavailable("LibreOffice could not make pages of this file")
            return made.read_bytes()

    def _run(self, source: Path) -> None:
        home = self._home
        command = [
            *_without_network(),
            *(str(self._program), f"-env:UserInstallation=file://{home}/profile"),
            *("--headless", "--norestore", "--nologo", "--nolockcheck", "--nodefault"),
            *("--convert-to", "pdf", "--outdir", str(source.parent), str(source)),
        ]
        environment = {"HOME": home, "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TMPDIR": home}
        process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(self._seconds)
        except subprocess.TimeoutExpired as error:
            raise ServiceUnavailable(f"making pages took longer than {self._seconds:g} seconds") from error
        finally:
            _kill_group(process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """soffice is a chain of processes: only the whole group ends them all."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


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
