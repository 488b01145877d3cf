"""The live state, function by function, on a real Valkey in virtual time."""

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from mci_router.errors import EngineUnavailable
from mci_router.routing.calls import Status
from mci_router.routing.engine import Engine
from mci_router.vocabulary import ContactState, Presence
from tests.support.live import LEASE_S, REOFFER_DELAY_S, LiveState, contact_id, live_state


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[LiveState]:
    async with live_state(redis_url) as started:
        yield started


# A contact looks for an agent


async def test_a_contact_is_offered_at_once_to_a_free_agent(live: LiveState) -> None:
    """The offer has a deadline, takes capacity and is in the agent's inbox."""
    await live.agent("ann")
    result = await live.enqueue(1)
    assert (result.status, result.state, result.agent) == (Status.OK, "offered", "ann")
    assert result.offer is not None
    assert result.offer.startswith(f"ofr_{contact_id(1).removeprefix('con_')}_")
    assert int((await live.contact(1))["expires_at"]) == live.engine.now + 20_000
    assert await live.used("ann") == 1
    assert await live.engine.agent_contacts(live.workspace, "ann") == [contact_id(1)]
    assert (await live.told("ann"))[-1] == "offer.created"
    assert await live.waiting() == 0


async def test_a_contact_waits_while_nobody_can_take_it(live: LiveState) -> None:
    """Unknown, offline, away and unreachable agents are offered nothing; the first who becomes able is."""
    await live.configure("offline")
    await live.agent("away")
    await live.presence("away", Presence.AWAY, "lunch")
    await live.configure("unreachable")
    await live.presence("unreachable", Presence.AVAILABLE)
    assert (await live.enqueue(1)).state == "queued"
    assert await live.waiting() == 1
    await live.engine.connect(live.workspace, "unreachable", "desk")
    assert await live.holder(1) == ("offered", "unreachable")


async def test_the_longest_idle_agent_is_offered_the_contact(live: LiveState) -> None:
    """Idle counts from the last contact taken or ended, over different skills too."""
    for name, skills in (("ann", {"billing": 3}), ("bob", {"fraud": 3}), ("cid", {"billing": 3})):
        await live.agent(name, skills, units=1)
        live.later(1)
    order = []
    for number in range(1, 4):
        order.append((await live.enqueue(number)).agent)
        live.later(1)
    assert order == ["ann", "bob", "cid"]
    for name, number in (("cid", 3), ("ann", 1), ("bob", 2)):
        await live.accept(name, number)
        await live.complete(name, number)
        live.later(1)
    assert [(await live.enqueue(number)).agent for number in range(4, 7)] == ["cid", "ann", "bob"]


async def test_an_agent_needs_every_skill_at_the_proficiency_wanted(live: LiveState) -> None:
    """One level too low, or one skill of two, is not enough."""
    await live.agent("low", {"fraud": 2, "billing": 5})
    await live.agent("half", {"fraud": 5})
    live.later(1)
    assert (await live.enqueue(1, wants={"fraud": 3, "billing": 1})).state == "queued"
    await live.agent("able", {"fraud": 3, "billing": 1})
    assert await live.holder(1) == ("offered", "able")
    assert (await live.enqueue(2, wants={"fraud": 5})).agent == "half"


async def test_a_channel_limit_and_the_units_each_bound_an_agent(live: LiveState) -> None:
    """One voice call at a time though units are left; no chat that takes more units than are left."""
    await live.agent("ann", units=6, channels={"voice": 1, "chat": 5})
    assert (await live.enqueue(1, channel="voice", units=3)).agent == "ann"
    assert (await live.enqueue(2, channel="voice", units=1)).state == "queued"
    assert (await live.enqueue(3, channel="email", units=1)).state == "queued"
    assert (await live.enqueue(4, units=4)).state == "queued"
    assert (await live.enqueue(5, units=3)).agent == "ann"
    assert (await live.enqueue(6)).state == "queued"
    assert await live.used("ann") == 6


async def test_an_agent_with_less_room_than_the_contact_needs_is_passed_over(live: LiveState) -> None:
    """Partly used agents fill first, so that room for bigger contacts stays together; among equals the longest idle
    gets it.
    """
    await live.agent("ann", units=3, channels={"chat": 3})
    live.later(1)
    await live.agent("bob", units=3, channels={"chat": 3})
    live.later(1)
    assert (await live.enqueue(1, units=2)).agent == "ann"
    live.later(1)
    assert (await live.enqueue(2, units=2)).agent == "bob"
    live.later(1)
    assert (await live.enqueue(3, units=1)).agent == "ann"
    assert (await live.enqueue(4, units=2)).state == "queued"
    assert (await live.enqueue(5, units=1)).agent == "bob"


