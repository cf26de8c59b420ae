"""Everything about visitors' privacy that stands on one database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Engine

from clinicbot.storage.audit import SqlAuditTrail, utc_now
from clinicbot.storage.desk import SqlDeskRows
from clinicbot.storage.eraser import SqlEraser
from clinicbot.storage.expiry import SqlExpiry
from clinicbot.storage.personal_data import SqlPersonalData
from clinicbot.storage.privacy_requests import SqlPrivacyRequests


@dataclass(frozen=True)
class PrivacyStorage:
    """The ports of services.privacy, services.retention and services.desk."""

    audit: SqlAuditTrail
    data: SqlPersonalData
    expiry: SqlExpiry
    requests: SqlPrivacyRequests
    desk: SqlDeskRows


def open_privacy(
    engine: Engine,
    eraser: SqlEraser,
    contact_key: Callable[[str], str],
    now: Callable[[], datetime] = utc_now,
) -> PrivacyStorage:
    """Puts them on the database; `contact_key` gives the one spelling of a contact."""
    return PrivacyStorage(
        SqlAuditTrail(engine, now),
        SqlPersonalData(engine, eraser, contact_key, now),
        SqlExpiry(engine, eraser, now),
        SqlPrivacyRequests(engine, now),
        SqlDeskRows(engine),
    )
