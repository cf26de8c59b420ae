"""The server as a process of its own: start, taken port, stop with work under way."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from clinicbot.settings import PROJECT_ROOT
from tests.web_api import assert_error, say
from tests.web_server import Running, free_port, web_settings

Process = subprocess.Popen[str]


def start(port: int, seconds: float) -> Process:
    command = [sys.executable, "-m", "tests.web_process", str(port), str(seconds)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=pipe, stderr=pipe, text=True)


@contextmanager
def started(port: int, seconds: float = 0.0) -> Iterator[Process]:
    with start(port, seconds) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def signed_in(port: int) -> httpx.Client:
    nothing: Any = None
    url = f"http://127.0.0.1:{port}"
    return Running(url, web_settings(port=port), nothing, nothing, nothing).signed_in()


def test_a_server_that_says_ready_takes_requests() -> None:
    port = free_port()
    with started(port), signed_in(port) as visitor:
        assert say(visitor).status_code == 200


def test_a_taken_port_ends_the_start_with_one_line() -> None:
    port = free_port()
    with started(port), start(port, 0) as second:
        output, errors = second.communicate(timeout=20)
    assert (second.returncode, output) == (1, "")
    assert errors == f"Port {port} is in use; choose another with PORT={port + 1} make run\n"


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_lets_the_answer_under_way_arrive_and_takes_nothing_new(
    stop: signal.Signals,
) -> None:
    port = free_port()
    with started(port, seconds=1.5) as process, signed_in(port) as visitor:
        with ThreadPoolExecutor(1) as pool, httpx.Client(trust_env=False) as other:
            answer = pool.submit(say, visitor)
            time.sleep(0.4)
            process.send_signal(stop)
            time.sleep(0.2)
            assert_error(other.get(f"http://127.0.0.1:{port}/readyz"), 503, "stopping")
            assert answer.result().status_code == 200
        output, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert output == "stopped after 1\n"
    assert "Traceback" not in errors
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False)


def test_an_idle_server_stops_at_once_even_with_open_connections() -> None:
    port = free_port()
    with started(port) as process, signed_in(port) as visitor:
        assert say(visitor).status_code == 200
        before = time.monotonic()
        process.terminate()
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - before < 2
