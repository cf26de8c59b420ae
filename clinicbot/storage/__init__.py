"""SQLAlchemy tables and queries; the only room that imports SQLAlchemy."""

from clinicbot.storage.erasure_files import ErasureFiles
from clinicbot.storage.migration import migrate
from clinicbot.storage.open import Storage, open_storage
from clinicbot.storage.privacy import open_privacy

__all__ = ["ErasureFiles", "Storage", "migrate", "open_privacy", "open_storage"]
