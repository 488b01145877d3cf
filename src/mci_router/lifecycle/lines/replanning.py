"""Replanning: a changed configuration reaches the contacts that wait already.

One process at a time makes the pass of a workspace's newest revision, under a lease in the ledger; another goes on if
it dies. A contact that has its place already is left alone, so a pass may be made again at any time.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, and_, bindparam, case, exists, func, literal, or_, select, true, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.lifecycle.lines.new_limits import new_limits
from mci_router.lifecycle.lines.new_places import keep_places, new_places
from mci_router.models import Contact, Decision, ReplanningProgress, Workspace
from mci_router.outcomes import SETTLED
from mci_router.routing.calls import PRIORITY_CREDIT_MS, Whereabouts
from mci_router.routing.engine import Engine
from mci_router.routing.policy.hours import serves
from mci_router.routing.policy.place_rules import Concerned, changed_rules, concerned, place_rules
from mci_router.specs.snapshot import Snapshot
from mci_router.turns import Turns
from mci_router.values import value
from mci_router.vocabulary import FINAL_STATES, Outcome

log = logging.getLogger(__name__)

PAGE = 200  # contacts a transaction: their rows are locked for about a tenth of a second
PAGES_AT_ONCE = 2  # of all workspaces, in turn: commands need the connections, too
BATCH = 25  # contacts a call: Valkey serves nobody else for those few milliseconds
FOLLOW_S = 2  # for which the answer to a change waits for those who wait: some thousands of them
LOOK_S = 2.0  # how late a pass is gone on with that another process has left
LEASE_S = 10  # long against a batch; after a process's death the next one waits for it


@value
class Pass:
    """A pass that this process makes.

    `replaced` has the skills that are gone, with what is asked for instead, if anything. `last`: no other pass of this
    revision is needed after it.
    """

    snapshot: Snapshot
    concerned: Concerned
    replaced: dict[str, str | None]
    last: bool


class Replanning:
    """Derives the places of waiting contacts again when the configuration has changed.

    `again_after_s`: after a first pass a second one follows, for contacts that another process placed by the revision
    before; it is longer than a process may take to see the new one.
    """

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots, *, again_after_s: float) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._again_after = timedelta(seconds=again_after_s)
        self._me = uuid4().hex
        self._settled: dict[str, int] = {}  # the revision that a workspace's contacts follow, by what we have seen
        self._not_before: dict[str, float] = {}
        self._turning: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._following: set[asyncio.Task[float]] = set()
        self._pages = Turns(PAGES_AT_ONCE)

    async def follow(self, workspace: str) -> None:
        """Has those who wait follow a change that was made here before who comes next: does not wait for the loop.

        A long pass goes on beside the answer, and one that fails is made later.
        """
        turn = asyncio.create_task(self.turn(workspace), name=f"replanning of {workspace}")
        self._following.add(turn)
        turn.add_done_callback(self._following.discard)
        turn.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait({turn}, timeout=FOLLOW_S)

    async def close(self) -> None:
        """Leaves what is under way to another process."""
        following = list(self._following)
        for turn in following:
            turn.cancel()
        await asyncio.gather(*following, return_exceptions=True)

    async def turn(self, workspace: str) -> float:
        """Makes the pass of a new revision, if one is due and no other process makes it.

        Returns for how many seconds it need not be called again: a change that is made here is followed at once.
        Raises EngineUnavailable, DatabaseUnavailable: then it is made later.
        """
        async with self._turning[workspace]:
            await self._turn(workspace)
        return LOOK_S

    async def _turn(self, workspace: str) -> None:
        snapshot = await self._snapshots.get(workspace)
        if self._settled.get(workspace) == snapshot.revision or not self._snapshots.in_force(snapshot):
            return
        if self._not_before.get(f"{workspace} {snapshot.revision}", 0) > time.monotonic():
            return
        one = await self._begin(snapshot)
        if one:
            began = time.monotonic()
            placed = await self._make(one)
            if not placed:
                return
            log.info(
                "%d contacts of %s have the places of its configuration %d after %.1f s",
                placed,
                workspace,
                snapshot.revision,
                time.monotonic() - began,
            )

    async def _begin(self, snapshot: Snapshot) -> Pass | None:
        """Takes the lease. Returns None if no pass is due, or if another process makes it."""
        now = utc_now()
        async with self._database.transaction() as session:
            progress = await _locked(session, snapshot.workspace_id)
            if progress is None or progress.revision > snapshot.revision:
                return None  # another process has a newer configuration, and so will this one
            if progress.done == snapshot.revision and (progress.again_at is None or progress.again_at > now):
                self._rest(snapshot, progress.again_at, now)
                return None
            if progress.held_until and progress.held_until > now and progress.holder != self._me:
                return None
            rules = place_rules(snapshot)
            progress.changed = sorted({*progress.changed, *changed_rules(progress.rules, rules)})
            progress.revision, progress.rules, progress.holder = snapshot.revision, rules, self._me
            progress.held_until = now + timedelta(seconds=LEASE_S)
            # What a newer configuration has taken away is for the pass of that one.
            replaced = {name: by for name, by in progress.replaced.items() if name not in snapshot.skills}
            whom = concerned(progress.changed, replaced, _closed(snapshot, now))
            last = progress.done == snapshot.revision or not whom
            return Pass(snapshot, whom, replaced, last)

    def _rest(self, snapshot: Snapshot, again_at: datetime | None, now: datetime) -> None:
        """Notes until when there is nothing to do for a revision whose pass is over."""
        workspace = snapshot.workspace_id
        if again_at is None:
            self._settled[workspace] = snapshot.revision
            self._not_before.clear()
        else:
            wait_s = (again_at - now).total_seconds()
            self._not_before[f"{workspace} {snapshot.revision}"] = time.monotonic() + wait_s

    async def _make(self, one: Pass) -> int:
        """Makes the pass, oldest contacts first. Returns how many contacts it looked at."""
        contacts = await self._concerned(one) if one.concerned else []
        for start in range(0, len(contacts), PAGE):
            if not await self._place(one, contacts[start : start + PAGE]):
                return start  # another process goes on, or a newer configuration is in force
        await self._end(one)
        return len(contacts)

    async def _end(self, one: Pass) -> None:
        revision, now = one.snapshot.revision, utc_now()
        again_at = None if one.last else now + self._again_after
        over: dict[str, Any] = {"changed": [], "replaced": _without(one.replaced)} if one.last else {}
        mine = update(ReplanningProgress).where(
            ReplanningProgress.workspace_id == one.snapshot.workspace_id,
            ReplanningProgress.holder == self._me,
            ReplanningProgress.revision == revision,
        )
        ended = mine.values(done=revision, again_at=again_at, holder=None, held_until=None, **over)
        async with self._database.transaction() as session:
            still_mine = await session.scalar(ended.returning(ReplanningProgress.done))
        if still_mine is not None:
            self._rest(one.snapshot, again_at, now)

    async def _mine(self, session: AsyncSession, one: Pass) -> ReplanningProgress | None:
        """Returns how far the pass is, locked; None if this process may not go on with it."""
        progress = await _locked(session, one.snapshot.workspace_id)
        mine = progress and progress.holder == self._me and progress.revision == one.snapshot.revision
        return progress if mine else None

    async def _concerned(self, one: Pass) -> Sequence[str]:
        query = (
            select(Contact.id)
            .where(Contact.workspace_id == one.snapshot.workspace_id)
            .where(Contact.ended_at.is_(None), Contact.state.not_in(FINAL_STATES))
            .where(Contact.outcome.not_in(SETTLED), _is_concerned(one.concerned))
            .order_by(Contact.urgent.desc(), _age(), Contact.id)
        )
        async with self._database.reading() as session:
            return (await session.scalars(query)).all()

    async def _place(self, one: Pass, contacts: Sequence[str]) -> bool:
        """Gives a page of contacts their places: in the live state first, which alone knows where each is now, then in
        the ledger.

        Returns False if this process may not go on.
        """
        workspace = one.snapshot.workspace_id
        async with self._pages.turn(workspace), self._database.command() as session:
            progress = await self._mine(session, one)
            if progress is None:
                return False
            progress.held_until = utc_now() + timedelta(seconds=LEASE_S)
            replanned = await new_places(session, one.snapshot, contacts, one.replaced, one.concerned.looks)
            found = iter(
                await self._replan(workspace, [place.arguments for each in replanned for place in each.places])
            )
            rows = [each.new_row(list(islice(found, len(each.places)))) for each in replanned]
            await keep_places(session, workspace, [row for row in rows if row])
            limits = await new_limits(session, one.snapshot, contacts, utc_now())
            for start in range(0, len(limits), BATCH):
                await self._engine.move_limits(workspace, limits[start : start + BATCH])
        return True

    async def _replan(self, workspace: str, places: Sequence[Mapping[str, Any]]) -> list[Whereabouts]:
        """Gives contacts their places in the live state. Returns where each was."""
        found: list[Whereabouts] = []
        for start in range(0, len(places), BATCH):
            found += await self._engine.replan(workspace, places[start : start + BATCH])
        return found


async def _locked(session: AsyncSession, workspace: str) -> ReplanningProgress | None:
    """Returns the progress of a workspace, for this transaction alone; None if the workspace is gone.

    The workspace comes first: who deletes it locks it before all that is in it.
    """
    (there, theirs), it = _locking(), {"workspace": workspace}
    known: ReplanningProgress | None = await session.scalar(theirs, it)
    if known is None and await session.scalar(there, it) is not None:
        await session.execute(insert(ReplanningProgress).values(workspace_id=workspace).on_conflict_do_nothing())
        known = await session.get(ReplanningProgress, workspace, with_for_update=True)
    return known


@cache  # it is asked for every workspace, every few seconds
def _locking() -> tuple[Select[str], Select[ReplanningProgress]]:
    there = select(Workspace.id).where(Workspace.id == bindparam("workspace"))
    there = there.with_for_update(read=True, key_share=True)
    of_it = there.cte("there")
    theirs = select(ReplanningProgress).join(of_it, of_it.c.id == ReplanningProgress.workspace_id)
    return there, theirs.with_for_update(of=ReplanningProgress)


def _closed(snapshot: Snapshot, now: datetime) -> set[str]:
    return {queue.name for queue in snapshot.queues.values() if not serves(now, queue)}


def _is_concerned(whom: Concerned) -> ColumnElement[bool]:
    asking = [Contact.skills.contains([{"skill": skill}]) for skill in sorted(whom.skills)]
    if whom.all:
        return true()
    by_rule = or_(
        Contact.queue.in_(whom.queues | whom.looks),
        Contact.passed_on["columns"]["queue"].astext.in_(whom.queues | whom.looks),
        Contact.topic.in_(whom.topics),
        Contact.language.in_(whom.languages),
    )
    posted = exists().where(
        Decision.contact_id == Contact.id,
        Decision.rung == Contact.rung,
        Decision.route["instead_of"].astext.in_(whom.queues),
    )
    with_community = and_(Contact.outcome == Outcome.COMMUNITY, posted)
    return or_(*asking, and_(Contact.outcome == Outcome.AGENT, by_rule), with_community)


def _age() -> ColumnElement[datetime]:
    since = func.coalesce(Contact.place_since, Contact.enqueued_at, Contact.accepted_at)
    return since - Contact.priority * timedelta(milliseconds=PRIORITY_CREDIT_MS)


def _without(replaced: dict[str, str | None]) -> ColumnElement[Any]:
    """What is left to replace after a pass: all, where there is a skill that it did not replace."""
    column = ReplanningProgress.replaced
    return case((column == literal(replaced, JSONB), literal({}, JSONB)), else_=column)
