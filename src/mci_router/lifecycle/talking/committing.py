"""Committing: messages that come close to each other are looked at, written and announced together.

Most of what a message costs is what its batch costs: a statement and its commit, a call that journals, a look of each
process that has desks, a reading by triage. So batches begin a little apart, once there is more than one at a time.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from mci_router.attachments.rows import refused_now
from mci_router.conversations.announcing import Announcer
from mci_router.conversations.lookup import Lookup
from mci_router.conversations.messages import Draft, Written
from mci_router.conversations.writing import write
from mci_router.database import Database, Lane
from mci_router.errors import AttachmentUsed, ConversationOver, EngineUnavailable, UnknownAttachment
from mci_router.group_commit import GroupCommit
from mci_router.precedence import Precedence
from mci_router.routing.engine import Engine
from mci_router.vocabulary import FINAL_STATES, ContactState, MessageKind

MOST_AT_ONCE = 64
APART_S = 0.05  # nobody who talks sees a twentieth of a second, and eight messages cost little more than four
LONGEST_LOOK_S = 0.5  # at live queues: others' messages wait with it, and the ledger knows most of it, too
OVER = FINAL_STATES | {ContactState.WRAPPING_UP}

Committed: TypeAlias = tuple[Written, "asyncio.Task[Any] | None"]
"""What is written, and the announcement of what is new in its workspace, which is under way; None of nothing new."""


class MessageCommits:
    """Writes messages, each once, and announces them; `carry` has those for adapters go at once."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        announcer: Announcer,
        lookup: Lookup,
        carry: Callable[[], None],
        precedence: Precedence,
    ) -> None:
        self._database = database
        self._engine = engine
        self._announcer = announcer
        self._lookup = lookup
        self._carry = carry
        self._group: GroupCommit[Draft, Committed] = GroupCommit(
            database, self._commit, limit=MOST_AT_ONCE, apart_s=APART_S, give_way=precedence.give_way
        )
        self._announcing: set[asyncio.Task[Any]] = set()

    async def write(self, draft: Draft) -> tuple[Written, ContactState | None]:
        """Returns what is written, and its contact's live state; None while that is away.

        Raises:
            ConversationOver: of what a customer says, also where the agent wraps up still and answers nobody.
            NotFound, StaysPrivate, MessageKeyReused, UnknownMessage, DatabaseUnavailable: nothing is written.
            UnknownAttachment, AttachmentUsed, AttachmentScanning, AttachmentBlocked: nothing is written.
        """
        try:
            written, announced = await self._group.submit(draft.workspace, draft)
        except UnknownAttachment:
            why = await refused_now(self._database, draft.workspace, draft.files, draft.files_of)
            raise why or AttachmentUsed from None
        reply = (await asyncio.shield(announced)).get(written.message["id"], {}) if announced else {}
        state = reply.get("state")
        return written, ContactState(state) if state else None

    async def must_be_open(self, workspace: str, contact: str) -> None:
        """Raises ConversationOver for a contact whose customer nobody answers any longer, as far as the live state
        knows.
        """
        if await self._over({(workspace, contact)}):
            raise ConversationOver

    async def _commit(self, lane: Lane, drafts: Sequence[Draft]) -> list[Committed | Exception]:
        """Commits a batch. It is announced while the lane takes the next."""
        over = await self._over({(one.workspace, one.contact) for one in drafts if one.kind is MessageKind.CUSTOMER})
        # The statement refuses them, for it knows what was written before: that is answered as it was then.
        found = await write(lane, [replace(one, over=True) if _too_late(one, over) else one for one in drafts])
        announced = self._announced(drafts, found)
        return [
            result if isinstance(result, Exception) else (result, announced.get(draft.workspace))
            for draft, result in zip(drafts, found, strict=True)
        ]

    def _announced(
        self, drafts: Sequence[Draft], results: Sequence[Written | Exception]
    ) -> "dict[str, asyncio.Task[Any]]":
        """Begins to announce what is new, each workspace's by itself: one whose live queues stall keeps no other.
        Sockets here need not read it, as long as it stays as it was written.
        """
        fresh = [
            (draft.workspace, result)
            for draft, result in zip(drafts, results, strict=True)
            if isinstance(result, Written) and result.fresh
        ]
        for workspace, written in fresh:
            if written.message["delivery"] is None:
                self._lookup.note(workspace, written.message)
        if any(written.message["delivery"] for _, written in fresh):
            self._carry()
        of_workspace: dict[str, list[tuple[str, Written]]] = defaultdict(list)
        for one in fresh:
            of_workspace[one[0]].append(one)
        announced = {name: asyncio.create_task(self._announcer.announce(some)) for name, some in of_workspace.items()}
        for task in announced.values():
            self._announcing.add(task)
            task.add_done_callback(self._announcing.discard)
        return announced

    async def _over(self, contacts: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """Returns those contacts that nobody serves any longer: the live state knows first. While it is away, or too
        slow, the ledger knows when it writes.
        """
        of_workspace: dict[str, list[str]] = defaultdict(list)
        for workspace, contact in contacts:
            of_workspace[workspace].append(contact)
        found = await asyncio.gather(*(self._over_in(*one) for one in of_workspace.items()))
        return set().union(*found)

    async def _over_in(self, workspace: str, contacts: Sequence[str]) -> set[tuple[str, str]]:
        try:
            async with asyncio.timeout(LONGEST_LOOK_S):
                states = await self._engine.contact_states(workspace, contacts)
        except (EngineUnavailable, TimeoutError):
            return set()
        return {(workspace, one) for one, state in zip(contacts, states, strict=True) if state in OVER}


def _too_late(draft: Draft, over: set[tuple[str, str]]) -> bool:
    return draft.kind is MessageKind.CUSTOMER and (draft.workspace, draft.contact) in over
