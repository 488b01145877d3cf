"""Answers to what went out for the help portal: they come by another channel, and are said in the same conversation."""

from dataclasses import replace

from mci_router.access.keys import Caller
from mci_router.api.parts import Parts
from mci_router.conversations import keys
from mci_router.intake.arrival import Arrival
from mci_router.vocabulary import AddressKind, Channel, Trust


async def answering(parts: Parts, caller: Caller, came: Arrival, message: str | None) -> Arrival:
    """Returns an arrival as one of the portal's conversation that it answers; as it is where it answers none.

    It does where the `message` went by the caller's adapter to the address from which it comes. A customer who is a
    mere claim stays one; that of any other must have proven the address, now and before. Raises DatabaseUnavailable.
    """
    if message is None or not caller.adapter:
        return came
    customer = came.customer
    given = [one for one in customer.addresses if one.kind is not AddressKind.EXTERNAL_ID and one.value]
    found = await keys.sent_for_portal(
        parts.database, caller.workspace_id, caller.adapter, message, [str(one.value) for one in given]
    )
    if found is None or not (found["claimed"] or any(one.proven for one in given)):
        return came
    trust = Trust.CLAIMED if found["claimed"] else max((one.trust for one in given), key=lambda one: one.rank)
    addresses = [replace(one, trust=min(one.trust, trust, key=lambda each: each.rank)) for one in customer.addresses]
    mine = replace(customer, id=found["customer_id"], addresses=addresses, id_trust=trust)
    return replace(came, channel=Channel.WEB, channel_ref=found["channel_ref"], branch_ref=None, customer=mine)
