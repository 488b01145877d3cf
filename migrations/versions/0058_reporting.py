"""A schema of views for reporting, logins that see one workspace in it, exports, and mails of the daily report"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0058"
down_revision = "0057"

STATES = ("claimed", "sent", "failed")

# The login decides which workspace it sees: a setting could be changed by whom it is to bound. The views read as their
# owner, so a login needs no right on any table; it is let in only with a time-out that is no longer than its own.
READER = """
CREATE FUNCTION reporting.reader(OUT workspace text, OUT sensitive boolean) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  most double precision;
  asked double precision := extract(epoch FROM current_setting('statement_timeout')::interval);
BEGIN
  SELECT r.workspace_id, r.sensitive, r.timeout_s INTO workspace, sensitive, most
  FROM public.reporting_roles r WHERE r.role = session_user;
  IF workspace IS NOT NULL AND NOT (asked > 0 AND asked <= most) THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('statement_timeout must be between 1 ms and %s s to read the schema reporting', most),
      HINT = format('SET statement_timeout = ''%s s''', most);
  END IF;
END $$
"""
MINE = "workspace_id = (SELECT workspace FROM reporting.reader())"
SEEN = "(NOT c.sensitive OR (SELECT sensitive FROM reporting.reader()))"

COUNTS = """offered, offered_answered, in_time, within_180_s, abandoned_short, abandoned_in_time, abandoned_late,
    overflowed, transferred, escalated, agent_lost, callback, resolved, cancelled, waiting, open, offers, answered,
    wait_ms / 1000.0 AS wait_s, excess_ms / 1000.0 AS excess_s, handled, talk_ms / 1000.0 AS talk_s,
    held_ms / 1000.0 AS held_s, wrap_up_ms / 1000.0 AS wrap_up_s, parked_ms / 1000.0 AS parked_s, revision"""
VIEWS = {
    "workspace": """
      SELECT w.name, w.spec ->> 'title' AS title, COALESCE(w.spec ->> 'timezone', 'UTC') AS timezone
      FROM public.workspaces w WHERE w.id = (SELECT workspace FROM reporting.reader())""",
    "queues": """
      SELECT name, COALESCE(spec ->> 'title', name) AS title,
        (spec #>> '{service_level,goal}')::double precision AS goal,
        (spec #>> '{service_level,target_s}')::double precision AS target_s
      FROM public.resources WHERE kind = 'queue' AND @mine""",
    "topics": """
      SELECT name, spec ->> 'title' AS title, COALESCE(spec ->> 'touch', 'low') AS touch
      FROM public.resources WHERE kind = 'topic' AND @mine""",
    "agents": """
      SELECT name, COALESCE(spec ->> 'title', name) AS title
      FROM public.resources WHERE kind = 'agent' AND @mine""",
    "agent_states": """
      SELECT agent, id, at, presence, reason, reachable FROM public.agent_states WHERE @mine""",
    "queues_by_quarter": """
      SELECT starts_at, queue, channel, @counts
      FROM public.interval_stays WHERE grain = 'queue' AND @mine""",
    "stays_by_quarter": """
      SELECT starts_at, queue, channel, NULLIF(topic, '') AS topic, NULLIF(cell, '') AS cell,
        NULLIF(language, '') AS language, NULLIF(agent, '') AS agent, @counts
      FROM public.interval_stays WHERE grain = 'detail' AND @mine""",
    "arrivals_by_quarter": """
      SELECT starts_at, NULLIF(topic, '') AS topic, channel, NULLIF(language, '') AS language, cell, outcome, contacts,
        revision
      FROM public.interval_arrivals WHERE @mine""",
    "contacts": """
      SELECT id, case_id, customer_id, channel, provider, adapter, kind, language, topic, cell, outcome, state, queue,
        agent, CASE WHEN disposition ~ '^[a-z0-9_]{1,64}$' THEN disposition END AS disposition, priority, urgent,
        sensitive, segment AS stays, accepted_at, enqueued_at, answered_at, handled_at, ended_at
      FROM public.contacts c WHERE @mine AND @seen""",
    "segments": """
      SELECT s.contact_id, s.n, s.queue, s.channel, s.topic, s.language, s.cell, s.entered_at, s.due_at, s.answered_at,
        s.left_at, s.left_as, s.agent, s.offers, s.target_s, s.waited_s, s.talk_s, s.held_s, s.parked_s, s.wrap_up_s
      FROM public.segments s JOIN public.contacts c ON c.id = s.contact_id WHERE s.@mine AND @seen""",
    "surveys": """
      SELECT i.contact_id, i.survey, i.kind, i.language, i.state, i.why, i.sent_at, a.score, a.way,
        a.at AS answered_at, NULLIF(i.queue, '') AS queue, NULLIF(i.agent, '') AS agent, NULLIF(i.topic, '') AS topic,
        i.channel, i.cell
      FROM public.survey_invitations i JOIN public.contacts c ON c.id = i.contact_id
      LEFT JOIN public.survey_answers a ON a.contact_id = i.contact_id
      WHERE i.@mine AND @seen""",
}


def upgrade() -> None:
    _table(
        "export_leases",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("seen_at", TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        key=["key_id"],
    )
    _table(
        "reporting_roles",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("timeout_s", sa.Float(), nullable=False),
        key=["role"],
    )
    _table(
        "report_mails",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="report_mail_state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), server_default="1", nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("at", TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        key=["workspace_id", "day", "recipient"],
    )
    op.execute("CREATE SCHEMA reporting")
    op.execute(READER)
    for name, query in VIEWS.items():
        written = query.replace("@mine", MINE).replace("@seen", SEEN).replace("@counts", COUNTS)
        op.execute(f"CREATE VIEW reporting.{name} WITH (security_barrier) AS {written}")


def _table(name: str, *columns: sa.Column[Any], key: list[str]) -> None:
    op.create_table(
        name,
        *columns,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{name}_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
    )


def downgrade() -> None:
    op.execute("DROP SCHEMA reporting CASCADE")
    for name in ("report_mails", "reporting_roles", "export_leases"):
        op.drop_table(name)
