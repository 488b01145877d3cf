"""Transfers, pulls, preferred agents, interruptions, closed queues and relaxation in the live state, in virtual time."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from mci_router.embedded import Servers
from mci_router.routing.calls import CallResult, Placement, RelaxedStep, Status
from mci_router.vocabulary import Presence
from tests.support.live import GRACE_S, REOFFER_DELAY_S, LiveState, contact_id, live_state

BILLING = [{"skill": "billing", "min": 3}]


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[LiveState]:
    async with live_state(servers.redis_url) as started:
        yield started


async def place(live: LiveState, number: int, **more: Any) -> CallResult:
    now = live.engine.now
    usual: dict[str, Any] = {
        "queue": "desk",
        "channel": "chat",
        "requirement": [],
        "units": 1,
        "enqueued_at": now,
        "due_at": now + 20_000,
        "priority": 0,
        "rung": 0,
    }
    return await live.engine.enqueue(live.workspace, Placement(contact=contact_id(number), **{**usual, **more}))


async def assigned(live: LiveState, agent: str, number: int, **more: Any) -> str:
    """The assignment of a contact that the agent has accepted."""
    assert (await place(live, number, **more)).agent == agent
    return str((await live.accept(agent, number)).assignment)


async def used(live: LiveState, *agents: str) -> list[int]:
    return [await live.used(agent) for agent in agents]


# Warm and cold transfers to an agent


async def test_in_a_warm_transfer_the_first_agent_keeps_the_contact_until_the_second_accepts(live: LiveState) -> None:
    """Both hold capacity meanwhile; accepting frees the first, and the journal tells each of them."""
    await live.agent("ann")
    assignment = await assigned(live, "ann", 1)
    await live.agent("bob")
    result = await live.engine.hand_over(live.workspace, "ann", assignment, "bob", warm=True)
    assert (result.status, result.state, result.agent) == (Status.OK, "assigned", "ann")
    assert await used(live, "ann", "bob") == [1, 1]
    taken = await live.accept("bob", 1)
    assert (taken.state, taken.agent) == ("assigned", "bob")
    assert await used(live, "ann", "bob") == [0, 1]
    assert (await live.told("ann"))[-1] == "contact.transferred"
    assert (await live.told("bob"))[-1] == "offer.accepted"
    assert (await live.engine.complete(live.workspace, "ann", assignment, "x", "")).status is Status.GONE
    assert (await live.complete("bob", 1)).state == "completed"
    assert await used(live, "ann", "bob") == [0, 0]


@pytest.mark.parametrize("ending", ["decline", "expire", "leave"])
async def test_a_warm_transfer_that_fails_leaves_the_contact_where_it_was(live: LiveState, ending: str) -> None:
    """The second declines, is silent or leaves: the first goes on and is told."""
    await live.agent("ann")
    assignment = await assigned(live, "ann", 1)
    await live.agent("bob")
    await live.engine.hand_over(live.workspace, "ann", assignment, "bob", warm=True)
    if ending == "decline":
        await live.decline("bob", 1)
    elif ending == "expire":
        live.later(20)
        await live.engine.renew_lease(live.workspace, "ann", "session of ann")
        await live.engine.connect(live.workspace, "bob", "session of bob")
        await live.fire()
    else:
        await live.presence("bob", Presence.OFFLINE)
    contact = await live.contact(1)
    assert (contact["state"], contact["agent"], contact.get("second"), contact.get("offer")) == (
        "assigned",
        "ann",
        None,
        None,
    )
    assert await used(live, "ann", "bob") == [1, 0]
    assert "contact.transfer_failed" in await live.told("ann")
    assert await live.waiting() == 0
    assert (await live.complete("ann", 1)).state == "completed"


async def test_a_warm_transfer_to_a_queue_looks_on_until_somebody_accepts(live: LiveState) -> None:
    """Nobody free: it stands in the new queue's line while the first serves it; a decline goes to the next."""
    await live.queue("tier_2")
    await live.agent("ann")
    assignment = await assigned(live, "ann", 1)
    warm = {"queue": "tier_2", "requirement": BILLING, "rung": 1, "warm": True}
    assert (await place(live, 1, **warm)).state == "assigned"
    assert (await live.waiting("tier_2"), await used(live, "ann")) == (1, [1])
    await live.agent("bob", {"billing": 3})
    await live.decline("bob", 1)
    assert (await live.waiting("tier_2"), (await live.contact(1))["state"]) == (1, "assigned")
    await live.agent("cid", {"billing": 3})
    taken = await live.accept("cid", 1)
    assert (taken.agent, taken.queue, await used(live, "ann", "cid")) == ("cid", "tier_2", [0, 1])
    assert taken.assignment != assignment