async def test_a_contact_enqueued_again_is_known_and_stays_where_it_is(live: LiveState) -> None:
    """The same or a lower rung changes nothing; also not for a contact that has ended."""
    await live.agent("ann", units=1)
    await live.enqueue(1, rung=1)
    before = await live.journal()
    again = await live.enqueue(1, rung=1)
    lower = await live.serve(1, rung=0)
    assert (again.status, again.state, again.agent, again.rung) == (Status.KNOWN, "offered", "ann", 1)
    assert lower.status is Status.KNOWN
    await live.close(1)
    ended = await live.enqueue(1, rung=2)
    assert (ended.status, ended.state) == (Status.KNOWN, "abandoned")
    assert len(await live.journal()) == len(before) + 1


# Freed capacity looks for a contact


async def test_freed_capacity_takes_the_oldest_contact_among_the_agents_lines(live: LiveState) -> None:
    """Lines of other queues and requirements count alike; a line the agent cannot serve does not."""
    await live.queue("billing_desk")
    await live.enqueue(1, wants={"fraud": 1}, waited_s=90)
    await live.enqueue(2, waited_s=30)
    await live.enqueue(3, queue="billing_desk", wants={"billing": 2}, waited_s=60)
    await live.enqueue(4, waited_s=50)
    await live.agent("ann", {"billing": 2}, units=1)
    order = []
    for _ in range(3):
        (number,) = [number for number in (2, 3, 4) if await live.state(number) == "offered"]
        order.append(number)
        await live.accept("ann", number)
        await live.complete("ann", number)
    assert order == [3, 4, 2]
    assert await live.state(1) == "queued"


async def test_an_available_agent_is_filled_up_to_capacity(live: LiveState) -> None:
    """All room is used at once, oldest first, and not exceeded."""
    for number in range(1, 5):
        await live.enqueue(number, waited_s=number)
    await live.agent("ann", units=3)
    assert [await live.state(number) for number in range(1, 5)] == ["queued", "offered", "offered", "offered"]


async def test_a_contact_too_big_for_the_room_left_does_not_keep_a_smaller_one_waiting(live: LiveState) -> None:
    """The oldest that fits is taken."""
    await live.agent("ann", {"billing": 1}, units=3)
    await live.enqueue(1, units=3)
    await live.enqueue(2, units=2, waited_s=60)
    await live.enqueue(3, wants={"billing": 1}, units=1)
    await live.enqueue(4, wants={"billing": 1}, units=1)
    await live.configure("ann", {"billing": 1}, units=4, channels={"chat": 9}, revision=2)
    assert [await live.state(number) for number in (1, 2, 3, 4)] == ["offered", "queued", "offered", "queued"]


async def test_contacts_of_one_line_that_need_different_room_do_not_hide_each_other(live: LiveState) -> None:
    """As after a queue's units were changed: the oldest that fits is taken."""
    await live.enqueue(1, units=3, waited_s=60)
    await live.enqueue(2, units=1)
    await live.agent("ann", units=2)
    assert [await live.state(number) for number in (1, 2)] == ["queued", "offered"]


async def test_a_point_of_priority_counts_as_a_minute_waited(live: LiveState) -> None:
    """Two points overtake 119 seconds, not 121."""
    await live.enqueue(1, waited_s=119)
    await live.enqueue(2, waited_s=121)
    await live.enqueue(3, priority=2)
    await live.agent("ann", units=2)
    assert [await live.state(number) for number in (1, 2, 3)] == ["queued", "offered", "offered"]


async def test_contacts_that_wait_are_matched_when_an_agents_skills_or_capacity_change(live: LiveState) -> None:
    """A new skill opens a line, and more units open room, without anybody reconnecting."""
    await live.agent("ann", {"billing": 1}, units=1)
    await live.enqueue(1, wants={"fraud": 2}, waited_s=10)
    await live.enqueue(2, wants={"billing": 1})
    await live.enqueue(3, wants={"billing": 1})
    await live.configure("ann", {"billing": 1}, units=2, revision=2)
    assert [await live.state(number) for number in (1, 2, 3)] == ["queued", "offered", "offered"]
    await live.configure("ann", {"billing": 1, "fraud": 2}, units=3, revision=3)
    assert await live.holder(1) == ("offered", "ann")


async def test_a_skill_taken_away_ends_the_offer_that_needs_it_but_no_conversation(live: LiveState) -> None:
    """What is offered goes to nobody, and neither does the next contact; what was accepted goes on."""
    await live.agent("ann", {"fraud": 3})
    for number in (1, 2):
        await live.enqueue(number, wants={"fraud": 3})
    await live.accept("ann", 1)
    await live.configure("ann", {"fraud": 2}, revision=2)
    assert (await live.enqueue(3, wants={"fraud": 3})).state == "queued"
    assert [(await live.contact(number))["state"] for number in (1, 2)] == ["assigned", "queued"]
    assert (await live.complete("ann", 1)).state == "completed"


