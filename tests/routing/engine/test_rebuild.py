"""Making a live state again, function by function: one builder at a time, what is dropped and kept, what is journalled of
it.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from mci_router.errors import EngineUnavailable
from mci_router.routing.calls import Status
from mci_router.routing.engine.building import BUILD_LEASE_MS
from mci_router.vocabulary import Presence
from tests.support.live import GRACE_S, SETTINGS, LiveState, VirtualEngine, contact_id, live_state


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[LiveState]:
    async with live_state(redis_url) as started:
        yield started


async def begin(live: LiveState, builder: str = "one") -> bool:
    """Begins a build over the live state that is there, drops that, and configures it; whether there was anything to
    drop.
    """
    status, stale = await live.engine.begin_build(live.workspace, builder, again=True)
    assert status is Status.OK
    if stale:
        await live.engine.drop(live.workspace)
    await live.engine.configure_workspace(live.workspace, 1, SETTINGS)
    await live.queue()
    return stale


async def restore(live: LiveState, *contacts: dict[str, Any]) -> None:
    assert await live.engine.restore(live.workspace, contacts, "one") is Status.OK
    assert await live.engine.mark_built(live.workspace, 1, "one", len(contacts)) is Status.OK


def in_ledger(live: LiveState, number: int, was: str, **more: Any) -> dict[str, Any]:
    """A contact of the queue `desk` that has waited a minute, as the ledger has it."""
    now = live.engine.now
    contact = {
        "id": contact_id(number),
        "channel": "chat",
        "outcome": "agent",
        "rung": 0,
        "queue": "desk",
        "line": "desk|chat|1|",
    }
    return contact | {
        "units": 1,
        "enqueued_at": now - 60_000,
        "due_at": now,
        "age": now - 60_000 + number,
        "was": was,
        **more,
    }


def held_by(agent: str, was: str, number: int) -> dict[str, Any]:
    return {"state": was, "agent": agent, "assignment": f"asg_{number:032x}_0_1", "answered_at": 1}


# Who builds


async def test_one_builder_at_a_time(live: LiveState) -> None:
    """A second one is told that somebody is busy, and takes over once the first has been silent for a lease; the first
    has lost then.
    """
    engine, workspace = live.engine, live.workspace
    await begin(live)
    assert (await engine.begin_build(workspace, "two"))[0] is Status.BUSY
    live.later(BUILD_LEASE_MS / 1000 - 1)
    assert await engine.begin_build(workspace, "one") == (Status.OK, False)
    live.later(BUILD_LEASE_MS / 1000 - 1)
    assert await engine.restore(workspace, [in_ledger(live, 1, "queued")], "one") is Status.OK
    assert (await engine.begin_build(workspace, "two"))[0] is Status.BUSY
    live.later(1)
    assert (await engine.begin_build(workspace, "two"))[0] is Status.OK
    assert await engine.restore(workspace, [in_ledger(live, 2, "queued")], "one") is Status.LOST
    assert await engine.mark_built(workspace, 1, "one", 2) is Status.LOST
    assert await engine.mark_built(workspace, 1, "two", 1) is Status.OK
    assert (await engine.begin_build(workspace, "three"))[0] is Status.BUILT
    assert await engine.restore(workspace, [in_ledger(live, 3, "queued")], "two") is Status.BUILT


async def test_what_a_dead_builder_had_not_dropped_is_dropped_by_the_next(live: LiveState) -> None:
    """Until then nobody restores anything over it."""
    await live.enqueue(1)
    assert await live.engine.begin_build(live.workspace, "dead", again=True) == (Status.OK, True)
    live.later(BUILD_LEASE_MS / 1000)
    assert await live.engine.begin_build(live.workspace, "one") == (Status.OK, True)
    await live.engine.drop(live.workspace)
    assert await live.engine.begin_build(live.workspace, "one") == (Status.OK, False)
    assert await live.contact(1) == {}


async def test_nothing_moves_while_a_live_state_is_made_anew(live: LiveState) -> None:
    """Transitions answer `not_built` from the moment it begins until it is complete."""
    await live.agent("ann")
    await begin(live)
    with pytest.raises(EngineUnavailable):
        await live.enqueue(1)
    await restore(live)
    assert (await live.enqueue(1)).status is Status.OK


async def test_nobody_waits_long_for_a_large_build(live: LiveState, redis_url: str) -> None:
    """A caller is told that the live queues are away, as when they are, and the build goes on; the next caller finds it
    done.
    """
    engine = VirtualEngine(redis_url, timeout_s=0.2, lease_s=15)
    go_on = asyncio.Event()

    async def build(workspace: str) -> None:
        await go_on.wait()
        await live.engine.mark_built(workspace, 1)

    engine.build = build
    hurried = LiveState(engine, f"{live.workspace}slow")
    with pytest.raises(EngineUnavailable):
        await hurried.enqueue(1)
    go_on.set()
    assert (await hurried.enqueue(1)).status is Status.OK
    await engine.close()


# What goes and what stays


async def test_what_the_ledger_has_is_dropped_and_what_it_has_not_is_kept(live: LiveState) -> None:
    """Contacts, agents, lines, timers and counters go; the journal, the inboxes, what was learned of queues and the
    volumes stay.
    """
    await live.agent("ann")
    await live.enqueue(1)
    await live.accept("ann", 1)
    await live.complete("ann", 1)
    await live.enqueue(2)
    await live.enqueue(3)
    await live.engine.client.hincrby(f"{live.prefix}:volume:1", "sign_in", 1)
    journal, inbox = await live.journal(), await live.told("ann")
    assert await begin(live)
    keys = [
        key.removeprefix(f"{live.prefix}:")
        async for key in live.engine.client.scan_iter(f"{live.prefix}:*", count=1000)
    ]
    kept = {"workspace", "queue_settings", "journal", "inbox:ann", "performance", "handling", "volume:1"}
    assert set(keys) == kept
    assert (await live.journal(), await live.told("ann")) == (journal, inbox)
    await restore(live, in_ledger(live, 2, "queued"))
    assert [entry["type"] for entry in await live.journal()][len(journal) :] == ["live_state.rebuilt"]


async def test_an_agents_numbers_rise_on_over_a_rebuild(live: LiveState) -> None:
    """A desk that knows everything up to a number gets all that follows."""
    await live.agent("ann")
    await live.enqueue(1)
    before = int((await live.engine.agent(live.workspace, "ann"))["seq"])
    live.later(1)
    await begin(live)
    await live.configure("ann")
    await restore(live)
    await live.agent("ann")
    assert (await live.engine.inbox(live.workspace, "ann", before))[0].type == "agent.connected"


# Where contacts come back


async def test_only_what_stands_otherwise_than_in_the_ledger_is_journalled(live: LiveState) -> None:
    """One entry tells of the rebuild; a contact that was only accepted, or whose agent is gone, has an entry of its
    own.
    """
    before = len(await live.journal())
    await begin(live)
    await live.configure("ann", units=3)
    await restore(
        live,
        in_ledger(live, 1, "queued"),
        in_ledger(live, 2, "accepted"),
        in_ledger(live, 3, "assigned", **held_by("ann", "assigned", 3)),
        in_ledger(live, 4, "assigned", **held_by("nobody", "assigned", 4)),
        in_ledger(live, 5, "wrapping_up", **held_by("nobody", "wrapping_up", 5)),
    )
    told = [(entry["type"], entry.get("contact"), entry.get("state")) for entry in (await live.journal())[before:]]
    assert told == [
        ("contact.restored", contact_id(2), "queued"),
        ("contact.restored", contact_id(4), "queued"),
        ("contact.completed", contact_id(5), "completed"),
        ("live_state.rebuilt", None, None),
    ]
    assert (await live.journal())[-1]["contacts"] == 5
    assert await live.holder(3) == ("assigned", "ann")


async def test_who_was_offered_a_contact_hears_that_it_is_no_more(live: LiveState) -> None:
    """The offer is revoked in the inbox, and the contact waits with its age; the first of a warm transfer stays."""
    await begin(live)
    for name in ("ann", "bob"):
        await live.configure(name)
    offers = [{"id": "ofr_1_0_1", "agent": "ann"}]
    warm = [{"id": "ofr_2_0_1", "agent": "ann"}]
    await restore(
        live,
        in_ledger(live, 1, "offered", offers=offers),
        in_ledger(live, 2, "assigned", offers=warm, **held_by("bob", "assigned", 2)),
    )
    assert [(entry.type, entry.offer) for entry in await live.engine.inbox(live.workspace, "ann", 0)] == [
        ("offer.revoked", "ofr_1_0_1"),
        ("offer.revoked", "ofr_2_0_1"),
    ]
    assert await live.state(1) == "queued"
    assert await live.holder(2) == ("assigned", "bob")
    last = [entry for entry in await live.journal() if entry.get("contact") == contact_id(2)][-1]
    assert (last["state"], last["agent"]) == ("assigned", "bob")
    await live.agent("ann")
    assert await live.holder(1) == ("offered", "ann")


async def test_what_an_agent_who_does_not_come_back_had_waits_again_after_the_grace(live: LiveState) -> None:
    """Desks come back after the live state: those that do keep their contacts, the others' go to agents who are there."""
    await begin(live)
    for name in ("ann", "gone"):
        await live.configure(name, units=1)
    await restore(
        live,
        in_ledger(live, 1, "assigned", **held_by("ann", "assigned", 1)),
        in_ledger(live, 2, "assigned", **held_by("gone", "assigned", 2)),
    )
    await live.engine.connect(live.workspace, "ann", "desk")
    for _ in range(GRACE_S):
        live.later(1)
        await live.engine.renew_lease(live.workspace, "ann", "desk")
        await live.fire()
    assert await live.holder(1) == ("assigned", "ann")
    assert await live.state(2) == "queued"