async def test_whoever_completes_during_a_warm_transfer_ends_it(live: LiveState) -> None:
    """The second's offer is taken back and its capacity given back; the same when the customer leaves."""
    await live.agent("ann")
    for number in (1, 2):
        assignment = await assigned(live, "ann", number)
        await live.agent("bob")
        await live.engine.hand_over(live.workspace, "ann", assignment, "bob", warm=True)
        ended = await live.complete("ann", number) if number == 1 else await live.close(number)
        assert ended.status is Status.OK
        assert await used(live, "ann", "bob") == [0, 0]
        assert (await live.told("bob"))[-1] == "offer.revoked"
        await live.presence("bob", Presence.OFFLINE)


async def test_a_cold_transfer_waits_for_the_agent_it_is_meant_for_then_for_anybody(live: LiveState) -> None:
    """It keeps its age and is not offered to others while the agent may still take it."""
    await live.agent("bob", units=1)
    await assigned(live, "bob", 1)
    await live.agent("ann")
    assignment = await assigned(live, "ann", 2)
    live.later(5)
    result = await live.engine.hand_over(live.workspace, "ann", assignment, "bob", warm=False)
    assert (result.state, await used(live, "ann"), await live.waiting()) == ("queued", [0], 1)
    assert await live.holder(2) == ("queued", None)
    await live.complete("bob", 1)
    assert await live.holder(2) == ("offered", "bob")
    await live.agent("cid")
    await live.decline("bob", 2)
    assert await live.holder(2) == ("offered", "cid")


async def test_a_contact_held_for_an_agent_goes_to_others_once_its_time_is_up_or_the_agent_leaves(
    live: LiveState,
) -> None:
    """Nobody waits for ever for one agent."""
    await live.agent("bob", units=1)
    await assigned(live, "bob", 1)
    await live.agent("ann", units=3)
    until = live.engine.now + 10_000
    assert (await place(live, 2, preferred="bob", preferred_until=until)).state == "queued"
    assert (await place(live, 3, preferred="bob", preferred_until=until)).state == "queued"
    await live.close(3)
    live.later(10)
    await live.fire()
    assert await live.holder(2) == ("offered", "ann")
    assert (await place(live, 4, preferred="bob", preferred_until=live.engine.now + 60_000)).state == "queued"
    await live.presence("bob", Presence.AWAY)
    assert await live.holder(4) == ("offered", "ann")
    assert await live.waiting() == 0


async def test_a_preferred_agent_with_room_is_offered_the_contact_first(live: LiveState) -> None:
    """Though another is idle for longer; one who does not work or is not able is passed over."""
    await live.agent("ann")
    live.later(5)
    await live.agent("bob")
    later = live.engine.now + 60_000
    assert (await place(live, 1, preferred="bob", preferred_until=later)).agent == "bob"
    assert (await place(live, 2, preferred="nobody", preferred_until=later)).agent == "bob"
    await live.agent("cid", {"billing": 3})
    assert (await place(live, 3, requirement=BILLING, preferred="ann", preferred_until=later)).agent == "cid"


# Direct offers and pulling


