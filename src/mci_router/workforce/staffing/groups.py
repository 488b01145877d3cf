"""Skill groups: agents who are the same to the engine, and what a change makes of them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from mci_router.specs.base import Name
from mci_router.specs.resources import AgentSpec
from mci_router.vocabulary import Channel
from mci_router.workforce.staffing.plans import served, whole
from mci_router.workforce.staffing.problem import Group, Plan, Problem, Value


class More(Value):
    """Agents more of a group, all day; or fewer."""

    group: str
    agents: Annotated[int, Field(ge=-500, le=500)] = 1


class Training(Value):
    """Agents of a group who learn a skill beside their own."""

    group: str
    agents: Annotated[int, Field(ge=1, le=500)] = 1
    skill: Name
    proficiency: Annotated[int, Field(ge=1, le=5)] = 3


class OtherGoal(Value):
    """Another service level of a queue; what is left out stays."""

    queue: Name
    goal: Annotated[float | None, Field(gt=0, lt=1)] = None
    target_s: Annotated[float | None, Field(gt=0, le=30 * 86_400)] = None


class WhatIf(Value):
    """A change of the staff, of their skills, or of what is promised."""

    agents: Annotated[list[More], Field(max_length=50)] = []
    skills: Annotated[list[Training], Field(max_length=50)] = []
    goals: Annotated[list[OtherGoal], Field(max_length=50)] = []

    def __bool__(self) -> bool:
        return bool(self.agents or self.skills or self.goals)


def groups_of(agents: Iterable[AgentSpec]) -> list[Group]:
    """Returns the groups of agents with the same abilities and capacity, the largest first, called `group_1` and on."""
    alike: dict[tuple[object, ...], list[AgentSpec]] = defaultdict(list)
    for agent in agents:
        capacity = agent.capacity
        key = (*sorted(agent.abilities.items()), capacity.units, *sorted(capacity.of_channels.items()))
        alike[(*key, *sorted(capacity.queues.items()))].append(agent)
    ordered = sorted(alike.values(), key=lambda some: (-len(some), min(one.name for one in some)))
    return [_group(f"group_{number}", some) for number, some in enumerate(ordered, 1)]


def members(agents: Iterable[AgentSpec], group: Group) -> list[str]:
    """Returns the names of the agents of a group, in order."""
    return sorted(one.name for one in agents if _same(one, group))


def with_goals(problem: Problem, goals: Sequence[OtherGoal]) -> Problem:
    """Returns the problem with other service levels. Raises ValueError for a queue that it has not."""
    by_name = {one.queue: one for one in goals}
    if unknown := sorted(by_name.keys() - {queue.name for queue in problem.queues}):
        raise ValueError(f"there is no queue {unknown[0]!r} in this day")
    queues = []
    for queue in problem.queues:
        other = by_name.get(queue.name)
        level = other and {"goal": other.goal, "target_s": other.target_s}
        update = {name: value for name, value in (level or {}).items() if value is not None}
        queues.append(queue.model_copy(update={"service_level": queue.service_level.model_copy(update=update)}))
    return problem.model_copy(update={"queues": queues})


def changed(problem: Problem, plan: Plan, what_if: WhatIf) -> tuple[Problem, dict[str, list[int]]]:
    """Returns the problem and the plan after a change.

    Agents are added while the group is on duty at all. Who learns a skill leaves the group for one of its own, as large
    a part of it as so many are of its most. Raises ValueError for a group, a queue or a number that there is not.
    """
    groups = {group.name: group for group in problem.groups}
    found = {name: list(agents) for name, agents in plan.items()}
    for more in what_if.agents:
        _known(groups, more.group)
        found[more.group] = [max(0, agents + more.agents) if agents else 0 for agents in found[more.group]]
    for number, training in enumerate(what_if.skills, 1):
        _known(groups, training.group)
        most = max(found[training.group], default=0)
        if training.agents > most:
            raise ValueError(f"{training.group} has {most} agents on duty at most, not {training.agents} to train")
        trained = _trained(groups[training.group], f"{training.group}_trained_{number}", training)
        part = whole(agents * training.agents / most for agents in found[training.group])
        found[trained.name] = part
        found[training.group] = [a - b for a, b in zip(found[training.group], part, strict=True)]
        groups[trained.name] = trained
    after = with_goals(problem.model_copy(update={"groups": list(groups.values())}), what_if.goals)
    return after, served(found, after)


def _trained(group: Group, name: str, training: Training) -> Group:
    abilities = {**group.abilities, training.skill: training.proficiency}
    return group.model_copy(update={"name": name, "abilities": abilities, "employed": training.agents})


def _known(groups: Mapping[str, Group], name: str) -> None:
    if name not in groups:
        raise ValueError(f"there is no group {name!r}: there are {', '.join(sorted(groups)[:20])}")


def _group(name: str, agents: Sequence[AgentSpec]) -> Group:
    one = agents[0]
    channels: Mapping[Channel, int] = one.capacity.of_channels
    return Group(
        name=name,
        abilities=one.abilities,
        units=one.capacity.units,
        channels=channels,
        queues=one.capacity.queues,
        employed=len(agents),
    )


def _same(agent: AgentSpec, group: Group) -> bool:
    ours = (agent.abilities, agent.capacity.units, agent.capacity.of_channels, agent.capacity.queues)
    return ours == (dict(group.abilities), group.units, dict(group.channels), dict(group.queues))
