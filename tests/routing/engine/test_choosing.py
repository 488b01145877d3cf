"""Which line an agent takes from, and which agent is asked: each part of the formulas decides a case of its own.

An agent who is busy sees two contacts arrive, one in each of two queues, and is offered the winner once free.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from mci_router.embedded import Servers
from mci_router.routing.engine.live_settings import live_workspace
from mci_router.specs import QueueSpec, ServiceLevel, SkillRequirement, TopicSpec, WorkspaceSpec
from mci_router.vocabulary import ContactState, Presence, Touch
from tests.support.live import TIMES, LiveState, live_state


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[LiveState]:
    async with live_state(servers.redis_url) as started:
        await started.queue("one")
        await started.queue("two")
        yield started


async def winner(live: LiveState, waits: dict[str, float]) -> str:
    """The queue whose contact an agent takes, each having waited for so many seconds."""
    await live.configure("ann", units=1)
    for number, (queue, waited_s) in enumerate(waits.items()):
        await live.enqueue(number, queue=queue, waited_s=waited_s)
    await live.agent("ann", units=1)
    (taken,) = [queue for number, queue in enumerate(waits) if await live.state(number) == "offered"]
    return taken


async def handled(live: LiveState, queue: str, times: int, handle_s: float) -> None:
    """So many contacts of a queue, each answered at once and handled for so long by somebody who then leaves."""
    await live.agent("past", units=1)
    for number in range(times):
        await live.enqueue(1_000 + number, queue=queue)
        await live.accept("past", 1_000 + number)
        live.later(handle_s)
        await live.engine.connect(live.workspace, "past", "session of past")
        await live.complete("past", 1_000 + number)
    assert await live.engine.remove_agent(live.workspace, "past") == "ok"


async def given_up(live: LiveState, queue: str, times: int) -> None:
    """So many contacts of a queue abandoned after the short threshold."""
    for number in range(times):
        await live.enqueue(2_000 + number, queue=queue, waited_s=10)
        await live.close(2_000 + number)


@pytest.mark.parametrize(
    ("changed", "waits", "taken"),
    [
        ({}, {"one": 11, "two": 10}, "one"),  # nearer to its target
        ({"weight": 2}, {"one": 11, "two": 10}, "two"),  # weighs more
        ({"target_s": 5}, {"one": 11, "two": 4}, "two"),  # 4 of 5 s against 11 of 20 s
        ({"target_s": 5}, {"one": 11, "two": 6}, "one"),  # past its target: less urgent, for now
        (
            {"target_s": 5, "deferrable": True},
            {"one": 11, "two": 6},
            "two",
        ),  # an agent who does not serve the line loses nothing then
        ({"expected_handle_s": 100}, {"one": 11, "two": 10}, "two"),  # short contacts: more are served in time
        ({"goal": 0.95}, {"one": 11, "two": 10}, "one"),  # a goal alone changes nothing while it is held
    ],
)
async def test_an_agent_takes_what_its_service_level_needs_most(
    live: LiveState, changed: dict[str, Any], waits: dict[str, float], taken: str
) -> None:
    """S = weight · B · mu^eta · f, part by part."""
    await live.queue("two", revision=2, **changed)
    assert await winner(live, waits) == taken


async def test_a_queue_behind_its_goal_goes_first(live: LiveState) -> None:
    """B rises with what was not answered in time, abandoned ones too, and forgets within the hour."""
    await given_up(live, "two", 30)
    assert await winner(live, {"one": 11, "two": 10}) == "two"
    live.later(4 * 3600)
    await live.engine.remove_agent(live.workspace, "ann")
    for number in (0, 1):
        await live.close(number, ContactState.CANCELLED)
    for number, (queue, waited_s) in enumerate({"one": 11, "two": 10}.items()):
        await live.enqueue(10 + number, queue=queue, waited_s=waited_s)
    await live.agent("bob", units=1)
    assert await live.state(10) == "offered"


async def test_handle_times_are_learned(live: LiveState) -> None:
    """What takes long counts for less, also if nobody said so."""
    await handled(live, "one", 30, 900)
    assert await winner(live, {"one": 11, "two": 10}) == "two"


@pytest.mark.parametrize(("waited_s", "taken"), [(239, "two"), (241, "one")])
async def test_the_starvation_bound_is_twelve_targets(live: LiveState, waited_s: float, taken: str) -> None:
    """From there on the oldest is served before all, whatever the score says."""
    await live.queue("two", revision=2, weight=100)
    assert await winner(live, {"one": waited_s, "two": 19}) == taken


@pytest.mark.parametrize(("choice", "taken"), [("oldest", "two"), ("strict_priority", "one"), ("service_level", "one")])
async def test_a_workspace_chooses_its_lines(live: LiveState, choice: Any, taken: str) -> None:
    """By age alone, by the queues' position, or by service level."""
    spec = WorkspaceSpec(name="test", title="Test", line_choice=choice)
    await live.engine.configure_workspace(live.workspace, 2, live_workspace(spec, [], [], TIMES))
    await live.queue("one", revision=2, position=1)
    await live.queue("two", revision=2, position=2)
    assert await winner(live, {"one": 19, "two": 22}) == taken


