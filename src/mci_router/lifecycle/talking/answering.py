"""Answering: what the router itself answers, as a message of the conversation, for adapters that take it so.

A contact is answered once on each rung, and hears each piece of an incident's news once, however often that is asked
for.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

from pydantic_core import from_json

from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import MessageKeyReused, NotFound
from mci_router.intake.answer import Answer
from mci_router.lifecycle.seen.already_told import already_told
from mci_router.specs.adapters import AdapterSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import AnswersWay, ContactKind, MessageKind

LATEST = """
SELECT d.route, c.kind FROM decisions d JOIN contacts c ON c.id = d.contact_id
WHERE d.workspace_id = $1 AND d.contact_id = $2 ORDER BY d.rung DESC LIMIT 1
"""

Say: TypeAlias = Callable[[str, str, str, str, MessageKind], Awaitable[None]]
"""Writes what the service itself says: workspace, contact, a key with which it is said once, text, kind."""


class Answering:
    """Writes the router's own answers into conversations."""

    def __init__(self, database: Database, snapshots: Snapshots, say: Say) -> None:
        self._database = database
        self._snapshots = snapshots
        self._say = say

    async def answer(self, snapshot: Snapshot, adapter: str | None, answer: Answer) -> None:
        """Writes what a contact is answered at once. Idempotent. Raises DatabaseUnavailable."""
        if _as_messages(snapshot, adapter):
            await self._written(snapshot.workspace_id, answer["id"], answer["route"], answer["kind"])

    async def again(self, workspace: str, adapter: str | None, contact: str) -> None:
        """Makes up for an answer that is missing because a process died after it had taken a message. Idempotent.

        Raises DatabaseUnavailable.
        """
        if adapter and _as_messages(await self._snapshots.get(workspace), adapter):
            for row in await self._database.read(LATEST, workspace, contact):
                route = from_json(row["route"]) if isinstance(row["route"], str) else row["route"]
                await self._written(workspace, contact, route, row["kind"])

    async def tell(self, workspace: str, adapter: str | None, contact: str, key: str, text: str) -> None:
        """Writes what else the service says to a customer. Idempotent by its key. Raises DatabaseUnavailable."""
        if adapter and _as_messages(await self._snapshots.get(workspace), adapter):
            with suppress(NotFound, MessageKeyReused):
                await self._say(workspace, contact, key, text, MessageKind.SYSTEM)

    async def _written(self, workspace: str, contact: str, route: Mapping[str, Any], kind: str) -> None:
        if found := _answer_in(route, kind):
            by, text = found
            with suppress(MessageKeyReused):  # the article has changed since
                await self._say(workspace, contact, f"answer of {contact} on rung {route['rung']}", text, by)


def _as_messages(snapshot: Snapshot, adapter: str | None) -> bool:
    spec = snapshot.of(AdapterSpec).get(adapter) if adapter else None
    return spec is not None and spec.answers is AnswersWay.MESSAGES


def _answer_in(route: Mapping[str, Any], kind: str) -> tuple[MessageKind, str] | None:
    """Returns what a contact's customer is told by its route, and as what; None for nothing, or for a machine."""
    told = already_told([{"route": route, "created_at": ""}], ()) if kind != ContactKind.MACHINE else []
    said = "\n\n".join(text for one in told for text in (one["title"], one["text"]) if text)
    by = MessageKind.BOT if route.get("answer") else MessageKind.SYSTEM
    return (by, said) if said else None
