"""No test reaches beyond this machine: connections elsewhere fail loudly, and no key of the developer's is seen."""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import Any

import pytest

_NAMES_OF_THIS_MACHINE = frozenset({"localhost", "", None})


class NetworkForbidden(BaseException):
    """Not an Exception, so that no handler of connection failures takes it for one."""


def _is_here(host: Any) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in _NAMES_OF_THIS_MACHINE:
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    match event, arguments:
        case "socket.getaddrinfo", (host, *_):
            target = host
        case "socket.connect" | "socket.sendto", (_, (host, *_)):
            target = host
        case _:  # local sockets have a path for an address
            return
    if not _is_here(target):
        raise NetworkForbidden(f"a test tried to reach {target!r} ({event}); only this machine is allowed")


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def no_network_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither tests nor the commands they start find a model's name, key or address in the environment."""
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "COPILOT_")):
            monkeypatch.delenv(name)
