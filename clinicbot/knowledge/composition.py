"""Puts a reply together from curated pieces, under the rules of `content/composition.yml`.

No sentence stands here: leads, claims and notices are content, frames are messages.
"""

from __future__ import annotations

from typing import Iterable, Iterator, Sequence

from clinicbot.knowledge import reply
from clinicbot.knowledge.content import Answer, Claim, Content, Notice
from clinicbot.knowledge.reply import Block, Reply
from clinicbot.knowledge.subjects import COMPARISON
from clinicbot.knowledge.decision import Decision, Outcome

BENEFIT = "benefit"
OWN_POLICY = "clinic policy"
COMPARISON_TOPIC = "ask_comparison"
DRUG = "drug"


def compose(decision: Decision, content: Content) -> Reply:
    """The reply for a decision."""
    if decision.outcome is Outcome.CLARIFY:
        return _clarify(decision, content)
    if decision.outcome is Outcome.NO_ANSWER:
        return _no_answer(decision, content)
    if decision.compare:
        return _side_by_side(decision.compare, content)
    assert decision.answer is not None
    return compose_answer(decision.answer, content, decision)


def compose_answer(answer: Answer, content: Content, decision: Decision | None = None) -> Reply:
    """A curated answer: lead, facts, claims, notices, sources, what to ask next."""
    claims = claims_of(answer, content)
    blocks: list[Block] = [reply.text(line) for line in _opening(answer, content, decision)]
    blocks += [reply.text(str(content.clinic[key])) for key in answer.facts]
    blocks += _claim_blocks(claims, content)
    if answer.compare:
        blocks.append(_table(answer.compare, content))
        claims = [*claims, *_claims_compared(answer.compare, content)]
    notices = notices_of(answer, claims, content, decision.named if decision else ())
    blocks += [reply.text(notice.text) for notice in notices]
    blocks += _sources(claims, notices, content)
    blocks += _next_choices(answer, content)
    subject = decision.subject if decision and decision.subject else answer.subject
    topic, about = _carried_on(answer.topic, subject, content)
    return Reply(tuple(blocks), answer.kind, answer.id, topic, about, answer.compare)


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
    return content.messages["according_to"].format(title=title, claim=_lower_first(claim.text))


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
        return [frame.format(subject=name, text=_lower_first(answer.lead))]
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


def _sources(
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


def _next_choices(answer: Answer, content: Content) -> list[Block]:
    related = [content.answers[i] for i in answer.related if i in content.answers]
    items = _answer_items(related[: content.rules.max_choices])
    if answer.booking:
        items.append(("intent:book", content.messages["book_choice"]))
    return [reply.choices(items)] if items else []


def _answer_items(answers: Iterable[Answer]) -> list[tuple[str, str]]:
    return [(f"answer:{answer.id}", answer.title) for answer in answers]


def _side_by_side(pair: tuple[str, str], content: Content) -> Reply:
    """Any two treatments in one table, as far as the claims go."""
    claims = _claims_compared(pair, content)
    notices = list(
        dict.fromkeys(
            notice
            for answer in _answers_compared(pair, content)
            for notice in notices_of(answer, claims_of(answer, content), content)
        )
    )
    first, second = (content.subjects.name(subject) for subject in pair)
    intro = content.messages["compare_intro"].format(first=first, second=second)
    blocks: list[Block] = [reply.text(intro), _table(pair, content)]
    blocks += [reply.text(notice.text) for notice in notices]
    blocks += _sources(claims, notices, content)
    blocks.append(reply.choices([("intent:book", content.messages["book_choice"])]))
    return Reply(tuple(blocks), "answer", None, COMPARISON_TOPIC, None, pair)


def _table(pair: Sequence[str], content: Content) -> Block:
    """One row a topic, with the short sentence of each side; where articles differ it says
    so, and the figures stay with the full answers, all together."""
    heading = [content.messages["comparison_column"], *(content.subjects.name(s) for s in pair)]
    rows = [
        [
            content.topics[topic].name,
            *(_cell(answer, side, content) for answer, side in zip(found, pair)),
        ]
        for topic, found in _rows_compared(pair, content)
    ]
    return reply.table([heading, *rows])


def _cell(answer: Answer, side: str, content: Content) -> str:
    """The lead; where the articles speak of a combination only, the cell says so."""
    if answer.subject == side:
        return answer.lead
    return f"{answer.lead} ({content.subjects.name(answer.subject)})"


def _rows_compared(
    pair: Sequence[str], content: Content
) -> Iterator[tuple[str, tuple[Answer, ...]]]:
    """Topics on which each of the two has an answer of its own."""
    for topic in content.rules.compare_topics:
        found = [content.served.get((topic, subject)) for subject in pair]
        own = tuple(a for a in found if a and not content.subjects.get(a.subject).general)
        if len(own) == len(pair) and len({a.id for a in own}) == len(own):
            yield topic, own


def _answers_compared(pair: Sequence[str], content: Content) -> list[Answer]:
    return [answer for _, found in _rows_compared(pair, content) for answer in found]


def _claims_compared(pair: Sequence[str], content: Content) -> list[Claim]:
    ids = dict.fromkeys(i for a in _answers_compared(pair, content) for i in a.claims)
    return [content.claims[i] for i in ids]


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
    if decision.subject and decision.topic in content.topics:
        return messages["no_answer_about"].format(
            topic=content.topics[decision.topic].name, subject=content.subjects.name(decision.subject)
        )
    return messages["no_answer"]


def _person(content: Content) -> str:
    return content.messages["person_choice"]


def _lower_first(words: str) -> str:
    """As it stands inside a sentence; abbreviations such as PRP keep their capitals."""
    first = words.split(" ", 1)[0]
    if not first[1:2].islower() and first not in {"A", "I"}:
        return words
    return words[:1].lower() + words[1:]
