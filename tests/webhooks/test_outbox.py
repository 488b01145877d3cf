"""The outbox between processes: claims that lapse, order while a part of the journal is missing, and what is forgotten."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.embedded import Servers
from mci_router.models import WebhookDelivery
from mci_router.routing.engine import journal, prefix
from mci_router.routing.engine.journal import Journal
from mci_router.routing.engine.projector import project
from mci_router.routing.entries import entry_id
from mci_router.vocabulary import DeliveryState
from mci_router.webhooks import outbox as boxes
from mci_router.webhooks.dispatcher import Dispatcher
from mci_router.webhooks.verdicts import EndpointAnswer, Verdict
from tests.support.lanes import LaneIn
from tests.support.live import LiveState, live_state
from tests.support.receiver import Receiver
from tests.support.service import Workspace, eventually
from tests.webhooks.support import contacts, deliveries, entry, hook, outbox, until_states

SIGN_IN = "I forgot my password and cannot log in"
DELIVERED = (EndpointAnswer(204), Verdict(DeliveryState.DELIVERED))


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[LiveState]:
    async with live_state(servers.redis_url) as started:
        yield started


async def test_what_a_killed_process_had_claimed_is_delivered_by_another(
    workspace: Workspace, receiver: Receiver
) -> None:
    """Once the claim lapses and not before; what comes after it for the contact waits as long."""
    made = await hook(workspace, receiver.url, events=["offer.*"])
    (contact,) = await contacts(workspace)
    async with workspace.database.transaction() as session:
        await project(
            LaneIn(session), workspace.id, [entry("offer.created", contact), entry("offer.accepted", contact)]
        )
        (claimed,) = await boxes.claim(session, made["id"], settled=None, lease_s=1, limit=10)
    assert claimed.type == "offer.created"
    assert receiver.received == []
    await until_states(workspace, "delivered", "delivered")
    created, accepted = await outbox(workspace, made["id"])
    assert created.ended_at
    assert accepted.ended_at
    assert created.ended_at - created.created_at > timedelta(seconds=0.9)
    assert (created.attempts, accepted.attempts) == (2, 1)
    assert [one.type for one in receiver.received] == ["mci.offer.created", "mci.offer.accepted"]


async def test_a_process_that_comes_back_late_changes_nothing(workspace: Workspace, receiver: Receiver) -> None:
    """Its claim has lapsed and another has the delivery: what the late one says of it does not count."""
    made = await hook(workspace, receiver.url, events=["offer.*"])
    (contact,) = await contacts(workspace)
    async with workspace.database.transaction() as session:
        await project(LaneIn(session), workspace.id, [entry("offer.created", contact)])
        (late,) = await boxes.claim(session, made["id"], settled=None, lease_s=-1, limit=10)
        (current,) = await boxes.claim(session, made["id"], settled=None, lease_s=60, limit=10)
        await boxes.settle(session, made["id"], [(late, *DELIVERED)])
        assert (
            await session.scalar(
                text("SELECT state FROM webhook_deliveries WHERE webhook_id = :id"), {"id": made["id"]}
            )
            == "pending"
        )
        await boxes.settle(session, made["id"], [(current, *DELIVERED)])
    (row,) = await outbox(workspace, made["id"])
    assert (row.state, row.attempts) == ("delivered", 2)


async def test_two_processes_never_claim_the_same(workspace: Workspace, receiver: Receiver) -> None:
    """What one is claiming, the other passes over without waiting; nor does it get the contact's next."""
    made = await hook(workspace, receiver.url, events=["offer.*"])
    one, other = await contacts(workspace, 2)
    async with workspace.database.transaction() as session:
        await project(
            LaneIn(session),
            workspace.id,
            [entry(kind, contact) for contact in (one, other) for kind in ("offer.created", "offer.accepted")],
        )
        await session.execute(
            text("UPDATE webhook_deliveries SET next_attempt_at = now() + interval '1 hour' WHERE webhook_id = :id"),
            made,
        )
    async with workspace.database.transaction() as first, workspace.database.transaction() as second:
        await first.execute(
            text("UPDATE webhook_deliveries SET next_attempt_at = now() WHERE webhook_id = :id AND subject = :one"),
            made | {"one": one},
        )
        assert [
            message.subject for message in await boxes.claim(first, made["id"], settled=None, lease_s=9, limit=10)
        ] == [one]
        assert await boxes.claim(second, made["id"], settled=None, lease_s=9, limit=10) == []


