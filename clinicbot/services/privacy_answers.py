"""What visitors hear who ask about their own data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clinicbot.knowledge import reply
from clinicbot.knowledge.reply import Reply

KIND = "small_talk"


class PrivacyAnswers:
    """Says what is kept, for how long, who reads it and how to delete it."""

    def __init__(
        self,
        messages: Mapping[str, str],
        clinic: Mapping[str, Any],
        kept_days: tuple[int, int] | None,
    ) -> None:
        """`kept_days`: how long chats and open requests are kept; None where nothing is
        deleted by itself."""
        self._messages = messages
        self._clinic = clinic
        self._kept_days = kept_days

    def tell(self) -> Reply:
        """What is stored, who reads it, how long it stays, how to delete it."""
        chats, requests = self._kept_days or (None, None)
        kept = "privacy_kept" if self._kept_days else "privacy_kept_until_deleted"
        names = ("privacy_stored", "privacy_readers", kept, "privacy_delete")
        return Reply(
            tuple(self._text(name, keep_chats=chats, keep_requests=requests) for name in names),
            KIND,
        )

    def noted(self, kind: str, reference: str) -> Reply:
        """What the visitor hears once the wish ("erase" or "export") is stored."""
        return Reply((self._text(f"privacy_{kind}", reference=reference),), KIND)

    def _text(self, name: str, **values: Any) -> reply.Block:
        return reply.text(self._messages[name].format(**{**self._clinic, **values}))
