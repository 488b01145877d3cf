"""Judging results: SQL that says what became of contacts that have ended, from the contacts and decisions alone.

Two contacts of a customer are about the same **matter** if they have the same topic, or are in the same case. Rows are
found by the customer, of whom there are few; what else they must fulfil is written so that no other index serves.
Tasks, which the service makes itself, are nobody's contacts: none is judged, and none is a return.
"""

FIRST_WITHIN = "interval '7 days'"
"""How long after a contact another of the same matter repeats it."""

_MATTER = "n.kind = 'customer' AND n.channel <> 'task' AND (n.topic = c.topic OR n.case_id = c.case_id)"
_SERVED = """n.outcome IN ('agent', 'automation', 'community', 'message_only')
      AND (n.state NOT IN ('abandoned', 'cancelled') OR n.answered_at IS NOT NULL)"""


def _nearest(condition: str, order: str) -> str:
    """Returns the SQL for the nearest other contact `n` of the customer of `c` about the same matter."""
    return f"""(
      SELECT n.id FROM contacts n WHERE n.workspace_id = c.workspace_id AND n.customer_id = c.customer_id
        AND {_MATTER} AND {condition} ORDER BY n.accepted_at {order}, n.id || '' {order} LIMIT 1)"""  # noqa: S608


_AFTER = "n.id || '' > c.id"
_EARLIER = _nearest(f"n.id || '' < c.id AND n.accepted_at > c.accepted_at - {FIRST_WITHIN} AND {_SERVED}", "DESC")
_REPEATED_BY = _nearest(f"{_AFTER} AND n.accepted_at <= c.accepted_at + {FIRST_WITHIN}", "ASC")
# While its customer waits, a second contact is a return, too; once they have said that it is settled, only a later one.
_RETURNED_BY = _nearest(
    f"{_AFTER} AND n.accepted_at <= c.quiet_until AND (NOT c.settled OR n.accepted_at > c.ended_at)", "ASC"
)
UNRECOGNISED = """(c.trust = 'claimed'
      AND NOT jsonb_path_exists(c.identity, '$.addresses[*] ? (@.status != "none")'))"""
"""Whether nobody would know the customer of the contact `c` again."""

_SERVED_BY = """COALESCE(d.route -> 'served_by', CASE d.route ->> 'outcome'
      WHEN 'community' THEN jsonb_build_object('kind', 'post', 'ref', d.route #>> '{post,id}')
      ELSE jsonb_build_object('kind', 'article', 'ref', d.route #>> '{answer,article}') END)"""

ASKED = """
    asked AS MATERIALIZED (
      SELECT contact_id, bool_or(confirmed) AS confirmed
      FROM jsonb_to_recordset(CAST(:checks AS jsonb)) AS k(contact_id text, confirmed boolean) GROUP BY contact_id)"""
_ENDED = """c.workspace_id = :workspace AND c.id = ANY(ARRAY(SELECT contact_id FROM asked)) AND c.ended_at IS NOT NULL
      AND c.channel <> 'task'"""

RESOLUTION_COLUMNS = (
    *("workspace_id", "contact_id", "rung", "ended_at", "outcome", "channel", "topic", "cell", "served_by", "result"),
    *("confirmed", "quiet_until", "returned_by", "untold"),
)
RESOLUTIONS = f"""
    SELECT workspace_id, id, rung, ended_at, outcome, channel, topic, cell, served_by, result,
      last AND settled AND state = 'resolved', quiet_until, CASE WHEN result = 'returned' THEN returned_by END,
      was_untold OR (result = 'returned' AND was IS DISTINCT FROM 'returned')
    FROM (
      SELECT c.*, CASE
        WHEN NOT c.last THEN 'moved_on'
        WHEN c.state <> 'resolved' THEN 'gave_up'
        WHEN c.returned_by IS NOT NULL THEN 'returned'
        WHEN c.settled THEN 'confirmed'
        WHEN {UNRECOGNISED} THEN 'unrecognised'
        ELSE 'unconfirmed' END AS result
      FROM (
        SELECT c.*, CASE WHEN c.last AND c.state = 'resolved' THEN {_RETURNED_BY} END AS returned_by
        FROM (
          SELECT c.id, c.workspace_id, c.customer_id, c.case_id, c.state, c.trust, c.identity, c.accepted_at,
            c.ended_at, c.channel, c.topic, c.cell, d.rung, d.route ->> 'outcome' AS outcome,
            {_SERVED_BY} AS served_by, d.rung = c.rung AS last,
            COALESCE(k.confirmed, e.confirmed, false) AS settled, e.result AS was,
            COALESCE(e.untold, false) AS was_untold,
            COALESCE(CASE WHEN e.ended_at = c.ended_at THEN e.quiet_until END,
              c.ended_at + CAST(:silent_after AS double precision) * interval '1 second') AS quiet_until
          FROM contacts c JOIN asked k ON k.contact_id = c.id
          JOIN decisions d ON d.contact_id = c.id AND d.rung <= c.rung AND d.rung >= 0
            AND d.route ->> 'outcome' IN ('automation', 'community')
            AND (d.route -> 'served_by' IS NOT NULL OR d.route #>> '{{post,id}}' IS NOT NULL
              OR d.route #>> '{{answer,article}}' IS NOT NULL)
          LEFT JOIN contact_resolutions e
            ON e.workspace_id = c.workspace_id AND e.contact_id = c.id AND e.rung = d.rung
          WHERE {_ENDED} AND c.kind = 'customer'
        ) AS c
      ) AS c
    ) AS c ORDER BY id, rung
"""  # noqa: S608 — made of the expressions above
"""Selects `RESOLUTION_COLUMNS` of the contacts of `ASKED`; those that are open are left out."""

REPETITION_COLUMNS = (
    *("workspace_id", "contact_id", "accepted_at", "outcome", "channel", "topic", "queue", "agent", "result"),
    "repeated_by",
)
REPETITIONS = f"""
    SELECT workspace_id, id, accepted_at, outcome, channel, topic, queue, agent, CASE
        WHEN kind = 'machine' THEN 'machine'
        WHEN kind = 'opt_out' OR outcome = 'none' THEN 'opt_out'
        WHEN outcome = 'incident' THEN 'incident'
        WHEN state = 'cancelled' THEN 'cancelled'
        WHEN state = 'abandoned' AND answered_at IS NULL THEN 'abandoned'
        WHEN topic IS NULL OR {UNRECOGNISED} THEN 'unmatched'
        WHEN earlier IS NOT NULL THEN 'repeat'
        ELSE 'first' END, repeated_by
    FROM (
      SELECT c.*, {_EARLIER} AS earlier, {_REPEATED_BY} AS repeated_by FROM contacts c WHERE {_ENDED}) AS c
    ORDER BY id
"""  # noqa: S608 — made of the expressions above
"""Selects `REPETITION_COLUMNS` of the contacts of `ASKED`; those that are open are left out."""
