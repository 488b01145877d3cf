"""Overflow and closing time of a contact that is passed on to a queue while its agent serves it: only the place there
moves.
"""

from dataclasses import replace
from datetime import datetime

from mci_router.clock import utc_now
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.lifecycle.passing_on.warm_transfers import pass_on, place_beside
from mci_router.routing.calls import Status
from mci_router.routing.engine import Engine
from mci_router.routing.policy.overflow_routes import Waiting
from mci_router.routing.policy.routes import Joined, Route
from mci_router.specs.queues import QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactKind


def waiting_beside(current: OpenContact, queue: QueueSpec) -> Waiting | None:
    """Returns the contact as it waits in a queue beside its own place; None if it waits there no longer.

    Its customer is in a conversation: a callback need not be offered, and the community not be asked.
    """
    passed_on = current.contact.passed_on
    if not passed_on or passed_on["columns"]["queue"] != queue.name:
        return None
    since = datetime.fromisoformat(passed_on["since"])
    return Waiting(
        queue,
        replace(current.matter, kind=ContactKind.CUSTOMER),
        current.facts,
        since,
        Joined.of(passed_on["decision"]["route"], since=since, due=None),
        left=frozenset(passed_on.get("left", ())),
        posted=True,
        callback_offered=True,
    )


async def move_beside(
    engine: Engine, snapshot: Snapshot, current: OpenContact, waiting: Waiting, route: Route, why: str
) -> bool:
    """Moves the place beside the contact's own, in the live state first. Returns False if an agent has just been asked
    there, or the transfer is over.
    """
    contact, now = current.contact, utc_now()
    before = contact.passed_on or {}
    same = route.queue is not None and route.queue.name == waiting.queue.name
    (record,) = before["decision"]["route"]["transfers"]
    pass_on(current, route, why, record, waiting.since if same else now)
    left = {*waiting.left, *([route.overflow_from] if route.overflow_from else [])}
    contact.passed_on = {**(contact.passed_on or {}), "left": sorted(left)}
    await current.session.flush()
    place = replace(place_beside(snapshot, contact), instead_of=before["id"])
    return (await engine.enqueue(contact.workspace_id, place)).status is Status.OK
