"""Serving: what routing asks of an outcome. The outcomes themselves are a room above. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, TypeAlias

from mci_router.routing.policy.routes import ArticleChoice, Facts, Route
from mci_router.routing.policy.workflows import NO_WORKFLOW, WorkflowChoice
from mci_router.specs.bars import USUAL, Bars
from mci_router.specs.resources import Rung
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.values import value
from mci_router.vocabulary import Channel, Outcome


@value
class Servable:
    """A contact, as far as it decides which outcomes may serve it.

    `wants_person`: the customer asks for one.
    `answerable`: automation has an answer, which is the right one of several with the likelihood `fit`. `answered`: an
    answered post is alike enough. `publishable`: the contact may be posted, if need be once its customer agrees.
    `confidence` is that in its topic, and has to clear an outcome's bar. `workflow` is what automation could have done
    for it.
    """

    channel: Channel
    sensitive: bool = False
    machine: bool = False
    wants_person: bool = False
    answerable: bool = False
    answered: bool = False
    publishable: bool = False
    confidence: float = 1.0
    bars: Bars = USUAL
    workflow: WorkflowChoice = NO_WORKFLOW
    fit: float = 1.0


@value
class Choice:
    """A rung that was chosen, and why those before it were not."""

    number: int
    rung: Rung
    reasons: tuple[str, ...]

    def because(self, *reasons: str) -> "Choice":
        """Returns the same choice, with further reasons."""
        return Choice(self.number, self.rung, (*self.reasons, *reasons))


@value
class Asked:
    """A contact that an outcome is asked to serve, on the rung chosen for it.

    Before it was on rung `after` (-1: on none). `article` is the one with which automation would answer.
    """

    snapshot: Snapshot
    matter: Matter
    facts: Facts
    choice: Choice
    now: datetime
    after: int
    workflow: WorkflowChoice = NO_WORKFLOW
    article: ArticleChoice | None = None


class Serves(Protocol):
    """An outcome, as far as routing knows it."""

    def hindrance(self, contact: Servable) -> str | None:
        """Returns why it cannot serve a contact; None if it can."""

    def serve(self, asked: Asked) -> Route:
        """Returns how it serves a contact."""


Outcomes: TypeAlias = Mapping[Outcome, Serves]
