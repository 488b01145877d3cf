"""Agents' time: the states of an agent, and the contacts served, cut at the bounds of intervals. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

from mci_router.insight.levels import share

Span: TypeAlias = tuple[datetime, datetime]
"""From a moment until another, which is not in it."""

OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class StateChange:
    """A change of what an agent wants, or of whether the agent can be reached; None where it says nothing."""

    at: datetime
    presence: str | None = None
    reachable: bool | None = None


@dataclass(frozen=True, slots=True)
class AgentTime:
    """An agent's time in an interval, in seconds: signed in by presence, and with at least one contact in hand."""

    by_presence: Mapping[str, float]
    serving_s: float

    @property
    def signed_in_s(self) -> float:
        """The time for which the agent could be reached and was not offline."""
        return sum(self.by_presence.values())

    def occupancy(self) -> float | None:
        """Returns the share of the time signed in that the agent served somebody; None without any."""
        return share(round(min(self.serving_s, self.signed_in_s) * 1000), round(self.signed_in_s * 1000))


def times(
    changes: Sequence[StateChange], served: Iterable[Span], bounds: Sequence[datetime], now: datetime
) -> list[AgentTime]:
    """Returns the time of one agent in each interval; what goes on counts until `now`."""
    spans = signed_in(changes, now)
    by_presence = {presence: clipped(of_it, bounds) for presence, of_it in spans.items()}
    serving = clipped(united((since, min(until, now)) for since, until in served), bounds)
    return [
        AgentTime({presence: seconds[number] for presence, seconds in by_presence.items()}, serving[number])
        for number in range(len(bounds) - 1)
    ]


def signed_in(changes: Sequence[StateChange], until: datetime) -> dict[str, list[Span]]:
    """Returns when the agent could be reached, by presence; `changes` in order."""
    presence, reachable, spans = OFFLINE, False, dict[str, list[Span]]()
    for change, following in pairwise([*changes, StateChange(until)]):
        presence = change.presence or presence
        reachable = reachable if change.reachable is None else change.reachable
        if reachable and presence != OFFLINE and change.at < following.at:
            spans.setdefault(presence, []).append((change.at, following.at))
    return spans


def united(spans: Iterable[Span]) -> list[Span]:
    """Returns the time that any of the spans covers, counted once, in order."""
    found: list[Span] = []
    for since, until in sorted(span for span in spans if span[0] < span[1]):
        if found and since <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], until)
        else:
            found.append((since, until))
    return found


def clipped(spans: Sequence[Span], bounds: Sequence[datetime]) -> list[float]:
    """Returns how many seconds of the spans, which are in order, are in each interval."""
    seconds, first = [], 0
    for begins, ends in pairwise(bounds):
        while first < len(spans) and spans[first][1] <= begins:
            first += 1
        number, inside = first, 0.0
        while number < len(spans) and spans[number][0] < ends:
            since, until = spans[number]
            inside += (min(until, ends) - max(since, begins)).total_seconds()
            number += 1
        seconds.append(inside)
    return seconds
