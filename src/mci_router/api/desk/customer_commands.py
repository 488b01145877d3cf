"""Commands about the customer that the desk shows: the agent verifies who it is, and changes what is known."""

from typing import Any

from sqlalchemy import select

from mci_router.access.audit import Actor
from mci_router.access.tokens import AgentIdentity
from mci_router.api.auditing import noted
from mci_router.api.customers import change_of
from mci_router.api.parts import Parts
from mci_router.api.schemas.customers import AddressIn, CustomerPatch
from mci_router.api.schemas.frames import ChangeData, VerifyData
from mci_router.clock import moment
from mci_router.errors import AssignmentGone, CustomerUnclear
from mci_router.intake import customer_records as records
from mci_router.intake.address_reading import AddressReader
from mci_router.lifecycle.rows import locked
from mci_router.lifecycle.seen.screen_pop import known_as, screen_pop
from mci_router.lifecycle.verifying import names_of
from mci_router.models import Case
from mci_router.routing.engine import contact_of
from mci_router.vocabulary import ActorKind, Trust


class CustomerCommands:
    """Carries out one agent's frames about customers."""

    def __init__(self, parts: Parts, identity: AgentIdentity) -> None:
        self._parts = parts
        self._workspace = identity.workspace_id
        self._agent = identity.agent

    async def verify(self, data: VerifyData) -> dict[str, Any]:
        """Verifies who the customer is. Raises AssignmentGone, CustomerUnclear, UnknownCustomer.

        The desk also gets the event of it, as of all that happens to the contact.
        """
        contact = await self._mine(data.assignment_id)
        by = f"agent:{self._agent}"
        try:
            actor = Actor(self._workspace, ActorKind.AGENT, self._agent, self._agent)
            note, wanted = noted(actor, "contact.verified", contact, None), data.customer_id
            found = await self._parts.verification.verify(
                self._workspace, contact, by, wanted, any_customer=False, note=note
            )
        except CustomerUnclear as unclear:
            async with self._parts.database.transaction() as session:
                named = await names_of(session, self._workspace, unclear.members["candidates"])
            raise CustomerUnclear(candidates=named) from None
        return {"contact_id": contact, "customer_id": found.customer_id, "verified_at": moment(found.verified_at)}

    async def change(self, data: ChangeData) -> dict[str, Any]:
        """Changes the contact's customer; where the customer is only claimed, changes the claim.

        Raises AssignmentGone, AddressTaken, InvalidRequest.
        """
        contact_id = await self._mine(data.assignment_id)
        reader = AddressReader(await self._parts.snapshots.get(self._workspace), self._parts.fingerprints)
        async with self._parts.database.transaction() as session:
            contact = await locked(session, self._workspace, contact_id)
            case = (
                await session.scalars(
                    select(Case).where(Case.workspace_id == self._workspace, Case.id == contact.case_id)
                )
            ).one()
            who, trust = known_as(contact, case), Trust.VERIFIED if case.verified_at else Trust.CLAIMED
            wanted = change_of(_patch(data, trust))
            await records.change(session, reader, who or contact.customer_id, wanted)
            if who is None:
                contact.identity = records.mended_identity(reader, contact.identity, wanted)
                await session.flush()
        pop = await screen_pop(self._parts.pops, self._workspace, contact_id, self._agent, ()) or {}
        return {"contact_id": contact_id, "customer": pop.get("customer")}

    async def _mine(self, assignment: str) -> str:
        """Returns the contact of an assignment that is this agent's. Raises AssignmentGone."""
        contact = contact_of(assignment)
        live = await self._parts.engine.contact(self._workspace, contact)
        if live is None or not live.served_by(self._agent, assignment):
            raise AssignmentGone
        return contact


def _patch(data: ChangeData, trust: Trust) -> CustomerPatch:
    """Returns the change as the API takes it: an address that the customer gives has the trust of the customer."""
    given = {name: getattr(data, name) for name in data.model_fields_set - {"assignment_id", "add"}}
    return CustomerPatch(**given, add=[AddressIn(kind=one.kind, value=one.value, trust=trust) for one in data.add])
