"""Reads `content/*.yml` into value types; the only place that knows the files' shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from clinicbot.errors import ContentError
from clinicbot.knowledge.contact import NameRules
from clinicbot.knowledge.contacts import clinic_facts, merge_contacts
from clinicbot.knowledge.content import (
    Answer,
    Claim,
    CompositionRules,
    Content,
    Notice,
    NoticeRule,
    Source,
    Topic,
)
from clinicbot.knowledge.subjects import Subject, SubjectCatalogue

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_content(folder: Path) -> Content:
    """Everything under `folder`, unchecked but for its shape.

    Raises:
        ContentError: a file is missing, is not YAML or lacks a field; names file and entry.
    """
    return Content(
        sources=_by_id(_entries(folder / "sources.yml", "sources", Source)),
        topics=_by_id(_entries(folder / "topics.yml", "topics", Topic)),
        subjects=load_subjects(folder),
        claims=_by_id(_claims(folder / "claims")),
        answers=_by_id(_answers(folder / "answers")),
        notices=_by_id(_notices(folder / "notices.yml")),
        clinic=load_contacts(folder),
        messages=_read(folder / "messages.yml"),
        rules=_rules(folder / "composition.yml"),
        safety=tuple(load_safety_classes(folder)),
        names=_names(folder / "names.yml"),
        blocked=tuple(_listed(folder / "blocked.yml", "blocked")),
    )


def load_subjects(folder: Path) -> SubjectCatalogue:
    """The subjects alone, as training the language pipeline needs them."""
    return SubjectCatalogue(_by_id(_entries(folder / "subjects.yml", "subjects", Subject)).values())


def load_fillers(folder: Path) -> frozenset[str]:
    """Words that add nothing to a subject."""
    return frozenset(_listed(folder / "subjects.yml", "fillers"))


def load_spellings(folder: Path) -> dict[str, str]:
    """How people type common words in chats, and the words they mean."""
    found = _listed(folder / "spellings.yml", "spellings")
    return {str(typed): str(meant) for typed, meant in found.items()}


def load_clinic_facts(folder: Path) -> dict[str, str]:
    """The clinic's facts and its emergency contacts as the domain's responses name them.

    Raises:
        ContentError: a fact that those responses need is missing or malformed; names it.
    """
    return clinic_facts(_read(folder / "clinic.yml"), _read(folder / "regions.yml"))


def load_contacts(folder: Path) -> dict[str, Any]:
    """The clinic's facts and emergency contacts, unchecked, under the names of `clinic.yml`.

    Raises:
        ContentError: a file cannot be read, or the region is none.
    """
    clinic = _read(folder / "clinic.yml")
    return {**clinic, **merge_contacts(clinic, _read(folder / "regions.yml"))}


def load_golden_questions(folder: Path) -> list[str]:
    """Questions that every model must answer before it is served."""
    return list(_listed(folder / "golden_questions.yml", "questions"))


def load_safety_classes(folder: Path) -> list[dict[str, Any]]:
    """The phrase patterns of danger, as `SafetyPatterns` takes them."""
    return list(_listed(folder / "safety_patterns.yml", "classes"))


def _read(path: Path) -> Any:
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except OSError as error:
        raise ContentError(f"{path.name}: cannot be read ({error.strerror}).") from error
    except yaml.YAMLError as error:
        raise ContentError(f"{path.name}: is not valid YAML: {error}") from error
    if found is None:
        raise ContentError(f"{path.name}: is empty.")
    return found


def _need(found: Any, key: str, path: Path) -> Any:
    """The value of a key that the file must have."""
    if not isinstance(found, Mapping) or key not in found:
        raise ContentError(f"{path.name}: {key} is missing.")
    return found[key]


def _by_id(entries: Iterable[Any]) -> dict[str, Any]:
    """Entries by their id or key; two of one name would hide each other."""
    found: dict[str, Any] = {}
    for entry in entries:
        name = getattr(entry, "id", None) or entry.key
        if name in found:
            raise ContentError(f"There are two entries {name!r} among the content.")
        found[name] = entry
    return found


def _listed(path: Path, key: str) -> Any:
    return _need(_read(path), key, path)


def _entries(path: Path, key: str, kind: type) -> list[Any]:
    found = _read(path)
    rows = found.get(key) if isinstance(found, Mapping) else found
    return [_build(kind, row, path) for row in rows or []]


def _build(kind: type, row: Mapping[str, Any], path: Path) -> Any:
    """One value from one YAML mapping; lists become tuples, `parts` a set."""
    known = kind.__dataclass_fields__  # type: ignore[attr-defined]
    unknown = set(row) - set(known)
    if unknown:
        raise ContentError(f"{path.name}: {_label(row)}: unknown field {sorted(unknown)[0]!r}.")
    values = {
        name: frozenset(value)
        if name == "parts"
        else tuple(value)
        if isinstance(value, list)
        else " ".join(value.split())
        if isinstance(value, str)
        else value
        for name, value in row.items()
    }
    try:
        return kind(**values)
    except TypeError as error:
        raise ContentError(f"{path.name}: {_label(row)}: {error}.") from error


def _label(row: Mapping[str, Any]) -> str:
    return str(row.get("id") or row.get("key") or "entry")


def _claims(folder: Path) -> Iterator[Claim]:
    for path in sorted(folder.glob("*.yml")):
        found = _read(path)
        for row in _need(found, "claims", path):
            yield _build(Claim, {"article": _need(found, "article", path), **row}, path)


def _answers(folder: Path) -> Iterator[Answer]:
    for path in sorted(folder.glob("*.yml")):
        yield from _entries(path, "answers", Answer)


def _notices(path: Path) -> Iterator[Notice]:
    yield from _entries(path, "notices", Notice)


def _names(path: Path) -> NameRules:
    found = _read(path)
    never = frozenset(map(str, _need(found, "never_in_names", path)))
    return NameRules(tuple(_need(found, "introductions", path)), never)


def _rules(path: Path) -> CompositionRules:
    found = _read(path)

    def need(key: str) -> Any:
        return _need(found, key, path)

    return CompositionRules(
        hedge_notice=need("hedge_notice"),
        attributed_kinds=frozenset(need("attributed_kinds")),
        notice_rules=tuple(
            NoticeRule(r["notice"], frozenset(r["topics"]), frozenset(r["subjects"]))
            for r in need("notice_rules")
        ),
        compare_topics=tuple(need("compare_topics")),
        why_topics=tuple(need("why_topics")),
        more_topics=tuple(need("more_topics")),
        max_choices=need("max_choices"),
        implied_subject_share=need("implied_subject_share"),
        sure_of_intent=need("sure_of_intent"),
        quiet_after=frozenset(need("quiet_after")),
        quiet_leaves_out=tuple(need("quiet_leaves_out")),
        talk_first_after=frozenset(need("talk_first_after")),
        abuse_pause_at=need("abuse_pause_at"),
        abuse_pause_minutes=need("abuse_pause_minutes"),
    )
