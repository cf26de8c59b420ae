"""Erasure, export and retention on both databases (PR-04, PR-05, PR-06, PR-09)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from clinicbot.errors import Busy
from clinicbot.storage.erasure_plan import PARTS
from clinicbot.storage.expiry import BATCH
from clinicbot.storage.tables import conversations, erasures, metadata
from tests.integration.privacy_rig import DAY, PrivacyRig


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[PrivacyRig]:
    rig = PrivacyRig(database_url, tmp_path / "var")
    yield rig
    rig.close()


def visit_both(rig: PrivacyRig) -> tuple[str, str]:
    """Two visitors, everything of whom is stored; gives the references of their requests."""
    references = []
    for name, contact in (("c", "614-889-1234"), ("d", "jane@example.com")):
        rig.visit(name, "hello", "again")
        rig.fill(name, "callback_name", "Ann")
        rig.stored.requests.record(name, "erase")
        references.append(rig.call_back(name, "Ann", contact))
    return references[0], references[1]


ONE = {
    **{table.name: 1 for table in PARTS},
    **{"chat_events": 4, "tracker_events": 2, "turn_log": 2, "processed_messages": 2},
    "conversations": 1,
}


def test_the_visit_of_these_tests_fills_every_table_of_the_plan(rig):
    visit_both(rig)
    assert set(rig.counts()) == {table.name for table in PARTS} | {"conversations"}


@pytest.mark.parametrize("contact", ["614-889-1234", "+1 (614) 889 1234", "6148891234"])
def test_a_contact_is_erased_with_everything_and_nobody_else(rig, contact):
    visit_both(rig)
    receipt = rig.erase("contact", contact)
    assert dict(receipt.rows) == ONE
    assert receipt.clean
    assert rig.counts() == ONE
    again = rig.erase("contact", contact)
    assert (again.total, again.files) == (0, 0)


def test_a_request_from_before_there_were_keys_is_found_by_its_contact(rig):
    visit_both(rig)
    rig.run("UPDATE callback_requests SET contact_key = NULL")
    assert rig.erase("contact", "JANE@example.com ").total == sum(ONE.values())


def test_a_contact_in_a_form_that_nobody_finished_is_found(rig):
    rig.visit("c", "hello")
    rig.fill("c", "callback_contact", "614 889 1234")
    assert rig.erase("contact", "614-889-1234").rows["form_values"] == 1


@pytest.mark.parametrize("nothing", ["", "nobody", "555-0100"])
def test_what_is_no_contact_finds_nobody(rig, nothing):
    rig.visit("c", "hello")
    rig.fill("c", "callback_contact", "nobody knows")
    assert rig.erase("contact", nothing).total == 0


def test_a_reference_of_either_kind_names_its_conversation(rig):
    reference, _ = visit_both(rig)
    assert rig.erase("reference", reference.lower()).rows["conversations"] == 1
    wish = rig.stored.requests.record("d", "export")
    assert rig.erase("reference", f" {wish} ").rows["privacy_requests"] == 2
    assert rig.counts() == {}


def test_a_conversation_is_erased_by_its_id(rig):
    visit_both(rig)
    assert rig.erase("conversation", "c").total == sum(ONE.values())
    assert rig.erase("conversation", "c").total == 0


def test_the_visitors_own_deletion_leaves_a_tombstone_and_a_row_in_the_trail_too(rig):
    visit_both(rig)
    assert rig.storage.conversations.erase("c") == sum(ONE.values())
    ((actor, action, target, details),) = rig.audit()
    assert (actor, action, details) == ("visitor", "erase", ONE)
    assert target.startswith("conversation:")
    assert len(rig.storage.eraser.list_tombstones()[0]) == 2  # in the file and in the database


def test_the_tombstone_remembers_the_consent_and_no_name(rig):
    rig.visit("the-conversation", "hello")
    rig.erase("conversation", "the-conversation")
    with rig.storage.engine.connect() as connection:
        (row,) = connection.execute(sa.select(erasures))
    assert (row.kind, row.consent_version, row.erased_at) == ("conversation", "v1", rig.now)
    assert "the-conversation" not in str(tuple(row))


def test_an_export_is_exactly_what_the_database_holds(rig):
    visit_both(rig)
    (held,) = rig.export("contact", "614-889-1234")["conversations"]
    assert set(held) == {table.name for table in PARTS} | {"conversations"}
    with rig.storage.engine.connect() as connection:
        for name, rows in held.items():
            key = "id" if name == "conversations" else "conversation_id"
            table = metadata.tables[name]
            stored = connection.execute(sa.select(table).filter_by(**{key: "c"})).all()
            texts = [{k: _plain(v) for k, v in row._mapping.items()} for row in stored]
            assert sorted(map(str, rows)) == sorted(map(str, texts)), name
            assert len(rows) == ONE[name]
    ((actor, action, target, details),) = rig.audit()
    assert (actor, action, details) == ("root", "export", {"found": 1})
    assert target.startswith("contact:") and "889" not in target.split(":")[0]


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_an_export_of_nobody_is_nothing_and_leaves_no_row(rig):
    assert rig.export("contact", "nobody@example.com") is None
    assert rig.audit() == []


def test_old_chats_go_young_ones_stay_and_the_trail_counts(rig):
    rig.visit("old", "secret words")
    rig.now += 29 * DAY
    rig.visit("young", "hello")
    assert rig.retention.run() == {}
    rig.now += 2 * DAY
    counts = rig.retention.run()
    assert counts["conversations"] == 1 and counts["chat_events"] == 2
    assert rig.counts()["conversations"] == 1
    assert rig.storage.conversations.is_open("young")
    ((actor, action, _, details),) = rig.audit()
    assert (actor, action, details) == ("clinicbot", "retention", counts)
    assert "secret" not in str(rig.stored.audit.list_rows(9))


def test_a_conversation_without_a_word_goes_too(rig):
    rig.visit("silent")
    rig.now += 31 * DAY
    assert rig.retention.run()["conversations"] == 1
    assert rig.counts() == {}


def test_the_last_message_counts_not_the_first(rig):
    rig.visit("c", "hello")
    rig.run("UPDATE conversations SET created_at = :now WHERE id = 'c'")
    rig.now += 31 * DAY
    rig.run("UPDATE conversations SET last_message_at = :now WHERE id = 'c'")
    rig.now += DAY
    assert rig.retention.run() == {}


def test_an_open_request_outlives_its_chat_until_its_own_time_is_over(rig):
    rig.visit("c", "hello")
    rig.fill("c", "callback_name", "Ann")
    reference = rig.call_back("c")
    rig.now += 31 * DAY
    assert "callback_requests" not in rig.retention.run()
    assert rig.counts() == {"conversations": 1, "callback_requests": 1, "consents": 1}
    assert rig.desk.show_callback("root", reference)["name"] == "Ann"
    assert rig.retention.run() == {}
    rig.now += 150 * DAY
    assert rig.retention.run() == {"conversations": 1, "callback_requests": 1, "consents": 1}
    assert rig.counts() == {}


@pytest.mark.parametrize("status", ["done", "cancelled"])
def test_a_settled_request_goes_with_its_chat(rig, status):
    rig.visit("c", "hello")
    rig.desk.set_callback_status("root", rig.call_back("c"), status)
    rig.now += 31 * DAY
    rig.retention.run()
    assert rig.counts() == {}


def test_a_settled_request_goes_beside_an_open_one(rig):
    rig.visit("c", "hello")
    rig.desk.set_callback_status("root", rig.call_back("c"), "done")
    rig.call_back("c")
    rig.now += 31 * DAY
    rig.retention.run()
    assert rig.counts()["callback_requests"] == 1


def test_a_request_that_is_settled_later_goes_with_the_next_run(rig):
    rig.visit("c", "hello")
    reference = rig.call_back("c")
    rig.now += 31 * DAY
    rig.retention.run()
    rig.desk.set_callback_status("root", reference, "done")
    rig.retention.run()
    assert rig.counts() == {}


def test_an_open_wish_about_ones_data_is_kept_like_a_request(rig):
    rig.visit("c", "hello")
    reference = rig.stored.requests.record("c", "erase")
    rig.now += 31 * DAY
    rig.retention.run()
    assert rig.counts() == {"conversations": 1, "privacy_requests": 1, "consents": 1}
    rig.desk.settle_wish("root", reference)
    rig.retention.run()
    assert rig.counts() == {}


def test_values_of_a_form_that_nobody_finished_go_after_a_day(rig):
    rig.visit("c", "hello")
    rig.fill("c", "callback_name", "Ann")
    rig.now += DAY / 2
    rig.fill("c", "callback_contact", "1")
    rig.now += DAY * 0.6
    assert rig.retention.run() == {"form_values": 1}


def test_many_conversations_go_in_batches(rig):
    number = 2 * BATCH + 3
    for i in range(number):
        rig.visit(f"c{i:03}")
    rig.now += 31 * DAY
    pauses = []
    rig.retention._pause = pauses.append
    assert rig.retention.run()["conversations"] == number
    assert len(pauses) == 3


def test_a_run_that_is_stopped_leaves_the_rest_to_the_next(rig):
    for i in range(BATCH + 1):
        rig.visit(f"c{i:03}")
    rig.now += 31 * DAY
    answers = iter([False, True])
    assert rig.retention.run(stopped=lambda: next(answers))["conversations"] == BATCH
    assert rig.counts()["conversations"] == 1


async def test_a_conversation_that_is_being_answered_is_left_alone(rig):
    if rig.url.startswith("sqlite"):
        pytest.skip("SQLite's one writer cannot run beside another")
    turns = rig.storage.make_turns()
    rig.storage.conversations.open("c", "https://clinic.example", rig.now)
    rig.now += 31 * 365 * DAY
    async with turns.begin("c"):
        assert rig.retention.run() == {}
    assert rig.retention.run()["conversations"] == 1


def test_what_a_restored_backup_brings_back_is_erased_again(rig):
    """Without the table `erasures`, which the backup does not have either."""
    visit_both(rig)
    backup = snapshot(rig)
    rig.erase("conversation", "c")
    rig.erase("contact", "jane@example.com")
    restore(rig, backup)
    assert rig.counts()["conversations"] == 2
    receipt = rig.service.replay()
    assert receipt.rows["conversations"] == 2
    assert rig.counts() == {}
    assert rig.service.replay().total == 0
    assert ("clinicbot", "erase.replayed") in [row[:2] for row in rig.audit()]


def test_a_contact_that_comes_back_after_its_erasure_is_not_erased_again(rig):
    rig.visit("c", "hello")
    rig.call_back("c")
    rig.erase("contact", "614-889-1234")
    rig.now += DAY
    rig.visit("later", "hello again")
    rig.call_back("later")
    assert rig.service.replay().total == 0
    assert rig.storage.conversations.is_open("later")


def test_an_older_conversation_of_an_erased_contact_is_erased_after_a_restore(rig):
    """Its chat was gone when the contact was erased: only the contact's tombstone knows it."""
    rig.visit("older", "hello")
    rig.call_back("older")
    backup = snapshot(rig)
    rig.run("DELETE FROM conversations WHERE id = 'older'")
    rig.visit("newer", "hello")
    rig.call_back("newer")
    rig.erase("contact", "614-889-1234")
    restore(rig, backup)
    rig.service.replay()
    assert rig.counts() == {}


