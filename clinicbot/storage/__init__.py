"""SQLAlchemy tables and queries; the only room that imports SQLAlchemy."""

from clinicbot.storage.migration import migrate
from clinicbot.storage.open import Storage, open_storage

__all__ = ["Storage", "migrate", "open_storage"]
