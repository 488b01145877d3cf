"""Schemas of runs of workflows, as they are started, read, and given their results."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.specs.base import Name
from mci_router.specs.json_schemas import DEEPEST, depth
from mci_router.vocabulary import RunState
from mci_router.workflows.judging import LONGEST_MESSAGE, MOST_STEPS, bounded

MOST_INPUT = 16_384  # characters of JSON
ContactId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,64}$")]


class RunIn(Body):
    """A run to start."""

    workflow: Name
    input: Annotated[
        dict[str, Any], Field(description="All that the workflow's `input_schema` asks for: nobody is asked.")
    ] = {}
    contact: Annotated[ContactId | None, Field(description="The contact that it is for.")] = None
    customer: Annotated[
        ContactId | None,
        Field(
            description="The customer that it is for, where there is no contact. It is exported and erased with that."
        ),
    ] = None

    @model_validator(mode="after")
    def for_one(self) -> Self:
        """Raises ValueError for a contact and a customer: a contact has its own."""
        if self.contact and self.customer:
            raise ValueError("name the contact or the customer: a contact has its customer")
        return self

    @model_validator(mode="after")
    def bounded_input(self) -> Self:
        """Raises ValueError for an input that is too large."""
        if depth(self.input) > DEEPEST:
            raise ValueError(f"input is nested deeper than {DEEPEST} levels")
        if len(str(self.input)) > MOST_INPUT:
            raise ValueError(f"input is longer than {MOST_INPUT:,} characters")
        return self


class StepIn(Body):
    """One step of what was done."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    status: Annotated[str, StringConstraints(max_length=64)] = ""
    message: Annotated[str, StringConstraints(max_length=1_000)] = ""
    result: Any = None


class RunResultIn(Body):
    """What came of a run."""

    status: Literal[RunState.SUCCEEDED, RunState.FAILED, RunState.COMPENSATED]
    message: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=LONGEST_MESSAGE),
        Field(description="For the customer."),
    ] = ""
    result: dict[str, Any] | None = None
    steps: Annotated[list[StepIn], Field(max_length=MOST_STEPS)] = []

    @model_validator(mode="after")
    def bounded_result(self) -> Self:
        """Raises ValueError for a result that is too large."""
        bounded(self.model_dump(mode="json"))
        return self


class ApprovalIn(Body):
    """What a person decides about a run that waits for approval."""

    decision: Literal["approve", "decline"]
    input_hash: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9a-f]{64}$"),
        Field(
            description="Of the input that was looked at: the run's `input_hash`. Of another one nothing is decided."
        ),
    ]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""

    @model_validator(mode="after")
    def says_why_not(self) -> Self:
        """Raises ValueError for a refusal without a reason."""
        if self.decision == "decline" and not self.reason:
            raise ValueError("declines without a reason: say why")
        return self


class CompensationIn(Body):
    """What a run has done is undone."""

    message: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, max_length=LONGEST_MESSAGE),
        Field(description="Why, or how."),
    ] = None


class RunStepOut(Answer):
    """One step of what a target did."""

    name: str
    status: str = ""
    message: str = ""
    result: Any = None


class RunOut(Answer):
    """A run of a workflow."""

    id: str
    workflow: str
    contact_id: Annotated[str | None, Field(description="The contact that it is for.")]
    customer_id: Annotated[str | None, Field(description="The customer that it is for.")]
    started_by: Annotated[str, Field(description="`rung`: automation; else who started it.")]
    state: RunState
    why: Annotated[str | None, Field(description="A word for how it ended, or why it is called again.")]
    input: Annotated[dict[str, Any], Field(description="Without secrets.")]
    input_hash: str
    amount: float | None
    currency: str | None
    asking: Annotated[str | None, Field(description="The field that the customer is asked for.")]
    attempts: Annotated[int, Field(description="Calls that were begun, all with the run's id as key.")]
    message: Annotated[str | None, Field(description="What the target has the customer told.")]
    result: dict[str, Any] | None
    steps: list[RunStepOut]
    approved_at: Moment | None
    approved_by: str | None
    created_at: Moment
    began_at: Moment | None
    accepted_at: Annotated[Moment | None, Field(description="Since when its result is to follow.")]
    ended_at: Moment | None


class RunPage(Answer):
    """Runs, newest first. `next_cursor` continues the list; null at its end."""

    items: list[RunOut]
    next_cursor: str | None
