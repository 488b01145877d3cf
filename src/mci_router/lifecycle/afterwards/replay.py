"""Replay: past contacts are decided twice more, by the configuration in force and by a changed one.

Both run the code that decides about contacts, on the same words, with the same models, at the moment when each contact
came, so that what differs follows from the change alone. Nothing is kept. Decided is the first step: what customers
would have said to another answer nobody knows, nor how long lines would have been.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from mci_router.database import Database
from mci_router.intake.readers import Readers
from mci_router.lifecycle.afterwards.past_contacts import PastContact, past_contacts
from mci_router.outcomes import OUTCOMES
from mci_router.routing.policy.decision import choose_route
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.decision import returned
from mci_router.triage.finding import find
from mci_router.triage.perception import Perception
from mci_router.triage.reader import Reader
from mci_router.values import value
from mci_router.vocabulary import Cell, Outcome, Volume
from mci_router.volume.meter import VolumeMeter

TOGETHER = 32  # texts that are read before other work has its turn


@value
class Destination:
    """Where a contact goes first: its cell, the outcome, and an agent's queue."""

    cell: Cell
    outcome: Outcome
    queue: str | None


@value
class Decided:
    """Where a contact goes, its topic, and why."""

    destination: Destination
    topic: str | None
    reasons: tuple[str, ...]


@value
class Replayed:
    """A past contact: where it went, goes by the configuration in force, and would go by the changed one."""

    contact: PastContact
    went: Destination
    goes: Decided
    would_go: Decided

    @property
    def moved(self) -> bool:
        return self.goes.destination != self.would_go.destination


Move: TypeAlias = tuple[Destination, Destination]


@value
class Replays:
    """Contacts replayed, the newest first. `before_ladder` of the period are not among them: incidents answered them.

    `since` is when the oldest of all came, where the period has more than were replayed.
    """

    contacts: Sequence[Replayed]
    before_ladder: int
    since: datetime | None

    def moves(self) -> list[tuple[Move, list[Replayed]]]:
        """Returns the contacts that would have gone elsewhere, by from where to where, the most frequent first."""
        by_move: dict[Move, list[Replayed]] = {}
        for one in self.contacts:
            if one.moved:
                by_move.setdefault((one.goes.destination, one.would_go.destination), []).append(one)
        return sorted(by_move.items(), key=lambda move: -len(move[1]))


def counted(destinations: Iterable[Destination]) -> list[tuple[Destination, int]]:
    """Returns how many go where, the most frequent first."""
    return Counter(destinations).most_common()


class Replay:
    """Replays past contacts."""

    def __init__(self, database: Database, readers: Readers, meter: VolumeMeter) -> None:
        self._database = database
        self._readers = readers
        self._meter = meter

    async def run(
        self, snapshot: Snapshot, changed: Snapshot, since: datetime, until: datetime, most: int, *, sensitive: bool
    ) -> Replays:
        """Returns what becomes of the newest `most` contacts of a period, `sensitive` ones among them if asked for.

        Raises DatabaseUnavailable.
        """
        found = await past_contacts(self._database, snapshot.workspace_id, since, until, most + 1, sensitive=sensitive)
        replayed, reader = found[:most], await self._readers.reader(snapshot)
        laddered = [one for one in replayed if not one.before_ladder]
        volumes, results = self._meter.classes(snapshot.workspace_id), list[Replayed]()
        for together in _batches(laddered):
            results += await asyncio.to_thread(_replay, together, reader, snapshot, changed, volumes)
        partial = replayed[-1].accepted_at if len(found) > most else None
        return Replays(results, len(replayed) - len(laddered), partial)


def _batches(contacts: Sequence[PastContact]) -> Iterator[Sequence[PastContact]]:
    for start in range(0, len(contacts), TOGETHER):
        yield contacts[start : start + TOGETHER]


def _replay(
    contacts: Sequence[PastContact],
    reader: Reader,
    snapshot: Snapshot,
    changed: Snapshot,
    volumes: Mapping[str, Volume],
) -> list[Replayed]:
    seen = _perceived(contacts, reader)
    return [
        Replayed(
            one,
            _went(one),
            _decided(one, seen[one.id], snapshot, volumes),
            _decided(one, seen[one.id], changed, volumes),
        )
        for one in contacts
    ]


def _perceived(contacts: Sequence[PastContact], reader: Reader) -> dict[str, Perception]:
    seen: dict[str, Perception] = {}
    for named in (False, True):
        alike = [one for one in contacts if (one.named is not None) is named]
        read = reader.read([one.words for one in alike], named=named) if alike else []
        seen.update(zip((one.id for one in alike), read, strict=True))
    return seen


def _decided(one: PastContact, seen: Perception, snapshot: Snapshot, volumes: Mapping[str, Volume]) -> Decided:
    triage = find(snapshot, seen, named=one.named, measured=one.measured(volumes), customer=one.facts.customer)
    triage = returned(triage) if one.came_back else triage
    facts = one.facts.in_private() if triage.private_by else one.facts
    route = choose_route(snapshot, triage.matter, facts, OUTCOMES, now=one.accepted_at)
    queue = route.queue.name if route.queue else None
    return Decided(Destination(triage.cell, route.outcome, queue), triage.topic, route.reasons)


def _went(one: PastContact) -> Destination:
    route: Mapping[str, Any] = one.route
    return Destination(Cell(one.triage["cell"]), Outcome(route["outcome"]), route["queue"])
