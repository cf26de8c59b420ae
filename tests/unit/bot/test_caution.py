"""The line that goes before an answer where danger is possible."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from rasa.shared.core.domain import Domain

import clinicbot.bot.environment  # noqa: F401, I001 - must come before Rasa
from clinicbot.bot.caution import words_of_caution
from clinicbot.bot.responses import ClinicResponses
from clinicbot.knowledge.content_files import load_clinic_facts
from clinicbot.settings import PROJECT_ROOT

DOMAIN = Domain.load(str(PROJECT_ROOT / "domain.yml"))
GRAVE = ("safety_emergency", "safety_self_harm", "safety_urgent")


def said_before(caution: str | None, domain: Domain = DOMAIN) -> str | None:
    facts = load_clinic_facts(PROJECT_ROOT / "content")
    nlg = ClinicResponses(domain=domain, facts=facts)
    agent = SimpleNamespace(processor=SimpleNamespace(nlg=nlg, domain=domain))
    found = asyncio.run(words_of_caution(agent, {"parse_data": {"caution": caution}}))
    return found and found["text"]


@pytest.mark.parametrize("intent", GRAVE)
def test_each_grave_danger_has_a_line_with_a_number(intent):
    words = said_before(intent)
    assert any(c.isdigit() for c in words)
    assert "{" not in words


def test_they_name_the_right_number():
    assert "911" in said_before("safety_emergency")
    assert "988" in said_before("safety_self_harm")


@pytest.mark.parametrize("caution", [None, ""])
def test_nothing_is_said_where_nothing_is_possible(caution):
    assert said_before(caution) is None


def test_a_domain_without_such_lines_says_nothing():
    assert said_before("safety_emergency", Domain.empty()) is None


def test_a_message_that_was_never_parsed_asks_for_nothing():
    assert asyncio.run(words_of_caution(SimpleNamespace(processor=None), {})) is None
