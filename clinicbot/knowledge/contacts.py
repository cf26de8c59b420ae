"""Whom to call in danger: the region's contacts, with what the clinic says otherwise."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from typing import Any

from clinicbot.errors import ContentError
from clinicbot.knowledge.contact_key import is_possible_phone

WAYS, FIRST_WAY, POISON_HELP = "crisis_ways", "crisis_first_way", "poison_help"


def merge_contacts(clinic: Mapping[str, Any], regions: Mapping[str, Any]) -> dict[str, Any]:
    """The contacts of the clinic's region, each as the clinic overrides it; unchecked.

    Raises:
        ContentError: the clinic names no region, or one that there is not.
    """
    own = clinic.get("safety") or {}
    region = regions["regions"].get(own.get("region"))
    if region is None:
        known = ", ".join(regions["regions"])
        raise ContentError(f"clinic.yml: safety: region must be one of {known}.")
    merged = {**regions["common"], **region, **own}
    merged["crisis_help"] = regions["or"].join(_filled(merged.pop(WAYS), merged))
    merged["crisis_short"] = " ".join(_filled([merged.pop(FIRST_WAY)], merged))
    merged[POISON_HELP] = " ".join(_filled([merged[POISON_HELP]], merged))
    return merged


def clinic_facts(clinic: Mapping[str, Any], regions: Mapping[str, Any]) -> dict[str, str]:
    """The clinic's facts and its contacts as the domain's responses name them.

    Raises:
        ContentError: one is missing or malformed; names it.
    """
    contacts = {**merge_contacts(clinic, regions), "phone": clinic.get("phone")}
    for name, value in (("name", clinic.get("name")), ("phone", contacts["phone"])):
        _need(name, value)
    for key in regions["needed"]:
        _need(f"safety: {key}", contacts.get(key))
    _check_forms(contacts, regions)
    told = {key: str(value) for key, value in contacts.items() if isinstance(value, (str, int))}
    return {**told, "clinic_name": str(clinic["name"]), "clinic_phone": told["phone"]}


def _need(name: str, value: Any) -> None:
    if not value:
        raise ContentError(f"clinic.yml: {name} is missing; without it nobody is helped.")


def _check_forms(contacts: Mapping[str, Any], regions: Mapping[str, Any]) -> None:
    """Whether each contact can be what it says; a wrong number is as bad as none."""
    forms, country = regions["forms"], contacts["phone_region"] or None
    number = str(contacts["emergency_number"])
    _hold("emergency_number", number, _fits(forms["emergency_number"], number))
    for key in regions["clinic_phones"]:
        _hold(key, contacts[key], is_possible_phone(str(contacts[key]), country))
    for key in regions["help_lines"]:
        if line := str(contacts.get(key) or ""):
            short = _fits(forms["short_number"], line.replace(" ", ""))
            _hold(key, line, short or is_possible_phone(line, country))
    for key in regions["addresses"]:
        if address := contacts.get(key):
            _hold(key, address, _fits(forms["address"], str(address)))
    youngest, oldest = forms["min_age"]
    age = contacts["min_age"]
    _hold("min_age", age, type(age) is int and youngest <= age <= oldest)


def _hold(key: str, value: Any, right: bool) -> None:
    if not right:
        raise ContentError(f"clinic.yml: {key} cannot be right: {value!r}.")


def _fits(pattern: str, value: str) -> bool:
    return re.fullmatch(pattern, value) is not None


def _filled(sentences: Sequence[str], values: Mapping[str, Any]) -> list[str]:
    """The sentences whose placeholders all have a value."""
    return [s.format_map(values) for s in sentences if all(values.get(n) for n in _names(s))]


def _names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
