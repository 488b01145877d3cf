"""The touch that a topic turns out to need, beside the operator's word for it. Pure.

What tells is the work until a contact's matter is settled. With H the mean handle time of the topic, t, r and e the shares of its contacts
that were transferred, came back and were escalated, and the same of all topics together with an index 0:

    effort = H / H0 · (1 + t + r + 2·e) / (1 + t0 + r0 + 2·e0)

A transfer and a return each cost about another handling; an escalation costs two, for it takes somebody with experience. The shares are
drawn towards those of all with the weight of ten contacts, so that three contacts prove nothing. An effort of 1.3 is high touch.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mci_router.vocabulary import Touch

HIGH_EFFORT = 1.3
LOW_EFFORT = 1.0  # of a topic said to be high touch: between the two nobody is told to change anything
PRIOR = 10  # contacts
ENOUGH = 30  # handled contacts from which on a suggestion is made


@dataclass(frozen=True, slots=True)
class Figures:
    """A topic's contacts that agents handled: how many, seconds each took on the average, and shares in [0, 1]."""

    handled: int
    handle_time_s: float
    transferred: float
    reopened: float
    escalated: float


def of_all(topics: Iterable[Figures]) -> Figures:
    """Those of all topics together."""
    topics = list(topics)
    handled = sum(one.handled for one in topics)

    def mean(name: str) -> float:
        return sum(one.handled * float(getattr(one, name)) for one in topics) / handled if handled else 0.0

    return Figures(handled, mean("handle_time_s"), mean("transferred"), mean("reopened"), mean("escalated"))


def effort(figures: Figures, all_: Figures) -> float:
    """How many times the work of an average contact one of this topic takes; 1 where nothing is known."""
    if not all_.handle_time_s:
        return 1.0
    longer = _drawn(figures.handle_time_s, figures, all_.handle_time_s) / all_.handle_time_s
    return longer * _handlings(figures, all_) / _handlings(all_, all_)


def measured(figures: Figures, all_: Figures) -> Touch:
    """The touch that the figures speak for, against those of all topics."""
    return Touch.HIGH if effort(figures, all_) >= HIGH_EFFORT else Touch.LOW


def suggestion(figures: Figures, all_: Figures, *, said: Touch, sensitive: bool) -> str | None:
    """What to tell an operator whose word the figures contradict; None if they do not, or are too few. Nobody is told to lower what is
    sensitive."""
    if figures.handled < ENOUGH:
        return None
    times = effort(figures, all_)
    if said is Touch.LOW and times >= HIGH_EFFORT:
        return f"Consider high touch: {_told(times, figures)}"
    if said is Touch.HIGH and not sensitive and times < LOW_EFFORT:
        return f"Consider low touch: {_told(times, figures)}"
    return None


def _told(times: float, figures: Figures) -> str:
    shares = f"{figures.transferred:.0%} transferred, {figures.reopened:.0%} came back, {figures.escalated:.0%} escalated"
    return f"a contact takes {times:.1f} times the work of an average one ({figures.handle_time_s:.0f} s to handle, {shares})."


def _handlings(figures: Figures, all_: Figures) -> float:
    """How many handlings a contact costs."""
    transferred = _drawn(figures.transferred, figures, all_.transferred)
    reopened = _drawn(figures.reopened, figures, all_.reopened)
    return 1 + transferred + reopened + 2 * _drawn(figures.escalated, figures, all_.escalated)


def _drawn(value: float, figures: Figures, towards: float) -> float:
    return (figures.handled * value + PRIOR * towards) / (figures.handled + PRIOR)
