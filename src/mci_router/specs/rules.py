"""Rules: patterns that say something of a contact whatever its topic is: that it is sensitive, that the customer wants
a person, or that it goes on in private.

Patterns are RE2's, so their work is linear in the text; what would not be linear RE2 does not have.
"""

import unicodedata
from enum import StrEnum
from typing import Annotated, Self

import re2
from pydantic import Field, StringConstraints, field_validator, model_validator

from mci_router.specs.base import Name, Spec, Text
from mci_router.vocabulary import SensitiveKind

LARGEST_PATTERN = 5_000  # instructions of its compiled program: a counted repetition multiplies what it repeats
APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u0060\uff07\u2032", "'"))
_SPACES = str.maketrans(dict.fromkeys("\t\n\r\u00a0\u2007\u2009\u202f\u3000", " "))
_UNSEEN = str.maketrans(dict.fromkeys("\u00ad\u200b\u2060\ufeff"))
LARGEST_RULE = 50_000  # of all its patterns together


class RuleEffect(StrEnum):
    """What follows when a rule fires. Nothing that a rule does lowers a contact's touch."""

    SENSITIVE = "sensitive"
    PERSON = "person"
    TAKE_PRIVATE = "take_private"


class PatternError(ValueError):
    """A pattern that cannot be used. The message says why, and does not repeat the pattern."""


def matching_options() -> re2.Options:
    """Returns how every rule's pattern is compiled: ignoring the case of letters, and without captures."""
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    options.max_mem = 16 << 20
    return options


def as_read(pattern: str) -> str:
    """Returns a pattern in the characters that the text has when rules read it: one with another apostrophe, as word
    processors write them, or with an accent of its own, would never fire.
    """
    return unicodedata.normalize("NFC", pattern.translate(APOSTROPHES).translate(_SPACES).translate(_UNSEEN))


def compiled(pattern: str) -> re2._Regexp:
    """Returns the compiled pattern, in the characters of the text.

    Raises:
        PatternError: it is not RE2's syntax, too large, or would fire on every text.
    """
    try:
        program = re2.compile(as_read(pattern), matching_options())
    except re2.error as error:
        raise PatternError(_in_words(_message_of(error))) from None
    if program.programsize > LARGEST_PATTERN:
        raise PatternError(
            f"is too large once its repetitions are counted out ({program.programsize} steps, at most "
            f"{LARGEST_PATTERN})"
        )
    if program.search("") is not None:
        raise PatternError("matches the empty text, so it would fire on every contact")
    return program


Pattern = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class RuleSpec(Spec):
    """Patterns, and what follows when one of them is found in a contact's subject or text."""

    name: Name
    title: Text
    effect: Annotated[
        RuleEffect,
        Field(
            description="`sensitive`: private, with a person. `person`: the customer wants a person. "
            "`take_private`: with a person, and what was written in public is answered in private; an agent may go "
            "back.",
        ),
    ]
    kind: Annotated[
        SensitiveKind | None,
        Field(description="Why a person has to see it. With `danger_to_life` or `self_harm` the contact is urgent."),
    ] = None
    patterns: Annotated[
        list[Pattern],
        Field(
            min_length=1,
            max_length=100,
            description="Regular expressions in RE2's syntax, whatever the case. "
            "In the text white space is one space, apostrophes are '.",
            examples=[[r"\bdeath threats?\b"]],
        ),
    ]

    unless: Annotated[
        list[Pattern],
        Field(
            max_length=100,
            description="What the patterns are not to see: it is cut out of the text before they are tried.",
        ),
    ] = []

    @model_validator(mode="after")
    def kind_is_sensitive(self) -> Self:
        if self.kind and self.effect is not RuleEffect.SENSITIVE:
            raise ValueError("names a kind of sensitive matter, so its effect must be sensitive")
        return self

    @field_validator("patterns", "unless")
    @classmethod
    def usable(cls, value: list[str]) -> list[str]:
        """Checks that each compiles, and that together they are not too large.

        Raises ValueError with the number of one that does not.
        """
        size = 0
        for number, pattern in enumerate(value, 1):
            try:
                size += compiled(pattern).programsize
            except PatternError as error:
                raise ValueError(f"has a pattern that cannot be used: number {number} {error}") from None
        if size > LARGEST_RULE:
            raise ValueError(
                f"is too large once all repetitions are counted out ({size} steps, at most {LARGEST_RULE}): make two "
                "rules of it"
            )
        return value


def _message_of(error: re2.error) -> str:
    message = error.args[0] if error.args else ""
    return message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)


_MISSING = {
    "invalid perl operator: (?": "looks around itself, which RE2 does not do: "
    "write what is before or behind into the pattern",
    "invalid escape sequence: \\": "uses an escape that RE2 does not have, as a reference back to a group is ({}): "
    "write the words out",
    "invalid repetition size": "repeats more than 1,000 times ({})",
    "bad repetition operator": "repeats a repetition ({})",
    "no argument for repetition": "repeats nothing ({})",
    "pattern too large": "is too large once its repetitions are counted out",
    "missing )": "has a bracket ( that is never closed",
    "unexpected )": "has a bracket ) that was never opened",
    "missing ]": "has a bracket [ that is never closed",
}


def _in_words(message: str) -> str:
    """Returns RE2's error in words for the author of a pattern; never more of the pattern than RE2 quotes."""
    for beginning, words in _MISSING.items():
        if message.startswith(beginning):
            return words.format(message.rpartition(": ")[2])
    return f"is not a regular expression of RE2: {message}"
