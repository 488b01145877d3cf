"""Interim service levels: how they were kept, and which targets the data propose."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import Query

from mci_router.api.parts import Parts, Service
from mci_router.api.problems import RESPONSES
from mci_router.api.reports import Reader, period
from mci_router.api.router import Router
from mci_router.api.schemas.common import Instant
from mci_router.api.schemas.service_levels import (
    ClassKept,
    InterimReport,
    LevelKept,
    LevelState,
    ProposedTarget,
    TargetProposal,
    Verdict,
)
from mci_router.clock import utc_now
from mci_router.errors import InvalidRequest, NotFound
from mci_router.insight.promises import MOST, Promised, promises
from mci_router.insight.response_times import Response, kept, proposed_s, response_times
from mci_router.insight.shares import ENOUGH
from mci_router.routing.policy.hours import OpenTimes
from mci_router.specs.interim_levels import InterimClass, InterimServiceLevelSpec
from mci_router.specs.queues import OpenHours
from mci_router.specs.snapshot import Snapshot

router = Router(tags=["reports"], responses=RESPONSES)

LONGEST = timedelta(days=93)
HAD = (0.8, 0.9)

Since = Annotated[Instant | None, Query(description="RFC 3339 with an offset; 93 days before `until` unless given.")]
Until = Annotated[Instant | None, Query(description="RFC 3339 with an offset; now unless given.")]
OfLevel = Annotated[
    str | None,
    Query(max_length=64, description="An interim service level: the period is its own, but for what is given."),
]


@router.get("/v1/service-levels/interim", summary="Report interim service levels")
async def get_interim_service_levels(
    caller: Reader, parts: Service, since: Since = None, until: Until = None, level: OfLevel = None
) -> InterimReport:
    """Returns how the promise to each class of each interim service level was kept.

    A contact counts in the period in which it first came to a queue, by the class that it was accepted in.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    since, until = _period(snapshot, since, until, level)
    found = await _promises(parts, caller.workspace_id, since, until)
    shown = [
        one
        for one in snapshot.of(InterimServiceLevelSpec).values()
        if level in (None, one.name) and _overlaps(snapshot, one, since, until)
    ]
    waits = _Waits(found)
    levels = await asyncio.to_thread(lambda: [_level(snapshot, one, found, waits) for one in shown])
    return InterimReport(since=since, until=until, levels=levels, cut=len(found) == MOST)