async def test_a_supervisor_offers_a_waiting_contact_to_one_agent(live: LiveState) -> None:
    """Only to one who is able, works and has room; only while it waits."""
    await live.configure("ann", {"billing": 1})
    await place(live, 1, requirement=BILLING)
    offer = live.engine.offer_to
    assert (await offer(live.workspace, contact_id(1), "ann")).status is Status.UNABLE
    assert (await offer(live.workspace, contact_id(1), "nobody")).status is Status.UNKNOWN
    assert (await offer(live.workspace, contact_id(9), "ann")).status is Status.UNKNOWN
    await live.configure("bob", {"billing": 3}, units=1)
    assert (await offer(live.workspace, contact_id(1), "bob")).status is Status.NOT_WORKING
    await live.queue("closed")
    await live.engine.set_open(live.workspace, "closed", is_open=False)
    await live.agent("cid", units=1)
    await place(live, 2, queue="closed")
    await place(live, 3, queue="closed")
    assert (await offer(live.workspace, contact_id(2), "cid")).agent == "cid"
    assert (await offer(live.workspace, contact_id(3), "cid")).status is Status.NO_ROOM
    assert (await offer(live.workspace, contact_id(2), "cid")).status is Status.WRONG_STATE


async def test_an_agent_pulls_a_waiting_contact(live: LiveState) -> None:
    """It is assigned at once, again if asked again; one who is away may pull, too; another then finds it gone."""
    await live.agent("ann")
    await live.presence("ann", Presence.AWAY)
    await place(live, 1)
    pull = live.engine.pull
    taken = await pull(live.workspace, "ann", contact_id(1))
    assert (taken.status, taken.state, taken.agent) == (Status.OK, "assigned", "ann")
    assert (await pull(live.workspace, "ann", contact_id(1))).assignment == taken.assignment
    await live.agent("bob")
    assert (await pull(live.workspace, "bob", contact_id(1))).status is Status.GONE
    assert (await live.complete("ann", 1)).state == "completed"
    assert await live.waiting() == 0


# Interruptible work


async def test_a_live_contact_calls_an_agent_away_from_an_email(live: LiveState) -> None:
    """The e-mail stays assigned without taking room, and goes on afterwards, before other e-mail."""
    await live.queue("mail", target_s=14_400, deferrable=True, interruptible=True)
    channels = {"chat": 2, "email": 2}
    await live.agent("ann", units=2, channels=channels)
    mail = {"queue": "mail", "channel": "email", "units": 2, "due_at": live.engine.now + 14_400_000}
    await assigned(live, "ann", 1, **mail)
    await place(live, 2, **mail)
    assert (await place(live, 3)).agent == "ann"
    assert (await live.contact(1))["paused"] == "2"
    assert await used(live, "ann") == [1]
    await live.accept("ann", 3)
    await live.complete("ann", 3)
    assert (await live.contact(1)).get("paused") is None
    assert (await used(live, "ann"), await live.state(2)) == ([2], "queued")
    assert [kind for kind in await live.told("ann") if "rr" in kind or "resumed" in kind] == [
        "contact.interrupted",
        "contact.resumed",
    ]
    assert (await place(live, 4)).agent == "ann"
    await live.complete("ann", 1)
    assert await used(live, "ann") == [1]
    await live.accept("ann", 4)
    await live.complete("ann", 4)
    assert (await used(live, "ann"), await live.holder(2)) == ([2], ("offered", "ann"))


# Deferrable work


