"""Emptying: what the ledger keeps of contacts without their customer, some contacts at a time.

What is counted stays: states, times, topics, queues, agents, scores. What somebody wrote, and what a system answered
about the person, goes. Each statement may be done twice.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.privacy.models import forget_texts
from mci_router.webhooks.envelope import message_id

MESSAGES_AT_ONCE = 2_000
WHY = "erased"

# A disposition that is one of the workspace's words counts; typed in freely it may say anything.
CONTACTS = """
UPDATE contacts c SET identity = '{}', subject = NULL, text = '', context = '{}', channel_ref = NULL, call = NULL,
  attachments = '[]', callback_phone = NULL, passed_on = NULL, notes = NULL,
  disposition = CASE WHEN disposition ~ '^[a-z][a-z0-9_]*$' THEN disposition END
WHERE c.id = ANY(:contacts)
"""
# What is left of a decision is its figures, and where it led.
DECISIONS = """
UPDATE decisions d SET
  triage = jsonb_set(d.triage || '{"text": "", "reasons": []}', '{sensitivity,clause}', 'null', false),
  route = (d.route - 'similar') || '{"reasons": [], "ask": null}'
    || CASE WHEN d.route #>> '{answer,kind}' = 'post' THEN '{"answer": null}'::jsonb ELSE '{}' END
    || CASE WHEN d.route ? 'workflow' AND jsonb_typeof(d.route -> 'workflow') = 'object'
         THEN jsonb_build_object('workflow', (d.route -> 'workflow') || '{"message": null}') ELSE '{}' END
    || CASE WHEN jsonb_typeof(d.route -> 'transfers') = 'array' THEN jsonb_build_object('transfers', COALESCE((
         SELECT jsonb_agg((t - 'summary') || '{"reason": "", "handoff": null}' ORDER BY n)
         FROM jsonb_array_elements(d.route -> 'transfers') WITH ORDINALITY AS u(t, n)), '[]')) ELSE '{}' END
WHERE d.contact_id = ANY(:contacts)
"""
SURVEYS = """
UPDATE survey_invitations SET token = sha256(convert_to(gen_random_uuid()::text, 'UTF8')),
  nonce = uuid_send(gen_random_uuid()), state = CASE state WHEN 'due' THEN 'skipped' ELSE state END,
  why = CASE state WHEN 'due' THEN 'erased' ELSE why END
WHERE contact_id = ANY(:contacts)
"""
RUNS = """
UPDATE workflow_runs SET input = '{}', result = NULL, message = NULL, request_key = NULL, request_hash = NULL,
  input_hash = '', approved_hash = NULL, said_hash = NULL, started_by = CASE
    WHEN started_by LIKE 'customer%' THEN 'customer' ELSE started_by END,
  steps = COALESCE((
    SELECT jsonb_agg(jsonb_build_object('name', s -> 'name', 'status', s -> 'status') ORDER BY n)
    FROM jsonb_array_elements(steps) WITH ORDINALITY AS u(s, n)), '[]')
WHERE workspace_id = :workspace AND {which}
"""
EVENTS = """
UPDATE events SET data = data - CAST(:words AS text[])
WHERE workspace_id = :workspace AND contact_id = ANY(:contacts) AND data ?| CAST(:words AS text[])
"""
# Why somebody has cancelled a contact, declined or moved it, is in words of their own; so may be a disposition.
WORDS = ("notes", "why", "reason", "text", "summary", "note", "phone", "handoff", "message", "disposition")
AUDIT = """
UPDATE audit SET reason = NULL, before = before - CAST(:words AS text[]), after = after - CAST(:words AS text[])
WHERE workspace_id = :workspace AND target = ANY(:contacts)
"""
OF_CONTACTS = tuple(
    map(
        text,
        (
            CONTACTS,
            DECISIONS,
            EVENTS,
            AUDIT,
            SURVEYS,
            "UPDATE survey_answers SET comment = '' WHERE contact_id = ANY(:contacts)",
            "UPDATE guide_answers SET answer = '' WHERE contact_id = ANY(:contacts)",
            "UPDATE modality_moves SET summary = NULL WHERE contact_id = ANY(:contacts)",
            "UPDATE summary_consents SET text = '', reason = '' WHERE contact_id = ANY(:contacts)",
            "UPDATE coaching_reviews SET comment = '' WHERE contact_id = ANY(:contacts)",
            "UPDATE automatic_answers SET address = '' WHERE contact_id = ANY(:contacts)",
            "UPDATE run_approvals SET reason = NULL, input_hash = '' "
            "WHERE workspace_id = :workspace AND about_id = ANY(:contacts)",
            "UPDATE offers SET why = NULL WHERE workspace_id = :workspace AND contact_id = ANY(:contacts)",
            RUNS.replace("{which}", "contact_id = ANY(:contacts)"),
            "DELETE FROM community_news WHERE workspace_id = :workspace AND contact_id = ANY(:contacts) "
            "AND event = 'reply.created'",
            "DELETE FROM unannounced_messages WHERE workspace_id = :workspace AND contact_id = ANY(:contacts)",
        ),
    )
)
CORRECTIONS_GONE = text("DELETE FROM corrections WHERE contact_id = ANY(:contacts) RETURNING text")
# The answer to a request names the contact that it made; its key is whatever the sender chose.
KEYS_GONE = text(
    """
    DELETE FROM idempotency_keys k USING contacts c
    WHERE c.id = ANY(:contacts) AND k.workspace_id = :workspace AND k.answer ->> 'id' = c.id
      AND k.created_at BETWEEN c.accepted_at - interval '1 hour' AND c.accepted_at + interval '1 hour'
    """
)
SAID = """
WITH part AS (
  SELECT id, received_at FROM messages
  WHERE case_id = ANY(:cases) AND redacted_why IS DISTINCT FROM :why LIMIT :most)
