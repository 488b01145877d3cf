"""Many contacts put in line by one call: what comes of it is what single calls would have made."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from mci_router.routing.calls import CallResult, Placement, RelaxedStep, Status
from mci_router.routing.engine import Engine
from mci_router.routing.engine.contacts import MOST_AT_ONCE
from mci_router.routing.engine.library import library
from mci_router.routing.engine.queues import MOST_LINES
from tests.support.live import LiveState, contact_id, live_state

NUMBER = 150  # more than two calls take


@pytest.fixture
async def twins(redis_url: str) -> AsyncIterator[tuple[LiveState, LiveState]]:
    """Two workspaces that are alike."""
    async with AsyncExitStack() as stack:
        yield (
            await stack.enter_async_context(live_state(redis_url)),
            await stack.enter_async_context(live_state(redis_url)),
        )


async def test_contacts_by_one_call_are_put_in_line_as_by_single_calls(twins: tuple[LiveState, LiveState]) -> None:
    """Lines, preferred agents, relaxation, urgency, mail: replies, journal and every record are the same."""
    arrivals = _arrivals(Random(7), twins[0].engine.now)  # noqa: S311
    for live in twins:
        await _staff(live)
    one, many = twins
    singly = [await one.engine.enqueue(one.workspace, arrival) for arrival in arrivals]
    at_once = await many.engine.enqueue_all(many.workspace, arrivals)
    assert at_once == singly
    assert {reply.state for reply in singly} == {"queued", "offered"}
    assert await _all_of(many) == await _all_of(one)
    known = await many.engine.enqueue_all(many.workspace, arrivals)
    assert known == [replace(reply, status=Status.KNOWN) for reply in await _now(many, arrivals)]
    assert await many.journal() == await one.journal()


async def test_a_contact_that_cannot_be_put_in_line_stops_no_other(twins: tuple[LiveState, LiveState]) -> None:
    """It is told as failed, and nothing of it is left in line."""
    live = twins[0]
    await live.agent("ann", units=1)
    good, bad = _plain(live, 1), replace(_plain(live, 2), units="many")  # type: ignore[arg-type]
    replies = await live.engine.enqueue_all(live.workspace, [good, bad, _plain(live, 3)])
    assert [reply.status for reply in replies] == [Status.OK, Status.FAILED, Status.OK]
    assert [reply.state for reply in replies] == ["offered", None, "queued"]
    assert await live.state(2) is None
    assert await live.waiting() == 1
    await live.accept("ann", 1)
    await live.complete("ann", 1)
    assert await live.holder(3) == ("offered", "ann")


async def test_each_of_many_is_one_command(twins: tuple[LiveState, LiveState]) -> None:
    """Sent again, in another company or alone, it is answered as before and not done again."""
    live = twins[0]
    names = ["first", "second"]
    replies = await live.engine.enqueue_all(live.workspace, [_plain(live, 1), _plain(live, 2)], names)
    await live.agent("ann")
    told = len(await live.journal())
    again = await live.engine.enqueue_all(
        live.workspace, [_plain(live, 2), _plain(live, 1), _plain(live, 3)], ["second", "first", "third"]
    )
    assert again[:2] == replies[::-1]
    assert {entry["contact"] for entry in (await live.journal())[told:]} == {contact_id(3)}
    live.engine.command = "third"
    assert await live.enqueue(3) == again[2]


async def test_a_library_without_it_is_replaced(twins: tuple[LiveState, LiveState]) -> None:
    """A router of the version before has loaded its own: the first call that needs this one loads it again."""
    live = twins[0]
    former = library().replace("functions.transition('enqueue_all'", "functions.transition('of_another_version'")
    await _load(live.engine, former)
    replies = await live.engine.enqueue_all(live.workspace, [_plain(live, 1)])
    assert [reply.state for reply in replies] == ["queued"]


async def test_a_library_that_reads_one_line_a_call_is_replaced(twins: tuple[LiveState, LiveState]) -> None:
    """A router that starts again with the version before has loaded its own: contacts still come in by this one."""
    live = twins[0]
    await live.enqueue(1)
    former = library().replace("functions.transition('figures_of_lines'", "functions.transition('of_another_version'")
    await _load(live.engine, former)
    number = MOST_LINES + 1  # more than one call takes
    figures = await live.engine.figures_of_lines(live.workspace, number * [("desk", "desk|chat|1|", "")])
    assert [one.waiting for one in figures] == number * [1]
    assert await live.engine.figures_of_lines(live.workspace, []) == []


async def _load(engine: Engine, source: str) -> None:
    everywhere: dict[str, Any] = {}
    if hasattr(engine.client, "get_primaries"):
        everywhere["target_nodes"] = engine.client.get_primaries()
    await engine.client.execute_command("FUNCTION LOAD", "REPLACE", source, **everywhere)


async def _staff(live: LiveState) -> None:
    await live.queue("phone", target_s=10, interruptible=False)
    await live.queue("mail", target_s=600, deferrable=True, interruptible=True)
    capacity: Mapping[str, Any] = {"units": 6, "channels": {"voice": 1, "chat": 3, "email": 2}, "queues": {"desk": 2}}
    for number in range(12):
        skills = {"billing": 3} if number % 3 else {"billing": 2, "german": 3}
        await live.agent(f"agent_{number}", skills, **capacity)


def _arrivals(dice: Random, now: int) -> list[Placement]:
    found = []
    for number in range(NUMBER):
        queue, channel, units = dice.choice([("desk", "chat", 1), ("phone", "voice", 3), ("mail", "email", 2)])
        wants = dice.choice([[], [{"skill": "billing", "min": 2}], [{"skill": "german", "min": 4}]])
        at = now - dice.randrange(200_000)
        arrival = Placement(
            contact_id(number), queue, channel, wants, units, at, at + 20_000, dice.randrange(3), rung=0
        )
        if wants and dice.random() < 0.5:
            arrival = replace(arrival, steps=[RelaxedStep(5_000, [[]]), RelaxedStep(9_000, [[], wants])])
        if dice.random() < 0.2:
            arrival = replace(arrival, preferred=f"agent_{dice.randrange(12)}", preferred_until=now + 30_000)
        found.append(replace(arrival, urgent=dice.random() < 0.05, overflow_at=dice.choice([None, now + 60_000])))
    assert NUMBER > 2 * MOST_AT_ONCE
    return found


def _plain(live: LiveState, number: int) -> Placement:
    now = live.engine.now
    return Placement(contact_id(number), "desk", "chat", [], 1, now, now + 20_000, 0, rung=0)


async def _now(live: LiveState, arrivals: list[Placement]) -> list[CallResult]:
    """What each contact is now, as a call would say."""
    replies = [await live.engine.enqueue(live.workspace, arrival) for arrival in arrivals]
    return [replace(reply, status=Status.OK) for reply in replies]


async def _all_of(live: LiveState) -> dict[str, Any]:
    """Everything that is kept of a workspace, by key; of streams what their entries say."""
    found: dict[str, Any] = {}
    client = live.engine.client
    async for key in client.scan_iter(f"{live.prefix}:*", count=1000):
        kind, name = await client.type(key), key.removeprefix(live.prefix)
        if kind == "hash":
            found[name] = await client.hgetall(key)
        elif kind == "zset":
            found[name] = dict(await client.zrange(key, 0, -1, withscores=True))
        elif kind == "set":
            found[name] = await client.smembers(key)
        elif kind == "stream":
            found[name] = [json.loads(fields["entry"]) for _, fields in await client.xrange(key)]
    for stamp in ("queues_stamp", "mark"):
        found[":workspace"].pop(stamp)
    return found
