"""The line that goes before an answer where danger is possible but not likely."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker

from clinicbot.bot.agent import LoudAgent
from clinicbot.bot.channel import CHANNEL
from clinicbot.nlu.labels import PREFIX
from clinicbot.nlu.safety_detector import CAUTION


async def words_of_caution(
    agent: LoudAgent, understood: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """The domain's response `utter_caution_<danger>` as Rasa would send it; None where none is
    asked for, or where the domain has none.

    It is no step of the dialogue: whatever the rules answer, the line goes before it.

    Args:
        agent: the model that answers.
        understood: the visitor's message as Rasa keeps it, with its parse.
    """
    possible = (understood.get("parse_data") or {}).get(CAUTION)
    if not possible or agent.processor is None:
        return None
    name = f"utter_caution_{possible.removeprefix(PREFIX)}"
    nobody = DialogueStateTracker("", agent.processor.domain.slots)
    found: Mapping[str, Any] | None = await agent.processor.nlg.generate(name, nobody, CHANNEL)
    return found
