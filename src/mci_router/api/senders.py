"""Senders of files: a key, an agent at a desk, or a customer in a chat; each sends the token that it has already."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from mci_router.access.keys import Caller, Scope
from mci_router.api.costs import cost_of
from mci_router.api.customer.door import admitted, check_origin, entrant
from mci_router.api.parts import Parts, Service, authenticated
from mci_router.errors import NotAuthenticated, ScopeMissing
from mci_router.values import value

OF_A_KEY = "mci_"
SENDS = (Scope.CONTACTS_WRITE, Scope.MESSAGES_WRITE)
READS = (*SENDS, Scope.CONTACTS_READ)


@value
class Sender:
    """Who sends a file, or asks for one. `caller` is the key; None for an agent and for a customer, who have `name`'s
    own files alone.
    """

    workspace: str
    name: str
    caller: Caller | None = None

    @property
    def owner(self) -> str | None:
        """Whose the files have to be that it may use; None for anybody's of the workspace."""
        return self.name if self.caller is None else None


def who(*scopes: Scope) -> Any:
    """Returns a dependency: who sends a request, a key only if it has one of these scopes."""

    async def sender(request: Request, parts: Service) -> Sender:
        return await _sender(request, parts, scopes)

    dependency: Callable[..., Awaitable[Sender]] = sender
    return Depends(dependency)


def described(*scopes: Scope) -> dict[str, Any]:
    """Returns what the API's description says of such a dependency: any one of the scopes opens it."""
    return {"security": [{"api_key": [scope]} for scope in scopes]}


async def _sender(request: Request, parts: Parts, scopes: tuple[Scope, ...]) -> Sender:
    """Returns who sends a request. Raises NotAuthenticated, ScopeMissing, OriginRefused, TooManyRequests."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise NotAuthenticated
    if secret.startswith(OF_A_KEY):
        caller = await authenticated(request, parts, secret, ())
        if not any(map(caller.may, scopes)):
            raise ScopeMissing(f"This key lacks the scope {' or '.join(scopes)}.", scopes=list(scopes))
        return Sender(caller.workspace_id, caller.sender, caller)
    sender, key = await _person(request, parts, secret)
    await parts.rates.spend(Caller(sender.workspace, key, frozenset()), cost_of(request))
    return sender


async def _person(connection: HTTPConnection, parts: Parts, token: str) -> tuple[Sender, str]:
    """Returns the agent or the customer whose token it is, and the key by which it was made."""
    try:
        agent, _ = parts.tokens.read(token)
    except NotAuthenticated:
        who = await entrant(parts, token)
        await check_origin(parts, connection, who.identity.workspace_id)
        customer = await admitted(parts, who)
        return Sender(customer.workspace_id, f"customer:{customer.customer}"), customer.key_id
    await parts.sessions.admit(agent)
    return Sender(agent.workspace_id, f"agent:{agent.agent}"), agent.key_id
