"""Decided words: what decisions about a contact, and answers to those who sent it, quote of what its customer wrote.

Who takes a message away takes these, too: the text that was judged, the clause that was found in it, the draft that the
customer was asked about, and the customer's own wording of it. A question whose draft is gone is over.
"""

from sqlalchemy import text

_QUESTION = "COALESCE(NULLIF(d.route -> 'ask', 'null'), d.route -> 'asked')"

EMPTIED = text(
    f"""
    UPDATE decisions d SET
      triage = jsonb_set(jsonb_set(d.triage, '{{text}}', '""', false), '{{sensitivity,clause}}', 'null', false),
      route = jsonb_set(d.route, '{{consent,sent}}', 'null', false)
        || CASE WHEN jsonb_typeof({_QUESTION}) = 'object'
             THEN jsonb_build_object('ask', NULL, 'asked', {_QUESTION} || '{{"draft": {{"title": "", "body": ""}}}}')
             ELSE '{{}}' END
    WHERE d.contact_id = ANY(:contacts) AND (d.triage ->> 'text' <> '' OR d.triage #>> '{{sensitivity,clause}}' <> ''
      OR jsonb_typeof({_QUESTION}) = 'object' OR d.route #>> '{{consent,sent}}' <> '')
    """  # noqa: S608 — a constant
)

# A key is written when its contact is, give or take what the clocks of two processes differ by.
ANSWERS_EMPTIED = text(
    """
    UPDATE idempotency_keys k SET answer = jsonb_set(jsonb_set(jsonb_set(k.answer,
      '{triage,text}', '""', false), '{triage,sensitivity,clause}', 'null', false), '{route,ask}', 'null', false)
    FROM contacts c
    WHERE c.workspace_id = :workspace AND c.id = :contact AND k.workspace_id = c.workspace_id
      AND k.created_at BETWEEN c.accepted_at - interval '1 minute' AND c.accepted_at + interval '2 minutes'
      AND k.answer ->> 'id' = c.id
    """
)
"""What is answered again to who sends the contact once more."""
