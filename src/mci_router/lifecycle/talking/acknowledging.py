"""Acknowledging: a customer who has written to a queue is told once that it waits, and until when somebody answers.

It is no part of taking the contact in: a loop finds contacts that are in line, so that nothing waits for it and a crash
loses none. The ledger decides who gets one (`automatic_answers`), the live queue what it says.
"""

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, EngineUnavailable, MessageKeyReused, Problem
from mci_router.intake.fingerprints import Fingerprints
from mci_router.intake.opt_outs import KINDS_OF, OTHER_KINDS
from mci_router.lifecycle.talking.automatic_answers import MOST_AT_ONCE, AutomaticAnswers, Due
from mci_router.lifecycle.talking.conversing import Conversations
from mci_router.lifecycle.talking.saying import Said
from mci_router.lifecycle.talking.turnarounds import answer_by
from mci_router.loops import Loop
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each
from mci_router.routing.policy.turnaround import zone_of
from mci_router.routing.policy.turnaround_words import acknowledgement
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import Channel, MessageKind, Visibility

LATEST = timedelta(days=1)  # after that nobody is told that a message has arrived
LATELY = timedelta(minutes=10)
WHOLE_EVERY_S = 60  # how often all of `LATEST` is looked at; between, what has come to a queue since the last look
KEEP = timedelta(days=2)
PENDING = """
  EXISTS (SELECT FROM workspaces w WHERE EXISTS (
    SELECT FROM contacts c WHERE c.workspace_id = w.id AND c.ended_at IS NULL
      AND c.id > 'con_' || lpad(to_hex(
        CAST(extract(epoch FROM now() - interval '10 minutes') * 1000 AS bigint)), 12, '0')))
  OR EXISTS (SELECT FROM automatic_answers WHERE why IS NULL AND written_at IS NULL)
"""
"""In SQL: an open contact came within `LATELY`, by the time in its id, or a customer is still to be written to."""

MINUTE = "SELECT date_trunc('minute', now())"  # with each it is time to look at all of `LATEST`, too


@value
class _Look:
    """A look at a workspace: the ledger and the configuration as they were then, the newest entry of its journal, when
    all was looked at, and whether anybody was to be written to.
    """

    ledger: str = ""
    revision: int = -1
    newest: str | None = None
    whole_at: float = -math.inf
    unwritten: bool = True


