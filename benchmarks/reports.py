"""How long reports by intervals take: `python benchmarks/reports.py [--queues 100] [--json FILE]`.

Starts a PostgreSQL and a Valkey of its own and fills in the facts of made queues: a month of quarter-hours, a year of
days. Each report is asked for over the API and timed, best of five. The yardstick, in the same run: the plain sum of
three counts over the same rows of facts, by a query of one's own.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.keys import Scope, make_key
from mci_router.app import create_app
from mci_router.cli.migrate import migrate
from mci_router.configuration import workspace_file
from mci_router.database import Database
from mci_router.embedded import Servers, running
from mci_router.insight.result_facts import KINDS
from mci_router.insight.stay_facts import COUNTS
from mci_router.settings import Settings
from mci_router.specs import WorkspaceFile
from mci_router.vocabulary import Trust

MOST_S = 1.0
TIMES = 5
ZONE = "Europe/Berlin"
MONTH = "since=2026-03-01T00:00:00%2B01:00&until=2026-04-01T00:00:00%2B02:00"
YEAR = "since=2025-01-01T00:00:00%2B01:00&until=2026-01-01T00:00:00%2B01:00"
REPORTS = {
    "month, quarter-hours": f"{MONTH}&interval=PT15M&group_by=&limit=3000",
    "month, quarter-hours, csv": f"{MONTH}&interval=PT15M&group_by=&limit=3000&format=csv",
    "month, quarter-hours, by queue (first page)": f"{MONTH}&interval=PT15M&group_by=queue",
    "month, hours, by queue (first page)": f"{MONTH}&interval=PT1H&group_by=queue",
    "month, quarter-hours, by agent (first page)": f"{MONTH}&interval=PT15M&group_by=queue,agent",
    "year, days": f"{YEAR}&interval=P1D&group_by=",
    "year, days, by queue (first page)": f"{YEAR}&interval=P1D&group_by=queue",
    "year, weeks, by queue (largest page)": f"{YEAR}&interval=P1W&group_by=queue&limit=3000",
}

OF_RESULTS = {
    "resolutions, month, days, by what served": f"resolutions?{MONTH}&interval=P1D&group_by=served_by,ref,version",
    "resolutions, month, quarter-hours": f"resolutions?{MONTH}&interval=PT15M&group_by=&limit=3000",
    "FCR, month, days, by queue": f"fcr?{MONTH}&interval=P1D&group_by=queue&limit=3000",
    "FCR, month, days, by queue and agent (first page)": f"fcr?{MONTH}&interval=P1D&group_by=queue,agent",
    "FCR, month, quarter-hours": f"fcr?{MONTH}&interval=PT15M&group_by=&limit=3000",
}
OTHERS = {
    "scorecard, month": "/v1/scorecard?period=2026-03",
    "scorecard, month, by queue": "/v1/scorecard?period=2026-03&group_by=queue",
    "scorecard, year": "/v1/scorecard?period=2025",
    "scorecard, year, by queue": "/v1/scorecard?period=2025&group_by=queue",
    "interim service levels, month": f"/v1/service-levels/interim?{MONTH}",
    "forecast of a day": "/v1/workforce/forecast?day=2026-03-31",
}
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


PLAIN = text(
    "SELECT starts_at, sum(offered), sum(answered), sum(in_time) FROM interval_stays"
    " WHERE workspace_id = :workspace AND grain = 'queue' GROUP BY starts_at"
)


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


async def best_s(work: Callable[[], Awaitable[object]]) -> float:
    """The shortest time that the work takes."""
    spent = []
    for _ in range(TIMES):
        began = time.perf_counter()
        await work()
        spent.append(time.perf_counter() - began)
    return round(min(spent), 3)


async def measure(servers: Servers, queues: int) -> dict[str, float]:
    """The figures of one run, in seconds."""
    settings = Settings(
        _env_file=None,
        database_url=servers.database_url,
        redis_url=servers.redis_url,
        token_secret=SecretStr("a secret for a benchmark only, long enough"),
    )
    database = Database(servers.database_url, pool_size=2, timeout_s=300)
    document = {"workspace": {"name": "large", "title": "Large", "timezone": ZONE}}
    async with database.transaction() as session:
        workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(document))
        _, key = await make_key(
            session, workspace, "reports", [Scope.REPORTS_READ, Scope.WORKFORCE_READ], Trust.CLAIMED
        )
        await fill(session, workspace, queues)
    async with database.transaction() as session:
        await session.execute(text("ANALYZE interval_stays, daily_stays, interval_resolutions, interval_repetitions"))

    async def plain() -> None:
        async with database.transaction() as session:
            (await session.execute(PLAIN, {"workspace": workspace})).all()

    figures = {"yardstick: plain sum of the month": await best_s(plain)}
    app = create_app(settings)
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reports", headers=headers) as api,
    ):
        reports = {name: f"queues?{query}" for name, query in REPORTS.items()} | OF_RESULTS
        for name, path in ({name: f"/v1/reports/{path}" for name, path in reports.items()} | OTHERS).items():

            async def ask(path: str = path) -> None:
                response = await api.get(path, timeout=60)
                response.raise_for_status()

            figures[name] = await best_s(ask)
    await database.close()
    return figures


def main() -> None:
    """Prints the figures, and fails if a report takes longer than a second."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--queues", type=int, default=100)
    options.add_argument("--json", type=Path, help="write the figures to this file, too")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="mci-reports-") as directory:
        Path(directory).chmod(0o755)
        with running(Path(directory), durable=False) as servers:
            migrate(servers.database_url)
            figures = asyncio.run(measure(servers, chosen.queues))
    yardstick = figures["yardstick: plain sum of the month"]
    for name, figure in figures.items():
        print(f"{name:50} {figure:>7.3f} s  {figure / yardstick:>5.1f} x")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures) + "\n")
    if slow := [name for name, figure in figures.items() if figure > MOST_S]:
        raise SystemExit(f"longer than {MOST_S} s: {', '.join(slow)}")


if __name__ == "__main__":
    main()
