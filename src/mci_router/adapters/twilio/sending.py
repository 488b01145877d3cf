"""Sending: what is written to customers goes to Twilio, a case's messages in their order, each once."""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from mci_router.adapters.router import Refused, Router, RouterAway
from mci_router.adapters.twilio import failures
from mci_router.adapters.twilio.api import Never, NotNow, TwilioApi
from mci_router.adapters.twilio.holding import held
from mci_router.adapters.twilio.inbound import MOST_FILES, Address, parties, whole_number
from mci_router.adapters.twilio.settings import TwilioSettings
from mci_router.vocabulary import Channel

log = logging.getLogger(__name__)

MOST_HELD = 500  # messages in memory: the others wait with the router
AT_ONCE = 10  # requests to Twilio
LONGEST_PAUSE_S = 30
CLOCKS_S = 5  # by which the router's clock, Twilio's and ours may differ
MOST_KNOWN = 10_000  # ids of messages that went out; the oldest are forgotten


class OptedOut(Exception):
    """The customer wants nothing at this address."""


@dataclass
class Sender:
    """Reads what is written to customers, and sends it."""

    settings: TwilioSettings
    router: Router
    twilio: TwilioApi
    _lanes: dict[str, deque[Mapping[str, Any]]] = field(default_factory=dict)
    _held: set[str] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _sent: dict[str, None] = field(default_factory=dict)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_HELD))
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def run(self) -> None:
        """Reads and sends until it is cancelled. Raises Refused if the router will not let this adapter do so."""
        with suppress(RouterAway):
            await self.router.get("/v1/opt-outs", address="+1")  # a key that may not ask could send nothing
        try:
            async with aclosing(self.router.outbound(by_receipt=True)) as messages:
                async for message in messages:
                    if message["id"] not in self._held and not _changes(message):
                        await self._room.acquire()
                        self._take(message)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._lanes.clear()
            self._held.clear()
            self._room = asyncio.Semaphore(MOST_HELD)

    def _take(self, message: Mapping[str, Any]) -> None:
        """Puts a message into the lane of its case: one that is slow holds up no other case."""
        self._held.add(message["id"])
        lane = self._lanes.get(message["case_id"])
        if lane is not None:
            lane.append(message)
            return
        self._lanes[message["case_id"]] = deque([message])
        task = asyncio.create_task(self._empty(message["case_id"]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _empty(self, case: str) -> None:
        lane = self._lanes[case]
        while lane:
            message = lane[0]
            try:
                await self._carry(message)
            except Exception:
                log.exception("message %s was not sent", message["id"])
            self._held.discard(message["id"])
            self._room.release()
            lane.popleft()
        del self._lanes[case]

    async def _carry(self, message: Mapping[str, Any]) -> None:
        """Sends a message, and tells the router what became of it."""
        to = self._parties(message)
        if message["channel"] == Channel.VOICE or to is None:
            error = {
                "slug": "nobody_reads_it",
                "detail": "It is in no conversation of text messages.",
                "retryable": False,
            }
            await self.router.receipt(message["id"], "failed", error)
            return
        try:
            await self._send(message, *to)
        except OptedOut:
            detail = "The customer has opted out: nothing is sent until they write START."
            error = {"slug": failures.OPTED_OUT, "detail": detail, "retryable": False}
            await self.router.receipt(message["id"], "failed", error)
        except Never as refused:
            error = failures.error_of(refused.code, str(refused))
            if error["slug"] == failures.OPTED_OUT:
                await held(lambda: self.tell_opt_out(to[1], opted_out=True), self.settings.give_up_s)
            await self.router.receipt(message["id"], "failed", error)
        except NotNow as away:
            error = {"slug": "provider_away", "detail": str(away), "retryable": True}
            await self.router.receipt(message["id"], "failed", error)
        else:
            await self.router.receipt(message["id"], "sent")

    def _parties(self, message: Mapping[str, Any]) -> tuple[str, str] | None:
        """Returns our address and the customer's: of the conversation, or for who wrote on the help pages."""
        if message["channel"] != Channel.WEB:
            return parties(message.get("channel_ref"))
        theirs = next((one["value"] for one in message["customer"]["addresses"] if one["kind"] == "phone"), "")
        return (self.settings.number, theirs) if self.settings.number and whole_number(theirs) else None

    async def _send(self, message: Mapping[str, Any], ours: str, theirs: str) -> None:
        """Sends a message, again and again until Twilio has it. Raises Never; NotNow once it has taken too long."""
        written = datetime.fromisoformat(message["occurred_at"])
        perhaps = written < self.router.connected_at + timedelta(seconds=CLOCKS_S)  # a predecessor may have sent it
        until, pause_s = time.monotonic() + self.settings.give_up_s, self.settings.retry_s
        links = [one["url"] for one in message.get("attachments", []) if one.get("url")]
        files = [urljoin(self.settings.files_url or self.settings.router_url, link) for link in links[:MOST_FILES]]
        status_url = f"{self.settings.public_url}/status?message={message['id'].removeprefix('msg_')}"
        while True:
            try:
                if await self._opted_out(theirs):
                    raise OptedOut
                async with self._turns:
                    since = written - timedelta(seconds=CLOCKS_S)
                    known = perhaps and await self.twilio.sent_before(
                        ours, theirs, message["text"], since, but=self._sent
                    )
                    perhaps = False
                    self._note(known or await self.twilio.send(ours, theirs, message["text"], files, status_url))
                return
            except NotNow as away:
                perhaps, after_s = perhaps or away.perhaps, max(pause_s, away.after_s)
                if time.monotonic() + after_s > until:
                    raise
                log.warning("message %s waits for %.0f s: %s", message["id"], after_s, away)
            except RouterAway as away:
                after_s = max(pause_s, away.after_s)
            await asyncio.sleep(after_s * random.uniform(0.8, 1.2))  # noqa: S311 — it only spreads load
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _note(self, sent: str) -> None:
        self._sent[sent] = None
        while len(self._sent) > MOST_KNOWN:
            del self._sent[next(iter(self._sent))]

    async def _opted_out(self, theirs: str) -> bool:
        """Returns whether the customer wants nothing at this address. Raises RouterAway."""
        found = await self.router.get("/v1/opt-outs", address=opted_address(theirs))
        return any(one["opted_out_at"] for one in found["items"])

    async def tell_opt_out(self, theirs: str, *, opted_out: bool) -> None:
        """Tells the router that an address is opted out, or in again. Raises RouterAway."""
        try:
            await self.router.post("/v1/opt-outs", {"address": opted_address(theirs), "opted_out": opted_out})
        except Refused as refused:
            if refused.status != 404:  # no customer has it
                log.error("an opt-out was not taken: %s", refused)


def opted_address(theirs: str) -> str:
    """Returns an address as the router knows it."""
    address = Address.read(theirs)
    return str(address.customer.get("phone") or address.customer.get("external_id") or theirs)


def _changes(message: Mapping[str, Any]) -> bool:
    """Returns whether a message changes or takes back one that was sent, which nobody can do with a text message."""
    return bool(message.get("revision")) or "redacted_at" in message
