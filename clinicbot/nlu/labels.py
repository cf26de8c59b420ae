"""Intents that are no questions to the content."""

from __future__ import annotations

# Intents of danger begin with it; the SafetyDetector alone learns and finds them.
PREFIX = "safety_"
