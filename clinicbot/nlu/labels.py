"""Intents that are no questions to the content: danger, and what only looks like it."""

from __future__ import annotations

PREFIX = "safety_"
# Wordings that share the words of danger and mean none: they teach the SafetyDetector only.
NO_DANGER = "no_danger"


def is_about_danger(intent: str | None) -> bool:
    """Whether the wordings of this intent are for the SafetyDetector alone."""
    return intent is not None and (intent.startswith(PREFIX) or intent == NO_DANGER)
