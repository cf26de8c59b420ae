"""The texts of danger in domain.yml, with the contacts of every region: what each must say and
must never say (safety research, sections 2.3 and 5)."""

from __future__ import annotations

import re

import pytest
import textstat
import yaml

from clinicbot.settings import PROJECT_ROOT
from tests.unit.knowledge.test_contacts import LEFT, facts_in

DOMAIN = yaml.safe_load((PROJECT_ROOT / "domain.yml").read_text())
TEXTS = {k: v for k, v in DOMAIN["responses"].items() if k.startswith("utter_safety_")}
FLAGS = {
    "emergency": "emergency",
    "self_harm": "crisis",
    "urgent": "urgent",
    "drug_reaction": "drug_reaction",
    "private_data": None,
    "minor": "minor",
    "distress": "distress",
    "threat": "threat",
}
SALES = r"book|consultation|PRP|exosome|price|\$\d|offer|discount"
MUST = {
    "emergency": [r"\b911\b", "automated", r"0111"],
    "self_harm": [r"\b988\b", "call or text", r"\b911\b", "automated", "prescrib|doctor"],
    "urgent": ["today|now", "urgent care|emergency|911", "0111", "automated"],
    "drug_reaction": [r"\b911\b", "prescrib|doctor|pharmacist", r"\b988\b", "today", "before"],
    "private_data": ["do not share", "ID, card, insurance or record", "0000", "go on"],
    "minor": ["parent or guardian", "0000", "children's doctor", r"\b18\b"],
    "distress": ["sorry|hard", "doctor.*mental health.*someone you trust", r"\b988\b"],
    "threat": ["0000", r"\b911\b", "automated"],
}
NEVER = {
    "emergency": [r"probably|likely|normal|don't worry|wait|antihistamine|called for help", r"\?"],
    "self_harm": [r"commit|how would you|plan|stop taking|keep taking|grow back|be fine", r"\?"],
    "urgent": [r"day or two|normal|subsides|wait|antibiotic|photo", r"\?"],
    "drug_reaction": [r"normal|common|reversible|goes away|rare|stop|continue|keep", r"\?"],
    "private_data": [r"patient", r"\?"],
    "minor": [r"what('s| is) your|eligible|suitable|photo|tell me", r"\?"],
    "distress": [r"stigma|limited|fix|before and after|disorder|attractive|now\b", r"\?"],
    "threat": [r"alerted|police|watching", r"\?"],
}


def text_of(name: str, region: str = "US") -> str:
    (response,) = TEXTS[f"utter_safety_{name}"]
    return str(response["text"].format(**facts_in(region)))


@pytest.mark.parametrize("name", sorted(FLAGS))
def test_each_says_what_it_must_and_nothing_that_it_never_may(name):
    text = text_of(name)
    for pattern in MUST[name]:
        assert re.search(pattern, text, re.IGNORECASE), (pattern, text)
    for pattern in [SALES, *NEVER[name]]:
        assert not re.search(pattern, text, re.IGNORECASE), (pattern, text)


@pytest.mark.parametrize("name", ["emergency", "self_harm", "urgent", "minor"])
def test_what_is_said_again_has_the_same_contacts_and_the_same_bounds(name):
    text, again = text_of(name), text_of(f"{name}_again")
    digits = set(re.findall(r"\d{3,}", text))
    assert digits == set(re.findall(r"\d{3,}", again))
    assert "automated" in again and text != again
    for pattern in [SALES, *NEVER[name]]:
        if name != "minor" or pattern != r"what('s| is) your|eligible|suitable|photo|tell me":
            assert not re.search(pattern, again, re.IGNORECASE), (pattern, again)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_each_has_one_wording_and_says_that_it_is_automated(name):
    (response,) = TEXTS[name]
    assert "automated assistant" in response["text"]
    flag = FLAGS[name.removeprefix("utter_safety_").removesuffix("_again")]
    expected = {"kind": "safety", "flag": flag} if flag else {"kind": "safety"}
    assert response["metadata"] == expected


@pytest.mark.parametrize("region", sorted(LEFT))
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_text_can_be_filled_in_every_region(name, region):
    text = text_of(name.removeprefix("utter_safety_"), region)
    assert "{" not in text and "  " not in text and "None" not in text


@pytest.mark.parametrize("region", ["GB", "EU", "AU"])
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_no_american_number_is_told_elsewhere(name, region):
    text = text_of(name.removeprefix("utter_safety_"), region)
    assert not re.search(r"\b911\b|\b988\b|emergency room|FDA|1-800", text), text


def test_every_danger_has_its_text_its_rule_and_never_fills_a_form():
    rules = yaml.safe_load((PROJECT_ROOT / "data" / "rules.yml").read_text())["rules"]
    steps = {rule["steps"][0].get("intent"): rule["steps"][1:] for rule in rules}
    for name in FLAGS:
        intent = f"safety_{name}"
        assert intent in DOMAIN["intents"]
        assert intent in DOMAIN["forms"]["callback_form"]["ignored_intents"]
        assert steps[intent] == [{"action": f"utter_{intent}"}]
        values = {m["intent"]: m["value"] for m in DOMAIN["slots"]["danger"]["mappings"]}
        assert values.get(intent) == (None if name == "private_data" else name)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_frightened_person_can_read_it(name):
    text = text_of(name.removeprefix("utter_safety_")).replace("automated assistant", "robot")
    assert textstat.flesch_kincaid_grade(text) <= 9.0, text
