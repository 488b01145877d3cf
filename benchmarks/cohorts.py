"""How long coaching takes in a large contact centre: `python -m benchmarks.cohorts [--agents 300] [--json FILE]`.

Starts a PostgreSQL and a Valkey of its own and fills in 28 days of made facts, surveys, stays, shifts and states of
so many agents, 70 contacts each a day. Cohorts, a week and a month are asked for over the API.
"""

import argparse
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.asking import Made, printed
from mci_router.access.keys import Scope
from mci_router.coaching.calendar import week_of

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
SCHEDULE = """
    INSERT INTO schedules (id, workspace_id, name, begins_on, ends_on, state, solving, asked)
    SELECT 'sch_1', :workspace, 'Lately', CAST(:today AS date) - CAST(:days AS int), CAST(:today AS date) - 1, 'published',
      'solved', '{}'
"""
_PIECES = (("contacts", 8, 12), ("lunch", 12, 13), ("contacts", 13, 17))
_PIECE = (
    "jsonb_build_object('activity', '{}', 'begins_at', day + interval '{} hours', 'ends_at', day + interval '{} hours')"
)
SHIFTS = f"""
    INSERT INTO shifts (id, workspace_id, schedule_id, agent, begins_at, ends_at, pieces)
    SELECT 'shf_' || a || '_' || d, :workspace, 'sch_1', 'agent_' || a, day + interval '8 hours', day + interval '17 hours',
      jsonb_build_array({", ".join(_PIECE.format(*piece) for piece in _PIECES)})
    {_WHO}, LATERAL (SELECT (CAST(:today AS date) - d)::timestamptz AS day) AS begins
"""
STATES = f"""
    INSERT INTO agent_states (workspace_id, agent, id, at, presence, reason, reachable)
    SELECT :workspace, 'agent_' || a, lpad((extract(epoch FROM at) * 1000)::bigint::text, 15, '0') || '-' || a, at,
      CASE WHEN h = 9 THEN 'offline' WHEN h % 2 = 0 THEN 'available' ELSE 'away' END, 'lunch', true
    {_WHO}, generate_series(0, 9) AS h,
      LATERAL (SELECT (CAST(:today AS date) - d) + (8 + h) * interval '1 hour' + a * interval '1 second' AS at) AS moment
"""  # noqa: S608 — numbers and names of ours
MADE = (STAYS, FIRSTS, ANSWERS, SEGMENTS, SCHEDULE, SHIFTS, STATES)
TABLES = ("daily_stays", "daily_repetitions", "interval_surveys", "segments", "shifts", "agent_states")


def document(agents: int) -> dict[str, object]:
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
    activities = [
        {"name": "contacts", "title": "Contacts"},
        {"name": "lunch", "title": "Lunch", "paid": False, "counts": "away", "reasons": ["lunch"]},
    ]
    return {"workspace": itself, "skills": skills, "agents": people, "activities": activities}


async def fill(session: AsyncSession, workspace: str, agents: int, today: date) -> None:
    """Makes what is read."""
    known = {"workspace": workspace, "agents": agents, "days": DAYS, "today": today}
    for statement in MADE:
        await session.execute(text(statement), known)
    zone = "INSERT INTO report_zones (workspace_id, zone) VALUES (:workspace, :zone)"
    await session.execute(text(zone), {"workspace": workspace, "zone": ZONE.key})


def made(options: argparse.Namespace) -> Made:
    """A workspace of so many agents, and what coaching asks of it."""
    today = datetime.now(ZONE).date()
    week = week_of(today - timedelta(days=7))
    month = week.first + timedelta(days=3)
    asked = {
        **{f"cohorts by {by}, {DAYS} days": f"cohorts?by={by}" for by in ("team", "tenure", "skill")},
        "an agent's week": f"agents/agent_7/weeks/{week.name}",
        "an agent's month": f"agents/agent_7/months/{month:%Y-%m}",
    }
    paths = {name: f"/v1/coaching/{path}" for name, path in asked.items()}

    async def filled(session: AsyncSession, workspace: str) -> None:
        await fill(session, workspace, options.agents, today)

    return Made(document(options.agents), [Scope.COACHING_READ], filled, TABLES, paths)


if __name__ == "__main__":
    printed(__doc__ or "", made, agents=300)
