"""`clinicbot serve`: the assistant on one port, until Ctrl-C."""

from __future__ import annotations

from clinicbot.bootstrap import build_bot, build_services, find_model
from clinicbot.knowledge.content_files import load_clinic_facts, load_golden_questions
from clinicbot.settings import Settings
from clinicbot.web.api_messages import load_api_messages
from clinicbot.web.app import create_app
from clinicbot.web.server import serve as serve_app

SHUTDOWN_SECONDS = 15.0


def serve(settings: Settings) -> int:
    """Serves the newest release.

    Raises:
        SetUpError: something it needs is missing; it never listens half ready.
        ContentError: the content is broken, or a contact for emergencies is missing.
    """
    model, release = find_model(settings)
    load_clinic_facts(settings.content)
    services = build_services(settings)
    messages = load_api_messages(settings.content)
    golden = load_golden_questions(settings.content)
    print(f"Release {release}: loading ...", flush=True)
    bot = build_bot(settings, services)
    bot.start(model, release, golden)
    try:
        app = create_app(services, bot, settings, messages)
        serve_app(app, settings, on_ready=lambda: print(_ready(settings), flush=True))
    finally:
        bot.stop(SHUTDOWN_SECONDS)
        services.storage.close()
    return 0


def _ready(settings: Settings) -> str:
    address = f"http://{settings.host}:{settings.port}"
    return (
        f"\nready\n  Demo page   {address}/\n  Visitor API {address}/chat/v1/\n"
        f"  Health      {address}/healthz\nCtrl-C stops it."
    )
