"""A server of ours as a process, with a FakeBot: `python -m tests.web_process PORT SECONDS`."""

from __future__ import annotations

import sys

from clinicbot.errors import SetUpError
from clinicbot.web.app import create_app
from clinicbot.web.server import serve
from tests.fakes import FakeBot, FakeServices
from tests.web_server import web_messages, web_settings


def main(port: int, seconds: float) -> int:
    """Serves on this port until it is told to stop; each answer takes `seconds`."""
    services = FakeServices()
    bot = FakeBot(services.conversations)
    bot.seconds = seconds
    settings = web_settings(port=port)
    app = create_app(services, bot, settings, web_messages())
    try:
        serve(app, settings, on_listening=lambda stop: print("ready", flush=True))
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"stopped after {len(bot.handled)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), float(sys.argv[2])))
