"""The guard of the suite: nothing beyond this machine can be reached from a test."""

from __future__ import annotations

import os
import socket

import pytest

from tests.no_network import NetworkForbidden


@pytest.mark.parametrize("address", ["192.0.2.1", "example.com", "2001:db8::1"])
def test_a_connection_elsewhere_fails_the_test(address: str) -> None:
    with pytest.raises(NetworkForbidden, match=address):
        socket.create_connection((address, 443), timeout=0.01)


def test_a_name_elsewhere_is_not_even_looked_up() -> None:
    with pytest.raises(NetworkForbidden, match=r"api\.openai\.com"):
        socket.getaddrinfo("api.openai.com", 443)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_no_model_of_the_developers_environment_is_seen() -> None:
    assert not [name for name in os.environ if name.startswith("OPENAI_")]
    assert "COPILOT_MODEL" not in os.environ
