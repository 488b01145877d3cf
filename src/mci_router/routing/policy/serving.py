"""What routing asks of an outcome: whether it may serve a contact, and how. The outcomes stand on a floor above. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from mci_router.routing.policy.routes import Facts, Route
from mci_router.specs import Rung
from mci_router.specs.bars import USUAL, Bars
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.decision import Matter
from mci_router.vocabulary import Channel, Outcome


@dataclass(frozen=True, slots=True)
class Servable:
    """What decides which outcomes may serve a contact.

    `answerable`: automation has an answer. `publishable`: the contact may come to be posted. `confidence` is in its topic, and has to clear
    an outcome's bar.
    """

    channel: Channel
    sensitive: bool = False
    machine: bool = False
    answerable: bool = False
    publishable: bool = False
    confidence: float = 1.0
    bars: Bars = USUAL


@dataclass(frozen=True, slots=True)
class Choice:
    """The rung chosen, and why those before it were not."""

    number: int
    rung: Rung
    reasons: tuple[str, ...]

    def because(self, *reasons: str) -> "Choice":
        """The same choice, with further reasons."""
        return Choice(self.number, self.rung, (*self.reasons, *reasons))


@dataclass(frozen=True, slots=True)
class Asked:
    """What an outcome is asked to serve: a contact, on the rung chosen for it. It stood on rung `after` (-1: on none)."""

    snapshot: Snapshot
    matter: Matter
    facts: Facts
    choice: Choice
    now: datetime
    after: int


class Serves(Protocol):
    """An outcome, as far as routing knows it."""

    def hindrance(self, contact: Servable) -> str | None:
        """Returns why it cannot serve a contact; None if it can."""

    def serve(self, asked: Asked) -> Route:
        """Returns how it serves a contact."""


Outcomes: TypeAlias = Mapping[Outcome, Serves]
