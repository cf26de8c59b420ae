"""All texts that the web itself says: errors, greeting, page, kept in content/api_messages.yml,
and the notice of content/privacy.yml."""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from clinicbot.errors import ContentError
from clinicbot.knowledge.content_files import load_contacts

FILE_NAME = "api_messages.yml"
PRIVACY_FILE_NAME = "privacy.yml"
_PARTS = ("defaults", "errors", "greeting", "page", "notice")


class ApiMessages:
    """Texts with their placeholders filled.

    A text is one sentence or a list of sentences. A sentence with a placeholder that has
    no value ("call {phone}" at a clinic without a phone) is left out.
    """

    def __init__(self, tree: Mapping[str, Any], clinic: Mapping[str, str]) -> None:
        """Takes the parsed file and the clinic's own facts, such as name and phone.

        Raises:
            ContentError: a part of the file is missing.
        """
        missing = [part for part in _PARTS if not isinstance(tree.get(part), Mapping)]
        if missing:
            raise ContentError(f"{FILE_NAME} lacks: {', '.join(missing)}.")
        self._tree = tree
        given = {key: value for key, value in clinic.items() if value}
        self._clinic: dict[str, str] = {**tree["defaults"], **given}

    @property
    def error_codes(self) -> frozenset[str]:
        """The codes that have a text."""
        return frozenset(self._tree["errors"])

    def error(self, code: str, values: Mapping[str, str] | None = None) -> str:
        """What to tell the visitor; an unknown code gets the text of an internal error."""
        errors = self._tree["errors"]
        return str(self._filled(errors.get(code, errors["internal"]), values or {}))

    def greeting(self) -> dict[str, Any]:
        """The first words, as an assistant message has them: {"blocks": [...]}."""
        return dict(self._filled(self._tree["greeting"], {}))

    def notice(self) -> dict[str, Any]:
        """What visitors are told before their first message: {"version", "text"}."""
        notice = self._tree["notice"]
        return {"version": str(notice["version"]), "text": self._filled(notice["text"], {})}

    def page(self) -> dict[str, Any]:
        """The texts of the demo page."""
        return dict(self._filled(self._tree["page"], {}))

    def _filled(self, value: Any, values: Mapping[str, str]) -> Any:
        if isinstance(value, Mapping):
            return {key: self._filled(item, values) for key, item in value.items()}
        if isinstance(value, list) and not all(isinstance(item, str) for item in value):
            return [self._filled(item, values) for item in value]
        sentences = value if isinstance(value, list) else [value]
        known = {**self._clinic, **values}
        return " ".join(str(s).format_map(known) for s in sentences if _names(str(s)) <= set(known))


def load_api_messages(content: Path, **values: str) -> ApiMessages:
    """The texts in the content folder, for the clinic whose facts are there too.

    Args:
        content: the folder.
        values: what the texts name besides the clinic's facts, such as for how long we keep a chat.

    Raises:
        ContentError: a file is missing, or no YAML mapping, or lacks a part.
    """
    facts = load_contacts(content)
    known = {key: value for key, value in facts.items() if isinstance(value, str)}
    return load_messages(content, {**known, **values})


def load_messages(content: Path, clinic: Mapping[str, str]) -> ApiMessages:
    """The texts in the content folder, for a clinic with these facts.

    Raises:
        ContentError: the file is missing, or no YAML mapping, or lacks a part.
    """
    tree = _read_mapping(content / FILE_NAME)
    notice = _read_mapping(content / PRIVACY_FILE_NAME).get("notice")
    if not isinstance(notice, Mapping) or not {"version", "text"} <= set(notice):
        raise ContentError(f"{PRIVACY_FILE_NAME} lacks: notice with version and text.")
    return ApiMessages({**tree, "notice": notice}, clinic)


def _read_mapping(path: Path) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{path.name} cannot be read: {error}") from error
    if not isinstance(tree, dict):
        raise ContentError(f"{path.name} is not a mapping.")
    return tree


def _names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
