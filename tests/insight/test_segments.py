"""Segments are a function of the journal: in any order, any number of times, from any version that wrote it."""

from itertools import permutations
from typing import Any

from sqlalchemy import text

from mci_router.insight.segments import fold_segments
from mci_router.routing.engine.projector import project
from mci_router.routing.entries import JournalEntry
from tests.support.lanes import LaneIn
from tests.support.service import Workspace

LATER = "contact_id = :id AND entered_at > now() + interval '1 year'"
ROWS = text(f"SELECT * FROM segments WHERE {LATER} ORDER BY n")
FORGET = text(f"DELETE FROM segments WHERE {LATER}")
SAID = 1_960_000_000_000  # after whatever the service itself journals of the contact


def entry(second: float, kind: str, state: str, contact: str = "con_a", **data: Any) -> JournalEntry:
    at = SAID + round(second * 1000)
    said = {"type": kind, "at": at, "contact": contact, "state": state, "queue": "desk", "enqueued_at": SAID}
    return JournalEntry.of(f"{at}-0", {**said, **data})


def stay(number: int, since_s: float, **more: Any) -> dict[str, Any]:
    """The facts of a segment."""
    entered_at = SAID + round(since_s * 1000)
    return {"segment": number, "entered_at": entered_at, "due_at": entered_at + 20_000, "target_ms": 20_000, **more}


def test_a_contact_of_the_version_before_counts_as_one_stay() -> None:
    """Its entries do not number stays: the last queue has it, with the wait from the first line to the answer."""
    held: dict[str, Any] = {"agent": "ann", "assignment": "asg_a", "answered_at": SAID + 9_000}
    served = [
        entry(0, "contact.queued", "queued"),
        entry(9, "offer.accepted", "assigned", **held),
        entry(30, "contact.completed", "completed", handled_at=SAID + 20_000, **held),
    ]
    (row,) = fold_segments(served)
    assert (row["n"], row["queue"], row["agent"], row["left_as"]) == (1, "desk", "ann", "answered")
    assert (row["waited_s"], row["talk_s"], row["wrap_up_s"], row["target_s"]) == (9, 11, 10, None)
    for left_s, left_as in ((4, "short_abandoned"), (6, "abandoned")):
        (row,) = fold_segments([served[0], entry(left_s, "contact.abandoned", "abandoned")])
        assert (row["left_as"], row["waited_s"], row["answered_at"]) == (left_as, left_s, None)
    (row,) = fold_segments([*served[:2], entry(12, "contact.abandoned", "abandoned", **held)])
    assert (row["left_as"], row["talk_s"]) == ("answered", 3)
    assert fold_segments([entry(1, "contact.posted", "posted", queue=None)]) == []


def test_hold_and_interruption_are_no_talk() -> None:
    """A conversation of twenty seconds, five of them on hold and three set aside."""
    facts = stay(
        1, 0, segment_waited=4_000, answered_at=SAID + 4_000, handled_at=SAID + 24_000, held=5_000, parked=3_000
    )
    about: dict[str, Any] = {"agent": "ann", "assignment": "asg_a", "left_as": "answered"}
    (row,) = fold_segments([entry(30, "contact.completed", "completed", **facts, **about)])
    assert (row["waited_s"], row["talk_s"], row["held_s"], row["parked_s"], row["wrap_up_s"]) == (4, 12, 5, 3, 6)


async def test_rows_are_the_same_in_whatever_order_entries_come(workspace: Workspace) -> None:
    """Answered, passed on, and given up: written one by one, in many orders, and some again."""
    contact = (await workspace.post("someone stole my card, fraud", channel="voice"))["id"]
    answered = {"answered_at": SAID + 3_000, "segment_waited": 3_000, "segment_offers": 1}
    held = {"agent": "ann", "assignment": "asg_a"}
    first = {**stay(1, 0), **answered, "queue": "desk", "agent": "ann"}
    life = [
        entry(0, "contact.queued", "queued", contact, **stay(1, 0)),
        entry(3, "offer.accepted", "assigned", contact, **{**first, **held}),
        entry(9, "contact.queued", "queued", contact, **stay(2, 9), queue="two", left_as="transferred", stay=first),
        entry(20, "contact.abandoned", "abandoned", contact, **stay(2, 9, segment_waited=11_000), left_as="abandoned"),
    ]
    seen = []
    async with workspace.ledger() as session:
        for order in list(permutations(life))[::3]:
            await session.execute(FORGET, {"id": contact})
            for one in (*order, life[0], life[3]):
                await project(LaneIn(session), workspace.id, [one])
            seen.append([tuple(row) for row in await session.execute(ROWS, {"id": contact})])
        rows = (await session.execute(ROWS, {"id": contact})).mappings().all()
        await session.execute(FORGET, {"id": contact})
    assert all(one == seen[0] for one in seen)
    assert [(row["n"], row["left_as"], row["agent"], row["talk_s"], row["waited_s"]) for row in rows] == [
        (1, "transferred", "ann", 6, 3),
        (2, "abandoned", None, 0, 11),
    ]
