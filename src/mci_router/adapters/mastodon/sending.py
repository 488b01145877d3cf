"""Sending: what is written to customers goes to their thread, in public or to them alone.

The router says which. This adapter is the second guard: where it has any doubt, a message goes to the customer alone.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from mci_router.adapters.automatic import Automatic
from mci_router.adapters.mastodon.instance import CHARACTERS, ROOM, Forbidden, Gone, Instance, InstanceAway
from mci_router.adapters.mastodon.memory import Memory
from mci_router.adapters.mastodon.statuses import IN_PUBLIC, Me, Status, without_mentions
from mci_router.adapters.router import Router
from mci_router.vocabulary import AddressKind, MessageDelivery, MessageKind, Modality, Visibility

log = logging.getLogger(__name__)

DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Way:
    """How a message goes out: to whom, where it may be read, and the status that it answers."""

    handle: str
    visibility: str
    parent: str | None


class Failed(Exception):
    """A message does not reach its customer. `slug` says why."""

    def __init__(self, slug: str, detail: str = "", *, retryable: bool = False) -> None:
        self.error = {"slug": slug, "detail": detail, "retryable": retryable}
        super().__init__(slug)


class Sending:
    """Sends messages, one after the other: those of a case come in their order."""

    def __init__(
        self, instance: Instance, router: Router, memory: Memory, me: Me, *, replies: str, per_hour: int
    ) -> None:
        self._instance = instance
        self._router = router
        self._memory = memory
        self._me = me
        self._replies = replies
        self._per_hour = per_hour
        self._automatic = Automatic(per_hour)
        self.longest = CHARACTERS - ROOM

    async def run(self, pause: Callable[[float], Any]) -> None:
        """Sends for ever; `pause` waits until an instance that is away is asked again. Raises Refused by the router."""
        async with aclosing(self._router.outbound()) as messages:
            async for message in messages:
                while True:
                    try:
                        await self.send(message)
                        break
                    except InstanceAway as away:
                        log.warning("the adapter waits: %s", away)
                        await pause(away.after_s)

    async def send(self, message: Mapping[str, Any]) -> None:
        """Sends a message, and gives its receipt. Raises InstanceAway."""
        try:
            state = await self._sent(message)
        except (Gone, Forbidden) as refused:
            failed = Failed("instance_refused", str(refused))
            await self._router.receipt(message["id"], MessageDelivery.FAILED, failed.error)
        except Failed as failed:
            log.info("message %s has failed: %s", message["id"], failed)
            await self._router.receipt(message["id"], MessageDelivery.FAILED, failed.error)
        else:
            await self._router.receipt(message["id"], state)

    async def at_once(self, status: Status, ref: str, said: str) -> None:
        """Sends what the router answered to a status by itself: directly, and once to a customer in a thread.

        Raises InstanceAway.
        """
        key = f"answer-{sha256(f'{ref} {status.handle}'.encode()).hexdigest()}"  # it goes as a header
        if not said or key in self._memory.sent:
            return
        cut = said if len(said) <= self.longest else f"{said[: self.longest - 1]}…"
        message = {"id": key, "kind": MessageKind.BOT, "text": cut}
        try:
            self._refuse_too_many(message, status.handle)
            posted = await self._post(message, Way(status.handle, DIRECT, status.id))
        except (Failed, Gone, Forbidden) as failed:
            log.info("the answer to status %s has failed: %s", status.id, failed)
        else:
            self._memory.said(key, posted, ref, status.handle, direct=True)

    async def _sent(self, message: Mapping[str, Any]) -> MessageDelivery:
        """Returns how far a message has come. Raises Failed, InstanceAway."""
        handle, ref = _handle_of(message), str(message.get("channel_ref") or "")
        if message["id"] not in self._memory.sent:
            self._refuse_too_many(message, handle)
            way = await self._way(message, handle, ref)
            status = await self._post(message, way)
            self._memory.said(message["id"], status, ref, handle, direct=way.visibility == DIRECT)
            self._memory.save()
        # What a server has of its own people is with them; how far it comes to others' servers nobody says.
        here = handle.endswith(f"@{self._me.domain}")
        return MessageDelivery.DELIVERED if here else MessageDelivery.SENT

    def _refuse_too_many(self, message: Mapping[str, Any], handle: str) -> None:
        """Counts a message that no person wrote. Raises Failed for one too many in an hour."""
        if message.get("kind") != MessageKind.AGENT and not self._automatic.lets(handle):
            raise Failed("automatic_too_often", f"{self._per_hour} an hour are sent at most.", retryable=True)

    async def _way(self, message: Mapping[str, Any], handle: str, ref: str) -> Way:
        thread = self._memory.thread(ref, handle)
        if not may_be_public(message):
            return Way(handle, DIRECT, thread.get("last") or ref or None)
        parent = thread.get("public") or (ref if not thread and await self._is_public(ref) else None)
        return Way(handle, self._replies, parent) if parent else Way(handle, DIRECT, thread.get("last"))

    async def _is_public(self, status: str) -> bool:
        """Returns whether a status of which nothing is remembered is there, for everybody to read."""
        try:
            found = await self._instance.status(status) if status else None
        except (Gone, Forbidden):
            return False
        return isinstance(found, Mapping) and found.get("visibility") in IN_PUBLIC

    async def _post(self, message: Mapping[str, Any], way: Way) -> str:
        """Returns the status of a message, posted once. Raises Failed, InstanceAway."""
        said = f"{way.handle} {without_mentions(message['text'])}"
        try:
            posted = await self._instance.post(said, way.visibility, way.parent, message["id"])
        except Gone:
            if way.parent is None or way.visibility != DIRECT:
                raise await self._why(way, "parent_deleted", "The customer's post is gone.") from None
            return await self._post(message, Way(way.handle, DIRECT, None))
        except Forbidden as refused:
            if refused.status == 403:
                raise await self._why(way, "blocked", str(refused)) from refused
            raise Failed("instance_refused", str(refused)) from refused
        status = str(posted["id"])
        if way.visibility == DIRECT and posted.get("visibility") != DIRECT:
            await self._instance.delete(status)
            raise Failed("not_private", "The instance would have shown it to others.")
        return status

    async def _why(self, way: Way, slug: str, detail: str) -> Failed:
        """Returns why a customer is not reached: what was seen, or that the account is suspended."""
        try:
            suspended = await self._instance.suspended(way.handle)
        except Forbidden:
            suspended = False
        return Failed("suspended", "The customer's account is suspended.") if suspended else Failed(slug, detail)


def may_be_public(message: Mapping[str, Any]) -> bool:
    """Returns whether a message may be posted for everybody: only what the router says is public, and, where the
    customer is answered directly, only the notice of that.
    """
    if message.get("visibility") != Visibility.PUBLIC:
        return False
    return message.get("modality") == Modality.MANY_TO_MANY or message.get("notice") is True


def _handle_of(message: Mapping[str, Any]) -> str:
    for address in message["customer"]["addresses"]:
        value = str(address["value"])
        if address["kind"] == AddressKind.EXTERNAL_ID and value.startswith("@") and not any(map(str.isspace, value)):
            return value
    raise Failed("no_handle", "The contact came without the customer's handle.")
