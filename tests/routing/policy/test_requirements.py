"""What a contact asks of an agent, step by step, as it waits."""

from typing import Any

from mci_router.routing.policy.requirements import relaxed, requirement
from mci_router.routing.policy.routes import Relaxed
from mci_router.specs import QueueSpec, SkillRequirement

LEVEL = {"goal": 0.8, "target_s": 20}


def queue(name: str = "desk", **more: Any) -> QueueSpec:
    return QueueSpec.model_validate({"name": name, "service_level": LEVEL, **more})


def needs(**skills: int) -> list[dict[str, Any]]:
    return [{"skill": skill, "min": minimum} for skill, minimum in sorted(skills.items())]


def asked(**skills: int) -> list[SkillRequirement]:
    return [SkillRequirement(skill=skill, min=minimum) for skill, minimum in skills.items()]


def steps(own: QueueSpec, *others: QueueSpec, topic: list[SkillRequirement] | None = None) -> list[Relaxed]:
    return relaxed(own.relaxation, own, [topic or []], {one.name: one for one in (own, *others)})


def test_steps_add_up_in_order() -> None:
    """First a minimum is lowered, then the skill is dropped as well as lowered before: each step has all that came
    before it.
    """
    own = queue(
        skills=[{"skill": "fraud", "min": 4}, {"skill": "billing", "min": 2}],
        relaxation=[{"after_s": 30, "lower": {"skill": "fraud", "min": 2}}, {"after_s": 60, "drop": "billing"}],
    )
    assert requirement(own) == needs(billing=2, fraud=4)
    assert steps(own) == [Relaxed(30, [needs(billing=2, fraud=2)]), Relaxed(60, [needs(fraud=2)])]


def test_a_skill_is_lowered_or_dropped_wherever_it_comes_from() -> None:
    """From the topic as from the queue; the tier stays."""
    own = queue(
        tier=2, relaxation=[{"after_s": 10, "lower": {"skill": "german", "min": 1}}, {"after_s": 20, "drop": "german"}]
    )
    assert steps(own, topic=asked(german=3)) == [Relaxed(10, [needs(german=1, tier=2)]), Relaxed(20, [needs(tier=2)])]


def test_widening_adds_the_other_queues_agents_and_keeps_its_own() -> None:
    """Either will do: the queue's own part is an alternative to the other's, and what the topic asks is asked in both."""
    own = queue(tier=2, skills=[{"skill": "fraud"}], relaxation=[{"after_s": 60, "widen": "help"}])
    other = queue("help", skills=[{"skill": "billing", "min": 2}])
    assert steps(own, other, topic=asked(german=3)) == [
        Relaxed(60, [needs(fraud=1, german=3, tier=2), needs(billing=2, german=3)])
    ]


def test_what_was_dropped_stays_dropped_in_a_wider_queue() -> None:
    """Also if that queue asks for it by itself."""
    own = queue(
        skills=[{"skill": "fraud"}], relaxation=[{"after_s": 10, "drop": "billing"}, {"after_s": 20, "widen": "help"}]
    )
    other = queue("help", skills=[{"skill": "billing"}, {"skill": "vip"}])
    assert steps(own, other) == [Relaxed(20, [needs(fraud=1), needs(vip=1)])]


def test_an_alternative_that_asks_more_than_another_is_left_out() -> None:
    """An agent of tier 2 serves tier 1: after widening to it only the weaker is asked."""
    own = queue(tier=2, relaxation=[{"after_s": 10, "widen": "first"}])
    assert steps(own, queue("first")) == [Relaxed(10, [[]])]


def test_a_step_that_changes_nothing_for_this_contact_is_left_out() -> None:
    """A skill nobody asked for, a minimum that is lower already, a queue that is gone: no step, so no event and no new
    line.
    """
    own = queue(
        skills=[{"skill": "fraud"}],
        relaxation=[
            {"after_s": 10, "drop": "german"},
            {"after_s": 20, "lower": {"skill": "fraud", "min": 3}},
            {"after_s": 30, "widen": "gone"},
            {"after_s": 40, "drop": "fraud"},
        ],
    )
    assert steps(own) == [Relaxed(40, [[]])]
