"""`office-copilot worker` as a process: it answers for its health where it is given a port, and ends when told."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _asked(url: str, process: subprocess.Popen[bytes]) -> httpx2.Response:
    """Once it is ready, within a minute."""
    end = time.monotonic() + 60
    while True:
        assert process.poll() is None, "the worker ended"
        try:
            return httpx2.get(url, timeout=10)
        except httpx2.TransportError:
            assert time.monotonic() < end, "the worker does not answer"


def test_a_worker_answers_for_its_health_and_metrics_and_for_nothing_else(tmp_path: Path) -> None:
    port = _free_port()
    begin = "from copilot_server.cli.main import main; main()"
    command = [sys.executable, "-c", begin, "worker", "--port", str(port)]
    environment = os.environ | {"COPILOT_HOME": str(tmp_path), "COPILOT_WORK_PROCESSES": "1"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        assert _asked(f"{base}/readyz", process).json() == {"status": "ok"}
        metrics = httpx2.get(f"{base}/metrics")
        assert "turn_seconds" in metrics.text
        assert "turns_open" in metrics.text
        assert httpx2.get(f"{base}/healthz").status_code == 200
        assert [httpx2.get(base + path).status_code for path in ("/", "/v1/documents", "/openapi.json")] == [404] * 3
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in {0, -signal.SIGTERM}
