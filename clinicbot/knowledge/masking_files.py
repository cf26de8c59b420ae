"""Reads `content/privacy.yml` (and what belongs to it) into a Masker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from clinicbot.errors import ContentError
from clinicbot.knowledge.content_files import load_subjects
from clinicbot.knowledge.masking import CHECKS, Masker, MaskingRules, Pattern
from clinicbot.knowledge.masking_names import NameFinder, NameWords
from clinicbot.knowledge.masking_numbers import NumberFinder, NumberRules
from clinicbot.knowledge.private_data import PrivateData

FILE = "privacy.yml"
REGION = "US"
# Parts may name parts: date names month.
NESTED = 4
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_masker(
    folder: Path, clinic: Mapping[str, Any] | None = None, *, on: bool = True
) -> Masker:
    """The masker for a clinic.

    Args:
        folder: the content.
        clinic: the clinic's facts, whose numbers and addresses are never hidden; by default
            clinic.yml.
        on: False gives one that leaves every text as it is.

    Raises:
        ContentError: a file is missing or wrong; names it.
    """
    rules = _read(folder / FILE)
    clinic = _read(folder / "clinic.yml") if clinic is None else clinic
    allowed = list(_strings([clinic, *_regions(folder), _need(rules, "allowed")]))
    region = str((clinic.get("safety") or {}).get("region") or clinic.get("region") or REGION)
    parts = _need(rules, "parts")
    numbers = _need(rules, "numbers")
    return Masker(
        MaskingRules(
            labels=_need(rules, "labels"),
            patterns=tuple(_patterns(rules, region)),
            protected=_protected(rules, allowed),
            numbers=NumberFinder(
                NumberRules(
                    run=_compiled(numbers["run"], parts),
                    shortest=int(numbers["shortest"]),
                    longest=int(numbers["longest"]),
                    harmless=tuple(_compiled(p, parts) for p in numbers["harmless"]),
                ),
                region,
                allowed,
            ),
            names=NameFinder(_name_words(_need(rules, "names"), folder)),
            personal_slots=_need(rules, "personal_slots"),
            on=on,
        )
    )


def load_private_data(folder: Path) -> PrivateData:
    """What tells that a message holds something that nobody should write into a chat.

    Raises:
        ContentError: a file is missing or wrong; names it.
    """
    rules = _read(folder / FILE)
    parts, third = _need(rules, "parts"), _need(rules, "third_party")
    return PrivateData(
        masker=load_masker(folder),
        sensitive=frozenset(_need(rules, "sensitive")),
        announced=tuple(_compiled(p, parts) for p in _need(rules, "announced")),
        others_kinds=frozenset(third["kinds"]),
        others=_compiled(third["who"], parts),
        health=_compiled(third["health"], parts),
    )


def load_training_rules(folder: Path) -> Mapping[str, Any]:
    """What the training data may hold although it would be masked.

    Raises:
        ContentError: the file is missing or wrong; names it.
    """
    rules: Mapping[str, Any] = _need(_read(folder / FILE), "training")
    return rules


def _read(path: Path) -> Any:
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except OSError as error:
        raise ContentError(f"{path.name}: cannot be read ({error.strerror}).") from error
    except yaml.YAMLError as error:
        raise ContentError(f"{path.name}: is not valid YAML: {error}") from error
    if not isinstance(found, Mapping):
        raise ContentError(f"{path.name}: is empty.")
    return found


def _need(rules: Mapping[str, Any], key: str) -> Any:
    if key not in rules:
        raise ContentError(f"{FILE}: {key} is missing.")
    return rules[key]


def _regions(folder: Path) -> list[Any]:
    """The public helplines of every region."""
    path = folder / "regions.yml"
    return [_read(path)] if path.is_file() else []


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for inner in value:
            yield from _strings(inner)
    elif value is not None:
        yield str(value)


def _compiled(pattern: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    whole = pattern
    for _ in range(NESTED):
        for name, part in parts.items():
            whole = whole.replace("{" + name + "}", part)
    try:
        return re.compile(whole)
    except re.error as error:
        raise ContentError(f"{FILE}: the pattern {pattern!r} is wrong: {error}.") from error


def _patterns(rules: Mapping[str, Any], region: str) -> Iterator[Pattern]:
    parts, labels = _need(rules, "parts"), _need(rules, "labels")
    for row in _need(rules, "patterns"):
        kind, check = row["kind"], row.get("check")
        if kind not in labels:
            raise ContentError(f"{FILE}: {kind!r} has no label.")
        if check is not None and check not in CHECKS:
            raise ContentError(f"{FILE}: there is no check {check!r}.")
        if region in row.get("regions", [region]):
            for pattern in row["any"]:
                found = _compiled(pattern, parts)
                yield Pattern(kind, found, check, bool(row.get("cased")), str(row.get("needs", "")))


def _protected(rules: Mapping[str, Any], allowed: Iterable[str]) -> re.Pattern[str]:
    """The labels, our own references, and what the clinic says of itself. Its numbers are not
    among it: 988 may stand in the middle of somebody's."""
    labels = [re.escape(label.lower()) for label in _need(rules, "labels").values()]
    # The street of an address is often named without its town.
    parts = {part.lower() for text in allowed for part in (text, text.split(",")[0])}
    said = [part for part in parts if re.search(r"[^\W\d]", part) and len(part) > 3]
    texts = [rf"(?<!\w){re.escape(text)}(?!\w)" for text in sorted(said, key=len, reverse=True)]
    return re.compile("|".join([*labels, *_need(rules, "allowed_patterns"), *texts]))


def _name_words(rows: Mapping[str, Any], folder: Path) -> NameWords:
    names = _read(folder / "names.yml")
    strong = set(rows["strong"])
    subjects = " ".join(
        f"{subject.name} {' '.join(subject.aliases)}" for subject in load_subjects(folder)
    )
    never = {str(word) for word in (*names["never_in_names"], *rows["not_names"])}
    given = frozenset(map(str, rows["given"]))
    return NameWords(
        strong=tuple(strong),
        weak=tuple({*map(str, names["introductions"]), *rows["weak"]} - strong),
        labels=tuple(rows["labels"]),
        titles=tuple(rows["titles"]),
        not_titles=tuple(rows["not_titles"]),
        relations=tuple(rows["relations"]),
        before=tuple(rows["before"]),
        never=frozenset(never | set(re.findall(r"[^\W\d_]+", subjects.lower()))) - given,
        given=given,
        most_words=int(rows["most_words"]),
    )
