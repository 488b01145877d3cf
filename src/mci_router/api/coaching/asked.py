"""What the routes of coaching share: how a period is named, what a caller may see, and how texts are masked."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Path, Query

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.parts import Parts, needs
from mci_router.clock import utc_now
from mci_router.coaching.calendar import Period
from mci_router.coaching.reading import View
from mci_router.errors import InvalidRequest, NotFound
from mci_router.intake.masking import MaskingPolicy, mask
from mci_router.specs.base import Name
from mci_router.specs.resources import AgentSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import CohortKind

Reader = Annotated[Caller, needs(Scope.COACHING_READ)]
Writer = Annotated[Caller, needs(Scope.COACHING_WRITE)]
AgentName = Annotated[Name, Path(description="The agent's name.")]
By = Annotated[CohortKind, Query(description="By which the agent is compared.")]


def view_of(caller: Caller, by: CohortKind) -> View:
    """Returns what a caller asks for and may see."""
    return View(by, sees_sensitive(caller), utc_now())


def named(read: Callable[[str], Period], name: str, where: str) -> Period:
    """Returns the week or month of that name. Raises InvalidRequest."""
    try:
        return read(name)
    except ValueError as error:
        raise InvalidRequest(f"{where}: {error}.", errors=[{"where": where, "problem": str(error)}]) from error


async def snapshot_with(parts: Parts, caller: Caller, agent: str) -> Snapshot:
    """Returns the configuration of the caller's workspace. Raises NotFound where it has no such agent."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    if agent not in snapshot.of(AgentSpec):
        raise NotFound(f"There is no agent {agent!r} in this workspace.")
    return snapshot


def masked_by(snapshot: Snapshot) -> Callable[[str], str]:
    """Returns what masks a text as the workspace wants it."""
    policy = MaskingPolicy(**snapshot.spec.masking.model_dump())
    return lambda text: mask(text, policy).text
