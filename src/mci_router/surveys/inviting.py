"""Inviting: the ledger's side of who is asked. A contact has one row, so nobody is asked twice about it.

The projector notes contacts that have ended. Whether the customer of one is asked is decided once, in the transaction
that removes the note; two contacts of a customer are decided about one after the other, so that only one of them is
asked within the quiet days. When a survey's time has come, what may have changed meanwhile is looked at again.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from mci_router.access.survey_links import SurveyLinks
from mci_router.database import Database
from mci_router.insight import survey_facts
from mci_router.specs.survey_words import Words
from mci_router.specs.surveys import SurveySpec
from mci_router.values import value

MOST_AT_ONCE = 64
LATEST = timedelta(days=2)  # after the end of a contact: who was not decided about by then is not asked
KEEP_SKIPPED = timedelta(days=30)
PENDING = """EXISTS (SELECT FROM survey_candidates) OR EXISTS (
  SELECT FROM survey_invitations WHERE state = 'due' AND due_at <= now())"""
"""Whether somebody is to be decided about, or asked, in SQL."""

CANDIDATES = """
SELECT s.workspace_id, c.id, c.channel, c.queue, c.topic, c.language, c.state, c.outcome, c.adapter, c.sensitive,
  c.urgent, c.ended_at, c.customer_id, c.identity::text AS identity
FROM survey_candidates s JOIN contacts c ON c.id = s.contact_id
WHERE NOT s.workspace_id = ANY($2::text[]) ORDER BY s.contact_id LIMIT $1
"""
DUE = """
SELECT i.workspace_id, i.contact_id, i.survey, i.kind, i.language, i.question, i.nonce, c.channel, c.adapter,
  c.sensitive, c.urgent, c.customer_id, c.identity::text AS identity
