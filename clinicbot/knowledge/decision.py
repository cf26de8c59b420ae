"""What to reply, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from clinicbot.knowledge.content import Answer, Content
from clinicbot.knowledge.question import Understanding


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
        named: the subjects that the question named.
        nothing_more: everything about the subject was shown already.
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
    named: tuple[str, ...] = ()
    nothing_more: bool = False


def answered(content: Content, topic: str, subject: str) -> Decision:
    """The answer for topic and subject, or an honest no-answer."""
    answer = content.find_answer(topic, subject)
    if answer is None:
        return nothing_about(content, topic, subject)
    return Decision(Outcome.ANSWER, answer, subject=subject, topic=topic)


def nothing_about(content: Content, topic: str, subject: str) -> Decision:
    """We know what was asked and that the articles do not say it."""
    known = content.answers_about(subject)[: content.rules.max_choices]
    return Decision(Outcome.NO_ANSWER, choices=tuple(known), subject=subject, topic=topic)


def clarify(heard: Understanding, content: Content, unknown_word: str | None = None) -> Decision:
    """Offers the likeliest answers instead of guessing; a subject that was named is kept."""
    choices = first_answers(heard, content)
    named = [s for s in content.subjects.precise(heard.subjects) if content.answers_about(s)]
    subject = named[0] if named else None
    return Decision(Outcome.CLARIFY, choices=choices, unknown_word=unknown_word, subject=subject)


def first_answers(
    heard: Understanding, content: Content, topic: str | None = None
) -> tuple[Answer, ...]:
    """The likeliest answers, of one topic if that is given."""
    found = [
        content.answers[row.id]
        for row in heard.ranking
        if row.id in content.answers and topic in (None, row.topic)
    ]
    return tuple(found[: content.rules.max_choices])


def implied_subject(heard: Understanding, content: Content) -> str | None:
    """The subject of the best answer, if the message means it strongly without naming it."""
    topic = content.topics[heard.intent]
    on_topic = [row for row in heard.ranking if row.topic == topic.id]
    total = sum(row.confidence for row in on_topic)
    if not on_topic or on_topic[0].subject in {"", topic.general}:
        return None
    if on_topic[0].confidence < content.rules.implied_subject_share * total:
        return None
    return on_topic[0].subject