def snapshot(rig: PrivacyRig) -> dict[str, list[dict[str, object]]]:
    with rig.storage.engine.connect() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(sa.select(table))]
            for table in (conversations, *PARTS)
        }


def restore(rig: PrivacyRig, backup: dict[str, list[dict[str, object]]]) -> None:
    with rig.storage.engine.begin() as connection:
        connection.execute(erasures.delete())
        connection.execute(conversations.delete())
        for name, rows in backup.items():
            if rows:
                connection.execute(metadata.tables[name].insert(), rows)


def test_a_version_of_the_notice_is_stored_before_anything_is_said(rig):
    rig.visit("c", notice="2026-11-20")
    (row,) = rig.stored.data.collect(["c"])[0]["consents"]
    assert (row["version"], row["accepted_at"]) == ("2026-11-20", None)


def test_without_a_notice_there_is_no_consent(rig):
    rig.visit("c", notice="")
    assert "consents" not in rig.counts()


def test_a_wish_is_the_same_one_while_it_is_open(rig):
    rig.visit("c")
    first = rig.stored.requests.record("c", "erase")
    assert first.startswith("PR-") and len(first) == 9
    assert rig.stored.requests.record("c", "erase") == first
    assert rig.stored.requests.record("c", "export") != first
    rig.desk.settle_wish("root", first)
    assert rig.stored.requests.record("c", "erase") != first


async def test_a_wish_is_stored_with_its_message_or_not_at_all(rig):
    rig.storage.conversations.open("c", "https://clinic.example", rig.now)
    with pytest.raises(Busy):
        async with rig.storage.make_turns().begin("c"):
            rig.stored.requests.record("c", "erase")
            raise Busy("the turn failed")
    assert "privacy_requests" not in rig.counts()
