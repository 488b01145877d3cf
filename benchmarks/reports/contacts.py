"""Made contacts of five weeks: with texts, topics and contexts, each through a line, and promised an answer."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

CONTACTS, CUSTOMERS, WORDS = 60_000, 12_000, 3_000
FIRST, DAYS = "timestamptz '2026-02-25 00:00+01'", 35
ROSE = "n % 60 = 7 AND at >= timestamptz '2026-03-25 00:00+01'"
"""Contacts of a topic, a version and a word that only the last week has."""
TABLES = ("contacts", "decisions", "segments", "interval_surveys", "agent_states")

_PEOPLE = f"FROM generate_series(1, {CUSTOMERS}) AS n"
# Words of very different frequency: of 3,000 the most frequent has a twelfth of all uses.
_WORD = f"'w' || translate(lpad(floor({WORDS} ^ random())::text, 4, '0'), '0123456789', 'abcdefghij')"
_TEXT = f"(SELECT string_agg({_WORD}, ' ') FROM generate_series(1, 8 + n % 25))"  # noqa: S608 — the word above
MADE = (
    "SELECT setseed(0.5)",
    f"INSERT INTO customers (id, workspace_id, attributes) SELECT 'cus_' || n, :workspace, '{{}}' {_PEOPLE}",
    f"""
    INSERT INTO cases (id, workspace_id, customer_id, topic, status, contacts, opened_at, last_contact_at)
    SELECT 'cas_' || n, :workspace, 'cus_' || n, '', 'open', 5, {FIRST}, {FIRST} {_PEOPLE}
    """,
    f"""
    INSERT INTO contacts (id, workspace_id, case_id, customer_id, channel, text, context, attachments, skills, masked,
      requirement, topic, sensitive, cell, outcome, rung, priority, queue, state, served_by, accepted_at, answered_at,
      ended_at, journal_id)
    SELECT 'con_' || lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || lpad(to_hex(n), 20, '0'),
      :workspace, 'cas_' || who, 'cus_' || who, (ARRAY['chat', 'email', 'voice'])[1 + n % 3],
      {_TEXT} || CASE WHEN {ROSE} THEN ' spinning' ELSE '' END,
      jsonb_build_object('region', 'region_' || n % 16, 'version', '5.' || CASE WHEN {ROSE} THEN 9 ELSE n % 9 END,
        'plan', 'plan_' || n % 4, 'page', '/pages/' || n % 200, 'order', n::text, 'tags', jsonb_build_array('tag_' || n % 7, 'tag_' || n % 11)),
      '[]', '[]', 0, '[]', 'topic_' || CASE WHEN {ROSE} THEN 40 ELSE n % 40 END, false,
      'high_volume_high_touch', 'agent', 0, n % 10, 'queue_' || 1 + n % 100, 'completed', CASE n % 3 WHEN 0 THEN jsonb_build_object('kind', 'article', 'ref', 'article_' || n % 150) END,
      at, at + interval '5 minutes', at + interval '12 minutes', n || '-0'
    FROM (SELECT n, 1 + n * 7919 % {CUSTOMERS} AS who, {FIRST} + random() * interval '{DAYS} days' AS at
      FROM generate_series(1, {CONTACTS}) AS n) AS drawn
    """,  # noqa: S608 — names and numbers of ours
    """
    INSERT INTO decisions (workspace_id, contact_id, rung, triage, route)
    SELECT workspace_id, id, 0, '{}', jsonb_build_object('queue', queue, 'service_level', jsonb_build_object('level',
      'launch', 'class_name', CASE WHEN priority > 7 THEN 'P1' WHEN priority > 4 THEN 'P2' ELSE 'P3' END,
      'within_s', 14400))
    FROM contacts WHERE workspace_id = :workspace
    """,
    """
    INSERT INTO segments (workspace_id, contact_id, n, entered_at, queue, channel, topic, cell, left_at, left_as, agent,
      answered_at)
    SELECT workspace_id, id, 1, accepted_at, queue, channel, topic, cell, ended_at, 'answered',
      'agent_' || abs(hashtext(id)) % 300, answered_at
    FROM contacts WHERE workspace_id = :workspace
    """,
    f"""
    INSERT INTO interval_surveys (workspace_id, starts_at, kind, survey, queue, agent, topic, channel, cell, sent,
      answered, score_2, score_5)
    SELECT :workspace, {FIRST} + n * interval '15 minutes', 'csat', 'after_chat', 'queue_' || 1 + n % 100,
      'agent_' || a, 'topic_1', 'chat', 'high_volume_high_touch', 4, 2, (a + n) % 2, 2 - (a + n) % 2
    FROM generate_series(1, {DAYS * 96}) AS n, generate_series(1, 10) AS a
    """,  # noqa: S608 — names and numbers of ours
    f"""
    INSERT INTO agent_states (workspace_id, agent, id, at, presence, reachable)
    SELECT :workspace, 'agent_' || a, lpad((extract(epoch FROM at) * 1000)::bigint::text, 15, '0') || '-' || a, at,
      CASE WHEN h % 2 = 0 THEN 'available' ELSE 'away' END, true
    FROM generate_series(0, 299) AS a, generate_series(0, 7) AS h, generate_series(0, {DAYS - 1}) AS d,
      LATERAL (SELECT {FIRST} + d * interval '1 day' + (7 + h) * interval '1 hour' + a * interval '1 second' AS at) AS m
    """,  # noqa: S608 — names and numbers of ours
)


async def fill(session: AsyncSession, workspace: str) -> None:
    """Makes them."""
    for statement in MADE:
        await session.execute(text(statement), {"workspace": workspace} if ":workspace" in statement else {})
