"""Reading cases: what a customer wants, over all its contacts, as it is now, and what it waits for."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Exists, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import NotFound
from mci_router.lifecycle.seen.contact_reading import lay_over
from mci_router.models import Case, Contact
from mci_router.routing.engine import Engine
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import AddressKind, CaseStatus, ContactState, Outcome, WaitsFor

MOST_CONTACTS = 100  # of a case, the newest: what a screen shows

STATUS_OF: Mapping[ContactState, CaseStatus] = {
    ContactState.ACCEPTED: CaseStatus.WAITING,
    ContactState.QUEUED: CaseStatus.WAITING,
    ContactState.OFFERED: CaseStatus.WAITING,
    ContactState.ASSIGNED: CaseStatus.IN_PROGRESS,
    ContactState.WRAPPING_UP: CaseStatus.IN_PROGRESS,
    ContactState.POSTED: CaseStatus.WITH_COMMUNITY,
    ContactState.AUTOMATING: CaseStatus.WAITING_FOR_CUSTOMER,
    ContactState.WAITING_FOR_CUSTOMER: CaseStatus.WAITING_FOR_CUSTOMER,
}
FIRST = (
    CaseStatus.IN_PROGRESS,
    CaseStatus.WAITING,
    CaseStatus.WAITING_FOR_FIX,
    CaseStatus.WITH_COMMUNITY,
    CaseStatus.WAITING_FOR_CUSTOMER,
)
"""Of the statuses of several open contacts, which is their case's."""

WAITS_FOR: Mapping[CaseStatus, WaitsFor] = {
    CaseStatus.WAITING: WaitsFor.AGENT,
    CaseStatus.IN_PROGRESS: WaitsFor.AGENT,
    CaseStatus.WAITING_FOR_FIX: WaitsFor.FIX,
    CaseStatus.WITH_COMMUNITY: WaitsFor.COMMUNITY,
    CaseStatus.WAITING_FOR_CUSTOMER: WaitsFor.CUSTOMER,
}


@value
class CaseNow:
    """A case with its contacts, the newest first, as they are now."""

    case: Case
    contacts: Sequence[Contact]

    @property
    def status(self) -> CaseStatus:
        """Where it stands: where its open contacts are, or `closed`."""
        found = {_status(contact) for contact in self.contacts if not contact.state.final}
        return next((status for status in FIRST if status in found), CaseStatus.CLOSED)

    @property
    def waits_for(self) -> WaitsFor | None:
        return WAITS_FOR.get(self.status)

    @property
    def waiting(self) -> Contact | None:
        """The contact of it that waits for an agent; of several the oldest."""
        waiting = (contact for contact in reversed(self.contacts) if STATUS_OF.get(contact.state) is CaseStatus.WAITING)
        return next(waiting, None) if self.status is CaseStatus.WAITING else None

    @property
    def language(self) -> str | None:
        """The language of its newest contact."""
        return next((contact.language for contact in self.contacts), None)

    @property
    def sensitive(self) -> bool:
        return any(contact.sensitive for contact in self.contacts)

    def title(self, snapshot: Snapshot) -> str | None:
        """Returns its topic's title; None where that is unknown, or would tell what is sensitive."""
        topic = snapshot.topics.get(self.case.topic)
        return topic.title if topic and not topic.sensitive and not self.sensitive else None


async def case(session: AsyncSession, engine: Engine, workspace: str, case_id: str, *, sensitive: bool) -> CaseNow:
    """Returns a case as it is now. One that the caller may not see is NotFound, like one that does not exist."""
    found = await session.scalar(select(Case).where(Case.workspace_id == workspace, Case.id == case_id))
    if found is None or (not sensitive and await session.scalar(select(_any_sensitive(found)))):
        raise NotFound(f"There is no case {case_id!r} in this workspace, or this key may not see it.")
    return await _now(session, engine, found)


async def linked(session: AsyncSession, about: Case) -> list[str]:
    """Returns the cases with which a case is linked, in either direction."""
    both = (Case.id == about.linked_to) | (Case.linked_to == about.id)
    query = select(Case.id).where(Case.workspace_id == about.workspace_id, both)
    return list(await session.scalars(query.order_by(Case.id).limit(MOST_CONTACTS)))


async def by_reference(
    session: AsyncSession, engine: Engine, workspace: str, reference: str, addresses: Mapping[AddressKind, str | None]
) -> CaseNow | None:
    """Returns the case with a reference as it is now, if contacts of it came with all these addresses."""
    found = await session.scalar(select(Case).where(Case.workspace_id == workspace, Case.reference == reference))
    if found is None:
        return None
    now = await _now(session, engine, found)
    came_with = {
        (one["kind"], one["value"]) for contact in now.contacts for one in contact.identity.get("addresses", [])
    }
    return now if all((kind, value) in came_with and value for kind, value in addresses.items()) else None


def _any_sensitive(case: Case) -> Exists:
    mine = Contact.workspace_id == case.workspace_id, Contact.case_id == case.id
    return exists().where(*mine, Contact.sensitive.is_(True))


async def _now(session: AsyncSession, engine: Engine, case: Case) -> CaseNow:
    mine = Contact.workspace_id == case.workspace_id, Contact.case_id == case.id
    rows = list(await session.scalars(select(Contact).where(*mine).order_by(Contact.id.desc()).limit(MOST_CONTACTS)))
    await lay_over(session, engine, case.workspace_id, rows)
    return CaseNow(case, rows)


def _status(contact: Contact) -> CaseStatus:
    if contact.state is ContactState.AUTOMATING and contact.outcome is Outcome.INCIDENT:
        return CaseStatus.WAITING_FOR_FIX
    return STATUS_OF[contact.state]
