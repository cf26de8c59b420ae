"""The only place that wires the rooms together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from clinicbot.errors import SetUpError, StorageUnavailable
from clinicbot.knowledge.contact_key import normalized_contact
from clinicbot.knowledge.content_files import (
    load_clinic_facts,
    load_contacts,
    load_content,
    load_safety_classes,
)
from clinicbot.knowledge.masking import Masker
from clinicbot.knowledge.masking_files import load_masker
from clinicbot.knowledge.safety import SafetyPatterns
from clinicbot.knowledge.safety_texts import load_safety_texts
from clinicbot.services.answering import AnsweringService
from clinicbot.services.desk import StaffDesk
from clinicbot.services.first_aid import FirstAid
from clinicbot.services.ports import CallbackRequests, Conversations, PrivacyRequests
from clinicbot.services.privacy import AuditTrail, PrivacyService
from clinicbot.services.privacy_answers import PrivacyAnswers
from clinicbot.services.retention import KeepPeriods, Retention
from clinicbot.settings import PROJECT_ROOT, Settings, load_settings
from clinicbot.storage import ErasureFiles, Storage, migrate, open_privacy, open_storage
from clinicbot.storage.audit import utc_now

if TYPE_CHECKING:
    from clinicbot.bot.rasa_bot import RasaBot


@dataclass(frozen=True)
class Privacy:
    """Retention, erasure, export, the audit trail, and what staff see of visitors."""

    service: PrivacyService
    retention: Retention
    audit: AuditTrail
    desk: StaffDesk
    requests: PrivacyRequests


@dataclass
class Services:
    """What actions and the web work with."""

    settings: Settings
    storage: Storage
    conversations: Conversations
    callback_requests: CallbackRequests
    answering: AnsweringService
    first_aid: FirstAid
    privacy: Privacy
    privacy_answers: PrivacyAnswers
    masker: Masker

    def ping(self) -> None:
        """Asks the database for a sign of life.

        Raises:
            StorageUnavailable: it gives none.
        """
        if not self.storage.is_reachable():
            raise StorageUnavailable("The database does not answer.")


# How long first aid waits for the database before it helps without storing anything.
FIRST_AID_SECONDS = 0.8

_services: Services | None = None


def build_services(settings: Settings) -> Services:
    """Migrates and opens the database and builds the services on it, for the whole process.

    Raises:
        SetUpError: the database cannot be used.
        ContentError: the content cannot be read.
    """
    global _services
    answering = AnsweringService(load_content(settings.content))
    masker = load_masker(settings.content, on=settings.masking)
    storage = open_stored(settings, masker)
    _services = Services(
        settings,
        storage,
        storage.conversations,
        storage.callback_requests,
        answering,
        build_first_aid(settings, storage, masker),
        build_privacy(settings, storage),
        _privacy_answers(settings, answering),
        masker,
    )
    return _services


def open_stored(settings: Settings, masker: Masker | None = None) -> Storage:
    """The database, up to date and open; with a masker where visitors' words come in.

    Raises:
        SetUpError: it cannot be used.
    """
    migrate(settings.database_url)
    files = ErasureFiles(settings.var, settings.session_key)
    mask = masker.mask_text if masker else None
    return open_storage(settings.database_url, settings.lock_seconds, files, mask)


def _privacy_answers(settings: Settings, answering: AnsweringService) -> PrivacyAnswers:
    kept = (settings.keep_chats_days, settings.keep_requests_days)
    content = answering.content
    return PrivacyAnswers(content.messages, content.clinic, kept if settings.retention else None)


def build_privacy(settings: Settings, storage: Storage) -> Privacy:
    """What answers for visitors' data; it needs no model."""
    region = load_contacts(settings.content).get("phone_region") or None
    stored = open_privacy(
        storage.engine, storage.eraser, lambda text: normalized_contact(text, region)
    )
    periods = KeepPeriods(
        timedelta(days=settings.keep_chats_days),
        timedelta(days=settings.keep_requests_days),
        timedelta(days=settings.keep_audit_days),
    )
    return Privacy(
        PrivacyService(stored.data, stored.audit, utc_now),
        Retention(stored.expiry, stored.audit, periods, utc_now),
        stored.audit,
        StaffDesk(stored.desk, stored.audit),
        stored.requests,
    )


def build_first_aid(settings: Settings, storage: Storage, masker: Masker | None = None) -> FirstAid:
    """What answers danger without a model; the masker is made here where none is given.

    Raises:
        ContentError: a pattern has no help text, or a contact is missing.
    """
    patterns = SafetyPatterns(load_safety_classes(settings.content))
    facts = load_clinic_facts(settings.content)
    texts = load_safety_texts(PROJECT_ROOT / "domain.yml", facts, patterns.intents)
    turns = storage.make_blocking_turns(FIRST_AID_SECONDS)
    masker = masker or load_masker(settings.content, on=settings.masking)
    return FirstAid(patterns, texts, turns, masker)


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
    turns = services.storage.make_turns()
    return RasaBot(turns, limits, facts=facts, masker=services.masker)


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
