"""Programs run for us that may hang or outlive us: ended with all they started, at their time or with their owner."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

# The shell leads a group. Its standard input ends when the owner closes it or dies, however suddenly; then, as when the
# program ends by itself, the whole group goes. Who died can no longer tidy up: that is done here.
_KEEPER = '("$@" </dev/null; kill -KILL 0) & watch=$!; cat >/dev/null; {tidy}kill -KILL 0'
# What is killed last would make folders again while they are taken away, so all but this shell go first: the subshell
# that ends the group, then whoever else is of it (the third field after the name in /proc/PID/stat).
_TIDY = """kill -KILL $watch
for each in /proc/[0-9]*; do
    line=; read -r line 2>/dev/null <$each/stat; set -- ${line##*)}
    [ "$3" = $$ ] && [ ${each#/proc/} != $$ ] && kill -KILL ${each#/proc/} 2>/dev/null
done
rm -rf -- LEFT || rm -rf -- LEFT
"""


class Program:
    """A program running in a group of its own; when its owner dies, the files and folders `left` go with it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], left: Sequence[Path] = ()) -> None:
        tidy = _TIDY.replace("LEFT", shlex.join(map(str, left))) if left else ""
        self._keeper = subprocess.Popen(  # noqa: S603 - our own arguments, quoted by the shell's "$@"
            ["/bin/sh", "-c", _KEEPER.replace("{tidy}", tidy), "sh", *command],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def is_running(self) -> bool:
        return self._keeper.poll() is None

    def ended_within(self, seconds: float) -> bool:
        """Wait for it; False, and it still runs, when that takes longer."""
        try:
            self._keeper.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self) -> None:
        """Kill the group; only that ends a chain of processes such as LibreOffice's."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._keeper.pid, signal.SIGKILL)
        self._keeper.wait()
        if self._keeper.stdin is not None:
            with contextlib.suppress(OSError):
                self._keeper.stdin.close()


def run(command: Sequence[str], environment: Mapping[str, str], seconds: float, left: Sequence[Path] = ()) -> bool:
    """Run to its end; False when that would have taken longer, and nothing of it is left."""
    program = Program(command, environment, left)
    try:
        return program.ended_within(seconds)
    finally:
        program.end()
