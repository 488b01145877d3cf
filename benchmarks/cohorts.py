"""How long coaching takes in a large contact centre: `python -m benchmarks.cohorts [--agents 300] [--json FILE]`.

Starts a PostgreSQL and a Valkey of its own and fills in 28 days of made facts, surveys and stays of so many agents, 70
contacts each a day. Cohorts, a week and a month are asked for over the API and timed, best of five.
"""

import argparse
import asyncio
import json
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.reports import best_s
from mci_router.access.keys import Scope, make_key
from mci_router.app import create_app
from mci_router.cli.migrate import migrate
from mci_router.coaching.calendar import week_of
from mci_router.configuration import workspace_file
from mci_router.database import Database
from mci_router.embedded import Servers, running
from mci_router.models.partitions import keep_partitions
from mci_router.settings import Settings
from mci_router.specs import WorkspaceFile
from mci_router.vocabulary import Trust

MOST_S = 1.0
DAYS, KINDS_OF_WORK, A_DAY = 28, 12, 70
ZONE = ZoneInfo("Europe/Berlin")
TEAMS, SKILLS = 20, 8

_WHO = "FROM generate_series(0, CAST(:agents AS int) - 1) AS a, generate_series(1, CAST(:days AS int)) AS d"
_WORK = "'queue_' || k % 4, 'chat', 'topic_' || k % 3"
STAYS = f"""
    INSERT INTO daily_stays (workspace_id, grain, zone, day, queue, channel, topic, cell, language, agent, handled,
      talk_ms, wrap_up_ms)
    SELECT :workspace, 'detail', '{ZONE.key}', CAST(:today AS date) - d, {_WORK}, 'low_volume_high_touch', 'en',
      'agent_' || a, 6, 6 * (240000 + (a * 37 + d * 11 + k) % 120 * 1000), 6 * 30000
    {_WHO}, generate_series(1, {KINDS_OF_WORK}) AS k
"""
FIRSTS = f"""
    INSERT INTO daily_repetitions (workspace_id, zone, day, queue, agent, topic, channel, outcome, contacts, first, repeated)
    SELECT :workspace, '{ZONE.key}', CAST(:today AS date) - d, 'queue_' || k % 4, 'agent_' || a, 'topic_' || k % 3, 'chat',
      'agent', 6, 5, (a + d + k) % 3
    {_WHO}, generate_series(1, {KINDS_OF_WORK}) AS k
"""
ANSWERS = f"""
    INSERT INTO interval_surveys (workspace_id, starts_at, kind, survey, queue, agent, topic, channel, cell, sent, answered,
      score_2, score_5)
    SELECT :workspace, CAST(:today AS date) - d + k * interval '1 hour', 'csat', 'after_chat', 'queue_1', 'agent_' || a,
      'topic_1', 'chat', 'low_volume_high_touch', 4, 2, (a + d + k) % 2, 2 - (a + d + k) % 2
    {_WHO}, generate_series(8, 12) AS k
"""
SEGMENTS = f"""
    INSERT INTO segments (workspace_id, contact_id, n, entered_at, queue, channel, cell, left_at, left_as, agent, answered_at)
    SELECT :workspace, 'con_' || a || '_' || d || '_' || k, 1, at, 'queue_1', 'chat', 'low_volume_high_touch',
      at + interval '6 minutes', CASE k % 10 WHEN 0 THEN 'escalated' WHEN 1 THEN 'transferred' ELSE 'answered' END,
      'agent_' || a, at + interval '1 minute'
    FROM (SELECT a, d, k, CAST(:today AS date) - d + interval '8 hours' + k * interval '6 minutes' AS at
      {_WHO}, generate_series(1, {A_DAY}) AS k) AS made
"""  # noqa: S608 — numbers and names of ours
TABLES = ("daily_stays", "daily_repetitions", "interval_surveys", "segments")


def document(agents: int) -> WorkspaceFile:
    """A workspace with so many agents, in teams, who began at different times."""
    room, first = {"units": 6, "channels": {"chat": 3}}, date(2025, 1, 1)
    people = [
        {
            "name": f"agent_{number}",
            "title": f"Agent {number}",
            "team": f"team_{number % TEAMS}",
            "since": (first + timedelta(days=number * 2)).isoformat(),
            "skills": [{"skill": f"skill_{(number + more) % SKILLS}"} for more in range(3)],
            "capacity": room,
        }
        for number in range(agents)
    ]
    skills = [{"name": f"skill_{number}"} for number in range(SKILLS)]
    itself = {"name": "large", "title": "Large", "timezone": ZONE.key}
    return WorkspaceFile.model_validate({"workspace": itself, "skills": skills, "agents": people})


async def fill(session: AsyncSession, workspace: str, agents: int, today: date) -> None:
    """Makes what is read."""
    known = {"workspace": workspace, "agents": agents, "days": DAYS, "today": today}
    for statement in (STAYS, FIRSTS, ANSWERS, SEGMENTS):
        await session.execute(text(statement), known)
    zone = "INSERT INTO report_zones (workspace_id, zone) VALUES (:workspace, :zone)"
    await session.execute(text(zone), {"workspace": workspace, "zone": ZONE.key})


async def measure(servers: Servers, agents: int) -> dict[str, float]:
    """The figures of one run, in seconds."""
    settings = Settings(
        _env_file=None,
        database_url=servers.database_url,
        redis_url=servers.redis_url,
        token_secret=SecretStr("a secret for a benchmark only, long enough"),
    )
    database, today = Database(servers.database_url, pool_size=2, timeout_s=300), datetime.now(ZONE).date()
    await keep_partitions(database, {"events": settings.events_keep_s, "segments": settings.segments_keep_s})
    async with database.transaction() as session:
        workspace, _ = await workspace_file.apply(session, document(agents))
        _, key = await make_key(session, workspace, "coaching", [Scope.COACHING_READ], Trust.CLAIMED)
        await fill(session, workspace, agents, today)
    for table in TABLES:  # as autovacuum does
        await database.alone(f"VACUUM ANALYZE {table}", timeout_s=300)
    week = week_of(today - timedelta(days=7))
    month = week.first + timedelta(days=3)
    asked = {
        **{f"cohorts by {by}, {DAYS} days": f"cohorts?by={by}" for by in ("team", "tenure", "skill")},
        "an agent's week": f"agents/agent_7/weeks/{week.name}",
        "an agent's month": f"agents/agent_7/months/{month:%Y-%m}",
    }
    figures, app = dict[str, float](), create_app(settings)
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://coaching", headers=headers) as api,
    ):
        for name, path in asked.items():

            async def ask(path: str = path) -> None:
                response = await api.get(f"/v1/coaching/{path}", timeout=60)
                response.raise_for_status()

            figures[name] = await best_s(ask)
    await database.close()
    return figures


def main() -> None:
    """Prints the figures, and fails if anything takes longer than a second."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--agents", type=int, default=300)
    options.add_argument("--json", type=Path, help="write the figures to this file, too")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="mci-cohorts-") as directory:
        Path(directory).chmod(0o755)
        with running(Path(directory), durable=False) as servers:
            migrate(servers.database_url)
            figures = asyncio.run(measure(servers, chosen.agents))
    for name, figure in figures.items():
        print(f"{name:30} {figure:>7.3f} s")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures) + "\n")
    if slow := [name for name, figure in figures.items() if figure > MOST_S]:
        raise SystemExit(f"longer than {MOST_S} s: {', '.join(slow)}")


if __name__ == "__main__":
    main()
