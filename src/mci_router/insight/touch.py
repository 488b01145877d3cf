"""Touch: what a topic turns out to need, to compare with what the operator configured. Pure.

The measure is the work until a contact's matter is settled. H is the mean handle time of the topic; t, r and e are the
shares of its contacts that were transferred, came back and were escalated; the index 0 means all topics together:

    effort = H / H0 · (1 + t + r + 2·e) / (1 + t0 + r0 + 2·e0)

A transfer and a return each cost about another handling; an escalation costs two, because it needs somebody with
experience. The shares are drawn towards those of all topics with the weight of ten contacts, so that three contacts
prove nothing. An effort of 1.3 is high touch.
"""

from collections.abc import Iterable

from mci_router.values import value
from mci_router.vocabulary import Touch

HIGH_EFFORT = 1.3
LOW_EFFORT = 1.0  # of a topic configured as high touch: between the two bounds there is no suggestion
PRIOR = 10  # contacts
ENOUGH = 30  # handled contacts from which on a suggestion is made


@value
class TopicFigures:
    """Figures of a topic's contacts that agents handled: their number, mean seconds each took, and shares in [0, 1]."""

    handled: int
    handle_time_s: float
    transferred: float
    reopened: float
    escalated: float


def of_all(topics: Iterable[TopicFigures]) -> TopicFigures:
    """Returns the figures of all topics together."""
    topics = list(topics)
    handled = sum(topic.handled for topic in topics)

    def mean(name: str) -> float:
        return sum(topic.handled * float(getattr(topic, name)) for topic in topics) / handled if handled else 0.0

    return TopicFigures(handled, mean("handle_time_s"), mean("transferred"), mean("reopened"), mean("escalated"))


def effort(figures: TopicFigures, all_: TopicFigures) -> float:
    """Returns the work of a contact of this topic as a multiple of the average contact's; 1 where nothing is known."""
    if not all_.handle_time_s:
        return 1.0
    longer = _drawn(figures.handle_time_s, figures, all_.handle_time_s) / all_.handle_time_s
    return longer * _handlings(figures, all_) / _handlings(all_, all_)


def measured(figures: TopicFigures, all_: TopicFigures) -> Touch:
    """Returns the touch that the figures suggest, compared with those of all topics."""
    return Touch.HIGH if effort(figures, all_) >= HIGH_EFFORT else Touch.LOW


def suggestion(figures: TopicFigures, all_: TopicFigures, *, configured: Touch, sensitive: bool) -> str | None:
    """Returns a suggestion for the operator where the figures contradict the configured touch, otherwise None.

    None also where the figures are too few. There is never a suggestion to lower the touch of a sensitive topic.
    """
    if figures.handled < ENOUGH:
        return None
    times = effort(figures, all_)
    if configured is Touch.LOW and times >= HIGH_EFFORT:
        return f"Consider high touch: {_in_words(times, figures)}"
    if configured is Touch.HIGH and not sensitive and times < LOW_EFFORT:
        return f"Consider low touch: {_in_words(times, figures)}"
    return None


def _in_words(times: float, figures: TopicFigures) -> str:
    shares = (
        f"{figures.transferred:.0%} transferred, {figures.reopened:.0%} came back, {figures.escalated:.0%} escalated"
    )
    work = f"{figures.handle_time_s:.0f} s to handle, {shares}"
    return f"a contact takes {times:.1f} times the work of an average one ({work})."


def _handlings(figures: TopicFigures, all_: TopicFigures) -> float:
    """Returns the number of handlings that a contact costs."""
    transferred = _drawn(figures.transferred, figures, all_.transferred)
    reopened = _drawn(figures.reopened, figures, all_.reopened)
    return 1 + transferred + reopened + 2 * _drawn(figures.escalated, figures, all_.escalated)


def _drawn(value: float, figures: TopicFigures, towards: float) -> float:
    return (figures.handled * value + PRIOR * towards) / (figures.handled + PRIOR)
