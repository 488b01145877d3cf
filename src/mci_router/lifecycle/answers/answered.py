"""Answered posts for contacts on the community's rung: searched before it is decided, and within the search's deadline.

A contact whose rung in force is another one is never searched for, and neither is a sensitive one.
"""

from dataclasses import replace
from datetime import datetime

from mci_router.intake.arrival import Arrival
from mci_router.knowledge.answered import AnsweredSearch, Question
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.lifecycle.seen.contact_answers import judged_text
from mci_router.outcomes import OUTCOMES
from mci_router.routing.policy.decision import answering_incident, choose_route, may_be_answered
from mci_router.routing.policy.routes import Facts, Route
from mci_router.specs.answered import Similar
from mci_router.specs.resources import Rung
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.finding import find
from mci_router.triage.matrix import cell_of
from mci_router.triage.matter import Matter
from mci_router.vocabulary import Audience, Outcome, Touch, Visibility, Volume


class AnsweredPosts:
    """Finds the answered posts that contacts are answered with, or shown before there is another post."""

    def __init__(self, search: AnsweredSearch) -> None:
        self._search = search

    async def sought(self, arrival: Arrival) -> Arrival:
        """Returns the arrival with the answered posts that are like it, if its rung is the community's."""
        searched = not arrival.task and self._search.worth_it(arrival.workspace_id)
        matter = _for_the_community(arrival) if searched else None
        if matter is None:
            return arrival
        asked = Question(arrival.workspace_id, arrival.words.topic, arrival.language, matter.topic)
        found = await self._search.find(asked)
        return arrival if found is None else replace(arrival, answered=Similar(found))

    async def next_route(
        self, snapshot: Snapshot, current: OpenContact, now: datetime, *, not_helped: bool = False
    ) -> Route:
        """Returns where an open contact goes from its rung.

        With `not_helped`, the customer says that the answer did not: from an answered post, it goes on where it is.
        """
        contact, steps = current.contact, current.steps_beside
        again = not_helped and contact.answered_from is not None
        after = contact.rung - steps - again
        facts = await self._facts(snapshot, current, now, after)
        route = choose_route(snapshot, current.matter, facts, OUTCOMES, now=now, after=after)
        stays = again and route.rung == contact.rung - steps
        return replace(route, rung=route.rung + steps + stays, again=stays)

    async def _facts(self, snapshot: Snapshot, current: OpenContact, now: datetime, after: int) -> Facts:
        contact, facts, matter = current.contact, current.facts, current.matter
        if not self._search.worth_it(contact.workspace_id):
            return facts
        if not may_be_answered(snapshot, matter, facts, OUTCOMES, now=now, after=after):
            return facts
        text, tried = judged_text(contact, current.decision), current.answered_from_posts
        asked = Question(contact.workspace_id, text, contact.language, contact.topic, tried)
        found = await self._search.find(asked)
        return facts if found is None else replace(facts, answered=Similar(found, spent=bool(tried)))


def _for_the_community(arrival: Arrival) -> Matter | None:
    """Returns what a contact is, if it comes to the community's rung by all that is known before the ledger is asked.

    What the ledger knows of its customer may still take it elsewhere: then nothing comes of what was found.
    """
    snapshot, now = arrival.snapshot, arrival.received_at
    if _never(arrival):
        return None
    triage = find(
        snapshot,
        arrival.seen,
        named=arrival.named,
        measured=arrival.measured,
        customer=arrival.customer.attributes,
        recognised=arrival.recognised,
    )
    facts = arrival.facts(arrival.customer.attributes)
    if arrival.incidents and answering_incident(arrival.incidents, triage, facts):
        return None
    return triage.matter if may_be_answered(snapshot, triage.matter, facts, OUTCOMES, now=now) else None


def _never(arrival: Arrival) -> bool:
    """Returns whether a contact cannot come to the community, by what costs next to nothing to look at.

    Touch only rises, and is high without a topic. Where an article surely answers first, nothing is searched.
    """
    snapshot, guess = arrival.snapshot, arrival.seen.opinion.guess
    topic = snapshot.topics.get(arrival.named or guess.topic or "")
    volume = arrival.measured.volumes.get(topic.name, topic.expected_volume) if topic else Volume.LOW
    touches = (Touch.LOW, Touch.HIGH) if topic and topic.touch is Touch.LOW else (Touch.HIGH,)
    for touch in touches:
        ladder = snapshot.ladders[cell_of(volume, touch)]
        asks = any(rung.outcome is Outcome.COMMUNITY for rung in ladder)
        if asks and not (topic and _article_first(arrival, topic.name, ladder[0])):
            return False
    return True


def _article_first(arrival: Arrival, topic: str, first: Rung) -> bool:
    """Returns whether an article answers the topic on the ladder's first rung: its only one, which only an unsure
    topic hinders.
    """
    snapshot, worth = arrival.snapshot, 1.0 if arrival.named else arrival.seen.opinion.guess.worth
    serves = first.outcome is Outcome.AUTOMATION and (not first.channels or arrival.channel in first.channels)
    readers = Audience.CUSTOMERS if arrival.visibility is not Visibility.PUBLIC else Audience.PUBLIC
    sure = serves and worth >= snapshot.bars.automation
    return sure and len(snapshot.valid_answers(topic, arrival.received_at, readers)) == 1
