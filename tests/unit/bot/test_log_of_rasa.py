"""Rasa's own log entries hold texts, slots and trackers; none of that is written."""

from __future__ import annotations

import logging

from clinicbot.bot import environment


def written(caplog, **entry) -> str:
    with caplog.at_level(logging.WARNING):
        environment.log_utils.structlog.get_logger("rasa.test").warning("it.failed", **entry)
    return caplog.text


def test_an_entry_keeps_its_name_and_nothing_that_was_said(caplog):
    text = written(caplog, text="my name is Jane", slots={"callback_name": "Jane"})
    assert "it.failed" in text
    assert "Jane" not in text


def test_an_exception_is_written_without_its_variables(caplog):
    try:
        name = "Jane"
        raise ValueError(name)
    except ValueError:
        text = written(caplog, exc_info=True)
    assert "it.failed" in text
    assert "Jane" not in text