async def test_short_contacts_need_not_go_first(live: LiveState) -> None:
    """With `shorter_first` 0 handle times do not count."""
    spec = WorkspaceSpec(name="test", title="Test", shorter_first=0)
    await live.engine.configure_workspace(live.workspace, 2, live_workspace(spec, [], [], TIMES))
    await live.queue("two", revision=2, expected_handle_s=100)
    assert await winner(live, {"one": 11, "two": 10}) == "one"


# Which agent


async def staked(live: LiveState, *, fraud_weight: float = 1) -> None:
    """Fraud and sales are skills that queues ask for, and billing one that contacts do."""

    def queue(skill: str, weight: float) -> QueueSpec:
        asked = [SkillRequirement(skill=skill)]
        return QueueSpec(name=skill, service_level=ServiceLevel(goal=0.8, target_s=20), skills=asked, weight=weight)

    topics = [TopicSpec(name="bill", title="Bill", touch=Touch.LOW, queue="fraud")]
    settings = live_workspace(
        WorkspaceSpec(name="test", title="Test"), [queue("fraud", fraud_weight), queue("sales", 1)], topics, TIMES
    )
    await live.engine.configure_workspace(live.workspace, 2, settings)


async def asked_first(live: LiveState) -> str | None:
    return (await live.enqueue(1, queue="one", wants={"billing": 1})).agent


async def test_the_skill_that_is_needed_more_is_spared(live: LiveState) -> None:
    """The stake of a skill is its queue's weight over what its goal leaves."""
    await staked(live, fraud_weight=5)
    await live.agent("fraud", {"billing": 3, "fraud": 3}, units=1)
    live.later(1)
    await live.agent("sales", {"billing": 3, "sales": 3}, units=1)
    assert await asked_first(live) == "sales"


async def test_the_skill_that_others_have_is_not_spared(live: LiveState) -> None:
    """Each idle agent more who has it halves what taking one of them costs."""
    await staked(live)
    await live.agent("sales", {"billing": 3, "sales": 3}, units=1)
    for name in ("fraud", "fraud_too", "fraud_also"):
        live.later(1)
        await live.agent(name, {"billing": 3, "fraud": 3} if name == "fraud" else {"fraud": 3}, units=1)
    assert await asked_first(live) == "fraud"


async def test_the_faster_agent_is_asked(live: LiveState) -> None:
    """By proficiency, until enough of the signature's contacts were handled."""
    await staked(live)
    await live.agent("slow", {"billing": 2}, units=1)
    live.later(1)
    await live.agent("fast", {"billing": 5}, units=1)
    assert await asked_first(live) == "fast"


