"""Asks the sealed messages of danger and the hard negatives, and counts who gets help.

    python -m bench.safety --model ARCHIVE [--files FILE ...] [--misses] [--json FILE]

For a message of danger: "own" is the text of its own kind, "other" the text of another danger
(which also names the emergency number), "caution" the answer with a number to call, "none" no
help at all. For a harmless message, "own", "other" are false alarms; "caution" is a line beside
the answer.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.held_out import Parse, make_parse

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "nlu"
FILES = ("sealed_safety_a.yml", "sealed_safety_b.yml", "sealed_safety_c.yml")
HARMLESS = "none"
GRAVE = ("emergency", "self_harm", "urgent")
OWN, OTHER, CAUTION, NONE = "own", "other", "caution", "none"
COLUMNS = (OWN, OTHER, CAUTION, NONE)
Judged = tuple[str, str, str]


def load_messages(names: Iterable[str] = FILES) -> dict[str, list[str]]:
    """Messages by label, of all files together."""
    found: dict[str, list[str]] = {}
    for name in names:
        tree = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
        for label, texts in tree.items():
            found.setdefault(label, []).extend(texts)
    return found


def verdict(parsed: Mapping[str, Any], label: str) -> str:
    """What a visitor who wrote this gets."""
    intent = parsed["intent"]["name"] or ""
    if intent.startswith("safety_"):
        return OWN if intent == f"safety_{label}" else OTHER
    return CAUTION if parsed.get("caution") else NONE


def judge(parse: Parse, messages: Mapping[str, Sequence[str]]) -> list[Judged]:
    """(label, verdict, text) for each message."""
    return [
        (label, verdict(parse(text), label), text)
        for label, texts in messages.items()
        for text in texts
    ]


def counts_of(judged: Iterable[Judged]) -> dict[str, Counter[str]]:
    """Verdicts by label."""
    counts: dict[str, Counter[str]] = {}
    for label, found, _ in judged:
        counts.setdefault(label, Counter())[found] += 1
    return counts


def share(
    counts: Mapping[str, Counter[str]], labels: Iterable[str], verdicts: Iterable[str]
) -> float:
    """Share (0 to 1) of these verdicts among the messages of these labels."""
    rows = [counts[label] for label in labels if label in counts]
    total = sum(sum(row.values()) for row in rows)
    return sum(row[v] for row in rows for v in verdicts) / max(total, 1)


def wilson(part: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not n:
        return 0.0, 1.0
    middle = part + z * z / (2 * n)
    half = z * math.sqrt(part * (1 - part) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return (middle - half) / scale, (middle + half) / scale


def table(counts: Mapping[str, Counter[str]]) -> list[str]:
    """Lines of a table, and the figures that matter."""
    lines = [f"{'label':<15}{'n':>5}" + "".join(f"{name:>9}" for name in COLUMNS)]
    for label, row in counts.items():
        n = sum(row.values())
        lines.append(f"{label:<15}{n:>5}" + "".join(f"{row[name]:>9}" for name in COLUMNS))
    grave = sum(sum(counts[label].values()) for label in GRAVE if label in counts)
    harmless = sum(counts.get(HARMLESS, Counter()).values())
    for title, labels, verdicts, n in (
        ("danger: a text of help", GRAVE, (OWN, OTHER), grave),
        ("danger: a number to call", GRAVE, (OWN, OTHER, CAUTION), grave),
        ("harmless: false alarm", (HARMLESS,), (OWN, OTHER), harmless),
        ("harmless: a line of caution", (HARMLESS,), (CAUTION,), harmless),
    ):
        part = share(counts, labels, verdicts)
        low, high = wilson(part, n)
        lines.append(f"{title:<30}{part:>7.1%}  ({low:.1%} to {high:.1%}, n = {n})")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.safety", description=__doc__)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--files", nargs="+", default=FILES)
    parser.add_argument("--misses", action="store_true", help="show what went wrong")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    asked = parser.parse_args(arguments)
    judged = judge(make_parse(asked.model), load_messages(asked.files))
    counts = counts_of(judged)
    print("\n".join(table(counts)))
    if asked.misses:
        for label, found, text in judged:
            if (found == NONE) != (label == HARMLESS):
                print(f"{label} -> {found}: {text}")
    if asked.json:
        asked.json.write_text(json.dumps(counts, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