async def test_deferrable_work_is_held_back_while_agents_are_needed_for_live_contacts(live: LiveState) -> None:
    """With one live contact two agents are kept free; the third idle one takes the e-mail, and a late e-mail goes to
    anybody.
    """
    await live.queue("mail", target_s=1_000, deferrable=True)
    channels = {"chat": 1, "email": 1}
    for name in ("ann", "bob", "cid"):
        await live.agent(name, units=1, channels=channels)
    await assigned(live, "ann", 1)
    mail = {"queue": "mail", "channel": "email"}
    assert (await place(live, 2, **mail)).state == "queued"
    await live.agent("dee", units=1, channels=channels)
    await live.accept("dee", 2)
    assert (await place(live, 3, **mail)).state == "queued"
    states = []
    for _ in range(70):
        live.later(10)
        for name in ("ann", "bob", "cid", "dee"):
            await live.engine.renew_lease(live.workspace, name, f"session of {name}")
        await live.fire()
        states.append(await live.state(3))
    assert states == ["queued"] * 69 + ["offered"]


# Closed queues


async def test_a_closed_queue_offers_nothing_until_it_opens(live: LiveState) -> None:
    """Its contacts wait in line, others are served; opening offers them, oldest first."""
    await live.queue("day")
    await live.engine.set_open(live.workspace, "day", is_open=False)
    await live.engine.set_open(live.workspace, "day", is_open=False)
    await live.agent("ann", units=2)
    for number in (1, 2, 3):
        assert (await place(live, number, queue="day", enqueued_at=live.engine.now - 10_000 * number)).state == "queued"
    assert (await place(live, 4)).state == "offered"
    await live.accept("ann", 4)
    await live.complete("ann", 4)
    assert await live.waiting("day") == 3
    await live.engine.set_open(live.workspace, "day", is_open=True)
    assert [await live.state(number) for number in (1, 2, 3)] == ["queued", "offered", "offered"]
    types = [entry["type"] for entry in await live.journal()]
    assert (types.count("queue.closed"), types.count("queue.opened")) == (1, 1)


# Relaxation


async def test_a_contact_asks_less_with_time_and_keeps_its_age(live: LiveState) -> None:
    """Step by step; the last one raises an event; before its step nobody less able is offered it."""
    steps = [RelaxedStep(10_000, [[{"skill": "billing", "min": 2}]]), RelaxedStep(30_000, [[]])]
    await live.configure("expert", {"billing": 5})
    await live.engine.connect(live.workspace, "expert", "x")
    await live.presence("expert", Presence.AWAY)
    await live.configure("able", {"billing": 2})
    await live.engine.connect(live.workspace, "able", "x")
    await live.presence("able", Presence.AWAY)
    assert (await place(live, 1, requirement=BILLING, steps=steps)).state == "queued"
    await live.agent("novice")
    for seconds, step in ((9, "0"), (1, "1"), (19, "1")):
        live.later(seconds)
        for name in ("expert", "able", "novice"):
            await live.engine.connect(live.workspace, name, "x")
        await live.fire()
        contact = await live.contact(1)
        assert (contact["state"], contact["step"]) == ("queued", step)
    live.later(1)
    await live.fire()
    assert await live.holder(1) == ("offered", "novice")
    kinds = [entry["type"] for entry in await live.journal() if entry.get("contact") == contact_id(1)]
    assert kinds == ["contact.queued", "contact.relaxed", "contact.relaxed_fully", "offer.created"]


async def test_a_step_that_nobody_signed_in_could_serve_is_skipped_at_once(live: LiveState) -> None:
    """If another step could be served; if none could, the contact waits on as it is."""
    steps = [RelaxedStep(10_000, [[{"skill": "billing", "min": 2}]]), RelaxedStep(30_000, [[]])]
    assert (await place(live, 1, requirement=BILLING, steps=steps)).state == "queued"
    assert (await live.contact(1))["step"] == "0"
    await live.agent("novice")
    assert (await place(live, 2, requirement=BILLING, steps=steps)).agent == "novice"
    assert (await live.contact(2))["step"] == "2"


# Lost agents