# Offers end


async def test_a_declined_contact_returns_with_its_age_and_goes_to_another(live: LiveState) -> None:
    """It stands before younger contacts again, and the next agent is offered it at once."""
    await live.agent("ann", units=1)
    await live.enqueue(1, waited_s=60)
    live.later(1)
    await live.enqueue(2)
    age = (await live.contact(1))["age"]
    await live.decline("ann", 1)
    assert (await live.contact(1))["age"] == age
    assert await live.holder(2) == ("offered", "ann")
    await live.agent("bob", units=1)
    assert await live.holder(1) == ("offered", "bob")
    assert (await live.contact(1))["attempts"] == "2"


async def test_a_declined_contact_is_not_offered_to_the_same_agent_before_the_delay(live: LiveState) -> None:
    """After the delay it is, at once."""
    await live.agent("ann")
    await live.enqueue(1)
    assert (await live.decline("ann", 1)).state == "queued"
    live.later(REOFFER_DELAY_S - 0.001)
    await live.engine.renew_lease(live.workspace, "ann", "session of ann")
    await live.fire()
    await live.presence("ann", Presence.AVAILABLE)
    assert await live.state(1) == "queued"
    live.later(0.001)
    await live.fire()
    assert await live.holder(1) == ("offered", "ann")


async def test_a_head_declined_a_moment_ago_does_not_hide_the_contacts_behind_it(live: LiveState) -> None:
    """The agent gets the next of the line; the contact looks past agents who let it go."""
    for name in ("ann", "bob", "cid"):
        await live.agent(name, units=1)
        live.later(1)
    for number in (1, 2, 3, 4):
        await live.enqueue(number, waited_s=10 - number)
    for name, number in (("ann", 1), ("bob", 2), ("cid", 3)):
        assert await live.holder(number) == ("offered", name)
    await live.decline("ann", 1)
    assert await live.holder(4) == ("offered", "ann")
    await live.decline("bob", 2)
    assert await live.holder(1) == ("offered", "bob")
    await live.decline("ann", 4)
    assert await live.holder(2) == ("offered", "ann")
    await live.agent("dee", units=1)
    assert await live.holder(4) == ("offered", "dee")


async def test_an_offer_that_expires_sends_the_agent_away_and_the_contact_on(live: LiveState) -> None:
    """At its deadline, not before: away(not_responding), all of the agent's offers go back with their age to others."""
    await live.agent("ann", units=2)
    await live.enqueue(1, waited_s=30)
    live.later(10)
    await live.enqueue(2)
    await live.configure("bob", units=2)
    live.later(9.999)
    await live.engine.renew_lease(live.workspace, "ann", "session of ann")
    await live.fire()
    assert await live.state(1) == "offered"
    live.later(0.001)
    await live.fire()
    ann = await live.engine.agent(live.workspace, "ann")
    assert (ann["wants"], ann["reason"], ann["used"]) == ("away", "not_responding", "0")
    assert [await live.state(number) for number in (1, 2)] == ["queued", "queued"]
    await live.agent("bob", units=1)
    assert await live.holder(1) == ("offered", "bob")
    counted = await live.engine.counts(live.workspace, "offers")
    assert counted == {"created": 3, "expired": 1, "revoked": 1}


async def test_two_offers_that_expire_together_send_one_agent_away(live: LiveState) -> None:
    """The agent they go to next has the whole time to answer, whatever else was due at that moment."""
    await live.agent("ann", units=2)
    await live.enqueue(1)
    await live.enqueue(2)
    live.later(1)
    await live.agent("bob", units=2)
    live.later(19)
    for name in ("ann", "bob"):
        await live.engine.renew_lease(live.workspace, name, f"session of {name}")
    await live.fire()
    assert [await live.holder(number) for number in (1, 2)] == [("offered", "bob"), ("offered", "bob")]
    assert (await live.engine.agent(live.workspace, "bob"))["wants"] == "available"
    live.later(19)
    await live.engine.renew_lease(live.workspace, "bob", "session of bob")
    await live.fire()
    assert await live.used("bob") == 2


async def test_a_contact_whose_offer_expires_late_finds_its_line_again(live: LiveState) -> None:
    """After hours in which nobody fired a timer, it waits where agents are looked for, and goes to the next."""
    await live.agent("ann", {"fraud": 1}, units=1)
    await live.agent("bob", {"fraud": 2}, units=1)
    await live.enqueue(1, wants={"fraud": 1})
    live.later(10_000)
    for name in ("ann", "bob"):
        await live.engine.renew_lease(live.workspace, name, f"session of {name}")
    await live.fire()
    state, agent = await live.holder(1)
    assert (state, agent) in (("offered", "ann"), ("offered", "bob"))
    await live.agent("cid", {"fraud": 3}, units=1)
    await live.presence(str(agent), Presence.AWAY)
    assert await live.holder(1) == ("offered", "cid")


