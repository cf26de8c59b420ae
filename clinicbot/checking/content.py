"""Does the content hold together? Gives plain sentences, one a problem."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinicbot.knowledge.composition import compose_answer
from clinicbot.knowledge.content import Answer, Claim, Content
from clinicbot.knowledge.pieces import notices_of

KINDS = frozenset({"fact", "benefit", "figure", "opinion", "regulatory"})
ANSWER_KINDS = frozenset({"answer", "no_answer"})
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
REVIEW_DAYS = 180


def find_problems(content: Content) -> list[str]:
    """Everything wrong with claims, answers and notices; an empty list is good.

    Names that do not exist are told alone: nothing else can be looked up before.
    """
    if loose := [*_claim_problems(content), *_answer_problems(content)]:
        return loose
    return [
        *_conflict_problems(content),
        *_number_problems(content),
        *_blocked_problems(content),
    ]


def _claim_problems(content: Content) -> Iterator[str]:
    used = {claim for answer in content.answers.values() for claim in answer.claims}
    for claim in content.claims.values():
        where = f"Claim {claim.id}"
        if claim.article not in content.sources:
            yield f"{where}: there is no article {claim.article!r}."
        if claim.topic not in content.topics:
            yield f"{where}: there is no topic {claim.topic!r}."
        for subject in claim.subjects:
            if subject not in content.subjects:
                yield f"{where}: there is no subject {subject!r}."
        if claim.kind not in KINDS:
            yield f"{where}: {claim.kind!r} is no kind of claim."
        if claim.id not in used and not claim.background:
            yield f"{where}: no answer uses it; use it or mark it `background: true`."
        if claim.id in used and claim.background:
            yield f"{where}: is marked background, but an answer uses it."


def _answer_problems(content: Content) -> Iterator[str]:
    for answer in content.answers.values():
        where = f"Answer {answer.id}"
        if answer.topic not in content.topics or answer.subject not in content.subjects:
            yield f"{where}: its topic or its subject does not exist."
        if answer.kind not in ANSWER_KINDS:
            yield f"{where}: {answer.kind!r} is no kind of answer."
        for name, ids, known in (
            ("claim", answer.claims, content.claims),
            ("notice", answer.notices, content.notices),
            ("related answer", answer.related, content.answers),
            ("fact of the clinic", answer.facts, content.clinic),
            ("subject", (*answer.also_for, *answer.compare), content.subjects),
        ):
            yield from (f"{where}: there is no {name} {i!r}." for i in ids if i not in known)
        grounds = answer.claims or answer.facts or answer.compare or answer.notices
        if answer.kind == "answer" and not grounds and answer.topic != "ask_sources":
            yield f"{where}: says something without a claim, a fact or a notice."
        if answer.id in answer.related:
            yield f"{where}: names itself as related."


def _conflict_problems(content: Content) -> Iterator[str]:
    """Members of a conflict group about the answer's subject come all or none."""
    for answer in content.answers.values():
        groups = {
            content.claims[i].conflict_group for i in answer.claims if i in content.claims
        } - {None}
        for claim in content.claims.values():
            left_out = claim.conflict_group in groups and claim.id not in answer.claims
            if left_out and _belongs(claim, answer, content):
                yield (
                    f"Answer {answer.id}: leaves out claim {claim.id}, which differs on "
                    f"{claim.conflict_group}; articles that differ come all or none."
                )


def _belongs(claim: Claim, answer: Answer, content: Content) -> bool:
    """Whether a claim speaks about the answer's topic and subject."""
    if claim.background or claim.topic != answer.topic:
        return False
    return answer.subject in claim.subjects


def _number_problems(content: Content) -> Iterator[str]:
    """Every number an answer shows stands in one of its claims, in its facts or notices."""
    for answer in content.answers.values():
        claims = [content.claims[i] for i in answer.claims if i in content.claims]
        told = " ".join(
            [
                *(c.text for c in claims),
                *(n.text for n in notices_of(answer, claims, content)),
                *(str(content.clinic.get(key, "")) for key in answer.facts),
                content.subjects.name(answer.subject),
            ]
        )
        for number in set(NUMBER.findall(answer.lead)) - set(NUMBER.findall(told)):
            yield f"Answer {answer.id}: {number} in its lead stands in none of its claims."
    for claim in content.claims.values():
        source = content.sources.get(claim.article)
        for number in set(NUMBER.findall(claim.text)) - set(source.figures if source else ()):
            yield f"Claim {claim.id}: {number} does not stand in the article."


def _blocked_problems(content: Content) -> Iterator[str]:
    blocked = [re.compile(pattern, re.IGNORECASE) for pattern in content.blocked]
    texts = {
        f"Answer {a.id}": compose_answer(a, content).as_text() for a in content.answers.values()
    }
    texts |= {f"Claim {c.id}": c.text for c in content.claims.values()}
    texts |= {f"Notice {n.id}": n.text for n in content.notices.values()}
    texts |= {f"Message {key}": text for key, text in content.messages.items()}
    for where, text in texts.items():
        for pattern in blocked:
            if found := pattern.search(text):
                yield f"{where}: must not say “{found.group()}” (content/blocked.yml)."
