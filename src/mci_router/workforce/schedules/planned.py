"""The plan: how many agents a schedule's shifts put where, by quarter-hour, changes by hand included. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from mci_router.specs.working import ActivitySpec
from mci_router.vocabulary import Counts
from mci_router.workforce.schedules.asking import quarters

Pieces = Sequence[tuple[str, datetime, datetime]]


def planned(
    shifts: Iterable[tuple[str | None, Pieces]], activities: Mapping[str, ActivitySpec]
) -> dict[str, Counter[datetime]]:
    """Returns by group how many agents take contacts in each quarter-hour; `shifts` are groups and pieces."""
    there: dict[str, Counter[datetime]] = defaultdict(Counter)
    for group, pieces in shifts:
        for activity, begins, ends in pieces:
            if activity in activities and activities[activity].counts is Counts.AVAILABLE:
                there[group or ""].update(quarters(begins, ends))
    return there
