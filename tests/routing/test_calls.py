"""What the live state is asked: lines are named alike for equal needs, and credits change nothing but the age."""

from dataclasses import replace
from typing import Any

import pytest

from mci_router.routing.calls import (
    PRIORITY_CREDIT_MS,
    URGENT_CREDIT_MS,
    CallResult,
    LineFigures,
    Placement,
    RelaxedStep,
    Serving,
    Settlement,
    Status,
    line_id,
)
from mci_router.vocabulary import ContactState

PLACE = Placement("con_1", "chat", "chat", [{"skill": "billing", "min": 2}], 2, 1_000_000, 1_020_000, 0, 3)


def test_a_line_is_named_by_queue_channel_units_and_needs() -> None:
    """Alternatives are parted by a slash; nothing wanted is nothing after the last bar."""
    needs = [{"skill": "billing", "min": 2.0}], [{"skill": "sales", "min": 1}, {"skill": "tier", "min": 2}]
    assert line_id("chat", "chat", 2, *needs) == "chat|chat|2|billing:2/sales:1,tier:2"
    assert line_id("chat", "chat", 2, []) == "chat|chat|2|"


def test_what_does_not_apply_is_not_sent() -> None:
    """The least that `enqueue` takes."""
    assert PLACE.arguments() == {
        "id": "con_1",
        "queue": "chat",
        "channel": "chat",
        "line": "chat|chat|2|billing:2",
        "units": 2,
        "enqueued_at": 1_000_000,
        "due_at": 1_020_000,
        "age": 1_000_000,
        "outcome": "agent",
        "rung": 3,
    }


@pytest.mark.parametrize(
    ("changes", "age"),
    [
        ({"priority": 5}, 1_000_000 - 5 * PRIORITY_CREDIT_MS),
        ({"urgent": True}, 1_000_000 - URGENT_CREDIT_MS),
        ({"clock_from": 900_000, "priority": 1}, 900_000 - PRIORITY_CREDIT_MS),
    ],
)
def test_a_credit_changes_the_age_alone(changes: dict[str, Any], age: int) -> None:
    """When it came and when it is due stay what they are."""
    asked = replace(PLACE, **changes).arguments()
    assert (asked["age"], asked["enqueued_at"], asked["due_at"]) == (age, 1_000_000, 1_020_000)


def test_steps_are_lines_of_the_same_queue() -> None:
    """Each with the time from which it holds."""
    step = RelaxedStep(60_000, [[{"skill": "billing", "min": 1}]])
    assert replace(PLACE, steps=[step]).arguments()["steps"] == [{"after_ms": 60_000, "line": "chat|chat|2|billing:1"}]


def test_a_serving_without_a_limit_or_a_question_sends_neither() -> None:
    """And with them, both."""
    serving = Serving("con_1", "chat", "community", ContactState.POSTED, 1, None)
    assert set(serving.arguments()) == {"id", "channel", "outcome", "state", "rung"}
    asked = replace(serving, limit_at=9, asking=True).arguments()
    assert (asked["limit_at"], asked["asking"]) == (9, True)


def test_a_settlement_names_the_customer_only_with_an_event_of_an_address() -> None:
    """Nothing else concerns the customer."""
    settled = Settlement("con_1", "email", "none", -1, "machine", "cus_1")
    assert "customer" not in settled.arguments()
    assert replace(settled, address_event="opted_out").arguments()["customer"] == "cus_1"


def test_a_reply_becomes_a_result_whatever_else_it_has() -> None:
    """Words become members of their enumerations."""
    result = CallResult.of({"status": "ok", "contact": "con_1", "state": "queued", "more": 1})
    assert (result.status, result.state, result.agent) == (Status.OK, ContactState.QUEUED, None)


def test_figures_without_waits_have_none() -> None:
    """An empty list does not come through the live state's JSON."""
    names = [name for name in LineFigures.__dataclass_fields__ if name != "last_waits_ms"]
    assert LineFigures.of(dict.fromkeys(names, 0)).last_waits_ms == ()
