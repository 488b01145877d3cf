"""Private words: what a case's conversation has said in private, and who is known in it, to hold a public text against.

Only for that comparison: none of it is logged or shown.
"""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.ids import made_at
from mci_router.intake.masking.revealing import Revealed, revealed
from mci_router.intake.publishing import known_of
from mci_router.lifecycle.publicity.summary_words import without_quoted
from mci_router.lifecycle.talking.saying import OF_SUMMARIES
from mci_router.models import Case, Contact, Customer, Post, Reply
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value

MOST_MESSAGES = 2_000  # of a case, the last ones
MOST_CONTACTS = 50  # of a case, the last ones
MOST_CHARACTERS = 200_000  # of what was said in private, the newest: it takes half a second to compare
SLACK = timedelta(days=1)  # by which the clocks of two processes differ, and more

SAID = text(
    """
    SELECT m.id, m.seq, m.kind, m.author, m.text, m.kind = 'note' OR m.visibility = 'private' AS private FROM (
      SELECT id, kind, author, text, visibility, seq FROM messages
      WHERE workspace_id = :workspace AND case_id = :case AND received_at >= :since
      UNION ALL
      SELECT o.id, o.kind, o.author, r.text, o.visibility, o.seq FROM message_revisions r
      JOIN messages o ON o.id = r.message_id AND o.workspace_id = :workspace AND o.received_at >= :since
      WHERE r.workspace_id = :workspace AND r.case_id = :case
    ) AS m WHERE m.text <> '' ORDER BY m.seq DESC LIMIT :most
    """
)
ASKED = text(
    f"""
    SELECT y.message_id FROM contacts c
    JOIN summary_consents s ON s.contact_id = c.id
    JOIN message_keys y ON y.workspace_id = s.workspace_id AND y.owner = '{OF_SUMMARIES}' AND y.key = s.id
    WHERE c.workspace_id = :workspace AND c.case_id = :case
    """  # noqa: S608 — a name of ours
)
"""Messages that ask about summaries: they reveal nothing, for they have what is to be shown."""

WRITERS = ("agent", "note")


@value
class PrivateWords:
    """What was said in private and in public, and names, addresses and ids of the customer and of agents."""

    known: Sequence[str | None]
    private: Sequence[str]
    public: Sequence[str]

    async def revealed_by(self, said: str) -> list[Revealed]:
        """Returns where a text for the public reveals something of it."""
        return await asyncio.to_thread(revealed, said, self.known, self.private, self.public)


async def private_words(
    session: AsyncSession, snapshot: Snapshot, contact: Contact, *, but_agents: bool = False
) -> PrivateWords:
    """Returns the private words of a contact's case; with `but_agents`, without what agents wrote to the customer."""
    workspace, since = snapshot.workspace_id, made_at(contact.case_id) - SLACK
    about = {"workspace": workspace, "case": contact.case_id, "since": since, "most": MOST_MESSAGES}
    rows = (await session.execute(SAID, about)).all()
    asked = set(await session.scalars(ASKED, about))
    questions = [row for row in rows if row.id in asked]
    said = [row for row in rows if row.private and row.id not in asked and not (but_agents and row.kind == "agent")]
    private = [_but_quoted(row, questions) for row in said]
    public = [row.text for row in rows if not row.private]
    agents = {str(row.author) for row in rows if row.kind in WRITERS} | {contact.agent or ""}
    of_case = (await session.scalars(_of_case(contact))).all()
    beside = [one for each in of_case for one in _beside(each)]
    return PrivateWords(
        [*await _known(session, contact), *(snapshot.agents[one].title for one in agents if one in snapshot.agents)],
        _newest([*beside, *private]),
        [*public, *await _board(session, workspace, contact.id)],
    )


def _but_quoted(row: Row[Any], questions: Sequence[Row[Any]]) -> str:
    """Returns what a message says; of a customer's, without the lines of an earlier question that it repeats."""
    said: str = row.text
    for one in questions if row.kind == "customer" else ():
        said = without_quoted(said, one.text) if one.seq < row.seq else said
    return said


async def _known(session: AsyncSession, contact: Contact) -> list[str | None]:
    customer = await session.get_one(Customer, contact.customer_id)
    known = (await known_of(session, [customer]))[customer.id]
    reference = await session.scalar(select(Case.reference).where(Case.id == contact.case_id))
    claimed = [one.get("value") for one in contact.identity.get("addresses", [])]
    return [*known, contact.identity.get("name"), *claimed, contact.callback_phone, reference]


def _of_case(contact: Contact) -> Select[Contact]:
    """Returns the query for a case's contacts, the newest first: it was written in private by other ways, too."""
    mine = Contact.workspace_id == contact.workspace_id, Contact.case_id == contact.case_id
    return select(Contact).where(*mine).order_by(Contact.id.desc()).limit(MOST_CONTACTS)


def _beside(contact: Contact) -> list[str]:
    """Returns what is known beside the messages: what the adapter and the agent noted."""
    noted: list[Any] = [contact.context, contact.identity.get("attributes")]
    shown = [json.dumps(one, ensure_ascii=False) for one in noted if one]
    own = [contact.subject, contact.text] if contact.visibility != "public" else []
    return [one for one in (contact.notes, *own, *shown) if one]


async def _board(session: AsyncSession, workspace: str, contact: str) -> list[str]:
    """Returns what stands on the board of it."""
    mine = Post.workspace_id == workspace, Post.contact_id == contact
    posts = (await session.execute(select(Post.title, Post.body).where(*mine))).all()
    of_them = select(Reply.body).join(Post, Post.id == Reply.post_id).where(*mine, Reply.hidden.is_(False)).limit(500)
    return [*(part for row in posts for part in row), *await session.scalars(of_them)]


def _newest(texts: Sequence[str]) -> list[str]:
    """Returns as many of the texts, the first ones, as are compared."""
    left, kept = MOST_CHARACTERS, []
    for one in texts:
        kept.append(one[:left])
        left -= len(kept[-1])
        if left <= 0:
            break
    return kept
