"""How a decision becomes a reply: order, attribution, notices, sources, choices."""

from __future__ import annotations

import pytest

from clinicbot.knowledge.composition import compose, compose_answer
from clinicbot.knowledge.content import Answer, Claim, Content
from clinicbot.knowledge.decision import Decision, Outcome
from clinicbot.knowledge.reply import Reply
from tests.factories import make_answer, make_claim, make_content, make_notice

ID = "ask_downtime/prp"


def content_of(
    *claims: Claim, answer: Answer | None = None, notices: tuple = (), **changes: object
) -> Content:
    """Content whose answer about PRP's downtime makes these claims."""
    answer = answer or make_answer(ID, claims=tuple(claim.id for claim in claims))
    content = make_content((answer,), claims)
    every = {**content.notices, **{notice.id: notice for notice in notices}}
    return make_content((answer,), claims, notices=every, **changes)


def composed(*claims: Claim, **changes: object) -> Reply:
    content = content_of(*claims, **changes)
    return compose_answer(content.answers[ID], content)


def texts(reply: Reply) -> list[str]:
    return [block["text"] for block in reply.blocks if block["type"] == "text"]


def blocks(reply: Reply, kind: str) -> list:
    return [block for block in reply.blocks if block["type"] == kind]


def choice_ids(reply: Reply) -> list[str]:
    return [item["id"] for block in blocks(reply, "choices") for item in block["items"]]


# Order and attribution.


def test_the_short_sentence_comes_first_and_sources_before_choices():
    claims = (make_claim("a-1"), make_claim("a-2"))
    answer = make_answer(ID, claims=("a-1", "a-2"), booking=True)
    reply = composed(*claims, answer=answer)
    assert [block["type"] for block in reply.blocks] == ["text", "list", "sources", "choices"]
    assert texts(reply) == ["This is ask_downtime of prp."]


def test_a_single_claim_is_a_sentence_and_not_a_list():
    assert texts(composed(make_claim(text="It is red."))) == [
        "This is ask_downtime of prp.",
        "It is red.",
    ]


@pytest.mark.parametrize(
    "changes", [{"kind": "figure"}, {"kind": "opinion"}, {"conflict_group": "downtime"}]
)
def test_figures_opinions_and_disputed_points_name_their_article_in_the_same_sentence(changes):
    reply = composed(make_claim(text="Soreness lasts 2 days.", **changes))
    assert texts(reply)[1] == "According to “The first article”, soreness lasts 2 days."


def test_a_plain_fact_stands_without_its_article():
    assert texts(composed(make_claim(text="Soreness may come.")))[1] == "Soreness may come."


@pytest.mark.parametrize("word", ["PRP", "X-rays", "DHT"])
def test_an_abbreviation_keeps_its_capitals_inside_the_sentence(word):
    reply = composed(make_claim(kind="figure", text=f"{word} need 2 days."))
    assert texts(reply)[1] == f"According to “The first article”, {word} need 2 days."


def test_a_single_letter_word_is_lowered_inside_the_sentence():
    reply = composed(make_claim(kind="figure", text="A day or 2."))
    assert texts(reply)[1] == "According to “The first article”, a day or 2."


def test_two_articles_that_differ_are_both_told_each_under_its_own_title():
    claims = [
        make_claim(key, article=key, conflict_group="downtime", text=f"It takes {n} days.")
        for key, n in (("first", 1), ("second", 6))
    ]
    assert blocks(composed(*claims), "list")[0]["items"] == [
        "According to “The first article”, it takes 1 days.",
        "According to “The second article”, it takes 6 days.",
    ]


# Notices.


def test_a_benefit_comes_with_the_hedge_before_any_other_notice():
    reply = composed(make_claim(kind="benefit", subjects=("exosomes",)))
    assert texts(reply)[2:] == ["No result is guaranteed.", "Not approved."]


def test_without_a_benefit_there_is_no_hedge():
    assert "No result is guaranteed." not in texts(composed(make_claim()))


def test_a_notice_asked_for_twice_is_told_once():
    claim = make_claim(subjects=("exosomes",))
    answer = make_answer(ID, claims=("a-1",), notices=("exosome_status",))
    assert texts(composed(claim, answer=answer)).count("Not approved.") == 1


def test_a_subject_that_only_the_question_named_brings_its_notice_too():
    content = content_of(make_claim())
    decision = Decision(Outcome.ANSWER, content.answers[ID], subject="prp", named=("exosomes",))
    assert "Not approved." in texts(compose(decision, content))


def test_the_rule_asks_for_its_notice_on_its_topics_only():
    claim = make_claim(subjects=("exosomes",))
    answer = make_answer("ask_sessions/prp", claims=("a-1",))
    content = make_content((answer,), (claim,))
    assert "Not approved." not in texts(compose_answer(answer, content))


