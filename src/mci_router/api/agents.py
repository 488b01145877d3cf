"""Agents: their configuration, and the tokens their desks connect with."""

from typing import Annotated, Any

from mci_router.access.keys import Caller, Scope
from mci_router.access.tokens import AgentIdentity
from mci_router.api.configuration import resource_router
from mci_router.api.parts import Service, needs
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.keys import TokenOut
from mci_router.configuration import store

router = resource_router("agent")


@router.post("/{reference}/token", status_code=201, response_model=TokenOut, summary="Make a token for an agent's desk")
async def post_token(reference: Reference, caller: Annotated[Caller, needs(Scope.AGENTS_TOKEN)], parts: Service) -> Any:
    """A short-lived token with which the agent's desk opens its socket. It ends with the key that made it, and with the agent."""
    async with parts.database.transaction() as session:
        agent = await store.resource(session, caller.workspace_id, "agent", reference)
    token, expires = parts.tokens.make(AgentIdentity(caller.workspace_id, agent.name, agent.id, caller.key_id))
    return {"agent": agent.name, "token": token, "expires_at": expires}
