"""What a queue's stays add up to: the family of service levels, abandonment, ASA and AHT. Pure.

The formulas are those of `docs/reference/measures.md`. Shares are in [0, 1], times in seconds; None where nothing
counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field, fields
from enum import StrEnum
from typing import Any

from mci_router.insight.histogram import counts, quantiles_s
from mci_router.values import value

QUANTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
REGULATORY_S = 180
REGULATORY_GOAL = 0.95  # over a year


class ServiceLevelKind(StrEnum):
    """A way to say which share was answered in time: the same contacts give each another figure."""

    OURS = "ours"
    """Answered in time ÷ (answered + abandoned after the target)."""
    STRICT = "strict"
    """Answered in time ÷ (answered + abandoned, however soon)."""
    ANSWERED_ONLY = "answered_only"
    """Answered in time ÷ answered: who left leaves no trace."""
    OF_ALL_QUEUED = "of_all_queued"
    """Answered in time ÷ all that entered the queue, whatever became of them."""
    REGULATORY = "regulatory"
    """Answered within 180 s ÷ (answered + abandoned), whatever the target; laws ask for 95 % over a year."""


@value
class Stays:
    """Stays in queues, counted. Times are sums in milliseconds.

    By the interval in which they entered: `offered`, of which `offered_answered` were answered later (`in_time` by the
    due time, `within_180_s`, `escalated_answered` to be escalated then), the fates of those left unanswered, and
    `waiting`; `open` have not ended. By that of the answer: `answered`, with their waits and how late they were. By
    that of the end: `handled`, with their handle time.
    """

    offered: int = 0
    offered_answered: int = 0
    in_time: int = 0
    within_180_s: int = 0
    abandoned_short: int = 0
    abandoned_in_time: int = 0
    abandoned_late: int = 0
    overflowed: int = 0
    transferred: int = 0
    escalated: int = 0
    agent_lost: int = 0
    callback: int = 0
    resolved: int = 0
    cancelled: int = 0
    escalated_answered: int = 0
    waiting: int = 0
    open: int = 0
    offers: int = 0
    answered: int = 0
    wait_ms: int = 0
    excess_ms: int = 0
    handled: int = 0
    talk_ms: int = 0
    held_ms: int = 0
    wrap_up_ms: int = 0
    parked_ms: int = 0
    waits: Sequence[int] = field(default=())
    handle_times: Sequence[int] = field(default=())
    revision: int = 0

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Stays":
        """Returns the counts of a row of the ledger; a column that is missing counts as 0."""
        return cls(**{one.name: row[one.name] for one in fields(cls) if row.get(one.name) is not None})

    @property
    def abandoned(self) -> int:
        """All whose customer left the line, however soon."""
        return self.abandoned_short + self.abandoned_in_time + self.abandoned_late

    @property
    def left_unanswered(self) -> int:
        """All that left without an answer, by whatever fate."""
        passed = self.overflowed + self.transferred + self.escalated + self.agent_lost + self.callback
        return self.abandoned + passed + self.resolved + self.cancelled

    @property
    def escalations(self) -> int:
        """All that were escalated, before an agent answered or afterwards."""
        return self.escalated + self.escalated_answered

    @property
    def served_or_escalated(self) -> int:
        """What escalations are a share of."""
        return self.offered_answered + self.escalated

    def anything(self) -> bool:
        """Returns whether anything is counted: a stay that has got an agent has left a row of nobody empty."""
        return any((self.offered, self.answered, self.handled))

    def service_level(self, kind: ServiceLevelKind) -> float | None:
        """Returns the share answered in time, as that kind counts it."""
        whole = self.offered_answered + self.abandoned
        match kind:
            case ServiceLevelKind.OURS:
                return share(self.in_time, self.offered_answered + self.abandoned_late)
            case ServiceLevelKind.STRICT:
                return share(self.in_time, whole)
            case ServiceLevelKind.ANSWERED_ONLY:
                return share(self.in_time, self.offered_answered)
            case ServiceLevelKind.OF_ALL_QUEUED:
                return share(self.in_time, self.offered)
            case ServiceLevelKind.REGULATORY:
                return share(self.within_180_s, whole)

    def abandonment(self) -> float | None:
        """Returns the share that left, of those answered and abandoned, without short abandons."""
        left = self.abandoned_in_time + self.abandoned_late
        return share(left, self.offered_answered + left)

    def asa_s(self) -> float | None:
        """Returns the mean wait of the stays answered in the interval."""
        return mean_s(self.wait_ms, self.answered)

    def mean_excess_s(self) -> float | None:
        """Returns the mean time between due and answered; one in time counts as 0."""
        return mean_s(self.excess_ms, self.answered)

    def aht_s(self) -> float | None:
        """Returns the mean handle time of the stays that ended in the interval: talk, hold and wrap-up."""
        return mean_s(self.talk_ms + self.held_ms + self.wrap_up_ms, self.handled)

    def waits_s(self) -> dict[str, float | None]:
        """Returns the waits that 50, 90 and 99 of 100 answered did not exceed, within 5 %."""
        return quantiles(self.waits)

    def handle_times_s(self) -> dict[str, float | None]:
        """Returns the handle times that 50, 90 and 99 of 100 handled did not exceed, within 5 %."""
        return quantiles(self.handle_times)


def quantiles(numbers: Sequence[int]) -> dict[str, float | None]:
    """Returns what 50, 90 and 99 of 100 of a histogram did not exceed, in seconds."""
    found = quantiles_s(counts(numbers), list(QUANTILES.values()))
    return {name: None if one is None else round(one, 3) for name, one in zip(QUANTILES, found, strict=True)}


def share(part: int, whole: int) -> float | None:
    """Returns a share in [0, 1]; None of nothing."""
    return part / whole if whole else None


def mean_s(ms: int, of: int) -> float | None:
    """Returns a mean in seconds; None of nothing."""
    return round(ms / 1000 / of, 3) if of else None