FROM survey_invitations i JOIN contacts c ON c.id = i.contact_id
WHERE i.state = 'due' AND i.due_at <= now() AND NOT i.workspace_id = ANY($2::text[]) ORDER BY i.due_at LIMIT $1
"""
DROP = text("DELETE FROM survey_candidates WHERE contact_id = :contact")
ONE_BY_ONE = text("SELECT pg_advisory_xact_lock(hashtextextended('survey ' || :customer, 0))")
OPTED_OUT = """EXISTS (
  SELECT FROM customer_addresses o WHERE o.workspace_id = c.workspace_id AND o.opted_out_at IS NOT NULL
    AND o.kind = ANY(CAST(:kinds AS text[]))
    AND CASE WHEN :value = '' THEN o.customer_id = c.customer_id ELSE o.value = :value END)"""
QUIET = """EXISTS (
  SELECT FROM contacts o JOIN survey_invitations i ON i.contact_id = o.id
  WHERE o.workspace_id = c.workspace_id AND o.customer_id = c.customer_id AND o.id <> c.id AND i.state <> 'skipped'
    AND COALESCE(i.sent_at, i.due_at) > now() - make_interval(days => :quiet_days))"""
INVITE = text(
    f"""
    INSERT INTO survey_invitations (contact_id, workspace_id, survey, kind, language, question, state, why, due_at,
      expires_s, nonce, token, queue, agent, topic, channel, cell)
    SELECT c.id, c.workspace_id, :survey, :kind, :language, :question,
      CASE WHEN w.why IS NULL THEN 'due' ELSE 'skipped' END, w.why, c.ended_at + make_interval(secs => :delay_s),
      :expires_s, :nonce, :token, COALESCE(c.queue, ''),
      CASE WHEN c.state = 'completed' THEN COALESCE(c.agent, '') ELSE '' END, COALESCE(c.topic, ''), c.channel, c.cell
    FROM contacts c JOIN workspaces s ON s.id = c.workspace_id
    CROSS JOIN LATERAL (SELECT COALESCE(CAST(:why AS text), CASE
      WHEN c.sensitive AND NOT :sensitive OR c.urgent THEN 'sensitive'
      WHEN {OPTED_OUT} THEN 'opted_out'
      WHEN {QUIET} THEN 'quiet' END) AS why) AS w
    WHERE c.id = :contact AND c.workspace_id = :workspace FOR KEY SHARE OF s ON CONFLICT DO NOTHING
    """  # noqa: S608 — conditions above
)
MAY_BE_ASKED = text(
    f"""
    SELECT CASE WHEN c.sensitive AND NOT :sensitive OR c.urgent THEN 'sensitive' WHEN {OPTED_OUT} THEN 'opted_out' END
    FROM contacts c WHERE c.id = :contact
    """  # noqa: S608 — conditions above
)
SKIP = text("UPDATE survey_invitations SET state = 'skipped', why = :why WHERE contact_id = :contact AND state = 'due'")
MARK = text(
    f"""
    WITH marked AS (
      UPDATE survey_invitations SET state = 'sent', sent_at = now(),
        expires_at = now() + make_interval(secs => expires_s)
      WHERE contact_id = :contact AND state = 'due' RETURNING *)
    {survey_facts.sent("marked")}
    """  # noqa: S608 — names of ours
)
FORGET = text("DELETE FROM survey_invitations WHERE state = 'skipped' AND due_at < now() - CAST(:keep AS interval)")


@value
class Reach:
    """How a customer is reached: kinds of address at which a message goes out, and that of the contact, or ''."""

    kinds: Sequence[str]
    value: str

    @property
    def data(self) -> dict[str, Any]:
        """The parameters of the conditions above."""
        return {"kinds": list(self.kinds), "value": self.value}


class Invitations:
    """Keeps who is asked."""

    def __init__(self, database: Database, links: SurveyLinks) -> None:
        self._database = database
        self._links = links

    async def candidates(self, but: Sequence[str]) -> Sequence[Any]:
        """Returns contacts that have ended, and about which nothing is decided yet, but those of some workspaces."""
        return await self._database.read(CANDIDATES, MOST_AT_ONCE, but)

    async def due(self, but: Sequence[str]) -> Sequence[Any]:
        """Returns those who are to be asked now, but those of some workspaces."""
        return await self._database.read(DUE, MOST_AT_ONCE, but)

    async def drop(self, contact: str) -> None:
        """Forgets a contact that no survey is for."""
        async with self._database.transaction() as session:
            await session.execute(DROP, {"contact": contact})

    async def invite(
        self, row: Mapping[str, Any], survey: SurveySpec, words: Words, language: str, reach: Reach, why: str | None
    ) -> None:
        """Decides, once, whether the customer of a contact is asked; `why` says why not, if it is known. Idempotent."""
        nonce, token = self._links.new()
        values = {
            "contact": row["id"],
            "workspace": row["workspace_id"],
            "why": why,
            "nonce": nonce,
            "token": token,
            "survey": survey.name,
            "kind": survey.kind,
            "language": language,
            "question": words.question,
            **survey.model_dump(include={"delay_s", "expires_s", "sensitive", "quiet_days"}),
            **reach.data,
        }
        async with self._database.transaction() as session:
            await session.execute(ONE_BY_ONE, {"customer": row["customer_id"]})
            await session.execute(INVITE, values)
            await session.execute(DROP, {"contact": row["id"]})

    async def still(self, contact: str, *, sensitive: bool, reach: Reach) -> str | None:
        """Returns why somebody who was to be asked is not, after all; None if there is no reason."""
        async with self._database.transaction() as session:
            known = {"contact": contact, "sensitive": sensitive, **reach.data}
            found: str | None = await session.scalar(MAY_BE_ASKED, known)
            return found

    async def skip(self, contact: str, why: str) -> None:
        """Notes that somebody is not asked. Idempotent."""
        async with self._database.transaction() as session:
            await session.execute(SKIP, {"contact": contact, "why": why})

    async def mark(self, contact: str) -> None:
        """Notes, and counts, that somebody was asked. Idempotent."""
        async with self._database.transaction() as session:
            await session.execute(MARK, {"contact": contact})

    async def forget(self) -> None:
        """Removes the rows of those who were not asked, once that is long ago. Raises DatabaseUnavailable."""
        async with self._database.transaction() as session:
            await session.execute(FORGET, {"keep": KEEP_SKIPPED})
