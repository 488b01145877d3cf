"""Dry runs of decisions: where a contact would go, and why."""

from typing import Annotated

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import knows_customers, sees_sensitive
from mci_router.api.merge_patch import patched
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.contacts import ContactIn
from mci_router.api.schemas.decisions import DryRunOut
from mci_router.api.schemas.replays import Changes, ReplayIn, ReplayOut, replay_view
from mci_router.clock import utc_now
from mci_router.errors import InvalidRequest
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.workspace import WorkspaceSpec

router = Router(prefix="/v1/decisions", tags=["contacts"], responses=RESPONSES)

Writer = Annotated[Caller, needs(Scope.CONTACTS_WRITE)]
Planner = Annotated[Caller, needs(Scope.CONTACTS_READ, Scope.CONFIGURATION_READ)]


@router.post("", summary="Try out a decision")
async def post_decision(body: ContactIn, caller: Writer, parts: Service) -> DryRunOut:
    """Says where this contact would go, and why, by the same code that decides about contacts. It keeps and counts
    nothing.

    What is known of the customer counts only for a key with `contacts:read` and `contacts:sensitive`. For any other key
    the customer is a new one, with the `attributes` that the body has.
    """
    caller.asserts(body.customer.trust)
    async with parts.heavy.taken(caller.workspace_id):
        arrival = await parts.reception.receive(caller.workspace_id, body.model_dump(mode="json"), None, caller.trust)
        if not knows_customers(caller):
            arrival = arrival.of_somebody_new()
        answer = await parts.dry_run.decide(arrival)
    decided = {name: answer[name] for name in ("state", "kind", "triage")} | {
        "route": {**answer["route"], "post": None}
    }
    return DryRunOut.model_validate({**decided, "language": arrival.language, "masked_kinds": arrival.masked})


@router.post("/replay", summary="Try out a change on past contacts")
async def post_replay(body: ReplayIn, caller: Planner, parts: Service) -> ReplayOut:
    """Decides about past contacts by the configuration in force and by a changed one, and says what differs.

    It keeps nothing, and says only where each would have gone first: not what its customer would have said to that.
    """
    until = body.until or utc_now()
    if until <= body.since:
        raise InvalidRequest("until is not after since.", errors=[{"where": "body.until", "problem": "too early"}])
    snapshot = await parts.snapshots.get(caller.workspace_id)
    changed = _changed(snapshot, body.changes)
    async with parts.heavy.taken(caller.workspace_id):
        replays = await parts.replay.run(
            snapshot, changed, body.since, until, body.limit, sensitive=sees_sensitive(caller)
        )
    return replay_view(replays, body, until)


def _changed(snapshot: Snapshot, changes: Changes) -> Snapshot:
    """Returns the configuration with the changes. Raises InvalidRequest."""
    for number, policy in enumerate(changes.policies):
        for path, kind, name in policy.references():
            if name not in snapshot.queues:
                where = ".".join(map(str, ("body.changes.policies", number, *path)))
                raise InvalidRequest(
                    f"There is no {kind} named {name!r}.", errors=[{"where": where, "problem": "unknown"}]
                )
    spec = patched(WorkspaceSpec, snapshot.spec.model_dump(mode="json"), changes.workspace)
    return snapshot.with_changes(spec, changes.policies)
