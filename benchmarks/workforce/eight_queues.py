"""A day of 8 queues and about 60 agents, on which the search is measured: made up, with the shapes of real ones."""

from datetime import UTC, datetime
from math import exp

from mci_router.specs.base import SkillRequirement
from mci_router.specs.queues import QueueSpec, ServiceLevel
from mci_router.vocabulary import Channel
from mci_router.workforce.staffing.problem import Demand, Group, Problem

OPENS, CLOSES, QUARTERS = 32, 76, 96  # 08:00 to 19:00

# Queue: contacts a day, handle time, target, goal, channel, patience.
DAY: dict[str, tuple[int, float, float, float, Channel, float | None]] = {
    "account": (1_080, 240, 20, 0.8, Channel.VOICE, 180),
    "billing": (840, 300, 20, 0.8, Channel.VOICE, 180),
    "tech": (600, 420, 30, 0.8, Channel.VOICE, 180),
    "sales": (480, 300, 20, 0.8, Channel.VOICE, 180),
    "vip": (240, 300, 15, 0.9, Channel.VOICE, 240),
    "chat": (720, 480, 60, 0.8, Channel.CHAT, 300),
    "chat_tech": (360, 600, 60, 0.8, Channel.CHAT, 300),
    "mail": (480, 400, 14_400, 0.9, Channel.EMAIL, None),
}
GROUPS = (
    ("account", "billing"),
    ("billing", "tech"),
    ("tech", "vip"),
    ("sales", "account"),
    ("account", "chat"),
    ("tech", "chat_tech"),
    ("chat", "mail"),
    ("account", "billing", "sales", "vip", "mail"),
)


def eight_queues() -> Problem:
    """Returns the day, with agents away for an eighth of their time."""
    shape = {at: _busy((at - OPENS) / (CLOSES - OPENS)) for at in range(OPENS, CLOSES)}
    whole = sum(shape.values())
    return Problem(
        begins=datetime(2026, 12, 1, tzinfo=UTC),
        intervals=QUARTERS,
        queues=[_queue(name, target_s, goal, channel) for name, (_, _, target_s, goal, channel, _) in DAY.items()],
        groups=[_group(number, skills) for number, skills in enumerate(GROUPS, 1)],
        demand=[
            Demand(queue=name, channel=channel, interval=at, arrivals=number * share / whole, aht_s=aht_s)
            for name, (number, aht_s, _, _, channel, _) in DAY.items()
            for at, share in shape.items()
        ],
        patience_s={name: patience for name, (*_, patience) in DAY.items() if patience},
        absence=0.125,
    )


def _busy(at: float) -> float:
    """Returns how busy a moment of the day is: two humps, the higher one in the morning."""
    return 0.5 + exp(-(((at - 0.3) / 0.15) ** 2)) + 0.8 * exp(-(((at - 0.7) / 0.18) ** 2))


def _queue(name: str, target_s: float, goal: float, channel: Channel) -> QueueSpec:
    return QueueSpec(
        name=name,
        service_level=ServiceLevel(goal=goal, target_s=target_s),
        skills=[SkillRequirement(skill=name)],
        units=2 if channel is Channel.CHAT else 6,
        deferrable=channel is Channel.EMAIL,
    )


def _group(number: int, skills: tuple[str, ...]) -> Group:
    channels = {Channel.VOICE: 1, Channel.CHAT: 3, Channel.EMAIL: 1}
    abilities = {"tier": 1, **dict.fromkeys(skills, 3)}
    return Group(name=f"group_{number}", abilities=abilities, units=6, channels=channels, employed=8)
