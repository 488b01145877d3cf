"""What triage finds of a contact, and what it goes by. Pure."""

from collections.abc import Mapping
from dataclasses import field

from mci_router.classifier.sensitivity.finding import NOTHING_FOUND, SensitivityFinding
from mci_router.classifier.thresholds import Certainty, Thresholds
from mci_router.specs.bars import Bars
from mci_router.triage.matter import Matter
from mci_router.triage.perception import Opinion
from mci_router.values import value
from mci_router.vocabulary import Cell, ContactKind, SensitiveKind, Touch, Volume


@value
class Measured:
    """The number of contacts in the last hour: of each topic, with the volume that makes, if known, and of all."""

    rates: Mapping[str, int] = field(default_factory=dict)
    volumes: Mapping[str, Volume] = field(default_factory=dict)
    contacts: int = 0


@value
class Triage:
    """The result of triage: what a contact is.

    - `topic` is None while it is unknown; `confidence` is what the topic is worth for contacts to come, and 1 where the
      adapter named it; `bars` are the lowest confidences at which each outcome may serve.
    - `certainty` says what may be done with the topic: act on it, only suggest it, or ask a person.
    - `sensitive_probability` is that of all sensitive topics together; `sensitive_kinds` are the reasons why a person
      has to see the contact, where they are known; `urgent`: somebody's life may be in danger.
    - `rules` are those that fired; `wants_person` says that the customer asks for a person, `private_by` is the rule
      that takes it private; `counted` says what the volume was taken from.
    """

    topic: str | None
    confidence: float
    certainty: Certainty
    sensitive: bool
    sensitive_probability: float
    volume: Volume
    touch: Touch
    cell: Cell
    reasons: tuple[str, ...]
    ranked: tuple[tuple[str, float], ...]
    model: str
    thresholds: Thresholds
    bars: Bars
    rules: tuple[str, ...] = ()
    wants_person: bool = False
    private_by: str | None = None
    shadow: Opinion | None = None
    kind: ContactKind = ContactKind.CUSTOMER
    sensitive_kinds: tuple[SensitiveKind, ...] = ()
    urgent: bool = False
    sensitivity: SensitivityFinding = NOTHING_FOUND
    counted: str = ""

    @property
    def matter(self) -> Matter:
        """The part of it that routing needs."""
        return Matter(
            self.topic,
            self.sensitive,
            self.cell,
            self.confidence,
            kind=self.kind,
            urgent=self.urgent,
            wants_person=self.wants_person,
        )
