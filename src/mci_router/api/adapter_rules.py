"""Rules of channel adapters that their specification alone does not hold: who may make one, and of whom it speaks."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.keys import Caller, Scope
from mci_router.api.parts import Parts
from mci_router.conversations import outbound
from mci_router.conversations.links import Receiver
from mci_router.errors import InUse, NotFound, NotThisAdapter, ScopeMissing, TrustMissing, UnknownAdapter
from mci_router.models import AdapterLink, ApiKey
from mci_router.specs.adapters import AdapterSpec
from mci_router.vocabulary import Trust
from mci_router.webhooks import targets


async def adapter_of(parts: Parts, workspace: str, name: str) -> AdapterSpec:
    """Returns the adapter of that name. Raises UnknownAdapter."""
    found = (await parts.snapshots.get(workspace)).of(AdapterSpec).get(name)
    if found is None:
        raise UnknownAdapter(f"There is no adapter {name!r} in this workspace.")
    return found


async def adapter_at(parts: Parts, workspace: str, name: str) -> AdapterSpec:
    """Returns the adapter that a path names. Raises NotFound."""
    found = (await parts.snapshots.get(workspace)).of(AdapterSpec).get(name)
    if found is None:
        raise NotFound(f"There is no adapter {name!r} in this workspace.")
    return found


def refuse_trust_beyond(adapter: AdapterSpec, trust: Trust) -> None:
    """Checks that a key of the adapter may assert so much. Raises TrustMissing."""
    if trust.rank > adapter.trust.rank:
        raise TrustMissing(
            f"The adapter {adapter.name!r} may assert {adapter.trust} at most, and not {trust}.", trust=adapter.trust
        )


def refuse_another(caller: Caller, adapter: str) -> None:
    """Checks that the key is the adapter's own. Raises NotThisAdapter."""
    if caller.adapter != adapter:
        whose = f"the adapter {caller.adapter!r}" if caller.adapter else "no adapter"
        raise NotThisAdapter(f"This key is that of {whose}, and not of {adapter!r}.", adapter=caller.adapter)


async def check(parts: Parts, caller: Caller, spec: AdapterSpec) -> None:
    """Checks an adapter before it is written. Raises ScopeMissing, TrustMissing, TargetRefused.

    Who makes one decides where customers' conversations go, and of whom its word is taken.
    """
    if spec.takes_messages and not caller.may(Scope.MESSAGES_DELIVER):
        needed = Scope.MESSAGES_DELIVER
        raise ScopeMissing(f"Only a key with {needed} can say where messages go.", scopes=[needed])
    caller.asserts(spec.trust)
    if spec.outbound.url is not None:
        private = parts.settings.webhook_private_targets
        target = targets.parsed(spec.outbound.url, private=private)
        await targets.addresses(target, private=private, resolve=targets.resolve)


async def leave(session: AsyncSession, workspace: str, name: str) -> None:
    """Removes what the router knows of an adapter that is deleted. Raises InUse while it has keys."""
    its = ApiKey.workspace_id == workspace, ApiKey.adapter == name, ApiKey.revoked_at.is_(None)
    keys = (await session.scalars(select(ApiKey.id).where(*its).order_by(ApiKey.id).limit(5))).all()
    if keys:
        raise InUse(
            f"The adapter {name!r} still has keys: revoke them first.", used_by=[f"api key {key}" for key in keys]
        )
    # Its link first, as everywhere: who notes there what an attempt came to goes on to the messages.
    await session.execute(delete(AdapterLink).where(AdapterLink.workspace_id == workspace, AdapterLink.adapter == name))
    await outbound.abandon(session, Receiver(workspace, name))
