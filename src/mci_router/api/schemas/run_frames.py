"""Frames of the agent socket about runs of workflows: listed, started, approved and declined."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from mci_router.api.schemas.common import Body
from mci_router.api.schemas.frame_ids import ContactId, FrameId
from mci_router.api.schemas.transfers import Why
from mci_router.specs.base import Name

RunId = Annotated[str, StringConstraints(pattern=r"^run_[0-9a-f]{32}$")]
InputHash = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(description="Of the input that was looked at.")
]


class ListRunsData(Body):
    """The contact."""

    contact_id: ContactId


class ListRuns(Body):
    """Lists the workflows that can be started for a contact, its runs, and the run that it asks about."""

    type: Literal["run.list"]
    id: FrameId
    data: ListRunsData


class StartRunData(ListRunsData):
    """The workflow, and all that it takes. With the same `client_id` it is started once."""

    client_id: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    workflow: Name
    input: Annotated[dict[str, object], Field(description="As the workflow's `input_schema` has it.")] = {}


class StartRun(Body):
    """The agent has a workflow done for a contact that the agent serves."""

    type: Literal["run.start"]
    id: FrameId
    data: StartRunData


class ApproveRunData(ListRunsData):
    """The task by which the agent is asked, the run, and what of it was looked at."""

    run_id: RunId
    input_hash: InputHash


class ApproveRun(Body):
    """The agent approves a run that a colleague or automation has begun."""

    type: Literal["run.approve"]
    id: FrameId
    data: ApproveRunData


class DeclineRunData(ApproveRunData):
    """The run that is declined, and why."""

    reason: Why


class DeclineRun(Body):
    """The agent declines a run: it has failed."""

    type: Literal["run.decline"]
    id: FrameId
    data: DeclineRunData


RunCommand: TypeAlias = ListRuns | StartRun | ApproveRun | DeclineRun
"""What an agent does with runs of workflows."""
