"""Commands of an agent about runs of workflows: listed, started, approved and declined."""

from typing import Any

from mci_router.access.audit import Actor
from mci_router.access.tokens import AgentIdentity
from mci_router.api.auditing import noted
from mci_router.api.parts import Parts
from mci_router.api.schemas.run_frames import (
    ApproveRun,
    ApproveRunData,
    DeclineRun,
    ListRuns,
    RunCommand,
    StartRun,
    StartRunData,
)
from mci_router.api.schemas.runs import MOST_INPUT, RunOut
from mci_router.conversations.access import Access, who_may
from mci_router.errors import InputRefused, NotYourContact
from mci_router.lifecycle.runs.workflows import Start
from mci_router.models import WorkflowRun
from mci_router.specs.json_schemas import DEEPEST, depth
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.workflows import WorkflowSpec
from mci_router.vocabulary import ActorKind, Trust

MOST_LISTED = 20


class RunCommands:
    """Carries out one agent's frames about runs."""

    def __init__(self, parts: Parts, identity: AgentIdentity) -> None:
        self._parts = parts
        self._workspace = identity.workspace_id
        self._agent = identity.agent
        self._actor = Actor(identity.workspace_id, ActorKind.AGENT, identity.agent, identity.agent)

    async def do(self, frame: RunCommand) -> dict[str, Any]:
        """Carries out a frame, and returns the data of its ack. Raises NotYourContact, and what its work raises."""
        live = await self._parts.engine.contact(self._workspace, frame.data.contact_id)
        needed = Access.READ if isinstance(frame, ListRuns) else Access.WRITE
        if who_may(live, self._agent) < needed:
            raise NotYourContact
        match frame:
            case ListRuns(data=data):
                return await self._list(data.contact_id)
            case StartRun(data=data):
                return {"run": shown(await self._start(data))}
            case ApproveRun(data=data):
                return {"run": shown(await self._decide(data, agreed=True, reason=""))}
            case DeclineRun(data=declined):
                return {"run": shown(await self._decide(declined, agreed=False, reason=declined.reason))}

    async def _list(self, contact: str) -> dict[str, Any]:
        snapshot = await self._parts.snapshots.get(self._workspace)
        runs = await self._parts.workflows.newest(
            self._workspace, contact=contact, workflow=None, state=None, sensitive=True, after=None, limit=MOST_LISTED
        )
        about = await self._parts.approvals.of(self._workspace, contact)
        return {
            "workflows": offered(snapshot) if about is None else [],
            "runs": [shown(run) for run in runs],
            "approves": shown(about) if about else None,
        }

    async def _start(self, data: StartRunData) -> WorkflowRun:
        """Starts a run for a contact that the agent serves. Raises as `Workflows.start` does."""
        if depth(data.input) > DEEPEST or len(str(data.input)) > MOST_INPUT:
            raise InputRefused("The input is too large, or nested too deep.")
        by = f"agent:{self._agent}"
        key = self._parts.fingerprints.of(f"{self._workspace} run key of {by}", f"{data.contact_id} {data.client_id}")
        start = Start(data.workflow, data.input, data.contact_id, by, Trust.CLAIMED, key)
        note = noted(self._actor, "run.started", data.workflow, None)
        return await self._parts.workflows.start(self._workspace, start, note)

    async def _decide(self, data: ApproveRunData, *, agreed: bool, reason: str) -> WorkflowRun:
        """Takes the agent's decision about the run that its task asks about. Raises as `Approvals.decide` does."""
        note = noted(self._actor, "run.approved" if agreed else "run.declined", data.run_id, None, reason)
        return await self._parts.approvals.decide(
            self._workspace,
            data.run_id,
            f"agent:{self._agent}",
            note,
            agreed=agreed,
            seen=data.input_hash,
            reason=reason,
            task=data.contact_id,
        )


def shown(run: WorkflowRun) -> dict[str, Any]:
    """Returns a run as frames have it."""
    return RunOut.model_validate(run).model_dump(mode="json")


def offered(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Returns the workflows that an agent may start, with what their forms are made of."""
    specs = sorted(snapshot.of(WorkflowSpec).values(), key=lambda one: one.title)
    return [
        {
            "name": one.name,
            "title": one.title,
            "topics": list(one.topics),
            "input_schema": one.input_schema,
            "approval": one.approval.model_dump(mode="json", by_alias=True) if one.approval else None,
        }
        for one in specs
    ]
