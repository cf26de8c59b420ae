"""Rasa's Agent on its own thread, one database transaction a message."""

from clinicbot.bot import environment  # noqa: F401  (first: it must come before any import of rasa)
