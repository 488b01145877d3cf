"""Places that change with the configuration while contacts wait, in virtual time."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from mci_router.embedded import Servers
from mci_router.routing.calls import Placement, RelaxedStep, Whereabouts
from mci_router.vocabulary import Presence
from tests.support.live import LiveState, contact_id, live_state

FRAUD = [{"skill": "fraud", "min": 2}]
BILLING = [{"skill": "billing", "min": 1}]
AWAY = {"elsewhere", "unknown"}


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[LiveState]:
    async with live_state(servers.redis_url) as started:
        yield started


def place(live: LiveState, number: int, *, waited_s: float = 0, **more: Any) -> Placement:
    at = live.engine.now - round(waited_s * 1000)
    usual: dict[str, Any] = {
        "queue": "desk",
        "channel": "chat",
        "requirement": FRAUD,
        "units": 1,
        "enqueued_at": at,
        "due_at": at + 20_000,
        "priority": 0,
        "rung": 0,
    }
    return Placement(contact=contact_id(number), **{**usual, **more})


async def replan(live: LiveState, *places: Placement, overflow_at: int | bool | None = None) -> list[Whereabouts]:
    more = {} if overflow_at is None else {"overflow_at": overflow_at}
    return await live.engine.replan(live.workspace, [one.arguments() | more for one in places])


async def replanned(live: LiveState) -> list[dict[str, Any]]:
    return [entry for entry in await live.journal() if entry["type"] == "contact.replanned"]


async def test_who_waits_is_served_by_the_new_rule_at_once_oldest_first(live: LiveState) -> None:
    """Nobody knows fraud; asked nothing any more, the oldest goes to the one slot. Asked again, nothing happens."""
    await live.agent("ann", units=1)
    waits = {1: 30, 2: 90, 3: 60}
    for number, waited_s in waits.items():
        await live.engine.enqueue(live.workspace, place(live, number, waited_s=waited_s))
    new = [place(live, number, waited_s=waited_s, requirement=[]) for number, waited_s in waits.items()]
    assert await replan(live, *new) == [Whereabouts.WAITS] * 3
    assert [(await live.contact(number))["state"] for number in (1, 2, 3)] == ["queued", "offered", "queued"]
    assert [(entry["contact"], entry["changed"]) for entry in await replanned(live)] == [
        (contact_id(number), ["requirement"]) for number in (1, 2, 3)
    ]
    before = len(await live.journal())
    assert await replan(live, *new) == [Whereabouts.WAITS] * 3
    assert len(await live.journal()) == before
    assert await live.waiting() == 2


async def test_an_offer_that_the_new_place_forbids_goes_to_the_next_who_may_have_it(live: LiveState) -> None:
    await live.agent("ann", {"fraud": 2})
    await live.agent("bob", {"billing": 1})
    offered = await live.engine.enqueue(live.workspace, place(live, 1))
    assert offered.agent == "ann"
    assert await replan(live, place(live, 1, due_at=live.engine.now + 600_000)) == [Whereabouts.WAITS]
    contact = await live.contact(1)
    assert (contact["offer"], contact["due_at"]) == (offered.offer, str(live.engine.now + 600_000)), "it stays offered"
    await replan(live, place(live, 1, requirement=BILLING))
    contact = await live.contact(1)
    assert (contact["agent"], contact["state"]) == ("bob", "offered")
    assert [await live.used(agent) for agent in ("ann", "bob")] == [0, 1]
    (revoked,) = [entry for entry in await live.journal() if entry["type"] == "offer.revoked"]
    assert (revoked["agent"], revoked["why"]) == ("ann", "replanned")
    await live.accept("bob", 1)


async def test_an_agent_whose_offer_is_taken_back_takes_the_oldest_of_the_line(live: LiveState) -> None:
    """A contact that comes to another line does not take the agent before one that has waited there for longer."""
    await live.agent("ann", {"fraud": 2}, units=2)
    await live.engine.enqueue(live.workspace, place(live, 1, waited_s=10))
    await live.engine.enqueue(live.workspace, place(live, 2, waited_s=60, units=2))
    await replan(live, place(live, 1, waited_s=10, units=2))
    assert [await live.holder(number) for number in (1, 2)] == [("queued", None), ("offered", "ann")]


async def test_a_contact_in_conversation_stays_there_and_returns_to_its_new_line(live: LiveState) -> None:
    """Due when it was; what it takes of its agent is given back whole, whatever it would take now."""
    await live.agent("ann", {"fraud": 2})
    await live.engine.enqueue(live.workspace, place(live, 1))
    await live.accept("ann", 1)
    due = (await live.contact(1))["due_at"]
    new = place(live, 1, requirement=BILLING, units=2, due_at=live.engine.now + 600_000)
    assert await replan(live, new) == [Whereabouts.SERVED]
    contact = await live.contact(1)
    assert (contact["state"], contact["agent"], contact["due_at"]) == ("assigned", "ann", due)
    assert await live.used("ann") == 1
    await live.agent("bob", {"billing": 1})
    assert (await live.engine.hand_over(live.workspace, "ann", contact["assignment"], "bob", warm=False)).agent == "bob"
    assert [await live.used(agent) for agent in ("ann", "bob")] == [0, 2]


async def test_a_new_relaxation_counts_the_time_that_has_passed(live: LiveState) -> None:
    """Forty seconds in line: the step of 30 s is taken, that of 60 s is timed. A step withdrawn is asked again."""
    steps = [RelaxedStep(30_000, [BILLING]), RelaxedStep(60_000, [[]])]
    await live.engine.enqueue(live.workspace, place(live, 1))
    live.later(40)
    await replan(live, place(live, 1, waited_s=40, steps=steps))
    assert [(await live.contact(1))[field] for field in ("line", "step")] == ["desk|chat|1|billing:1", "1"]
    live.later(20)
    await live.fire()
    assert [(await live.contact(1))[field] for field in ("line", "step")] == ["desk|chat|1|", "2"]
    await replan(live, place(live, 1, waited_s=60))
    assert [(await live.contact(1))[field] for field in ("line", "step")] == ["desk|chat|1|fraud:2", "0"]
    live.later(600)
    await live.fire()
    assert (await live.contact(1))["line"] == "desk|chat|1|fraud:2"


async def test_who_is_held_for_an_agent_stays_so_only_if_that_one_may_have_it(live: LiveState) -> None:
    await live.agent("ann", {"fraud": 2}, units=1)
    await live.engine.enqueue(live.workspace, place(live, 1))
    hold: dict[str, Any] = {"preferred": "ann", "preferred_until": live.engine.now + 30_000}
    await live.engine.enqueue(live.workspace, place(live, 2, **hold))
    assert (await live.contact(2))["held_for"] == "ann"
    await live.agent("bob", {"billing": 1})
    await replan(live, place(live, 2, requirement=[{"skill": "fraud", "min": 1}]))
    assert (await live.contact(2))["held_for"] == "ann"
    await replan(live, place(live, 2, requirement=BILLING))
    contact = await live.contact(2)
    assert (contact["state"], contact["agent"], contact.get("held_for")) == ("offered", "bob", None)


async def test_who_is_held_for_an_agent_is_offered_at_once_if_it_fits_now(live: LiveState) -> None:
    """It takes fewer units than before, and so many its agent has left: nobody waits for the end of the hold."""
    await live.agent("ann", units=2)
    await live.enqueue(1)
    await live.accept("ann", 1)
    more: dict[str, Any] = {"requirement": [], "preferred": "ann", "preferred_until": live.engine.now + 20_000}
    await live.engine.enqueue(live.workspace, place(live, 2, units=2, **more))
    assert (await live.contact(2))["held_for"] == "ann"
    await replan(live, place(live, 2, units=1, **more))
    assert await live.holder(2) == ("offered", "ann")


async def test_a_warm_transfer_that_looks_for_somebody_looks_by_the_new_rule(live: LiveState) -> None:
    await live.queue("tier_2")
    await live.agent("ann", {"fraud": 2})
    await live.agent("bob", {"billing": 1})
    await live.engine.enqueue(live.workspace, place(live, 1))
    await live.accept("ann", 1)
    there: dict[str, Any] = {"queue": "tier_2", "rung": 1}
    await live.engine.enqueue(
        live.workspace, place(live, 1, warm=True, requirement=[{"skill": "law", "min": 1}], **there)
    )
    assert await replan(live, place(live, 1, requirement=BILLING, warm=True, **there)) == [Whereabouts.WAITS]
    contact = await live.contact(1)
    assert (contact["state"], contact["agent"], contact["second"]) == ("assigned", "ann", "bob")


async def test_a_contact_that_is_passed_on_has_two_places_and_each_follows_its_queue(live: LiveState) -> None:
    """What its own queue asks now neither moves the place in the other one nor stops its relaxation; called off, the
    contact is in its own.
    """
    await live.queue("tier_2")
    await live.agent("ann", {"fraud": 2})
    await live.engine.enqueue(live.workspace, place(live, 1))
    await live.accept("ann", 1)
    law = [{"skill": "law", "min": 1}]
    there: dict[str, Any] = {"queue": "tier_2", "rung": 1, "warm": True, "requirement": law}
    steps = [RelaxedStep(30_000, [BILLING])]
    await live.engine.enqueue(live.workspace, place(live, 1, steps=steps, **there))
    assert await replan(live, place(live, 1, requirement=BILLING), overflow_at=False) == [Whereabouts.SERVED]
    contact = await live.contact(1)
    assert (contact["line"], contact["to_line"]) == ("desk|chat|1|billing:1", "tier_2|chat|1|law:1")
    live.later(30)
    await live.engine.renew_lease(live.workspace, "ann", "session of ann")
    await live.fire()
    assert (await live.contact(1))["to_line"] == "tier_2|chat|1|billing:1"
    assert await replan(live, place(live, 1, waited_s=30, due_at=live.engine.now, **there)) == [Whereabouts.WAITS]
    contact = await live.contact(1)
    assert (contact["line"], contact["to_line"]) == ("desk|chat|1|billing:1", "tier_2|chat|1|law:1")
    assert (contact["to_due_at"], contact["state"]) == (str(live.engine.now), "assigned")
    assert await live.waiting("tier_2") == 1


async def test_only_on_its_rung_in_its_queue_and_open(live: LiveState) -> None:
    """Whoever moved it meanwhile decides: another rung, another queue, an end."""
    for number in (1, 2, 3):
        await live.engine.enqueue(live.workspace, place(live, number, rung=number))
    await live.engine.close_contact(live.workspace, contact_id(3), "abandoned", "left")  # type: ignore[arg-type]
    moved = [
        place(live, 1, requirement=[]),
        place(live, 2, rung=2, queue="other"),
        place(live, 3, rung=3),
        place(live, 9),
    ]
    assert await replan(live, *moved) == [*[Whereabouts.ELSEWHERE] * 3, Whereabouts.UNKNOWN]
    assert await replanned(live) == []


async def test_overflow_is_looked_at_when_rules_come_and_not_any_more_when_they_go(live: LiveState) -> None:
    await live.engine.enqueue(live.workspace, place(live, 1))
    await replan(live, place(live, 1), overflow_at=live.engine.now)
    assert (await live.engine.fire_timers(live.workspace)).overflows == [contact_id(1)]
    await replan(live, place(live, 1), overflow_at=False)
    live.later(60)
    assert (await live.engine.fire_timers(live.workspace)).overflows == []
    assert [entry["changed"] for entry in await replanned(live)] == [["overflow"], ["overflow"]]


async def test_an_agent_who_loses_a_skill_or_room_loses_the_offers_that_need_it(live: LiveState) -> None:
    """What was offered goes to the next able agent; what still fits stays, the older one first."""
    await live.agent("ann", {"fraud": 2, "billing": 1}, units=3)
    await live.engine.enqueue(live.workspace, place(live, 1))
    for number, waited_s in ((2, 5), (3, 10)):
        await live.engine.enqueue(live.workspace, place(live, number, requirement=BILLING, waited_s=waited_s))
    await live.agent("bob", {"fraud": 2, "billing": 1}, units=3)
    await live.configure("ann", {"billing": 1}, units=1, revision=2)
    assert [(await live.contact(number))["agent"] for number in (1, 2, 3)] == ["bob", "bob", "ann"]
    assert [await live.used(agent) for agent in ("ann", "bob")] == [1, 2]
    why = {entry["why"] for entry in await live.journal() if entry["type"] == "offer.revoked"}
    assert why == {"agent_changed"}


async def test_an_agent_with_less_room_keeps_it_for_who_has_waited_longest(live: LiveState) -> None:
    """Not for the contact whose offer was taken back just then."""
    await live.agent("ann", units=3)
    await live.engine.enqueue(live.workspace, place(live, 1, requirement=[], units=2, waited_s=10))
    await live.engine.enqueue(live.workspace, place(live, 2, requirement=[], units=1, waited_s=5))
    await live.engine.enqueue(live.workspace, place(live, 3, requirement=[], units=1, waited_s=60))
    assert await live.holder(3) == ("queued", None)
    await live.configure("ann", units=1, revision=2)
    assert [await live.holder(number) for number in (1, 2, 3)] == [("queued", None)] * 2 + [("offered", "ann")]


@pytest.mark.parametrize("leaves", [True, False])
async def test_who_was_held_for_an_agent_and_is_older_goes_before_who_was_offered(
    live: LiveState, leaves: bool
) -> None:
    """When the agent leaves, or is unable from now on, there is room for one of them with another agent."""
    await live.agent("ann", {"fraud": 2}, units=1)
    await live.engine.enqueue(live.workspace, place(live, 1, waited_s=10))
    hold: dict[str, Any] = {"preferred": "ann", "preferred_until": live.engine.now + 30_000}
    await live.engine.enqueue(live.workspace, place(live, 2, waited_s=60, **hold))
    await live.agent("bob", {"fraud": 2}, units=1)
    if leaves:
        await live.engine.set_presence(live.workspace, "ann", Presence.AWAY, "lunch")
    else:
        await live.configure("ann", {"billing": 1}, units=1, revision=2)
    assert [await live.holder(number) for number in (1, 2)] == [("queued", None), ("offered", "bob")]
