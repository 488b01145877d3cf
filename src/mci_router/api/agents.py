"""Agents: the tokens with which their desks connect, and what a supervisor does with them.

Their configuration is handled like that of every kind.
"""

from typing import Annotated

from mci_router.access.keys import Caller, Scope
from mci_router.access.tokens import AgentIdentity
from mci_router.api.auditing import noted
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.agents import AgentStateOut, PresenceIn, ResumptionIn, SuspensionIn
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.keys import TokenOut
from mci_router.configuration import store
from mci_router.intake.masking import mask

router = Router(prefix="/v1/agents", tags=["configuration"], responses=RESPONSES)

Supervisor = Annotated[Caller, needs(Scope.CONTACTS_SUPERVISE)]


@router.post("/{reference}/token", status_code=201, summary="Make a token for an agent's desk")
async def post_token(
    reference: Reference, caller: Annotated[Caller, needs(Scope.AGENTS_TOKEN)], parts: Service
) -> TokenOut:
    """Makes a short-lived token with which the agent's desk opens its socket.

    It becomes invalid when the key that made it is revoked, or the agent is removed.
    """
    async with parts.database.reading() as session:
        agent = await store.resource(session, caller.workspace_id, "agent", reference)
    token, expires = parts.tokens.make(AgentIdentity(caller.workspace_id, agent.name, agent.id, caller.key_id))
    return TokenOut(agent=agent.name, token=token, expires_at=expires)


@router.get("/{reference}/presence", summary="Read an agent's presence")
async def get_presence(reference: Reference, caller: Supervisor, parts: Service) -> AgentStateOut:
    """Returns what the agent wants, whether the agent can be reached, and whether the agent is suspended."""
    return AgentStateOut.model_validate(await parts.agents.read(caller.workspace_id, reference))


@router.post("/{reference}/presence", summary="Set an agent's presence")
async def post_presence(reference: Reference, body: PresenceIn, caller: Supervisor, parts: Service) -> AgentStateOut:
    """Sets what the agent wants, as the agent's own desk could: it hears of it, and may set it otherwise.

    Only an agent whose desk is connected can be made `available`. One who is made `offline` with work in hand has the
    grace of a lost agent; then the work goes back to its line.
    """
    reason = mask(body.reason).text
    note = noted(caller, "agent.presence_set", await _name(parts, caller, reference), None, reason)
    return AgentStateOut.model_validate(
        await parts.agents.set_presence(caller.workspace_id, reference, body.state, reason, note)
    )


@router.post("/{reference}/suspend", summary="Suspend an agent")
async def post_suspend(reference: Reference, body: SuspensionIn, caller: Supervisor, parts: Service) -> AgentStateOut:
    """Suspends an agent, who finishes the contacts held and gets nothing new, whatever the agent wants. Idempotent.

    A pending offer is taken back, and the next agent asked at once. It holds until `resume`, also over a restart.
    """
    reason = mask(body.reason).text
    note = noted(caller, "agent.suspended", await _name(parts, caller, reference), None, reason)
    return AgentStateOut.model_validate(await parts.agents.suspend(caller.workspace_id, reference, reason, note))


@router.post("/{reference}/resume", summary="End an agent's suspension")
async def post_resume(reference: Reference, body: ResumptionIn, caller: Supervisor, parts: Service) -> AgentStateOut:
    """Lets a suspended agent work again: one who is available is offered what waits at once. Idempotent."""
    reason = mask(body.reason).text
    note = noted(caller, "agent.resumed", await _name(parts, caller, reference), None, reason)
    return AgentStateOut.model_validate(await parts.agents.resume(caller.workspace_id, reference, reason, note))


async def _name(parts: Parts, caller: Caller, reference: str) -> str:
    """Returns the name of the agent. Raises NotFound."""
    async with parts.database.reading() as session:
        return (await store.resource(session, caller.workspace_id, "agent", reference)).name
