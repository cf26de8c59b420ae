"""One spelling of every character, and no endless message."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinicbot.nlu.message_cleaner import MessageCleaner, clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("how  long\n is\tit ", "how long is it"),
        ("can’t “wait”", 'can\'t "wait"'),
        ("ＰＲＰ", "PRP"),
        ("ﬁnasteride", "finasteride"),
        ("a\x00b\x07c", "a b c"),
        ("\u202eabc\u202c", "abc"),
        ("", ""),
        ("\u200b\n", ""),
        ("😀 ok", "😀 ok"),
        ("\ud800", ""),
    ],
)
def test_characters_are_brought_to_one_form(text, cleaned):
    assert clean(text, 100) == cleaned


@pytest.mark.parametrize("invisible", ["\u00ad", "\u200d", "\u2060", "\ufeff"])
def test_an_invisible_character_inside_a_word_does_not_split_it(invisible):
    assert clean(f"exo{invisible}somes", 100) == "exosomes"


def test_a_long_text_is_cut():
    assert clean("x" * 5000, 1000) == "x" * 1000


def test_cleaning_twice_changes_nothing():
    once = clean(" ﬁ\u00a0 ’ \u0301e ", 100)
    assert clean(once, 100) == once


def test_messages_are_cleaned_in_training_and_in_use(graph):
    component = graph.create(MessageCleaner, max_chars=5)
    data = TrainingData([Message({TEXT: "ab\tcdef"})])
    assert component.process_training_data(data).training_examples[0].get(TEXT) == "ab cd"
    assert component.process([Message({TEXT: "ab\tcdef"})])[0].get(TEXT) == "ab cd"


@pytest.mark.parametrize("data", [{}, {TEXT: ""}, {TEXT: None}])
def test_a_message_without_text_is_left_alone(graph, data):
    (message,) = graph.create(MessageCleaner).process([Message(dict(data))])
    assert not message.get(TEXT)
