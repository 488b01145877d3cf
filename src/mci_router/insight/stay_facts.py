"""Facts of stays: segments counted by quarter-hours, in the statement that writes the segments.

A segment that changes is taken back as it was and counted as it is, so facts are the sum of the segments at any moment:
a replay changes nothing, in any order and however often. That needs PostgreSQL 18, whose RETURNING knows both.
"""

from collections.abc import Iterable, Mapping

from mci_router.insight.histogram import added_up_sql, packed_sql
from mci_router.insight.levels import REGULATORY_S

SETTLED = "interval '16 minutes'"  # after which a quarter-hour is over, and the ledger has what happened in it
DIMENSIONS = ("queue", "channel", "topic", "cell", "language", "agent")
BLANKS = ("topic", "cell", "language", "agent")
"""Dimensions that a stay may lack: empty in facts."""

_LATE = "COALESCE(s.left_at > s.due_at, false)"
_HANDLE_MS = "round((s.talk_s + s.held_s + s.wrap_up_s) * 1000)"
_WAIT_MS = "round(s.waited_s * 1000)"


def _unanswered(fate: str) -> str:
    return f"(s.answered_at IS NULL AND s.left_as = '{fate}')::int"


AT_ARRIVAL: Mapping[str, str] = {
    "offered": "1",
    "offered_answered": "(s.answered_at IS NOT NULL)::int",
    "in_time": "COALESCE(s.answered_at <= s.due_at, s.answered_at IS NOT NULL)::int",
    "within_180_s": f"(s.answered_at IS NOT NULL AND s.waited_s <= {REGULATORY_S})::int",
    "abandoned_short": _unanswered("short_abandoned"),
    "abandoned_in_time": f"(s.answered_at IS NULL AND s.left_as = 'abandoned' AND NOT {_LATE})::int",
    "abandoned_late": f"(s.answered_at IS NULL AND s.left_as = 'abandoned' AND {_LATE})::int",
    **{
        fate: _unanswered(fate)
        for fate in ("overflowed", "transferred", "escalated", "agent_lost", "callback", "resolved", "cancelled")
    },
    "escalated_answered": "(s.answered_at IS NOT NULL AND s.left_as = 'escalated')::int",
    "waiting": "(s.answered_at IS NULL AND s.left_at IS NULL)::int",
    "open": "(s.left_at IS NULL)::int",
    "offers": "s.offers",
}
"""Counted in the quarter-hour in which the stay began."""

AT_ANSWER: Mapping[str, str] = {
    "answered": "1",
    "wait_ms": _WAIT_MS,
    "excess_ms": "GREATEST(0, COALESCE(round(extract(epoch FROM s.answered_at - s.due_at) * 1000), 0))",
}
"""Counted in the quarter-hour in which it was answered."""

AT_END: Mapping[str, str] = {
    "handled": "1",
    **{f"{what}_ms": f"round(s.{what}_s * 1000)" for what in ("talk", "held", "wrap_up", "parked")},
}
"""Counted in the quarter-hour in which the stay of an answered contact ended."""

MOMENTS: Mapping[str, Mapping[str, str]] = {"arrival": AT_ARRIVAL, "answer": AT_ANSWER, "end": AT_END}
COUNTS = tuple(name for counts in MOMENTS.values() for name in counts)
HISTOGRAMS: Mapping[str, tuple[str, str]] = {"waits": ("answer", _WAIT_MS), "handle_times": ("end", _HANDLE_MS)}
MEASURES = (*COUNTS, *HISTOGRAMS)
KEY = ("grain", "starts_at", *DIMENSIONS)
ALL, BY_QUEUE, DETAIL = "all", "queue", "detail"
"""Grains of facts: of all stays together, by queue and channel, and by every dimension. What a grain does not
tell apart is empty.
"""


def grain_of(by: Iterable[str]) -> str:
    """Returns the coarsest grain that tells these dimensions apart."""
    if set(by) - {"queue", "channel"}:
        return DETAIL
    return BY_QUEUE if by else ALL


