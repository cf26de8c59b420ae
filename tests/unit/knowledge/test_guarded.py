"""Personal health questions by phrases: the logic on tiny rows, the real rows on real texts."""

from __future__ import annotations

import pytest
import yaml

from clinicbot.checking.guarded import find_guarded_problems
from clinicbot.errors import ContentError
from clinicbot.knowledge.content_files import load_content
from clinicbot.knowledge.guarded import Found, GuardedPhrases
from clinicbot.knowledge.guarded_files import FILE, guarded_phrases, read_guarded_topics
from clinicbot.settings import PROJECT_ROOT

ROWS = [
    {
        "class": "pregnancy",
        "topic": "ask_suitability",
        "answers": [
            {"subject": "finasteride", "answer": "ask_suitability/finasteride"},
            {"answer": "ask_suitability/pregnancy"},
        ],
        "any": [r"\bi'm {baby}\b"],
        "unless": [r"\bwhy\b"],
    },
    {"class": "identity", "topic": "ask_identity", "any": [r"\bis this a nurse\b"]},
    {
        "class": "after_effects",
        "topic": "ask_after_effects",
        "answers": [{"answer": "ask_downtime/prp"}],
        "any": [r"\bsore\b"],
    },
]
TINY = GuardedPhrases(ROWS, {"baby": ["pregnant", "expecting"]})
CONTENT = load_content(PROJECT_ROOT / "content")
REAL = guarded_phrases(read_guarded_topics(PROJECT_ROOT / "content"))


def test_a_message_without_a_phrase_is_left_alone():
    assert TINY.find(["how does PRP work"], ()) is None
    assert TINY.find([], ()) is None


def test_the_answer_about_a_subject_of_the_message_comes_before_the_plain_one():
    drug = TINY.find(["I'm pregnant"], {"finasteride", "prp"})
    assert drug == Found("pregnancy", "ask_suitability", "ask_suitability/finasteride")
    plain = TINY.find(["I'm expecting"], {"prp"})
    assert plain == Found("pregnancy", "ask_suitability", "ask_suitability/pregnancy")


def test_an_excuse_silences_its_own_row_only():
    assert TINY.find(["why am I bald? I'm pregnant"], ()) is None
    found = TINY.find(["why am I sore? I'm pregnant"], ())
    assert found is not None and found.name == "after_effects"


def test_the_graver_row_wins_where_two_fire():
    found = TINY.find(["I'm pregnant and sore"], ())
    assert found is not None and found.name == "pregnancy"


def test_a_row_without_answers_gives_its_intent_alone():
    assert TINY.find(["Is this a nurse?"], ()) == Found("identity", "ask_identity", None)


def test_the_topic_is_the_answers_own():
    found = TINY.find(["sore"], ())
    assert found is not None and found.topic == "ask_downtime"


def test_any_spelling_of_the_message_may_fire():
    assert TINY.find(["im pregnent", "i'm pregnant"], ()) is not None


def test_curly_apostrophes_make_no_difference():
    assert TINY.find(["I’M EXPECTING"], ()) is not None


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"topic": "ask_x", "any": ["x"]}, "'class' is missing"),
        ({"class": "c", "topic": "ask_x", "any": ["{nobody}"]}, "'nobody' is missing"),
        ({"class": "c", "topic": "ask_x", "any": ["("]}, "missing"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path, row, said):
    (tmp_path / FILE).write_text(yaml.safe_dump({"rows": [row]}))
    with pytest.raises(ContentError, match=FILE) as refused:
        read_guarded_topics(tmp_path)
    assert said in str(refused.value)


@pytest.mark.parametrize("text", [None, "rows: [", "words: {}"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, text):
    if text:
        (tmp_path / FILE).write_text(text)
    with pytest.raises(ContentError, match=FILE):
        read_guarded_topics(tmp_path)


def test_every_row_leads_to_answers_that_exist():
    assert list(find_guarded_problems(REAL.guards, CONTENT)) == []


def test_a_row_that_leads_nowhere_is_a_problem():
    rows = [
        {
            "class": "c",
            "topic": "ask_suitability",
            "answers": [{"subject": "ufo", "answer": "ask_suitability/ufo"}],
            "any": ["x"],
        }
    ]
    assert list(find_guarded_problems(GuardedPhrases(rows).guards, CONTENT)) == [
        "Guarded topic c: there is no answer 'ask_suitability/ufo'.",
        "Guarded topic c: there is no subject 'ufo'.",
        "Guarded topic c: has no answer for messages that name none of its subjects.",
    ]


@pytest.mark.parametrize(
    ("text", "subjects", "answer"),
    [
        ("still a bit sore on day 4 is that ok", [], "ask_after_effects/treatments"),
        ("is PRP safe while pregnant", ["prp"], "ask_suitability/pregnancy"),
        ("is minoxidil ok when nursing", ["minoxidil"], "ask_suitability/pregnancy_minoxidil"),
        ("I took two finasteride by mistake", ["finasteride"], "ask_dosage/wrong_dose"),
        ("do I need to stop aspirin before the injections", [], "ask_suitability/blood_thinners"),
        ("should I stop my minoxidil before PRP", ["minoxidil"], "ask_dosage/hair_loss_drugs"),
        ("can I take ibuprofen after microneedling", [], "ask_not_covered/pain_relievers"),
        ("I'm allergic to lidocaine", [], "ask_suitability/health_conditions"),
        ("is my bald spot alopecia areata?", [], "ask_diagnosis/hair_loss"),
        ("which hair drugs cause sexual dysfunction", [], "ask_safety/hair_loss_drugs"),
        ("oops doubled my dose of oral minoxidil", ["minoxidil"], "ask_dosage/wrong_dose"),
        ("will I be cured", [], "ask_effectiveness/treatments"),
        ("are they from babies / placenta", [], "ask_origin/exosomes"),
        ("can exosomes treat Lyme disease", [], "ask_other_disease/treatments"),
    ],
)
def test_the_real_rows_find_personal_questions(text, subjects, answer):
    found = REAL.find([text], subjects)
    assert found is not None and found.answer == answer


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("is this a nurse", "ask_identity"),
        ("is anyone there right now", "ask_identity"),
        ("who reads this chat", "ask_privacy"),
    ],
)
def test_the_real_rows_know_who_is_asked_for(text, intent):
    found = REAL.find([text], ())
    assert found is not None and (found.topic, found.answer) == (intent, None)


@pytest.mark.parametrize(
    "text",
    [
        "what side effects do hair drugs have",
        "how long does the redness last?",
        "can blood thinners cause hair loss?",
        "why is my hair falling out after pregnancy",
        "what is telogen effluvium",
        "is this alopecia areata contagious",
        "what happens if I stop minoxidil",
        "will I be red afterwards?",
        "what are exosomes made of",
        "is anybody there on friday afternoons",
        "can I see before and after photos",
        "I have lupus and my hair is falling out, why",
        "I've used minoxidil for two years",
    ],
)
def test_the_real_rows_leave_questions_for_information_alone(text):
    assert REAL.find([text], {"minoxidil"}) is None
