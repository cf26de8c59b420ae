"""From what was understood and what came before to what to answer: the one decision.

Everything here is a pure function of its arguments, so that every rule has a short test.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from clinicbot.knowledge.content import Answer, Content
from clinicbot.knowledge.question import Band, Context, Ranked, Understanding

COMPARISON_TOPIC = "ask_comparison"


class Outcome(str, Enum):
    """What kind of reply follows."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True)
class Decision:
    """What to reply.

    Attributes:
        answer: the answer to give (outcome ANSWER).
        choices: answers to offer instead, best first.
        subject: what the reply is about.
        carried: the subject came from an earlier message, so the reply names it.
        compare: two subjects to set side by side.
        uncovered: a subject that the articles do not cover.
        unknown_word: a word that nobody knows.
        topic: the topic that was understood, for the no-answer's words.
    """

    outcome: Outcome
    answer: Answer | None = None
    choices: tuple[Answer, ...] = ()
    subject: str | None = None
    carried: bool = False
    compare: tuple[str, str] | None = None
    uncovered: str | None = None
    unknown_word: str | None = None
    topic: str | None = None


def resolve(heard: Understanding, context: Context, content: Content) -> Decision:
    """What to answer to a question on a topic."""
    if heard.intent not in content.topics:
        return _unsure(heard, content)
    topic = content.topics[heard.intent]
    covered = tuple(s for s in heard.subjects if not content.subjects.is_uncovered(s))
    uncovered = tuple(s for s in heard.subjects if content.subjects.is_uncovered(s))
    if topic.one_answer:
        return _answered(content, topic.id, topic.general or "", heard)
    if uncovered:
        return _about_uncovered(content, topic.id, uncovered[0])
    if heard.band is not Band.ANSWER:
        return _unsure(heard, content)
    if named := content.subjects.precise(covered):
        return _about_named(heard, named, context, content)
    return _about_unnamed(heard, context, content)


def same_about(heard: Understanding, context: Context, content: Content) -> Decision:
    """What to answer to "what about exosomes?": the earlier topic, a new subject."""
    uncovered = [s for s in heard.subjects if content.subjects.is_uncovered(s)]
    if uncovered:
        return _about_uncovered(content, context.topic or "", uncovered[0])
    named = content.subjects.precise(heard.subjects)
    if not named:
        return _unsure(heard, content)
    subjects = content.subjects.combinations(named, comparison=False) + named
    for topic in filter(None, (context.topic, "ask_definition", "ask_causes")):
        for subject in subjects:
            if answer := content.find_answer(topic, subject):
                return Decision(Outcome.ANSWER, answer, subject=subject, topic=topic)
        if topic == context.topic:
            return _nothing_about(content, topic, subjects[0])
    return _nothing_about(content, "", subjects[0])


def other_one(heard: Understanding, context: Context, content: Content) -> Decision:
    """What to answer to "what about the other one?"."""
    other = context.previous_subject
    last = content.answers.get(context.last_answer or "")
    pair = last.compare if last else ()
    if not pair and last:
        pair = tuple(content.subjects.get(last.subject).parts)
    if context.topic == COMPARISON_TOPIC and pair:
        choices = [content.find_answer("ask_how_it_works", subject) for subject in pair]
        return Decision(Outcome.CLARIFY, choices=tuple(filter(None, choices)))
    answer = content.find_answer(context.topic, other) if other and context.topic else None
    if answer:
        return Decision(Outcome.ANSWER, answer, subject=other, carried=True, topic=context.topic)
    return Decision(Outcome.CLARIFY, choices=_first(heard.ranking, content))


def why(context: Context, content: Content) -> Decision:
    """What to answer to "why?": how the thing talked about works, or what causes it."""
    return _next_about(context, content, content.rules.why_topics)


def more(context: Context, content: Content) -> Decision:
    """What to answer to "tell me more": the nearest answer not yet shown."""
    last = content.answers.get(context.last_answer or "")
    for related in last.related if last else ():
        answer = content.answers.get(related)
        if answer and answer.id not in context.shown and answer.subject == context.subject:
            return Decision(Outcome.ANSWER, answer, subject=answer.subject, carried=True)
    return _next_about(context, content, content.rules.more_topics)


def _next_about(context: Context, content: Content, topics: tuple[str, ...]) -> Decision:
    if not context.subject:
        return Decision(Outcome.CLARIFY)
    for topic in topics:
        answer = content.find_answer(topic, context.subject)
        if answer and answer.id not in (*context.shown, context.last_answer):
            return Decision(Outcome.ANSWER, answer, subject=context.subject, carried=True)
    last = content.answers.get(context.last_answer or "")
    related = (content.answers.get(i) for i in (last.related if last else ()))
    return Decision(Outcome.NO_ANSWER, choices=tuple(filter(None, related)), topic="more")


