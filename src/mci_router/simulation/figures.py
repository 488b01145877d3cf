"""Figures of a simulated day, per queue and over all. Pure."""

from collections.abc import Sequence
from math import ceil

from mci_router.insight.service_level import ServiceLevelTally
from mci_router.simulation.outcomes import Answered, ContactOutcome, Informed, LineOutcome, in_line, wait_s
from mci_router.simulation.trace import Trace, TraceIncident, TraceQueue
from mci_router.values import value

SHORT_ABANDON_S = 5.0  # the service's own default: a customer who leaves sooner did not wait


@value
class WaitFigures:
    """Figures of some contacts. Waits are in seconds, of answered contacts and of abandoned ones."""

    tally: ServiceLevelTally
    mean_wait_s: float
    p99_wait_s: float
    longest_wait_s: float


@value
class Spared:
    """The work that an incident spared the agents: contacts informed, those still broken, and the minutes saved."""

    informed: int
    still_broken: int
    minutes: float

    @property
    def contacts(self) -> int:
        """The number of contacts that never came to an agent."""
        return self.informed - self.still_broken


def of(queue: TraceQueue, outcomes: Sequence[ContactOutcome]) -> list[LineOutcome]:
    """Returns the outcomes of one queue's line."""
    return [outcome for outcome in in_line(outcomes) if str(outcome.contact.queue) == str(queue.id)]


def of_queue(queue: TraceQueue, outcomes: Sequence[ContactOutcome]) -> WaitFigures:
    """Returns the figures of one queue's contacts."""
    in_queue = of(queue, outcomes)
    return _figures(_tally(queue, in_queue), in_queue)


def overall(trace: Trace, outcomes: Sequence[ContactOutcome]) -> WaitFigures:
    """Returns the figures of all contacts, each measured against its own queue's target."""
    tallies = [of_queue(queue, outcomes).tally for queue in trace.queues.values()]
    names = ServiceLevelTally.__dataclass_fields__
    return _figures(
        ServiceLevelTally(**{name: sum(getattr(tally, name) for tally in tallies) for name in names}),
        list(in_line(outcomes)),
    )


def spared_by(incident: TraceIncident, trace: Trace, outcomes: Sequence[ContactOutcome]) -> Spared:
    """Returns what an incident spared the agents; a contact spared counts with its queue's mean handle time."""
    informed = [outcome for outcome in outcomes if isinstance(outcome, Informed) and outcome.incident == incident]
    again = sum(outcome.still_broken is not None for outcome in informed)
    return Spared(len(informed), again, (len(informed) - again) * trace.queues[str(incident.queue)].mean_handle_s / 60)


def in_time(queue: TraceQueue, outcome: LineOutcome) -> bool:
    """Returns whether the contact was answered within its queue's target."""
    return isinstance(outcome, Answered) and wait_s(outcome) <= queue.target_s


def _tally(queue: TraceQueue, outcomes: Sequence[LineOutcome]) -> ServiceLevelTally:
    left = [wait_s(outcome) for outcome in outcomes if not isinstance(outcome, Answered)]
    short = sum(wait <= SHORT_ABANDON_S for wait in left)
    late = sum(wait > max(queue.target_s, SHORT_ABANDON_S) for wait in left)
    return ServiceLevelTally(
        answered=len(outcomes) - len(left),
        answered_in_time=sum(in_time(queue, outcome) for outcome in outcomes),
        abandoned_short=short,
        abandoned_in_time=len(left) - short - late,
        abandoned_late=late,
    )


def _figures(tally: ServiceLevelTally, outcomes: Sequence[LineOutcome]) -> WaitFigures:
    waits = sorted(wait_s(outcome) for outcome in outcomes) or [0.0]
    nearest_rank = ceil(0.99 * len(waits)) - 1
    return WaitFigures(tally, sum(waits) / len(waits), waits[nearest_rank], waits[-1])