async def test_a_lost_agents_contacts_wait_again_after_a_grace(live: LiveState) -> None:
    """Flagged at once; back within the grace the agent keeps them; else they are offered to others with their age."""
    await live.agent("ann")
    await assigned(live, "ann", 1)
    live.later(16)
    await live.fire()
    assert (await live.contact(1))["agent_lost"] == "1"
    await live.engine.connect(live.workspace, "ann", "again")
    assert (await live.contact(1)).get("agent_lost") is None
    live.later(16)
    await live.fire()
    live.later(GRACE_S - 1)
    await live.fire()
    await live.agent("bob")
    assert await live.holder(1) == ("assigned", "ann")
    live.later(1)
    await live.fire()
    assert await live.holder(1) == ("offered", "bob")
    assert (await used(live, "ann", "bob"), (await live.contact(1))["age"]) == (
        [0, 1],
        (await live.contact(1))["enqueued_at"],
    )


async def test_a_callback_keeps_its_place(live: LiveState) -> None:
    """Asking twice is harmless; the agent's offer says so; an assigned contact has none."""
    await place(live, 1)
    assert (await live.engine.request_callback(live.workspace, contact_id(1))).status is Status.OK
    assert (await live.engine.request_callback(live.workspace, contact_id(1))).state == "queued"
    await place(live, 2)
    await live.agent("ann", units=1)
    assert await live.holder(1) == ("offered", "ann")
    assert [entry.get("callback") for entry in await live.journal() if entry["type"] == "offer.created"] == [True]
    await live.accept("ann", 1)
    assert (await live.engine.request_callback(live.workspace, contact_id(1))).status is Status.WRONG_STATE


@pytest.mark.parametrize(("choice", "each"), [("service_level", [4, 3, 0]), ("evenly", [3, 2, 2])])
async def test_written_work_is_spread_evenly_where_its_queue_says_so(
    live: LiveState, choice: str, each: list[int]
) -> None:
    """Else one agent is filled before the next begins; either way who has no room gets nothing."""
    await live.queue("desk", agent_choice=choice, revision=2)
    settings = {"round_robin": choice == "evenly", "stakes": {}, "reoffer_ms": REOFFER_DELAY_S * 1000}
    await live.engine.configure_workspace(live.workspace, 2, settings)
    for name in ("ann", "bob", "cleo"):
        live.later(1)
        await live.agent(name, {"billing": 3}, units=4)
    found = []
    for number in range(7):
        live.later(1)
        agent = (await place(live, number, requirement=[{"skill": "billing", "min": 1}])).agent
        assert agent
        await live.accept(agent, number)
        found.append(agent)
    assert sorted((found.count(name) for name in ("ann", "bob", "cleo")), reverse=True) == each


@pytest.mark.parametrize("choice", ["longest_idle", "round_robin", "best_skill", "service_level"])
async def test_a_queue_chooses_its_agents(live: LiveState, choice: str) -> None:
    """Longest idle, in turn, most proficient, or (by service level) sparing the scarce skill."""
    await live.queue("desk", agent_choice=choice, revision=2)
    stakes = {"billing": 5, "fraud": 5}
    settings = {"round_robin": choice == "round_robin", "stakes": stakes, "reoffer_ms": REOFFER_DELAY_S * 1000}
    await live.engine.configure_workspace(live.workspace, 2, settings)
    await live.agent("both", {"billing": 4, "fraud": 3}, units=1)
    live.later(1)
    await live.agent("turn", {"billing": 3}, units=1)
    live.later(1)
    await live.agent("last", {"billing": 3}, units=1)
    for name in ("both", "turn"):
        live.later(1)
        await live.presence(name, Presence.AWAY)
        await live.presence(name, Presence.AVAILABLE)
    live.later(1)
    offered = []
    for number in range(3):
        offered.append((await place(live, number, requirement=[{"skill": "billing", "min": 1}])).agent)
    expected = {
        "longest_idle": ["last", "both", "turn"],
        "round_robin": ["both", "last", "turn"],
        "best_skill": ["both", "last", "turn"],
        "service_level": ["last", "turn", "both"],
    }
    assert offered == expected[choice]
