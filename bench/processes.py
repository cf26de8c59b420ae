"""Programs that the benchmark starts: each in a group of its own, each ended at the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 180.0
STOP_SECONDS = 20.0
# The loopback address must not go through a proxy that the environment names.
_open = build_opener(ProxyHandler({})).open


@dataclass(frozen=True)
class Running:
    """A program at work."""

    pid: int
    url: str
    ready_seconds: float

    def rss_mb(self) -> float:
        """Memory in use now, in MB (10^6 bytes)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) * 1024 / 1e6
        return 0.0

    def cpu_seconds(self) -> float:
        """Processor time used since it was started."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**changes: str) -> dict[str, str]:
    """Ours with these changes, without settings of this product: a run measures the defaults."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CLINIC_") and k != "PORT"}
    quiet = {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONNOUSERSITE": "1",
    }
    return {**kept, **quiet, "PYTHONPATH": str(ROOT), **changes}


@contextmanager
def running(
    arguments: Sequence[str], env: Mapping[str, str], folder: Path, url: str, ready_path: str
) -> Iterator[Running]:
    """Starts `python *arguments` in the folder, waits for a 200, ends it when the body ends.

    Raises:
        RuntimeError: it ended or said no for too long; the message holds its last words.
    """
    log = folder / "server.log"
    began = time.perf_counter()
    with log.open("w") as output, _process(arguments, env, folder, output) as process:
        while not _is_ready(url + ready_path):
            late = time.perf_counter() - began > START_SECONDS
            if late or process.poll() is not None:
                raise RuntimeError(f"{' '.join(arguments)}: {log.read_text()[-2000:]}")
            time.sleep(0.02)
        yield Running(process.pid, url, time.perf_counter() - began)


@dataclass(frozen=True)
class Finished:
    """A program that came to its end."""

    seconds: float
    cpu_seconds: float  # what other work on the machine changes least
    peak_mb: float


def run(arguments: Sequence[str], env: Mapping[str, str], folder: Path, limit: float) -> Finished:
    """Runs `python *arguments` to its end.

    Raises:
        RuntimeError: it failed or took longer than `limit` seconds.
    """
    log = folder / "run.log"
    began = time.perf_counter()
    with log.open("w") as output, _process(arguments, env, folder, output) as process:
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.perf_counter() - began > limit:
                raise RuntimeError(f"{' '.join(arguments)} took longer than {limit:.0f} s.")
            time.sleep(0.02)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {log.read_text()[-2000:]}")
    return Finished(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


@contextmanager
def _process(
    arguments: Sequence[str], env: Mapping[str, str], folder: Path, output: object
) -> Iterator[subprocess.Popen[bytes]]:
    """Its own group: Ctrl-C reaches the benchmark alone, which then ends the whole group."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=dict(env),
        stdout=output,  # type: ignore[arg-type]
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    try:  # whatever it started and left behind
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _is_ready(url: str) -> bool:
    try:
        with _open(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