class Acknowledging:
    """Tells customers that their messages have arrived."""

    def __init__(
        self, database: Database, engine: Engine, conversations: Conversations, fingerprints: Fingerprints
    ) -> None:
        self._database = database
        self._engine = engine
        self._conversations = conversations
        self._fingerprints = fingerprints
        self._answers = AutomaticAnswers(database)
        self._looked: dict[str, _Look] = {}

    def loops(
        self,
        mine: Callable[[], Sequence[Snapshot]],
        forgotten: Callable[[], bool],
        *,
        soon_s: float,
        forget_s: float,
    ) -> list[Loop]:
        """Returns its loops, for the workspaces that are this process's; `forgotten` says whether it forgets."""
        return [
            Loop("acknowledging", soon_s, lambda: self.turn(mine()), PENDING, MINUTE),
            Loop("forgetting automatic answers", forget_s, self.forget, mine=forgotten),
        ]

    async def turn(self, snapshots: Sequence[Snapshot]) -> None:
        """Decides about contacts that have come, and writes to their customers.

        Raises DatabaseUnavailable, EngineUnavailable: the next turn goes on.
        """
        if acknowledging := [snapshot for snapshot in snapshots if _places(snapshot)]:
            ledger = await self._database.committed()
            await each(acknowledging, partial(self._turn, ledger))

    async def _turn(self, ledger: str, snapshot: Snapshot) -> None:
        """Does the turn of one workspace: nothing, where neither its configuration nor the `ledger` is another."""
        workspace, now = snapshot.workspace_id, time.monotonic()
        before = self._looked.get(workspace, _Look())
        whole = now - before.whole_at >= WHOLE_EVERY_S or before.revision != snapshot.revision
        if before.ledger == ledger and not before.unwritten and not whole:
            return
        newest = await self._answers.newest_entry(workspace)
        await self._decide(snapshot, None if whole else before.newest)
        unwritten = await self._write(snapshot)
        whole_at = now if whole else before.whole_at
        self._looked[workspace] = _Look(ledger, snapshot.revision, newest or before.newest, whole_at, unwritten)

    async def forget(self) -> None:
        """Removes what nobody asks for any more. Raises DatabaseUnavailable."""
        await self._answers.forget(KEEP)

    async def _decide(self, snapshot: Snapshot, since: str | None) -> None:
        """Decides about those of `LATEST` that have come to their queue since an entry of the journal; None: all."""
        workspace, places = snapshot.workspace_id, _places(snapshot)
        while True:
            if since:
                found = await self._answers.due_lately(workspace, places, LATEST, since)
            else:
                found = await self._answers.due(workspace, places, LATEST)
            for row in found:
                await self._answers.reserve(workspace, self._due(snapshot, row))
            if len(found) < MOST_AT_ONCE:
                return
            await self._write(snapshot)

    def _due(self, snapshot: Snapshot, row: Any) -> Due:
        kinds = KINDS_OF.get(row["channel"], OTHER_KINDS)
        addresses = json.loads(row["identity"]).get("addresses", [])
        web = row["channel"] == Channel.WEB  # a stopgap that was only written into a field reaches somebody else
        at = (one["value"] or (None if web else one.get("answered_at")) for one in addresses if one["kind"] in kinds)
        value = next(filter(None, at), "")
        queue = snapshot.queues[row["queue"]].acknowledge
        known = self._fingerprints.of(f"{snapshot.workspace_id} automatic answer", value or row["customer_id"])
        reachable = row["channel"] == Channel.CHAT or row["adapter"] in snapshot.taking_messages
        return Due(row["id"], row["case_id"], known, kinds, value, reachable, queue.most_per_hour if queue else 0)

    async def _write(self, snapshot: Snapshot) -> bool:
        """Writes to customers. Returns whether there were any: some may have to wait."""
        unwritten = await self._answers.unwritten(snapshot.workspace_id)
        for row in unwritten:
            try:
                await self._write_one(snapshot, row)
            except (DatabaseUnavailable, EngineUnavailable):
                raise
            except Problem as problem:
                await self._answers.settle(snapshot.workspace_id, row["contact_id"], problem.slug)
        return bool(unwritten)

    async def _write_one(self, snapshot: Snapshot, row: Mapping[str, Any]) -> None:
        workspace, contact, now = snapshot.workspace_id, row["contact_id"], utc_now()
        live = await self._engine.contact(workspace, contact)
        if live is None and not row["ended"]:
            return  # it is dispatched in a moment, or when the live queues are back
        by = await answer_by(self._database, self._engine, snapshot, contact, live, now)
        if by is None:
            await self._answers.settle(workspace, contact, "answered")
            return
        queue = snapshot.queues.get(live.where_it_waits.queue or "") if live else None
        said = acknowledgement(
            queue.acknowledge.texts if queue and queue.acknowledge and not row["sensitive"] else {},
            row["language"],
            by=by,
            now=now,
            zone=zone_of(queue, snapshot.spec.zone),
            reference=row["reference"],
        )
        key = f"acknowledgement of {row['case_id']}"
        with suppress(MessageKeyReused):  # it was written before, by a process that died before it could say so
            # The reference opens the case to who knows it, so the public never reads it.
            words = Said(MessageKind.SYSTEM, "", said, "system", key, visibility=Visibility.PRIVATE)
            await self._conversations.say(workspace, contact, words)
        await self._answers.settle(workspace, contact)


def _places(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Returns the queues that acknowledge, each with every channel on which it does."""
    queues = [(name, queue.acknowledge) for name, queue in snapshot.queues.items() if queue.acknowledge]
    return [(name, channel) for name, told in queues for channel in told.channels]
