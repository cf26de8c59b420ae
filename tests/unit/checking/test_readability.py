"""Texts that a tired person cannot read are found."""

from __future__ import annotations

from clinicbot.checking.readability import find_hard_texts
from clinicbot.knowledge.subjects import SubjectCatalogue
from tests.factories import make_answer, make_claim, make_content

ID = "ask_downtime/prp"
HARD = (
    "Autologous administration necessitates comprehensive haematological characterization, "
    "notwithstanding multifactorial physiological contraindications."
)


def hard_texts(lead: str = "You may feel sore.", claim: str = "It may be red.") -> list[str]:
    answer = make_answer(ID, lead=lead, claims=("c-1",))
    content = make_content((answer,), (make_claim("c-1", text=claim),))
    return [text for text in find_hard_texts(content) if ID in text]


def test_short_words_and_sentences_pass():
    assert hard_texts() == []


def test_a_hard_lead_is_found_with_its_grade():
    (found,) = hard_texts(lead=HARD)
    assert found.startswith(f"Answer {ID}: reads at grade ")


def test_a_hard_claim_is_found_too():
    assert hard_texts(claim=HARD)


def test_words_of_the_field_do_not_count_against_a_text():
    text = "Microneedling, finasteride, exosomes: all may help."
    answer = make_answer(ID, lead="You may feel sore.", claims=("c-1",))
    claims = (make_claim("c-1", text=text),)
    assert list(find_hard_texts(make_content((answer,), claims))) == []
    without_terms = make_content((answer,), claims, subjects=SubjectCatalogue(()))
    assert list(find_hard_texts(without_terms))
