"""Rules of triage: patterns that raise a contact's touch, whatever its topic."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from mci_router.specs.base import Name, Spec, Text

Pattern = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class RuleEffect(StrEnum):
    """What a rule that fires says of a contact: it is sensitive, or it is for a person."""

    SENSITIVE = "sensitive"
    PERSON = "person"


class RuleSpec(Spec):
    """A rule: one of its patterns in the text is enough."""

    name: Name
    title: Text
    effect: RuleEffect
    patterns: Annotated[list[Pattern], Field(min_length=1, max_length=100)]
