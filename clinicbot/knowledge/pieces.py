"""Pieces that every kind of reply is made of: claims, notices, sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clinicbot.knowledge import reply
from clinicbot.knowledge.content import Answer, Claim, Content, Notice
from clinicbot.knowledge.reply import Block

BENEFIT = "benefit"
OWN_POLICY = "clinic policy"


def claims_of(answer: Answer, content: Content) -> list[Claim]:
    """The answer's claims, in its order."""
    return [content.claims[i] for i in answer.claims]


def notices_of(
    answer: Answer, claims: Sequence[Claim], content: Content, named: Sequence[str] = ()
) -> list[Notice]:
    """The notices named by the answer and those that the rules ask for, each once; the hedge
    comes first where a benefit is claimed. `named` are the subjects of the question."""
    subjects = {answer.subject, *answer.compare, *named, *(s for c in claims for s in c.subjects)}
    benefit = any(claim.kind == BENEFIT for claim in claims)
    wanted = [content.rules.hedge_notice] if benefit else []
    wanted += answer.notices
    for rule in content.rules.notice_rules:
        if answer.topic in rule.topics and subjects & rule.subjects:
            wanted.append(rule.notice)
    notices = (content.notices[i] for i in dict.fromkeys(wanted))
    return [notice for notice in notices if notice.enabled]


def claim_text(claim: Claim, content: Content) -> str:
    """The claim as a sentence; figures, opinions and disputed points name their article."""
    if not claim.conflict_group and claim.kind not in content.rules.attributed_kinds:
        return claim.text
    title = content.sources[claim.article].title
    return content.messages["according_to"].format(title=title, claim=lower_first(claim.text))


def sources_block(
    claims: Iterable[Claim], notices: Iterable[Notice], content: Content
) -> list[Block]:
    """Where every statement of the reply comes from, each place once."""
    places = dict.fromkeys((c.article, c.section) for c in claims)
    items = [
        {
            "title": content.sources[article].title,
            "section": section,
            "reviewed_on": content.sources[article].reviewed_on.isoformat(),
        }
        for article, section in places
    ]
    items += [
        {
            "title": n.source,
            "section": f"{n.source_date:%-d %B %Y}",
            "reviewed_on": n.reviewed_on.isoformat(),
        }
        for n in notices
        if n.source != OWN_POLICY
    ]
    return [reply.sources(items)] if items else []


def lower_first(words: str) -> str:
    """As it stands inside a sentence; abbreviations such as PRP keep their capitals."""
    first = words.split(" ", 1)[0]
    if not first[1:2].islower() and first not in {"A", "I"}:
        return words
    return words[:1].lower() + words[1:]
