"""Tombstones outside the database, and the exports that an erasure takes along."""

from __future__ import annotations

import hashlib
import json
import stat
from datetime import datetime, timezone
from pathlib import Path

import pytest

from clinicbot.errors import StorageUnavailable
from clinicbot.storage.erasure_files import ErasureFiles, Tombstone

KEY = "a key that only the tests know, long enough"
NOW = datetime(2026, 11, 20, 8, tzinfo=timezone.utc)


@pytest.fixture
def files(tmp_path: Path) -> ErasureFiles:
    return ErasureFiles(tmp_path, KEY)


def stone(files: ErasureFiles, value: str = "c") -> Tombstone:
    return Tombstone("conversation", files.hash("conversation", value), NOW, "v1", NOW)


def test_a_tombstone_is_read_back(files):
    files.append(stone(files, "c"))
    files.append(stone(files, "d"))
    found, unmatched = files.read()
    assert [s.key_hash for s in found] == [files.hash("conversation", v) for v in "cd"]
    assert (found[0].erased_at, unmatched) == (NOW, 0)


def test_the_file_names_nobody_and_is_its_owners_alone(files, tmp_path):
    files.append(stone(files, "the-conversation"))
    path = tmp_path / "erasures.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    line = json.loads(path.read_text())
    assert set(line) == {
        "kind",
        "key_hash",
        "erased_at",
        "consent_version",
        "accepted_at",
        "key",
    }
    assert "the-conversation" not in path.read_text()


def test_the_hash_needs_the_key_and_tells_kinds_apart(files, tmp_path):
    other = ErasureFiles(tmp_path, KEY + "!")
    assert files.hash("contact", "x") != other.hash("contact", "x")
    assert files.hash("contact", "x") != files.hash("conversation", "x")
    assert hashlib.sha256(b"contact:x").hexdigest() != files.hash("contact", "x")


def test_tombstones_of_another_key_are_counted_not_matched(files, tmp_path):
    files.append(stone(files))
    assert ErasureFiles(tmp_path, KEY + "!").read() == ([], 1)


def test_a_half_written_line_spoils_no_other(files, tmp_path):
    files.append(stone(files, "c"))
    with (tmp_path / "erasures.jsonl").open("a") as file:
        file.write('{"kind": "conv')
    files.append(stone(files, "d"))
    found, unmatched = files.read()
    assert [s.key_hash for s in found] == [files.hash("conversation", v) for v in "cd"]
    assert unmatched == 1


def test_without_the_file_there_is_nothing_to_erase_again(files):
    assert files.read() == ([], 0)


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    files = ErasureFiles(tmp_path / "file", KEY)
    with pytest.raises(StorageUnavailable):
        files.append(stone(files))


def export(files: ErasureFiles, path: Path, *marks: str, text: str = "{}") -> None:
    files.note_export(marks, str(path), hashlib.sha256(text.encode()).hexdigest())
    path.write_text(text)


def test_exports_of_an_erased_conversation_are_deleted_and_forgotten(files, tmp_path):
    mine, other = tmp_path / "mine.json", tmp_path / "other.json"
    export(files, mine, "a", "b")
    export(files, other, "c")
    assert files.delete_exports(["b"]) == 1
    assert (mine.exists(), other.exists()) == (False, True)
    assert "mine.json" not in (tmp_path / "exports.jsonl").read_text()
    assert "other.json" in (tmp_path / "exports.jsonl").read_text()
    assert files.delete_exports(["b"]) == 0


def test_a_file_that_somebody_put_in_the_place_of_an_export_stays(files, tmp_path):
    mine = tmp_path / "mine.json"
    export(files, mine, "a")
    mine.write_text("something else")
    assert files.delete_exports(["a"]) == 0
    assert mine.exists()
