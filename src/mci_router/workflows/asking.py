"""Asking: what a customer wrote as the value of a field, and whether it fits. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from mci_router.specs.workflows import WorkflowSpec
from mci_router.workflows import words

LONGEST_ANSWER = 1_000
_APART = "[\u00a0' ]"  # between thousands
_NUMBER = re.compile(rf"[-+]?\d+(?:{_APART}\d{{3}}(?!\d)|[.,]\d+)*")
YES = frozenset({"yes", "y", "true", "ja", "oui", "si", "sí", "sim", "1"})
NO = frozenset({"no", "n", "false", "nein", "non", "não", "0"})


def value_of(schema: Mapping[str, Any], text: str) -> Any:
    """Returns a text as a value of the field: the text itself where it cannot be read otherwise, which does not fit."""
    said, kind = text.strip(), schema.get("type")
    if isinstance(choices := schema.get("enum"), list):
        return next((one for one in choices if str(one).casefold() == said.casefold()), said)
    if kind == "boolean":
        word = said.casefold().strip(".! ")
        return True if word in YES else False if word in NO else said
    if kind in ("number", "integer"):
        return _number(said, whole=kind == "integer")
    return said


def problem_of(spec: WorkflowSpec, field: str, given: Mapping[str, Any], value: Any) -> str | None:
    """Returns why a value does not fit its field; None if it does."""
    if isinstance(value, str) and len(value) > LONGEST_ANSWER:
        return f"longer than {LONGEST_ANSWER}"
    found = spec.faults({**given, field: value}, most=100)
    return next((problem for place, problem in found if place.split(".")[0] == field), None)


def question(spec: WorkflowSpec, field: str, language: str | None) -> str:
    """Returns what the customer is asked, in the language of the contact where there are words for it."""
    own = spec.questions.get(field, {})
    if asked := own.get(language or words.DEFAULT) or own.get(words.DEFAULT) or next(iter(own.values()), None):
        return asked
    schema = spec.fields[field]
    named = str(schema.get("title") or field.replace("_", " "))
    choices = schema.get("enum")
    listed = f"{named} ({', '.join(map(str, choices[:20]))})" if isinstance(choices, list) else named
    return words.said(words.ASK, language).format(field=listed)


def again(spec: WorkflowSpec, field: str, language: str | None) -> str:
    """Returns what the customer is told whose answer does not fit: what would fit, and the question again."""
    schema = spec.fields[field]
    hint = schema.get("description")
    parts = [words.said(words.DOES_NOT_FIT, language), str(hint)[:500] if hint else "", question(spec, field, language)]
    return " ".join(part for part in parts if part)


def _number(said: str, *, whole: bool) -> int | float | str:
    """Returns the one number in a text, with a point or a comma before its fraction; the text if that is unclear."""
    found = _NUMBER.findall(said) if len(said) <= LONGEST_ANSWER else []
    if len(found) != 1:
        return said
    digits = re.sub(_APART, "", found[0])
    fraction = re.search(r"[.,](\d{1,2})$", digits)
    head = digits[: fraction.start()] if fraction else digits
    plain = re.sub(r"[.,]", "", head)
    if plain != head and not re.fullmatch(r"[-+]?[1-9]\d{0,2}([.,]\d{3})+", head):
        return said
    if fraction is None:
        return int(plain)
    return said if whole else float(f"{plain}.{fraction[1]}")
