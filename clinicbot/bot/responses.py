"""The domain's responses, with the clinic's facts and emergency contacts filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

from clinicbot.knowledge.content_files import load_clinic_facts
from clinicbot.settings import find_content_dir


class ClinicResponses(TemplatedNaturalLanguageGenerator):
    """Fills `{clinic_phone}`, `{emergency_number}` and the like from content/clinic.yml, so
    that a changed number needs no new training."""

    def __init__(
        self,
        endpoint_config: EndpointConfig | None = None,
        domain: Domain | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(domain.responses if domain else {})
        self._facts = dict(facts or load_clinic_facts(find_content_dir()))

    def _response_variables(
        self, filled_slots: dict[str, Any], kwargs: dict[str, Any]
    ) -> dict[str, Any]:
        return {**super()._response_variables(filled_slots, kwargs), **self._facts}
