"""Places of conversations that are taken private: a queue, skills, or an agent that somebody names, or what the topic
needs.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mci_router.errors import UnknownQueue, UnknownSkill
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.outcomes import OUTCOMES
from mci_router.routing.policy.joining import asked_at, join
from mci_router.routing.policy.passing import refuse_unservable
from mci_router.routing.policy.routes import Joined, Route
from mci_router.routing.policy.serving import Asked, Choice
from mci_router.specs.base import SkillRequirement
from mci_router.specs.ladders import ANY_AGENT
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matrix import VOLUME_OF, cell_of
from mci_router.values import value
from mci_router.vocabulary import Outcome, Touch


@value
class PrivatePlace:
    """Who is to have a conversation that is taken private.

    Nothing said: who has it already, or else whom its topic needs. `agent` may take it first. `hide`: what was posted
    is hidden, too.
    """

    queue: str | None = None
    skills: Sequence[SkillRequirement] = ()
    agent: str | None = None
    hide: bool = False

    @property
    def named(self) -> bool:
        return self.queue is not None or bool(self.skills)

    def check(self, snapshot: Snapshot) -> None:
        """Checks that the queue and the skills exist. Raises UnknownQueue, UnknownSkill."""
        if self.queue and self.queue not in snapshot.queues:
            raise UnknownQueue(f"There is no queue {self.queue!r} in this workspace.")
        for need in self.skills:
            if need.skill not in snapshot.skills:
                raise UnknownSkill(f"There is no skill {need.skill!r} in this workspace.")

    def holds(self, current: OpenContact) -> bool:
        """Returns whether the contact is there already."""
        asked = {need["skill"]: need["min"] for need in current.contact.skills}
        skilled = all(asked.get(need.skill, 0) >= need.min for need in self.skills)
        return skilled and self.queue in (None, current.contact.queue)

    def route(self, snapshot: Snapshot, current: OpenContact, now: datetime) -> Route:
        """Returns the route to people, one rung above the contact's own, and keeps with it the skills that it asks for.

        Raises NobodyCanServe.
        """
        contact = current.contact
        contact.skills = [need.model_dump() for need in self._with_own(current)]
        route = self._to_queue(snapshot, current, now) if self.queue else _to_people(snapshot, current, now)
        if self.named:
            refuse_unservable(route, len(snapshot.staffing))
        if route.queue is None or self.agent is None or self.agent not in snapshot.agents:
            return route
        return replace(route, preferred=self.agent, reasons=(*route.reasons, f"agent {self.agent} took it: first"))

    def _with_own(self, current: OpenContact) -> list[SkillRequirement]:
        wanted = {need["skill"]: int(need["min"]) for need in current.contact.skills}
        for need in self.skills:
            wanted[need.skill] = max(need.min, wanted.get(need.skill, 0))
        return [SkillRequirement(skill=skill, min=least) for skill, least in sorted(wanted.items())]

    def _to_queue(self, snapshot: Snapshot, current: OpenContact, now: datetime) -> Route:
        """Returns the route into the named queue, which asks nothing for the topic, as a transfer does not."""
        queue, facts = snapshot.queues[self.queue or ""], current.facts.in_private()
        why = "where it is taken private"
        asked = asked_at(snapshot, current.matter, facts, queue, why, after=current.highest_rung, now=now)
        return join(asked, queue, Joined(now, topic_skills=False))


def _to_people(snapshot: Snapshot, current: OpenContact, now: datetime) -> Route:
    """Returns the route to the people of the contact's topic, as one of high touch."""
    matter, after = current.matter, current.highest_rung
    careful = replace(matter, cell=cell_of(VOLUME_OF[matter.cell], Touch.HIGH))
    ladder = snapshot.ladders[careful.cell]
    rung = next((one for one in ladder if one.outcome is Outcome.AGENT), ANY_AGENT)
    choice = Choice(after + 1, rung, ("taken private: for people",))
    return OUTCOMES[Outcome.AGENT].serve(Asked(snapshot, careful, current.facts.in_private(), choice, now, after))