def _about_named(
    heard: Understanding, named: tuple[str, ...], context: Context, content: Content
) -> Decision:
    """The message names its subject: only answers about it may come."""
    comparing = heard.intent == COMPARISON_TOPIC
    if comparing and len(named) == 1 and context.subject:
        named = (context.subject, *named)
    together = content.subjects.combinations(named, comparison=comparing)
    if comparing:
        return _comparison(named, together, content)
    best = _best_among(heard, together[:1], content)
    if best := best or _best_among(heard, (*together, *named), content):
        answer, subject = best
        return Decision(Outcome.ANSWER, answer, subject=subject, topic=heard.intent)
    return _nothing_about(content, heard.intent, (*together, *named)[0])


def _best_among(
    heard: Understanding, subjects: tuple[str, ...], content: Content
) -> tuple[Answer, str] | None:
    """The likeliest answer on the topic that one of these subjects has."""
    ranks = {row.id: place for place, row in enumerate(heard.ranking)}
    found = [
        (ranks.get(answer.id, len(ranks)), place, answer, subject)
        for place, subject in enumerate(subjects)
        if (answer := content.find_answer(heard.intent, subject))
    ]
    if not found:
        return None
    _, _, answer, subject = min(found, key=lambda row: row[:2])
    return answer, subject


def _comparison(named: tuple[str, ...], together: tuple[str, ...], content: Content) -> Decision:
    for subject in (*together, *named):
        if answer := content.served.get((COMPARISON_TOPIC, subject)):
            return Decision(Outcome.ANSWER, answer, subject=subject, topic=COMPARISON_TOPIC)
    treatments = [s for s in named if content.answers_about(s)]
    if len(treatments) >= 2:
        pair = (treatments[0], treatments[1])
        return Decision(Outcome.ANSWER, compare=pair, subject=pair[0], topic=COMPARISON_TOPIC)
    general = content.topics[COMPARISON_TOPIC].general or ""
    return _answered(content, COMPARISON_TOPIC, general, None)


def _about_unnamed(heard: Understanding, context: Context, content: Content) -> Decision:
    """The message names no precise subject: the conversation may give one."""
    topic = content.topics[heard.intent]
    implied = _implied_subject(heard, content)
    if heard.unknown_words and (context.subject or implied is None):
        return Decision(
            Outcome.CLARIFY,
            choices=_first(heard.ranking, content),
            unknown_word=heard.unknown_words[0],
            topic=topic.id,
        )
    if implied:
        return _answered(content, topic.id, implied, heard)
    explicit = [s for s in heard.subjects if (topic.id, s) in content.served and s != "treatments"]
    if explicit:
        return _answered(content, topic.id, explicit[0], heard)
    if context.subject and (answer := content.find_answer(topic.id, context.subject)):
        return Decision(
            Outcome.ANSWER, answer, subject=context.subject, carried=True, topic=topic.id
        )
    if topic.general:
        return _answered(content, topic.id, topic.general, heard)
    return Decision(Outcome.CLARIFY, choices=_first(heard.ranking, content), topic=topic.id)


def _implied_subject(heard: Understanding, content: Content) -> str | None:
    """The subject of the best answer, if the message means it strongly without naming it."""
    topic = content.topics[heard.intent]
    on_topic = [row for row in heard.ranking if row.topic == topic.id]
    total = sum(row.confidence for row in on_topic)
    if not on_topic or on_topic[0].subject == topic.general:
        return None
    if on_topic[0].confidence < content.rules.implied_subject_share * total:
        return None
    return on_topic[0].subject


def _answered(
    content: Content, topic: str, subject: str, heard: Understanding | None
) -> Decision:
    answer = content.find_answer(topic, subject)
    if answer is None:
        return _nothing_about(content, topic, subject)
    return Decision(Outcome.ANSWER, answer, subject=subject, topic=topic)


def _about_uncovered(content: Content, topic: str, uncovered: str) -> Decision:
    """The articles do not cover the subject, but may help with its topic all the same."""
    if topic in content.subjects.get(uncovered).see:
        general = content.topics[topic].general or ""
        if answer := content.find_answer(topic, general):
            return Decision(
                Outcome.ANSWER, answer, subject=general, uncovered=uncovered, topic=topic
            )
    return Decision(Outcome.NO_ANSWER, uncovered=uncovered, topic=topic)


def _nothing_about(content: Content, topic: str, subject: str) -> Decision:
    """We know what was asked and that the articles do not say it."""
    known = content.answers_about(subject)[: content.rules.max_choices]
    return Decision(Outcome.NO_ANSWER, choices=tuple(known), subject=subject, topic=topic)


def _unsure(heard: Understanding, content: Content) -> Decision:
    if heard.band is Band.CLARIFY:
        return Decision(Outcome.CLARIFY, choices=_first(heard.ranking, content))
    return Decision(Outcome.NO_ANSWER)


def _first(ranking: tuple[Ranked, ...], content: Content) -> tuple[Answer, ...]:
    found = [content.answers[row.id] for row in ranking if row.id in content.answers]
    return tuple(found[: content.rules.max_choices])
