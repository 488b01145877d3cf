"""Stays as the journal tells of them, at any time: what a day was like, told to the ledger."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from mci_router.clock import to_ms
from mci_router.routing.engine.projector import project
from mci_router.routing.entries import JournalEntry
from tests.support.lanes import LaneIn
from tests.support.service import Workspace

numbers = count()
FINAL = {"answered": "completed", "abandoned": "abandoned", "short_abandoned": "abandoned", "callback": "queued"}


def stay(
    contact: str,
    queue: str,
    entered: datetime,
    n: int = 1,
    *,
    target_s: float = 60,
    answered_s: float | None = None,
    handled_s: float | None = None,
    left_s: float | None = None,
    left_as: str | None = None,
    agent: str | None = None,
    waited_s: float | None = None,
    held_s: float = 0,
) -> list[JournalEntry]:
    """The journal entries of one stay; times in seconds since it was entered."""

    def at(after_s: float | None) -> int | None:
        return None if after_s is None else to_ms(entered + timedelta(seconds=after_s))

    facts: dict[str, Any] = {
        "contact": contact,
        "queue": queue,
        "segment": n,
        "entered_at": to_ms(entered),
        "enqueued_at": to_ms(entered),
        "due_at": at(target_s),
        "target_ms": int(target_s * 1000),
        "segment_offers": 0 if agent is None else 1,
    }
    entries = [entry("contact.queued", to_ms(entered), facts | {"state": "queued"})]
    if answered_s is not None:
        facts |= {"answered_at": at(answered_s), "assignment": f"asg_{contact}_{n}", "agent": agent}
        facts["segment_waited"] = int((answered_s if waited_s is None else waited_s) * 1000)
        entries.append(entry("offer.accepted", at(answered_s), facts | {"state": "assigned"}))
    if left_s is not None:
        waited = left_s if answered_s is None else answered_s if waited_s is None else waited_s
        facts |= {"segment_waited": int(waited * 1000), "held": int(held_s * 1000), "handled_at": at(handled_s)}
        state = FINAL.get(left_as or "", "queued")
        entries.append(entry(f"contact.{state}", at(left_s), facts | {"state": state, "left_as": left_as}))
    return entries


def entry(kind: str, at_ms: int | None, facts: dict[str, Any]) -> JournalEntry:
    known = {name: value for name, value in facts.items() if value is not None}
    return JournalEntry.of(f"{at_ms}-{next(numbers)}", {"type": kind, "at": at_ms, **known})


async def write(workspace: Workspace, *batches: Sequence[JournalEntry]) -> None:
    """Each batch in a transaction of its own."""
    for batch in batches:
        async with workspace.database.transaction() as session:
            await project(LaneIn(session), workspace.id, batch)
