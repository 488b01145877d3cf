"""Calls that are under way: the router is asked where each contact is, and the call follows.

What a caller hears is decided in one place, when Twilio asks what is next. Here only that is noticed which Twilio does
not ask for: an agent has accepted, passed the call on or ended it, or the line went dead and nobody said so.
"""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from mci_router.adapters.router import Refused, Router, RouterAway
from mci_router.adapters.twilio.api import Never, NotNow, TwilioApi
from mci_router.adapters.twilio.settings import TwilioSettings
from mci_router.vocabulary import Channel, ContactState

log = logging.getLogger(__name__)

CALL = re.compile(r"CA[0-9a-f]{32}")
LOOKS = 20  # a round, at the calls that were not looked at for longest; with more calls, at all whom agents have
PAGE, MOST_PAGES = 100, 20  # of contacts in which calls are looked for
SILENT_S = 60  # past the next announcement: then Twilio is asked whether the call is still there
OPEN = (ContactState.QUEUED, ContactState.OFFERED, ContactState.ASSIGNED)
IN_LINE = "in_line"
OVER = "over"
WITH = "with "


@dataclass(slots=True)
class Call:
    """A call, its contact, and what its caller hears: the line, an agent by name, or nothing any longer.

    `hears` is None for one that another process began.
    """

    sid: str
    contact: str
    hears: str | None = None
    asked_at: float = field(default_factory=time.monotonic)
    looked_at: float = 0


class Calls:
    """The calls of this adapter."""

    def __init__(self, settings: TwilioSettings, router: Router, twilio: TwilioApi) -> None:
        self._settings = settings
        self._router = router
        self._twilio = twilio
        self._open: dict[str, Call] = {}

    def hears(self, sid: str, contact: str, what: str) -> None:
        """Notes what the caller of a contact hears from now on."""
        if what == OVER:
            self._open.pop(contact, None)
        else:
            self._open[contact] = Call(sid, contact, what)

    async def run(self) -> None:
        """Has each call follow its contact, until it is cancelled."""
        await self._adopt()
        while True:
            await self._round()
            await asyncio.sleep(self._settings.look_s)

    async def end(self, contact: str, by: str, why: str = "") -> None:
        """Tells the router that a conversation is over. Idempotent. Raises RouterAway."""
        self._open.pop(contact, None)
        try:
            await self._router.post(f"/v1/contacts/{contact}/end", {"by": by, "why": why})
        except Refused as refused:
            log.debug("contact %s had ended: %s", contact, refused)

    async def _round(self) -> None:
        """Looks at some calls; where there are many, an agent who accepts one must not wait for its turn."""
        found = sorted(self._open.values(), key=lambda call: call.looked_at)
        for call in found[:LOOKS]:
            await self._follow(call)
        if len(found) > LOOKS:
            with suppress(RouterAway, Refused):
                async for contact in self._contacts(ContactState.ASSIGNED):
                    held_up = self._open.get(contact["id"])
                    if held_up and held_up.hears == IN_LINE:
                        await self._follow(held_up)

    async def _follow(self, call: Call) -> None:
        call.looked_at = time.monotonic()
        try:
            await self._look(call)
        except (RouterAway, NotNow) as away:
            log.debug("call %s is looked at later: %s", call.sid, away)

    async def _look(self, call: Call) -> None:
        """Has a call follow its contact. Raises RouterAway, NotNow."""
        try:
            contact = await self._router.get(f"/v1/contacts/{call.contact}")
            wanted = wanted_by(contact)
            call.hears = call.hears or wanted
            if self._open.get(call.contact) is call and wanted != call.hears:
                url = f"{self._settings.public_url}/voice/next?contact={call.contact.removeprefix('con_')}"
                await self._twilio.take_up(call.sid, url)
                call.hears = wanted
            elif time.monotonic() - call.asked_at > self._settings.say_every_s + SILENT_S:
                call.asked_at = time.monotonic()
                if await self._twilio.is_over(call.sid):
                    await self.end(call.contact, "customer", "the line is dead")
        except Refused:  # the contact is gone, with its case
            self._open.pop(call.contact, None)
        except Never:
            await self.end(call.contact, "customer", "the line is dead")

    async def _adopt(self) -> None:
        """Takes over the calls that a process before this one began."""
        try:
            for state in OPEN:
                async for contact in self._contacts(state):
                    sid = str((contact.get("call") or {}).get("provider_id", ""))
                    if contact["channel"] == Channel.VOICE and CALL.fullmatch(sid) and not contact["callback_at"]:
                        self._open.setdefault(contact["id"], Call(sid, contact["id"]))
        except (RouterAway, Refused) as error:
            log.warning("calls that were under way before are not followed: %s", error)

    async def _contacts(self, state: ContactState) -> AsyncIterator[dict[str, Any]]:
        """Returns the newest contacts in a state. Raises Refused, RouterAway."""
        query: dict[str, Any] = {"state": state, "limit": PAGE}
        for _ in range(MOST_PAGES):
            found = await self._router.get("/v1/contacts", **query)
            for contact in found["items"]:
                yield contact
            if not found["next_cursor"]:
                return
            query["cursor"] = found["next_cursor"]


def wanted_by(contact: Mapping[str, Any]) -> str:
    """Returns what the caller of a contact is to hear: the line, an agent, or the end."""
    state = contact["state"]
    if state == ContactState.ASSIGNED:
        return f"{WITH}{contact['agent']}"
    return IN_LINE if state in (ContactState.ACCEPTED, ContactState.QUEUED, ContactState.OFFERED) else OVER
