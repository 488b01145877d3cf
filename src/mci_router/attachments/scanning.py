"""Scanning: the workspace's own program says of each file whether it is harmful. It is called, signed as webhooks are,
and called again until it has said so.

A harmful file is blocked at once, and its bytes are removed. Where it is beside a message, those who read that hear of
it.
"""

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, StringConstraints, ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access import audit
from mci_router.access.audit import Actor
from mci_router.attachments.links import link
from mci_router.clock import moment, utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, NotFound
from mci_router.lazy_schemas import LazyModel
from mci_router.settings import Settings
from mci_router.storable import storable
from mci_router.vocabulary import ActorKind, AttachmentState
from mci_router.webhooks.sending import Sender
from mci_router.webhooks.signing import new_secret, signed
from mci_router.webhooks.targets import Resolve, resolve

log = logging.getLogger(__name__)

EVENT = "attachment.scan"
AT_ONCE = 8  # calls of a process
LONGEST_PAUSE_S = 900
LEASE_MARGIN_S = 15
PENDING = "EXISTS (SELECT FROM attachments WHERE state = 'scanning' AND next_at <= now())"

# The workspaces take turns: one whose program hangs keeps no other waiting.
CLAIM = text(
    """
    UPDATE attachments a SET attempts = a.attempts + 1, next_at = now() + make_interval(secs => :lease_s)
    FROM (
      SELECT id FROM attachments WHERE id IN (
        SELECT id FROM (
          SELECT id, row_number() OVER (PARTITION BY workspace_id ORDER BY next_at) AS turn FROM attachments
          WHERE state = 'scanning' AND next_at <= now()) AS one ORDER BY turn LIMIT :limit)
        AND state = 'scanning' AND next_at <= now() FOR UPDATE SKIP LOCKED) AS due
    WHERE a.id = due.id RETURNING a.*
    """
)
JUDGED = text(
    """
    UPDATE attachments SET state = :state, why = :why, attempts = 0, next_at = now()
    WHERE id = :id AND workspace_id = :workspace AND state = 'scanning'
    RETURNING message_id, message_at, contact_id
    """
)
SHOWN = text(
    """
    UPDATE messages m SET attachments = (
      SELECT jsonb_agg(CASE WHEN f ->> 'id' = :id THEN f || jsonb_build_object('state', CAST(:state AS text)) ELSE f END
        ORDER BY place)
      FROM jsonb_array_elements(m.attachments) WITH ORDINALITY AS e(f, place))
    WHERE m.workspace_id = :workspace AND m.id = :message AND m.received_at = :at AND m.attachments IS NOT NULL
    """
)
UNTOLD = text(
    """
    INSERT INTO untold_changes (workspace_id, message_id, received_at, redacted)
    VALUES (:workspace, :message, :at, false)
    """
)
LATER = text(
    """
    UPDATE attachments SET next_at = now() + make_interval(secs => :pause_s) WHERE id = :id AND state = 'scanning'
    """
)
# Once there is one, it is only read: uploads count in the same row.
SECRET = text(
    """
    WITH has AS (
      SELECT scan_secret FROM attachment_accounts WHERE workspace_id = :workspace AND scan_secret IS NOT NULL),
    made AS (
      INSERT INTO attachment_accounts AS k (workspace_id, scan_secret)
      SELECT :workspace, :fresh WHERE NOT EXISTS (SELECT FROM has)
      ON CONFLICT (workspace_id) DO UPDATE SET scan_secret = COALESCE(k.scan_secret, excluded.scan_secret)
      RETURNING scan_secret)
    SELECT scan_secret FROM has UNION ALL SELECT scan_secret FROM made
    """
)
ROTATE = text(
    """
    INSERT INTO attachment_accounts AS k (workspace_id, scan_secret) VALUES (:workspace, :fresh)
    ON CONFLICT (workspace_id) DO UPDATE SET scan_secret = excluded.scan_secret
    """
)

Tell = Callable[[str], Awaitable[object]]
"""Has those hear of it who read a workspace's messages."""


class ScanAnswer(LazyModel):
    """What the program answers with a 200."""

    model_config = ConfigDict(extra="ignore")

    verdict: Literal["clean", "infected"]
    detail: Annotated[str, StringConstraints(max_length=1_000)] = ""


async def rotate_secret(session: AsyncSession, workspace: str) -> str:
    """Makes a secret that signs calls to the workspace's program from now on, and returns it."""
    fresh = new_secret()
    await session.execute(ROTATE, {"workspace": workspace, "fresh": fresh})
    return fresh


