"""Queues: how long the next contact has to wait. Their configuration is handled like that of every kind."""

from typing import Annotated

from fastapi import APIRouter

from mci_router.access.keys import Caller, Scope
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.decisions import ExpectedWaitOut
from mci_router.api.schemas.waiting import QueueExpectedWait
from mci_router.clock import utc_now
from mci_router.configuration import store
from mci_router.errors import NotFound
from mci_router.intake.answer import wait_data
from mci_router.routing.calls import line_id
from mci_router.routing.policy.expected_wait import expected_wait
from mci_router.routing.policy.hours import opens_at, serves
from mci_router.routing.policy.requirements import requirement
from mci_router.specs.queues import QueueSpec
from mci_router.vocabulary import Channel

router = APIRouter(prefix="/v1/queues", tags=["configuration"], responses=RESPONSES)


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


async def _queue(parts: Parts, workspace: str, reference: str) -> QueueSpec:
    """Returns the queue of that name or id. Raises NotFound."""
    queues = (await parts.snapshots.get(workspace)).queues
    if reference not in queues:
        async with parts.database.transaction() as session:
            reference = await store.name_of(session, workspace, "queue", reference)
    if reference not in queues:
        raise NotFound(f"There is no queue {reference!r} in this workspace.")
    return queues[reference]
