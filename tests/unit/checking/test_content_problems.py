"""Every kind of problem in the content is found when it is planted, and none in good content."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clinicbot.checking.content import find_problems
from clinicbot.knowledge.content import Answer, Claim, Content
from clinicbot.knowledge.content_files import load_content
from clinicbot.settings import PROJECT_ROOT
from tests.factories import ANSWERS, make_answer, make_claim, make_content, make_notice

ID = "ask_downtime/prp"
# The answers of the factory say nothing, which is a problem of its own.
SAYING = tuple(
    replace(answer, claims=("c-0",)) for answer in ANSWERS if not (answer.compare or answer.claims)
)
COMMON = make_claim("c-0", text="It may be red.")


def good(*claims: Claim, answer: Answer | None = None, **changes: object) -> Content:
    own = answer or make_answer(ID, claims=("c-0", *(claim.id for claim in claims)))
    return make_content((*SAYING, own), (COMMON, *claims), **changes)


def problems(*claims: Claim, **changes: object) -> list[str]:
    return find_problems(good(*claims, **changes))


def test_good_content_has_no_problem():
    assert problems(make_claim("c-1", text="It takes 2 days.")) == []


def test_the_content_of_this_checkout_has_no_problem():
    assert find_problems(load_content(PROJECT_ROOT / "content")) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"article": "third"}, "Claim c-1: there is no article 'third'."),
        ({"topic": "ask_nothing"}, "Claim c-1: there is no topic 'ask_nothing'."),
        ({"subjects": ("prp", "ufo")}, "Claim c-1: there is no subject 'ufo'."),
        ({"kind": "rumour"}, "Claim c-1: 'rumour' is no kind of claim."),
        ({"background": True}, "Claim c-1: is marked background, but an answer uses it."),
        ({"text": "It takes 3 days."}, "Claim c-1: 3 does not stand in the article."),
        (
            {"text": "It is a game-changer."},
            "Claim c-1: must not say “game-changer” (content/blocked.yml).",
        ),
    ],
)
def test_a_wrong_claim_is_found(changes, said):
    assert said in problems(make_claim("c-1", **changes))


def test_a_claim_that_no_answer_uses_is_found_unless_it_is_background():
    answer = make_answer(ID, claims=("c-0",))
    assert problems(make_claim("c-1"), answer=answer) == [
        "Claim c-1: no answer uses it; use it or mark it `background: true`."
    ]
    assert problems(make_claim("c-1", background=True), answer=answer) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "guess"}, "'guess' is no kind of answer."),
        ({"claims": ("c-0", "c-9")}, "there is no claim 'c-9'."),
        ({"notices": ("n-9",)}, "there is no notice 'n-9'."),
        ({"related": ("ask_downtime/ufo",)}, "there is no related answer 'ask_downtime/ufo'."),
        ({"facts": ("parking",)}, "there is no fact of the clinic 'parking'."),
        ({"also_for": ("ufo",)}, "there is no subject 'ufo'."),
        ({"compare": ("prp", "ufo")}, "there is no subject 'ufo'."),
        ({"claims": ()}, "says something without a claim, a fact or a notice."),
        ({"related": (ID,)}, "names itself as related."),
        ({"lead": "It takes 6 days."}, "6 in its lead stands in none of its claims."),
    ],
)
def test_a_wrong_answer_is_found(changes, said):
    answer = make_answer(ID, **{"claims": ("c-0",), **changes})
    assert f"Answer {ID}: {said}" in problems(answer=answer)


@pytest.mark.parametrize("answer_id", ["ask_nothing/prp", "ask_downtime/ufo"])
def test_an_answer_to_nothing_is_found(answer_id):
    answer = make_answer(answer_id, claims=("c-0",))
    assert f"Answer {answer_id}: its topic or its subject does not exist." in problems(
        answer=answer
    )


def test_a_number_in_a_lead_may_come_from_a_notice_or_a_fact():
    answer = make_answer(ID, lead="Call 1 and read 7.", facts=("phone",), notices=("n-1",))
    notices = {n.id: n for n in good().notices.values()}
    notices["n-1"] = make_notice("n-1", "There are 7 rules.")
    content = good(answer=answer, notices=notices)
    assert [p for p in find_problems(content) if ID in p] == []


def test_an_answer_that_leaves_out_what_differs_is_found():
    told = make_claim("c-1", conflict_group="days")
    left_out = make_claim("c-2", conflict_group="days", article="second")
    other = make_answer("ask_downtime/exosomes", claims=("c-0", "c-2"))
    own = make_answer(ID, claims=("c-0", "c-1"))
    content = make_content((*SAYING, own, other), (COMMON, told, left_out))
    assert find_problems(content) == [
        f"Answer {ID}: leaves out claim c-2, which differs on days; "
        "articles that differ come all or none."
    ]


@pytest.mark.parametrize(
    "changes", [{"topic": "ask_sessions"}, {"subjects": ("exosomes",)}, {"conflict_group": None}]
)
def test_what_differs_about_something_else_may_be_left_out(changes):
    told = make_claim("c-1", conflict_group="days")
    elsewhere = make_claim("c-2", **{"conflict_group": "days", **changes})
    other = make_answer("ask_sessions/prp", claims=("c-0", "c-2"))
    own = make_answer(ID, claims=("c-0", "c-1"))
    content = make_content((*SAYING, own, other), (COMMON, told, elsewhere))
    assert [p for p in find_problems(content) if "leaves out" in p] == []


def test_blocked_words_are_found_in_notices_and_messages_too():
    content = good()
    notices = {**content.notices, "n-1": make_notice("n-1", "A game changer.")}
    messages = {**content.messages, "greeting": "Our game changer."}
    found = problems(notices=notices, messages=messages)
    assert {p.split(":")[0] for p in found} == {"Notice n-1", "Message greeting"}
