"""Amounts from which a person has to agree."""

from decimal import Decimal

import pytest

from mci_router.specs.workflows import ApprovalSpec, WorkflowSpec

SPEC = WorkflowSpec(
    name="credit",
    title="Credit",
    url="https://acts.example.com/credit",
    input_schema={"type": "object", "properties": {"amount": {"type": "number"}}, "required": ["amount"]},
    approval=ApprovalSpec(at_least=Decimal("250"), currency="USD"),
)


@pytest.mark.parametrize(
    ("amount", "asked"), [(249.99, False), (250, True), (-250, True), (-249.99, False), (None, True)]
)
def test_what_moves_as_much_backwards_needs_a_person_too(amount: float | None, asked: bool) -> None:
    assert SPEC.needs_approval({"amount": amount} if amount is not None else {}) is asked
