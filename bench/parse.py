"""Milliseconds to understand one question, whole and per component, ours beside stock Rasa.

    python -m bench parse [--questions N] [--runs N] [--stock-project FOLDER]

Stock Rasa is measured where --stock-project names a trained project (`bench stock` leaves one).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from bench.held_out import load_sets
from bench.processes import ROOT, environment, run
from bench.report import median, percentile, save, show
from bench.servers import prepared_var
from bench.stock import MODEL

LIMIT_SECONDS = 300.0


def main(asked: argparse.Namespace) -> None:
    """By turns, each in a process of its own: only one of them has TensorFlow in it."""
    texts = [row["text"] for row in load_sets()["single"]][: asked.questions]
    found: dict[str, list[dict[str, Any]]] = {"ours": []}
    with prepared_var(asked.model) as var:
        (var / "questions.json").write_text(json.dumps(texts))
        models = {"ours": var / "releases" / "1" / "model.tar.gz"}
        if asked.stock_project and (asked.stock_project / MODEL).exists():
            models["stock"] = asked.stock_project.resolve() / MODEL
            found["stock"] = []
        for _ in range(asked.runs):
            for name, model in models.items():
                found[name].append(_parse(name, model, var))
    summaries = {name: _summary(runs) for name, runs in found.items()}
    _show(summaries, len(texts), asked.runs)
    save("parse", {"runs": asked.runs, "questions": len(texts), **summaries})


def _parse(name: str, model: Path, var: Path) -> dict[str, Any]:
    settings = {"CLINIC_VAR": str(var), "CLINIC_CONTENT": str(ROOT / "content")}
    out = var / "times.json"
    command = ["-m", "bench.parse_once", name, str(model), str(var / "questions.json"), str(out)]
    run(command, environment(**settings), ROOT if name == "ours" else var, LIMIT_SECONDS)
    times: dict[str, Any] = json.loads(out.read_text())
    return times


def _summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    names = list(runs[0]["components"])
    return {
        "median_ms": median([median(run["parse"]) for run in runs]),
        "p95_ms": median([percentile(run["parse"], 95) for run in runs]),
        "components_ms": {
            name: median([median(run["components"][name]) for run in runs]) for name in names
        },
    }


def _show(summaries: dict[str, dict[str, Any]], questions: int, runs: int) -> None:
    for name, summary in summaries.items():
        rows = [[key, f"{value:.3f}"] for key, value in summary["components_ms"].items()]
        rows += [["whole parse, median", f"{summary['median_ms']:.3f}"]]
        rows += [["whole parse, 95 %", f"{summary['p95_ms']:.3f}"]]
        note = f"Medians of {runs} runs of {questions} held-out questions, each after a warm-up."
        show(f"Parse, {name}", ["", "ms"], rows, note)
    if len(summaries) == 2:
        ratio = summaries["stock"]["median_ms"] / summaries["ours"]["median_ms"]
        print(f"  Stock Rasa takes {ratio:.2f} times as long as ours.")
