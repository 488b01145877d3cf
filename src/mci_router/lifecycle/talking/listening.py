"""Listening: what follows from what a customer says later, in a conversation that is under way.

Until somebody serves it, the contact is read again, with what its customer said first and last: it may go elsewhere,
and keeps its age; or an incident that was declared since answers it. Once somebody does, only danger moves it: to who
may have it, if its agent may not.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import text as sql

from mci_router.classifier.thresholds import Certainty
from mci_router.clock import utc_now
from mci_router.community import board
from mci_router.conversations.messages import MessageData
from mci_router.conversations.together import Together
from mci_router.database import Database
from mci_router.incidents.open_incidents import OpenIncidents
from mci_router.intake.answer import Answer, triage_data
from mci_router.intake.later import Later, Listener
from mci_router.lanes import LedgerLanes
from mci_router.lifecycle.open_contact import RUNG_STATES, OpenContact
from mci_router.lifecycle.passing_on.transfers import WITH_AN_AGENT
from mci_router.lifecycle.passing_on.turned_sensitive import SAYS_MORE, TurnedSensitive, route_now
from mci_router.lifecycle.publicity.privacy import private_triage, take_private
from mci_router.lifecycle.seen.contact_answers import judged_text
from mci_router.models import Decision
from mci_router.outcomes.incident import incident_route
from mci_router.routing.engine import Engine
from mci_router.routing.policy.decision import answering_incident
from mci_router.routing.policy.routes import Route
from mci_router.specs.rules import RuleEffect
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.finding import find
from mci_router.triage.matrix import TOUCH_OF, cell_of
from mci_router.triage.perception import Perception
from mci_router.triage.result import Triage
from mci_router.values import value
from mci_router.vocabulary import Cell, Channel, ContactState, Outcome, Touch, Visibility

# Nobody has said anything in a contact a day before it came in: the months before need not be looked into.
# What it is about was said first, or is said now. What lies between was judged when it was said: to read it again would
# make each message of a long conversation dearer, and leave no room for what is said now.
SAID_SO_FAR = """
SELECT c.id, c.topic, c.cell, c.state, c.outcome, c.language, c.person_asked_at,
  COALESCE(d.triage ->> 'model', '') = '' AS named,
  (SELECT string_agg(m.text, E'\\n\\n' ORDER BY m.seq) FROM (
     (SELECT seq, text FROM messages WHERE case_id = c.case_id AND contact_id = c.id AND kind = 'customer'
       AND received_at >= c.accepted_at - interval '1 day' ORDER BY seq LIMIT 1)
     UNION
     (SELECT seq, text FROM messages WHERE case_id = c.case_id AND contact_id = c.id AND kind = 'customer'
       AND received_at >= c.accepted_at - interval '1 day' ORDER BY seq DESC LIMIT 7)) AS m) AS text
FROM contacts c CROSS JOIN LATERAL (
  SELECT triage FROM decisions WHERE contact_id = c.id ORDER BY rung DESC LIMIT 1) AS d
WHERE c.workspace_id IS NOT DISTINCT FROM ($1::jsonb ->> 'workspace')
  AND c.id = ANY(ARRAY(SELECT jsonb_array_elements_text($1::jsonb -> 'contacts')))
"""
LANES = 2  # for looks at what was said so far, one at a time of a workspace
ASKED = sql(
    """
    UPDATE contacts SET person_asked_at = :now
    WHERE workspace_id = :workspace AND id = :contact AND person_asked_at IS NULL AND ended_at IS NULL
    """
)
NOT_SERVED = frozenset({*RUNG_STATES, ContactState.QUEUED})
WITH_AGENT = frozenset(WITH_AN_AGENT)
WANTS_PERSON = "the customer asks for a person"
NO_TOPIC = "none"  # named for a message of which only the danger counts: no model is asked what it is about
IN_DANGER = "what the customer says now is sensitive: it is for people, in private"


@value
class Heard:
    """What came of a message: its contact's state afterwards, and whether it moved."""

    state: ContactState | None
    moved: bool = False


