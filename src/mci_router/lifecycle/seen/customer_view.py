"""What a customer sees of the own cases and contacts: where they are and what answers, never why, nor any note."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment
from mci_router.database import Database
from mci_router.errors import EngineUnavailable
from mci_router.intake.answer import wait_data
from mci_router.lifecycle.lines.positions import Place, places
from mci_router.lifecycle.seen.contact_reading import with_case
from mci_router.lifecycle.seen.customers_own import NO_TASK, cases_shown
from mci_router.models import Case, Contact, Decision, Incident, IncidentSubscription
from mci_router.routing.engine import Engine
from mci_router.routing.live_contact import LiveContact
from mci_router.routing.policy.incidents import text_for
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import AnswerKind, Channel, ContactState, IncidentState

MOST_CASES = 20
MOST_CONTACTS = 50
FOR_ANY = ("message", "emergency", "opens_at")
"""Parts of a route that its customer reads, whatever the contact is about; they say nothing of its matter."""

BEGUN = """
SELECT c.id, c.customer_id, c.case_id, c.first_seq FROM unnest($2::text[]) AS w(customer)
CROSS JOIN LATERAL (
  SELECT * FROM contacts c
  WHERE c.workspace_id = $1 AND c.customer_id = w.customer AND c.id > $3 AND c.ended_at IS NULL AND c.channel <> 'task'
  ORDER BY c.id LIMIT 20) AS c
"""
"""Ids sort by the time they were made."""

SERVED = (ContactState.ASSIGNED, ContactState.WAITING_FOR_CUSTOMER)
WAITS = (ContactState.QUEUED, ContactState.OFFERED, ContactState.ACCEPTED)


@value
class ContactView:
    """A contact as its customer sees it.

    `title` is its topic's, None where that would tell what is sensitive; `route` are the parts of its decision that
    are for the customer; `agent` is a shown name; `place` is None unless it waits.
    """

    id: str
    case_id: str
    case_reference: str
    customer_id: str
    title: str | None
    channel: Channel
    state: ContactState
    rung: int
    agent: str | None
    place: Place | None
    route: Mapping[str, Any]
    accepted_at: datetime

    @property
    def waits(self) -> bool:
        return self.state is ContactState.QUEUED

    def data(self) -> dict[str, Any]:
        """Returns it as frames have it."""
        place = self.place
        return {
            "contact_id": self.id,
            "case_id": self.case_id,
            "case_reference": self.case_reference,
            "title": self.title,
            "channel": self.channel,
            "state": self.state,
            "agent": self.agent,
            "place": place and place.in_line,
            "expected_wait_s": wait_data(place.expected_wait) if place else None,
            "message": self.route.get("message"),
            "emergency": None if self.state.final else self.route.get("emergency"),
            "opens_at": self.route.get("opens_at"),
            "thread": self.thread,
            "accepted_at": moment(self.accepted_at),
        }

    @property
    def thread(self) -> str | None:
        """The id of the post in which the community is asked, or was on a lower rung."""
        found = self.route.get("post") or self.route.get("thread")
        return found["id"] if found else None

    def answer(self) -> dict[str, Any] | None:
        """Returns the answer that the customer is to judge; None if there is none."""
        found = self.route.get("answer")
        if self.state is not ContactState.AUTOMATING or self.route.get("ask") or not found:
            return None
        shown = {"title": found["title"], "body": found["body"]}
        post = found.get("post")
        source = {"kind": AnswerKind.POST if post else AnswerKind.ARTICLE, "post": post}
        return {**self._named(), **source, "article": shown, "asks": "helped"}

    def ask(self) -> dict[str, Any] | None:
        """Returns the draft that the customer may agree to have posted, with the answered posts that are like it; None
        if there is none.
        """
        ask = self.route.get("ask")
        if self.state is not ContactState.AUTOMATING or not ask:
            return None
        similar = ask.get("similar", [])
        return {**self._named(), "draft": ask["draft"], "until": ask["until"], "similar": similar}

    def incident(self) -> dict[str, Any] | None:
        """Returns the incident that answers it; None if none does."""
        found = self.route.get("incident")
        if self.state is not ContactState.AUTOMATING or not found:
            return None
        known = {"id": found["id"], "title": found["title"], "status": found["status"]}
        told = {"contact_id": self.id, "incident_id": found["id"], "kind": "status", "status": found["status"]}
        return {**told, "incident": known}

    def _named(self) -> dict[str, Any]:
        return {"contact_id": self.id, "case_id": self.case_id, "rung": self.rung}


@value
class CaseView:
    """A case as its customer sees it. A title that would tell what is sensitive is None."""

    id: str
    reference: str
    title: str | None
    status: str
    last_contact_at: datetime
    last_seq: int

    def data(self) -> dict[str, Any]:
        """Returns it as frames have it."""
        return {
            "id": self.id,
            "reference": self.reference,
            "title": self.title,
            "status": self.status,
            "last_contact_at": moment(self.last_contact_at),
            "last_seq": self.last_seq,
        }


@value
class Begun:
    """An open contact that has begun lately, on any channel."""

    id: str
    customer_id: str
    case_id: str
    first_seq: int


class CustomerViews:
    """Reads what customers see: of many contacts by a few queries, however many customers they are of."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    async def contacts(self, snapshot: Snapshot, contacts: Collection[str]) -> dict[str, ContactView]:
        """Returns contacts by their ids, as they are now; without the live state, as the ledger has them.

        Raises DatabaseUnavailable.
        """
        workspace, wanted = snapshot.workspace_id, sorted(contacts)
        async with self._database.reading() as session:
            query = select(Contact).where(Contact.workspace_id == workspace, Contact.id.in_(wanted), NO_TASK)
            rows = list(await session.scalars(query.options(with_case())))
            lives, found = await self._live(snapshot, [row.id for row in rows if not row.state.final])
            rungs = {row.id: _rung(row, lives.get(row.id)) for row in rows}
            routes = await _routes(session, workspace, rungs)
        return {row.id: _view(snapshot, row, lives.get(row.id), found.get(row.id), routes.get(row.id)) for row in rows}

    async def places(self, snapshot: Snapshot, contacts: Sequence[str]) -> dict[str, Place]:
        """Returns the places of those that wait; none without the live state."""
        return (await self._live(snapshot, contacts))[1]

    async def cases(self, snapshot: Snapshot, customer: str) -> tuple[list[CaseView], list[str]]:
        """Returns the customer's open cases, and those about which they are asked how it was, that with the latest
        contact first; and their open contacts.

        Raises DatabaseUnavailable.
        """
        workspace = snapshot.workspace_id
        sensitive = exists().where(Contact.case_id == Case.id, Contact.sensitive.is_(True))
        query = select(Case, sensitive).where(Case.workspace_id == workspace, Case.customer_id == customer)
        query = query.where(*cases_shown(snapshot))
        async with self._database.reading() as session:
            rows = (await session.execute(query.order_by(Case.last_contact_at.desc()).limit(MOST_CASES))).all()
            open_ones = (
                select(Contact.id)
                .where(Contact.workspace_id == workspace, Contact.customer_id == customer, Contact.ended_at.is_(None))
                .where(NO_TASK)
            )
            contacts = await session.scalars(open_ones.order_by(Contact.id.desc()).limit(MOST_CONTACTS))
            return [_case(snapshot, case, sensitive=hidden) for case, hidden in rows], list(contacts)

    async def incident(self, workspace: str, contacts: Sequence[str]) -> dict[str, Any] | None:
        """Returns the newest open incident that has answered one of the contacts. Raises DatabaseUnavailable."""
        query = (
            select(Incident, Contact.language)
            .join(IncidentSubscription, IncidentSubscription.incident_id == Incident.id)
            .join(Contact, Contact.id == IncidentSubscription.contact_id)
            .where(
                Incident.workspace_id == workspace,
                Incident.state == IncidentState.OPEN,
                IncidentSubscription.contact_id.in_(contacts),
                IncidentSubscription.returned_at.is_(None),
            )
            .order_by(Incident.id.desc())
            .limit(1)
        )
        async with self._database.reading() as session:
            row = (await session.execute(query)).first()
        return {"id": row[0].id, "title": row[0].title, "status": text_for(row[0].status, row[1])} if row else None

    async def began(self, workspace: str, customers: Sequence[str], since_ms: int) -> list[Begun]:
        """Returns the open contacts of these customers that have begun since then. Raises DatabaseUnavailable."""
        rows = await self._database.read(BEGUN, workspace, list(customers), f"con_{since_ms:012x}")
        return [Begun(row["id"], row["customer_id"], row["case_id"], row["first_seq"] or 1) for row in rows]

    async def _live(
        self, snapshot: Snapshot, contacts: Sequence[str]
    ) -> tuple[dict[str, LiveContact], dict[str, Place]]:
        """Returns contacts in the live state, and the places of those that wait; as much of it as can be reached."""
        lives: dict[str, LiveContact] = {}
        with suppress(EngineUnavailable):
            found = await self._engine.contacts(snapshot.workspace_id, contacts) if contacts else []
            lives = {contact: live for contact, live in zip(contacts, found, strict=True) if live}
            return lives, await places(self._engine, snapshot, lives)
        return lives, {}