@pytest.mark.parametrize("mail_first", [True, False])
async def test_interrupted_work_is_interrupted_again(live: LiveState, mail_first: bool) -> None:
    """Whichever is put back first: nobody has more than there is room for, and the e-mail goes on after the call."""
    await begin(live)
    await live.queue("mail", deferrable=True, interruptible=True)
    await live.configure("ann", units=2, channels={"voice": 1, "email": 2})
    mail = in_ledger(live, 1, "assigned", **held_by("ann", "assigned", 1)) | {
        "queue": "mail",
        "channel": "email",
        "line": "mail|email|1|",
    }
    call = in_ledger(live, 2, "assigned", **held_by("ann", "assigned", 2)) | {
        "channel": "voice",
        "units": 2,
        "line": "desk|voice|2|",
    }
    await restore(live, *((mail, call) if mail_first else (call, mail)))
    assert await live.used("ann") == 2
    await live.engine.connect(live.workspace, "ann", "desk")
    await live.presence("ann", Presence.AVAILABLE)
    await live.complete("ann", 2)
    assert await live.used("ann") == 1
    assert [entry["type"] for entry in await live.journal() if entry.get("contact") == contact_id(1)] == [
        "contact.interrupted",
        "contact.agent_returned",
        "contact.resumed",
    ]
