"""The payload of a run of a workflow: how far it has come, without a word of its input or result."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from mci_router.events import EventType
from mci_router.webhooks.payloads import Payload, Why


class RunPayload(Payload):
    """A run of a workflow, and the contact that it is for."""

    run: str
    workflow: str
    contact_id: str | None = None
    started_by: Annotated[str, Field(description="`rung`: automation; else who started it.")]
    attempts: Annotated[int, Field(description="Calls that were begun.")]
    why: Why = None


RUNS: Mapping[EventType, tuple[str, type[RunPayload]]] = {
    EventType.RUN_WAITING_INPUT: ("The customer is asked for what the workflow's run needs.", RunPayload),
    EventType.RUN_WAITING_APPROVAL: ("A person has to agree to the run.", RunPayload),
    EventType.RUN_RUNNING: ("The workflow is called, for the first time or again.", RunPayload),
    EventType.RUN_SUCCEEDED: ("The workflow has done it.", RunPayload),
    EventType.RUN_FAILED: ("The run is not done; `why` says why.", RunPayload),
    EventType.RUN_UNKNOWN: (
        "Nobody knows whether the run is done: a person has to find out. A late result may follow.",
        RunPayload,
    ),
    EventType.RUN_COMPENSATED: ("What the run has done is undone.", RunPayload),
}
"""When each comes, and its `data`; in the order in which a run meets them."""
