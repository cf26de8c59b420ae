"""Can every answer be reached, and is the held-out set really held out?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from clinicbot.knowledge.content import Content

LEAST_WORDINGS = 8
LEAST_WORDINGS_COMMON = 12
COMMON_TOPICS = frozenset(
    {
        "ask_how_it_works",
        "ask_sessions",
        "ask_downtime",
        "ask_comfort",
        "ask_safety",
        "ask_results_time",
        "ask_price",
        "ask_effectiveness",
    }
)
_NOT_WORDS = re.compile(r"[\W_]+")


def normalized(text: str) -> str:
    """Letters and digits in lower case, single spaces: what makes two questions the same."""
    return _NOT_WORDS.sub(" ", text.lower()).strip()


def read_wordings(path: Path) -> list[tuple[str, str]]:
    """Pairs of wording and label (answer id or intent) from Rasa's nlu.yml."""
    found = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return [
        (line[2:].strip(), row["intent"])
        for row in found["nlu"]
        for line in row["examples"].splitlines()
        if line.startswith("- ")
    ]


def find_wording_problems(content: Content, wordings: list[tuple[str, str]]) -> Iterator[str]:
    """Answers without enough wordings, labels without an answer, one text under two labels."""
    counts = Counter(label for _, label in wordings)
    for answer_id, answer in content.answers.items():
        least = LEAST_WORDINGS_COMMON if answer.topic in COMMON_TOPICS else LEAST_WORDINGS
        if counts[answer_id] < least:
            yield f"Answer {answer_id}: has {counts[answer_id]} wordings, needs {least}."
    for label in counts:
        if "/" in label and label not in content.answers:
            yield f"data/nlu.yml: there is no answer {label!r}."
    seen: dict[str, str] = {}
    for text, label in wordings:
        first = seen.setdefault(normalized(text), label)
        if first != label:
            yield f"data/nlu.yml: “{text}” stands under {first} and under {label}."


def find_overlaps(wordings: list[tuple[str, str]], held_out: list[Path]) -> Iterator[str]:
    """Held-out questions that are trained on; measuring with them would be cheating."""
    trained = {normalized(text) for text, _ in wordings}
    for path in held_out:
        for text in _texts(yaml.safe_load(path.read_text(encoding="utf-8"))):
            if normalized(text) in trained:
                yield f"{path.name}: “{text}” is also a training wording; change the wording."


def _texts(found: Mapping[str, Any]) -> Iterator[str]:
    """Single questions; turns of conversations ("why?") may well be trained on."""
    for key, rows in found.items():
        if key != "conversations":
            yield from (row["text"] for row in rows)
