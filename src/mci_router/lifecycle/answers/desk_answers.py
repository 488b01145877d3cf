"""Written answers for an agent: suggested for a contact, searched, inserted to be adapted, and saved.

Only what was written for others is suggested: articles, canned answers, accepted replies. What an agent has said to one
customer reaches other customers' agents only as an article that somebody has read and published (ADR 62).
"""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import orjson

from mci_router.conversations.reading import window
from mci_router.database import Database
from mci_router.errors import NotFound
from mci_router.intake.masking import without_masks
from mci_router.knowledge.query import words_of
from mci_router.knowledge.search import Answer, Asking, Search
from mci_router.lifecycle.answers.canned_values import filled, hours_in_words
from mci_router.lifecycle.answers.gaps import Gaps
from mci_router.lifecycle.seen.screen_pop import known_as
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import AnswerKind, Audience, MessageKind

MOST_SUGGESTED, MOST_FOUND = 5, 10
MOST_MESSAGES = 6  # of the conversation that are looked at for what the customer said last
LONG_WORD, ENOUGH_WORDS = 4, 2
LONGEST_SHOWN = 10_000  # characters: what a message can hold

CONTACT = """
SELECT to_jsonb(c)::text AS contact, to_jsonb(k)::text AS of_case,
  (SELECT min(u.name) FROM customers u WHERE u.workspace_id = $1 AND u.id = COALESCE(k.verified_as, c.customer_id))
    AS customer_name
FROM contacts c JOIN cases k ON k.id = c.case_id WHERE c.workspace_id = $1 AND c.id = $2
"""


@value
class About:
    """A contact, as far as it decides which answers fit; `values` are those of a canned answer's variables."""

    case_id: str | None = None
    topic: str | None = None
    queue: str | None = None
    language: str | None = None
    words: str = ""
    values: Mapping[str, str | None] | None = None

    def asking(self, snapshot: Snapshot, kinds: Sequence[AnswerKind] = tuple(AnswerKind)) -> Asking:
        """Returns the search of an agent who serves it."""
        languages = (self.language, *snapshot.languages_written)
        return Asking(snapshot.workspace_id, Audience.AGENTS, languages, self.topic, self.queue, kinds)


class DeskAnswers:
    """Finds written answers for agents."""

    def __init__(self, database: Database, search: Search, gaps: Gaps) -> None:
        self._database = database
        self._search = search
        self._gaps = gaps

    async def about(self, snapshot: Snapshot, contact_id: str, agent: str) -> About:
        """Returns what is known of a contact. Raises NotFound, DatabaseUnavailable."""
        rows = await self._database.read(CONTACT, snapshot.workspace_id, contact_id)
        if not rows:
            raise NotFound(f"There is no contact {contact_id!r} in this workspace.")
        contact, case = (SimpleNamespace(**orjson.loads(rows[0][name])) for name in ("contact", "of_case"))
        name = rows[0]["customer_name"] if known_as(contact, case) else contact.identity.get("name")
        values = _values(snapshot, contact, agent, name, case.reference)
        return About(
            contact.case_id,
            contact.topic,
            contact.queue,
            contact.language,
            f"{contact.subject or ''} {contact.text}",
            values,
        )

    async def suggest(self, snapshot: Snapshot, contact_id: str, agent: str) -> list[dict[str, Any]]:
        """Returns the answers that fit what the customer said last. Raises NotFound, DatabaseUnavailable."""
        about = await self.about(snapshot, contact_id, agent)
        said = await window(
            self._database, snapshot.workspace_id, about.case_id or "", limit=MOST_MESSAGES, reader=agent
        )
        latest = [one["text"] for one in reversed(said.items) if one["kind"] == MessageKind.CUSTOMER]
        found = await self._search.suggest(about.asking(snapshot), telling(latest, about.words), MOST_SUGGESTED)
        return [shown(one, about) for one in found]

    async def find(
        self, snapshot: Snapshot, words: str, about: About, *, finished: bool, kinds: Sequence[AnswerKind] | None = None
    ) -> list[dict[str, Any]]:
        """Returns the answers with these words. What is `finished` and finds nothing is counted as a gap."""
        asking = about.asking(snapshot, kinds or tuple(AnswerKind))
        found = await self._search.find(asking, words, MOST_FOUND)
        if finished:
            known = ((about.values or {}).get("customer_name"),)
            await self._gaps.searched(snapshot.workspace_id, words, bool(found), topic=about.topic, known=known)
        return [shown(one, about) for one in found]

    async def one(
        self, snapshot: Snapshot, about: About, kind: AnswerKind, name: str | None, shortcut: str | None
    ) -> Answer:
        """Returns the answer of a name, or the canned answer of a shortcut that fits best. Raises NotFound."""
        asking = about.asking(snapshot, [kind])
        if shortcut is not None:
            found = await self._search.canned(asking, shortcut)
        else:
            found = await self._search.one(asking, name or "")
        if found is None:
            raise NotFound(f"There is no {kind} answer {name or f';{shortcut}'!r} for this contact now.")
        return found


def telling(latest: Sequence[str], otherwise: str) -> str:
    """Returns the last that a customer said, newest first, back to what says something: a thank-you does not."""
    said = list[str]()
    for text in map(without_masks, latest):
        said.append(text)
        if sum(len(word) >= LONG_WORD for word in words_of(" ".join(said))) >= ENOUGH_WORDS:
            return " ".join(said)
    return " ".join([*said, without_masks(otherwise)])


def shown(answer: Answer, about: About) -> dict[str, Any]:
    """Returns an answer as frames have it, a canned one with the contact's values."""
    text, missing = answer.body, list[str]()
    if answer.kind is AnswerKind.CANNED and about.values is not None:
        text, missing = filled(text, about.values)
    return {
        "kind": answer.kind,
        "name": answer.ref,
        "title": answer.title,
        "text": text[:LONGEST_SHOWN],
        "missing": missing,
        "language": answer.language,
        "topic": answer.topic,
        "audience": answer.audience,
        "shortcut": answer.shortcut,
    }


def _values(snapshot: Snapshot, contact: Any, agent: str, name: str | None, reference: str) -> dict[str, str | None]:
    who, queue, topic = (
        snapshot.agents.get(agent),
        snapshot.queues.get(contact.queue or ""),
        snapshot.topics.get(contact.topic or ""),
    )
    return {
        "customer_name": name,
        "agent_name": who.title if who else None,
        "case_reference": reference,
        "queue_title": (queue.title or queue.name.replace("_", " ").capitalize()) if queue else None,
        "queue_hours": hours_in_words(queue.hours, contact.language) if queue else None,
        "topic_title": topic.title if topic else None,
        "workspace_title": snapshot.spec.title,
    }
