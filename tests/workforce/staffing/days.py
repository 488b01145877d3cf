"""Small days to be staffed."""

from datetime import UTC, datetime

from mci_router.specs.base import SkillRequirement
from mci_router.specs.queues import QueueSpec, ServiceLevel
from mci_router.vocabulary import Channel
from mci_router.workforce.staffing.problem import Demand, Group, Problem

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