@router.get("/v1/service-levels/proposal", summary="Propose service levels from the data")
async def get_service_level_proposal(
    caller: Reader, parts: Service, since: Since = None, until: Until = None, level: OfLevel = None
) -> TargetProposal:
    """Returns, for each queue and class, within which time 80 and 90 of 100 contacts were answered, and what to aim at.

    Contacts that were not answered count as having waited longer, so that a desk that leaves work undone looks no
    quicker. Nothing follows by itself: a person changes the `service_level` of a queue.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    since, until = _period(snapshot, since, until, level)
    found = await _promises(parts, caller.workspace_id, since, until)
    groups: dict[tuple[str, str | None, str | None], list[Promised]] = defaultdict(list)
    for one in found:
        if level in (None, one.level):
            groups[one.queue, one.level, one.class_name].append(one)
    targets = await asyncio.to_thread(_targets, snapshot, groups, _Waits(found))
    return TargetProposal(since=since, until=until, targets=targets, cut=len(found) == MOST)


async def _promises(parts: Parts, workspace: str, since: datetime, until: datetime) -> Sequence[Promised]:
    async with parts.heavy.taken(workspace), parts.database.transaction() as session:
        return await promises(session, workspace, since, until)


def _period(
    snapshot: Snapshot, since: datetime | None, until: datetime | None, name: str | None
) -> tuple[datetime, datetime]:
    if name is not None:
        level = snapshot.of(InterimServiceLevelSpec).get(name)
        if level is None:
            raise NotFound(f"There is no interim service level {name!r}.")
        begins, ends = level.period(snapshot.spec.zone)
        until = until or min(ends, utc_now())
        since = since or max(begins, until - LONGEST)
        if since >= until:
            raise InvalidRequest(f"The interim service level {name!r} has not begun: it has no contacts yet.")
    until = until or utc_now()
    return period(since or until - LONGEST, until)


def _overlaps(snapshot: Snapshot, level: InterimServiceLevelSpec, since: datetime, until: datetime) -> bool:
    begins, ends = level.period(snapshot.spec.zone)
    return begins < until and since < ends


class _Waits:
    """How long contacts waited: the open times that count are worked out once, and not for each contact."""

    def __init__(self, found: Sequence[Promised]) -> None:
        self._now = utc_now()
        self._first = min((one.began_at for one in found), default=self._now)
        self._last = max((self._until(one) for one in found), default=self._now)
        self._open: dict[int, OpenTimes] = {}

    def responses(self, some: Sequence[Promised], hours: OpenHours | None) -> list[Response]:
        """Returns how long contacts waited, counting these hours only, and how that ended."""
        times = self._open.get(id(hours)) or OpenTimes(self._first, self._last, hours)
        self._open[id(hours)] = times  # a snapshot has them, so that no other hours come to this id
        return [Response(times.open_s(one.began_at, self._until(one)), _end(one)) for one in some]

    def _until(self, one: Promised) -> datetime:
        return one.answered_at or one.ended_at or self._now


def _end(one: Promised) -> Literal["answered", "abandoned", "otherwise", "waits"]:
    if one.answered_at:
        return "answered"
    return "abandoned" if one.left_early else "otherwise" if one.ended_at else "waits"


def _level(snapshot: Snapshot, level: InterimServiceLevelSpec, found: Sequence[Promised], waits: _Waits) -> LevelKept:
    by_class: dict[str | None, list[Promised]] = defaultdict(list)
    for one in found:
        if one.level == level.name:
            by_class[one.class_name].append(one)
    return LevelKept(
        level=level.name,
        title=level.title or level.name.replace("_", " "),
        state=_state(level, utc_now().astimezone(snapshot.spec.zone).date()),
        begins_on=level.begins_on,
        ends_on=level.ends_on,
        queues=level.queues,
        classes=[_class(of, by_class[of.name], waits) for of in level.classes],
    )


def _state(level: InterimServiceLevelSpec, today: date) -> LevelState:
    if today < level.begins_on:
        return LevelState.PLANNED
    return LevelState.IN_FORCE if today <= level.ends_on else LevelState.OVER


def _class(of: InterimClass, found: Sequence[Promised], waits: _Waits) -> ClassKept:
    within = (one.within_s or of.within_s for one in found)
    counted = kept(zip(waits.responses(found, of.hours), within, strict=True))
    share = counted.share
    verdict = Verdict.NOT_MEASURED
    if share.measured and share.share is not None:
        verdict = Verdict.KEPT if share.share >= of.goal else Verdict.MISSED
    return ClassKept(
        class_name=of.name,
        title=of.title or of.name,
        within_s=of.within_s,
        goal=of.goal,
        contacts=counted.contacts,
        **{name: getattr(counted, name) for name in counted.__dataclass_fields__},
        share=share,
        verdict=verdict,
    )


def _targets(
    snapshot: Snapshot, groups: Mapping[tuple[str, str | None, str | None], Sequence[Promised]], waits: _Waits
) -> list[ProposedTarget]:
    ordered = sorted(groups, key=lambda group: [part or "" for part in group])
    return [_target(snapshot, *group, groups[group], waits) for group in ordered]


def _target(
    snapshot: Snapshot,
    queue: str,
    level: str | None,
    class_name: str | None,
    found: Sequence[Promised],
    waits: _Waits,
) -> ProposedTarget:
    own = snapshot.queues.get(queue)
    spec = snapshot.of(InterimServiceLevelSpec).get(level or "")
    of = next((one for one in spec.classes if one.name == class_name), None) if spec else None
    hours = of.hours if of else own.hours if own and level is None else None
    promised_s = found[0].within_s if level else own.service_level.target_s if own else None
    goal = of.goal if of else own.service_level.goal if own and level is None else None
    responses = waits.responses(found, hours)
    *had, aimed = response_times(responses, (*HAD, goal or HAD[-1]))
    measured = len(responses) >= ENOUGH
    return ProposedTarget(
        queue=queue,
        level=level,
        class_name=class_name,
        n=len(responses),
        answered=sum(one.answered for one in responses),
        measured=measured,
        promised_s=promised_s,
        promised_goal=goal,
        had=had,
        proposed_s=proposed_s(aimed.high) if measured else None,
    )
