"""The payload of a run of a workflow: how far it has come, without a word of its input or result."""

from typing import Annotated

from pydantic import Field

from mci_router.webhooks.payloads import Payload, Why


class RunPayload(Payload):
    """A run of a workflow, and the contact that it is for."""

    run: str
    workflow: str
    contact_id: str | None = None
    started_by: Annotated[str, Field(description="`rung`: automation; else who started it.")]
    attempts: Annotated[int, Field(description="Calls that were begun.")]
    why: Why = None
