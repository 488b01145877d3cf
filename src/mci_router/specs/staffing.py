"""Staffing: how many of a workspace's agents could serve a contact, counted without walking the agents. Pure.

Each fact about agents ("speaks German at 3 or better", "takes chat", "has four units") is one integer with a bit an
agent. The agents who meet a requirement are the AND of its facts, so that the cost of an answer hardly grows with the
number of agents.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from hashlib import blake2s
from typing import Any

from mci_router.specs.resources import AgentSpec
from mci_router.vocabulary import Channel


class Staffing:
    """An index of agents.

    Facts are computed when they are first asked for; there are as many as skills, levels, channels and sizes.
    """

    def __init__(self, agents: Iterable[AgentSpec]) -> None:
        self._agents = tuple(agents)
        self._abilities = tuple(agent.abilities for agent in self._agents)
        self._facts: dict[tuple[str, str, float], int] = {}

    def __len__(self) -> int:
        return len(self._agents)

    @cached_property
    def digest(self) -> str:
        """What the agents bring, in short: where it is the same, the same contacts can be served, if not by as many."""
        kinds = {
            json.dumps(
                [able, agent.capacity.units, sorted(name for name, most in agent.capacity.channels.items() if most)],
                sort_keys=True,
            )
            for agent, able in zip(self._agents, self._abilities, strict=True)
        }
        return blake2s("\n".join(sorted(kinds)).encode(), digest_size=8).hexdigest()

    def able(self, requirement: Iterable[Mapping[str, Any]], channel: Channel, units: int) -> int:
        """Returns how many agents bring what is required (`[{skill, min}]`), take the channel, and have the units free
        when idle.
        """
        return self._able(requirement, channel, units).bit_count()

    def able_in_any(self, requirements: Iterable[Iterable[Mapping[str, Any]]], channel: Channel, units: int) -> int:
        """Returns how many agents can serve by one of several requirements, as `able` counts them."""
        able = 0
        for requirement in requirements:
            able |= self._able(requirement, channel, units)
        return able.bit_count()

    def _able(self, requirement: Iterable[Mapping[str, Any]], channel: Channel, units: int) -> int:
        able = self._fact(
            "channel", channel, 1, lambda number: self._agents[number].capacity.of_channels.get(channel, 0)
        )
        able &= self._fact("units", "", units, lambda number: self._agents[number].capacity.units)
        for need in requirement:
            able &= self._skilled(need["skill"], need["min"])
        return able

    def _skilled(self, skill: str, minimum: float) -> int:
        return self._fact("skill", skill, minimum, lambda number: self._abilities[number].get(skill, 0))

    def _fact(self, kind: str, name: str, least: float, value: Callable[[int], float]) -> int:
        """Returns the agents whose value is `least` or more, as bits."""
        key = (kind, name, least)
        if key not in self._facts:
            bits = bytearray(len(self._agents) // 8 + 1)
            for number in range(len(self._agents)):
                if value(number) >= least:
                    bits[number >> 3] |= 1 << (number & 7)
            self._facts[key] = int.from_bytes(bits, "little")
        return self._facts[key]
