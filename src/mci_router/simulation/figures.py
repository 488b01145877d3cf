"""The figures of a simulated day, per queue and over all. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from mci_router.insight.service_level import Tally
from mci_router.simulation.outcomes import Answered, ContactOutcome, Informed, LineOutcome, in_line, wait_s
from mci_router.simulation.trace import Incident, Queue, Trace

SHORT_ABANDON_S = 5.0  # as the service's own default: who leaves sooner did not wait


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened to some contacts. Waits are in seconds, of those answered and of those who left."""

    tally: Tally
    mean_wait_s: float
    p99_wait_s: float
    longest_wait_s: float


@dataclass(frozen=True, slots=True)
class Spared:
    """What an incident did for the agents: contacts it informed, those of them that said it is still broken, and the time saved."""

    informed: int
    still_broken: int
    minutes: float

    @property
    def contacts(self) -> int:
        """Those that never came to an agent."""
        return self.informed - self.still_broken


def of(queue: Queue, outcomes: Sequence[ContactOutcome]) -> list[LineOutcome]:
    """Those of one queue's line."""
    return [outcome for outcome in in_line(outcomes) if str(outcome.contact.queue) == str(queue.id)]


def of_queue(queue: Queue, outcomes: Sequence[ContactOutcome]) -> Figures:
    """The figures of one queue's contacts."""
    those = of(queue, outcomes)
    return _figures(_tally(queue, those), those)


def overall(trace: Trace, outcomes: Sequence[ContactOutcome]) -> Figures:
    """The figures of all contacts, each held to its own queue's target."""
    tallies = [of_queue(queue, outcomes).tally for queue in trace.queues.values()]
    names = Tally.__dataclass_fields__
    return _figures(Tally(**{name: sum(getattr(tally, name) for tally in tallies) for name in names}), list(in_line(outcomes)))


def spared_by(incident: Incident, trace: Trace, outcomes: Sequence[ContactOutcome]) -> Spared:
    """What an incident did; the time is that of the contacts spared at their queue's mean handle time."""
    informed = [outcome for outcome in outcomes if isinstance(outcome, Informed) and outcome.incident == incident]
    again = sum(outcome.still_broken is not None for outcome in informed)
    return Spared(len(informed), again, (len(informed) - again) * trace.queues[str(incident.queue)].mean_handle_s / 60)


def in_time(queue: Queue, outcome: LineOutcome) -> bool:
    """Whether it was answered within its queue's target."""
    return isinstance(outcome, Answered) and wait_s(outcome) <= queue.target_s


def _tally(queue: Queue, outcomes: Sequence[LineOutcome]) -> Tally:
    left = [wait_s(outcome) for outcome in outcomes if not isinstance(outcome, Answered)]
    short = sum(wait <= SHORT_ABANDON_S for wait in left)
    late = sum(wait > max(queue.target_s, SHORT_ABANDON_S) for wait in left)
    return Tally(
        answered=len(outcomes) - len(left),
        answered_in_time=sum(in_time(queue, outcome) for outcome in outcomes),
        abandoned_short=short,
        abandoned_in_time=len(left) - short - late,
        abandoned_late=late,
    )


def _figures(tally: Tally, outcomes: Sequence[LineOutcome]) -> Figures:
    waits = sorted(wait_s(outcome) for outcome in outcomes) or [0.0]
    nearest_rank = ceil(0.99 * len(waits)) - 1
    return Figures(tally, sum(waits) / len(waits), waits[nearest_rank], waits[-1])