async def test_an_expired_contact_is_not_offered_to_the_same_agent_before_the_delay(live: LiveState) -> None:
    """Coming back at once does not bring the same contact at once, but any other."""
    await live.agent("ann", units=1)
    await live.enqueue(1)
    live.later(20)
    await live.engine.renew_lease(live.workspace, "ann", "session of ann")
    await live.fire()
    await live.enqueue(2)
    await live.presence("ann", Presence.AVAILABLE)
    assert [await live.state(number) for number in (1, 2)] == ["queued", "offered"]


async def test_a_customer_who_leaves_is_taken_back_from_line_offer_or_conversation(live: LiveState) -> None:
    """The agent is freed for the next contact, a pending offer counts as revoked, and nothing is left behind."""
    await live.agent("ann", units=2)
    for number in (1, 2, 3, 4, 5):
        await live.enqueue(number)
    await live.accept("ann", 1)
    assert [await live.state(number) for number in (1, 2, 3, 4, 5)] == [
        "assigned",
        "offered",
        "queued",
        "queued",
        "queued",
    ]
    assert (await live.close(5)).state == "abandoned"
    assert await live.waiting() == 2
    assert (await live.close(2)).state == "abandoned"
    assert await live.holder(3) == ("offered", "ann")
    assert (await live.close(1)).state == "abandoned"
    assert await live.holder(4) == ("offered", "ann")
    assert await live.used("ann") == 2
    left = [entry for entry in await live.journal() if entry["type"] == "contact.abandoned"]
    assert [(entry["contact"], entry.get("agent"), "offer" in entry) for entry in left] == [
        (contact_id(5), None, False),
        (contact_id(2), "ann", True),
        (contact_id(1), "ann", False),
    ]
    assert (await live.engine.counts(live.workspace, "offers"))["revoked"] == 1


async def test_what_has_ended_cannot_be_ended_otherwise(live: LiveState) -> None:
    """The same end again and another end are both told how it ended; an unknown contact is unknown."""
    await live.enqueue(1)
    assert (await live.close(1, ContactState.CANCELLED)).status is Status.OK
    for state in (ContactState.CANCELLED, ContactState.RESOLVED):
        result = await live.close(1, state)
        assert (result.status, result.state) == (Status.CLOSED, "cancelled")
    assert (await live.close(2)).status is Status.UNKNOWN


async def test_a_contact_is_closed_only_from_the_state_named(live: LiveState) -> None:
    """`only_from` refuses any other state and changes nothing."""
    await live.enqueue(1)
    result = await live.close(1, ContactState.RESOLVED, only_from=ContactState.POSTED)
    assert (result.status, result.state) == (Status.WRONG_STATE, "queued")
    assert (await live.close(1, ContactState.RESOLVED, only_from=ContactState.QUEUED)).status is Status.OK


async def test_an_escalated_contact_leaves_its_agent_for_whoever_waits_longest(live: LiveState) -> None:
    """The room it gives up goes to the oldest contact the agent can take, which need not be the escalated one."""
    await live.agent("ann", units=1)
    await live.enqueue(1, waited_s=10)
    await live.accept("ann", 1)
    await live.enqueue(2, waited_s=60)
    escalated = await live.enqueue(1, waited_s=10, rung=1)
    assert (escalated.status, escalated.state, escalated.agent, escalated.assignment) == (
        Status.OK,
        "queued",
        None,
        None,
    )
    assert await live.holder(2) == ("offered", "ann")
    await live.agent("bob", units=1)
    assert await live.holder(1) == ("offered", "bob")


# Conversations


async def test_a_conversation_goes_from_offer_over_wrap_up_to_completed(live: LiveState) -> None:
    """Each moment is kept, wrap-up holds capacity until its timer ends it, and then the next contact comes."""
    await live.queue(wrap_up_s=10, revision=2)
    await live.agent("ann", units=1)
    await live.enqueue(1)
    live.later(1)
    assert (await live.accept("ann", 1)).state == "assigned"
    live.later(2)
    assert (await live.complete("ann", 1)).state == "wrapping_up"
    assert (await live.enqueue(2)).state == "queued"
    live.later(9.999)
    await live.fire()
    assert await live.used("ann") == 1
    live.later(0.001)
    await live.fire()
    contact = await live.contact(1)
    moments = [int(contact[moment]) for moment in ("enqueued_at", "answered_at", "handled_at", "ended_at")]
    assert [moment - moments[0] for moment in moments] == [0, 1_000, 3_000, 13_000]
    assert contact["state"] == "completed"
    assert await live.holder(2) == ("offered", "ann")
    entry = next(entry for entry in await live.journal() if entry["type"] == "contact.wrapping_up")
    assert (entry["disposition"], entry["notes"]) == ("solved", "told them")


