"""What the screen pop reads of the ledger, in two statements."""

from mci_router.lifecycle.seen.already_told import MOST_REPLIES

MOST_HISTORY = 20  # earlier contacts, newest first: what fits a screen
MOST_ADDRESSES = 100
MOST_ANSWERS = 100  # to guides
MOST_RUNS = 10  # of workflows, the last ones

# Two round trips for all of it, the second of two statements: in an hour's peak this is asked as often as a contact
# comes.
CONTACT = f"""
WITH rungs AS (
  SELECT rung, triage, route, created_at FROM decisions WHERE workspace_id = $1 AND contact_id = $2
), read AS (
  SELECT created_at, body, accepted FROM replies
  WHERE workspace_id = $1 AND NOT hidden AND post_id IN (SELECT route -> 'post' ->> 'id' FROM rungs)
  ORDER BY accepted DESC, id LIMIT {MOST_REPLIES}
)
SELECT to_jsonb(c)::text, to_jsonb(k)::text,
  (SELECT COALESCE(jsonb_agg(to_jsonb(d) ORDER BY d.rung DESC), '[]')::text FROM rungs AS d),
  (SELECT COALESCE(jsonb_agg(to_jsonb(r) ORDER BY r.created_at), '[]')::text FROM read AS r),
  (SELECT COALESCE(jsonb_agg(l.id ORDER BY l.id), '[]')::text FROM cases l
    WHERE l.workspace_id = $1 AND l.customer_id = k.customer_id AND (l.id = k.linked_to OR l.linked_to = k.id)),
  (SELECT COALESCE(jsonb_agg(to_jsonb(o)), '[]')::text FROM (
    SELECT id, sensitive, requirement FROM contacts WHERE case_id = c.case_id AND sensitive) AS o),
  (SELECT COALESCE(jsonb_agg(to_jsonb(g)), '[]')::text FROM (
    SELECT guide, title, answer, agent, at FROM guide_answers WHERE contact_id = c.id AND workspace_id = $1
    ORDER BY at LIMIT {MOST_ANSWERS}) AS g),
  (SELECT COALESCE(jsonb_agg(to_jsonb(r) ORDER BY r.id), '[]')::text FROM (
    SELECT id, workflow, state, why, started_by, input, amount::float8 AS amount, currency, message, steps, created_at
    FROM workflow_runs WHERE contact_id = c.id AND workspace_id = $1 ORDER BY id DESC LIMIT {MOST_RUNS}) AS r),
  COALESCE((SELECT to_jsonb(p)::text FROM (
    SELECT id, title, status FROM posts
    WHERE workspace_id = $1 AND NOT hidden AND id IN (SELECT route -> 'post' ->> 'id' FROM rungs)
    ORDER BY id DESC LIMIT 1) AS p), 'null')
FROM contacts c JOIN cases k ON k.id = c.case_id
WHERE c.workspace_id = $1 AND c.id = $2
"""  # noqa: S608 — numbers of this house
# Of the customer $4, if it is known, and of the case $3: who it is, its addresses, and the contacts before. Most have
# none: by any index that has the order, PostgreSQL would look for twenty among all contacts of the workspace, so that
# only the index by case, and the one by customer, may be of use.
CUSTOMER = f"""
WITH cases_of_it AS (
  SELECT $3 AS id
  UNION ALL
  (SELECT id FROM cases WHERE workspace_id IS NOT DISTINCT FROM $1 AND verified_as = $4
   ORDER BY id || '' DESC LIMIT {MOST_HISTORY})
), earlier AS (
  (SELECT c.* FROM cases_of_it AS k CROSS JOIN LATERAL (
     SELECT * FROM contacts WHERE case_id = k.id AND workspace_id IS NOT DISTINCT FROM $1 AND id || '' <> $2
     ORDER BY id || '' DESC LIMIT {MOST_HISTORY}) AS c)
  UNION
  (SELECT * FROM contacts WHERE workspace_id = $1 AND customer_id >= $4 AND customer_id <= $4 AND id || '' <> $2
   ORDER BY customer_id DESC, id DESC LIMIT {MOST_HISTORY})
)
SELECT
  (SELECT COALESCE(min(to_jsonb(u)::text), 'null') FROM customers u WHERE u.workspace_id = $1 AND u.id = $4),
  (SELECT COALESCE(jsonb_agg(to_jsonb(a)), '[]')::text FROM (
    SELECT kind, value, trust, opted_out_at, failing_since FROM customer_addresses
    WHERE workspace_id = $1 AND customer_id = $4 ORDER BY kind, value LIMIT {MOST_ADDRESSES}) AS a),
  (SELECT COALESCE(jsonb_agg(to_jsonb(e) ORDER BY e.id DESC), '[]')::text FROM (
    SELECT id, case_id, sensitive, trust, channel, topic, subject, text, requirement, state, outcome, agent,
      disposition, notes, accepted_at, ended_at, (
        SELECT jsonb_build_object('survey', i.survey, 'kind', i.kind, 'score', a.score)
        FROM survey_answers a JOIN survey_invitations i ON i.contact_id = a.contact_id
        WHERE $5 AND a.contact_id = earlier.id) AS survey
    FROM earlier ORDER BY id DESC LIMIT {MOST_HISTORY}) AS e)
"""  # noqa: S608 — numbers of this file
