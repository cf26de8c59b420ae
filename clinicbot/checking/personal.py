"""Do the training data hold somebody's data?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from clinicbot.knowledge.masking import Masker


def find_personal(
    texts: list[tuple[str, str]], masker: Masker, training: Mapping[str, Any]
) -> Iterator[str]:
    """Wordings that hold personal data, or in which such data was hidden and never replaced.

    Args:
        texts: pairs of file name and wording.
        masker: finds personal data.
        training: `reserved` numbers and addresses and `invented` people, who are nobody.
    """
    reserved = re.compile("|".join(training["reserved"]))
    invented = frozenset(map(str, training["invented"]))
    labels = re.compile("|".join(map(re.escape, masker.labels)))
    for where, text in texts:
        if label := labels.search(text):
            yield f"{where}: “{text}” still has {label.group()} in it; write the wording anew."
            continue
        found = masker.mask(reserved.sub("", text)).found
        if kinds := {kind for value, kind in found.items() if value not in invented}:
            # Not the text itself: this line may end up in a log.
            masked, named = masker.mask(text).text, ", ".join(sorted(kinds))
            yield f"{where}: “{masked}” holds personal data ({named}); write the wording anew."


def read_texts(folder: Path) -> list[tuple[str, str]]:
    """Every text of the training data in that folder that a visitor could have typed."""
    return [
        (path.name, text)
        for path in sorted(folder.glob("**/*.yml"))
        for text in _texts(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    ]


def _texts(found: Any) -> Iterator[str]:
    """Examples of intents, synonyms and lookups; what users say in stories."""
    if isinstance(found, list):
        for inner in found:
            yield from _texts(inner)
    elif isinstance(found, Mapping):
        for key, inner in found.items():
            if key == "examples" and isinstance(inner, str):
                lines = (line.strip() for line in inner.splitlines())
                yield from (line[2:].strip() for line in lines if line.startswith("- "))
            elif key == "user" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
