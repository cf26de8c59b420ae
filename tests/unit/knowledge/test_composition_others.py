"""Replies that are no single answer: tables side by side, choices, honest no-answers."""

from __future__ import annotations

import pytest

from clinicbot.knowledge.composition import compose
from clinicbot.knowledge.decision import Decision, Outcome
from clinicbot.knowledge.reply import Reply
from tests.factories import make_answer, make_claim, make_content

CONTENT = make_content(
    (
        make_answer("ask_downtime/prp", claims=("p-1",)),
        make_answer("ask_downtime/exosomes", claims=("e-1",)),
        make_answer("ask_how_it_works/exosomes", claims=("e-2",)),
    ),
    (
        make_claim("p-1", section="PRP"),
        make_claim("e-1", section="Exosomes", subjects=("exosomes",)),
        make_claim("e-2", article="second", kind="benefit", subjects=("exosomes",)),
    ),
)
PERSON = "intent:request_human"


def block(reply: Reply, kind: str) -> dict:
    return next(dict(block) for block in reply.blocks if block["type"] == kind)


def choice_ids(reply: Reply) -> list[str]:
    return [item["id"] for item in block(reply, "choices")["items"]]


def lead(answer_id: str) -> str:
    return CONTENT.answers[answer_id].lead


def side_by_side(first: str, second: str) -> Reply:
    return compose(Decision(Outcome.ANSWER, compare=(first, second)), CONTENT)


# Side by side.


def test_two_treatments_stand_side_by_side_in_the_order_of_the_topics():
    assert block(side_by_side("prp", "exosomes"), "table")["rows"] == [
        ["Point", "PRP", "exosomes"],
        ["how it works", lead("ask_how_it_works/prp"), lead("ask_how_it_works/exosomes")],
        ["downtime", lead("ask_downtime/prp"), lead("ask_downtime/exosomes")],
    ]


def test_a_table_leaves_out_topics_that_only_one_side_or_only_the_general_answer_has():
    table = block(side_by_side("prp", "laser"), "table")
    assert table["rows"] == [["Point", "PRP", "laser therapy"]]


def test_a_table_carries_the_notices_and_sources_of_everything_it_sums_up():
    said = side_by_side("prp", "exosomes")
    assert "No result is guaranteed." in said.as_text()
    assert "Not approved." in said.as_text()
    sections = {item["section"] for item in block(said, "sources")["items"]}
    assert sections == {"PRP", "Exosomes", "Downtime", "20 November 2026"}


def test_a_table_remembers_its_pair_and_no_single_subject():
    said = side_by_side("prp", "exosomes")
    assert (said.pair, said.subject, said.answer_id) == (("prp", "exosomes"), None, None)


def test_a_written_comparison_has_its_table_too():
    answer = CONTENT.answers["ask_comparison/prp_or_exosomes"]
    said = compose(Decision(Outcome.ANSWER, answer, subject="prp_or_exosomes"), CONTENT)
    assert [row[0] for row in block(said, "table")["rows"]] == ["Point", "how it works", "downtime"]
    assert (said.answer_id, said.pair) == (answer.id, ("prp", "exosomes"))


# Asking back.


def test_asking_back_offers_the_answers_and_a_person():
    choices = (CONTENT.answers["ask_downtime/prp"], CONTENT.answers["ask_sessions/prp"])
    said = compose(Decision(Outcome.CLARIFY, choices=choices), CONTENT)
    assert (said.kind, said.as_text().splitlines()[0]) == ("clarify", "Which one?")
    assert choice_ids(said) == ["answer:ask_downtime/prp", "answer:ask_sessions/prp", PERSON]


def test_asking_back_about_an_unknown_word_repeats_the_word():
    choices = (CONTENT.answers["ask_downtime/prp"],)
    decision = Decision(Outcome.CLARIFY, choices=choices, unknown_word="mesolift")
    said = compose(decision, CONTENT)
    assert said.as_text().startswith("What is mesolift?")


def test_a_word_in_braces_is_repeated_as_it_is():
    choices = (CONTENT.answers["ask_downtime/prp"],)
    decision = Decision(Outcome.CLARIFY, choices=choices, unknown_word="{subject}")
    assert compose(decision, CONTENT).as_text().startswith("What is {subject}?")


def test_asking_back_keeps_the_subject_that_was_named():
    choices = (CONTENT.answers["ask_downtime/prp"],)
    precise = Decision(Outcome.CLARIFY, choices=choices, subject="prp")
    assert compose(precise, CONTENT).subject == "prp"
    general = Decision(Outcome.CLARIFY, choices=choices, subject="treatments")
    assert compose(general, CONTENT).subject is None


def test_with_nothing_to_offer_it_asks_what_the_question_is_about():
    said = compose(Decision(Outcome.CLARIFY), CONTENT)
    assert (said.kind, said.as_text()) == ("clarify", "About what?")


# Honest no-answers.


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, "Not covered."),
        ({"uncovered": "botox"}, "Botox is not covered."),
        ({"topic": "ask_downtime", "subject": "laser"}, "Nothing on that for laser therapy."),
        ({"nothing_more": True}, "That is all."),
        ({"uncovered": "botox", "topic": "ask_downtime"}, "Botox is not covered."),
    ],
)
def test_a_no_answer_says_what_it_cannot_say_and_always_offers_a_person(changes, first):
    said = compose(Decision(Outcome.NO_ANSWER, **changes), CONTENT)
    assert said.as_text().splitlines()[0] == first
    assert choice_ids(said)[-2:] == ["intent:book", PERSON]
    assert (said.kind, said.answer_id) == ("no_answer", None)


def test_a_no_answer_offers_what_is_known_instead():
    known = (CONTENT.answers["ask_definition/laser"],)
    decision = Decision(Outcome.NO_ANSWER, choices=known, subject="laser", topic="ask_sessions")
    said = compose(decision, CONTENT)
    assert "Known:" in said.as_text().splitlines()
    assert choice_ids(said)[0] == "answer:ask_definition/laser"


def test_a_no_answer_remembers_what_was_asked_about():
    said = compose(Decision(Outcome.NO_ANSWER, subject="laser", topic="ask_sessions"), CONTENT)
    assert (said.topic, said.subject) == ("ask_sessions", "laser")


def test_a_no_answer_written_by_hand_keeps_its_kind():
    answer = CONTENT.answers["ask_not_covered/results_last"]
    said = compose(Decision(Outcome.ANSWER, answer), CONTENT)
    assert (said.kind, said.answer_id, said.topic) == ("no_answer", answer.id, None)
