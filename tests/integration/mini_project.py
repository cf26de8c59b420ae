"""A small Rasa project with a form and our own actions: enough for `clinicbot serve`.

`broken_actions` has actions of the same names, which fail once `BROKEN` is set.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from clinicbot.settings import PROJECT_ROOT
from tests.integration.tiny_project import train

FILES = {
    "config.yml": """\
assistant_id: mini
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
intents: [greet, book, give_name]
slots:
  danger: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  callback_name:
    type: text
    influence_conversation: false
    mappings:
    - {type: from_text, conditions: [{active_loop: callback_form, requested_slot: callback_name}]}
  callback_contact:
    type: text
    influence_conversation: false
    mappings:
    - type: from_text
      conditions: [{active_loop: callback_form, requested_slot: callback_contact}]
forms:
  callback_form:
    required_slots: [callback_name, callback_contact]
actions: [validate_callback_form, action_submit_callback]
responses:
  utter_greet: [{text: Hello., metadata: {kind: small_talk}}]
  utter_ask_callback_name: [{text: "Which name?", metadata: {kind: booking}}]
  utter_ask_callback_contact: [{text: "Which phone number?", metadata: {kind: booking}}]
session_config:
  session_expiration_time: 60
  carry_over_slots_to_new_session: false
""",
    "data/nlu.yml": """\
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi there
    - good morning
- intent: book
  examples: |
    - I would like to book
    - book a call
    - book me in
- intent: give_name
  examples: |
    - Ann Lee
    - my name is Ann
""",
    "data/rules.yml": """\
version: "3.1"
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: book
  steps: [{intent: book}, {action: callback_form}, {active_loop: callback_form}]
- rule: submit
  condition: [{active_loop: callback_form}]
  steps:
  - action: callback_form
  - active_loop: null
  - slot_was_set: [{requested_slot: null}]
  - action: action_submit_callback
""",
    "broken_actions/__init__.py": """\
from rasa_sdk import Action
from rasa_sdk.forms import FormValidationAction

BROKEN = {"now": False}


def _fail():
    if BROKEN["now"]:
        raise ConnectionError("the action server is stopped")


class Validate(FormValidationAction):
    def name(self):
        return "validate_callback_form"

    async def run(self, dispatcher, tracker, domain):
        _fail()
        return await super().run(dispatcher, tracker, domain)


class Submit(Action):
    def name(self):
        return "action_submit_callback"

    async def run(self, dispatcher, tracker, domain):
        _fail()
        dispatcher.utter_message(text="Submitted.")
        return []
""",
}


def make_mini_project(folder: Path) -> Path:
    """Writes and trains the project; gives the model archive."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return train(folder)


def mini_content(folder: Path) -> Path:
    """Our content, with the only question that this model must answer before it is served."""
    shutil.copytree(PROJECT_ROOT / "content", folder)
    (folder / "golden_questions.yml").write_text("questions: [hello]\n")
    return folder
