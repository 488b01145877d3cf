"""What sockets hear of the journal, on a real Valkey."""

import asyncio

from mci_router.precedence import Precedence
from mci_router.routing.engine.journal import Feed, Gap
from mci_router.routing.entries import JournalEntry
from tests.support.live import contact_id, live_state

FOR_EVER_S = 3_600
SAID = {"case": "cas_1", "customer": "cus_1", "message": "msg_1", "message_seq": 1, "message_at": 1, "kind": "customer"}


async def test_what_is_said_lets_contacts_pass(redis_url: str) -> None:
    """A desk hears of a message once no contact is coming in; an offer waits for nothing, nor does what is before it."""
    precedence = Precedence(FOR_EVER_S)
    async with live_state(redis_url) as live:
        await live.queue()
        await live.agent("ann")
        await live.enqueue(1)
        await live.accept("ann", 1)
        feed = Feed(live.engine, precedence.give_way)
        entries = await feed.subscribe(live.workspace, "ann")
        assert entries.get_nowait() == Gap()  # what came before stands in the inbox

        async def say() -> None:
            await live.engine.announce(live.workspace, [{**SAID, "contact": contact_id(1)}])

        async def heard() -> str:
            async with asyncio.timeout(20):
                item = await entries.get()
            assert isinstance(item, JournalEntry)
            return item.type

        with precedence.coming():
            await say()
            await asyncio.sleep(0.1)  # in which it would have come
            assert entries.empty()
        assert await heard() == "message.created"
        with precedence.coming():
            await live.complete("ann", 1)
            assert await heard() == "contact.completed"
        await feed.close()
