"""What the demo learns of a workspace before it starts, so that it fits any: topics, queues, agents and ladders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mci_router.demo.service import DemoError, Refused, Service
from mci_router.vocabulary import Cell, Channel, Outcome, Volume

Needs = Mapping[str, int]
"""The least proficiency wanted of each skill, and the least tier."""
TIER = "tier of the agent"
"""A tier is like a skill here: no skill has such a name."""


@dataclass(frozen=True, slots=True)
class DemoTopic:
    """A topic, with the utterances that customers vary."""

    name: str
    cell: Cell
    sensitive: bool
    expected_volume: Volume
    queue: str | None
    needs: Needs
    examples: tuple[str, ...]
    has_article: bool


@dataclass(frozen=True, slots=True)
class DemoQueue:
    """A queue, with what its service level is measured against."""

    name: str
    position: int
    channels: frozenset[Channel]
    special: bool
    goal: float
    target_s: float
    units: int
    needs: Needs

    def takes(self, channel: Channel) -> bool:
        return not self.channels or channel in self.channels


@dataclass(frozen=True, slots=True)
class DemoAgent:
    """An agent whose desk the demo can play."""

    name: str
    skills: Needs
    units: int

    def able(self, needs: Needs) -> bool:
        return all(self.skills.get(skill, 0) >= least for skill, least in needs.items())


@dataclass(frozen=True, slots=True)
class DemoRung:
    """A step of a ladder."""

    outcome: Outcome
    channels: frozenset[Channel]
    queue: str | None


@dataclass(frozen=True, slots=True)
class DemoWorkspace:
    """A workspace as the demo needs it."""

    topics: Sequence[DemoTopic]
    queues: Sequence[DemoQueue]
    agents: Sequence[DemoAgent]
    ladders: Mapping[Cell, Sequence[DemoRung]]

    def channels(self) -> list[Channel]:
        """Returns the channels on which customers come, as far as some queue takes them."""
        customers = [channel for channel in Channel if channel is not Channel.TASK]
        return [channel for channel in customers if any(queue.takes(channel) for queue in self.queues)]


async def read(service: Service) -> DemoWorkspace:
    """Reads the workspace. Raises DemoError if nothing answers, the key is refused, or the workspace lacks topics."""
    try:
        matrix = await service.get("/v1/matrix", attempts=1)
        topics, queues, agents, articles = [
            (await service.get(f"/v1/{kind}", attempts=1))["items"]
            for kind in ("topics", "queues", "agents", "articles")
        ]
        workspace = _workspace(matrix, topics, queues, agents, {article["topic"] for article in articles})
    except (Refused, KeyError, TypeError, ValueError) as error:
        raise DemoError(f"what answers at {service.url} does not speak like this mci_router: {error}") from error
    missing = {
        "topics with example utterances": workspace.topics,
        "queues": workspace.queues,
        "agents": workspace.agents,
    }
    for what, there in missing.items():
        if not there:
            raise DemoError(f"the workspace has no {what}: apply one, such as `mci-router apply examples/telecom.yaml`")
    return workspace


def _workspace(matrix: Any, topics: Any, queues: Any, agents: Any, answered: set[str]) -> DemoWorkspace:
    cells = {row["topic"]: Cell(row["cell"]) for row in matrix["topics"]}
    return DemoWorkspace(
        topics=[
            _topic(one, cells[one["name"]], one["name"] in answered)
            for one in topics
            if one["examples"] and one["name"] in cells
        ],
        queues=sorted(
            (_queue(one) for one in queues if not one.get("catch_all")), key=lambda queue: (queue.position, queue.name)
        ),
        agents=[
            DemoAgent(
                one["name"],
                {has["skill"]: has["proficiency"] for has in one["skills"]} | {TIER: one["tier"]},
                one["capacity"]["units"],
            )
            for one in agents
        ],
        ladders={
            Cell(cell): [
                DemoRung(Outcome(rung["outcome"]), frozenset(map(Channel, rung.get("channels", []))), rung.get("queue"))
                for rung in ladder
            ]
            for cell, ladder in matrix["ladders"].items()
        },
    )


def _topic(one: Any, cell: Cell, has_article: bool) -> DemoTopic:
    return DemoTopic(
        name=one["name"],
        cell=cell,
        sensitive=one["sensitive"],
        expected_volume=Volume(one["expected_volume"]),
        queue=one["queue"],
        needs=_needs(one["skills"]),
        examples=tuple(one["examples"]),
        has_article=has_article,
    )


def _queue(one: Any) -> DemoQueue:
    return DemoQueue(
        name=one["name"],
        position=one["position"],
        channels=frozenset(map(Channel, one["channels"])),
        special=bool(one["customer"]),
        goal=one["service_level"]["goal"],
        target_s=one["service_level"]["target_s"],
        units=one["units"],
        needs=_needs(one["skills"]) | ({TIER: one["tier"]} if one["tier"] > 1 else {}),
    )


def _needs(skills: Any) -> dict[str, int]:
    return {need["skill"]: need["min"] for need in skills}
