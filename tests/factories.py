"""Small content for tests: real enough to decide with, short enough to read."""

from __future__ import annotations

from datetime import date
from typing import Any

from clinicbot.knowledge.contact import NameRules
from clinicbot.knowledge.content import (
    Answer,
    Claim,
    CompositionRules,
    Content,
    Notice,
    NoticeRule,
    Source,
    Topic,
)
from clinicbot.knowledge.question import Band, Context, Ranked, Understanding
from clinicbot.knowledge.subjects import Subject, SubjectCatalogue

TODAY = date(2026, 11, 20)

SUBJECTS = (
    Subject("prp", "PRP", "treatment", ("prp", "vampire facial"), wider=("treatments",)),
    Subject("exosomes", "exosomes", "treatment", ("exosomes",), wider=("treatments",)),
    Subject("microneedling", "microneedling", "treatment", ("microneedling",)),
    Subject(
        "microneedling_exosomes",
        "microneedling with exosomes",
        "treatment",
        parts=frozenset({"microneedling", "exosomes"}),
    ),
    Subject("treatments", "the treatments", "treatment", ("treatment",), general=True),
    Subject("laser", "laser therapy", "treatment", ("laser",)),
    Subject("finasteride", "finasteride", "drug", ("finasteride",)),
    Subject("hair_loss", "hair loss", "condition", ("hair loss",), general=True),
    Subject("women", "hair loss in women", "people", ("women",)),
    Subject("stress", "stress", "cause", ("stress",)),
    Subject("first_of_pair", "the first one", "reference", ("the first one",)),
    Subject("second_of_pair", "the second one", "reference", ("the second one",)),
    Subject("other_of_pair", "the other one", "reference", ("the other one",)),
    Subject(
        "prp_or_exosomes", "PRP or exosomes", "comparison", parts=frozenset({"prp", "exosomes"})
    ),
    Subject("results_last", "how long results last", "gap"),
    Subject("clinic", "this clinic", "clinic"),
    Subject("botox", "Botox", "uncovered", ("botox",)),
    Subject("hats", "hats", "uncovered", ("hat",), see=("ask_downtime",)),
)

TOPICS = (
    Topic("ask_definition", "what it is"),
    Topic("ask_causes", "causes", general="hair_loss"),
    Topic("ask_how_it_works", "how it works"),
    Topic("ask_downtime", "downtime", general="treatments"),
    Topic("ask_sessions", "number of sessions", general="treatments"),
    Topic("ask_suitability", "who it suits", general="treatments"),
    Topic("ask_comparison", "comparison", general="treatments"),
    Topic("ask_price", "prices", general="clinic", one_answer=True),
    Topic("ask_not_covered", "what is left open", by_wording=True),
)


def make_claim(claim_id: str = "a-1", **changes: Any) -> Claim:
    values = {
        "article": "first",
        "section": "Downtime",
        "topic": "ask_downtime",
        "subjects": ("prp",),
        "kind": "fact",
        "text": "The scalp may be red for a day or two.",
    }
    return Claim(claim_id, **(values | changes))


def make_answer(answer_id: str, **changes: Any) -> Answer:
    topic, subject = answer_id.split("/")
    values = {"title": f"{topic} of {subject}?", "lead": f"This is {topic} of {subject}."}
    return Answer(answer_id, **(values | changes))


ANSWERS = tuple(
    make_answer(answer_id)
    for answer_id in (
        "ask_definition/prp",
        "ask_definition/exosomes",
        "ask_causes/hair_loss",
        "ask_causes/stress",
        "ask_causes/women",
        "ask_how_it_works/prp",
        "ask_how_it_works/exosomes",
        "ask_how_it_works/microneedling_exosomes",
        "ask_how_it_works/stress",
        "ask_downtime/treatments",
        "ask_downtime/prp",
        "ask_downtime/exosomes",
        "ask_downtime/microneedling_exosomes",
        "ask_sessions/prp",
        "ask_sessions/treatments",
        "ask_suitability/women",
        "ask_suitability/finasteride",
        "ask_definition/finasteride",
        "ask_definition/laser",
        "ask_comparison/treatments",
        "ask_price/clinic",
    )
) + (
    make_answer("ask_comparison/prp_or_exosomes", compare=("prp", "exosomes")),
    make_answer("ask_not_covered/results_last", kind="no_answer"),
)


