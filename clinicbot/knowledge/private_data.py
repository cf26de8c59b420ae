"""Tells messages that hold what nobody should write into a chat."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clinicbot.knowledge.masking import Masker
from clinicbot.knowledge.masking_page import fold, lower


@dataclass(frozen=True)
class PrivateData:
    """What counts as that; from `content/privacy.yml`.

    Attributes:
        masker: finds the kinds of personal data.
        sensitive: kinds that are enough by themselves; a telephone number is none.
        announced: "sending a photo of my driver's license".
        others_kinds: kinds that point to a person.
        others: words for somebody else.
        health: words for their health.
    """

    masker: Masker
    sensitive: frozenset[str]
    announced: tuple[re.Pattern[str], ...]
    others_kinds: frozenset[str]
    others: re.Pattern[str]
    health: re.Pattern[str]

    def is_in(self, text: str) -> bool:
        """Whether a message should get the reply that asks not to write such things."""
        kinds = self.masker.mask(text).kinds
        if kinds & self.sensitive:
            return True
        low = lower(fold(text)[0])
        if any(pattern.search(low) for pattern in self.announced):
            return True
        if not kinds & self.others_kinds:
            return False
        return bool(self.others.search(low) and self.health.search(low))