async def test_wrap_up_can_be_ended_by_hand(live: LiveState) -> None:
    """The agent is free at once, and the timer that comes later changes nothing."""
    await live.queue(wrap_up_s=10, revision=2)
    await live.agent("ann", units=1)
    await live.enqueue(1)
    assignment = (await live.accept("ann", 1)).assignment or ""
    assert (await live.engine.end_wrap_up(live.workspace, "ann", assignment)).status is Status.GONE
    await live.complete("ann", 1)
    assert (await live.engine.end_wrap_up(live.workspace, "ann", assignment)).state == "completed"
    assert await live.used("ann") == 0
    before = len(await live.journal())
    live.later(11)
    await live.fire()
    assert len(await live.journal()) == before
    assert (await live.engine.end_wrap_up(live.workspace, "ann", assignment)).state == "completed"


async def test_a_replay_is_harmless_and_a_foreign_or_stale_word_is_gone(live: LiveState) -> None:
    """Accept, complete and wrap-up answer the same again; another agent, an old offer or a made-up id is `gone`."""
    await live.queue(wrap_up_s=10, revision=2)
    await live.agent("ann", units=1)
    await live.agent("bob", units=1)
    first = (await live.enqueue(1)).offer or ""
    engine, workspace = live.engine, live.workspace
    taker = (await live.contact(1))["agent"]
    other = "bob" if taker == "ann" else "ann"
    assert (await engine.accept(workspace, other, first)).status is Status.GONE
    assert (await engine.decline(workspace, other, first, "")).status is Status.GONE
    assert (await engine.decline(workspace, taker, first, "")).agent == other
    assert (await engine.decline(workspace, taker, first, "")).status is Status.GONE
    assert (await engine.accept(workspace, taker, first)).status is Status.GONE
    second = (await live.contact(1))["offer"]
    accepted = await engine.accept(workspace, other, second)
    before = len(await live.journal())
    assert await engine.accept(workspace, other, second) == accepted
    assert (await engine.decline(workspace, other, second, "")).status is Status.GONE
    assert (await engine.complete(workspace, taker, accepted.assignment or "", "solved", "")).status is Status.GONE
    assert len(await live.journal()) == before
    completed = await live.complete(other, 1)
    assert await engine.complete(workspace, other, accepted.assignment or "", "other", "") == completed
    assert len(await live.journal()) == before + 1
    for made_up in (f"ofr_{uuid4().hex}_1_1", "ofr_x", ""):
        assert (await engine.accept(workspace, "ann", made_up)).status is Status.GONE
        assert (await engine.complete(workspace, "ann", made_up, "solved", "")).status is Status.GONE


async def test_an_assignment_is_gone_once_the_customer_has_left(live: LiveState) -> None:
    """Completing an abandoned conversation is refused, and its capacity is given back once only."""
    await live.agent("ann", units=1)
    await live.enqueue(1)
    assignment = (await live.accept("ann", 1)).assignment or ""
    await live.close(1)
    assert (await live.engine.complete(live.workspace, "ann", assignment, "solved", "")).status is Status.GONE
    assert await live.used("ann") == 0


async def test_the_service_level_is_counted_as_it_happens(live: LiveState) -> None:
    """Answered in and after time; abandoned short, in time and late; a second answer of the same contact does not
    count.
    """
    await live.agent("ann", units=9, channels={"chat": 9})
    for number in range(1, 6):
        await live.enqueue(number, due_in_s=15)
    await live.accept("ann", 1)
    live.later(4)
    await live.close(2)
    live.later(4)
    await live.close(3)
    live.later(8)
    await live.accept("ann", 4)
    await live.close(5)
    counts = await live.engine.queue_counts(live.workspace, "desk")
    told = {
        name: counts[name]
        for name in ("answered", "answered_in_time", "abandoned_short", "abandoned_in_time", "abandoned_late")
    }
    assert told == {
        "answered": 2,
        "answered_in_time": 1,
        "abandoned_short": 1,
        "abandoned_in_time": 1,
        "abandoned_late": 1,
    }
    assert counts["wait_sum_ms"] == 0 + 4_000 + 8_000 + 16_000 + 16_000


