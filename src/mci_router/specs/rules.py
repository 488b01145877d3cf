"""Rules: patterns that say something of a contact whatever its topic is: that it is sensitive, or that the customer wants a person.

Patterns are RE2's, so their work is linear in the text whoever wrote them; what RE2 cannot promise that for, it does not have.
"""

from enum import StrEnum
from typing import Annotated, Self

import re2
from pydantic import Field, StringConstraints, field_validator, model_validator

from mci_router.specs.base import Name, Spec, Text
from mci_router.vocabulary import SensitiveKind

LARGEST_PATTERN = 5_000  # instructions of its compiled program: a counted repetition multiplies what it repeats
LARGEST_RULE = 50_000  # of all its patterns together


class RuleEffect(StrEnum):
    """What follows when a rule fires. Nothing that a rule does lowers a contact's touch."""

    SENSITIVE = "sensitive"
    PERSON = "person"


class PatternError(ValueError):
    """A pattern that cannot be used; says why, and not what it is."""


def matching_options() -> re2.Options:
    """How every rule's pattern is compiled: whatever the case of its letters, and without captures."""
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    options.max_mem = 16 << 20
    return options


def compiled(pattern: str) -> re2._Regexp:
    """The compiled pattern.

    Raises:
        PatternError: it is not RE2's syntax, too large, or would fire on every text.
    """
    try:
        found = re2.compile(pattern, matching_options())
    except re2.error as error:
        raise PatternError(_in_words(_told(error))) from None
    if found.programsize > LARGEST_PATTERN:
        raise PatternError(f"is too large once its repetitions are counted out ({found.programsize} steps, at most {LARGEST_PATTERN})")
    if found.search("") is not None:
        raise PatternError("matches the empty text, so it would fire on every contact")
    return found


Pattern = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class RuleSpec(Spec):
    """Patterns, and what follows when one of them is found in a contact's subject or text."""

    name: Name
    title: Text
    effect: Annotated[RuleEffect, Field(description="`sensitive`: private, with a person. `person`: the customer wants a person.")]
    kind: Annotated[
        SensitiveKind | None,
        Field(description="Why a person has to see it. With `danger_to_life` or `self_harm` the contact is urgent."),
    ] = None
    patterns: Annotated[
        list[Pattern],
        Field(
            min_length=1,
            max_length=100,
            description="Regular expressions in RE2's syntax, whatever the case. In the text white space is one space, apostrophes are '.",
            examples=[[r"\bdeath threats?\b"]],
        ),
    ]

    unless: Annotated[
        list[Pattern],
        Field(max_length=100, description="What the patterns are not to see: it is cut out of the text before they are tried."),
    ] = []

    @model_validator(mode="after")
    def kind_is_sensitive(self) -> Self:
        if self.kind and self.effect is not RuleEffect.SENSITIVE:
            raise ValueError("names a kind of sensitive matter, so its effect must be sensitive")
        return self

    @field_validator("patterns", "unless")
    @classmethod
    def usable(cls, value: list[str]) -> list[str]:
        """Each compiles, and together they are not too large. Raises ValueError with the number of the one that does not."""
        size = 0
        for place, pattern in enumerate(value):
            try:
                size += compiled(pattern).programsize
            except PatternError as error:
                raise ValueError(f"has a pattern that cannot be used: number {place + 1} {error}") from None
        if size > LARGEST_RULE:
            raise ValueError(
                f"is too large once all repetitions are counted out ({size} steps, at most {LARGEST_RULE}): make two rules of it"
            )
        return value


def _told(error: re2.error) -> str:
    told = error.args[0] if error.args else ""
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)


_MISSING = {
    "invalid perl operator: (?": "looks around itself, which RE2 does not do: write what is before or behind into the pattern",
    "invalid escape sequence: \\": "uses an escape that RE2 does not have, as a reference back to a group is ({}): write the words out",
    "invalid repetition size": "repeats more than 1,000 times ({})",
    "bad repetition operator": "repeats a repetition ({})",
    "no argument for repetition": "repeats nothing ({})",
    "pattern too large": "is too large once its repetitions are counted out",
    "missing )": "has a bracket ( that is never closed",
    "unexpected )": "has a bracket ) that was never opened",
    "missing ]": "has a bracket [ that is never closed",
}


def _in_words(told: str) -> str:
    """RE2's word on a pattern, said for somebody who writes one; never more of the pattern than RE2 quotes."""
    for beginning, words in _MISSING.items():
        if told.startswith(beginning):
            return words.format(told.rpartition(": ")[2])
    return f"is not a regular expression of RE2: {told}"
