"""A queue that cannot mean what it says is refused, and the refusal says how to mend it."""

from typing import Any

import pytest
from pydantic import ValidationError

from mci_router.specs import QueueSpec
from tests.support.rows import every

STEP = {"after_s": 60, "drop": "billing"}


def queue(**more: Any) -> QueueSpec:
    return QueueSpec.model_validate({"name": "desk", "service_level": {"goal": 0.8, "target_s": 20}, **more})


@every(
    ("more", "words"),
    [
        ({"relaxation": [STEP | {"widen": "other"}]}, "needs exactly one of lower, drop and widen"),
        ({"relaxation": [{"after_s": 60}]}, "needs exactly one of lower, drop and widen"),
        (
            {"relaxation": [{"after_s": 60, "drop": "tier"}]},
            "cannot touch the tier: widen to a queue of a lower tier instead",
        ),
        ({"relaxation": [STEP, STEP | {"after_s": 30}]}, "put them in the order of after_s"),
        ({"relaxation": [{"after_s": 60, "widen": "desk"}]}, "sends its contacts to itself"),
        ({"wrap_up_s": False}, "must be a number, not true or false"),
        ({"units": True}, "must be a number, not true or false"),
        ({"service_level": {"goal": 0.8, "target_s": True}}, "must be a number, not true or false"),
        ({"overflow": [{"to_queue": "other"}]}, "needs at least one of wait_s"),
        ({"overflow": [{"wait_s": 9}]}, "needs exactly one of to_queue"),
        ({"overflow": [{"wait_s": 9, "to_queue": "other", "offer_callback": True}]}, "needs exactly one of to_queue"),
        ({"overflow": [{"wait_s": 9, "to_queue": "desk"}]}, "sends its contacts to itself"),
        ({"when_closed": {"action": "queue"}}, "names a queue if, and only if, its action is queue"),
        ({"when_closed": {"action": "hold", "queue": "other"}}, "names a queue if, and only if, its action is queue"),
        ({"catch_all": True, "channels": ["chat"]}, "is the catch-all, so it names no channels"),
        ({"interruptible": True}, "is interruptible, so it must be deferrable"),
        ({"service_level": {"goal": 1, "target_s": 20}}, "less than 1"),
        ({"units": 0}, "greater than or equal to 1"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
    ],
)
def test_a_queue_that_contradicts_itself_is_refused(more: dict[str, Any], words: str) -> None:
    """With what to do about it."""
    with pytest.raises(ValidationError, match=words):
        queue(**more)


def test_steps_at_the_same_time_stay_in_their_order() -> None:
    """They add up."""
    assert [step.drop for step in queue(relaxation=[STEP, {"after_s": 60, "drop": "sales"}]).relaxation] == [
        "billing",
        "sales",
    ]


def test_a_queue_needs_a_name_and_a_service_level() -> None:
    """All else has a default."""
    assert (queue().units, queue().wrap_up_s, queue().weight, queue().when_closed.action) == (1, 0, 1, "hold")
    with pytest.raises(ValidationError, match="service_level"):
        QueueSpec.model_validate({"name": "desk"})
