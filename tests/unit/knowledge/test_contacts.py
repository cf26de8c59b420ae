"""Whom to call in danger, by region; a wrong contact stops the start with its name."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from clinicbot.errors import ContentError
from clinicbot.knowledge.contacts import clinic_facts, merge_contacts
from clinicbot.settings import PROJECT_ROOT

REGIONS = yaml.safe_load((PROJECT_ROOT / "content" / "regions.yml").read_text())
# What each region leaves to the clinic, beside the clinic's own line.
LEFT = {
    "US": {},
    "GB": {},
    "EU": {
        "crisis_name": "TelefonSeelsorge",
        "crisis_call": "+49 800 1110111",
        "after_hours_text": "If nobody answers, call +49 116117.",
        "poison_line": "+49 30 19240",
    },
    "CA": {"poison_line": "1-844-764-7669"},
    "AU": {"after_hours_text": "If nobody answers, go to an emergency department."},
}


def clinic_in(region: str, **changes: Any) -> dict[str, Any]:
    """A clinic that gives all that the region leaves to it; None takes a key away."""
    own = {"clinic_urgent_phone": "+44 20 7946 0111", "clinic_urgent_hours": "at any time"}
    safety = {"region": region, **own, **LEFT[region], **changes}
    kept = {key: value for key, value in safety.items() if value is not None}
    return {"name": "Elm", "phone": "+44 20 7946 0000", "safety": kept}


def facts_in(region: str, **changes: Any) -> dict[str, str]:
    return clinic_facts(clinic_in(region, **changes), REGIONS)


@pytest.mark.parametrize(
    ("region", "number", "crisis", "poison"),
    [
        ("US", "911", "988", "1-800-222-1222"),
        ("GB", "999", "116 123", "111"),
        ("EU", "112", "+49 800 1110111", "+49 30 19240"),
        ("CA", "911", "988", "1-844-764-7669"),
        ("AU", "000", "13 11 14", "13 11 26"),
    ],
)
def test_each_region_has_its_numbers(region, number, crisis, poison):
    facts = facts_in(region)
    found = (facts["emergency_number"], facts["crisis_call"], facts["poison_line"])
    assert found == (number, crisis, poison)
    assert poison in facts["poison_help"] and number in facts["poison_help"]


@pytest.mark.parametrize("region", ["EU", "CA", "AU"])
def test_what_a_region_leaves_to_the_clinic_is_asked_for_by_name(region):
    for key in LEFT[region]:
        with pytest.raises(ContentError, match=f"clinic.yml: safety: {key} is missing"):
            facts_in(region, **{key: None})


@pytest.mark.parametrize("key", ["clinic_urgent_phone", "clinic_urgent_hours"])
@pytest.mark.parametrize("region", sorted(LEFT))
def test_the_clinics_own_line_is_asked_for_in_every_region(region, key):
    with pytest.raises(ContentError, match=key):
        facts_in(region, **{key: None})


@pytest.mark.parametrize("region", [None, "US ", "XX"])
def test_an_unknown_region_is_refused(region):
    clinic = {**clinic_in("US"), "safety": {"region": region}}
    with pytest.raises(ContentError, match="safety: region must be one of US, GB, EU, CA, AU"):
        clinic_facts(clinic, REGIONS)


def test_a_clinic_without_any_contacts_is_refused():
    with pytest.raises(ContentError, match="region"):
        clinic_facts({"name": "Elm", "phone": "+44 20 7946 0000"}, REGIONS)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("emergency_number", "91"),
        ("emergency_number", "call 911"),
        ("emergency_number", "9111"),
        ("crisis_call", "98"),
        ("crisis_call", "somebody"),
        ("crisis_text", "9 8"),
        ("clinic_urgent_phone", "911"),
        ("clinic_urgent_phone", "ask at the desk"),
        ("poison_line", "1-800-POISON-HELP-NOW"),
        ("crisis_chat_url", "http://988lifeline.org"),
        ("crisis_chat_url", "988lifeline"),
        ("crisis_chat_url", "javascript:alert(1)"),
        ("crisis_chat_url", "988lifeline.org chat"),
        ("min_age", 12),
        ("min_age", 26),
        ("min_age", "18"),
        ("min_age", 17.5),
        ("min_age", True),
    ],
)
def test_a_contact_that_cannot_be_right_is_refused_by_name(key, value):
    with pytest.raises(ContentError, match=f"clinic.yml: {key} cannot be right"):
        facts_in("US", **{key: value})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("emergency_number", "112"),
        ("emergency_number", 911),
        ("crisis_chat_url", "https://988lifeline.org/chat"),
        ("crisis_call", "+1 800 273 8255"),
        ("min_age", 13),
        ("min_age", 25),
    ],
)
def test_what_the_clinic_says_wins(key, value):
    assert facts_in("US", **{key: value})[key] == str(value)


def test_a_national_number_needs_a_region_that_reads_it():
    with pytest.raises(ContentError, match="clinic_urgent_phone"):
        facts_in("EU", clinic_urgent_phone="030 1234567")
    assert facts_in("EU", clinic_urgent_phone="030 1234567", phone_region="DE")


def test_the_telephone_of_the_clinic_is_checked_too():
    with pytest.raises(ContentError, match="clinic.yml: phone cannot be right"):
        clinic_facts({**clinic_in("US"), "phone": "tba"}, REGIONS)


@pytest.mark.parametrize(
    ("region", "words"),
    [
        ("US", "call or text 988 (the 988 Suicide & Crisis Lifeline, free, at any time), or chat"),
        ("GB", "call Samaritans on 116 123"),
        ("EU", "call TelefonSeelsorge on +49 800 1110111"),
        ("CA", "call or text 988 (the 988 Suicide Crisis Helpline, free, at any time)"),
        ("AU", "call Lifeline on 13 11 14"),
    ],
)
def test_the_way_to_a_crisis_line_is_said_as_the_region_says_it(region, words):
    facts = facts_in(region)
    assert facts["crisis_help"].startswith(words)
    assert "{" not in facts["crisis_help"] + facts["crisis_short"]


def test_a_way_without_a_value_is_left_out_and_comes_with_one():
    assert "chat" not in facts_in("GB")["crisis_help"]
    assert facts_in("GB", crisis_chat_url="chat.example.org")["crisis_help"].endswith(
        ", or chat at chat.example.org"
    )


def test_answers_find_the_contacts_among_the_clinics_facts():
    assert merge_contacts(clinic_in("US"), REGIONS)["poison_line"] == "1-800-222-1222"
