"""Inputs that nobody can mean, and answers that can be read in two ways, start nothing and break nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

from mci_router.workflows.asking import value_of
from tests.support.rows import every
from tests.support.service import Workspace
from tests.support.target import running_target
from tests.workflows.test_serving import REFUND, SAM, run_of, with_workflow

Make = Callable[..., Awaitable[Workspace]]
OPEN: dict[str, Any] = {
    "approval": {"from": 250, "currency": "USD"},
    "ask": [],
    "input_schema": {
        "type": "object",
        "required": ["amount"],
        "properties": {"amount": {"type": "number"}, "more": {}, "reason": {"type": "string"}},
        "if": {"properties": {"amount": {"minimum": 100}}},
        "then": {"required": ["reason"]},
    },
}


async def test_numbers_that_are_no_amounts_are_refused(make: Make) -> None:
    """With the place; and a contact that brings one is accepted, and passes the workflow over."""
    async with running_target() as target:
        workspace, _ = await with_workflow(make, target, **OPEN)
        reason = ', "reason": "broken"'
        for given, where in (
            (f'"amount": 1e20{reason}', "body.input.amount"),
            (f'"amount": -1{"0" * 400}{reason}', "body.input.amount"),
            ('"amount": 1, "more": {"a": [1, 1e400]}', "body.input.more.a.1"),
        ):
            body = f'{{"workflow": "refund", "input": {{{given}}}}}'
            headers = {"Content-Type": "application/json"}
            refused = await workspace.api.post("/v1/runs", content=body, headers=headers)
            assert (refused.status_code, refused.json()["errors"][0]["where"]) == (422, where)
        contact = await workspace.post(topic="sign_in", context={"amount": 1e20, "reason": "x"}, customer=SAM)
        assert "the workflow refund is passed over: what is known as amount does not fit" in contact["route"]["reasons"]
        assert not target.called


async def test_what_does_not_fit_together_is_not_called(make: Make) -> None:
    """Each field fits, and the whole does not: by the same rules on a rung as for who starts it."""
    async with running_target() as target:
        workspace, _ = await with_workflow(make, target, **OPEN)
        contact = await workspace.post(topic="sign_in", context={"amount": 120}, customer=SAM)
        assert "the workflow refund is passed over: what is known does not fit together" in contact["route"]["reasons"]
        fits = await workspace.post(
            topic="sign_in", context={"amount": 120, "reason": "x"}, customer={"external_id": "c-78"}
        )
        await run_of(workspace, fits["route"]["workflow"]["run"], "succeeded")
        assert len(target.called) == 1


@every(
    ("said", "value"),
    [
        ("I want 20,50 € please", 20.5),
        ("1 234,50", 1234.5),
        ("1,234", 1234),
        *((one, one) for one in ("0.125", "2 20", "20, 30", "5 6", "9" * 5_000)),
    ],
)
def test_a_number_that_can_be_read_in_two_ways_is_asked_for_again(said: str, value: Any) -> None:
    """Of money none is read ten or a thousand times too large."""
    assert value_of(REFUND["input_schema"]["properties"]["amount"], said) == value
