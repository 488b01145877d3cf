"""Certificates: on which days an agent has a skill that asks for one. Pure.

It is judged by days of the workspace, never by moments: the same certificates give the same answer about a day, for
today as for a schedule of next month.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from mci_router.specs.resources import AgentSpec
from mci_router.specs.skills import SkillCertificate, SkillSpec
from mci_router.values import value
from mci_router.vocabulary import CertificateState


@value
class Certificate:
    """A certificate that nobody has taken back; it holds from `granted_on` until the day before `expires_on`."""

    id: str
    agent: str
    skill: str
    score: float
    granted_on: date
    expires_on: date


@value
class Standing:
    """How an agent stands with a skill on a day.

    `needed` is the score that is asked for, `latest` the certificate that counts, `without_from` the first later day
    without the skill if nothing else happens; None if there is none, or if the agent is without it already.
    """

    agent: str
    skill: str
    state: CertificateState
    needed: float | None
    latest: Certificate | None
    without_from: date | None

    @property
    def has(self) -> bool:
        """Whether the agent has the skill on that day."""
        return self.state.has


def standings(
    agents: Iterable[AgentSpec], skills: Mapping[str, SkillSpec], certificates: Sequence[Certificate], day: date
) -> list[Standing]:
    """Returns how agents stand on a day with each of their skills that asks for a certificate, in order."""
    asking = {name: skill.certificate for name, skill in skills.items() if skill.certificate}
    counting = _counting(certificates, day)
    return [
        _standing(asking[has.skill], agent, has.skill, counting.get((agent.name, has.skill)), day)
        for agent in agents
        for has in agent.skills
        if has.skill in asking
    ]


def lapsed(
    agents: Iterable[AgentSpec], skills: Mapping[str, SkillSpec], certificates: Sequence[Certificate], day: date
) -> dict[str, frozenset[str]]:
    """Returns by agent the skills that are configured, and that the agent does not have on a day."""
    without: dict[str, set[str]] = {}
    for one in standings(agents, skills, certificates, day):
        if not one.has:
            without.setdefault(one.agent, set()).add(one.skill)
    return {agent: frozenset(names) for agent, names in without.items()}


def certified(
    agents: Mapping[str, AgentSpec], skills: Mapping[str, SkillSpec], certificates: Sequence[Certificate], day: date
) -> dict[str, AgentSpec]:
    """Returns the agents by name, each with the skills that they have on a day."""
    without = lapsed(agents.values(), skills, certificates, day)
    return {name: _less(agent, without[name]) if name in without else agent for name, agent in agents.items()}


def _less(agent: AgentSpec, without: frozenset[str]) -> AgentSpec:
    return agent.model_copy(update={"skills": [has for has in agent.skills if has.skill not in without]})


def _counting(certificates: Iterable[Certificate], day: date) -> dict[tuple[str, str], Certificate]:
    """Returns by agent and skill the certificate that counts on a day: the latest, also where its score is lower."""
    ordered = sorted(certificates, key=lambda one: (one.granted_on, one.id))
    return {(one.agent, one.skill): one for one in ordered if one.granted_on <= day}


def _standing(asked: SkillCertificate, agent: AgentSpec, skill: str, latest: Certificate | None, day: date) -> Standing:
    state = _state(asked, agent.since, latest, day)
    without_from = _without_from(asked, agent.since, latest, day) if state.has else None
    return Standing(agent.name, skill, state, asked.needed(agent.since, day), latest, without_from)


def _state(asked: SkillCertificate, since: date | None, latest: Certificate | None, day: date) -> CertificateState:
    needed = asked.needed(since, day)
    if needed is None:
        return CertificateState.NOT_NEEDED_YET
    if latest is None:
        return CertificateState.MISSING
    if day >= latest.expires_on:
        return CertificateState.EXPIRED
    return CertificateState.HOLDS if latest.score >= needed else CertificateState.SCORE_TOO_LOW


def _without_from(asked: SkillCertificate, since: date | None, latest: Certificate | None, day: date) -> date | None:
    """Returns the first later day without the skill: one on which the certificate ends, or a gate asks for more."""
    ends = [latest.expires_on] if latest else []
    gates = [since + timedelta(days=gate.days) for gate in asked.gates] if since else []
    later = sorted(at for at in (*ends, *gates) if at > day)
    return next((at for at in later if not _state(asked, since, latest, at).has), None)