async def test_an_event_waits_while_the_ledger_lacks_an_earlier_one(
    workspace: Workspace, receiver: Receiver, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process has read a part of the journal and not written it yet: later events do not overtake it."""
    monkeypatch.setattr(journal, "CLAIM_AFTER_MS", 60_000)
    client, stream = service[1].engine.client, f"{prefix(workspace.id)}:journal"
    await workspace.post(SIGN_IN)
    earlier = (await eventually(lambda: client.xrevrange(stream, count=1)))[0][0]
    await eventually(lambda: _settled_past(service[1], workspace, earlier))
    await client.xclaim(stream, journal.GROUP, "slow", 0, [earlier], force=True)
    await hook(workspace, receiver.url, events=["contact.*"])
    contact = (await workspace.post(SIGN_IN))["id"]
    await eventually(lambda: deliveries(workspace))
    await asyncio.sleep(0.5)
    assert receiver.received == []
    await client.xack(stream, journal.GROUP, earlier)
    (one,) = await receiver.until(1)
    assert one.subject == contact


async def _settled_past(parts: Parts, workspace: Workspace, stream_id: str) -> bool:
    settled = await Journal(parts.engine, workspace.id, "somebody").settled()
    return settled is not None and settled > entry_id(stream_id)


async def test_the_wait_for_an_earlier_event_has_an_end(workspace: Workspace, receiver: Receiver) -> None:
    """After a minute something is broken, and what is there is told."""
    made = await hook(workspace, receiver.url, events=["offer.*"])
    (contact,) = await contacts(workspace)
    late = entry("offer.created", contact)
    async with workspace.database.transaction() as session:
        await project(LaneIn(session), workspace.id, [late])
        assert await boxes.claim(session, made["id"], settled="0-0", lease_s=9, limit=10) == []
        assert await boxes.claim(session, made["id"], settled=late.id, lease_s=9, limit=10) == []
        await session.execute(
            text("UPDATE webhook_deliveries SET created_at = now() - interval '61 s' WHERE webhook_id = :id"), made
        )
        assert len(await boxes.claim(session, made["id"], settled="0-0", lease_s=9, limit=10)) == 1


async def test_how_far_the_ledger_has_the_journal(live: LiveState) -> None:
    """Before the oldest entry that is read and not committed; else past the last that was read; without a journal no
    bound.
    """
    reader = Journal(live.engine, live.workspace, "reader")
    assert await Journal(live.engine, "wsp_of_nobody", "reader").settled() is None
    for number in (1, 2):
        await live.enqueue(number)
    assert await reader.settled() == entry_id("0-0")
    first, second = await eventually(reader.unprojected)
    assert await reader.settled() == first.id
    await reader.projected([first])
    assert await reader.settled() == second.id
    await live.enqueue(3)
    await reader.projected([second])
    bound = await reader.settled()
    assert bound is not None
    assert bound > second.id
    (third,) = await reader.unprojected()
    assert bound <= third.id


async def test_what_ended_is_forgotten_in_its_time(
    workspace: Workspace, receiver: Receiver, service: tuple[str, Parts]
) -> None:
    """The delivered after a day, the dead after two weeks, the pending never; what was pending for a deleted webhook at
    once.
    """
    parts = service[1]
    made = await hook(workspace, receiver.url, events=["webhook.test"])
    now = utc_now()
    async with workspace.database.transaction() as session:
        for number, (state, days) in enumerate(
            [("delivered", 0.9), ("delivered", 1.1), ("dead", 1.1), ("dead", 13), ("dead", 15), ("pending", 15)]
        ):
            session.add(_row(made["id"], number, state, days))
        session.add(_row("whk_gone", 0, "pending", 0))
    dispatcher = Dispatcher(
        parts.settings, parts.database, lambda _: Journal(parts.engine, workspace.id, "x").settled()
    )
    await dispatcher.forget()
    left = [
        (row.state.value, round((now - row.created_at).total_seconds() / 86_400, 1))
        for row in await outbox(workspace, made["id"])
    ]
    assert left == [("delivered", 0.9), ("dead", 1.1), ("dead", 13.0), ("pending", 15.0)]
    assert await outbox(workspace, "whk_gone") == []


def _row(webhook_id: str, number: int, state: str, days: float) -> WebhookDelivery:
    at = utc_now() - timedelta(days=days)
    ended = None if state == "pending" else at
    return WebhookDelivery(
        webhook_id=webhook_id,
        id=f"msg_{number:032x}",
        type="webhook.test",
        at=at,
        subject=f"con_{number}",
        data={},
        state=DeliveryState(state),
        next_attempt_at=utc_now() + timedelta(days=1),
        created_at=at,
        ended_at=ended,
    )
