"""What to answer when the message names its subject: only answers about it may come."""

from __future__ import annotations

from dataclasses import replace

from clinicbot.knowledge.content import Answer, Content
from clinicbot.knowledge.decision import (
    Decision,
    Outcome,
    answered,
    first_answers,
    implied_subject,
    nothing_about,
)
from clinicbot.knowledge.question import Context, Understanding
from clinicbot.knowledge.subjects import REFERENCE

COMPARISON_TOPIC = "ask_comparison"
PEOPLE = "people"
REMEDIES = frozenset({"treatment", "drug"})
GENERAL_NAMES = {"treatment": "treatments", "drug": "hair_loss_drugs"}
TRANSPLANT = "hair_transplant"


def dereferenced(heard: Understanding, context: Context, content: Content) -> Understanding:
    """With "the first one", "the other one" replaced by what they stand for; words that
    stand for nothing here are dropped."""
    stands_for = {
        "first_of_pair": context.pair[0] if context.pair else None,
        "second_of_pair": context.pair[1] if context.pair else None,
        "other_of_pair": _other(context),
    }
    subjects = [
        stands_for[s] if content.subjects.kind(s) == REFERENCE else s for s in heard.subjects
    ]
    known = tuple(s for s in subjects if s)
    return replace(heard, subjects=known, bare_subject=heard.bare_subject and bool(known))


def _other(context: Context) -> str | None:
    others = [s for s in context.pair if s != context.subject]
    if context.subject in context.pair and others:
        return others[0]
    return context.previous_subject


def about_named(
    heard: Understanding, named: tuple[str, ...], context: Context, content: Content
) -> Decision:
    """Gives the likeliest answer on the topic among those of the named subjects."""
    remedy = _remedy_talked_about(named, context, content)
    if remedy and (answer := content.find_answer(heard.intent, remedy)):
        return Decision(Outcome.ANSWER, answer, subject=remedy, carried=True, topic=heard.intent)
    implied = implied_subject(heard, content) if _only_people(named, content) else None
    if implied:
        return answered(content, heard.intent, implied)
    together = content.subjects.combinations(named, comparison=False)
    best = _best_among(heard, together[:1], content)
    if best := best or _best_among(heard, (*together, *named), content):
        answer, subject = best
        return Decision(Outcome.ANSWER, answer, subject=subject, topic=heard.intent)
    return nothing_about(content, heard.intent, (*together, *named)[0])


def about_uncovered(
    content: Content, topic: str, uncovered: str, named: tuple[str, ...] = ()
) -> Decision:
    """The articles do not cover the subject, but may help with its topic all the same, for
    the other subjects of the message or in general."""
    if topic in content.subjects.get(uncovered).see:
        for subject in filter(None, (*named, content.topics[topic].general)):
            if answer := content.find_answer(topic, subject):
                return Decision(
                    Outcome.ANSWER, answer, subject=subject, uncovered=uncovered, topic=topic
                )
    return Decision(Outcome.NO_ANSWER, uncovered=uncovered, topic=topic)


def _remedy_talked_about(named: tuple[str, ...], context: Context, content: Content) -> str | None:
    """ "Can women take it?" is about the remedy of the messages before."""
    earlier = context.subject
    if not earlier or not _only_people(named, content):
        return None
    return earlier if content.subjects.kind(earlier) in REMEDIES else None


def _only_people(named: tuple[str, ...], content: Content) -> bool:
    """Whether the message names nothing but men or women, who are often not what it is about
    ("my wife pulls her hair out")."""
    return {content.subjects.kind(subject) for subject in named} == {PEOPLE}


def _best_among(
    heard: Understanding, subjects: tuple[str, ...], content: Content
) -> tuple[Answer, str] | None:
    """The likeliest answer on the topic that one of these subjects has."""
    found = [
        (_rank(answer, heard), place, answer, subject)
        for place, subject in enumerate(subjects)
        if (answer := content.find_answer(heard.intent, subject))
    ]
    if not found:
        return None
    _, _, answer, subject = min(found, key=lambda row: row[:2])
    return answer, subject


def compare(
    heard: Understanding, named: tuple[str, ...], context: Context, content: Content
) -> Decision:
    """A written comparison where there is one, else a table of any two remedies."""
    remedies = _sides(named, context, content)
    written = content.subjects.combinations(
        {*named, *remedies, *_classes(remedies, content)}, comparison=True
    )
    answers = [content.served.get((COMPARISON_TOPIC, subject)) for subject in written]
    if found := [answer for answer in answers if answer]:
        best = min(found, key=lambda answer: _rank(answer, heard))
        return Decision(Outcome.ANSWER, best, subject=best.subject, topic=COMPARISON_TOPIC)
    if len(remedies) >= 2:
        pair = (remedies[0], remedies[1])
        return Decision(Outcome.ANSWER, compare=pair, subject=pair[0], topic=COMPARISON_TOPIC)
    if ranked := first_answers(heard, content, COMPARISON_TOPIC):
        return Decision(
            Outcome.ANSWER, ranked[0], subject=ranked[0].subject, topic=COMPARISON_TOPIC
        )
    return answered(content, COMPARISON_TOPIC, content.topics[COMPARISON_TOPIC].general or "")


def _sides(named: tuple[str, ...], context: Context, content: Content) -> list[str]:
    """The remedies to compare: those named, with the one talked about if that makes two."""
    remedies = [s for s in named if content.subjects.kind(s) in REMEDIES]
    remedies = [s for s in remedies if not content.subjects.get(s).general]
    earlier = context.subject
    lacks_one = len(remedies) < 2 and earlier and earlier not in remedies
    if earlier and lacks_one and content.subjects.kind(earlier) in REMEDIES:
        remedies.insert(0, earlier)
    return remedies


def _classes(remedies: list[str], content: Content) -> set[str]:
    """The general names of what is compared: "PRP or a transplant" is "treatments or a
    transplant" too. With one side missing, the treatments are the other."""
    classes = {GENERAL_NAMES[content.subjects.kind(s)] for s in remedies if s != TRANSPLANT}
    return classes if len(remedies) > 1 else {*classes, GENERAL_NAMES["treatment"]}


def _rank(answer: Answer, heard: Understanding) -> int:
    """Place of an answer among the likeliest; those not ranked come last, as they were."""
    places = [place for place, row in enumerate(heard.ranking) if row.id == answer.id]
    return places[0] if places else len(heard.ranking)