def test_a_disabled_notice_is_never_told_nor_cited():
    switched_off = make_notice("exosome_status", "Not approved.", source="FDA", enabled=False)
    reply = composed(make_claim(subjects=("exosomes",)), notices=(switched_off,))
    assert "Not approved." not in reply.as_text()
    assert "FDA" not in reply.as_text()


# Sources.


def test_a_section_used_twice_is_cited_once():
    reply = composed(make_claim("a-1"), make_claim("a-2"), make_claim("a-3", section="Risks"))
    cited = [(item["title"], item["section"]) for item in blocks(reply, "sources")[0]["items"]]
    assert cited == [("The first article", "Downtime"), ("The first article", "Risks")]


def test_a_notice_from_outside_is_cited_with_its_date_and_own_policy_is_not():
    reply = composed(make_claim(kind="benefit", subjects=("exosomes",)))
    items = blocks(reply, "sources")[0]["items"]
    assert {"title": "A regulator", "section": "20 November 2026"}.items() <= items[-1].items()
    assert len(items) == 2  # the article and the regulator, not the clinic's own hedge


def test_every_source_says_when_it_was_reviewed():
    reply = composed(make_claim(subjects=("exosomes",)))
    assert {i["reviewed_on"] for i in blocks(reply, "sources")[0]["items"]} == {"2026-11-20"}


def test_an_answer_from_the_clinics_own_facts_cites_nothing():
    answer = make_answer("ask_price/clinic", facts=("hours",))
    reply = compose_answer(answer, make_content((answer,)))
    assert "9-5" in texts(reply)
    assert blocks(reply, "sources") == []


# What to ask next.


def test_at_most_three_choices_and_the_booking_are_offered():
    related = tuple(f"ask_downtime/{s}" for s in ("exosomes", "treatments")) + (
        "ask_sessions/prp",
        "ask_definition/prp",
    )
    reply = composed(answer=make_answer(ID, related=related, booking=True))
    assert choice_ids(reply) == [*(f"answer:{i}" for i in related[:3]), "intent:book"]


def test_no_booking_is_offered_where_the_answer_does_not_ask_for_it():
    reply = composed(answer=make_answer(ID, related=("ask_sessions/prp",)))
    assert choice_ids(reply) == ["answer:ask_sessions/prp"]


def test_the_reply_names_its_answer_and_what_goes_on():
    reply = composed(make_claim())
    assert (reply.answer_id, reply.topic, reply.subject) == (ID, "ask_downtime", "prp")


def test_follow_ups_do_not_go_on_with_a_price_or_a_general_subject():
    content = make_content()
    price = compose_answer(content.answers["ask_price/clinic"], content)
    general = compose_answer(content.answers["ask_downtime/treatments"], content)
    assert (price.topic, price.subject) == (None, None)
    assert (general.topic, general.subject) == ("ask_downtime", None)


# A decision's frame: carried, wider, uncovered.


def framed(answer_id: str, **changes: object) -> list[str]:
    content = make_content()
    decision = Decision(Outcome.ANSWER, content.answers[answer_id], **changes)
    return texts(compose(decision, content))


def test_a_subject_taken_over_from_earlier_is_named():
    content = make_content((make_answer(ID, lead="Not long."),))
    decision = Decision(Outcome.ANSWER, content.answers[ID], subject="prp", carried=True)
    assert texts(compose(decision, content)) == ["About PRP: not long."]


def test_a_lead_that_names_the_subject_taken_over_needs_no_frame():
    said = framed(ID, subject="prp", carried=True)
    assert said == ["This is ask_downtime of prp."]


def test_a_subject_of_this_message_is_not_repeated():
    assert framed(ID, subject="prp") == ["This is ask_downtime of prp."]


def test_a_wider_answer_says_that_it_is_wider():
    said = framed("ask_downtime/treatments", subject="microneedling")
    assert said == ["Nothing about microneedling alone:", "This is ask_downtime of treatments."]


def test_an_answer_about_medicines_at_large_says_that_it_is_not_about_this_one():
    said = framed("ask_definition/prp", subject="finasteride")
    assert said[0] == "Nothing about finasteride alone:"


def test_a_general_question_gets_the_general_answer_without_excuse():
    said = framed("ask_downtime/treatments", subject="treatments")
    assert said == ["This is ask_downtime of treatments."]


def test_help_on_the_topic_of_an_uncovered_subject_names_that_subject():
    said = framed("ask_downtime/treatments", subject="treatments", uncovered="hats")
    assert said == ["No word on hats, but:", "This is ask_downtime of treatments."]
