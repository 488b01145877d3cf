"""Runs of workflows: started, read, and given their results; and the secrets that sign their calls."""

from typing import Annotated, Any

from fastapi import Header, Path, Query, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.auditing import audited, noted
from mci_router.api.contact_seen import contact_seen
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.runs import ApprovalIn, CompensationIn, RunIn, RunOut, RunPage, RunResultIn
from mci_router.api.schemas.webhooks import RotationIn, SecretOut
from mci_router.configuration import store
from mci_router.lifecycle.runs.workflows import Start
from mci_router.specs.base import Name
from mci_router.vocabulary import RunState
from mci_router.workflows import secrets

router = Router(prefix="/v1", tags=["workflows"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.RUNS_READ)]
Writer = Annotated[Caller, needs(Scope.RUNS_WRITE)]
Reporter = Annotated[Caller, needs(Scope.RUNS_RESULT)]
Approver = Annotated[Caller, needs(Scope.RUNS_APPROVE)]
OfConfiguration = Annotated[Caller, needs(Scope.CONFIGURATION_WRITE, Scope.RUNS_WRITE)]
RunKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Your own key for this run: a second request with it gets the same run.",
    ),
]
ContactQuery = Annotated[str | None, Query(max_length=64, pattern=r"^[A-Za-z0-9_]+$")]


@router.post("/runs", status_code=201, summary="Start a run of a workflow")
async def post_run(body: RunIn, caller: Writer, parts: Service, idempotency_key: RunKey = None) -> RunOut:
    """Starts a run, by the same rules as automation: identity, approval, limits. It goes on beside the answer.

    A contact that it is for stays where it is.
    """
    if body.contact:
        await contact_seen(parts, caller, body.contact)
    key = parts.fingerprints.of(f"{caller.workspace_id} run key", idempotency_key) if idempotency_key else None
    start = Start(body.workflow, body.input, body.contact, f"key:{caller.key_id}", caller.trust, key, body.customer)
    note = noted(caller, "run.started", body.workflow, None)
    return RunOut.model_validate(await parts.workflows.start(caller.workspace_id, start, note))


@router.get("/runs", summary="List runs of workflows", responses=PAGED)
async def list_runs(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    contact: ContactQuery = None,
    workflow: Annotated[Name | None, Query()] = None,
    state: RunState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> RunPage:
    """Lists them, newest first: `state=unknown` are those of which nobody knows what they did."""
    found = await parts.workflows.newest(
        caller.workspace_id,
        contact=contact,
        workflow=workflow,
        state=state,
        sensitive=sees_sensitive(caller),
        after=cursor,
        limit=limit + 1,
    )
    items, following = paged(request, response, found, limit)
    return RunPage(items=[RunOut.model_validate(item) for item in items], next_cursor=following)


@router.get("/runs/{run_id}", summary="Read a run of a workflow")
async def get_run(run_id: Reference, caller: Reader, parts: Service) -> RunOut:
    """Returns a run as it is now, with its steps."""
    run = await parts.workflows.read(caller.workspace_id, run_id, sensitive=sees_sensitive(caller))
    return RunOut.model_validate(run)


@router.post("/runs/{run_id}/result", status_code=204, summary="Report the result of a run")
async def post_result(run_id: Reference, body: RunResultIn, caller: Reporter, parts: Service) -> None:
    """Takes what came of a run whose target answered 202, or did not answer. Idempotent.

    A result that comes after `unknown` settles it; another result than the first is refused.
    """
    await parts.workflows.report(caller.workspace_id, run_id, body.model_dump(mode="json"))


@router.post("/runs/{run_id}/approval", summary="Approve a run, or decline it")
async def post_approval(run_id: Reference, body: ApprovalIn, caller: Approver, parts: Service) -> RunOut:
    """Takes a decision about a run that waits for approval: approved it is called, declined it has failed.

    Who has started it cannot decide. Of two decisions at once one is taken. After its time nobody decides.
    """
    await get_run(run_id, caller, parts)
    agreed = body.decision == "approve"
    note = noted(caller, "run.approved" if agreed else "run.declined", run_id, None, body.reason)
    run = await parts.approvals.decide(
        caller.workspace_id,
        run_id,
        f"key:{caller.key_id}",
        note,
        agreed=agreed,
        seen=body.input_hash,
        reason=body.reason,
    )
    return RunOut.model_validate(run)


@router.post("/runs/{run_id}/compensated", status_code=204, summary="Report that a run is undone")
async def post_compensated(
    run_id: Reference, caller: Reporter, parts: Service, body: CompensationIn | None = None
) -> None:
    """Takes that what a run has done was undone. Idempotent."""
    note = noted(caller, "run.compensated", run_id, None)
    await parts.workflows.compensate(caller.workspace_id, run_id, body.message if body else None, note)


@router.post("/workflows/{name}/rotate-secret", summary="Make a secret for a workflow's calls")
async def rotate_workflow_secret(
    name: Annotated[Name, Path()], caller: OfConfiguration, parts: Service, body: RotationIn | None = None
) -> SecretOut:
    """Makes a secret, which is shown this once. Without one a workflow is not called.

    With one that was there before, both sign until `previous_secret_until`.
    """
    overlap_s = parts.settings.webhook_rotation_s if body is None or body.overlap_s is None else body.overlap_s
    async with parts.database.transaction() as session:
        await store.resource(session, caller.workspace_id, "workflow", name)
        secret, until = await secrets.rotate(session, caller.workspace_id, name, overlap_s=overlap_s)
        facts: dict[str, Any] = {"overlap_s": overlap_s}
        await audited(session, caller, "workflow.secret_rotated", name, after=facts)
    return SecretOut(secret=secret, previous_secret_until=until)
