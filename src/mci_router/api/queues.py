"""Queues: how long the next contact has to wait, and who waits now.

Their configuration is handled like that of every kind.
"""

from typing import Annotated

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.paging import Limit
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.decisions import ExpectedWaitOut
from mci_router.api.schemas.waiting import QueueExpectedWait, QueueWaiting, WaitingContact
from mci_router.clock import utc_now
from mci_router.configuration import store
from mci_router.errors import NotFound
from mci_router.intake.answer import wait_data
from mci_router.routing.calls import line_id
from mci_router.routing.live_queues import LiveQueue
from mci_router.routing.policy.expected_wait import expected_wait
from mci_router.routing.policy.hours import opens_at, serves
from mci_router.routing.policy.requirements import requirement
from mci_router.specs.queues import QueueSpec
from mci_router.supervision.waiting import waiting_in
from mci_router.vocabulary import Channel

router = Router(prefix="/v1/queues", tags=["configuration"], responses=RESPONSES)


@router.get("/{reference}/expected-wait", summary="Expected wait of a queue", operation_id="get_expected_wait")
async def get_expected_wait(
    reference: Reference,
    caller: Annotated[Caller, needs(Scope.CONTACTS_READ)],
    parts: Service,
    channel: Channel | None = None,
) -> QueueExpectedWait:
    """Returns the expected wait of the next contact that has no requirements beyond those of the queue.

    It is that of the `channel`; left out: the first channel that the queue names, or else chat.
    """
    queue, now = await _queue(parts, caller.workspace_id, reference), utc_now()
    channel = channel or next(iter(queue.channels), Channel.CHAT)
    line = line_id(queue.name, channel, queue.units, requirement(queue))
    figures = await parts.engine.line_figures(caller.workspace_id, queue.name, line)
    now_open = serves(now, queue)
    wait = wait_data(expected_wait(figures)) if now_open else None
    return QueueExpectedWait(
        queue=queue.name,
        channel=channel,
        is_open=now_open,
        opens_at=None if now_open else opens_at(now, queue.hours),
        waiting=figures.queue_waiting,
        staffed=figures.staffed,
        expected_wait_s=ExpectedWaitOut.model_validate(wait) if wait else None,
    )


@router.get("/{reference}/waiting", summary="List who waits in a queue", operation_id="list_waiting")
async def list_waiting(
    reference: Reference,
    caller: Annotated[Caller, needs(Scope.CONTACTS_READ)],
    parts: Service,
    limit: Limit = 50,
) -> QueueWaiting:
    """Lists the contacts that wait in a queue, in line or held for an agent, the longest wait first.

    Sensitive ones only for a key with `contacts:sensitive`; they count among the `waiting`.
    """
    workspace, queue = caller.workspace_id, await _queue(parts, caller.workspace_id, reference)
    figures = (await parts.engine.queue_figures(workspace)).queues.get(queue.name, LiveQueue())
    items = await waiting_in(parts.engine, parts.database, workspace, queue.name, limit, sees_sensitive(caller))
    return QueueWaiting(
        queue=queue.name,
        waiting=figures.waiting,
        waiting_late=figures.late,
        items=[WaitingContact.model_validate(item) for item in items],
    )


async def _queue(parts: Parts, workspace: str, reference: str) -> QueueSpec:
    """Returns the queue of that name or id. Raises NotFound."""
    queues = (await parts.snapshots.get(workspace)).queues
    if reference not in queues:
        async with parts.database.transaction() as session:
            reference = await store.name_of(session, workspace, "queue", reference)
    if reference not in queues:
        raise NotFound(f"There is no queue {reference!r} in this workspace.")
    return queues[reference]