# Agents come and go


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.OFFLINE])
async def test_whoever_leaves_gives_offers_back_and_keeps_conversations(live: LiveState, presence: Presence) -> None:
    """The offer goes to another agent at once, and may come back later: leaving is not declining."""
    await live.agent("ann", units=2)
    await live.enqueue(1)
    await live.accept("ann", 1)
    await live.enqueue(2)
    await live.agent("bob", units=1)
    await live.presence("ann", presence, "lunch")
    assert await live.holder(1) == ("assigned", "ann")
    assert await live.holder(2) == ("offered", "bob")
    await live.decline("bob", 2)
    await live.presence("ann", Presence.AVAILABLE)
    assert await live.holder(2) == ("offered", "ann")
    assert (await live.complete("ann", 1)).state == "completed"


async def test_a_lapsed_lease_gives_offers_back_and_keeps_conversations(live: LiveState) -> None:
    """Not while it is renewed; afterwards the agent is unreachable until the desk connects again."""
    await live.agent("ann", units=2)
    await live.enqueue(1)
    await live.accept("ann", 1)
    live.later(LEASE_S - 1)
    await live.enqueue(2)
    assert await live.engine.renew_lease(live.workspace, "ann", "session of ann") is Status.OK
    live.later(LEASE_S - 0.001)
    await live.fire()
    assert await live.holder(2) == ("offered", "ann")
    live.later(0.001)
    await live.fire()
    assert await live.state(2) == "queued"
    assert await live.holder(1) == ("assigned", "ann")
    assert await live.engine.renew_lease(live.workspace, "ann", "session of ann") is Status.LOST
    assert (await live.engine.counts(live.workspace, "presence"))["unreachable"] == 1
    reply = await live.engine.connect(live.workspace, "ann", "another session")
    assert reply["presence"] == "available"
    assert await live.holder(2) == ("offered", "ann")


async def test_a_second_desk_takes_the_agent_over(live: LiveState) -> None:
    """Offers stay with the agent; the first desk's lease is `replaced`."""
    await live.agent("ann")
    await live.enqueue(1)
    await live.engine.connect(live.workspace, "ann", "second")
    assert await live.engine.renew_lease(live.workspace, "ann", "session of ann") is Status.REPLACED
    assert await live.engine.renew_lease(live.workspace, "ann", "second") is Status.OK
    assert await live.holder(1) == ("offered", "ann")


async def test_nobody_unknown_connects_or_is_present(live: LiveState) -> None:
    """An agent the live state does not know is `unknown`."""
    assert (await live.engine.connect(live.workspace, "nobody", "desk"))["status"] == "unknown"
    assert await live.engine.set_presence(live.workspace, "nobody", Presence.AVAILABLE, "") is Status.UNKNOWN
    assert await live.engine.renew_lease(live.workspace, "nobody", "desk") is Status.LOST


async def test_an_older_revision_never_overwrites_a_newer_one(live: LiveState) -> None:
    """Neither an agent's skills nor a queue's times."""
    await live.agent("ann", {"fraud": 3}, revision=5)
    await live.configure("ann", {"billing": 3}, units=9, revision=4)
    ann = await live.engine.agent(live.workspace, "ann")
    assert (ann["signature"], ann["revision"]) == ("fraud:3|2|chat:2", "5")
    await live.queue(offer_timeout_s=7, revision=5)
    await live.queue(offer_timeout_s=8, revision=4)
    assert (await live.engine.queue_settings(live.workspace, "desk"))["offer_timeout_ms"] == 7_000


async def test_an_agent_with_a_conversation_cannot_be_removed_one_with_an_offer_can(live: LiveState) -> None:
    """`busy` while assigned or wrapping up; a pending offer goes to somebody else, and no trace of the agent stays."""
    await live.queue(wrap_up_s=10, revision=2)
    await live.agent("ann", {"fraud": 1}, units=1)
    await live.enqueue(1)
    await live.accept("ann", 1)
    assert await live.engine.remove_agent(live.workspace, "ann") is Status.BUSY
    await live.complete("ann", 1)
    assert await live.engine.remove_agent(live.workspace, "ann") is Status.BUSY
    live.later(10)
    await live.fire()
    await live.enqueue(2, wants={"fraud": 1})
    assert await live.engine.remove_agent(live.workspace, "ann") is Status.OK
    assert await live.state(2) == "queued"
    assert await live.engine.remove_agent(live.workspace, "ann") is Status.OK
    assert await live.engine.agent(live.workspace, "ann") == {}
    assert (await live.engine.configured(live.workspace))[0] == set()
    assert (await live.engine.counts(live.workspace, "presence"))["offline"] == 0
    await live.agent("bob", {"fraud": 2})
    assert await live.holder(2) == ("offered", "bob")


async def test_a_queue_is_removed_only_when_nobody_waits_in_it(live: LiveState) -> None:
    """`busy` with a contact in line."""
    await live.enqueue(1)
    assert await live.engine.remove_queue(live.workspace, "desk") is Status.BUSY
    await live.close(1)
    assert await live.engine.remove_queue(live.workspace, "desk") is Status.OK
    assert (await live.engine.configured(live.workspace))[1] == set()


