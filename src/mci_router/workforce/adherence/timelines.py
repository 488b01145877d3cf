"""Timelines: what an agent was to do, and what the agent did, in pieces of time. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from mci_router.insight.agent_time import Span, StateChange
from mci_router.values import value
from mci_router.vocabulary import Presence

NOT_RESPONDING = "not_responding"
"""The reason by which the router itself sets an agent away: no activity has it."""


@value
class Activity:
    """What a piece of a shift is for.

    `available`: the agent takes contacts in it. Otherwise the agent is away, with one of `reasons`, or with any where
    there are none. One that is not `paid` is the agent's own time.
    """

    name: str
    available: bool
    paid: bool = True
    reasons: frozenset[str] = frozenset()

    def fits(self, presence: str, reason: str) -> bool:
        """Returns whether this is what an agent with the presence does. Who is not paid may sign out as well."""
        if self.available:
            return presence == Presence.AVAILABLE
        if presence == Presence.OFFLINE:
            return not self.paid
        if presence != Presence.AWAY or reason == NOT_RESPONDING:
            return False
        return not self.reasons or reason in self.reasons


@value
class Planned:
    """An activity from a moment until another, which is not in it."""

    activity: Activity
    begins_at: datetime
    ends_at: datetime


@value
class Stay:
    """A presence from a moment until another. Who cannot be reached is offline, whatever is wanted."""

    presence: str
    reason: str
    begins_at: datetime
    ends_at: datetime


def stays(changes: Iterable[StateChange], since: datetime, until: datetime) -> list[Stay]:
    """Returns an agent's presence throughout [since, until), in order; `changes` are in order, from before it on."""
    presence, reason, reachable = str(Presence.OFFLINE), "", False
    found: list[Stay] = []
    for change, following in pairwise([*changes, StateChange(until)]):
        if change.presence is not None:
            presence, reason = change.presence, change.reason or ""
        reachable = reachable if change.reachable is None else change.reachable
        wanted = (presence, reason) if reachable and presence != Presence.OFFLINE else (str(Presence.OFFLINE), "")
        _add(found, Stay(*wanted, max(change.at, since), min(following.at, until)))
    first = found[0].begins_at if found else until
    gap = [Stay(Presence.OFFLINE, "", since, first)] if since < first else []
    return [*_joined([*gap, *found])]


def _add(found: list[Stay], stay: Stay) -> None:
    if stay.begins_at < stay.ends_at:
        found.append(stay)


def _joined(pieces: Sequence[Stay]) -> Iterator[Stay]:
    """Yields the stays; those that follow each other and are the same are one."""
    current = None
    for piece in pieces:
        if current and (current.presence, current.reason) == (piece.presence, piece.reason):
            current = replace(current, ends_at=piece.ends_at)
            continue
        if current:
            yield current
        current = piece
    if current:
        yield current


def plan(pieces: Iterable[Planned]) -> list[Planned]:
    """Returns the pieces in order, none over another: where two meet, the earlier one holds.

    Those of one activity that follow each other are one, so that there is no change of activity between them.
    """
    found: list[Planned] = []
    for piece in sorted(pieces, key=lambda one: (one.begins_at, one.ends_at)):
        begins = max(piece.begins_at, found[-1].ends_at) if found else piece.begins_at
        if begins >= piece.ends_at:
            continue
        if found and found[-1].ends_at == begins and found[-1].activity == piece.activity:
            found[-1] = replace(found[-1], ends_at=piece.ends_at)
        else:
            found.append(replace(piece, begins_at=begins))
    return found


def at_moment(pieces: Sequence[Planned], at: datetime) -> Planned | None:
    """Returns the piece of a plan at a moment."""
    return next((one for one in pieces if one.begins_at <= at < one.ends_at), None)


def within(span: Span, bounds: Span) -> Span | None:
    """Returns the part of a span that is in the bounds; None where there is none."""
    since, until = max(span[0], bounds[0]), min(span[1], bounds[1])
    return (since, until) if since < until else None


def without(span: Span, taken: Iterable[Span]) -> list[Span]:
    """Returns what is left of a span without the taken ones."""
    left, at = list[Span](), span[0]
    for since, until in sorted(taken):
        if since >= span[1]:
            break
        if since > at:
            left.append((at, since))
        at = max(at, until)
    return [*left, *([(at, span[1])] if at < span[1] else [])]
