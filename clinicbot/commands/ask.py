"""`clinicbot ask "..."`: one question in the terminal; nothing of it is kept."""

from __future__ import annotations

from clinicbot.bootstrap import build_bot, build_services, find_model
from clinicbot.knowledge.reply import Reply
from clinicbot.settings import Settings


def ask(settings: Settings, question: str) -> int:
    """Answers as the widget would, in a transaction that is rolled back."""
    model, release = find_model(settings)
    bot = build_bot(settings, build_services(settings))
    bot.start(model, release)
    try:
        for event in bot.rehearse(question):
            if event.type == "assistant":
                print(Reply(tuple(event.message["blocks"]), event.message["kind"]).as_text())
    finally:
        bot.stop(0)
    return 0
