"""Schemas of acts on agents, and of what an agent's state is after them."""

from typing import Annotated

from pydantic import Field, StringConstraints

from mci_router.api.schemas.common import Answer, Body
from mci_router.api.schemas.transfers import Why
from mci_router.vocabulary import Presence

Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class PresenceIn(Body):
    """The presence that a supervisor sets, and why."""

    state: Presence
    reason: Reason = ""


class SuspensionIn(Body):
    """Why the agent gets nothing new. The agent reads it at the desk."""

    reason: Why


class ResumptionIn(Body):
    """Why the agent may work again."""

    reason: Reason = ""


class AgentStateOut(Answer):
    """The state of an agent now. Its three parts are kept apart."""

    agent: str
    presence: Annotated[Presence, Field(description="What the agent wants.")]
    reason: Annotated[str, Field(description="Of the presence; empty where none was given.")]
    reachable: Annotated[bool, Field(description="Whether a desk of the agent is connected.")]
    suspended: Annotated[bool, Field(description="Whether the agent gets nothing new, by an operator's word.")]
    suspended_reason: str | None
