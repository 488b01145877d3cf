"""Certificates of agents."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from mci_router.api.schemas.common import Answer, Body
from mci_router.specs.base import Day, Name
from mci_router.specs.skills import Share
from mci_router.vocabulary import CertificateState


class CertificateIn(Body):
    """A certificate that is granted."""

    agent: Name
    skill: Annotated[Name, Field(description="A skill that asks for a certificate.")]
    score: Annotated[Share, Field(description="What the agent reached, from 0 to 1.", examples=[0.87])]
    granted_on: Annotated[Day | None, Field(description="Left out: today. Not a day to come.")] = None
    note: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=1_000),
        Field(description="How it was found; masked.", examples=["Five calls, and the test on chargebacks."]),
    ] = ""


class CertificateOut(Answer):
    """A certificate."""

    id: str
    score: float
    granted_on: date
    expires_on: Annotated[date, Field(description="The first day on which it no longer holds.")]


class StandingOut(Answer):
    """How an agent stands with a skill that asks for a certificate."""

    agent: str
    skill: str
    has: Annotated[bool, Field(description="Whether the agent is offered contacts that need the skill.")]
    state: CertificateState
    needed: Annotated[float | None, Field(description="The score that is asked for; null before the first gate.")]
    latest: Annotated[CertificateOut | None, Field(description="The certificate that counts.")]
    without_from: Annotated[
        date | None, Field(description="The first day to come without the skill, if nothing else happens.")
    ]


class StandingsOut(Answer):
    """How agents stand today: those without a skill first, then those who will be without the soonest."""

    day: date
    items: list[StandingOut]
    left_out: Annotated[int, Field(description="How many more there are.")]
