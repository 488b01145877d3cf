"""Cases as their customers see them in the portal: found by reference and address, read whole, added to."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import select

from mci_router.access.keys import Caller
from mci_router.api.contact_intake import taken_in
from mci_router.api.schemas.attachments import Attachment
from mci_router.api.schemas.contacts import ContactIn
from mci_router.api.schemas.customers import CustomerIn
from mci_router.conversations.reading import by_key
from mci_router.errors import ConversationOver, IdempotencyKeyInFlight, IdempotencyKeyReused, MessageKeyReused, NotFound
from mci_router.incidents.subscriptions import subscription_of
from mci_router.intake.address_reading import AddressReader
from mci_router.intake.answer import Answer
from mci_router.intake.masking import MaskingPolicy, mask
from mci_router.lifecycle.seen.customer_view import ContactView
from mci_router.lifecycle.talking.saying import Said
from mci_router.models import Case, Contact, Customer
from mci_router.portal.help.visits import Visit
from mci_router.values import value
from mci_router.vocabulary import AddressKind, Channel, IncidentState, MessageKind, Trust, Visibility

MOST_MESSAGES = 100
LOOK_S, MOST_LOOKS = 0.1, 50  # for the first of two sendings of a form, which the browser has left
LATER = (Channel.EMAIL, Channel.SMS, Channel.WEB)
"""Channels whose customers do not wait: what is added to a case of theirs goes on where they wrote."""

# An address counts if the case came with it, or if it is proven to be its customer's.
FIND = """
SELECT k.id FROM cases k JOIN customers u ON u.id = k.customer_id AND u.no_person IS NULL
WHERE k.workspace_id = $1 AND k.reference = $2 AND (
  EXISTS (SELECT FROM contacts c CROSS JOIN jsonb_array_elements(c.identity -> 'addresses') AS a
    WHERE c.case_id = k.id AND c.workspace_id = k.workspace_id AND a ->> 'kind' IN ('email', 'phone')
      AND a ->> 'value' = ANY($3))
  OR EXISTS (SELECT FROM customer_addresses a WHERE a.workspace_id = k.workspace_id AND a.customer_id = k.customer_id
    AND a.trust <> 'claimed' AND a.kind <> 'external_id' AND a.value = ANY($3)))
