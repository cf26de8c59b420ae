"""Reading content/: what is wrong in it is told with file and entry."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from clinicbot.errors import ContentError
from clinicbot.knowledge.content_files import (
    load_clinic_facts,
    load_content,
    load_fillers,
    load_golden_questions,
    load_spellings,
)
from clinicbot.settings import PROJECT_ROOT

FILES = {
    "sources.yml": "- {key: first, title: The first, reviewed_on: 2026-11-20, figures: ['2']}",
    "topics.yml": "topics:\n- {id: ask_downtime, name: downtime, general: prp}",
    "subjects.yml": """\
subjects:
- {id: prp, name: PRP, kind: treatment, aliases: [prp, plasma]}
- {id: both, name: both, kind: treatment, parts: [prp, laser]}
fillers: [and, "on"]
""",
    "spellings.yml": "spellings: {wot: what, 4: for}",
    "clinic.yml": """\
name: Test Clinic
phone: "+1 555-555-0100"
safety: {region: US, clinic_urgent_phone: "+1 555-555-0111", clinic_urgent_hours: always}
""",
    "regions.yml": (PROJECT_ROOT / "content" / "regions.yml").read_text(),
    "messages.yml": "no_answer: Not covered.",
    "notices.yml": """\
- {id: hedge, text: No promise., source: clinic policy, source_date: 2026-11-20,
   reviewed_on: 2026-11-20, reviewed_by: a doctor}
""",
    "composition.yml": """\
hedge_notice: hedge
attributed_kinds: [figure]
notice_rules: []
compare_topics: [ask_downtime]
why_topics: []
more_topics: []
max_choices: 3
implied_subject_share: 0.5
sure_of_intent: 0.85
quiet_after: [distress]
quiet_leaves_out: ["intent:book"]
talk_first_after: [distress]
abuse_pause_at: 3
abuse_pause_minutes: 10
""",
    "safety_patterns.yml": "classes: [{intent: safety_emergency, any: [fire]}]",
    "names.yml": "introductions: [i am]\nnever_in_names: [not, no]",
    "blocked.yml": "blocked: [miracle]",
    "golden_questions.yml": "questions: [how long is the downtime?]",
    "claims/first.yml": """\
article: first
claims:
- {id: c-1, section: Downtime, topic: ask_downtime, subjects: [prp], kind: fact, text: A day.}
""",
    "answers/ask_downtime.yml": """\
answers:
- id: ask_downtime/prp
  title: How long?
  lead: >-
    Not
    long.
  claims: [c-1]
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_everything_is_read_into_its_type(folder):
    content = load_content(folder)
    assert content.claims["c-1"].article == "first"
    assert content.find_answer("ask_downtime", "prp").lead == "Not long."
    assert content.subjects.get("both").parts == frozenset({"prp", "laser"})
    assert content.sources["first"].reviewed_on == date(2026, 11, 20)
    assert content.notices["hedge"].enabled
    assert content.blocked == ("miracle",)
    assert content.names.introductions == ("i am",)


def test_fillers_and_spellings_are_words_even_where_yaml_sees_something_else(folder):
    assert load_fillers(folder) == {"and", "on"}
    assert load_spellings(folder) == {"wot": "what", "4": "for"}


@pytest.mark.parametrize("name", sorted(set(FILES) - {"spellings.yml", "golden_questions.yml"}))
def test_a_broken_file_is_named(folder, name):
    (folder / name).write_text("a: [b")
    with pytest.raises(ContentError, match=f"{Path(name).name}: is not valid YAML"):
        load_content(folder)


@pytest.mark.parametrize("name", ["topics.yml", "clinic.yml", "blocked.yml", "messages.yml"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ContentError, match=f"{name}: cannot be read"):
        load_content(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("answers/ask_downtime.yml", "title", "titel", r"ask_downtime/prp: unknown field 'titel'"),
        ("answers/ask_downtime.yml", "lead:", "title2:", r"ask_downtime.yml: ask_downtime/prp: "),
        ("claims/first.yml", "section: Downtime, ", "", r"first.yml: c-1: .*section"),
        ("subjects.yml", "kind: treatment, aliases", "aliases", r"subjects.yml: prp: .*kind"),
        ("sources.yml", "title: The first, ", "", r"sources.yml: first: .*title"),
        ("notices.yml", "source: clinic policy, ", "", r"notices.yml: hedge: .*source"),
    ],
)
def test_a_wrong_field_is_told_with_its_file_and_entry(folder, name, old, new, said):
    path = folder / name
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(ContentError, match=said):
        load_content(folder)


@pytest.mark.parametrize("key", ["max_choices", "hedge_notice"])
def test_a_missing_rule_is_told_with_its_file_and_name(folder, key):
    path = folder / "composition.yml"
    path.write_text("\n".join(x for x in path.read_text().splitlines() if not x.startswith(key)))
    with pytest.raises(ContentError, match=f"composition.yml: .*{key}"):
        load_content(folder)


@pytest.mark.parametrize("name", ["claims/first.yml", "blocked.yml", "safety_patterns.yml"])
def test_an_empty_file_is_told_and_not_a_crash(folder, name):
    (folder / name).write_text("")
    with pytest.raises(ContentError, match=Path(name).name):
        load_content(folder)


def test_two_entries_of_one_id_are_told(folder):
    path = folder / "answers" / "ask_sessions.yml"
    shutil.copy(folder / "answers" / "ask_downtime.yml", path)
    with pytest.raises(ContentError, match="ask_downtime/prp"):
        load_content(folder)


@pytest.mark.parametrize("key", ["clinic_urgent_phone", "clinic_urgent_hours", "phone"])
def test_a_clinic_without_a_contact_for_emergencies_is_refused(folder, key):
    path = folder / "clinic.yml"
    path.write_text(path.read_text().replace(f"{key}:", "other:"))
    with pytest.raises(ContentError, match=f"clinic.yml: .*{key} is missing"):
        load_clinic_facts(folder)


def test_the_facts_hold_what_the_responses_name(folder):
    assert load_clinic_facts(folder)["emergency_number"] == "911"


def test_the_questions_asked_of_every_model_are_read_in_order(folder):
    assert load_golden_questions(folder) == ["how long is the downtime?"]


def test_the_content_of_this_checkout_can_be_read():
    content = load_content(PROJECT_ROOT / "content")
    assert content.answers and content.claims
    assert load_clinic_facts(PROJECT_ROOT / "content")["clinic_name"]
