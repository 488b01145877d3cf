"""Triage for operators: its models and their trials, agents' corrections, and faults of the examples."""

import asyncio
from typing import Annotated, Any

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.auditing import audited, configured
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.sensitivity import SensitivityReport, Taught, in_force, sensitivity_view
from mci_router.api.schemas.triage import (
    CorrectionOut,
    CorrectionPage,
    LintReport,
    ModelDetail,
    ModelOut,
    ModelPage,
    model_view,
)
from mci_router.classifier.lint import Confusion, lint
from mci_router.classifier.sensitivity.stored import our_model
from mci_router.configuration import store
from mci_router.learning import corrections, register, sensitivity
from mci_router.learning.trials import trial
from mci_router.vocabulary import CorrectionState, ModelState

router = Router(prefix="/v1/triage", tags=["triage"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.TRIAGE_READ)]
Writer = Annotated[Caller, needs(Scope.TRIAGE_WRITE)]


@router.get("/models", summary="List triage models")
async def list_triage_models(caller: Reader, parts: Service) -> ModelPage:
    """Lists the live model, the one on trial, and those in training, retired or rejected, with reports and reasons."""
    async with parts.database.reading() as session:
        return ModelPage(items=[model_view(row) for row in await register.listed(session, caller.workspace_id)])


@router.get("/models/{version}", summary="Read a triage model")
async def get_triage_model(version: Reference, caller: Reader, parts: Service) -> ModelDetail:
    """Returns a model, its report, and how often it agreed with the live one while it was on trial."""
    async with parts.database.reading() as session:
        row = await register.model(session, caller.workspace_id, version)
        detail = {**model_view(row).model_dump(), "trial": await trial(session, caller.workspace_id, version)}
    return ModelDetail.model_validate(detail)


@router.post("/models/{version}/activate", summary="Put a triage model live")
async def activate_triage_model(version: Reference, caller: Writer, parts: Service) -> ModelOut:
    """Puts a model live: a rollback, or a person's decision against the gate.

    It stays live until topics or corrections change.
    """
    async with parts.database.transaction() as session:
        before = await _in_use(session, caller)
        row = model_view(await register.activate(session, caller.workspace_id, version))
        await _audited(session, caller, "triage_model.activated", version, before)
    await parts.models.changed(caller.workspace_id)
    return row


@router.post("/models/{version}/shadow", summary="Put a triage model on trial")
async def start_triage_model_trial(version: Reference, caller: Writer, parts: Service) -> ModelOut:
    """Puts a model on trial: each decision says what it would have said, and it decides nothing.

    One model is on trial at a time.
    """
    async with parts.database.transaction() as session:
        before = await _in_use(session, caller)
        row = model_view(await register.put_on_trial(session, caller.workspace_id, version))
        await _audited(session, caller, "triage_model.trial_started", version, before)
    await parts.models.changed(caller.workspace_id)
    return row


@router.delete("/models/{version}/shadow", status_code=204, summary="End a triage model's trial")
async def end_triage_model_trial(version: Reference, caller: Writer, parts: Service) -> None:
    """Ends the trial of a model. Idempotent."""
    async with parts.database.transaction() as session:
        before = await _in_use(session, caller)
        await register.take_off_trial(session, caller.workspace_id, version)
        await _audited(session, caller, "triage_model.trial_ended", version, before)
    await parts.models.changed(caller.workspace_id)


async def _audited(session: AsyncSession, caller: Caller, action: str, version: str, before: dict[str, Any]) -> None:
    await audited(session, caller, action, version, before=before, after=await _in_use(session, caller))


async def _in_use(session: AsyncSession, caller: Caller) -> dict[str, Any]:
    """Returns which models are in use, and locks them against other changes until the transaction ends."""
    await register.lock(session, caller.workspace_id)
    use = (await register.in_use(session, caller.workspace_id)).get(caller.workspace_id, register.Use())
    return {"live": use.live, "shadow": use.shadow}


