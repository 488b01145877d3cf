"""How agents kept their plans over many days: what `figures` says of each, reckoned in arrays. Pure.

Only shares are wanted there, and not each difference by name: weeks of hundreds of agents are gone through in one go.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from mci_router.insight.agent_time import PRESENCES, Span, Spans, States, marks, micros
from mci_router.values import value
from mci_router.workforce.adherence.figures import GRACE_S
from mci_router.workforce.adherence.timelines import NOT_RESPONDING, Activity, Planned

OTHER = ""
"""In place of a reason that no activity has."""


@value
class Done:
    """What an agent did: states with these `reasons`, until a moment that is not after now."""

    states: States
    reasons: Sequence[str]
    until: datetime


def reasons_of(activities: Iterable[Activity]) -> list[str]:
    """Returns the reasons by which activities tell agents who are away apart."""
    return sorted({NOT_RESPONDING}.union(*(one.reasons for one in activities)))


def kept(
    pieces: Sequence[Planned],
    done: Done,
    excused: Sequence[Span],
    bounds: Sequence[datetime],
    grace_s: float = GRACE_S,
) -> list[tuple[float, float]]:
    """Returns the adherent and the scheduled seconds of each interval. `pieces` are in order, and none is over another;
    the last of the bounds is not after now.
    """
    if not pieces:
        return [(0.0, 0.0)] * (len(bounds) - 1)
    edges, planned = marks(bounds), Spans.of([(one.begins_at, one.ends_at) for one in pieces])
    scheduled = planned.seconds_in(edges)
    missed = _not_forgiven(_off(pieces, planned, done), planned, grace_s)
    missed_s = missed.seconds_in(edges)
    if excused:
        missed_s -= missed.common_with(Spans.of(excused).united()).seconds_in(edges)
    adherent = np.maximum(0.0, scheduled - missed_s)
    return list(zip(adherent.tolist(), scheduled.tolist(), strict=True))


def _off(pieces: Sequence[Planned], planned: Spans, done: Done) -> Spans:
    """Returns when something else was done than planned; what follows each other is one span."""
    states, until = done.states, micros(done.until)
    points = np.unique(np.concatenate((planned.begins, planned.ends, states.at, [until])))
    begins = points[:-1]
    piece = np.searchsorted(planned.begins, begins, side="right") - 1
    there = (piece >= 0) & (begins < planned.ends[piece]) & (begins < until)
    off = there & ~_fits(pieces, done.reasons)[piece, _codes(done, begins)]
    turns = np.flatnonzero(np.diff(np.concatenate(([False], off, [False])).astype(np.int8)))
    return Spans(points[turns[::2]], points[turns[1::2]])


def _codes(done: Done, moments: Any) -> Any:
    """Returns what was done at these moments, as `_fits` numbers it; before the first change nobody is there."""
    presence, reason = done.states.in_force()
    change = np.searchsorted(done.states.at, moments, side="right")
    return np.concatenate(([0], presence * (len(done.reasons) + 1) + reason))[change]


def _fits(pieces: Sequence[Planned], reasons: Sequence[str]) -> Any:
    """Returns for each piece and each code of a state whether that is what was planned."""
    codes = [(presence, reason) for presence in PRESENCES for reason in (OTHER, *reasons)]
    of_activity = {one: [one.fits(*code) for code in codes] for one in {piece.activity for piece in pieces}}
    return np.asarray([of_activity[piece.activity] for piece in pieces])


def _not_forgiven(off: Spans, planned: Spans, grace_s: float) -> Spans:
    """Returns the spans without those that touch a change of activity and last no longer than the grace."""
    changes = np.unique(np.concatenate((planned.begins, planned.ends)))
    touches = np.searchsorted(changes, off.begins) < np.searchsorted(changes, off.ends, side="right")
    stays = ~(touches & (off.ends - off.begins <= grace_s * 1e6))
    return Spans(off.begins[stays], off.ends[stays])
