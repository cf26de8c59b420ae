"""How long our training takes on all of our examples, from nothing and again, and its memory.

python -m bench training [--runs N]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.processes import ROOT, Finished, environment, run
from bench.report import median, save, show
from bench.servers import TRAIN_SECONDS, prepared_var


def main(asked: argparse.Namespace) -> None:
    """Whole processes, from the command to the archive: what staff wait for."""
    runs: dict[str, list[Finished]] = {"first training": [], "next training": []}
    for _ in range(asked.runs):
        with prepared_var(asked.model) as var:
            for finished in runs.values():
                finished.append(_train(var))
    rows = [
        [
            name,
            median([f.seconds for f in done]),
            median([f.cpu_seconds for f in done]),
            max(f.peak_mb for f in done),
        ]
        for name, done in runs.items()
    ]
    examples = (ROOT / "data" / "nlu.yml").read_text(encoding="utf-8").count("\n    - ")
    note = f"Medians of {asked.runs} runs, peak of all; {examples} examples; Rasa's start included."
    show("Training, ours", ["", "s", "CPU s", "peak MB"], rows, note)
    kept = {name: [vars(finished) for finished in done] for name, done in runs.items()}
    save("training", {"runs": asked.runs, "examples": examples, "ours": kept})


def _train(var: Path) -> Finished:
    """The first in a folder encodes every wording; the next finds their vectors there."""
    settings = {"CLINIC_VAR": str(var), "CLINIC_CONTENT": str(ROOT / "content")}
    command = ["-m", "clinicbot", "train", "--out", str(var / "trained" / "model.tar.gz")]
    return run(command, environment(**settings), var, TRAIN_SECONDS)
