"""Small days to be staffed."""

from datetime import UTC, datetime
from random import Random

from mci_router.specs.base import SkillRequirement
from mci_router.specs.queues import QueueSpec, ServiceLevel
from mci_router.vocabulary import Channel
from mci_router.workforce.staffing.problem import MOST_GROUPS, MOST_QUEUES, Demand, Group, Problem

CALLS, MAIL = "calls", "mail"


def queue(name: str, *, target_s: float = 20, goal: float = 0.8, deferrable: bool = False) -> QueueSpec:
    level = ServiceLevel(goal=goal, target_s=target_s)
    return QueueSpec(
        name=name, service_level=level, skills=[SkillRequirement(skill=name)], units=6, deferrable=deferrable
    )


def group(name: str, *skills: str, employed: int = 5) -> Group:
    channels = {Channel.VOICE: 1, Channel.EMAIL: 1}
    return Group(
        name=name, abilities={"tier": 1, **dict.fromkeys(skills, 3)}, units=6, channels=channels, employed=employed
    )


def largest_day(
    queues: int = MOST_QUEUES, groups: int = MOST_GROUPS, busy: float = 1_900.0, intervals: int = 96
) -> Problem:
    """As many queues and groups as a day may have, and so many agents busy all day; each group can do some of it."""
    drawn, names = Random(1), [f"queue_{number}" for number in range(queues)]  # noqa: S311 — to draw examples
    skilled = [drawn.sample(names, 6) for _ in range(groups - 1)]
    rest = sorted({*names} - {name for some in skilled for name in some}) or names[:1]
    demand = [
        Demand(
            queue=name,
            channel=Channel.VOICE,
            interval=interval,
            arrivals=busy / queues * 3 * (0.6 + 0.4 * drawn.random()),
            aht_s=300 * drawn.uniform(0.8, 1.2),
        )
        for name in names
        for interval in range(intervals)
    ]
    return Problem(
        begins=datetime(2026, 12, 1, tzinfo=UTC),
        intervals=intervals,
        queues=[
            queue(name, deferrable=number % 5 == 4, target_s=14_400 if number % 5 == 4 else 20)
            for number, name in enumerate(names)
        ],
        groups=[group(f"group_{number}", *some) for number, some in enumerate([rest, *skilled])],
        demand=demand,
        patience_s=dict.fromkeys(names, 180.0),
        absence=0.3,
    )


def small_day(
    *, calls: float = 30, mails: float = 4, absence: float = 0.1, intervals: int = 8, handle_spread: float = 1.0
) -> Problem:
    """Calls and mails for two hours; some agents take calls only, some take both."""
    demand = [
        Demand(queue=name, channel=channel, interval=interval, arrivals=number, aht_s=120)
        for name, channel, number in ((CALLS, Channel.VOICE, calls), (MAIL, Channel.EMAIL, mails))
        for interval in range(intervals)
    ]
    return Problem(
        begins=datetime(2026, 12, 1, tzinfo=UTC),
        intervals=intervals,
        queues=[queue(CALLS), queue(MAIL, target_s=3_600, goal=0.9, deferrable=True)],
        groups=[group("both", CALLS, MAIL), group("callers", CALLS)],
        demand=demand,
        patience_s={CALLS: 180},
        absence=absence,
        handle_spread=handle_spread,
    )
