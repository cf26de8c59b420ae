"""Where the seconds between the command and the first 200 of /readyz go.

python -m bench start [--starts N]
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from bench.processes import ROOT, Running, environment, free_port, running
from bench.report import median, save, show
from bench.servers import our_server, prepared_var

HEAVIEST = 15


def main(asked: argparse.Namespace) -> None:
    """Plain starts for the seconds; one with a clock on each phase; one with -X importtime."""
    seconds: list[float] = []
    memory: list[float] = []
    with prepared_var(asked.model) as var:
        for _ in range(asked.starts):
            with our_server(var) as server:
                seconds.append(server.ready_seconds)
                memory.append(server.rss_mb())
        phases = _phases(var)
        with our_server(var, prefix=("-X", "importtime")):
            imports = _imports((var / "server.log").read_text())
    note = f"Median of {asked.starts} starts; all: {', '.join(f'{s:.1f}' for s in seconds)} s."
    figures = [["start to ready: s", median(seconds)], ["memory ready: MB", median(memory)]]
    show("Start", ["", "ours"], figures, note)
    show("Phases of one start", ["", "s"], [[k, f"{v:.2f}"] for k, v in phases.items()])
    rows = [[name, f"{value:.2f}"] for name, value in imports.most_common(HEAVIEST)]
    note = "Seconds in a library's own modules, others not counted; the clock itself adds some."
    show(f"The {HEAVIEST} heaviest imports", ["", "s"], rows, note)
    kept = {"start_seconds": seconds, "memory_mb": memory, "phases": phases}
    save("start", {"runs": asked.starts, **kept, "imports": dict(imports.most_common(50))})


def _phases(var: Path) -> dict[str, float]:
    port, out = free_port(), var / "phases.json"
    settings = {
        "CLINIC_VAR": str(var),
        "CLINIC_CONTENT": str(ROOT / "content"),
        "CLINIC_LIMITS": "off",
        "PORT": str(port),
    }
    url = f"http://127.0.0.1:{port}"
    command = ["-m", "bench.start_once", str(out)]
    with running(command, environment(**settings), var, url, "/readyz") as server:
        phases: dict[str, float] = json.loads(out.read_text())
    return _with_rest(phases, server)


def _with_rest(phases: dict[str, float], server: Running) -> dict[str, float]:
    """Whatever no phase covers: Python itself, and the way to the first answer."""
    rest = server.ready_seconds - sum(phases.values())
    return {**phases, "the rest: Python's own start, first answer": rest}


def _imports(log: str) -> Counter[str]:
    """Seconds of each library's own modules, from what -X importtime writes."""
    found: Counter[str] = Counter()
    for line in log.splitlines():
        parts = line.removeprefix("import time:").split("|")
        if line.startswith("import time:") and len(parts) == 3 and parts[0].strip().isdigit():
            found[parts[2].strip().split(".")[0]] += int(parts[0]) / 1e6
    return found
