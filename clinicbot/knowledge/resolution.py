"""From what was understood and what came before to what to answer: the one decision.

Everything here is a pure function of its arguments, so that every rule has a short test.
`named.py` holds the rules for messages that name their subject.
"""

from __future__ import annotations

from clinicbot.knowledge.content import Answer, Content
from clinicbot.knowledge.decision import (
    Decision,
    Outcome,
    answered,
    clarify,
    first_answers,
    implied_subject,
    nothing_about,
)
from clinicbot.knowledge.named import (
    COMPARISON_TOPIC,
    about_named,
    about_uncovered,
    compare,
    dereferenced,
)
from clinicbot.knowledge.question import Band, Context, Understanding


def resolve(heard: Understanding, context: Context, content: Content) -> Decision:
    """What to answer to a question on a topic."""
    heard = dereferenced(heard, context, content)
    if _continues(heard, content):
        return same_about(heard, context, content)
    if heard.intent not in content.topics or heard.band is not Band.ANSWER:
        return _unsure(heard, content)
    topic = content.topics[heard.intent]
    if topic.by_wording:
        return _by_wording(heard, content)
    if topic.one_answer:
        return answered(content, topic.id, topic.general or "")
    uncovered = [s for s in heard.subjects if content.subjects.is_uncovered(s)]
    covered = [s for s in heard.subjects if s not in uncovered]
    named = content.subjects.precise(covered)
    precise = tuple(s for s in named if not content.subjects.get(s).general)
    if uncovered:
        return about_uncovered(content, topic.id, uncovered[0], precise)
    if topic.id == COMPARISON_TOPIC:
        return compare(heard, precise, context, content)
    if precise:
        return about_named(heard, precise, context, content)
    return _about_unnamed(heard, context, content)


def _continues(heard: Understanding, content: Content) -> bool:
    """Whether the message only names another subject ("and exosomes?")."""
    unsure = heard.confidence < content.rules.sure_of_intent or heard.band is not Band.ANSWER
    return heard.bare_subject and unsure


def _by_wording(heard: Understanding, content: Content) -> Decision:
    """The likeliest answer of a topic whose answers have no subject to tell them apart."""
    on_topic = [row for row in heard.ranking if row.topic == heard.intent]
    total = sum(row.confidence for row in on_topic)
    found = first_answers(heard, content, heard.intent)
    if not found or on_topic[0].confidence < total * content.rules.implied_subject_share / 2:
        return clarify(heard, content)
    return Decision(Outcome.ANSWER, found[0], topic=heard.intent)


def same_about(heard: Understanding, context: Context, content: Content) -> Decision:
    """What to answer to "what about exosomes?": the earlier topic, a new subject."""
    heard = dereferenced(heard, context, content)
    uncovered = [s for s in heard.subjects if content.subjects.is_uncovered(s)]
    if uncovered:
        return about_uncovered(content, context.topic or "", uncovered[0])
    named = content.subjects.precise(heard.subjects)
    if not named:
        return clarify(heard, content)
    subjects = content.subjects.combinations(named, comparison=False)[:1] + named
    for subject in subjects if context.topic else ():
        if answer := content.find_answer(context.topic or "", subject):
            return Decision(Outcome.ANSWER, answer, subject=subject, topic=context.topic)
    if context.topic and _comparable(context.subject, subjects[0], content):
        return nothing_about(content, context.topic, subjects[0])
    known = content.answers_about(subjects[0])
    if known:
        return Decision(Outcome.ANSWER, known[0], subject=subjects[0], topic=known[0].topic)
    return nothing_about(content, context.topic or "", subjects[0])


def why(heard: Understanding, context: Context, content: Content) -> Decision:
    """What to answer to "why?": how the thing talked about works, or what causes it."""
    return _next_about(context, content, content.rules.why_topics)


def more(heard: Understanding, context: Context, content: Content) -> Decision:
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
    return Decision(Outcome.NO_ANSWER, choices=tuple(filter(None, related)), nothing_more=True)


def _about_unnamed(heard: Understanding, context: Context, content: Content) -> Decision:
    """The message names no precise subject: the conversation, or the words, may give one."""
    topic = content.topics[heard.intent]
    implied = implied_subject(heard, content)
    if heard.unknown_words and (context.subject or implied is None):
        # A word nobody knows may be the subject: never answer about an earlier one then.
        return clarify(heard, content, unknown_word=heard.unknown_words[0])
    explicit = [s for s in heard.subjects if (topic.id, s) in content.served and s != "treatments"]
    if implied or explicit:
        return answered(content, topic.id, implied or explicit[0])
    if context.subject and (answer := content.find_answer(topic.id, context.subject)):
        return Decision(
            Outcome.ANSWER, answer, subject=context.subject, carried=True, topic=topic.id
        )
    if context.subject and (near := _near_answer(heard, context.subject, content)):
        return Decision(
            Outcome.ANSWER, near, subject=context.subject, carried=True, topic=near.topic
        )
    if topic.general:
        return answered(content, topic.id, topic.general)
    return clarify(heard, content)


def _near_answer(heard: Understanding, subject: str, content: Content) -> Answer | None:
    """An answer about the subject talked about on the next likely topic, where it is about as
    likely as the best one: "where do they come from" after exosomes is not about causes."""
    best = heard.ranking[0].confidence if heard.ranking else 0.0
    for row in heard.ranking:
        if row.confidence < best * content.rules.implied_subject_share:
            return None
        if row.topic in content.topics and (answer := content.served.get((row.topic, subject))):
            return answer
    return None


def _comparable(earlier: str | None, subject: str, content: Content) -> bool:
    """Whether the earlier topic makes sense for the new subject: both of one kind."""
    if earlier is None:
        return True
    return content.subjects.kind(earlier) == content.subjects.kind(subject)


def _unsure(heard: Understanding, content: Content) -> Decision:
    if heard.band is Band.CLARIFY:
        return clarify(heard, content)
    return Decision(Outcome.NO_ANSWER)
