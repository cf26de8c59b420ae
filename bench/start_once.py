"""Serves as `clinicbot serve` does, with a clock on every phase (see bench.start)."""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_phases: dict[str, float] = {}


def main(out: Path) -> int:
    """Writes the seconds of each phase to `out` once requests are accepted."""
    timed("import of the server without Rasa", lambda: importlib.import_module(SERVE))
    timed("import of Rasa", lambda: importlib.import_module("clinicbot.bot.environment"))
    timed("import of the bot", lambda: importlib.import_module("clinicbot.bot.rasa_bot"))
    timed("import of the actions", lambda: importlib.import_module("actions"))
    serve = importlib.import_module(SERVE)
    for name, phase in (
        ("load_clinic_facts", "content"),
        ("build_services", "content and database"),
        ("load_api_messages", "content"),
        ("load_golden_questions", "content"),
        ("create_app", "web app"),
    ):
        setattr(serve, name, clocked(phase, getattr(serve, name)))
    rasa_bot = importlib.import_module("clinicbot.bot.rasa_bot")
    rasa_bot.load_agent = clocked("model, with what it imports", rasa_bot.load_agent)
    rasa_bot.RasaBot._rehearse = clocked("golden questions", rasa_bot.RasaBot._rehearse)
    ready = serve._ready

    def tell(settings: Any) -> Any:
        out.write_text(json.dumps(_phases))
        return ready(settings)

    serve._ready = tell
    from clinicbot.settings import load_settings

    return int(serve.serve(load_settings()))


SERVE = "clinicbot.commands.serve"


def timed(phase: str, work: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    try:
        return work()
    finally:
        _phases[phase] = _phases.get(phase, 0.0) + time.perf_counter() - began


def clocked(phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: timed(phase, lambda: function(*args, **kwargs))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
