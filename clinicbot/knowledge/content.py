"""What the clinic says: the value types of `content/`, and one book that holds them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from clinicbot.knowledge.contact import NameRules
from clinicbot.knowledge.subjects import SubjectCatalogue


@dataclass(frozen=True)
class Source:
    """One of the curated articles; `figures` are the numbers that stand in it."""

    key: str
    title: str
    reviewed_on: date
    figures: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True)
class Topic:
    """One kind of question.

    Attributes:
        general: the subject that answers when nobody named one; None if there is none.
        one_answer: the topic has a single answer, whatever the subject.
        by_wording: its answers are told apart by what was asked, not by a subject.
    """

    id: str
    name: str
    general: str | None = None
    one_answer: bool = False
    by_wording: bool = False

    @property
    def carries(self) -> bool:
        """Whether follow-ups ("and for women?") can go on with this topic."""
        return not (self.one_answer or self.by_wording)


@dataclass(frozen=True)
class Claim:
    """One fact of one article, in our own words.

    Attributes:
        kind: fact, benefit, figure, opinion or regulatory.
        conflict_group: name of the point on which articles differ; such claims come
            all or none.
        background: true where no answer uses it, on purpose.
    """

    id: str
    article: str
    section: str
    topic: str
    subjects: tuple[str, ...]
    kind: str
    text: str
    conflict_group: str | None = None
    background: bool = False


@dataclass(frozen=True)
class Notice:
    """A reviewed text from outside the articles; the text itself names its source and date
    unless it is the clinic's own policy."""

    id: str
    text: str
    source: str
    source_date: date
    reviewed_on: date
    reviewed_by: str
    enabled: bool = True


@dataclass(frozen=True)
class Answer:
    """The curated reply for one topic and subject; `id` is `topic/subject`.

    Attributes:
        title: the question as a choice shows it.
        lead: the short sentence that answers first.
        compare: two subjects whose answers stand side by side in a table.
        also_for: further subjects that this answer serves.
        facts: keys of clinic.yml shown under the lead.
        kind: "answer", or "no_answer" where the articles do not say and we can say so.
    """

    id: str
    title: str
    lead: str
    claims: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    also_for: tuple[str, ...] = ()
    compare: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    booking: bool = False
    kind: str = "answer"

    @property
    def topic(self) -> str:
        return self.id.split("/")[0]

    @property
    def subject(self) -> str:
        return self.id.split("/")[1]


@dataclass(frozen=True)
class NoticeRule:
    """Answers on these topics that use claims about these subjects carry the notice."""

    notice: str
    topics: frozenset[str]
    subjects: frozenset[str]


@dataclass(frozen=True)
class CompositionRules:
    """How answers are put together; read from `content/composition.yml`.

    Attributes:
        hedge_notice: the notice that accompanies every benefit.
        attributed_kinds: kinds of claims that always name their article.
        compare_topics: rows of a side-by-side answer, in order.
        why_topics: where "why?" looks, in order.
        more_topics: where "tell me more" looks, in order.
        max_choices: how many choices a reply offers at most.
        implied_subject_share: share of a topic's probability (0 to 1) above which the best
            answer's subject counts as meant although the message does not name it.
        sure_of_intent: probability from which a message that says little but its subject is
            taken as a question of its own instead of a follow-up.
        quiet_after: dangers after which nothing is offered that nobody asked for.
        quiet_leaves_out: the choices that are such offers, as patterns of their ids.
        talk_first_after: dangers after which staff should talk before they propose anything.
        abuse_pause_at: the abusive message of a session at which replies stop for a while.
        abuse_pause_minutes: for how long.
    """

    hedge_notice: str
    attributed_kinds: frozenset[str]
    notice_rules: tuple[NoticeRule, ...]
    compare_topics: tuple[str, ...]
    why_topics: tuple[str, ...]
    more_topics: tuple[str, ...]
    max_choices: int
    implied_subject_share: float
    sure_of_intent: float
    quiet_after: frozenset[str]
    quiet_leaves_out: tuple[str, ...]
    talk_first_after: frozenset[str]
    abuse_pause_at: int
    abuse_pause_minutes: int


@dataclass(frozen=True)
class Content:
    """Everything curated, by id."""

    sources: Mapping[str, Source]
    topics: Mapping[str, Topic]
    subjects: SubjectCatalogue
    claims: Mapping[str, Claim]
    answers: Mapping[str, Answer]
    notices: Mapping[str, Notice]
    clinic: Mapping[str, Any]
    messages: Mapping[str, str]
    rules: CompositionRules
    safety: tuple[Mapping[str, Any], ...]
    names: NameRules
    blocked: tuple[str, ...] = ()
    served: Mapping[tuple[str, str], Answer] = field(init=False)

    def __post_init__(self) -> None:
        served: dict[tuple[str, str], Answer] = {}
        for answer in self.answers.values():
            for subject in answer.also_for:
                served.setdefault((answer.topic, subject), answer)
        served.update({(a.topic, a.subject): a for a in self.answers.values()})
        object.__setattr__(self, "served", served)

    def find_answer(self, topic: str, subject: str) -> Answer | None:
        """The answer for exactly this topic and subject, or one that also serves it, or the
        nearest wider subject's; None if the articles say nothing."""
        for candidate in (subject, *self.subjects.wider(subject)):
            answer = self.served.get((topic, candidate))
            if answer:
                return answer
        return None

    def answers_about(self, subject: str) -> list[Answer]:
        """The answers whose subject this is, in the order of the topics."""
        return [
            self.served[topic, subject] for topic in self.topics if (topic, subject) in self.served
        ]
