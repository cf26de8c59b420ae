"""No log line holds personal data, whoever writes it."""

from __future__ import annotations

import io
import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest

from clinicbot.web.log_masking import mask_logs


def hide(text: str) -> str:
    return text.replace("614-889-1234", "[phone number]")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a handler writes that was made before the logs were masked."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    undo = mask_logs(hide)
    yield stream
    undo()
    logging.getLogger().removeHandler(handler)


def test_arguments_are_masked(log):
    logging.getLogger("sanic.error").error("from %s: %d", "614-889-1234", 5)
    assert log.getvalue() == "from [phone number]: 5\n"


def test_a_handler_made_later_writes_no_more(log):
    later = io.StringIO()
    logger = logging.getLogger("later")
    logger.addHandler(logging.StreamHandler(later))
    logger.propagate = False
    logger.error("614-889-1234")
    assert later.getvalue() == "[phone number]\n"


def test_an_exception_is_told_without_its_words(log):
    try:
        try:
            raise KeyError("Jane Doe")
        except KeyError as error:
            raise ValueError("614-889-1234 of Jane Doe") from error
    except ValueError:
        logging.getLogger("x").exception("It failed")
    written = log.getvalue()
    assert written.startswith("It failed\nValueError in test_an_exception")
    assert "caused by KeyError in" in written
    assert "Jane" not in written and "614" not in written


def test_a_line_that_cannot_be_written_stops_nobody(log):
    logging.getLogger("x").error("%d", "614-889-1234")
    assert log.getvalue() == "A log line could not be written (TypeError).\n"


def test_warnings_become_log_lines(log):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("614-889-1234", stacklevel=1)
    assert "[phone number]" in log.getvalue()
    assert "614" not in log.getvalue()


def test_what_ends_a_thread_or_the_program_is_told_without_words(log, capsys):
    def fail() -> None:
        raise RuntimeError("614-889-1234")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        fail()
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)
    assert log.getvalue().count("RuntimeError in") == 2
    assert "614" not in log.getvalue() + capsys.readouterr().err


def test_it_can_be_taken_back():
    before = logging.getLogRecordFactory()
    mask_logs(hide)()
    assert logging.getLogRecordFactory() is before
