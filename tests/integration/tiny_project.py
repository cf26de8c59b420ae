"""A very small Rasa project, trained in seconds: enough to try what surrounds Rasa."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FILES = {
    "config.yml": """\
assistant_id: tiny
language: en
pipeline:
- name: WhitespaceTokenizer
- name: CountVectorsFeaturizer
- name: LogisticRegressionClassifier
policies:
- name: RulePolicy
""",
    "domain.yml": """\
version: "3.1"
intents: [greet, ask_downtime, sleep, fail, offer, call_me, silent, loop, forget,
          request_callback]
entities: [answer_id, callback_name, callback_contact]
slots:
  topic: {type: text, mappings: [{type: custom}]}
  subject: {type: text, mappings: [{type: custom}]}
  private: {type: text, mappings: [{type: custom}]}
responses:
  utter_greet:
  - text: "Hello.\\n\\nHow can I help?"
    metadata: {kind: small_talk}
actions: [action_ask, action_sleep, action_fail, action_offer, action_book, action_silent,
          action_forget, action_loop]
session_config:
  session_expiration_time: 60
  carry_over_slots_to_new_session: true
""",
    "data/nlu.yml": """\
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi there
    - good morning
- intent: ask_downtime
  examples: |
    - how long is the downtime for prp
    - what is the downtime
    - how long does downtime last
- intent: sleep
  examples: |
    - sleep please
    - sleep a while
- intent: fail
  examples: |
    - fail now
    - please fail
- intent: offer
  examples: |
    - offer me something
    - show the offer
- intent: call_me
  examples: |
    - book a call
    - book me a call back
- intent: silent
  examples: |
    - silence
    - keep silence
- intent: forget
  examples: |
    - who am i
    - who do you think am i
- intent: loop
  examples: |
    - circle
    - run in a circle
- intent: request_callback
  examples: |
    - zzrequest
    - zzrequest zzcallback
""",
    "data/rules.yml": """\
version: "3.1"
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: ask
  steps: [{intent: ask_downtime}, {action: action_ask}]
- rule: sleep
  steps: [{intent: sleep}, {action: action_sleep}]
- rule: fail
  steps: [{intent: fail}, {action: utter_greet}, {action: action_fail}]
- rule: offer
  steps: [{intent: offer}, {action: action_offer}]
- rule: call me
  steps: [{intent: call_me}, {action: action_book}]
- rule: submit
  steps: [{intent: request_callback}, {action: action_book}]
- rule: silent
  steps: [{intent: silent}, {action: action_silent}]
- rule: circle
  steps: [{intent: loop}, {action: action_loop}]
- rule: forget
  steps: [{intent: forget}, {action: action_forget}]
""",
    "tiny_actions/__init__.py": """\
import asyncio

from rasa_sdk import Action
from rasa_sdk.events import FollowupAction, SlotSet

HOLD = {"callback_requests": None, "seconds": 0.0}


def say(dispatcher, text, kind="answer", answer=None, blocks=()):
    blocks = [{"type": "text", "text": text}, *blocks]
    payload = {"blocks": blocks, "answer": {"id": answer} if answer else None, "kind": kind}
    dispatcher.utter_message(text=text, json_message=payload)


def entity(tracker, name):
    return next(tracker.get_latest_entity_values(name), None)


class Ask(Action):
    def name(self):
        return "action_ask"

    async def run(self, dispatcher, tracker, domain):
        answer = entity(tracker, "answer_id") or "ask_downtime/prp"
        before = tracker.get_slot("subject")
        say(dispatcher, f"Before: {before}.", answer=answer)
        topic, subject = answer.split("/")
        return [SlotSet("topic", topic), SlotSet("subject", subject), SlotSet("private", "Ann")]


class Sleep(Action):
    def name(self):
        return "action_sleep"

    async def run(self, dispatcher, tracker, domain):
        await asyncio.sleep(HOLD["seconds"])
        say(dispatcher, "Slept.", answer="ask_sleep/assistant")
        return []


class Fail(Action):
    def name(self):
        return "action_fail"

    async def run(self, dispatcher, tracker, domain):
        if HOLD["callback_requests"]:
            HOLD["callback_requests"].record(tracker.sender_id, "Ann", "1")
        say(dispatcher, "Almost.")
        raise ValueError("on purpose")


class Offer(Action):
    def name(self):
        return "action_offer"

    async def run(self, dispatcher, tracker, domain):
        items = [
            {"id": "answer:ask_downtime/exosomes", "title": "Downtime for exosomes"},
            {"id": "intent:greet", "title": "Say hello"},
        ]
        fields = [{"name": "name"}, {"name": "contact"}]
        form = {"type": "form", "id": "callback", "fields": fields}
        say(dispatcher, "Choose.", "clarify", None, [{"type": "choices", "items": items}, form])
        return []


class Book(Action):
    def name(self):
        return "action_book"

    async def run(self, dispatcher, tracker, domain):
        name = entity(tracker, "callback_name") or "Ann"
        contact = entity(tracker, "callback_contact") or "0123"
        reference = HOLD["callback_requests"].record(tracker.sender_id, name, contact)
        say(dispatcher, f"Noted: {reference}.", "booking")
        return []


class Silent(Action):
    def name(self):
        return "action_silent"

    async def run(self, dispatcher, tracker, domain):
        return []


class Loop(Action):
    def name(self):
        return "action_loop"

    async def run(self, dispatcher, tracker, domain):
        return [FollowupAction("action_loop")]


class Forget(Action):
    def name(self):
        return "action_forget"

    async def run(self, dispatcher, tracker, domain):
        slots = {name: tracker.get_slot(name) for name in ("topic", "subject", "private")}
        say(dispatcher, str(slots))
        return []
""",
}


def write_project(folder: Path) -> None:
    """Writes the files of the project into the folder."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def train(folder: Path) -> Path:
    """Trains in a process of its own; gives the model archive."""
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "tiny", "--quiet"]
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    model = folder / "models" / "tiny.tar.gz"
    assert model.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    return model
