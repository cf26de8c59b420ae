"""Our own domain, rules and policies with a keyword for each intent instead of the language
pipeline: trained in seconds, and what is said is never in doubt."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from clinicbot.settings import PROJECT_ROOT

PIPELINE = [
    {"name": "WhitespaceTokenizer"},
    {"name": "KeywordIntentClassifier", "case_sensitive": False},
    {"name": "FallbackClassifier", "threshold": 0.3},
]


def write_keyword_project(folder: Path) -> None:
    """Writes the project: the intent `safety_emergency` is said as "zz safety emergency"."""
    (folder / "data").mkdir(parents=True)
    for name in ("domain.yml", "data/rules.yml"):
        shutil.copy(PROJECT_ROOT / name, folder / name)
    config = yaml.safe_load((PROJECT_ROOT / "config.yml").read_text())
    (folder / "config.yml").write_text(yaml.safe_dump({**config, "pipeline": PIPELINE}))
    intents = yaml.safe_load((folder / "domain.yml").read_text())["intents"]
    rows = [{"intent": name, "examples": f"- {keyword(name)}\n"} for name in intents]
    data = {"version": "3.1", "nlu": rows}
    (folder / "data" / "nlu.yml").write_text(yaml.safe_dump(data))


def keyword(intent: str) -> str:
    """What a visitor types to mean this intent."""
    return f"zz {intent.replace('_', ' ')} zz"