class Scanning:
    """Calls the programs that scan."""

    def __init__(
        self, settings: Settings, database: Database, snapshots: Snapshots, tell: Tell, resolve: Resolve = resolve
    ) -> None:
        self._settings = settings
        self._database = database
        self._snapshots = snapshots
        self._tell = tell
        private, timeout_s = settings.webhook_private_targets, settings.webhook_timeout_s
        self._sender = Sender(private=private, timeout_s=timeout_s, resolve=resolve)
        self._lease_s = timeout_s + LEASE_MARGIN_S
        self._under_way: set[str] = set()
        self._hurrying: asyncio.Task[None] | None = None
        self._again = False

    async def turn(self) -> None:
        """Has files scanned that are due, a few at once. Raises DatabaseUnavailable."""
        found = True
        while found:
            async with self._database.transaction() as session:
                rows = (await session.execute(CLAIM, {"lease_s": self._lease_s, "limit": AT_ONCE})).mappings().all()
            await asyncio.gather(*(self._scan(dict(row)) for row in rows))
            found = len(rows) == AT_ONCE

    def hurry(self) -> None:
        """Has what was just uploaded here scanned at once, and not when it is next looked for."""
        self._again = True
        if self._hurrying is None or self._hurrying.done():
            self._hurrying = asyncio.create_task(self._hurry())

    async def close(self) -> None:
        """Ends what is under way: it is done again."""
        if self._hurrying:
            self._hurrying.cancel()
            await asyncio.gather(self._hurrying, return_exceptions=True)

    async def _hurry(self) -> None:
        while self._again:
            self._again = False
            try:
                await self.turn()
            except DatabaseUnavailable:
                return  # the loop finds it

    async def _scan(self, row: Mapping[str, Any]) -> None:
        """Has one file scanned; where nothing scans the workspace's files any longer, it is merely stored."""
        try:
            spec = (await self._snapshots.get(row["workspace_id"])).spec
        except NotFound:
            return  # upkeep removes what is left of the workspace
        if spec.attachments.scan_url is None:
            await self._judge(row, AttachmentState.STORED, None)
            return
        answer = await self._ask(spec.attachments.scan_url, spec.name, row)
        if answer is None:
            pause_s = min(2.0 ** min(row["attempts"], 12), LONGEST_PAUSE_S) * random.uniform(0.8, 1.2)  # noqa: S311
            async with self._database.transaction() as session:
                await session.execute(LATER, {"id": row["id"], "pause_s": pause_s})
            return
        infected = answer.verdict == "infected"
        state = AttachmentState.BLOCKED if infected else AttachmentState.CLEAN
        await self._judge(row, state, storable(answer.detail) if infected else None)

    async def _ask(self, url: str, workspace: str, row: Mapping[str, Any]) -> ScanAnswer | None:
        """Returns what the program says; None if it says nothing that counts."""
        async with self._database.transaction() as session:
            about = {"workspace": row["workspace_id"], "fresh": new_secret()}
            secret = await session.scalar(SECRET, about)
        data = {name: row[name] for name in ("id", "name", "content_type", "bytes", "sha256")}
        data |= {"workspace": workspace, "url": link(row, "content", base=self._settings.public_url)}
        body = json.dumps({"type": EVENT, "timestamp": moment(utc_now()), "data": data}).encode()
        headers = {"Content-Type": "application/json", **signed([secret], row["id"], int(time.time()), body)}
        async with self._sender.client() as client:
            answer = await self._sender.post(client, url, headers, body, keep=True)
        try:
            return ScanAnswer.model_validate_json(answer.body) if answer.status == 200 else None
        except ValidationError:
            return None

    async def _judge(self, row: Mapping[str, Any], state: AttachmentState, why: str | None) -> None:
        """Writes what was found, also where the file is beside a message."""
        named = {"id": row["id"], "workspace": row["workspace_id"], "state": state}
        async with self._database.transaction() as session:
            judged = (await session.execute(JUDGED, {**named, "why": why})).one_or_none()
            if judged is None:
                return
            if judged.message_id:
                message = {"workspace": row["workspace_id"], "message": judged.message_id, "at": judged.message_at}
                await session.execute(SHOWN, {**named, **message})
                await session.execute(UNTOLD, message)
            if state is AttachmentState.BLOCKED:
                actor = Actor(row["workspace_id"], ActorKind.SYSTEM, "scan", "scan")
                after = {"attachment": row["id"], "sha256": row["sha256"], "why": why}
                target = judged.contact_id or row["id"]
                await audit.record(session, actor, "attachment.blocked", target, None, after, "", masked=lambda x: x)
        if judged.message_id:
            await self._tell(row["workspace_id"])