@router.get("/sensitivity", summary="Read the models of sensitivity")
async def get_sensitivity_models(caller: Reader, parts: Service) -> SensitivityReport:
    """Returns the model in force, the one that ships with the product, and those made from the workspace's examples."""
    async with parts.database.transaction() as session:
        rows = [sensitivity_view(row) for row in await sensitivity.listed(session, caller.workspace_id)]
    live, spec = (
        parts.models.sensitivity.model(caller.workspace_id),
        (await parts.snapshots.get(caller.workspace_id)).spec,
    )
    return SensitivityReport(
        live=in_force(live), ours=in_force(our_model()), examples=spec.sensitivity_examples, items=rows
    )


@router.put("/sensitivity/examples", summary="Teach the model of sensitivity")
async def put_sensitivity_examples(taught: Taught, caller: Writer, parts: Service) -> SensitivityReport:
    """Replaces the workspace's own examples: of danger, by kind, and of `harmless` texts that were taken for danger.

    A model is made from them in the background, and goes live only if it judges the product's own examples as well as
    before.
    """
    async with parts.database.transaction() as session:
        change = await store.teach_sensitivity(session, caller.workspace_id, taught.examples)
        await configured(session, caller, [change])
    await parts.snapshots.changed(caller.workspace_id)
    await parts.models.sensitivity.refresh()
    return await get_sensitivity_models(caller, parts)


@router.get("/corrections", summary="List corrections", responses=PAGED)
async def list_triage_corrections(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    state: CorrectionState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> CorrectionPage:
    """Lists the topics that agents corrected, newest first; sensitive ones only for a key with `contacts:sensitive`."""
    async with parts.database.reading() as session:
        found = await corrections.corrections(
            session,
            caller.workspace_id,
            state=state,
            sensitive_too=sees_sensitive(caller),
            after=cursor,
            limit=limit + 1,
        )
    items, following = paged(request, response, found, limit)
    return CorrectionPage(items=[CorrectionOut.model_validate(item) for item in items], next_cursor=following)


@router.post("/corrections/{correction_id}/accept", summary="Accept a correction")
async def accept_triage_correction(correction_id: Reference, caller: Writer, parts: Service) -> CorrectionOut:
    """Accepts a correction: the next model learns from it. The contact stays as it is, sensitive or not."""
    return await _settle(parts, caller, correction_id, CorrectionState.ACCEPTED)


@router.post("/corrections/{correction_id}/reject", summary="Reject a correction")
async def reject_triage_correction(correction_id: Reference, caller: Writer, parts: Service) -> CorrectionOut:
    """Rejects a correction: later models do not learn from it, even if earlier ones did."""
    return await _settle(parts, caller, correction_id, CorrectionState.REJECTED)


async def _settle(parts: Service, caller: Caller, correction: str, state: CorrectionState) -> CorrectionOut:
    sensitive_too = sees_sensitive(caller)
    async with parts.database.transaction() as session:
        settled, before = await corrections.settle(
            session, caller.workspace_id, correction, state, sensitive_too=sensitive_too
        )
        facts = [{"state": one, "topic": settled.topic} for one in (before, state)]
        await audited(session, caller, f"correction.{state}", correction, before=facts[0], after=facts[1])
    return CorrectionOut.model_validate(settled)


@router.get("/lint", summary="Check the examples of topics")
async def lint_triage_examples(caller: Reader, parts: Service) -> LintReport:
    """Lists duplicates, topics with few or no examples, too long examples, and topics that the live model confuses."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        rows = await register.listed(session, caller.workspace_id)
    live = next((row for row in rows if row.state is ModelState.LIVE), None)
    confusions = [Confusion(**pair) for pair in live.report.get("confused", [])] if live else []
    examples = {name: topic.examples for name, topic in snapshot.topics.items()}
    async with parts.heavy.taken(caller.workspace_id):
        found = await asyncio.to_thread(lint, examples, confusions)
    return LintReport.model_validate({"model": live.version if live else None, "items": found})
