"""The use case: a question in, a reply with its sources out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from clinicbot.errors import InvalidInput
from clinicbot.knowledge import reply, resolution
from clinicbot.knowledge.composition import compose, compose_answer, without_offers
from clinicbot.knowledge.content import Content
from clinicbot.knowledge.decision import Decision
from clinicbot.knowledge.question import Context, Understanding
from clinicbot.knowledge.reply import Reply

Rule = Callable[[Understanding, Context, Content], Decision]
NO_CONTEXT = Context()

FOLLOW_UPS: Mapping[str, Rule] = {
    "ask_same_about": resolution.same_about,
    "ask_other_one": resolution.same_about,
    "ask_why": resolution.why,
    "ask_more": resolution.more,
    "affirm": resolution.more,
}


class AnsweringService:
    """Answers from the curated content."""

    def __init__(self, content: Content) -> None:
        self._content = content

    @property
    def content(self) -> Content:
        return self._content

    def answer(self, heard: Understanding, context: Context) -> Reply:
        """The reply to a question or a follow-up."""
        rule = FOLLOW_UPS.get(heard.intent, resolution.resolve)
        decision = rule(heard, context, self._content)
        said = compose(replace(decision, named=heard.subjects), self._content)
        return self._in_tone(said, context)

    def give(self, answer_id: str, context: Context = NO_CONTEXT) -> Reply:
        """The reply for a choice that was offered.

        Raises:
            InvalidInput: there is no such answer.
        """
        answer = self._content.answers.get(answer_id)
        if answer is None:
            raise InvalidInput(f"There is no answer {answer_id!r}.")
        return self._in_tone(compose_answer(answer, self._content), context)

    def _in_tone(self, said: Reply, context: Context) -> Reply:
        """After a danger, the reply without what nobody asked for."""
        quiet = context.danger in self._content.rules.quiet_after
        return without_offers(said, self._content) if quiet else said

    def abuse(self, count: int) -> Reply:
        """What the visitor hears at the first, second ... abusive message of a session."""
        rules = self._content.rules
        pause = rules.abuse_pause_minutes if count >= rules.abuse_pause_at else 0
        key = "abuse_pause" if pause else "abuse_scope" if count == 1 else "abuse_limit"
        words = self._content.messages[key].format(minutes=pause, **self._content.clinic)
        return Reply((reply.text(words),), "small_talk", pause_minutes=pause)

    def talks_first(self, context: Context) -> bool:
        """Whether staff should talk to this visitor before they propose anything."""
        return context.danger in self._content.rules.talk_first_after

    def contact_offer(self) -> Reply:
        """How to reach the clinic, and the form for a call back."""
        clinic, messages = self._content.clinic, self._content.messages
        fields = [
            {"name": "name", "label": messages["callback_name_label"], "autocomplete": "name"},
            {"name": "contact", "label": messages["callback_contact_label"], "autocomplete": "off"},
        ]
        return Reply(
            (
                reply.text(messages["contact_intro"].format(**clinic)),
                reply.contact(phone=clinic["phone"], email=clinic["email"], hours=clinic["hours"]),
                reply.form("callback", fields, messages["callback_submit"]),
            ),
            "booking",
        )

    def callback_saved(self, reference: str) -> Reply:
        """What the visitor hears once the request is stored in this very transaction."""
        words = self._content.messages["callback_saved"]
        return Reply(
            (reply.text(words.format(reference=reference, **self._content.clinic)),), "booking"
        )

    def callback_stopped(self) -> Reply:
        """What the visitor hears who stops before anything was stored."""
        return Reply((reply.text(self._content.messages["callback_stopped"]),), "small_talk")

    def callback_refused(self, field: str) -> Reply:
        """Why a name or a contact was not taken, and what to give instead."""
        return Reply((reply.text(self._content.messages[f"callback_bad_{field}"]),), "booking")
