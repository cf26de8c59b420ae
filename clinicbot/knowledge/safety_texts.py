"""What is said in danger, read from the domain's responses: the words of bot and main loop."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from clinicbot.errors import ContentError
from clinicbot.knowledge.reply import Block, text

KIND = "safety"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class SafetyText:
    """One help text, with the clinic's contacts filled in.

    Attributes:
        intent: the danger it answers.
        blocks: what is shown.
        flag: under which staff finds the turn; None where nobody needs to look.
    """

    intent: str
    blocks: tuple[Block, ...]
    flag: str | None

    @property
    def plain(self) -> str:
        """The same as one text, for clients that show errors only."""
        return "\n\n".join(block["text"] for block in self.blocks)


def load_safety_texts(
    domain: Path, facts: Mapping[str, str], intents: Iterable[str]
) -> dict[str, SafetyText]:
    """The text of each of these intents, from the response `utter_<intent>`.

    Raises:
        ContentError: the file cannot be read, lacks a response, or names a fact we do not have.
    """
    try:
        tree = yaml.safe_load(domain.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{domain.name} cannot be read: {error}") from error
    responses = (tree or {}).get("responses") or {}
    return {intent: _text(responses, intent, facts) for intent in intents}


def paragraphs(words: str) -> tuple[Block, ...]:
    """One text block for each paragraph, as the bot cuts its responses."""
    return tuple(text(part.strip()) for part in words.split("\n\n") if part.strip())


def _text(responses: Mapping[str, Any], intent: str, facts: Mapping[str, str]) -> SafetyText:
    name = f"utter_{intent}"
    variants = responses.get(name) or []
    # More than one would be picked at random: nobody could have reviewed what was said.
    if len(variants) != 1 or not (variants[0].get("text") or "").strip():
        raise ContentError(f"domain.yml: {name} must be one text; without it nobody is helped.")
    words, metadata = variants[0]["text"], variants[0].get("metadata") or {}
    missing = sorted(set(_PLACEHOLDER.findall(words)) - set(facts))
    if missing:
        raise ContentError(f"domain.yml: {name} names {{{missing[0]}}}, which has no value.")
    filled = _PLACEHOLDER.sub(lambda match: facts[match.group(1)], words)
    return SafetyText(intent, paragraphs(filled), metadata.get("flag"))