async def test_a_queue_whose_contact_is_offered_is_not_removed(live: LiveState) -> None:
    """The offer may come back to its line, which then needs the queue's offer time-out."""
    await live.agent("ann", units=1)
    await live.enqueue(1)
    assert await live.engine.remove_queue(live.workspace, "desk") is Status.BUSY


async def test_a_contact_of_a_queue_that_is_gone_does_not_send_agents_away(live: LiveState) -> None:
    """A router that has not heard of the removal yet may still enqueue: the offer gets a time-out an agent can meet."""
    await live.agent("ann", units=1)
    await live.enqueue(1, queue="gone")
    await live.fire()
    assert await live.holder(1) == ("offered", "ann")


async def test_offers_given_back_together_go_on_oldest_first(live: LiveState) -> None:
    """When an agent with several offers leaves, the one who can take one gets the oldest."""
    await live.agent("ann", units=2)
    await live.enqueue(1)
    await live.enqueue(2, waited_s=60)
    await live.configure("bob", units=1)
    await live.agent("bob", units=1)
    await live.presence("ann", Presence.AWAY)
    assert [await live.state(number) for number in (1, 2)] == ["queued", "offered"]


# Rungs and timers


async def test_the_limit_of_a_rung_is_told_again_until_somebody_acts(live: LiveState) -> None:
    """A caller that dies loses nothing: the next call after a while names the contact again, until it has moved on."""
    await live.serve(1, limit_s=60)
    assert await live.fire() == []
    live.later(60)
    assert await live.fire() == [contact_id(1)]
    assert await live.fire() == []
    live.later(5)
    assert await live.fire() == [contact_id(1)]
    await live.enqueue(1, rung=1)
    live.later(5)
    assert await live.fire() == []
    assert await live.state(1) == "queued"


async def test_a_held_contact_that_ends_has_no_timer_left(live: LiveState) -> None:
    """Resolved by automation before its limit: nobody is told."""
    assert (await live.serve(1, limit_s=60)).state == "automating"
    await live.close(1, ContactState.RESOLVED)
    live.later(61)
    assert await live.fire() == []
    assert await live.engine.client.zcard(f"{live.prefix}:timers") == 0


async def test_timers_fire_in_portions_without_losing_any(live: LiveState) -> None:
    """A limit bounds one call; the next takes the rest."""
    for number in range(1, 6):
        await live.serve(number, limit_s=1)
    live.later(1)
    portions = [await live.engine.fire_timers(live.workspace, limit=2) for _ in range(4)]
    assert [due.fired for due in portions] == [2, 2, 1, 0]
    assert len({contact for due in portions for contact in due.rungs}) == 5


# Commands


async def test_a_command_sent_again_answers_the_same_and_does_nothing_twice(live: LiveState) -> None:
    """By its id, whatever has happened since."""
    await live.agent("ann", units=1)
    live.engine.command = "one"
    first = await live.enqueue(1)
    live.engine.command = "two"
    accepted = await live.engine.accept(live.workspace, "ann", first.offer or "")
    before = await live.journal()
    live.engine.command = "one"
    assert await live.enqueue(1) == first
    live.engine.command = "two"
    assert await live.engine.accept(live.workspace, "ann", first.offer or "") == accepted
    live.engine.command = None
    await live.complete("ann", 1)
    live.engine.command = "two"
    assert (await live.engine.accept(live.workspace, "ann", first.offer or "")).state == "assigned"
    assert len(await live.journal()) == len(before) + 1


async def test_without_the_clock_given_the_servers_own_is_used(live: LiveState) -> None:
    """What production does."""
    await live.agent("ann")
    seconds, _ = await live.engine.client.time()
    served = {"id": contact_id(1), "channel": "chat", "outcome": "automation", "state": "automating", "rung": 0}
    assert (await Engine._run(live.engine, live.workspace, "serve", "", "", json.dumps(served)))[
        "state"
    ] == "automating"
    assert abs((await live.journal())[-1]["at"] / 1000 - seconds) < 5


async def test_routers_of_the_version_before_still_find_its_names(live: LiveState) -> None:
    """While versions change, both call the library that was loaded last."""
    run, served = (
        Engine._run,
        {"id": contact_id(1), "channel": "chat", "outcome": "automation", "state": "automating", "rung": 0},
    )
    assert (await run(live.engine, live.workspace, "hold", "", "", json.dumps(served)))["state"] == "automating"
    await run(live.engine, live.workspace, "tell_customer", "", "", "merged", "cus_1", "{}")
    await run(live.engine, live.workspace, "tell_incident", "", "", "fixed", "inc_1", "{}")
    await run(live.engine, live.workspace, "tell_opt_out", "", "", "opted_out", "cus_1", "phone")
    await run(live.engine, live.workspace, "tell_hidden", "", "", contact_id(1), "pst_1", "rpl_1")
    kinds = ["contact.automating", "customer.merged", "incident.fixed", "customer.opted_out", "reply.hidden"]
    assert [entry["type"] for entry in (await live.journal())[-5:]] == kinds


