"""Turns: the report of yesterday is sent to each recipient once the time has come, by one router.

A row in the ledger claims a mail before it is sent, and says so afterwards. A router that dies in between leaves its
claim, which another one takes after a while; the mail's id is the same then. One that lives notes what it has sent
before it does anything else: also while it is told to stop, and once the ledger is back where it was away.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import text

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable
from mci_router.insight.daily_report.figures import DayFigures, figures_of
from mci_router.insight.daily_report.sending import MailServer, NotSent
from mci_router.insight.daily_report.writing import mail_of
from mci_router.loops import Loop
from mci_router.settings import Settings
from mci_router.specs.snapshot import Snapshot

log = logging.getLogger(__name__)

INTERVAL_S = 30  # how late a report leaves
REST_S = 300  # until a workspace whose report has left is looked at again
MOST_ATTEMPTS = 6

# A claim is over after ten minutes: a mail server may take one. What was not taken is tried again after as long.
AGAIN = f"""(m.state <> 'sent' AND m.attempts < {MOST_ATTEMPTS} AND m.at < now() - interval '10 minutes')"""
CLAIM = text(
    f"""
    INSERT INTO report_mails AS m (workspace_id, day, recipient, state)
    SELECT :workspace, :day, wanted, 'claimed' FROM unnest(CAST(:recipients AS text[])) AS wanted
    WHERE NOT EXISTS (SELECT FROM report_mails m
      WHERE m.workspace_id = :workspace AND m.day = :day AND m.recipient = wanted AND NOT {AGAIN})
    ORDER BY wanted LIMIT 1
    ON CONFLICT (workspace_id, day, recipient)
      DO UPDATE SET state = 'claimed', attempts = m.attempts + 1, at = now() WHERE {AGAIN}
    RETURNING recipient
    """  # noqa: S608 — constants
)
MARK = text(
    """
    UPDATE report_mails SET state = :state, why = :why, at = now(),
      attempts = CASE WHEN :final THEN :most ELSE attempts END
    WHERE workspace_id = :workspace AND day = :day AND recipient = :recipient AND state = 'claimed'
    """
)
FORGET = text("DELETE FROM report_mails WHERE workspace_id = :workspace AND day < CAST(:day AS date) - 60")


class DailyReports:
    """Sends daily reports."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Raises RuntimeError where the settings of the mail server are not right."""
        self._database = database
        self._server = MailServer.of(settings)
        self._link = f"{settings.public_url.rstrip('/')}/reports" if settings.public_url else ""
        self._rests: dict[str, tuple[int, float]] = {}
        self._owed: list[dict[str, Any]] = []  # what the ledger does not know yet
        self._told = False

    def loop(self, of_mine: Callable[[Callable[[Snapshot], Awaitable[None]]], Callable[[], Awaitable[None]]]) -> Loop:
        """Returns the loop of this room, for the workspaces that are this process's."""
        return Loop("daily reports", INTERVAL_S, of_mine(self.turn))

    async def turn(self, snapshot: Snapshot, now: datetime | None = None) -> None:
        """Sends what is due of a workspace. Raises DatabaseUnavailable."""
        await self._note()
        wanted, here = snapshot.spec.daily_report, (now or utc_now()).astimezone(snapshot.spec.zone)
        if wanted is None or here.time() < wanted.time or self._rests_of(snapshot):
            return
        if self._server is None:
            self._tell()
            return
        day = here.date() - timedelta(days=1)
        claim = partial(self._claim, {"workspace": snapshot.workspace_id, "day": day, "recipients": wanted.to})
        figures = None
        while recipient := await claim():
            figures = figures or await self._figures(snapshot, day)
            await self._send(self._server, snapshot.workspace_id, figures, recipient)
        self._rests[snapshot.workspace_id] = snapshot.revision, time.monotonic() + REST_S

    def _rests_of(self, snapshot: Snapshot) -> bool:
        revision, until = self._rests.get(snapshot.workspace_id, (0, 0.0))
        return revision == snapshot.revision and time.monotonic() < until

    def _tell(self) -> None:
        if not self._told:
            log.warning("daily reports are asked for, and are not sent: MCI_SMTP_URL is not set")
        self._told = True

    async def _claim(self, known: Mapping[str, Any]) -> str | None:
        async with self._database.transaction() as session:
            found: str | None = await session.scalar(CLAIM, known)
            if found:
                await session.execute(FORGET, {"workspace": known["workspace"], "day": known["day"]})
            return found

    async def _figures(self, snapshot: Snapshot, day: date) -> DayFigures:
        async with self._database.transaction() as session:
            return await figures_of(session, snapshot, day)

    async def _send(self, server: MailServer, workspace: str, figures: DayFigures, recipient: str) -> None:
        said: dict[str, Any] = {"state": "sent", "why": None, "final": False}
        try:
            await server.send(mail_of(figures, server.sender, recipient, workspace, self._link), recipient)
        except NotSent as problem:
            log.warning("a daily report of %s was not sent: %s", workspace, problem)
            said = {"state": "failed", "why": str(problem), "final": problem.final}
        known = {"workspace": workspace, "day": figures.day, "recipient": recipient, "most": MOST_ATTEMPTS}
        self._owed.append(known | said)
        noting = asyncio.ensure_future(self._note())
        try:
            await asyncio.shield(noting)
        except asyncio.CancelledError:  # a router that is told to stop would send it again
            with suppress(DatabaseUnavailable):  # it stops all the same: another takes its claim after a while
                await noting
            raise

    async def _note(self) -> None:
        """Writes down what has become of mails. Raises DatabaseUnavailable, and does it at the next turn."""
        while self._owed:
            async with self._database.transaction() as session:
                await session.execute(MARK, self._owed[0])
            self._owed.pop(0)