def make_notice(notice_id: str, text: str, **changes: Any) -> Notice:
    values = {
        "source": "clinic policy",
        "source_date": TODAY,
        "reviewed_on": TODAY,
        "reviewed_by": "a doctor",
    }
    return Notice(notice_id, text, **(values | changes))


MESSAGES = {
    "about_earlier": "About {subject}: {text}",
    "according_to": "According to “{title}”, {claim}",
    "wider_but": "Nothing about {subject} alone:",
    "comparison_column": "Point",
    "compare_intro": "{first} and {second}:",
    "which_one": "Which one?",
    "which_unknown_word": "What is {word}?",
    "no_answer": "Not covered.",
    "no_answer_about": "Nothing on that for {subject}.",
    "no_answer_uncovered": "{subject} is not covered.",
    "uncovered_but": "No word on {subject}, but:",
    "here_is_what_i_know": "Known:",
    "nothing_more": "That is all.",
    "nothing_yet": "About what?",
    "book_choice": "Book",
    "person_choice": "Person",
    "contact_intro": "Reach {name}:",
    "callback_saved": "Stored as {reference}.",
    "callback_name_label": "Name",
    "callback_contact_label": "Contact",
    "callback_submit": "Send",
    "callback_stopped": "Stopped.",
    "callback_bad_name": "Not a name.",
    "callback_bad_contact": "Not a contact.",
    "abuse_scope": "Only hair. Call {phone}.",
    "abuse_limit": "Politely. Call {phone}.",
    "abuse_pause": "Silence for {minutes} minutes. Call {phone}.",
}

RULES = CompositionRules(
    hedge_notice="not_guaranteed",
    attributed_kinds=frozenset({"figure", "opinion"}),
    notice_rules=(
        NoticeRule("exosome_status", frozenset({"ask_downtime"}), frozenset({"exosomes"})),
    ),
    compare_topics=("ask_how_it_works", "ask_downtime"),
    why_topics=("ask_how_it_works", "ask_definition"),
    more_topics=("ask_downtime", "ask_sessions"),
    max_choices=3,
    implied_subject_share=0.5,
    sure_of_intent=0.85,
    quiet_after=frozenset({"distress"}),
    quiet_leaves_out=("intent:book", "answer:ask_benefits/*"),
    talk_first_after=frozenset({"distress"}),
    abuse_pause_at=3,
    abuse_pause_minutes=10,
)


def make_content(
    answers: tuple[Answer, ...] = ANSWERS, claims: tuple[Claim, ...] = (), **changes: Any
) -> Content:
    """A whole content of two articles; `answers` with the same id replace those above."""
    every = {a.id: a for a in ANSWERS} | {a.id: a for a in answers}
    values: dict[str, Any] = {
        "sources": {
            key: Source(key, f"The {key} article", TODAY, figures=("1", "2", "6"))
            for key in ("first", "second")
        },
        "topics": {topic.id: topic for topic in TOPICS},
        "subjects": SubjectCatalogue(SUBJECTS),
        "claims": {claim.id: claim for claim in claims},
        "answers": every,
        "notices": {
            notice.id: notice
            for notice in (
                make_notice("not_guaranteed", "No result is guaranteed."),
                make_notice("exosome_status", "Not approved.", source="A regulator"),
            )
        },
        "clinic": {
            "name": "Test Clinic",
            "phone": "1",
            "email": "a@b.example",
            "hours": "9-5",
            "phone_region": "US",
        },
        "messages": MESSAGES,
        "rules": RULES,
        "safety": (),
        "blocked": ("game.changer",),
        "names": NameRules(("my name is",), frozenset({"i", "not", "can"})),
    }
    return Content(**(values | changes))


def heard(intent: str, *subjects: str, **changes: Any) -> Understanding:
    """What a message was understood as; ranking as (answer id, probability) pairs."""
    ranking = tuple(Ranked(i, p) for i, p in changes.pop("ranking", ()))
    values = {"band": Band.ANSWER, "ranking": ranking} | changes
    return Understanding(intent, subjects=subjects, **values)


def about(topic: str, subject: str, **changes: Any) -> Context:
    """A conversation that was about this."""
    return Context(topic, subject, last_answer=f"{topic}/{subject}", **changes)
