"""Local time in SQL, by the rules that this process has of time zones.

The ledger has rules of its own, which may be older or newer: by both together, a contact could count into no day.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

STEP, CLOSE = timedelta(days=1), timedelta(minutes=1)
_OFFSET_S = "(CAST(:offsets_s AS int[]))[width_bucket({moment}, CAST(:offsets_from AS timestamptz[]))]"


NO_OFFSETS: Mapping[str, Any] = {"offsets_from": [], "offsets_s": []}
"""The parameters where there is nothing to convert."""


def local_sql(moment: str) -> str:
    """Returns the SQL for what clocks show at a moment, SQL as well, within the time of the `offsets` given."""
    return f"(({moment} AT TIME ZONE 'UTC') + make_interval(secs => {_OFFSET_S.format(moment=moment)}))"


def offsets(zone: ZoneInfo, since: datetime, until: datetime) -> Mapping[str, Any]:
    """Returns the parameters of `local_sql` for moments of [since, until]: the offsets in force, and since when."""
    begins, found = [since], [_offset_s(zone, since)]
    at = since
    while at < until:
        before, at = at, min(at + STEP, until)
        if _offset_s(zone, at) != found[-1]:
            begins.append(_changed(zone, before, at))
            found.append(_offset_s(zone, at))
    return {"offsets_from": begins, "offsets_s": found}


def _changed(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Returns the first whole minute of a new offset, which holds after but not before."""
    before, after = before.replace(second=0, microsecond=0), after.replace(second=0, microsecond=0) + CLOSE
    while after - before > CLOSE:
        middle = before + (after - before) // CLOSE // 2 * CLOSE
        if _offset_s(zone, middle) == _offset_s(zone, before):
            before = middle
        else:
            after = middle
    return after


def _offset_s(zone: ZoneInfo, at: datetime) -> int:
    return round((at.astimezone(zone).utcoffset() or timedelta()).total_seconds())
