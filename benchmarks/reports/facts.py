"""Made facts of queues: a month of quarter-hours, a year of days, and a month of forecasts."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.result_facts import KINDS
from mci_router.insight.stay_facts import COUNTS

ZONE = "Europe/Berlin"
TABLES = ("interval_stays", "daily_stays", "interval_resolutions", "interval_repetitions", "forecasts")

FORECASTS = """
    INSERT INTO forecasts (workspace_id, day, queue, channel, begins_at, made_at, expected, low, high, aht_s, aht_of,
      came, missed, inside)
    SELECT :workspace, date '2026-03-01' + n, 'queue_' || q, 'voice',
      timestamptz '2026-02-28 23:00Z' + n * interval '1 day', now(),
      array_fill(7.5::float8, ARRAY[96]), array_fill(3::float8, ARRAY[96]), array_fill(12::float8, ARRAY[96]),
      array_fill(300::float8, ARRAY[96]), 100, 700, 90, 80
    FROM generate_series(0, 30) AS n, generate_series(1, CAST(:queues AS int)) AS q
"""
RESULTS = {
    "resolutions": "'automation', 'topic_' || n % 7, 'high_volume_low_touch', 'chat', 'article', 'article_' || q, '3'",
    "repetitions": "'queue_' || q, 'agent_' || n % 11, 'topic_' || n % 7, 'voice', 'agent'",
}

HISTOGRAM = """ARRAY(SELECT ((40 + (q * 3 + n * 7 + i * 5) % 61)::bigint << 32) + 1 + (q + i) % 3
  FROM generate_series(1, CAST(:buckets AS int)) AS i)"""
_COUNTED = ", ".join(f"(q * {place} + n) % 13 * CAST(:weight AS int)" for place, _ in enumerate(COUNTS, 1))
_NAMES = ", ".join(COUNTS)
MADE = f"""
    INSERT INTO {{table}} (workspace_id, {{when}}, grain, queue, channel, topic, cell, language, agent,
      {_NAMES}, waits, handle_times)
    SELECT :workspace, {{moment}}, :grain, {{dimensions}}, {_COUNTED}, {HISTOGRAM}, {HISTOGRAM}
    FROM generate_series(0, CAST(:last AS int)) AS n, generate_series(1, CAST(:queues AS int)) AS q
"""  # noqa: S608 — the names above
BY_QUEUE = "'queue_' || q, 'voice', '', '', '', ''"
DIMENSIONS = {
    "all": "'', '', '', '', '', ''",
    "queue": BY_QUEUE,
    "detail": "'queue_' || q, 'voice', 'topic_' || n % 7, 'low_volume_high_touch', 'en', 'agent_' || n % 11",
}
QUARTERS = {
    "table": "interval_stays",
    "when": "starts_at",
    "moment": "timestamptz '2026-02-28 23:00Z' + n * interval '15 minutes'",
}
DAYS = {"table": "daily_stays", "when": "zone, day", "moment": "'Europe/Berlin', date '2025-01-01' + n"}
MARCH = "'Europe/Berlin', date '2026-03-01' + n"


def _of(made: dict[str, str]) -> tuple[str, str]:
    return made["when"], made["moment"]


async def fill(session: AsyncSession, workspace: str, queues: int) -> None:
    """Makes the facts: a month (with the hour that is left out in spring) and a year."""
    for made, last, buckets, weight in ((QUARTERS, 31 * 96 - 5, 8, 1), (DAYS, 364, 60, 96)):
        for grain, dimensions in DIMENSIONS.items():
            statement = MADE.format(dimensions=dimensions, **made)
            facts = {"workspace": workspace, "grain": grain, "last": last, "buckets": buckets, "weight": weight}
            await session.execute(text(statement), facts | {"queues": 1 if grain == "all" else queues})
    for kind in KINDS[:2]:
        for table, when, moment in (("interval", *_of(QUARTERS)), ("daily", "zone, day", MARCH)):
            named = ", ".join(kind.measures)
            parts = [f"(q * {place} + n) % 10" for place, _ in enumerate(kind.measures)]
            counts = ", ".join(["100", "20", *parts[2:]])  # the whole, confirmed or first, and the rest
            last = 31 * 96 - 5 if table == "interval" else 30
            filled = f"""
                INSERT INTO {table}_{kind.kind} (workspace_id, {when}, {", ".join(kind.dimensions)}, {named})
                SELECT :workspace, {moment}, {RESULTS[kind.kind]}, {counts}
                FROM generate_series(0, {last}) AS n, generate_series(1, CAST(:queues AS int)) AS q
            """  # noqa: S608 — the names above
            await session.execute(text(filled), {"workspace": workspace, "queues": queues})
    await session.execute(text(FORECASTS), {"workspace": workspace, "queues": queues})
    await session.execute(
        text("INSERT INTO report_zones (workspace_id, zone) VALUES (:workspace, :zone)"),
        {"workspace": workspace, "zone": ZONE},
    )
