"""Reads `content/danger_wordings.yml`: what danger sounds like, and what only shares its words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from clinicbot.errors import ContentError

FILE = "danger_wordings.yml"
HARMLESS = "harmless"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_danger_wordings(folder: Path) -> list[tuple[str, str | None]]:
    """Pairs of a message and its danger ("emergency"), None where it is harmless.

    Raises:
        ContentError: the file is missing, is not YAML, or is no mapping of lists of texts.
    """
    try:
        found = yaml.load((folder / FILE).read_text(encoding="utf-8"), Loader=_Loader)
    except OSError as error:
        raise ContentError(f"{FILE}: cannot be read ({error.strerror}).") from error
    except yaml.YAMLError as error:
        raise ContentError(f"{FILE}: is not valid YAML: {error}") from error
    if not isinstance(found, Mapping):
        raise ContentError(f"{FILE}: is no mapping of dangers.")
    for label, texts in found.items():
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ContentError(f"{FILE}: {label} is no list of texts; put each in quotes.")
    return [
        (text, None if label == HARMLESS else str(label))
        for label, texts in found.items()
        for text in texts
    ]