def facts_of(segments: str) -> str:
    """Returns the SQL that counts segments of one workspace: rows of `KEY` and `MEASURES`, those of nothing left out.

    `segments` is SQL for rows of segments with a `sign`, 1 to count and -1 to take back.
    """
    sums = [
        f"COALESCE(sum(sign * ({sql})) FILTER (WHERE moment = '{moment}'), 0)::bigint AS {name}"
        for moment, counts in MOMENTS.items()
        for name, sql in counts.items()
    ]
    packed = [
        f"array_agg({packed_sql(sql, 'sign')}) FILTER (WHERE moment = '{moment}') AS {name}"
        for name, (moment, sql) in HISTOGRAMS.items()
    ]
    merged = ", ".join(f"{added_up_sql(name)} AS {name}" for name in HISTOGRAMS)
    return f"""
      SELECT {", ".join((*KEY, *COUNTS, *HISTOGRAMS))} FROM (
        SELECT {", ".join((*KEY, *COUNTS))}, {merged} FROM (
          SELECT CASE GROUPING(queue, agent) WHEN 0 THEN '{DETAIL}' WHEN 1 THEN '{BY_QUEUE}' ELSE '{ALL}' END AS grain,
            starts_at, {", ".join(f"COALESCE({name}, '') AS {name}" for name in DIMENSIONS)},
            {", ".join((*sums, *packed))}
          FROM (
            SELECT s.*, moment, date_bin('15 minutes', at, 'epoch') AS starts_at
            FROM ({segments}) AS s, LATERAL (VALUES
              ('arrival', s.entered_at), ('answer', s.answered_at),
              ('end', CASE WHEN s.answered_at IS NOT NULL THEN s.left_at END)
            ) AS moments(moment, at) WHERE at IS NOT NULL
          ) AS s
          GROUP BY starts_at, GROUPING SETS ((), (queue, channel), ({", ".join(DIMENSIONS)}))
        ) AS summed
      ) AS counted
      WHERE ({" <> 0 OR ".join(COUNTS)} <> 0 OR {" OR ".join(f"{name} <> '{{}}'" for name in HISTOGRAMS)})
    """  # noqa: S608 — made of the expressions above


def counted(change: str, workspace: str) -> str:
    """Returns the parts of a WITH that change segments by `change`, an INSERT or DELETE, and count them.

    `workspace` is SQL for the id of the workspace.
    """
    columns = (
        *("queue", "channel", "entered_at", "left_at", "left_as", "offers", "due_at", "answered_at"),
        *("waited_s", "held_s", "parked_s", "talk_s", "wrap_up_s"),
    )

    def version(name: str, sign: int) -> str:
        fields = ", ".join(f"({name}).{column}" for column in columns)
        blanks = ", ".join(f"COALESCE(({name}).{one}, '') AS {one}" for one in BLANKS)
        return f"SELECT {sign} AS sign, {fields}, {blanks} FROM stays_changed WHERE ({name}).contact_id IS NOT NULL"  # noqa: S608

    names = ", ".join(MEASURES)
    return f"""
    stays_changed AS ({change} RETURNING old AS before, new AS after),
    stay_facts AS MATERIALIZED ({facts_of(f"{version('before', -1)} UNION ALL {version('after', 1)}")}),
    stays_counted AS (
      INSERT INTO interval_stays AS f (workspace_id, {", ".join(KEY)}, {names}, revision)
      SELECT {workspace}, {", ".join(KEY)}, {names},
        (grain <> '{DETAIL}' AND open = 0 AND starts_at < now() - {SETTLED})::int
      FROM stay_facts ORDER BY {", ".join(KEY)}
      ON CONFLICT (workspace_id, {", ".join(KEY)}) DO UPDATE SET
        {", ".join(f"{name} = f.{name} + excluded.{name}" for name in COUNTS)},
        {", ".join(f"{name} = {added_up_sql(f'f.{name} || excluded.{name}')}" for name in HISTOGRAMS)},
        revision = f.revision + (f.open = 0 AND f.starts_at < now() - {SETTLED})::int
    ),
    days_of_stays AS ({changed_days("stays", "stay_facts", workspace)})
    """  # noqa: S608 — made of the expressions above


def changed_days(kind: str, facts: str, workspace: str) -> str:
    """Returns the SQL that has the days of `facts` added up again, a relation with `starts_at`."""
    return f"""
      INSERT INTO interval_changes AS c (workspace_id, kind, starts_at)
      SELECT DISTINCT {workspace}, '{kind}', starts_at FROM {facts} ORDER BY starts_at
      ON CONFLICT (workspace_id, starts_at, kind) DO UPDATE SET kind = excluded.kind
    """  # noqa: S608 — names of ours
