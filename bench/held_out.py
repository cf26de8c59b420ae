"""Asks every held-out question and counts what came back: right, wrong, asked back, declined.

    python -m bench.held_out [--model ARCHIVE] [--misses] [--json FILE]

"Right" is the expected answer or outcome. "Wrong" is an answer about something else, which is
what harms. Clarifying or declining a question that has an answer is neither.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from clinicbot.knowledge.question import Context, Understanding, read_understanding
from clinicbot.services.answering import FOLLOW_UPS, AnsweringService

FILES = ("held_out_a.yml", "held_out_b.yml", "held_out_c.yml")
FOLDER = Path(__file__).resolve().parent.parent / "tests" / "nlu"
Parse = Callable[[str], Mapping[str, Any]]
RIGHT, WRONG, CLARIFIED, DECLINED = "right", "wrong", "clarified", "declined"


@dataclass
class Heard:
    """What the assistant did with one message."""

    outcome: str
    answer: str | None
    context: Context
    understanding: Understanding


@dataclass
class Tally:
    """Outcomes of one set, and the misses with what came instead."""

    counts: Counter[str] = field(default_factory=Counter)
    by_topic: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    misses: list[tuple[str, str, str, str]] = field(default_factory=list)

    def add(self, text: str, expected: list[str], heard: Heard) -> str:
        verdict = judge(expected, heard)
        self.counts[verdict] += 1
        self.by_topic[expected[0].split("/")[0]][verdict] += 1
        if verdict != RIGHT:
            got = heard.answer or f"{heard.outcome} ({heard.understanding.intent})"
            self.misses.append((verdict, text, " | ".join(expected), got))
        return verdict

    def share(self, verdict: str) -> float:
        return self.counts[verdict] / max(1, sum(self.counts.values()))


def judge(expected: list[str], heard: Heard) -> str:
    """Right, wrong, clarified or declined."""
    got = {heard.answer, heard.outcome, heard.understanding.intent}
    if got & set(expected):
        return RIGHT
    if heard.answer or heard.outcome == "safety":
        return WRONG
    if heard.outcome == "clarify":
        return CLARIFIED
    return DECLINED


def hear(parse: Parse, service: AnsweringService, text: str, context: Context) -> Heard:
    """One message through understanding and answering, as the actions do it."""
    heard = read_understanding(parse(text))
    topics = service.content.topics
    if heard.intent not in topics and heard.intent not in FOLLOW_UPS and not _unsure(heard):
        outcome = "safety" if heard.intent.startswith("safety_") else heard.intent
        return Heard(outcome, None, context, heard)
    reply = service.answer(heard, context)
    changed = reply.subject and reply.subject != context.subject
    after = Context(
        topic=reply.topic or context.topic,
        subject=reply.subject or context.subject,
        previous_subject=context.subject if changed else context.previous_subject,
        last_answer=reply.answer_id or context.last_answer,
        shown=(*context.shown, *filter(None, [reply.answer_id])),
        pair=reply.pair or context.pair,
    )
    return Heard(reply.kind, reply.answer_id, after, heard)


def _unsure(heard: Understanding) -> bool:
    return heard.intent == "nlu_fallback"


def load_sets(files: Iterable[str] = FILES) -> dict[str, list[dict[str, Any]]]:
    """The held-out questions of all files together."""
    together: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for name in files:
        for key, rows in yaml.safe_load((FOLDER / name).read_text(encoding="utf-8")).items():
            together[key] += rows
    return together


def expected_of(row: Mapping[str, Any]) -> list[str]:
    found = row["expect"]
    return list(found) if isinstance(found, list) else [found]


def evaluate(
    parse: Parse, service: AnsweringService, sets: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Tally]:
    """Tallies of the single questions, the unanswerable, the out of scope and the turns of
    conversations; `whole` counts conversations right from start to end."""
    tallies = {key: Tally() for key in ("single", "unanswered", "out_of_scope", "turns", "whole")}
    for key in ("single", "unanswered", "out_of_scope"):
        for row in sets[key]:
            tallies[key].add(
                row["text"], expected_of(row), hear(parse, service, row["text"], Context())
            )
    for conversation in sets["conversations"]:
        context, verdicts = Context(), []
        for turn in conversation["turns"]:
            heard = hear(parse, service, turn["text"], context)
            verdicts.append(tallies["turns"].add(turn["text"], expected_of(turn), heard))
            context = heard.context
        tallies["whole"].counts[RIGHT if set(verdicts) == {RIGHT} else WRONG] += 1
    return tallies


def make_parse(model: Path) -> Parse:
    """Rasa's understanding of a text with this model, as a plain function."""
    import clinicbot.bot.environment  # noqa: F401, I001, PLC0415 - must come before Rasa
    from rasa.core.agent import Agent  # noqa: PLC0415 - seconds to import

    agent = Agent.load(str(model))
    loop = asyncio.new_event_loop()
    return lambda text: loop.run_until_complete(agent.parse_message(text))


def print_report(tallies: Mapping[str, Tally], misses: bool) -> None:
    verdicts = (RIGHT, WRONG, CLARIFIED, DECLINED)
    print(f"{'set':24}{'n':>5}" + "".join(f"{v:>11}" for v in verdicts))
    for name, tally in tallies.items():
        total = sum(tally.counts.values())
        shares = "".join(f"{100 * tally.share(v):10.1f}%" for v in verdicts)
        print(f"{name:24}{total:5}{shares}")
    print()
    for topic, counts in sorted(tallies["single"].by_topic.items()):
        row = "".join(f"{counts[v]:11}" for v in verdicts)
        print(f"{topic:24}{sum(counts.values()):5}{row}")
    if misses:
        for name, tally in tallies.items():
            for verdict, text, expected, got in tally.misses:
                print(f"{name}: {verdict}: {text}\n    expected {expected}\n    got      {got}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--files", nargs="+", default=FILES, help="which held-out sets")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    from clinicbot.knowledge.content_files import load_content  # noqa: PLC0415
    from clinicbot.settings import find_content_dir  # noqa: PLC0415

    service = AnsweringService(load_content(find_content_dir()))
    tallies = evaluate(make_parse(asked.model), service, load_sets(asked.files))
    print_report(tallies, asked.misses)
    if asked.json:
        found = {name: dict(tally.counts) for name, tally in tallies.items()}
        asked.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