# Building


async def test_nothing_runs_before_the_live_state_is_built(live: LiveState) -> None:
    """Transitions are refused as while the live state is away, and leave nothing; configuration and restoring work."""
    live.workspace = f"{live.workspace}b"
    live.prefix = f"mci:{{{live.workspace}}}"
    await live.queue()
    await live.configure("ann")
    for refused in (
        live.enqueue(1),
        live.engine.connect(live.workspace, "ann", "desk"),
        live.engine.fire_timers(live.workspace),
    ):
        with pytest.raises(EngineUnavailable):
            await refused
    assert await live.state(1) is None
    await live.engine.mark_built(live.workspace, 1)
    assert (await live.enqueue(1)).status is Status.OK


async def test_the_engine_builds_a_missing_live_state_once_and_goes_on(live: LiveState) -> None:
    """The first call has it built from the ledger; calls during that time wait for it."""
    live.workspace = f"{live.workspace}c"
    builds = 0

    async def build(workspace: str) -> None:
        nonlocal builds
        builds += 1
        await live.queue()
        await live.engine.mark_built(workspace, 1)

    live.engine.build = build
    results = await asyncio.gather(*(live.enqueue(number) for number in range(1, 6)))
    assert {result.status for result in results} == {Status.OK}
    assert builds == 1


async def test_what_is_restored_stands_where_the_ledger_has_it(live: LiveState) -> None:
    """Waiting with its age, assigned and wrapping up with its agent's capacity, automating with its limit; once built,
    nothing more.
    """
    live.workspace = f"{live.workspace}d"
    live.prefix = f"mci:{{{live.workspace}}}"
    now, engine = live.engine.now, live.engine
    await live.queue(wrap_up_s=10)
    await live.configure("ann", units=3)

    def waiting(number: int, **more: object) -> dict[str, object]:
        return {
            "id": contact_id(number),
            "channel": "chat",
            "outcome": "agent",
            "rung": 1,
            "queue": "desk",
            "line": "desk|chat|1|",
            "units": 1,
            "enqueued_at": now - 60_000,
            "due_at": now,
            "age": now - 60_000,
            **more,
        }

    held = {"agent": "ann", "assignment": "asg_x", "answered_at": now - 5_000}
    held_by_nobody = {**held, "agent": "nobody"}
    automating = {"id": contact_id(5), "channel": "chat", "outcome": "automation", "rung": 0, "state": "automating"}
    ledger = [
        waiting(1),
        waiting(2, state="assigned", **held),
        waiting(3, state="wrapping_up", handled_at=now - 1_000, **held),
        waiting(4, state="assigned", **held_by_nobody),
        {**automating, "limit_at": now + 1_000},
    ]
    for _ in range(2):
        assert await engine.restore(live.workspace, ledger) is Status.OK
    await engine.mark_built(live.workspace, 1)
    assert await engine.restore(live.workspace, [waiting(6)]) is Status.BUILT
    assert [await live.state(number) for number in range(1, 7)] == [
        "queued",
        "assigned",
        "wrapping_up",
        "queued",
        "automating",
        None,
    ]
    assert (await live.used("ann"), await live.waiting()) == (2, 2)
    assert {entry["type"] for entry in await live.journal()} == {"contact.restored"}
    await engine.connect(live.workspace, "ann", "desk")
    await live.presence("ann", Presence.AVAILABLE)
    assert sorted([await live.state(1) or "", await live.state(4) or ""]) == ["offered", "queued"]
    live.later(10)
    assert await live.fire() == [contact_id(5)]
    assert await live.state(3) == "completed"
    assert await live.holder(2) == ("assigned", "ann")


async def test_a_library_lost_with_the_server_is_loaded_again(live: LiveState) -> None:
    """A call that finds no function loads the library and is done."""
    await live.engine.client.function_delete("mci_router")
    assert (await live.enqueue(1)).status is Status.OK


@pytest.mark.parametrize("turns", range(1, 8))
async def test_a_call_that_is_cancelled_ends_at_once(live: LiveState, turns: int) -> None:
    """Wherever the cancellation finds it: a call that outlived it would hold up a stopping router, or keep a lost
    desk's lease.
    """
    await live.engine.ping()
    call = asyncio.create_task(live.engine.contact(live.workspace, contact_id(1)))
    for _ in range(turns):
        await asyncio.sleep(0)
    if call.cancel():
        with pytest.raises(asyncio.CancelledError):
            await call