UPDATE messages m SET text = '', html = NULL, attachments = NULL, in_reply_to = NULL, delivery_error = NULL,
  author = CASE m.kind WHEN 'customer' THEN :left ELSE m.author END,
  redacted_at = COALESCE(m.redacted_at, now()), redacted_by = COALESCE(m.redacted_by, 'service'), redacted_why = :why
FROM part WHERE m.id = part.id AND m.received_at = part.received_at
RETURNING m.id, m.received_at
"""
MESSAGES = text(SAID)
MESSAGE_KEYS_GONE = text(
    "DELETE FROM message_keys WHERE received_at = ANY(:times) AND message_id = ANY(:ids) AND workspace_id = :workspace"
)
OF_CASES = tuple(
    map(
        text,
        (
            "DELETE FROM message_revisions WHERE case_id = ANY(:cases)",
            "DELETE FROM outbound_messages WHERE case_id = ANY(:cases)",
            "UPDATE attachments SET state = 'removing', next_at = now(), name = '' "
            "WHERE workspace_id = :workspace AND case_id = ANY(:cases) AND state <> 'removing'",
        ),
    )
)
DELIVERIES = text(
    """
    UPDATE webhook_deliveries d SET data = d.data - CAST(:words AS text[])
    WHERE d.webhook_id IN (SELECT id FROM webhooks WHERE workspace_id = :workspace) AND d.id = ANY(:ids)
      AND d.data ?| CAST(:words AS text[])
    """
)
RUNS_ALONE = text(RUNS.replace("{which}", "customer_id = :left AND contact_id IS NULL"))
"""Runs that somebody has started for the customer without a contact."""

UNTOLD = text(
    """
    INSERT INTO untold_changes (workspace_id, message_id, received_at, redacted)
    SELECT :workspace, m.id, m.received_at, true
    FROM unnest(CAST(:ids AS text[]), CAST(:times AS timestamptz[])) AS w(id, at)
    JOIN messages m ON m.id = w.id AND m.received_at = w.at WHERE m.visibility = 'public'
    """
)
"""Adapters that show messages in public hear that these are gone."""


async def empty_contacts(session: AsyncSession, workspace: str, contacts: Sequence[str]) -> None:
    """Empties contacts, what was decided and asked about them, and what was learnt from them."""
    about: dict[str, Any] = {"workspace": workspace, "contacts": list(contacts)}
    for statement in (*OF_CONTACTS, KEYS_GONE):
        await session.execute(statement, {**about, "words": list(WORDS)} if _of_events(statement) else about)
    texts = set(await session.scalars(CORRECTIONS_GONE, about))
    if texts:
        await forget_texts(session, workspace, texts)


async def empty_cases(session: AsyncSession, workspace: str, left: str, cases: Sequence[str]) -> int:
    """Empties messages of cases, and what stands beside them. Returns how many messages it was: none when it is done.

    An agent's words go with the customer's: they answer and quote them.
    """
    about = {"workspace": workspace, "cases": list(cases), "left": left, "why": WHY, "most": MESSAGES_AT_ONCE}
    said = (await session.execute(MESSAGES, about)).all()
    if said:
        named = {"workspace": workspace, "ids": [row.id for row in said], "times": [row.received_at for row in said]}
        await session.execute(MESSAGE_KEYS_GONE, named)
        await session.execute(UNTOLD, named)
        return len(said)
    for statement in OF_CASES:
        await session.execute(statement, about)
    return 0


async def empty_deliveries(session: AsyncSession, workspace: str, events: Sequence[str]) -> None:
    """Empties deliveries of journal entries to webhooks: a record in full has notes and names."""
    ids = [message_id(workspace, event) for event in events]
    await session.execute(DELIVERIES, {"workspace": workspace, "ids": ids, "words": [*WORDS, "record"]})


async def empty_runs(session: AsyncSession, workspace: str, left: str) -> None:
    """Empties the runs of workflows that are about no contact."""
    await session.execute(RUNS_ALONE, {"workspace": workspace, "left": left})


def _of_events(statement: TextClause) -> bool:
    return ":words" in statement.text