"""
BEFORE = """
SELECT c.id, c.case_id, c.text FROM idempotency_keys k JOIN contacts c ON c.id = k.answer ->> 'id'
WHERE k.workspace_id = $1 AND k.key = $2
"""


@value
class CaseShown:
    """A case as its page shows it. `contact` is the one in force: the latest that is open, else the latest."""

    id: str
    reference: str
    customer: str
    open: bool
    contact: ContactView
    row: Contact
    messages: Sequence[dict[str, Any]]
    more: bool
    incident_state: IncidentState | None


async def find_case(visit: Visit, reference: str, address: str) -> str | None:
    """Returns the case of a reference, if the address is its customer's; None alike for an unknown one of both.

    Raises DatabaseUnavailable.
    """
    reader = AddressReader(visit.snapshot, visit.parts.fingerprints)
    kinds = (AddressKind.EMAIL, AddressKind.PHONE)
    said = [value for kind in kinds if (value := reader.read(kind, address).value)]
    rows = await visit.parts.database.read(FIND, visit.workspace, reference, said)
    return str(rows[0]["id"]) if rows else None


async def read_case(visit: Visit, case_id: str) -> CaseShown | None:
    """Returns a case; None if it is no longer there, or its customer was erased. Raises DatabaseUnavailable."""
    mine = (Contact.workspace_id == visit.workspace, Contact.case_id == case_id)
    of_somebody = select(Case).join(Customer, Customer.id == Case.customer_id).where(Customer.no_person.is_(None))
    async with visit.parts.database.transaction() as session:
        case = await session.scalar(of_somebody.where(Case.workspace_id == visit.workspace, Case.id == case_id))
        query = select(Contact).where(*mine).order_by(Contact.ended_at.is_(None).desc(), Contact.id.desc()).limit(1)
        row = await session.scalar(query)
        told = await subscription_of(session, row.id) if row else None
    if case is None or row is None:
        return None
    views = await visit.parts.lobbies.views.contacts(visit.snapshot, [row.id])
    window = await visit.parts.lobbies.messages.window(
        visit.snapshot, case.customer_id, case.id, before_seq=None, limit=MOST_MESSAGES
    )
    return CaseShown(
        case.id,
        case.reference,
        case.customer_id,
        row.ended_at is None,
        views[row.id],
        row,
        window["items"],
        window["more"],
        told[1] if told else None,
    )


async def add(visit: Visit, case: CaseShown, text: str, files: Sequence[str], key: str) -> str:
    """Adds what its customer writes, once for each key, and returns the case that it is in.

    It goes into the contact that is open; else it begins another one. Raises MessageKeyReused, IdempotencyKeyReused,
    DatabaseUnavailable.
    """
    if before := await _added_before(visit, case, text, key):
        return before
    if case.open:
        with suppress(ConversationOver, NotFound):
            return await _say(visit, case, text, files, key)
    return await sent_once(visit, _next_contact(visit, case, text, files), key, as_trusted=True)


async def _added_before(visit: Visit, case: CaseShown, text: str, key: str) -> str | None:
    """Returns the case to which the same form has added; None if it has not. What was open then may be over now, and
    the other way round. Raises MessageKeyReused for other words.
    """
    before = await _said_before(visit, case, key) or await _taken_before(visit, f"portal:{key}")
    if before and before["text"] != masked(visit, text):
        raise MessageKeyReused
    return str(before["case_id"]) if before else None


async def _said_before(visit: Visit, case: CaseShown, key: str) -> Mapping[str, Any] | None:
    owner = f"customer:{case.customer}"
    kept = visit.parts.conversations.key_of(visit.workspace, owner, key, {}).key
    rows = await by_key(visit.parts.database, visit.workspace, owner, kept)
    return {"case_id": case.id, "text": rows[0]["text"]} if rows else None


async def _taken_before(visit: Visit, named: str) -> Mapping[str, Any] | None:
    kept = visit.parts.fingerprints.of(f"{visit.workspace} key", named)
    rows = await visit.parts.database.read(BEFORE, visit.workspace, kept)
    return dict(rows[0]) if rows else None


async def _say(visit: Visit, case: CaseShown, text: str, files: Sequence[str], key: str) -> str:
    owner = f"customer:{case.customer}"
    private = Visibility.PRIVATE  # also where the case began in public: here nobody else reads it
    said = Said(MessageKind.CUSTOMER, case.customer, text, owner, key, visibility=private, files=tuple(files))
    try:
        spoken = await visit.parts.conversations.say(visit.workspace, case.row.id, said)
    except MessageKeyReused:
        before = await _said_before(visit, case, key)
        if not files or before is None or before["text"] != masked(visit, text):
            raise
        return case.id
    return str(spoken.message["case_id"])


def _next_contact(visit: Visit, case: CaseShown, text: str, files: Sequence[str]) -> ContactIn:
    """Returns what begins another contact of the customer: in the same conversation, where it can go on later."""
    row, goes_on = case.row, case.row.channel in LATER and bool(case.row.channel_ref)
    given = {one["kind"]: one["value"] for one in row.identity.get("addresses", ()) if one["value"]}
    customer = CustomerIn(id=case.customer, email=given.get("email"), phone=given.get("phone"))
    return ContactIn(
        channel=row.channel if goes_on else Channel.WEB,
        provider=row.provider if goes_on else None,
        channel_ref=row.channel_ref if goes_on else f"help-{case.id}",
        customer=customer,
        text=text,
        attachments=[Attachment(id=one) for one in files],
        language=visit.language,
    )


async def sent_once(visit: Visit, body: ContactIn, key: str, *, as_trusted: bool = False) -> str:
    """Takes a contact in, and returns its case; where the same form is just being taken in, waits for that.

    Raises IdempotencyKeyReused for a form that was sent with other words.
    """
    for _look in range(MOST_LOOKS):
        with suppress(IdempotencyKeyInFlight):
            return str((await take_in(visit, body, key, as_trusted=as_trusted))["case_id"])
        await asyncio.sleep(LOOK_S)
    return str((await take_in(visit, body, key, as_trusted=as_trusted))["case_id"])


async def take_in(visit: Visit, body: ContactIn, key: str, *, as_trusted: bool = False) -> Answer:
    """Takes a contact in as every other, once for each key. Who writes claims to be somebody; `as_trusted`: the case
    was shown to them, so they are as sure to be its customer as their addresses are.

    Files that come with a second sending are others than those of the first: the same words are the same sending.
    Raises IdempotencyKeyReused for other words.
    """
    trust = Trust.CLAIMED
    if as_trusted and body.customer.id:
        async with visit.parts.database.transaction() as session:
            mine = Customer.workspace_id == visit.workspace, Customer.id == body.customer.id
            found = await session.scalar(select(Customer.trust).where(*mine))
        trust = min(found or trust, Trust.AUTHENTICATED, key=lambda one: one.rank)
    caller = Caller(visit.workspace, f"portal {visit.workspace}", frozenset(), trust, "portal")
    adapter, named = answering_adapter(visit, body.customer), f"portal:{key}"
    try:
        return await taken_in(visit.parts, caller, body, named, answered_by=adapter)
    except IdempotencyKeyReused:
        before = await _taken_before(visit, named)
        if not body.attachments or before is None or before["text"] != masked(visit, body.text):
            raise
        return dict(before)


def masked(visit: Visit, text: str) -> str:
    """Returns a text as it is kept."""
    return mask(text, MaskingPolicy(**visit.snapshot.spec.masking.model_dump())).text


def answering_adapter(visit: Visit, customer: CustomerIn) -> str | None:
    """Returns the adapter that carries answers to a customer: over mail if there is an address, else over SMS."""
    adapters = visit.snapshot.taking_messages
    names = visit.portal.adapters or sorted(adapters)
    for channel, address in ((Channel.EMAIL, customer.email), (Channel.SMS, customer.phone)):
        found = next((name for name in names if name in adapters and channel in adapters[name].channels), None)
        if address and found:
            return found
    return None