class Listening:
    """Reads what customers say later, and does what follows."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        incidents: OpenIncidents,
        listener: Listener,
        turned: TurnedSensitive,
    ) -> None:
        self._database = database
        self._engine = engine
        self._incidents = incidents
        self._listener = listener
        self._turned = turned
        self._lanes = LedgerLanes(database, LANES)
        self._looks = Together(self._said_so_far)
        self.take_private: Callable[[str, str, str], Awaitable[None]] | None = None

    async def hear(self, snapshot: Snapshot, message: MessageData, state: ContactState, *, sensitive: bool) -> Heard:
        """Judges a message that is written, with what its customer said before, and moves its contact if it has to.
        One that is `sensitive` already is for people, in private: only danger to life moves it, to the front.

        Raises DatabaseUnavailable, EngineUnavailable: the message is written all the same.
        """
        if state not in NOT_SERVED | WITH_AGENT:
            return Heard(state)
        if sensitive:
            return await self._hear_danger_to_life(snapshot, message, state)
        before, said, named, language = None, message["text"], None, None
        if state in NOT_SERVED:
            before = await self._looks.get(snapshot.workspace_id, message["contact_id"])
            if before is None:
                return Heard(state)
            said, language = before["text"], before["language"]
            named = before["topic"] if before["named"] and before["topic"] in snapshot.topics else None
        channel, latest = Channel(message["channel"]), message["text"]
        later = await self._listener.listen(snapshot, said, channel, named, language, latest)
        triage = find(snapshot, later.seen[0], named=named, measured=later.measured, customer={})
        if before and triage.wants_person and before["person_asked_at"] is None:
            await self._note_wish(snapshot.workspace_id, message["contact_id"])
        if triage.sensitive and (before or _by_its_words(snapshot, triage, later.seen[0])):
            return await self._take_private(snapshot, message, triage, later)
        if triage.private_by and self.take_private and message["visibility"] == Visibility.PUBLIC:
            await self.take_private(snapshot.workspace_id, message["contact_id"], triage.private_by)
            live = await self._engine.contact(snapshot.workspace_id, message["contact_id"])
            return Heard(live.state if live else state, moved=True)
        otherwise = before is not None and _says_otherwise(before, triage)
        if before and (otherwise or self._in_outage(snapshot, before, triage)):
            return await self._read_again(snapshot, message["contact_id"], triage, later, otherwise=otherwise)
        return Heard(state)

    async def _hear_danger_to_life(self, snapshot: Snapshot, message: MessageData, state: ContactState) -> Heard:
        """Judges a message into a sensitive contact by its words alone: whether somebody may die."""
        channel = Channel(message["channel"])
        later = await self._listener.listen(snapshot, message["text"], channel, NO_TOPIC)
        triage = find(snapshot, later.seen[0], named=None, measured=later.measured, customer={})
        if not triage.urgent:
            return Heard(state)
        return await self._take_private(snapshot, message, triage, later)

    async def answer(self, workspace: str, contact: str) -> Answer:
        """Returns a contact and its decision, as they are now."""
        async with self._database.transaction() as session:
            current = await OpenContact.locked(session, self._engine, workspace, contact)
            return current.answer(current.state)

    async def _said_so_far(self, workspace: str, contacts: Sequence[str]) -> list[Mapping[str, Any] | None]:
        """Returns what is known of contacts, on a lane: the plan of such a look is dear, and is kept there."""
        asked = {"workspace": workspace, "contacts": list(contacts)}
        async with self._lanes.taken() as lane:
            rows = await lane.read(SAID_SO_FAR, asked)
        found = {row["id"]: row for row in rows}
        return [found.get(contact) for contact in contacts]

    async def _take_private(self, snapshot: Snapshot, message: MessageData, triage: Triage, later: Later) -> Heard:
        """Leaves a contact to people. One that an agent has stays with that agent, if that one may have it."""
        async with self._database.command() as session:
            current = await OpenContact.locked(session, self._engine, snapshot.workspace_id, message["contact_id"])
            contact, before = current.contact, current.decision
            known = contact.sensitive and (contact.urgent or not triage.urgent)
            if known or current.state not in NOT_SERVED | WITH_AGENT:
                return Heard(current.state)
            newly, urgent = not contact.sensitive, triage.urgent and not contact.urgent
            await board.hide_post(session, contact.id, utc_now())
            take_private(contact, triage, topic=True)
            text = f"{judged_text(contact, before)}\n\n{later.words.topic}"
            judged = private_triage(before, contact, triage, IN_DANGER, text=text)
            decision = await self._turned.to_people(
                snapshot, current, triage, IN_DANGER, urgent=urgent, latest=message["text"]
            )
            (decision or before).triage = judged
        if decision:
            return await self._sent(snapshot, current, decision)
        if newly:
            await self._turned.tell(snapshot.workspace_id, contact.id)
        return Heard(current.state)

    async def _note_wish(self, workspace: str, contact: str) -> None:
        """Notes since when a customer asks for a person: no rung but an agent serves the contact from now on."""
        async with self._database.transaction() as session:
            await session.execute(ASKED, {"workspace": workspace, "contact": contact, "now": utc_now()})

    def _in_outage(self, snapshot: Snapshot, before: Mapping[str, Any], triage: Triage) -> bool:
        """Returns whether an incident that was declared since may answer a contact that waits for no person."""
        if before["outcome"] == Outcome.INCIDENT or ContactState(before["state"]) not in RUNG_STATES:
            return False
        return any(triage.topic in one.topics | one.partly for one in self._incidents.of(snapshot.workspace_id))

    async def _read_again(
        self, snapshot: Snapshot, contact_id: str, triage: Triage, later: Later, *, otherwise: bool
    ) -> Heard:
        """Moves a contact that nobody serves yet to where its customer's words, all of them, belong."""
        async with self._database.command() as session:
            current = await OpenContact.locked(session, self._engine, snapshot.workspace_id, contact_id)
            contact, before = current.contact, current.decision
            if current.state not in NOT_SERVED or current.moving:
                return Heard(current.state)
            touch = Touch.HIGH if triage.touch is Touch.HIGH else TOUCH_OF[contact.cell]
            cell = cell_of(triage.volume, touch)
            route = self._answered(snapshot, current, triage)
            if route is None and not otherwise:
                return Heard(current.state)
            # Who only asks for a person has not named another topic, in whatever language that is said.
            topic = triage.topic or (contact.topic if triage.wants_person else None)
            route = route or route_now(snapshot, current, replace(triage.matter, topic=topic, cell=cell))
            if current.state is ContactState.QUEUED and route.outcome is not Outcome.AGENT:
                return Heard(current.state)  # it waits for a person, and keeps its place
            contact.topic, contact.cell = topic, cell
            data = triage_data(triage, before.triage["modality"], text=later.words.topic, visibility=contact.visibility)
            why = WANTS_PERSON if triage.wants_person else SAYS_MORE
            decision = await self._turned.move(snapshot, current, route, why)
            reasons = [*before.triage["reasons"], f"{SAYS_MORE}:", *data["reasons"]]
            kept = {"cell": cell, "touch": touch, "modality": decision.triage["modality"], "reasons": reasons}
            decision.triage = {**data, **kept}
        return await self._sent(snapshot, current, decision)

    def _answered(self, snapshot: Snapshot, current: OpenContact, triage: Triage) -> Route | None:
        """Returns the route of a contact that an open incident answers; each answers it once, and then its ladder goes
        on.
        """
        if any(decision.route["outcome"] == Outcome.INCIDENT for decision in current.decisions):
            return None
        facts = current.facts
        incident = answering_incident(self._incidents.of(snapshot.workspace_id), triage, facts)
        return replace(incident_route(snapshot, incident, facts), rung=current.highest_rung + 1) if incident else None

    async def _sent(self, snapshot: Snapshot, current: OpenContact, decision: Decision) -> Heard:
        return Heard(await self._turned.send(snapshot, current, decision), moved=True)


def _by_its_words(snapshot: Snapshot, triage: Triage, seen: Perception) -> bool:
    """Returns whether a single message says that it is sensitive. What its topics add up to does not: of a few words,
    such as an order's number, that is little more than chance, and it would take the customer away from the agent.
    """
    ruled = any(rule.effect is RuleEffect.SENSITIVE for rule in seen.rules)
    topic = snapshot.topics.get(triage.topic or "")
    surely = triage.certainty is Certainty.ACT and topic is not None and topic.sensitive
    return ruled or triage.sensitivity.sensitive or seen.failed or surely


def _says_otherwise(before: Mapping[str, Any], triage: Triage) -> bool:
    """Returns whether a contact is surely of another topic than it seemed, or its customer asks for a person."""
    if triage.wants_person and (TOUCH_OF[Cell(before["cell"])] is Touch.LOW or before["outcome"] != Outcome.AGENT):
        return True
    return triage.topic is not None and triage.topic != before["topic"] and triage.certainty is Certainty.ACT
