"""Whoever adds a table says how a visitor is erased from it; nobody edits the audit trail."""

from __future__ import annotations

import re

from clinicbot.storage.erasure_plan import NO_WORDS, PARTS, WORDS
from clinicbot.storage.tables import conversations, metadata
from tests.rules.source import ROOT, product_files


def test_every_table_is_erased_with_a_conversation_or_holds_no_visitors_words():
    planned = {table.name for table in PARTS} | {conversations.name}
    assert planned | set(NO_WORDS) == set(metadata.tables)
    assert planned & set(NO_WORDS) == set()


def test_every_table_of_the_plan_knows_its_conversation():
    for table in PARTS:
        (key,) = table.c.conversation_id.foreign_keys
        assert (key.column.table.name, key.ondelete) == ("conversations", "CASCADE")
        assert not table.c.conversation_id.nullable


def test_a_table_that_is_not_erased_says_why_and_names_no_conversation():
    for name, reason in NO_WORDS.items():
        assert len(reason) > 30
        assert "conversation_id" not in metadata.tables[name].c


def test_the_words_are_a_part_of_the_plan():
    assert {table.name for table in WORDS} < {table.name for table in PARTS}


def test_nothing_in_the_product_changes_or_deletes_an_audit_row():
    changes = re.compile(r"audit_log\s*\.\s*(update|delete)|(?i:(update|from|into)\s+.?audit_log)")
    found = {
        (path.as_posix(), match.group())
        for path in product_files()
        for match in changes.finditer((ROOT / path).read_text())
    }
    # `expire` deletes rows that are years old, and says so inside the chain.
    assert found == {("clinicbot/storage/audit.py", "audit_log.delete")}
