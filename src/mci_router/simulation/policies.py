"""Policies that a day can be simulated under: how the line is chosen, and how the agent."""

from enum import StrEnum

from mci_router.vocabulary import AgentChoice, LineChoice


class SimulatedPolicy(StrEnum):
    """The line that an agent with room serves next, and the agent that a contact goes to."""

    SERVICE_LEVEL = "service_level"
    LONGEST_IDLE = "longest_idle"
    STRICT_PRIORITY = "strict_priority"

    @property
    def line_choice(self) -> LineChoice:
        return _CHOICES[self][0]

    @property
    def agent_choice(self) -> AgentChoice:
        return _CHOICES[self][1]


_CHOICES = {
    SimulatedPolicy.SERVICE_LEVEL: (LineChoice.SERVICE_LEVEL, AgentChoice.SERVICE_LEVEL),
    SimulatedPolicy.LONGEST_IDLE: (LineChoice.OLDEST, AgentChoice.LONGEST_IDLE),
    SimulatedPolicy.STRICT_PRIORITY: (LineChoice.STRICT_PRIORITY, AgentChoice.LONGEST_IDLE),
}
