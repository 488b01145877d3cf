"""API keys: made, listed and revoked."""

from typing import Annotated

from mci_router.access.keys import Caller, Scope, list_keys, make_key, rate_of, revoke_key
from mci_router.api.adapter_rules import adapter_of, refuse_trust_beyond
from mci_router.api.auditing import audited, key_facts
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.keys import KeyIn, KeyMade, KeyOut, KeyPage
from mci_router.configuration.bounds import refuse_another_key
from mci_router.errors import ScopeMissing
from mci_router.models import ApiKey

router = Router(prefix="/v1/api-keys", tags=["keys"], responses=RESPONSES)

Keeper = Annotated[Caller, needs(Scope.KEYS_WRITE)]


@router.post("", status_code=201, summary="Make a key")
async def post_key(body: KeyIn, caller: Keeper, parts: Service) -> KeyMade:
    """Makes a key with some of your own scopes, and of your own trust at most.

    It is shown only this once: only its hash is kept.
    """
    beyond = sorted(set(body.scopes) - caller.scopes)
    if beyond:
        raise ScopeMissing(f"A key can only give scopes it has; yours lacks {', '.join(beyond)}.", scopes=beyond)
    caller.asserts(body.trust)
    if body.adapter is not None:
        refuse_trust_beyond(await adapter_of(parts, caller.workspace_id, body.adapter), body.trust)
    async with parts.database.transaction() as session:
        keys = await list_keys(session, caller.workspace_id)
        refuse_another_key(sum(key.revoked_at is None for key in keys))
        key, secret = await make_key(
            session, caller.workspace_id, body.name, body.scopes, body.trust, body.rate_limit, body.adapter
        )
        await audited(session, caller, "api_key.created", key.id, after=key_facts(key))
        return KeyMade(**_shown(key).model_dump(), key=secret)


@router.get("", summary="List keys")
async def get_keys(caller: Keeper, parts: Service) -> KeyPage:
    """Lists all keys of the workspace, revoked ones too, without their secrets."""
    async with parts.database.reading() as session:
        return KeyPage(items=[_shown(key) for key in await list_keys(session, caller.workspace_id)])


@router.delete("/{key_id}", status_code=204, summary="Revoke a key")
async def delete_key(key_id: Reference, caller: Keeper, parts: Service) -> None:
    """Revokes the key, and closes the desks whose tokens it made.

    Other processes of the service follow within five seconds.
    """
    async with parts.database.transaction() as session:
        if revoked := await revoke_key(session, caller.workspace_id, key_id):
            await audited(session, caller, "api_key.revoked", key_id, before=key_facts(revoked))
    parts.keys.forget()
    await parts.sessions.check()


def _shown(key: ApiKey) -> KeyOut:
    return KeyOut.model_validate(key).model_copy(update={"rate_limit": rate_of(key)})