def _rung(row: Contact, live: LiveContact | None) -> int:
    return max(row.rung, live.rung) if live else row.rung


async def _routes(session: AsyncSession, workspace: str, rungs: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Returns the routes of the rungs in force."""
    query = select(Decision.contact_id, Decision.rung, Decision.route).where(
        Decision.workspace_id == workspace, Decision.contact_id.in_(rungs)
    )
    return {contact: route for contact, rung, route in await session.execute(query) if rung == rungs[contact]}


def _view(
    snapshot: Snapshot, row: Contact, live: LiveContact | None, place: Place | None, route: Mapping[str, Any] | None
) -> ContactView:
    known = live if live and live.rung >= row.rung else None
    state = known.state if known else row.state
    visible = FOR_ANY if row.sensitive else (*FOR_ANY, "answer", "ask", "incident", "post", "thread")
    agent = (known.agent if known else row.agent) if state in SERVED else None
    return ContactView(
        row.id,
        row.case_id,
        row.case_reference,
        row.customer_id,
        _title(snapshot, row.topic or "", sensitive=row.sensitive),
        row.channel,
        ContactState.QUEUED if state is ContactState.OFFERED else state,
        known.rung if known else row.rung,
        shown_name(snapshot, agent),
        place if state in WAITS else None,
        {name: value for name in visible if (value := (route or {}).get(name)) is not None},
        row.accepted_at,
    )


def shown_name(snapshot: Snapshot, agent: str | None) -> str | None:
    """Returns what customers read of an agent: the first name, if the workspace shows it."""
    spec = snapshot.agents.get(agent or "")
    return spec.title.split()[0] if spec and snapshot.spec.show_agent_names else None


def _case(snapshot: Snapshot, case: Case, *, sensitive: bool) -> CaseView:
    title = _title(snapshot, case.topic, sensitive=sensitive)
    return CaseView(case.id, case.reference, title, case.status, case.last_contact_at, case.last_seq)


def _title(snapshot: Snapshot, name: str, *, sensitive: bool) -> str | None:
    topic = snapshot.topics.get(name)
    return topic.title if topic and not topic.sensitive and not sensitive else None
