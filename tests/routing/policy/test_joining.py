"""The one door into a line: what a queue's policy says of a contact, and its place derived again."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from mci_router.routing.policy.joining import asked_at, join, place_again
from mci_router.routing.policy.routes import Facts, Joined, Route
from mci_router.specs import AgentSpec, QueueSpec, TopicSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.vocabulary import Cell, Channel, Outcome, Visibility
from tests.support.rows import every
from tests.support.snapshots import snapshot_of

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
OPENS = datetime(2026, 3, 9, 9, tzinfo=UTC)
MONDAYS: dict[str, Any] = {"timezone": "UTC", "week": {"mon": [{"open": time(9), "close": time(10)}]}}
FACTS = Facts(Channel.CHAT, "hello", None, (), {}, visibility=Visibility.PUBLIC)
MATTER = Matter("cards", False, Cell.LOW_VOLUME_HIGH_TOUCH, 1.0)


def queue(name: str, **more: Any) -> QueueSpec:
    return QueueSpec.model_validate({"name": name, "service_level": {"goal": 0.8, "target_s": 60}, **more})


def agent(name: str, units: int = 6, **skills: int) -> AgentSpec:
    has = [{"skill": skill, "proficiency": level} for skill, level in skills.items()]
    capacity = {"units": units, "channels": {"chat": 3}}
    return AgentSpec.model_validate({"name": name, "title": name, "skills": has, "capacity": capacity})


def workspace(**day: Any) -> Snapshot:
    """A day desk as the test says, a night desk, a spare one for others, and three agents."""
    queues = [queue("day", **day), queue("night", skills=[{"skill": "night"}]), queue("spare")]
    return snapshot_of(
        {one.name: one for one in queues},
        topics=[
            TopicSpec.model_validate({"name": "cards", "title": "Cards", "skills": [{"skill": "fraud", "min": 2}]})
        ],
        agents=[agent("ann", fraud=3), agent("bob"), agent("nina", night=1)],
    )


def joins(snapshot: Snapshot, joined: Joined, matter: Matter = MATTER, *, may_post: bool = False) -> Route:
    day = snapshot.queues["day"]
    return join(asked_at(snapshot, matter, FACTS, day, "a test's", after=0, now=NOW), day, joined, may_post=may_post)


def test_an_open_queue_takes_it_with_what_it_asks() -> None:
    """By its target; the topic's skills only if they are asked; agents are counted with their units."""
    route = joins(workspace(), Joined(NOW))
    assert (route.queue and route.queue.name, route.due_at, route.closed) == ("day", NOW + timedelta(seconds=60), False)
    assert (route.requirement, route.able) == (({"skill": "fraud", "min": 2},), 1)
    less = joins(workspace(), Joined(NOW, topic_skills=False))
    assert (less.requirement, less.able) == ((), 3)
    assert joins(workspace(units=7), Joined(NOW, topic_skills=False)).able == 0
    later = joins(workspace(units=6, skills=[{"skill": "x"}], relaxation=[{"after_s": 9, "drop": "x"}]), Joined(NOW))
    assert (later.able, later.reasons[-1].rpartition("; ")[2]) == (
        1,
        "0 of 3 agents can serve it, 1 once it asks for less",
    )


@every(
    ("when_closed", "asks_topic", "urgent", "goes_to", "closed"),
    [
        ({}, True, False, "day", True),
        ({"action": "serve"}, True, False, "day", False),
        ({"action": "queue", "queue": "night"}, False, False, "night", False),
        ({"action": "queue", "queue": "night"}, True, False, "day", True),  # nobody there knows fraud
        ({"action": "queue", "queue": "spare"}, True, False, "spare", False),
        ({}, True, True, "spare", False),
        ({"action": "queue", "queue": "night"}, True, True, "spare", False),
        ({"action": "community"}, True, False, "day", True),  # it may not be posted by this door
    ],
)
def test_a_closed_queue_s_policy_decides(
    when_closed: dict[str, Any], asks_topic: bool, urgent: bool, goes_to: str, closed: bool
) -> None:
    """Another queue takes it if it is open and somebody can serve it there; else it is held, and the route says so."""
    snapshot = workspace(hours=MONDAYS, when_closed={**when_closed, "message": "On Monday."})
    route = joins(snapshot, Joined(NOW, topic_skills=asks_topic), replace(MATTER, urgent=urgent))
    assert route.queue
    assert (route.queue.name, route.closed, route.opens_at) == (goes_to, closed, OPENS if closed else None)
    assert any("closed until" in reason for reason in route.reasons) is (when_closed != {"action": "serve"})
    assert route.due_at == (OPENS if goes_to == "day" else NOW) + timedelta(seconds=60)


@pytest.mark.parametrize(("sensitive", "outcome"), [(False, Outcome.COMMUNITY), (True, Outcome.AGENT)])
def test_only_what_is_not_sensitive_is_posted(sensitive: bool, outcome: Outcome) -> None:
    """Where the door allows it at all."""
    snapshot = workspace(hours=MONDAYS, when_closed={"action": "community"})
    assert joins(snapshot, Joined(NOW), replace(MATTER, sensitive=sensitive), may_post=True).outcome is outcome


@pytest.mark.parametrize(
    "joined",
    [
        Joined(NOW),
        Joined(NOW, topic_skills=False),
        Joined(NOW, target_s=600),
        Joined(NOW, due=NOW - timedelta(seconds=5)),
        Joined(NOW, widened="spare"),
    ],
)
def test_a_place_derived_again_is_the_same_until_the_configuration_changes(joined: Joined) -> None:
    """From what its decision keeps; then it is as if it had joined by the new one, in the queue where it stands."""
    relaxation = [{"after_s": 30, "lower": {"skill": "fraud", "min": 1}}]
    before, after = workspace(relaxation=relaxation), workspace(units=3, skills=[{"skill": "x"}], hours=MONDAYS)
    kept = Joined.of({"joined": joined.data()}, since=NOW, due=None)
    assert kept == joined
    first, day = joins(before, joined), before.queues["day"]
    later = NOW + timedelta(minutes=5)
    again = place_again(before, MATTER, FACTS, day, kept, rung=first.rung, now=later)
    assert replace(again, reasons=first.reasons) == first
    changed = place_again(after, MATTER, FACTS, after.queues["day"], kept, rung=first.rung, now=later)
    assert {need["skill"] for need in changed.requirement} == {"x"} | ({"fraud"} if joined.topic_skills else set())
    assert (changed.closed, changed.opens_at, changed.rung) == (True, OPENS, first.rung)
    fixed = joined.due or (NOW + timedelta(seconds=600) if joined.target_s else None)
    assert changed.due_at == fixed or (fixed is None and changed.due_at == OPENS + timedelta(seconds=60))


def test_a_decision_of_an_earlier_version_keeps_the_due_time() -> None:
    """It says nothing of how its contact joined: the contact asks what its topic asks, and stays due when it was."""
    due = NOW + timedelta(seconds=7)
    route = joins(workspace(), Joined.of({}, since=NOW, due=due))
    assert (route.due_at, route.able) == (due, 1)
