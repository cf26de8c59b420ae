"""Nothing personal reaches a log, whoever writes the line and whatever an exception says."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

Mask = Callable[[str], str]

logger = logging.getLogger(__name__)


def mask_logs(mask: Mask) -> Callable[[], None]:
    """Masks every log record of this process from here on, of all libraries and for all
    handlers, those that are made later too. Gives a function that takes it back.

    Exceptions are told by their type and the way they came: their texts may quote anything.
    """
    before = logging.getLogRecordFactory(), sys.excepthook, threading.excepthook

    def make(*args: Any, **kwargs: Any) -> logging.LogRecord:
        return _mask_record(before[0](*args, **kwargs), mask)

    logging.setLogRecordFactory(make)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_thread

    def undo() -> None:
        logging.setLogRecordFactory(before[0])
        logging.captureWarnings(False)
        sys.excepthook, threading.excepthook = before[1:]

    return undo


def _mask_record(record: logging.LogRecord, mask: Mask) -> logging.LogRecord:
    try:
        record.msg = mask(record.getMessage())
    # A log line must never stop what logs it, nor get out as it is.
    except Exception as error:
        record.msg = f"A log line could not be written ({type(error).__name__})."
    record.args = None
    if record.exc_info:
        record.exc_text = _way_of(record.exc_info[1])
        record.exc_info = None
    return record


def _way_of(error: BaseException | None) -> str:
    """Types and places of an exception and of its causes; none of its words."""
    parts = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = traceback.extract_tb(error.__traceback__)
        places = " > ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
        parts.append(f"{type(error).__name__} in {places}")
        error = error.__cause__ or error.__context__
    return " caused by ".join(parts)


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logger.critical("The program ended: %s", _way_of(error))


def _log_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_type is not SystemExit:
        logger.critical("A thread ended: %s", _way_of(args.exc_value))
