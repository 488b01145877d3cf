"""What the screen pop reads of the ledger, in one statement: the contact, its customer, and the conversation."""

from mci_router.conversations.messages import COLUMNS
from mci_router.lifecycle.seen.already_told import MOST_REPLIES

MOST_HISTORY = 20  # earlier contacts, newest first: what fits a screen
MOST_ADDRESSES = 100
MOST_ANSWERS = 100  # to guides
MOST_RUNS = 10  # of workflows, the last ones
MOST_MESSAGES = 20  # the last ones: the desk reads those before when it is to show them

_WORKSPACE, _CONTACT, _AGENT = (f"($1::jsonb ->> '{name}')" for name in ("workspace", "contact", "agent"))
_COLUMNS = ", ".join(COLUMNS)

WHO = """CASE WHEN k.verified_at IS NOT NULL THEN COALESCE(NULLIF(k.verified_as, ''), c.customer_id)
    WHEN c.trust <> 'claimed' THEN c.customer_id END"""
"""In SQL: what `screen_pop.known_as` says of the contact `c` and its case `k`."""

# One round trip for all of it: in an hour's peak this is asked as often as a contact comes. Most customers have no
# earlier contact: by any index that has the order, PostgreSQL would look for twenty among all contacts of the
# workspace, so that only the index by case, and the one by customer, may be of use.
SEEN = f"""
WITH it AS MATERIALIZED (
  SELECT c.id, to_jsonb(c) AS contact, to_jsonb(k) AS of_case, c.case_id, k.customer_id AS of_customer, k.linked_to,
    k.opened_at, {WHO} AS who
  FROM contacts c JOIN cases k ON k.id = c.case_id WHERE c.workspace_id = {_WORKSPACE} AND c.id = {_CONTACT}
), rungs AS MATERIALIZED (
  SELECT rung, triage, route, created_at FROM decisions WHERE workspace_id = {_WORKSPACE} AND contact_id = {_CONTACT}
), read AS (
  SELECT created_at, body, accepted FROM replies
  WHERE workspace_id = {_WORKSPACE} AND NOT hidden AND post_id IN (SELECT route -> 'post' ->> 'id' FROM rungs)
  ORDER BY accepted DESC, id LIMIT {MOST_REPLIES}
), cases_of_it AS (
  SELECT case_id AS id FROM it
  UNION ALL
  (SELECT id FROM cases
   WHERE workspace_id IS NOT DISTINCT FROM {_WORKSPACE} AND verified_as = (SELECT who FROM it)
   ORDER BY id || '' DESC LIMIT {MOST_HISTORY})
), earlier AS (
  (SELECT c.* FROM cases_of_it AS k CROSS JOIN LATERAL (
     SELECT * FROM contacts
     WHERE case_id = k.id AND workspace_id IS NOT DISTINCT FROM {_WORKSPACE} AND id || '' <> {_CONTACT}
     ORDER BY id || '' DESC LIMIT {MOST_HISTORY}) AS c)
  UNION
  (SELECT * FROM contacts
   WHERE workspace_id = {_WORKSPACE} AND customer_id >= (SELECT who FROM it) AND customer_id <= (SELECT who FROM it)
     AND id || '' <> {_CONTACT}
   ORDER BY customer_id DESC, id DESC LIMIT {MOST_HISTORY})
), said AS (
  SELECT {_COLUMNS} FROM messages m
  WHERE m.case_id = (SELECT case_id FROM it) AND m.received_at >= (SELECT opened_at FROM it) - interval '1 day'
    AND (m.to_agent IS NULL OR {_AGENT} IN (m.to_agent, m.author))
  ORDER BY m.seq DESC LIMIT {MOST_MESSAGES}
)
SELECT it.contact::text, it.of_case::text,
  (SELECT COALESCE(jsonb_agg(to_jsonb(d) ORDER BY d.rung DESC), '[]')::text FROM rungs AS d),
  (SELECT COALESCE(jsonb_agg(to_jsonb(r) ORDER BY r.created_at), '[]')::text FROM read AS r),
  (SELECT COALESCE(jsonb_agg(l.id ORDER BY l.id), '[]')::text FROM cases l
    WHERE l.workspace_id = {_WORKSPACE} AND l.customer_id = it.of_customer
      AND (l.id = it.linked_to OR l.linked_to = it.case_id)),
  (SELECT COALESCE(jsonb_agg(to_jsonb(o)), '[]')::text FROM (
    SELECT id, sensitive, requirement FROM contacts WHERE case_id = it.case_id AND sensitive) AS o),
  (SELECT COALESCE(jsonb_agg(to_jsonb(g)), '[]')::text FROM (
    SELECT guide, title, answer, agent, at FROM guide_answers WHERE contact_id = it.id AND workspace_id = {_WORKSPACE}
    ORDER BY at LIMIT {MOST_ANSWERS}) AS g),
  (SELECT COALESCE(jsonb_agg(to_jsonb(r) ORDER BY r.id), '[]')::text FROM (
    SELECT id, workflow, state, why, started_by, input, amount::float8 AS amount, currency, message, steps, created_at
    FROM workflow_runs WHERE contact_id = it.id AND workspace_id = {_WORKSPACE}
    ORDER BY id DESC LIMIT {MOST_RUNS}) AS r),
  COALESCE((SELECT to_jsonb(p)::text FROM (
    SELECT id, title, status FROM posts
    WHERE workspace_id = {_WORKSPACE} AND NOT hidden AND id IN (SELECT route -> 'post' ->> 'id' FROM rungs)
    ORDER BY id DESC LIMIT 1) AS p), 'null'),
  (SELECT COALESCE(min(to_jsonb(u)::text), 'null') FROM customers u
    WHERE u.workspace_id = {_WORKSPACE} AND u.id = it.who),
  (SELECT COALESCE(jsonb_agg(to_jsonb(a)), '[]')::text FROM (
    SELECT kind, value, trust, opted_out_at, failing_since FROM customer_addresses
    WHERE workspace_id = {_WORKSPACE} AND customer_id = it.who ORDER BY kind, value LIMIT {MOST_ADDRESSES}) AS a),
  (SELECT COALESCE(jsonb_agg(to_jsonb(e) ORDER BY e.id DESC), '[]')::text FROM (
    SELECT id, case_id, sensitive, trust, channel, topic, subject, text, requirement, state, outcome, agent,
      disposition, notes, accepted_at, ended_at, (
        SELECT jsonb_build_object('survey', i.survey, 'kind', i.kind, 'score', a.score)
        FROM survey_answers a JOIN survey_invitations i ON i.contact_id = a.contact_id
        WHERE ($1::jsonb ->> 'scores')::boolean AND a.contact_id = earlier.id) AS survey
    FROM earlier ORDER BY id DESC LIMIT {MOST_HISTORY}) AS e),
  (SELECT COALESCE(jsonb_agg(to_jsonb(s) ORDER BY s.seq), '[]')::text FROM said AS s),
  COALESCE((SELECT r.up_to_seq FROM read_marks r WHERE r.case_id = it.case_id AND r.party = 'agent:' || {_AGENT}), 0),
  EXISTS (SELECT FROM contacts o WHERE o.case_id = it.case_id AND o.first_seq IS NULL AND o.text <> '')
FROM it
"""  # noqa: S608 — numbers and names of this house
