"""The outbox: what is written to customers goes out, each case's messages one after the other, and the router hears how
far each has come. Nothing is kept here: what was not sent when the process ends comes again with the router's stream.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

from mci_router.adapters.automatic import Automatic
from mci_router.adapters.email.bounds import LARGEST
from mci_router.adapters.email.ids import Ids
from mci_router.adapters.email.sending import Attempt, Came, Sending
from mci_router.adapters.email.writing import Unreachable, is_automatic, mail_of, recipient_of
from mci_router.adapters.process import end
from mci_router.adapters.router import Refused, Router, RouterAway

log = logging.getLogger(__name__)

TELLING_S = 5  # at most, at the end, for the router to hear what has become of mails


class Outbox:
    """Sends the messages of one adapter."""

    def __init__(
        self, router: Router, sending: Sending, ids: Ids, address: str, name: str, *, give_up_s: float, per_hour: int
    ) -> None:
        """Takes our address and name; how long a mail is tried; and how many mails that nobody wrote an address gets in
        an hour.
        """
        self._router = router
        self._sending = sending
        self._ids = ids
        self._address = address
        self._name = name
        self._give_up_s = give_up_s
        self._automatic = Automatic(per_hour)
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._cases: dict[str, asyncio.Task[None]] = {}
        self._settled: set[str] = set()  # of those, whose attempts are over
        self.counted: Counter[str] = Counter()

    async def run(self) -> None:
        """Sends what comes, until it is cancelled. Raises Refused if the router will not let this adapter read."""
        try:
            async with aclosing(self._router.outbound(by_receipt=True)) as messages:
                async for message in messages:
                    self.take(message)
        finally:
            await self._end()

    async def _end(self) -> None:
        """Ends what is under way; what was handed over is told first, so that it is not sent again."""
        under_way = dict(self._under_way)
        if settled := [task for message, task in under_way.items() if message in self._settled]:
            await asyncio.wait(settled, timeout=TELLING_S)
        await end(list(under_way.values()))

    def take(self, message: Mapping[str, Any]) -> None:
        """Begins to send a message behind those of its case; one that is under way comes again and changes nothing."""
        if message["id"] in self._under_way:
            return
        task = asyncio.create_task(self._carry(message, self._cases.get(message["case_id"])))
        self._under_way[message["id"]] = self._cases[message["case_id"]] = task
        task.add_done_callback(lambda done: self._done(message, done))

    def _done(self, message: Mapping[str, Any], task: "asyncio.Task[None]") -> None:
        self._under_way.pop(message["id"], None)
        self._settled.discard(message["id"])
        if self._cases.get(message["case_id"]) is task:
            del self._cases[message["case_id"]]
        if not task.cancelled() and (error := task.exception()):
            log.error("message %s was not sent", message["id"], exc_info=error)

    async def _carry(self, message: Mapping[str, Any], before: "asyncio.Task[None] | None") -> None:
        if before:
            await asyncio.wait([before])
        attempt = await self._sent(message)
        self._settled.add(message["id"])
        self.counted[attempt.why or attempt.came] += 1
        if attempt.came is Came.SENT:
            await self._router.receipt(message["id"], "sent")
            return
        log.info("message %s is not delivered: %s", message["id"], attempt.why)
        await self._router.receipt(message["id"], "failed", _error(attempt))

    async def _sent(self, message: Mapping[str, Any]) -> Attempt:
        """Returns what became of a message in the end."""
        try:
            recipient = recipient_of(message)
            files = [await self._file(one) for one in message.get("attachments") or ()]
            mail = mail_of(message, self._ids, self._address, self._name, files)
        except Unreachable:
            return Attempt(Came.NEVER, "no_address")
        except ValueError:
            log.exception("message %s cannot be written as a mail", message["id"])
            return Attempt(Came.NEVER, "not_writable")
        if is_automatic(message) and not self._automatic.lets(recipient.lower()):
            return Attempt(Came.NEVER, "automatic_limit")
        sender = self._ids.return_path(message["id"], self._address)
        while True:
            attempt = await self._sending.send(mail, sender, recipient)
            if attempt.came is not Came.LATER or _age_s(message) > self._give_up_s:
                return attempt

    async def _file(self, file: Mapping[str, Any]) -> bytes | None:
        """Returns the bytes of an attachment; None of one that is blocked, or gone."""
        while file.get("url"):
            try:
                return await self._router.download(file["url"], LARGEST)
            except RouterAway as away:
                await asyncio.sleep(away.after_s)
            except Refused:
                break
        return None


def _age_s(message: Mapping[str, Any]) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(message["occurred_at"].replace("Z", "+00:00"))).total_seconds()


def _error(attempt: Attempt) -> Mapping[str, Any]:
    """Returns what the desk is told."""
    if attempt.why in ("no_address", "automatic_limit"):
        meant = {
            "no_address": "The customer has no e-mail address.",
            "automatic_limit": "It has had too many automatic mails.",
        }
        return {"slug": attempt.why, "detail": meant[attempt.why], "retryable": attempt.why == "automatic_limit"}
    if attempt.came is Came.NOBODY:
        return {"slug": "bounced", "detail": f"The mail server refused it: {attempt.why}.", "retryable": False}
    retryable = attempt.came is Came.LATER
    return {"slug": "not_taken", "detail": f"The mail server has not taken it: {attempt.why}.", "retryable": retryable}
