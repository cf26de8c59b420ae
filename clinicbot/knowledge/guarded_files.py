"""Reads `content/guarded_topics.yml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from clinicbot.errors import ContentError
from clinicbot.knowledge.guarded import GuardedPhrases

FILE = "guarded_topics.yml"


def read_guarded_topics(folder: Path) -> dict[str, Any]:
    """Rows and words as `GuardedPhrases` takes them, and as a model keeps them.

    Raises:
        ContentError: the file is missing, is not YAML, or has a row that cannot be used.
    """
    try:
        found = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise ContentError(f"{FILE}: cannot be read ({error.strerror}).") from error
    except yaml.YAMLError as error:
        raise ContentError(f"{FILE}: is not valid YAML: {error}") from error
    if not isinstance(found, Mapping) or not isinstance(found.get("rows"), list):
        raise ContentError(f"{FILE}: rows is missing.")
    kept = {"rows": found["rows"], "words": found.get("words") or {}}
    guarded_phrases(kept)
    return kept


def guarded_phrases(kept: Mapping[str, Any]) -> GuardedPhrases:
    """The phrases of what `read_guarded_topics` gave.

    Raises:
        ContentError: a row lacks a field, names unknown words or is no pattern.
    """
    try:
        return GuardedPhrases(kept["rows"], kept["words"])
    except KeyError as error:
        raise ContentError(f"{FILE}: {error.args[0]!r} is missing.") from error
    except re.error as error:
        raise ContentError(f"{FILE}: {error}.") from error
