"""What the live state knows of a workspace: the operator's facts in milliseconds, and what skills are worth."""

from typing import Any

import pytest

from mci_router.routing.engine.live_settings import (
    UNTIL_DONE,
    EngineTimes,
    live_queue,
    live_workspace,
    queue_limits,
    skill_stakes,
)
from mci_router.specs import AgentSpec, QueueSpec, ServiceLevel, SkillRequirement, TopicSpec, WorkspaceSpec
from mci_router.vocabulary import AgentChoice

TIMES = EngineTimes(reoffer_s=30, grace_s=60, short_abandon_s=0.2)
FRAUD = SkillRequirement(skill="fraud")


def queue(name: str, goal: float = 0.8, **more: Any) -> QueueSpec:
    return QueueSpec(name=name, service_level=ServiceLevel(goal=goal, target_s=20), **more)


def test_times_are_whole_milliseconds() -> None:
    """Of the service, and of a queue."""
    settings = live_workspace(WorkspaceSpec(name="w", title="W"), [], [], TIMES)
    assert (settings["reoffer_ms"], settings["grace_ms"], settings["short_abandon_ms"]) == (30_000, 60_000, 200)
    assert live_queue(queue("desk", wrap_up_s=1.5))["wrap_up_ms"] == 1_500


def test_a_wrap_up_without_end_is_a_number_that_no_time_is() -> None:
    """The functions know it."""
    assert live_queue(queue("desk", wrap_up_s=None))["wrap_up_ms"] == UNTIL_DONE < 0


def test_turns_are_kept_only_where_a_queue_goes_by_them() -> None:
    """They cost a set for each signature."""
    spec = WorkspaceSpec(name="w", title="W")
    for choice in (AgentChoice.ROUND_ROBIN, AgentChoice.EVENLY):
        queues = [queue("one"), queue("two", agent_choice=choice)]
        assert [live_workspace(spec, queues[:number], [], TIMES)["round_robin"] for number in (1, 2)] == [False, True]


def test_of_an_agents_limit_and_the_queues_the_smaller_holds() -> None:
    """A queue that neither of them limits is left out."""
    capacity = {"channels": {"chat": 9}, "queues": {"one": 3, "two": 1, "three": 4}}
    ann = AgentSpec.model_validate({"name": "ann", "title": "Ann", "capacity": capacity})
    queues = [queue("one", most_per_agent=2), queue("two", most_per_agent=2), queue("three"), queue("four")]
    assert queue_limits(ann, queues) == {"one": 2, "two": 1, "three": 4}
    assert queue_limits(ann, [queue("five", most_per_agent=5)])["five"] == 5


def test_a_skill_is_worth_the_most_that_any_queue_stakes_on_it() -> None:
    """The weight over what the goal leaves."""
    assert skill_stakes([queue("one", skills=[FRAUD]), queue("two", goal=0.9, weight=2, skills=[FRAUD])], []) == {
        "fraud": pytest.approx(20)
    }


def test_a_topics_skill_is_staked_by_its_queue_or_else_by_every_queue_that_may_take_it() -> None:
    """But for the catch-all, whose contacts no operator has planned for."""
    queues = [queue("one"), queue("two", goal=0.9), queue("caught", goal=0.99, catch_all=True)]
    topic = TopicSpec(name="t", title="T", skills=[FRAUD])
    assert skill_stakes(queues, [topic]) == {"fraud": pytest.approx(10)}
    assert skill_stakes(queues, [topic.model_copy(update={"queue": "one"})]) == {"fraud": pytest.approx(5)}
