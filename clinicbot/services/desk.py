"""What staff see and settle; whoever sees a name or a number leaves a row in the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from clinicbot.errors import InvalidInput, NotFound
from clinicbot.services.privacy import AuditTrail

Row = Mapping[str, Any]
STATUSES = ("new", "called", "done", "cancelled")


class DeskRows(Protocol):
    """The rows that staff work with."""

    def list_callbacks(self, limit: int) -> Sequence[Row]:
        """The newest call-back requests, oldest first."""

    def find_callback(self, reference: str) -> Row | None:
        """One call-back request."""

    def set_callback_status(self, reference: str, status: str) -> bool:
        """Changes its status; False if there is no such request."""

    def list_flags(self, limit: int) -> Sequence[Row]:
        """The newest flagged turns, oldest first."""

    def list_wishes(self, limit: int) -> Sequence[Row]:
        """The newest requests about a visitor's own data, oldest first."""

    def settle_wish(self, reference: str) -> bool:
        """Marks one as done; False if there is no such request."""


class StaffDesk:
    """The trail comes first: what could not be recorded is not shown."""

    def __init__(self, rows: DeskRows, audit: AuditTrail) -> None:
        self._rows = rows
        self._audit = audit

    def list_callbacks(self, actor: str, limit: int) -> Sequence[Row]:
        """Call-back requests with names and contacts."""
        found = self._rows.list_callbacks(limit)
        references = [row["reference"] for row in found]
        self._audit.record(actor, "requests.list", "callback_requests", seen=references)
        return found

    def show_callback(self, actor: str, reference: str) -> Row:
        """One call-back request with name and contact.

        Raises:
            NotFound: there is none.
        """
        found = self._rows.find_callback(reference)
        if found is None:
            raise NotFound("There is no such request.")
        self._audit.record(actor, "requests.show", reference)
        return found

    def set_callback_status(self, actor: str, reference: str, status: str) -> None:
        """Says how far a call-back request is.

        Raises:
            InvalidInput: there is no such status.
            NotFound: there is no such request.
        """
        if status not in STATUSES:
            raise InvalidInput(f"The status must be one of {', '.join(STATUSES)}.")
        if not self._rows.set_callback_status(reference, status):
            raise NotFound("There is no such request.")
        self._audit.record(actor, "requests.set", reference, status=status)

    def list_flags(self, limit: int) -> Sequence[Row]:
        """Turns that staff should look at; nothing of what was said."""
        return self._rows.list_flags(limit)

    def list_wishes(self, limit: int) -> Sequence[Row]:
        """What visitors asked about their own data."""
        return self._rows.list_wishes(limit)

    def settle_wish(self, actor: str, reference: str) -> None:
        """Marks a visitor's request about their data as done.

        Raises:
            NotFound: there is no such request.
        """
        if not self._rows.settle_wish(reference):
            raise NotFound("There is no such request.")
        self._audit.record(actor, "privacy.done", reference)
