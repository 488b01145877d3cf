"""Taking mentions in: each becomes a message of its thread, or has a refusal with a name.

Notifications are read from the last one on, so nothing is lost while the adapter is away; a status is one message by
its id, so reading it twice changes nothing. What was edited or deleted on the network since is followed.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from mci_router.adapters.mastodon.instance import Forbidden, Gone, Instance, InstanceAway
from mci_router.adapters.mastodon.media import Media
from mci_router.adapters.mastodon.memory import Memory
from mci_router.adapters.mastodon.statuses import Me, Status, read_status, visibility_of
from mci_router.adapters.router import SCANNING, Refused, Router, RouterAway, told_at_once
from mci_router.vocabulary import Channel, Trust

log = logging.getLogger(__name__)

AT_ONCE = 20  # statuses that an instance shows by one request
NOTHING = "0"  # the notification before the first one
REFUSED_PAUSE_S = 60
SAVE_S = 1.0  # between two writes of the state file
DELETED = "its author deleted it"

TAKEN_BEFORE = "/message_key_reused"
"""A status that was edited since, or whose files were taken in once more: it is a message already."""

Answer: TypeAlias = Callable[[Status, str, str], Awaitable[None]]
"""Sends the author of a status in a thread a text."""

Check: TypeAlias = Callable[[Status, Me], bool]

CHECKS: Mapping[str, Check] = {
    "own": lambda status, me: status.author == me.id,
    "bot": lambda status, _: status.bot,
    "empty": lambda status, _: not status.text and not status.files,
}
"""Why a status is no message, the first that holds: ours, a program's (two would answer each other), nothing."""


class Taking:
    """Takes in what is written to our account. `counted`: statuses by what became of them, `taken` or a refusal."""

    def __init__(
        self, instance: Instance, router: Router, memory: Memory, me: Me, media: Media, answer: Answer
    ) -> None:
        """Takes the parts that it works with; `answer` sends what the router has answered by itself."""
        self._media = media
        self._answer = answer
        self._instance = instance
        self._router = router
        self._memory = memory
        self._me = me
        self.counted: Counter[str] = Counter()

    async def run(self, every_s: float, recheck_s: float) -> None:
        """Reads for ever."""
        clock = asyncio.get_running_loop().time
        check_at = clock()
        while True:
            try:
                await self.turn()
                if clock() >= check_at:
                    await self.follow()
                    check_at = clock() + recheck_s
                pause = every_s
            except (InstanceAway, RouterAway) as away:
                log.warning("the adapter waits: %s", away)
                pause = max(away.after_s, every_s)
            except (Gone, Forbidden) as refused:
                log.error("the instance shows us nothing (%s): is the account suspended?", refused)
                pause = REFUSED_PAUSE_S
            await asyncio.sleep(pause)

    async def begin(self) -> None:
        """Notes where to begin, once: what came before we did is not ours to answer. Raises InstanceAway."""
        if self._memory.seen is None:
            newest = await self._instance.mentions(None)
            self._memory.seen = str(newest[-1]["id"]) if newest else NOTHING
            self._memory.save()

    async def turn(self) -> None:
        """Takes in what has come. Raises InstanceAway, RouterAway; what was taken in by then is noted."""
        while found := await self._instance.mentions(self._memory.seen or NOTHING):
            try:
                await self._take_all(found)
            finally:
                self._memory.save()

    async def _take_all(self, found: Sequence[Any]) -> None:
        """Takes in notifications; what was taken in is written down now and then: each time would cost more than that.

        Who is killed in between takes in a few twice, which changes nothing.
        """
        clock = asyncio.get_running_loop().time
        save_at = clock() + SAVE_S
        for one in found:
            self._count(await self._take(one.get("status")))
            self._memory.seen = str(one["id"])
            if clock() >= save_at:
                self._memory.save()
                save_at = clock() + SAVE_S

    async def follow(self) -> None:
        """Has messages say what their statuses say by now, and takes away what was deleted.

        Raises InstanceAway, RouterAway.
        """
        ids = list(self._memory.watched)
        for some in (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)):
            shown = {found.id: found for one in await self._shown(some) if (found := read_status(one, self._me))}
            for status in some:
                await self._follow(status, shown.get(status))
        self._memory.save()

    async def _shown(self, ids: list[str]) -> list[Any]:
        try:
            return await self._instance.statuses(ids)
        except Gone:  # an older instance shows one at a time, and then only those that came last
            return [await self._still(one) for one in ids]

    async def _still(self, status: str) -> Any:
        try:
            return await self._instance.status(status)
        except Gone:
            return None

    async def _follow(self, status_id: str, status: Status | None) -> None:
        watched = self._memory.watched[status_id]
        message = watched["message"]
        # One that was not among the others is asked for by itself: a list that is cut short deletes nothing.
        status = status or read_status(await self._still(status_id), self._me)
        try:
            if status is None:
                await self._router.post(f"/v1/messages/{message}/redact", {"why": DELETED})
            elif status.edited_at != watched["edited_at"] and status.text:
                await self._router.patch(f"/v1/messages/{message}", {"text": status.text})
        except Refused as refused:
            log.info("message %s does not follow its status: %s", message, refused)
        if status is None:
            del self._memory.watched[status_id]
        else:
            watched["edited_at"] = status.edited_at

    async def _take(self, sent: Any) -> str:
        """Returns what became of a status: `taken`, or the name of its refusal."""
        status = read_status(sent, self._me)
        if status is None:
            return "gone"
        for name, holds in CHECKS.items():
            if holds(status, self._me):
                return name
        try:
            ref = await self._ref(status)
            files = await self._media.taken(status.files)
            answer = await self._router.post_scanned("/v1/messages", self._message(status, ref, files))
        except Gone:
            return "gone"
        except Refused as refused:
            if refused.ours or refused.slug == SCANNING:
                raise RouterAway(f"it takes nothing of this adapter now: {refused}", REFUSED_PAUSE_S) from refused
            if not str(refused.problem.get("type")).endswith(TAKEN_BEFORE):
                log.error("the router refuses status %s: %s", status.id, refused)
                return "refused"
            answer = {}
        self._memory.heard(ref, status.handle, status.id, public=status.public)
        if answer:
            self._memory.watched[status.id] = {"message": answer["message"]["id"], "edited_at": status.edited_at}
            await self._answer(status, ref, "\n\n".join(told_at_once(answer.get("route") or {})))
        return "taken"

    async def _ref(self, status: Status) -> str:
        """Returns the thread of a status: that of what it answers. A new direct message of somebody to whom we have
        written directly belongs to that conversation; any other begins one.
        """
        if status.parent is None:
            return status.id if status.public else self._memory.moved.get(status.handle, status.id)
        return self._memory.refs.get(status.parent) or await self._instance.root(status.id)

    def _message(self, status: Status, ref: str, files: list[Mapping[str, str]]) -> dict[str, Any]:
        facts = {"url": status.url, "handle": status.handle}
        return {
            "channel": Channel.SOCIAL,
            "provider": "mastodon",
            "channel_ref": ref,
            "channel_message_id": status.id,
            "visibility": visibility_of(status),
            "customer": {"external_id": status.handle, "name": status.name, "trust": Trust.AUTHENTICATED},
            "text": status.text,
            "attachments": files,
            "context": {name: value for name, value in facts.items() if value},
            **({"language": status.language} if status.language else {}),
            **({"occurred_at": status.written_at.isoformat()} if status.written_at else {}),
        }

    def _count(self, what: str) -> None:
        self.counted[what] += 1
        if what != "taken":
            log.info("a status is not taken in: %s", what)
