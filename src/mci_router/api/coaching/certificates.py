"""Certificates: who is certified for which skill, and who is about to lapse."""

from typing import Annotated

from fastapi import Query

from mci_router.api.auditing import noted
from mci_router.api.coaching.asked import Reader, Writer, masked_by
from mci_router.api.parts import Parts, Service
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.certificates import CertificateIn, StandingOut, StandingsOut
from mci_router.api.schemas.common import Reference
from mci_router.coaching.certificates import Granting, lapsing
from mci_router.specs.base import Name
from mci_router.specs.skills import LONGEST_DAYS

router = Router(prefix="/v1/coaching/certificates", tags=["coaching"], responses=RESPONSES)


@router.get("", summary="List how agents stand with skills that ask for certificates")
async def list_certificates(
    caller: Reader,
    parts: Service,
    agent: Annotated[Name | None, Query(description="Of this agent alone.")] = None,
    skill: Annotated[Name | None, Query(description="Of this skill alone.")] = None,
    lapsing_within_days: Annotated[
        int | None,
        Query(ge=0, le=LONGEST_DAYS, description="Only who is without the skill, or will be within so many days."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1_000, description="How many.")] = 200,
) -> StandingsOut:
    """Lists every agent with every skill of theirs that asks for a certificate: those without it first, then those who
    will be without it the soonest.
    """
    found = await parts.coaching.certificates.standings(caller.workspace_id, agent, skill)
    items = list(found.items) if lapsing_within_days is None else lapsing(found, lapsing_within_days)
    shown = [StandingOut.model_validate(one) for one in items[:limit]]
    return StandingsOut(day=found.day, items=shown, left_out=len(items) - len(shown))


@router.post("", status_code=201, summary="Grant a certificate")
async def post_certificate(body: CertificateIn, caller: Writer, parts: Service) -> StandingOut:
    """Grants a certificate, and returns how the agent stands with the skill now.

    The latest certificate counts, also where its score is lower than that of the one before. An agent without a needed
    certificate is offered nothing that needs the skill; those who wait are looked at again at once.
    """
    said = masked_by(await parts.snapshots.get(caller.workspace_id))
    wanted = Granting(**body.model_dump() | {"note": said(body.note)}, by=caller.name)
    note = noted(caller, "certificate.granted", body.agent, None)
    granted = await parts.coaching.certificates.grant(caller.workspace_id, wanted, note)
    await _follow(parts, caller.workspace_id)
    return StandingOut.model_validate(granted)


@router.delete("/{reference}", status_code=204, summary="Take a certificate back")
async def delete_certificate(reference: Reference, caller: Writer, parts: Service) -> None:
    """Takes a certificate back by its id: the one before counts again. Idempotent."""
    note = noted(caller, "certificate.revoked", reference, None)
    await parts.coaching.certificates.revoke(caller.workspace_id, reference, caller.name, note)
    await _follow(parts, caller.workspace_id)


async def _follow(parts: Parts, workspace: str) -> None:
    """Has the live state, and those who wait already, follow before anybody comes by it."""
    await parts.snapshots.changed(workspace)
    await parts.replanning.follow(workspace)
