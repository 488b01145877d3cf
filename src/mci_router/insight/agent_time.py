"""Agents' time: the states of an agent, and the contacts served, cut at the bounds of intervals. Pure.

Moments are arrays of µs since 1970: the changes of a month and of hundreds of agents are reckoned with at one go.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import numpy as np

from mci_router.insight.levels import share
from mci_router.values import value
from mci_router.vocabulary import Presence

Span: TypeAlias = tuple[datetime, datetime]
"""From a moment until another, which is not in it."""

PRESENCES = tuple(Presence)
NOTHING_SAID = -1
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_OFFLINE = PRESENCES.index(Presence.OFFLINE)


@value
class StateChange:
    """A change of what an agent wants, with its reason, or of whether the agent can be reached; None where it says
    nothing.
    """

    at: datetime
    presence: str | None = None
    reachable: bool | None = None
    reason: str | None = None


@value
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


@value
class States:
    """Changes of an agent's states in order, one array each: when, to which of the `PRESENCES`, and whether the agent
    can be reached, 1 or 0; `NOTHING_SAID` where a change does not say. `reason` is the place of a presence's reason
    among those asked for, from 1; 0 for another or none.
    """

    at: Any
    presence: Any
    reachable: Any
    reason: Any

    @classmethod
    def of(cls, changes: Sequence[StateChange], reasons: Sequence[str] = ()) -> "States":
        """Returns changes, which are in order, as arrays."""
        wants = [NOTHING_SAID if one.presence is None else PRESENCES.index(Presence(one.presence)) for one in changes]
        reachable = [NOTHING_SAID if one.reachable is None else int(one.reachable) for one in changes]
        places = {reason: place for place, reason in enumerate(reasons, 1)}
        reason = [places.get(one.reason or "", 0) for one in changes]
        return cls(_whole(micros(one.at) for one in changes), _whole(wants), _whole(reachable), _whole(reason))

    def in_force(self) -> tuple[Any, Any]:
        """Returns which of the `PRESENCES` holds from each change on, and its reason: who cannot be reached is offline,
        whatever is wanted.
        """
        presence, reachable = _last_said(self.presence, _OFFLINE), _last_said(self.reachable, 0)
        here = (reachable == 1) & (presence != _OFFLINE)
        said = np.where(self.presence >= 0, self.reason, NOTHING_SAID)
        return np.where(here, presence, _OFFLINE), np.where(here, _last_said(said, 0), 0)


@value
class Spans:
    """Spans of time, one array each: when they begin, and when they end."""

    begins: Any
    ends: Any

    @classmethod
    def of(cls, spans: Sequence[Span]) -> "Spans":
        """Returns spans as arrays."""
        found = np.asarray([(micros(since), micros(until)) for since, until in spans], dtype=np.int64).reshape(-1, 2)
        return cls(found[:, 0], found[:, 1])

    def united(self) -> "Spans":
        """Returns the time that any of them covers, counted once, in order."""
        some = self.begins < self.ends
        order = np.argsort(self.begins[some], kind="stable")
        begins, reach = self.begins[some][order], np.maximum.accumulate(self.ends[some][order])
        first = np.ones(len(begins), dtype=bool)
        first[1:] = begins[1:] > reach[:-1]
        last = np.ones(len(begins), dtype=bool)
        last[:-1] = first[1:]
        return Spans(begins[first], reach[last])

    def common_with(self, others: "Spans") -> "Spans":
        """Returns the time of both; each has its spans in order, and none over another."""
        points = np.unique(np.concatenate((self.begins, self.ends, others.begins, others.ends)))
        begins, ends = points[:-1], points[1:]
        both = self._covers(begins) & others._covers(begins)
        return Spans(begins[both], ends[both])

    def _covers(self, moments: Any) -> Any:
        place = np.searchsorted(self.begins, moments, side="right") - 1
        if not len(self.begins):
            return np.zeros(len(moments), dtype=bool)
        return (place >= 0) & (moments < self.ends[place])

    def seconds_in(self, bounds: Any) -> Any:
        """Returns how many seconds of them are in each interval; they are in order, and none is over another."""
        if not len(self.begins):
            return np.zeros(len(bounds) - 1)
        lengths = self.ends - self.begins
        covered = np.cumsum(lengths)
        points = np.column_stack((self.begins, self.ends)).ravel() - bounds[0]
        passed = np.column_stack((covered - lengths, covered)).ravel()
        return np.diff(np.interp(bounds - bounds[0], points, passed)) / 1e6


def times(states: States, served: Spans, bounds: Sequence[datetime], now: datetime) -> list[AgentTime]:
    """Returns the time of one agent in each interval; what goes on counts until `now`."""
    edges, ends = marks(bounds), micros(now)
    by_presence = {name: spans.seconds_in(edges).tolist() for name, spans in signed_in(states, ends).items()}
    serving = Spans(served.begins, np.minimum(served.ends, ends)).united().seconds_in(edges).tolist()
    return [
        AgentTime({presence: seconds[number] for presence, seconds in by_presence.items()}, serving[number])
        for number in range(len(bounds) - 1)
    ]


def signed_in(states: States, until_us: int) -> dict[str, Spans]:
    """Returns when the agent could be reached, by presence."""
    presence, _ = states.in_force()
    ends = np.append(states.at[1:], until_us)[: len(states.at)]
    there = states.at < ends
    found = {}
    for number, name in enumerate(PRESENCES):
        mine = there & (presence == number)
        if number != _OFFLINE and mine.any():
            found[str(name)] = Spans(states.at[mine], ends[mine])
    return found


def micros(at: datetime) -> int:
    """Returns a moment in µs since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def marks(bounds: Sequence[datetime]) -> Any:
    """Returns bounds as an array."""
    return _whole(micros(bound) for bound in bounds)


def _whole(numbers: Iterable[int]) -> Any:
    return np.asarray(list(numbers), dtype=np.int64)


def _last_said(said: Any, at_first: int) -> Any:
    """Returns what held after each change: what it said, or what was said last before."""
    last = np.maximum.accumulate(np.where(said >= 0, np.arange(len(said)), -1))
    return np.where(last >= 0, said[last], at_first)


def united(spans: Iterable[Span]) -> list[Span]:
    """Returns the time that any of the spans covers, counted once, in order."""
    found: list[Span] = []
    for since, until in sorted(span for span in spans if span[0] < span[1]):
        if found and since <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], until)
        else:
            found.append((since, until))
    return found


NO_STATES, NO_SPANS = States.of(()), Spans.of(())
