"""Opening: when each channel is open, and how long an answer takes at this moment."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from mci_router.clock import utc_now
from mci_router.errors import EngineUnavailable
from mci_router.portal import times
from mci_router.portal.texts import said
from mci_router.portal.visits import PageVisit
from mci_router.routing.calls import line_id
from mci_router.routing.policy.expected_wait import expected_wait
from mci_router.routing.policy.hours import DAYS, is_open, opens_at
from mci_router.routing.policy.requirements import requirement
from mci_router.routing.policy.turnaround_words import DAYS as DAYS_SAID
from mci_router.specs.interim_levels import InterimServiceLevelSpec
from mci_router.specs.queues import OpenHours, QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import Channel

LONG_TARGET_S = 1_800  # of a service level: a longer one is a promise that customers can plan by


@value
class Promise:
    """What an interim service level promises a class of contacts."""

    title: str
    within_s: float
    wait: str


@value
class Opening:
    """A channel's hours, line by line; and what to expect now. None of `wait` and `opens_at`: nothing is known.

    `target` is the queue's own, if it is a promise that customers can plan by; while an interim service level holds,
    `promises` are instead of it, until the day `promised_until`. `opens`, `wait_s` and `target_s` are the same in
    figures.
    """

    channel: Channel
    hours: Sequence[str]
    zone: str | None
    opens_at: str | None
    wait: str | None
    target: str | None
    opens: datetime | None = None
    wait_s: tuple[float, float] | None = None
    target_s: float | None = None
    promises: Sequence[Promise] = ()
    promised_until: date | None = None
    promised_until_said: str | None = None


async def openings(visit: PageVisit, channels: Sequence[Channel]) -> list[Opening]:
    """Returns the openings of these channels, as far as a queue takes anybody's contacts of them."""
    queues = [(channel, queue) for channel in channels if (queue := queue_of(visit.snapshot, channel))]
    return [await _opening(visit, channel, queue) for channel, queue in queues]


def named_channels(snapshot: Snapshot) -> list[Channel]:
    """Returns the channels that queues name, in the order of the vocabulary."""
    named = {channel for queue in snapshot.queues.values() for channel in queue.channels}
    return [channel for channel in Channel if channel in named]


def queue_of(snapshot: Snapshot, channel: Channel) -> QueueSpec | None:
    """Returns the queue in which most customers of a channel wait: the first that takes anybody's contacts of it."""
    taking = [queue for queue in snapshot.queues_in_order if not queue.customer and not queue.catch_all]
    named = (queue for queue in taking if channel in queue.channels)
    return next(named, None) or next((queue for queue in taking if not queue.channels and not queue.cells), None)


async def _opening(visit: PageVisit, channel: Channel, queue: QueueSpec) -> Opening:
    now, expected = utc_now(), None
    now_open = is_open(now, queue.hours)
    if now_open:
        line = line_id(queue.name, channel, queue.units, requirement(queue))
        with suppress(EngineUnavailable):
            expected = expected_wait(await visit.parts.engine.line_figures(visit.workspace, queue.name, line))
    wait_s = (expected.low_s, expected.high_s) if expected else None
    interim = visit.snapshot.interim_level_of(queue.name, now)
    own_s = queue.service_level.target_s
    target_s = own_s if own_s >= LONG_TARGET_S and not interim else None
    return Opening(
        channel,
        list(hours_lines(visit.language, queue.hours)),
        queue.hours.timezone if queue.hours else None,
        None if now_open or queue.hours is None else _opens(visit.language, queue.hours, now),
        times.between(visit.language, *wait_s) if wait_s else None,
        times.lasting(visit.language, target_s) if target_s else None,
        None if now_open else opens_at(now, queue.hours),
        wait_s,
        target_s,
        list(_promises(visit.language, channel, interim)) if interim else (),
        interim.ends_on if interim else None,
        times.on(visit.language, interim.ends_on) if interim else None,
    )


def _promises(language: str, channel: Channel, level: InterimServiceLevelSpec) -> Iterator[Promise]:
    for one in level.classes:
        if not one.channels or channel in one.channels:
            yield Promise(one.title or one.name, one.within_s, times.lasting(language, one.within_s))


def hours_lines(language: str, hours: OpenHours | None) -> Iterator[str]:
    """Yields a line for each run of days with the same hours, such as "Monday to Friday: 08:00–18:00". Pure."""
    if hours is None:
        yield said(language, "hours.always")
        return
    names = DAYS_SAID[language]
    open_on = {str(day): blocks for day, blocks in hours.week.items()}
    week = [
        " ".join(f"{_clock(one.open)}–{_clock(one.close, end=True)}" for one in open_on.get(day, [])) for day in DAYS
    ]
    first = 0
    for day in range(1, len(DAYS) + 1):
        if day < len(DAYS) and week[day] == week[first]:
            continue
        if week[first]:
            days = (
                names[first]
                if day - 1 == first
                else said(language, "hours.days", first=names[first], last=names[day - 1])
            )
            yield f"{days}: {week[first]}"
        first = day


def _opens(language: str, hours: OpenHours, now: datetime) -> str:
    return times.at(language, ZoneInfo(hours.timezone), opens_at(now, hours))


def _clock(moment: time, *, end: bool = False) -> str:
    return "24:00" if end and moment == time(0) else f"{moment:%H:%M}"
