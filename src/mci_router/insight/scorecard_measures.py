"""The measures of the scorecard, and what each of them counts. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from mci_router.values import value


class ScorecardGroup(StrEnum):
    """What the scorecard's figures can be told apart by."""

    QUEUE = "queue"
    """The queue in which it happened; of first contacts, where they ended."""
    TOPIC = "topic"
    """What the contact is about."""
    CHANNEL = "channel"
    """How it arrived."""
    CELL = "cell"
    """Its place in the matrix."""


class Unit(StrEnum):
    """What a figure of the scorecard is in."""

    SHARE = "share"
    """A share in [0, 1]."""
    SECONDS = "s"
    """Seconds."""
    CONTACTS = "contacts"
    """Contacts."""


class Measure(StrEnum):
    """A figure of the scorecard."""

    CSAT = "csat"
    """Customers who were content."""
    AHT = "aht"
    """The mean handle time: beside CSAT, since one buys the other."""
    SERVICE_LEVEL = "service_level"
    """Answered in time."""
    FCR = "fcr"
    """Settled at the first contact."""
    ABANDONMENT = "abandonment"
    """Customers who left the line."""
    ESCALATIONS = "escalations"
    """Escalated contacts."""
    CONTACTS_PER_SHIFT = "contacts_per_shift"
    """Contacts of an agent in a shift."""
    AUTOMATED = "automated"
    """Settled by automation alone."""


@value
class Definition:
    """What a measure is: `counts` says what is counted, `basis` on which it is; `n` what its number is of.

    `report` is where the same figure stands by intervals, `groups` what the facts tell it apart by.
    """

    title: str
    unit: Unit
    counts: str
    basis: str
    n: str
    report: str
    groups: frozenset[ScorecardGroup]


_ALL = frozenset(ScorecardGroup)

DEFINITIONS: Mapping[Measure, Definition] = {
    Measure.CSAT: Definition(
        "CSAT",
        Unit.SHARE,
        "Answers of 4 and 5 ÷ all answers from 1 to 5.",
        "Answers until now to surveys of the kind csat that were sent in the period. Only customers who answer are in "
        "it. Read it beside AHT.",
        "answers",
        "surveys",
        _ALL,
    ),
    Measure.AHT: Definition(
        "AHT",
        Unit.SECONDS,
        "The mean of talk, hold and wrap-up.",
        "Stays in queues that an agent answered and that ended in the period. Read it beside CSAT: a shorter handle "
        "time can be bought with less content customers.",
        "stays handled",
        "queues",
        _ALL,
    ),
    Measure.SERVICE_LEVEL: Definition(
        "Service level",
        Unit.SHARE,
        "Answered by the time they were due ÷ (answered + abandoned after the target).",
        "Stays in queues that began in the period, by what has become of them until now. The target and the goal are "
        "those of each queue; all together meet them if each queue that is measured does.",
        "stays answered, or abandoned after the target",
        "queues",
        _ALL,
    ),
    Measure.FCR: Definition(
        "First-contact resolution",
        Unit.SHARE,
        "First contacts that no other of the same customer about the same matter followed within 7 days ÷ all first "
        "contacts.",
        "Contacts accepted in the period that were served and are at least 7 days old; younger ones are pending. By "
        "queue they count where they ended.",
        "first contacts that are at least 7 days old",
        "fcr",
        _ALL - {ScorecardGroup.CELL},
    ),
    Measure.ABANDONMENT: Definition(
        "Abandonment",
        Unit.SHARE,
        "Abandoned after the short threshold ÷ (answered + those).",
        "Stays in queues that began in the period, by what has become of them until now.",
        "stays answered or abandoned",
        "queues",
        _ALL,
    ),
    Measure.ESCALATIONS: Definition(
        "Escalations",
        Unit.SHARE,
        "Stays that ended by an escalation ÷ (stays answered + stays escalated unanswered).",
        "Stays in queues that began in the period, by what has become of them until now. An escalated contact counts "
        "in the queue that it left; its stay where it was escalated to is another one, which is below the line too.",
        "stays answered or escalated",
        "queues",
        _ALL,
    ),
    Measure.CONTACTS_PER_SHIFT: Definition(
        "Contacts per agent and shift",
        Unit.CONTACTS,
        "Stays that agents handled ÷ shifts; a shift is shift_s of time signed in, 8 hours unless set.",
        "Stays that ended in the period after an answer, and the time in which agents could be reached and were not "
        "offline in it, breaks included. Only of periods of 93 days at most.",
        "stays handled",
        "agents",
        frozenset(),
    ),
    Measure.AUTOMATED: Definition(
        "Settled by automation",
        Unit.SHARE,
        "First contacts that ended with automation and that no other of the same customer about the same matter "
        "followed within 7 days ÷ all first contacts.",
        "The first contacts of first-contact resolution, so this is the part of it that took no person.",
        "first contacts that are at least 7 days old",
        "fcr",
        frozenset({ScorecardGroup.TOPIC, ScorecardGroup.CHANNEL}),
    ),
}
"""What the API, the page and `docs/reference/measures.md` say of each measure, word for word."""
