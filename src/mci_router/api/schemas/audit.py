"""Schemas of the audit trail."""

from typing import Annotated, Any

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.vocabulary import ActorKind


class AuditActor(Answer):
    """The actor of a privileged act."""

    kind: ActorKind
    id: Annotated[str, Field(description="A key's id, an agent's name, a monitor's id, or `cli`.")]
    name: str


class AuditOut(Answer):
    """A privileged act. `before` and `after` have what differs; one of them is null for what was made or removed."""

    id: str
    at: Annotated[Moment, Field(description="When it was done. RFC 3339, UTC.")]
    actor: AuditActor
    action: Annotated[str, Field(description="What was done to what.", examples=["queue.updated"])]
    target: Annotated[str, Field(description="The name or id of what was changed.", examples=["billing"])]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: Annotated[str | None, Field(description="What was given as a reason, masked.")]


class AuditPage(Answer):
    """Acts, newest first."""

    items: list[AuditOut]
    next_cursor: str | None
