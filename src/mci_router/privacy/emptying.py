"""Emptying: what the ledger keeps of contacts without their customer, some contacts at a time.

What is counted stays: states, times, topics, queues, agents, scores. What somebody wrote, and what a system answered
about the person, goes. Each statement may be done twice.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.conversations import decided_words
from mci_router.webhooks.envelope import message_id

MESSAGES_AT_ONCE, EVENTS_AT_ONCE, RUNS_AT_ONCE, KEYS_AT_ONCE = 2_000, 5_000, 1_000, 5_000
WHY = "erased"

KeysPlace: TypeAlias = tuple[datetime, str, str]
"""The last key that was looked at: when it came, its workspace, and itself."""

# A disposition that is one of the workspace's words counts; what an agent typed in freely may say anything.
CONTACTS = """
UPDATE contacts c SET identity = '{}', subject = NULL, text = '', context = '{}', channel_ref = NULL, call = NULL,
  attachments = '[]', callback_phone = NULL, passed_on = NULL, notes = NULL,
  disposition = CASE WHEN disposition = ANY(:dispositions) THEN disposition END
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
  why = CASE state WHEN 'due' THEN 'erased' ELSE why END,
  expires_at = CASE WHEN expires_at > now() THEN now() ELSE expires_at END
WHERE contact_id = ANY(:contacts)
"""
# Questions that are answered by a text do not count for the score.
REVIEWS = """
UPDATE coaching_reviews SET comment = '', answers = COALESCE((
  SELECT jsonb_agg(CASE WHEN a ->> 'kind' = 'text' THEN a || '{"answer": null}' ELSE a END ORDER BY n)
  FROM jsonb_array_elements(answers) WITH ORDINALITY AS u(a, n)), '[]')
