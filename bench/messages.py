"""One message end to end, messages a second, long conversations, start-up and memory: ours.

python -m bench messages [--postgres] [--runs N] [--seconds S] [--model ARCHIVE]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from bench.load import Cell, ClinicVisitor, MakeVisitor, measure_cell, measure_length
from bench.processes import Running
from bench.report import median, save, show
from bench.servers import database, our_server, prepared_var

VISITORS = (1, 8, 32)
NUMBERS = (1, 50, 200)


def main(asked: argparse.Namespace) -> None:
    """Measures our server alone; `bench stock` puts it beside Rasa's."""
    starts: list[float] = []
    with prepared_var(asked.model) as var, database(asked.postgres) as url:
        for _ in range(asked.starts - 1):
            with our_server(var, url) as server:
                starts.append(server.ready_seconds)
        with our_server(var, url) as server:
            starts.append(server.ready_seconds)
            ready_mb = server.rss_mb()
            cells, lengths = measure(server, ClinicVisitor, asked)
            after_mb = server.rss_mb()
    kind = "postgresql" if asked.postgres else "sqlite"
    result = summary(cells, lengths, starts, (ready_mb, after_mb))
    show_summaries({f"ours, {kind}": result}, asked)
    save(f"messages_{kind}", {"runs": asked.runs, "seconds": asked.seconds, "ours": result})


def measure(
    server: Running, make: MakeVisitor, asked: argparse.Namespace
) -> tuple[list[Cell], list[dict[str, float]]]:
    """All cells and long conversations of one server."""
    cells = [
        measure_cell(server, make, visitors, asked.seconds)
        for _ in range(asked.runs)
        for visitors in VISITORS
    ]
    return cells, [measure_length(server, make, NUMBERS) for _ in range(asked.runs)]


def summary(
    cells: Sequence[Cell],
    lengths: Sequence[dict[str, float]],
    starts: Sequence[float],
    memory: tuple[float, float],
) -> dict[str, Any]:
    """Medians over the runs, with every run beside them."""
    visitors = {}
    for count in sorted({cell.visitors for cell in cells}):
        mine = [cell for cell in cells if cell.visitors == count]
        names = ("median", "p95", "per_second", "server_cpu")
        values: dict[str, Any] = {n: median([getattr(c, n) for c in mine]) for n in names}
        values.update(messages=sum(c.messages for c in mine), failed=sum(c.failed for c in mine))
        visitors[str(count)] = {**values, "each_run": [cell.as_dict() for cell in mine]}
    numbers = sorted({n for length in lengths for n in length}, key=int)
    return {
        "visitors": visitors,
        "nth_message": {n: median([v[n] for v in lengths if n in v]) for n in numbers},
        "start_seconds": {"median": median(starts), "each": list(starts)},
        "memory_mb": {"ready": memory[0], "after": memory[1]},
    }


def show_summaries(results: dict[str, dict[str, Any]], asked: argparse.Namespace) -> None:
    """One table of everything, a row for each kind of figure, a column for each server."""
    rows: list[list[Any]] = []
    for count in map(str, VISITORS):
        for key, name in (
            ("median", "ms, median"),
            ("p95", "ms, 95 %"),
            ("per_second", "messages/s"),
            ("server_cpu", "server CPU ms a message"),
        ):
            values = [result["visitors"][count][key] for result in results.values()]
            rows.append([f"{count} visitors: {name}", *values])
    for n in map(str, NUMBERS):
        values = [r["nth_message"].get(n, float("nan")) for r in results.values()]
        rows.append([f"message {n} of a conversation: ms", *values])
    rows.append(["start to ready: s", *[r["start_seconds"]["median"] for r in results.values()]])
    for key in ("ready", "after"):
        rows.append([f"memory {key}: MB", *[r["memory_mb"][key] for r in results.values()]])
    failed = [sum(v["failed"] for v in r["visitors"].values()) for r in results.values()]
    rows.append(["messages without a reply", *failed])
    if len(results) == 2:
        rows = [[*row, _ratio(*row[1:])] for row in rows]
    head = ["", *results, *(["stock/ours"] if len(results) == 2 else [])]
    note = f"Medians of {asked.runs} runs of {asked.seconds:g} s; messages by turns of six."
    show("Messages", head, rows, note)


def _ratio(ours: float, other: float) -> str:
    """How many times the second is the first."""
    return f"{other / ours:.2f}" if ours else "-"
