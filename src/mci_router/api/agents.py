"""Agents: the tokens with which their desks connect. Their configuration is handled like that of every kind."""

from typing import Annotated

from fastapi import APIRouter

from mci_router.access.keys import Caller, Scope
from mci_router.access.tokens import AgentIdentity
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.keys import TokenOut
from mci_router.configuration import store

router = APIRouter(prefix="/v1/agents", tags=["configuration"], responses=RESPONSES)


@router.post("/{reference}/token", status_code=201, summary="Make a token for an agent's desk")
async def post_token(
    reference: Reference, caller: Annotated[Caller, needs(Scope.AGENTS_TOKEN)], parts: Service
) -> TokenOut:
    """Makes a short-lived token with which the agent's desk opens its socket.

    It becomes invalid when the key that made it is revoked, or the agent is removed.
    """
    async with parts.database.transaction() as session:
        agent = await store.resource(session, caller.workspace_id, "agent", reference)
    token, expires = parts.tokens.make(AgentIdentity(caller.workspace_id, agent.name, agent.id, caller.key_id))
    return TokenOut(agent=agent.name, token=token, expires_at=expires)
