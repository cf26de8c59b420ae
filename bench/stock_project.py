"""A project as `rasa init` leaves it, with our questions: what stock Rasa would be here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bench.processes import ROOT

# The pipeline and the policies that Rasa 3.6 suggests where config.yml names none.
CONFIG = """\
recipe: default.v1
language: en
assistant_id: stock
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: 100
  constrain_similarities: true
- name: EntitySynonymMapper
- name: ResponseSelector
  epochs: 100
  constrain_similarities: true
- name: FallbackClassifier
  threshold: 0.3
  ambiguity_threshold: 0.1
policies:
- name: MemoizationPolicy
- name: RulePolicy
- name: UnexpecTEDIntentPolicy
  max_history: 5
  epochs: 100
- name: TEDPolicy
  max_history: 5
  epochs: 100
  constrain_similarities: true
"""
ENDPOINTS = "tracker_store:\n  type: SQL\n  dialect: sqlite\n  db: stock.db\n"
# What `rasa init` has besides questions; they are in each round of the load.
SMALL_TALK = ("greet", "goodbye", "thank", "affirm", "deny")


def write_project(folder: Path, examples: int) -> int:
    """Writes it, with so many of our examples evenly over the topics; gives how many it has."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = _choose(_questions(), examples)
    files: dict[str, Any] = {
        "data/nlu.yml": {"version": "3.1", "nlu": [_intent(*item) for item in chosen.items()]},
        "data/rules.yml": {"version": "3.1", "rules": [*map(_rule, chosen), _fallback()]},
        "data/stories.yml": {"version": "3.1", "stories": _stories(list(chosen))},
        "domain.yml": _domain(list(chosen)),
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
    (folder / "config.yml").write_text(CONFIG)
    (folder / "endpoints.yml").write_text(ENDPOINTS)
    (folder / "credentials.yml").write_text("rest:\n")
    return sum(map(len, chosen.values()))


def _questions() -> dict[str, list[str]]:
    """Our examples by topic; the subject behind the slash is left out."""
    rows = yaml.safe_load((ROOT / "data" / "nlu.yml").read_text(encoding="utf-8"))["nlu"]
    found: dict[str, list[str]] = {}
    for row in rows:
        topic = row.get("intent", "").split("/")[0]
        if topic.startswith("ask_") or topic in SMALL_TALK:
            lines = [line.removeprefix("- ") for line in row["examples"].splitlines()]
            found.setdefault(topic, []).extend(filter(None, lines))
    return found


def _choose(questions: dict[str, list[str]], examples: int) -> dict[str, list[str]]:
    """The same number from each topic, spread over all of its subjects."""
    each = max(2, examples // len(questions))
    return {t: found[:: max(1, len(found) // each)][:each] for t, found in questions.items()}


def _intent(name: str, examples: list[str]) -> dict[str, str]:
    return {"intent": name, "examples": "".join(f"- {text}\n" for text in examples)}


def _rule(intent: str) -> dict[str, Any]:
    steps = [{"intent": intent}, {"action": f"utter_{intent}"}]
    return {"rule": f"{intent} is answered", "steps": steps}


def _fallback() -> dict[str, Any]:
    steps = [{"intent": "nlu_fallback"}, {"action": "utter_fallback"}]
    return {"rule": "what was not understood", "steps": steps}


def _stories(intents: list[str]) -> list[dict[str, Any]]:
    """Conversations of four turns that meet every intent, as few as `rasa init` has."""
    asked = [name for name in intents if name not in SMALL_TALK]
    groups = [asked[i : i + 2] for i in range(0, len(asked), 2)]
    stories = []
    for number, group in enumerate(groups):
        turns = ["greet", *group, "thank"]
        steps = [s for t in turns for s in ({"intent": t}, {"action": f"utter_{t}"})]
        stories.append({"story": f"conversation {number}", "steps": steps})
    return stories


def _domain(intents: list[str]) -> dict[str, Any]:
    names = [*intents, "fallback"]
    return {
        "version": "3.1",
        "intents": intents,
        "responses": {f"utter_{name}": [{"text": f"About {name}."}] for name in names},
        "session_config": {
            "session_expiration_time": 60,
            "carry_over_slots_to_new_session": True,
        },
    }
