"""Reports count the stays that an agent answered and then escalated, those so far too"""

from alembic import op

revision = "0055"
down_revision = "0054"

TABLES = ("interval_stays", "daily_stays")
COLUMN = "escalated_answered"
BY = ("queue", "channel", "topic", "cell", "language", "agent")

# Escalations are few beside all stays: the segments are read once, and only facts of theirs are written.
COUNT = f"""
WITH counted AS (
  SELECT workspace_id, starts_at,
    CASE GROUPING(queue, agent) WHEN 0 THEN 'detail' WHEN 1 THEN 'queue' ELSE 'all' END AS grain,
    {", ".join(f"COALESCE({name}, '') AS {name}" for name in BY)}, count(*) AS n
  FROM (
    SELECT workspace_id, date_bin('15 minutes', entered_at, 'epoch') AS starts_at, queue, channel,
      COALESCE(topic, '') AS topic, cell, COALESCE(language, '') AS language, COALESCE(agent, '') AS agent
    FROM segments WHERE left_as = 'escalated' AND answered_at IS NOT NULL
  ) AS escalated
  GROUP BY workspace_id, starts_at, GROUPING SETS ((), (queue, channel), ({", ".join(BY)}))
), changed AS (
  UPDATE interval_stays f SET {COLUMN} = c.n FROM counted c
  WHERE f.workspace_id = c.workspace_id AND f.starts_at = c.starts_at AND f.grain = c.grain
    AND {" AND ".join(f"f.{name} = c.{name}" for name in BY)}
  RETURNING f.workspace_id, f.starts_at
)
INSERT INTO interval_changes (workspace_id, kind, starts_at)
SELECT DISTINCT workspace_id, 'stays', starts_at FROM changed ON CONFLICT DO NOTHING
"""  # noqa: S608 — the names above


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {COLUMN} bigint DEFAULT 0 NOT NULL")
    with op.get_context().autocommit_block():  # nobody waits for the segments to be read; what was cut short runs again
        op.execute(COUNT)


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, COLUMN)
