"""Adherence and conformance of one agent: the plan beside what was done. Pure.

Adherence = scheduled time in the activity that was planned ÷ scheduled time: the right thing at the right time.
Conformance = time worked ÷ paid time scheduled: enough time, whenever it was. Both words as workforce management has
them; its suites differ in what they forgive, so ours is written down in docs/reference/measures.md.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from mci_router.insight.agent_time import Span, united
from mci_router.values import value
from mci_router.vocabulary import Presence
from mci_router.workforce.adherence.timelines import Planned, Stay, plan, within, without

GRACE_S = 300.0
"""So much earlier or later than planned an activity may begin or end."""


@value
class Difference:
    """A piece of time in which an agent did not do what was planned, and whether a supervisor has excused it."""

    planned: str
    presence: str
    reason: str
    begins_at: datetime
    ends_at: datetime
    excused: bool = False


@value
class Figures:
    """Adherence and conformance of an agent, in seconds and shares; a share of nothing is None.

    `differences` are those that are not forgiven, in order. Excused ones count as if the plan had been kept.
    """

    scheduled_s: float
    adherent_s: float
    paid_s: float
    worked_s: float
    differences: tuple[Difference, ...]

    @property
    def adherence(self) -> float | None:
        """The share of the scheduled time in the planned activity, in [0, 1]."""
        return self.adherent_s / self.scheduled_s if self.scheduled_s else None

    @property
    def conformance(self) -> float | None:
        """The time worked ÷ the paid time scheduled; above 1 for who worked longer."""
        return self.worked_s / self.paid_s if self.paid_s else None


def figures(
    planned: Iterable[Planned],
    done: Sequence[Stay],
    excused: Sequence[Span],
    bounds: Span,
    grace_s: float = GRACE_S,
) -> Figures:
    """Returns the figures of what lies within `bounds`, which end by now.

    `planned` and `done` may go beyond them, for a difference is forgiven for what it is as a whole: one that touches a
    change of activity and lasts no longer than the grace.
    """
    pieces = plan(planned)
    off = _differences(pieces, done, grace_s)
    inside = [one for each in off for one in _split(each, excused, bounds)]
    scheduled = [span for one in pieces if (span := within((one.begins_at, one.ends_at), bounds))]
    missed_s = sum(_seconds(one.begins_at, one.ends_at) for one in inside if not one.excused)
    scheduled_s = sum(_seconds(*span) for span in scheduled)
    return Figures(
        scheduled_s=scheduled_s,
        adherent_s=max(0.0, scheduled_s - missed_s),
        paid_s=_total([(one.begins_at, one.ends_at) for one in pieces if one.activity.paid], bounds),
        worked_s=_total(_worked(pieces, done, excused), bounds),
        differences=tuple(inside),
    )


@value
class Running:
    """A plan that is not kept at this moment: since when, and whether that is forgiven so far."""

    since: datetime
    forgiven: bool


def running(pieces: Sequence[Planned], done: Sequence[Stay], grace_s: float = GRACE_S) -> Running | None:
    """Returns that the plan is not kept where what was done ends, which is now; None where it is kept."""
    stretches = _stretches(pieces, done)
    if not stretches or stretches[-1][-1].ends_at < done[-1].ends_at:
        return None
    return Running(stretches[-1][0].begins_at, _forgiven(stretches[-1], _changes(pieces), grace_s))


def _differences(pieces: Sequence[Planned], done: Sequence[Stay], grace_s: float) -> list[Difference]:
    """Returns where the plan was not kept, but for what is forgiven."""
    changes, stretches = _changes(pieces), _stretches(pieces, done)
    return [one for stretch in stretches if not _forgiven(stretch, changes, grace_s) for one in stretch]


def _changes(pieces: Sequence[Planned]) -> list[datetime]:
    return sorted({at for piece in pieces for at in (piece.begins_at, piece.ends_at)})


def _stretches(pieces: Sequence[Planned], done: Sequence[Stay]) -> list[list[Difference]]:
    """Returns where the plan was not kept; what follows each other is together."""
    stretches: list[list[Difference]] = []
    for one in _side_by_side(pieces, done):
        if stretches and stretches[-1][-1].ends_at == one.begins_at:
            stretches[-1].append(one)
        else:
            stretches.append([one])
    return stretches


def _side_by_side(pieces: Sequence[Planned], done: Sequence[Stay]) -> Iterable[Difference]:
    first = 0
    for piece in pieces:
        while first < len(done) and done[first].ends_at <= piece.begins_at:
            first += 1
        place = first
        while place < len(done) and (stay := done[place]).begins_at < piece.ends_at:
            place += 1
            if not piece.activity.fits(stay.presence, stay.reason):
                since, until = max(stay.begins_at, piece.begins_at), min(stay.ends_at, piece.ends_at)
                yield Difference(piece.activity.name, stay.presence, stay.reason, since, until)


def _forgiven(stretch: Sequence[Difference], changes: Sequence[datetime], grace_s: float) -> bool:
    since, until = stretch[0].begins_at, stretch[-1].ends_at
    return until - since <= timedelta(seconds=grace_s) and any(since <= at <= until for at in changes)


def _split(one: Difference, excused: Sequence[Span], bounds: Span) -> list[Difference]:
    """Returns a difference within the bounds, in pieces that are excused or not."""
    whole = within((one.begins_at, one.ends_at), bounds)
    if whole is None:
        return []
    left = [(span, False) for span in without(whole, excused)]
    said = [(span, True) for each in united(excused) if (span := within(each, whole))]
    return [
        Difference(one.planned, one.presence, one.reason, *span, excused=excuse)
        for span, excuse in sorted([*left, *said])
    ]


def _worked(pieces: Sequence[Planned], done: Sequence[Stay], excused: Sequence[Span]) -> list[Span]:
    """Returns the time worked: available, in something paid, or excused from it."""
    paid = [piece for piece in pieces if piece.activity.paid]
    reasons = {reason for piece in paid for reason in piece.activity.reasons}
    available = [stay for stay in done if stay.presence == Presence.AVAILABLE]
    away = [stay for stay in done if stay.presence == Presence.AWAY]
    spans = [(stay.begins_at, stay.ends_at) for stay in [*available, *(one for one in away if one.reason in reasons)]]
    for piece in paid:
        planned = piece.begins_at, piece.ends_at
        fitting = [(one.begins_at, one.ends_at) for one in away if piece.activity.fits(one.presence, one.reason)]
        spans += [span for one in [*fitting, *excused] if (span := within(one, planned))]
    return spans


def _total(spans: Iterable[Span], bounds: Span) -> float:
    return sum(_seconds(*span) for one in united(spans) if (span := within(one, bounds)))


def _seconds(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds()
