"""What served a contact, as bodies have it."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer
from mci_router.vocabulary import RunState, ServedBy


class ServedByOut(Answer):
    """What last served a contact before, or instead of, a person. It is kept when the contact moves on and ends."""

    kind: ServedBy
    ref: Annotated[str, Field(description="An article's or workflow's name, a post's or incident's id.")]
    version: Annotated[int | None, Field(description="The article's version then, where it is known.")] = None
    run: Annotated[str | None, Field(description="The workflow's run: `GET /v1/runs/{run}`.")] = None


class WorkflowServesOut(Answer):
    """The workflow that serves a contact. `GET /v1/runs/{run}` has the run as it is now."""

    name: str
    title: str
    run: Annotated[str | None, Field(description="Null in a dry run.")]
    state: RunState
    message: Annotated[str | None, Field(description="What the customer is told, once it has ended.")]
