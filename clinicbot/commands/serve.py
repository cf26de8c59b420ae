"""`clinicbot serve`: the assistant on one port, until Ctrl-C."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from clinicbot.bootstrap import Services, build_bot, build_services, find_model
from clinicbot.commands.housekeeping import housekeeping
from clinicbot.knowledge.content_files import load_clinic_facts, load_golden_questions
from clinicbot.knowledge.masking_files import load_masker
from clinicbot.services.late_bot import LateBot, StoppableBot
from clinicbot.settings import Settings
from clinicbot.web.api_messages import load_api_messages
from clinicbot.web.app import create_app
from clinicbot.web.log_masking import mask_logs
from clinicbot.web.server import serve as serve_app

SHUTDOWN_SECONDS = 15.0


def serve(settings: Settings) -> int:
    """Serves the newest release. It listens before the model is loaded: until then danger is
    answered by first aid, and everything else with 503.

    Raises:
        SetUpError: something it needs is missing, or the model is unfit.
        ContentError: the content is broken, or a contact for emergencies is missing.
    """
    mask_logs(load_masker(settings.content).mask_text)
    model, release = find_model(settings)
    facts = load_clinic_facts(settings.content)
    services = build_services(settings)
    messages = load_api_messages(settings.content, **facts, **_keep_periods(settings))
    golden = load_golden_questions(settings.content)
    bot = LateBot(lambda: _load(settings, services, model, release, golden))
    app = create_app(services, bot, settings, messages)
    print(f"Release {release}: loading ...", flush=True)

    def on_listening(stop: Callable[[], None]) -> None:
        bot.start(on_ready=lambda: print(_ready(settings), flush=True), on_failure=stop)

    try:
        with housekeeping(services.privacy, settings):
            serve_app(app, settings, on_listening)
    finally:
        bot.stop(SHUTDOWN_SECONDS)
        services.storage.close()
    if bot.error is not None:
        raise bot.error
    if bot.is_loading:
        _leave_at_once()
    return 0


def _keep_periods(settings: Settings) -> dict[str, str]:
    """What the notice says about how long things are kept; nothing where nothing is deleted."""
    if not settings.retention:
        return {}
    return {
        "keep_days": str(settings.keep_chats_days),
        "keep_request_days": str(settings.keep_requests_days),
    }


def _load(
    settings: Settings, services: Services, model: Path, release: int, golden: Sequence[str]
) -> StoppableBot:
    bot = build_bot(settings, services)
    bot.start(model, release, golden)
    return bot


def _leave_at_once() -> None:
    """Ends the process in the middle of loading: the thread that loads cannot be stopped, and must
    not run on into an interpreter that is being taken down."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _ready(settings: Settings) -> str:
    address = f"http://{settings.host}:{settings.port}"
    return (
        f"\nready\n  Demo page   {address}/\n  Visitor API {address}/chat/v1/\n"
        f"  Health      {address}/healthz\nCtrl-C stops it."
    )
