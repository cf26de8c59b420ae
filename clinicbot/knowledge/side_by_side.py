"""Two treatments side by side, as far as the claims go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clinicbot.knowledge import reply
from clinicbot.knowledge.content import Answer, Claim, Content
from clinicbot.knowledge.pieces import claims_of, notices_of, sources_block
from clinicbot.knowledge.reply import Block, Reply

COMPARISON_TOPIC = "ask_comparison"


def side_by_side(pair: tuple[str, str], content: Content) -> Reply:
    """Any two treatments in one table, as far as the claims go."""
    claims = claims_compared(pair, content)
    notices = list(
        dict.fromkeys(
            notice
            for answer in _answers_compared(pair, content)
            for notice in notices_of(answer, claims_of(answer, content), content)
        )
    )
    first, second = (content.subjects.name(subject) for subject in pair)
    intro = content.messages["compare_intro"].format(first=first, second=second)
    blocks: list[Block] = [reply.text(intro), side_by_side_table(pair, content)]
    blocks += [reply.text(notice.text) for notice in notices]
    blocks += sources_block(claims, notices, content)
    blocks.append(reply.choices([("intent:book", content.messages["book_choice"])]))
    return Reply(tuple(blocks), "answer", None, COMPARISON_TOPIC, None, pair)


def side_by_side_table(pair: Sequence[str], content: Content) -> Block:
    """One row a topic, with the short sentence of each side; where articles differ it says
    so, and the figures stay with the full answers, all together."""
    heading = [content.messages["comparison_column"], *(content.subjects.name(s) for s in pair)]
    rows = [
        [
            content.topics[topic].name,
            *(_cell(answer, side, content) for answer, side in zip(found, pair, strict=True)),
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


def claims_compared(pair: Sequence[str], content: Content) -> list[Claim]:
    ids = dict.fromkeys(i for a in _answers_compared(pair, content) for i in a.claims)
    return [content.claims[i] for i in ids]
