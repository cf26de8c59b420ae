"""Puts a reply together from curated pieces, under the rules of `content/composition.yml`.

No sentence stands here: leads, claims and notices are content, frames are messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from clinicbot.knowledge import reply
from clinicbot.knowledge.content import Answer, Claim, Content
from clinicbot.knowledge.decision import Decision, Outcome
from clinicbot.knowledge.pieces import claim_text, claims_of, lower_first, notices_of, sources_block
from clinicbot.knowledge.reply import Block, Reply
from clinicbot.knowledge.side_by_side import claims_compared, side_by_side, side_by_side_table
from clinicbot.knowledge.subjects import COMPARISON

DRUG = "drug"


def compose(decision: Decision, content: Content) -> Reply:
    """The reply for a decision."""
    if decision.outcome is Outcome.CLARIFY:
        return _clarify(decision, content)
    if decision.outcome is Outcome.NO_ANSWER:
        return _no_answer(decision, content)
    if decision.compare:
        return side_by_side(decision.compare, content)
    assert decision.answer is not None
    return compose_answer(decision.answer, content, decision)


def compose_answer(answer: Answer, content: Content, decision: Decision | None = None) -> Reply:
    """A curated answer: lead, facts, claims, notices, sources, what to ask next."""
    claims = claims_of(answer, content)
    blocks: list[Block] = [reply.text(line) for line in _opening(answer, content, decision)]
    blocks += [reply.text(str(content.clinic[key])) for key in answer.facts]
    blocks += _claim_blocks(claims, content)
    if answer.compare:
        blocks.append(side_by_side_table(answer.compare, content))
        claims = [*claims, *claims_compared(answer.compare, content)]
    notices = notices_of(answer, claims, content, decision.named if decision else ())
    blocks += [reply.text(notice.text) for notice in notices]
    blocks += sources_block(claims, notices, content)
    blocks += _next_choices(answer, content)
    subject = decision.subject if decision and decision.subject else answer.subject
    topic, about = _carried_on(answer.topic, subject, content)
    return Reply(tuple(blocks), answer.kind, answer.id, topic, about, answer.compare)


def without_offers(said: Reply, content: Content) -> Reply:
    """The reply without the choices that offer something unasked; a person may still be
    offered."""
    offers = content.rules.quiet_leaves_out
    blocks: list[Block] = []
    for block in said.blocks:
        if block["type"] != "choices":
            blocks.append(block)
            continue
        items = [(i["id"], i["title"]) for i in block["items"]]
        kept = [item for item in items if not any(fnmatchcase(item[0], o) for o in offers)]
        blocks += [reply.choices(kept)] if kept else []
    return replace(said, blocks=tuple(blocks))


def _carried_on(topic: str, subject: str, content: Content) -> tuple[str | None, str | None]:
    """What follow-ups go on with: never a general subject, a place or a price."""
    if not content.topics[topic].carries:
        return None, None
    found = content.subjects.get(subject)
    precise = not found.general and found.kind != COMPARISON
    return topic, subject if precise else None


def _opening(answer: Answer, content: Content, decision: Decision | None) -> list[str]:
    """The lead, with what the visitor must know before it: that the subject is not covered,
    that only something wider is, or which earlier subject this is about."""
    if decision is None or decision.subject is None:
        return [answer.lead]
    if decision.uncovered:
        name = content.subjects.name(decision.uncovered)
        return [content.messages["uncovered_but"].format(subject=name), answer.lead]
    if _is_wider(decision.subject, answer, content):
        name = content.subjects.name(decision.subject)
        return [content.messages["wider_but"].format(subject=name), answer.lead]
    name = content.subjects.name(answer.subject)
    if decision.carried and name.lower() not in answer.lead.lower():
        frame = content.messages["about_earlier"]
        return [frame.format(subject=name, text=lower_first(answer.lead))]
    return [answer.lead]


def _is_wider(subject: str, answer: Answer, content: Content) -> bool:
    """Whether the answer is a general one given in place of one about a precise subject."""
    if subject == answer.subject or content.subjects.get(subject).general:
        return False
    return content.subjects.get(answer.subject).general or content.subjects.kind(subject) == DRUG


def _claim_blocks(claims: Sequence[Claim], content: Content) -> list[Block]:
    lines = [claim_text(claim, content) for claim in claims]
    if len(lines) < 2:
        return [reply.text(line) for line in lines]
    return [reply.bullets(lines)]


def _next_choices(answer: Answer, content: Content) -> list[Block]:
    related = [content.answers[i] for i in answer.related if i in content.answers]
    items = _answer_items(related[: content.rules.max_choices])
    if answer.booking:
        items.append(("intent:book", content.messages["book_choice"]))
    return [reply.choices(items)] if items else []


def _answer_items(answers: Iterable[Answer]) -> list[tuple[str, str]]:
    return [(f"answer:{answer.id}", answer.title) for answer in answers]


def _clarify(decision: Decision, content: Content) -> Reply:
    if not decision.choices:
        return Reply((reply.text(content.messages["nothing_yet"]),), "clarify")
    key = "which_unknown_word" if decision.unknown_word else "which_one"
    words = content.messages[key].format(word=decision.unknown_word)
    items = [*_answer_items(decision.choices), ("intent:request_human", _person(content))]
    found = content.subjects.get(decision.subject) if decision.subject else None
    subject = decision.subject if found and not found.general else None
    return Reply((reply.text(words), reply.choices(items)), "clarify", subject=subject)


def _no_answer(decision: Decision, content: Content) -> Reply:
    """Honest, with what can be said instead and a way to a person."""
    blocks: list[Block] = [reply.text(_no_answer_text(decision, content))]
    items = _answer_items(decision.choices)
    if items:
        blocks.append(reply.text(content.messages["here_is_what_i_know"]))
    offer = [("intent:book", content.messages["book_choice"])]
    blocks.append(reply.choices([*items, *offer, ("intent:request_human", _person(content))]))
    topic = decision.topic if decision.topic in content.topics else None
    subject = decision.subject if decision.subject in content.subjects else None
    return Reply(tuple(blocks), "no_answer", None, topic, subject)


def _no_answer_text(decision: Decision, content: Content) -> str:
    messages = content.messages
    if decision.nothing_more:
        return messages["nothing_more"]
    if decision.uncovered:
        name = content.subjects.name(decision.uncovered)
        return messages["no_answer_uncovered"].format(subject=name)
    if decision.subject:
        return messages["no_answer_about"].format(subject=content.subjects.name(decision.subject))
    return messages["no_answer"]


def _person(content: Content) -> str:
    return content.messages["person_choice"]
