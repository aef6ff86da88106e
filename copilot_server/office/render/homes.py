"""Folders that renderers work in, each locked by its owner: a free lock tells what a killed one left behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

_PREFIX = "render-"
_LOCK = "owner"


def settle() -> tuple[Path, int]:
    """A new folder of this process's own, and the open lock by which others see that it is in use.

    No process number is asked: numbers are given anew, and those of another container say nothing here.
    """
    home = Path(tempfile.mkdtemp(prefix=_PREFIX))
    unseen = home / f"{_LOCK}.new"
    lock = os.open(unseen, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    unseen.rename(home / _LOCK)  # none sees it before it is locked
    return home, lock


def leave(home: Path, lock: int) -> None:
    shutil.rmtree(home, ignore_errors=True)
    with contextlib.suppress(OSError):
        os.close(lock)


def deserted() -> Iterator[Path]:
    """This user's folders whose owner is gone; each is gone too when the next is asked for."""
    for home in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            about = home.lstat()
            if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
                continue
            lock = os.open(home / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield home
                shutil.rmtree(home, ignore_errors=True)
            finally:
                os.close(lock)
