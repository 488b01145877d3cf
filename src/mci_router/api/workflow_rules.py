"""Rules of workflows that their specification alone does not hold: who may make one, and where it may lead."""

from mci_router.access.keys import Caller, Scope
from mci_router.api.parts import Parts
from mci_router.errors import ScopeMissing
from mci_router.specs.workflows import WorkflowSpec
from mci_router.webhooks import targets


async def check(parts: Parts, caller: Caller, spec: WorkflowSpec) -> None:
    """Checks a workflow before it is written. Raises ScopeMissing, TargetRefused.

    Who makes one decides what is done for customers, and where what they say of it goes.
    """
    if not caller.may(Scope.RUNS_WRITE):
        needed = Scope.RUNS_WRITE
        raise ScopeMissing(f"Only a key with {needed} can say what a workflow calls.", scopes=[needed])
    private = parts.settings.webhook_private_targets
    await targets.addresses(targets.parsed(spec.url, private=private), private=private, resolve=targets.resolve)