async def test_a_measured_speed_goes_before_proficiency(live: LiveState) -> None:
    """Experts who take three times as long as the queue's mean are asked last."""
    await staked(live)
    for name, level, handle_s in (("novice", 2, 100), ("expert", 5, 300)):
        await live.agent(name, {"billing": level}, units=1)
        for number in range(110):
            contact = number + 10_000 * level
            await live.enqueue(contact, queue="one", wants={"billing": 1})
            await live.accept(name, contact)
            live.later(handle_s)
            await live.engine.connect(live.workspace, name, "x")
            await live.complete(name, contact)
        await live.presence(name, Presence.AWAY)
    for name in ("novice", "expert"):
        await live.engine.connect(live.workspace, name, "again")
    for name in ("novice", "expert"):
        await live.presence(name, Presence.AVAILABLE)
    assert (await live.enqueue(2, queue="one", wants={"billing": 1})).agent == "novice"


@pytest.mark.parametrize("choice", ["service_level", "oldest", "strict_priority"])
async def test_an_urgent_contact_goes_before_all_lines_and_shortens_no_reported_wait(
    live: LiveState, choice: str
) -> None:
    """However the workspace chooses, and whatever has waited beyond its bound; the credit stands in no figure."""
    await live.engine.configure_workspace(live.workspace, 2, {"line_choice": choice})
    await live.configure("ann", units=1)
    await live.enqueue(1, queue="one", waited_s=5_000)
    await live.enqueue(2, queue="two", waited_s=3, urgent=True)
    await live.enqueue(3, queue="two", waited_s=9, urgent=True)
    line = next(iter(await live.engine.client.zrange(f"mci:{{{live.workspace}}}:heads", 0, 0)))
    figures = await live.engine.line_figures(live.workspace, "two", line, "")
    assert 9_000 <= figures.head_wait_ms < 60_000
    await live.agent("ann", units=1)
    assert [await live.state(number) for number in (1, 2, 3)] == ["queued", "queued", "offered"]


async def test_an_agent_is_set_aside_for_a_contact_behind_another_one_as_well(live: LiveState) -> None:
    """At its own moment, though the first of the line has an agent who is kept for it already."""
    for agent in ("ann", "bob"):
        await live.agent(agent)
    for number in range(4):
        await live.enqueue(number, queue="two")
        await live.accept(str((await live.contact(number))["agent"]), number)
    await live.enqueue(5, queue="one", units=2, waited_s=600)
    await live.fire()
    await live.enqueue(6, queue="one", units=2, waited_s=239)
    for aside in (1, 2):
        await live.fire()
        told = [entry["type"] for entry in await live.journal()]
        assert told.count("agent.set_aside") == aside
        live.later(2)


async def test_a_line_for_which_nobody_could_be_set_aside_is_looked_at_once_somebody_could(live: LiveState) -> None:
    """It was looked at every second meanwhile, all night: here nobody is on duty, then all that comes is of one size."""
    await live.configure("ann")
    await live.enqueue(1, units=2, waited_s=600)
    await live.enqueue(2, units=2, waited_s=600)
    await live.fire()
    assert await looks(live) == []
    await live.agent("ann", units=3)
    assert len(await looks(live)) == 1
    await live.accept("ann", 1)
    live.later(1)
    await live.fire()
    assert await looks(live) == []
    await live.enqueue(3, queue="two")
    live.later(1)
    await live.fire()
    told = [(entry["type"], entry.get("agent")) for entry in await live.journal()]
    assert ("agent.set_aside", "ann") in told


async def looks(live: LiveState) -> list[str]:
    """The lines that are to be looked at, for an agent to be set aside."""
    timers: list[str] = await live.engine.client.zrange(f"mci:{{{live.workspace}}}:timers", 0, -1)
    return [timer for timer in timers if timer.startswith("aside:")]
