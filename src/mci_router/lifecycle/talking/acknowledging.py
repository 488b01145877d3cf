"""Acknowledging: a customer who has written to a queue is told once that it waits, and until when somebody answers.

It is no part of taking the contact in: a loop finds contacts that are in line, so that nothing waits for it and a crash
loses none. The ledger decides who gets one (`automatic_answers`), the live queue what it says.
"""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
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
from mci_router.routing.engine import Engine
from mci_router.routing.policy.turnaround import zone_of
from mci_router.routing.policy.turnaround_words import acknowledgement
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import Channel, MessageKind, Visibility

LATEST = timedelta(days=1)  # after that nobody is told that a message has arrived
LATELY = timedelta(minutes=10)
WHOLE_EVERY_S = 60  # how often all of `LATEST` is looked at; between, contacts that came lately
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
        self._looked_at: dict[str, float] = {}
        self._seen: dict[tuple[str, timedelta], tuple[str, int]] = {}  # as the ledger and the configuration were then

    async def turn(self, snapshot: Snapshot) -> None:
        """Decides about contacts that have come, and writes to their customers.

        Raises DatabaseUnavailable, EngineUnavailable: the next turn goes on.
        """
        places = [
            (name, channel)
            for name, queue in snapshot.queues.items()
            if queue.acknowledge
            for channel in queue.acknowledge.channels
        ]
        if not places:
            return
        within, began = self._within(snapshot.workspace_id), time.monotonic()
        seen = await self._database.committed(), snapshot.revision
        if self._seen.get((snapshot.workspace_id, within)) != seen:
            await self._decide(snapshot, places, within)
            self._seen[snapshot.workspace_id, within] = seen
        await self._write(snapshot)
        if within is LATEST:
            self._looked_at[snapshot.workspace_id] = began

    async def forget(self) -> None:
        """Removes what nobody asks for any more. Raises DatabaseUnavailable."""
        await self._answers.forget(KEEP)

    async def _decide(self, snapshot: Snapshot, places: Sequence[tuple[str, str]], within: timedelta) -> None:
        """Decides about all that have come within a time."""
        while found := await self._answers.due(snapshot.workspace_id, places, within):
            for row in found:
                await self._answers.reserve(snapshot.workspace_id, self._due(snapshot, row))
            if len(found) < MOST_AT_ONCE:
                return
            await self._write(snapshot)

    def _within(self, workspace: str) -> timedelta:
        last = self._looked_at.get(workspace)
        return LATELY if last is not None and time.monotonic() - last < WHOLE_EVERY_S else LATEST

    def _due(self, snapshot: Snapshot, row: Any) -> Due:
        kinds = KINDS_OF.get(row["channel"], OTHER_KINDS)
        addresses = json.loads(row["identity"]).get("addresses", [])
        value = next((one["value"] for one in addresses if one["kind"] in kinds and one["value"]), "")
        queue = snapshot.queues[row["queue"]].acknowledge
        known = self._fingerprints.of(f"{snapshot.workspace_id} automatic answer", value or row["customer_id"])
        reachable = row["channel"] == Channel.CHAT or row["adapter"] in snapshot.taking_messages
        return Due(row["id"], row["case_id"], known, kinds, value, reachable, queue.most_per_hour if queue else 0)

    async def _write(self, snapshot: Snapshot) -> None:
        for row in await self._answers.unwritten(snapshot.workspace_id):
            try:
                await self._write_one(snapshot, row)
            except (DatabaseUnavailable, EngineUnavailable):
                raise
            except Problem as problem:
                await self._answers.settle(snapshot.workspace_id, row["contact_id"], problem.slug)

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