WHERE contact_id = ANY(:contacts)
"""
# A contact that came without words has no first message, and yet its key, with the headers of a mail.
KEYS_OF_FIRST = """
DELETE FROM message_keys k USING contacts c
WHERE c.id = ANY(:contacts) AND k.received_at = c.accepted_at AND k.workspace_id = :workspace
  AND k.message_id = 'msg_' || substr(c.id, 5)
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
# Why somebody has cancelled a contact, declined or moved it, is in words of their own; so may be a disposition.
WORDS = ("notes", "why", "reason", "text", "summary", "note", "phone", "handoff", "message", "disposition")
AUDIT = """
UPDATE audit SET reason = NULL, before = before - CAST(:words AS text[]), after = after - CAST(:words AS text[])
WHERE workspace_id = :workspace AND target = ANY(:contacts)
"""
EVENTS_OF = text(
    """
    SELECT id FROM events WHERE workspace_id = :workspace AND contact_id = ANY(:contacts) AND id > :after
    ORDER BY id LIMIT :most
    """
)
EVENTS = text(
    """
    UPDATE events SET data = data - CAST(:words AS text[])
    WHERE workspace_id = :workspace AND id = ANY(:ids) AND data ?| CAST(:words AS text[])
    """
)
OF_CONTACTS = tuple(
    map(
        text,
        (
            CONTACTS,
            decided_words.EMPTIED.text,
            DECISIONS,
            AUDIT,
            SURVEYS,
            "UPDATE survey_answers SET comment = '' WHERE contact_id = ANY(:contacts)",
            "UPDATE guide_answers SET answer = '' WHERE contact_id = ANY(:contacts)",
            "UPDATE modality_moves SET summary = NULL WHERE contact_id = ANY(:contacts)",
            "UPDATE summary_consents SET text = '', reason = '' WHERE contact_id = ANY(:contacts)",
            REVIEWS,
            KEYS_OF_FIRST,
            "UPDATE automatic_answers SET address = '' WHERE contact_id = ANY(:contacts)",
            "UPDATE run_approvals SET reason = NULL, input_hash = '' WHERE contact_id = ANY(:contacts)",
            "UPDATE run_approvals a SET reason = NULL, input_hash = '' FROM workflow_runs r "
            "WHERE r.contact_id = ANY(:contacts) AND a.run_id = r.id",
            "UPDATE audit a SET reason = NULL FROM workflow_runs r "
            "WHERE r.contact_id = ANY(:contacts) AND a.workspace_id = :workspace AND a.target = r.id",
            "UPDATE offers SET why = NULL WHERE workspace_id = :workspace AND contact_id = ANY(:contacts)",
            RUNS.replace("{which}", "contact_id = ANY(:contacts)"),
            "DELETE FROM community_news WHERE workspace_id = :workspace AND contact_id = ANY(:contacts) "
            "AND event = 'reply.created'",
            "DELETE FROM unannounced_messages WHERE workspace_id = :workspace AND contact_id = ANY(:contacts)",
        ),
    )
)
# The answer to a request names the contact that it made; its key is whatever the sender chose. Keys are found by when
# they were written, some at a time, however many others were then.
KEYS_GONE = text(
    """
    WITH page AS (
      SELECT workspace_id, key, created_at, answer ->> 'id' AS contact FROM idempotency_keys
      WHERE (created_at, workspace_id, key) > (:since, :of, :after) AND created_at <= :until
      ORDER BY created_at, workspace_id, key LIMIT :most),
    gone AS (
      DELETE FROM idempotency_keys k USING page p
      WHERE p.workspace_id = :workspace AND p.contact = ANY(:contacts)
        AND k.workspace_id = p.workspace_id AND k.key = p.key)
    SELECT created_at, workspace_id, key FROM page ORDER BY created_at DESC, workspace_id DESC, key DESC LIMIT 1
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
RUNS_LEFT = text(
    RUNS.replace(
        "{which}",
        "id IN (SELECT id FROM workflow_runs WHERE customer_id = :left AND input_hash <> '' ORDER BY id LIMIT :most) "
        "RETURNING id",
    )
)
"""Runs for the customer; also those that somebody has started without a contact."""
OF_RUNS = (
    text("UPDATE run_approvals SET reason = NULL, input_hash = '' WHERE run_id = ANY(:runs)"),
    text("UPDATE audit SET reason = NULL WHERE workspace_id = :workspace AND target = ANY(:runs)"),
)

UNTOLD = text(
    """
    INSERT INTO untold_changes (workspace_id, message_id, received_at, redacted)
    SELECT :workspace, m.id, m.received_at, true
    FROM unnest(CAST(:ids AS text[]), CAST(:times AS timestamptz[])) AS w(id, at)
    JOIN messages m ON m.id = w.id AND m.received_at = w.at WHERE m.visibility = 'public'
    """
)
"""Adapters that show messages in public hear that these are gone."""


async def empty_contacts(
    session: AsyncSession, workspace: str, contacts: Sequence[str], dispositions: Collection[str]
) -> None:
    """Empties contacts, and what was decided and asked about them. `dispositions` are words that count."""
    about: dict[str, Any] = {"workspace": workspace, "contacts": list(contacts), "words": list(WORDS)}
    for statement in OF_CONTACTS:
        await session.execute(statement, {**about, "dispositions": sorted(dispositions)})


async def empty_events(session: AsyncSession, workspace: str, contacts: Sequence[str], after: str) -> list[str]:
    """Empties what the journal had of contacts after an event, some entries at once, and their deliveries to webhooks:
    a record in full has notes and names. Returns the events.
    """
    about = {"workspace": workspace, "contacts": list(contacts), "after": after, "most": EVENTS_AT_ONCE}
    events = list(await session.scalars(EVENTS_OF, about))
    await session.execute(EVENTS, {"workspace": workspace, "ids": events, "words": list(WORDS)})
    ids = [message_id(workspace, event) for event in events]
    await session.execute(DELIVERIES, {"workspace": workspace, "ids": ids, "words": [*WORDS, "record"]})
    return events


async def empty_cases(session: AsyncSession, workspace: str, left: str, cases: Sequence[str]) -> bool:
    """Empties messages of cases, and what stands beside them. Returns whether there may be more.

    An agent's words go with the customer's: they answer and quote them.
    """
    about = {"workspace": workspace, "cases": list(cases), "left": left, "why": WHY, "most": MESSAGES_AT_ONCE}
    said = (await session.execute(MESSAGES, about)).all()
    if said:
        named = {"workspace": workspace, "ids": [row.id for row in said], "times": [row.received_at for row in said]}
        await session.execute(MESSAGE_KEYS_GONE, named)
        await session.execute(UNTOLD, named)
        return True
    for statement in OF_CASES:
        await session.execute(statement, about)
    return False


async def empty_runs(session: AsyncSession, workspace: str, left: str) -> bool:
    """Empties some runs of workflows that were for the customer. Returns whether there may be more."""
    some = {"workspace": workspace, "left": left, "most": RUNS_AT_ONCE}
    runs = list(await session.scalars(RUNS_LEFT, some))
    for statement in OF_RUNS:
        await session.execute(statement, {"workspace": workspace, "runs": runs})
    return len(runs) == RUNS_AT_ONCE


async def forget_keys(
    session: AsyncSession, workspace: str, contacts: Sequence[str], until: datetime, place: KeysPlace
) -> KeysPlace | None:
    """Removes some of the keys that came after a place, and not later than `until`, if the contacts were made by them.
    Returns where it goes on, and None when all are looked at.
    """
    at, of, after = place
    span = {"since": at, "of": of, "after": after, "until": until, "most": KEYS_AT_ONCE}
    last = (await session.execute(KEYS_GONE, {"workspace": workspace, "contacts": list(contacts), **span})).first()
    return (last.created_at, last.workspace_id, last.key) if last else None
