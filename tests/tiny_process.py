"""The product on the tiny model as a process: `python -m tests.tiny_process PROJECT`.

Everything but the model and its actions is the real thing, wired by bootstrap and set by the
environment.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from clinicbot.bootstrap import build_services
from clinicbot.bot.rasa_bot import BotLimits, RasaBot
from clinicbot.commands.housekeeping import housekeeping
from clinicbot.knowledge.content_files import load_clinic_facts
from clinicbot.settings import load_settings
from clinicbot.web.api_messages import load_api_messages
from clinicbot.web.app import create_app
from clinicbot.web.server import serve


def main(project: Path) -> int:
    """Serves until it is told to stop."""
    sys.path.insert(0, str(project))
    settings = load_settings()
    services = build_services(settings)
    actions = importlib.import_module("tiny_actions")
    actions.HOLD.update(callback_requests=services.callback_requests, seconds=0.0)
    facts = load_clinic_facts(settings.content)
    bot = RasaBot(services.storage.make_turns(), BotLimits(), "tiny_actions", facts=facts)
    bot.start(project / "models" / "tiny.tar.gz")
    app = create_app(services, bot, settings, load_api_messages(settings.content, **facts))
    try:
        with housekeeping(services.privacy, settings):
            serve(app, settings, lambda stop: print("\nready\n", flush=True))
    finally:
        bot.stop(5)
        services.storage.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
