"""Positions: which contact is served next, and how long it has to wait from now. Reads only."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from mci_router.clock import utc_now
from mci_router.routing.engine import Engine
from mci_router.routing.live_contact import LiveContact
from mci_router.routing.policy.expected_wait import expected_wait
from mci_router.routing.policy.hours import opens_at, serves
from mci_router.routing.policy.routes import ExpectedWait
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import ContactState

WAITING = (ContactState.QUEUED, ContactState.OFFERED)


@value
class Position:
    """Where a contact waits. `in_line` and `in_queue` count from 1, by age; they are None while an agent is offered it,
    or it is held for one.

    `opens_at` is set while the queue is closed.
    """

    queue: str
    in_line: int | None
    in_queue: int | None
    waiting: int
    due_at: datetime | None
    expected_wait: ExpectedWait | None
    opens_at: datetime | None


@value
class Place:
    """The place of a waiting contact in its line, from 1, and how long it has to wait from now.

    Either is None where it is not known: while an agent is asked, or nobody who could serve it is signed in.
    """

    in_line: int | None
    expected_wait: ExpectedWait | None


async def places(engine: Engine, snapshot: Snapshot, lives: Mapping[str, LiveContact]) -> dict[str, Place]:
    """Returns the places of those contacts that wait, asked together: a few calls, however many contacts of a line.

    Raises EngineUnavailable.
    """
    waiting = {
        contact: (place.queue, place.line)
        for contact, live in lives.items()
        if (place := live.where_it_waits).state in WAITING and place.queue and place.line
    }
    if not waiting:
        return {}
    workspace, lines = snapshot.workspace_id, sorted(set(waiting.values()))
    ranks = await engine.ranks_in_lines(workspace, [(line, contact) for contact, (_, line) in waiting.items()])
    figures = dict(zip(lines, await engine.figures_of_lines(workspace, [(*line, "") for line in lines]), strict=True))
    now, found = utc_now(), {}
    for (contact, line), rank in zip(waiting.items(), ranks, strict=True):
        queue = snapshot.queues.get(line[0])
        known = rank is not None and (queue is None or serves(now, queue))
        wait = expected_wait(replace(figures[line], ahead=rank)) if known and rank is not None else None
        found[contact] = Place(None if rank is None else rank + 1, wait)
    return found


async def position(engine: Engine, snapshot: Snapshot, contact_id: str, live: LiveContact | None) -> Position | None:
    """Returns where a contact waits; None if it does not. In a warm transfer to a queue it waits there.

    Raises EngineUnavailable.
    """
    place, now = live and live.where_it_waits, utc_now()
    if place is None or place.state not in WAITING or place.queue is None or place.line is None:
        return None
    workspace, queue = snapshot.workspace_id, snapshot.queues.get(place.queue)
    ranks = await engine.ranks(workspace, contact_id, place.queue, place.line)
    figures = await engine.line_figures(workspace, place.queue, place.line, contact_id)
    now_open = queue is None or serves(now, queue)
    return Position(
        place.queue,
        ranks and ranks[0] + 1,
        ranks and ranks[1] + 1,
        figures.queue_waiting,
        place.due_at,
        expected_wait(figures) if (ranks or place.held_for) and now_open else None,
        None if queue is None or now_open else opens_at(now, queue.hours),
    )
