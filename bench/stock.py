"""The same messages to stock Rasa and to ours, by turns, on this machine, in this run.

python -m bench stock [--stock-examples N] [--stock-project FOLDER] [--runs N]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import Cell, ClinicVisitor, MakeVisitor, RestVisitor, measure_cell, measure_length
from bench.messages import NUMBERS, VISITORS, show_summaries, summary
from bench.processes import Finished, Running, environment, free_port, run, running
from bench.report import save, show
from bench.servers import our_server, prepared_var
from bench.stock_project import write_project

TRAIN_SECONDS = 3600.0
MODEL = "models/stock.tar.gz"


def main(asked: argparse.Namespace) -> None:
    """Trains stock Rasa (once, if its folder is kept), then measures both by turns."""
    with stock_project(asked) as (folder, training), prepared_var(asked.model) as var:
        starts: dict[str, list[float]] = {"ours": [], "stock": []}
        for _ in range(asked.starts - 1):
            with our_server(var) as server:
                starts["ours"].append(server.ready_seconds)
            with stock_server(folder) as server:
                starts["stock"].append(server.ready_seconds)
        with our_server(var) as ours, stock_server(folder) as stock:
            starts["ours"].append(ours.ready_seconds)
            starts["stock"].append(stock.ready_seconds)
            pairs = {"ours": (ours, ClinicVisitor), "stock": (stock, RestVisitor)}
            results = _measure(pairs, starts, asked)
    show_summaries(results, asked)
    if training:
        row = ["training", training.seconds, training.cpu_seconds, training.peak_mb]
        note = f"on {asked.stock_examples} examples; ours: see training"
        show("Stock Rasa", ["", "s", "CPU s", "peak MB"], [row], note)
    kept = vars(training) if training else None
    figures = {"runs": asked.runs, "seconds": asked.seconds, "examples": asked.stock_examples}
    save("stock", {**figures, "stock_training": kept, **results})


def _measure(
    pairs: dict[str, tuple[Running, MakeVisitor]],
    starts: dict[str, list[float]],
    asked: argparse.Namespace,
) -> dict[str, dict]:
    """Every cell of one right after that of the other, so that both meet the same machine."""
    ready = {name: server.rss_mb() for name, (server, _) in pairs.items()}
    cells: dict[str, list[Cell]] = {name: [] for name in pairs}
    lengths: dict[str, list[dict[str, float]]] = {name: [] for name in pairs}
    for number in range(asked.runs):
        print(f"run {number + 1} of {asked.runs} ...", flush=True)
        for visitors in VISITORS:
            for name, (server, make) in pairs.items():
                cells[name].append(measure_cell(server, make, visitors, asked.seconds))
        for name, (server, make) in pairs.items():
            lengths[name].append(measure_length(server, make, NUMBERS))
    after = {name: server.rss_mb() for name, (server, _) in pairs.items()}
    return {
        name: summary(cells[name], lengths[name], starts[name], (ready[name], after[name]))
        for name in pairs
    }


@contextmanager
def stock_project(asked: argparse.Namespace) -> Iterator[tuple[Path, Finished | None]]:
    """Its folder with a trained model, and what the training took if it was trained now."""
    with tempfile.TemporaryDirectory(prefix="clinic-stock-") as temporary:
        folder = (asked.stock_project or Path(temporary)).resolve()
        if (folder / MODEL).exists():
            yield folder, None
            return
        count = write_project(folder, asked.stock_examples)
        print(
            f"Training stock Rasa on {count} of our examples: all of them would take very long. "
            "Some minutes ...",
            flush=True,
        )
        command = ["-m", "rasa", "train", "--fixed-model-name", "stock", "--quiet"]
        yield folder, run(command, environment(), folder, TRAIN_SECONDS)


@contextmanager
def stock_server(folder: Path) -> Iterator[Running]:
    """`rasa run` with its REST channel and SQLite; it answers once its model is loaded."""
    port = free_port()
    command = ("-m", "rasa", "run", "--model", MODEL, "--endpoints", "endpoints.yml")
    command += ("--credentials", "credentials.yml", "--interface", "127.0.0.1", "-p", str(port))
    url = f"http://127.0.0.1:{port}"
    with running(command, environment(), folder, url, "/") as server:
        yield server
