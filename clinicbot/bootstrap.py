"""The only place that wires the rooms together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clinicbot.errors import SetUpError, StorageUnavailable
from clinicbot.knowledge.content_files import load_clinic_facts, load_content
from clinicbot.services.answering import AnsweringService
from clinicbot.services.ports import CallbackRequests, Conversations
from clinicbot.settings import Settings, load_settings
from clinicbot.storage import Storage, migrate, open_storage

if TYPE_CHECKING:
    from clinicbot.bot.rasa_bot import RasaBot


@dataclass
class Services:
    """What actions and the web work with."""

    settings: Settings
    storage: Storage
    conversations: Conversations
    callback_requests: CallbackRequests
    answering: AnsweringService

    def ping(self) -> None:
        """Asks the database for a sign of life.

        Raises:
            StorageUnavailable: it gives none.
        """
        if not self.storage.is_reachable():
            raise StorageUnavailable("The database does not answer.")


_services: Services | None = None


def build_services(settings: Settings) -> Services:
    """Migrates and opens the database and builds the services on it, for the whole process.

    Raises:
        SetUpError: the database cannot be used.
        ContentError: the content cannot be read.
    """
    global _services
    answering = AnsweringService(load_content(settings.content))
    migrate(settings.database_url)
    storage = open_storage(settings.database_url, settings.lock_seconds)
    _services = Services(
        settings, storage, storage.conversations, storage.callback_requests, answering
    )
    return _services


def current_services() -> Services:
    """The services of this process, for actions; built here where nobody did before, as under
    `rasa run actions`."""
    return _services or build_services(load_settings())


def build_bot(settings: Settings, services: Services) -> RasaBot:
    """Builds the bot; `start` it with a model (see `find_model`) before listening."""
    # Here and not above: importing Rasa takes seconds, and most commands need none of it.
    from clinicbot.bot.rasa_bot import BotLimits, RasaBot

    limits = BotLimits(
        queue=settings.queue,
        turn_seconds=settings.turn_seconds,
        action_seconds=settings.action_seconds,
        session_turns=settings.session_turns,
        session_minutes=settings.session_minutes,
    )
    facts = load_clinic_facts(settings.content)
    return RasaBot(services.storage.make_turns(), limits, facts=facts)


def find_model(settings: Settings) -> tuple[Path, int]:
    """The model archive to serve and the number of its release (0 if it has none).

    Raises:
        SetUpError: there is none.
    """
    if settings.model:
        path = Path(settings.model)
    else:
        found = sorted(settings.releases_dir.rglob("*.tar.gz"), key=lambda p: p.stat().st_mtime)
        if not found:
            where = settings.releases_dir
            raise SetUpError(f"No model in {where}: train one (python -m clinicbot train).")
        path = found[-1]
    return path, _release_number(path)


def _release_number(path: Path) -> int:
    """14 for releases/14/model.tar.gz, releases/14.tar.gz and releases/release-14.tar.gz."""
    for name in (path.parent.name, path.name.removesuffix(".tar.gz")):
        match = re.fullmatch(r"(?:release-)?(\d{1,7})", name)
        if match:
            return int(match.group(1))
    return 0
