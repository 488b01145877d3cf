"""Opt-outs: addresses to which nothing may be sent any more. Senders ask here first.

An opt-out is of the address, not of the person: it applies to every customer who has the address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.errors import NotFound
from mci_router.intake.arrival import Arrival, Decided, IdentifiedCustomer
from mci_router.models import Customer, CustomerAddress
from mci_router.routing.engine import Engine
from mci_router.triage.machines.sent import WRITTEN
from mci_router.vocabulary import Channel, ContactKind, Outcome

KINDS_OF: Mapping[str, tuple[str, ...]] = {Channel.EMAIL: ("email",), Channel.SMS: ("phone",)}
OTHER_KINDS = ("phone", "external_id")

Addresses: TypeAlias = Mapping[str, Sequence[CustomerAddress]]
"""By arrival: the addresses at which the company would answer it."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """An address, and since when it is opted out, if it is; `changed`: the customers for whom that is new."""

    kind: str
    opted_out_at: datetime | None
    changed: tuple[str, ...] = ()


async def addresses_of(session: AsyncSession, pairs: Sequence[tuple[Arrival, IdentifiedCustomer]]) -> Addresses:
    """Returns the address that each written contact came by, in one statement.

    For an id of ours it is its customer's address of that kind.
    """
    written = [(arrival, who.customer) for arrival, who in pairs if arrival.channel in WRITTEN]
    came_by = {arrival.id: address for arrival, _ in written if (address := _address(arrival))}
    by_id = {customer.id for arrival, customer in written if arrival.id not in came_by and arrival.customer.id}
    if not came_by and not by_id:
        return {}
    columns = (CustomerAddress.workspace_id, CustomerAddress.kind, CustomerAddress.value)
    wanted = or_(tuple_(*columns).in_(sorted(set(came_by.values()))), CustomerAddress.customer_id.in_(sorted(by_id)))
    rows = (await session.scalars(select(CustomerAddress).where(wanted))).all()
    return {
        arrival.id: [
            row
            for row in rows
            if _is_of(row, came_by.get(arrival.id), customer if customer.id in by_id else None, arrival.channel)
        ]
        for arrival, customer in written
    }


def opted_out_at(addresses: Addresses, arrival: str) -> datetime | None:
    """Returns since when the address of an arrival is opted out; None if it is not."""
    return max((row.opted_out_at for row in addresses.get(arrival, ()) if row.opted_out_at), default=None)


def mark(addresses: Addresses, one: Decided) -> None:
    """Opts the address of a contact out or in, if that is all the contact says."""
    if one.route.outcome is not Outcome.NONE or one.triage.kind is ContactKind.MACHINE:
        return
    out = one.triage.kind is ContactKind.OPT_OUT
    for row in addresses.get(one.arrival.id, ()):
        row.opted_out_at = (row.opted_out_at or one.arrival.received_at) if out else None


async def look_up(session: AsyncSession, workspace: str, candidates: Mapping[str, str]) -> list[OptOut]:
    """Returns the opt-out of an address, given in each form that it may have by kind, where a customer has it."""
    return _opt_outs(await _rows(session, workspace, candidates))


async def say(
    session: AsyncSession, engine: Engine, workspace: str, candidates: Mapping[str, str], *, opted_out: bool
) -> list[OptOut]:
    """Opts an address out, or in again, and journals it. Idempotent.

    Raises:
        NotFound: no customer has it.
        EngineUnavailable: nothing has changed.
    """
    rows = await _rows(session, workspace, candidates, lock=True)
    if not rows:
        raise NotFound("No customer of this workspace has this address.")
    changed = [row for row in rows if (row.opted_out_at is not None) is not opted_out]
    for row in changed:
        row.opted_out_at = utc_now() if opted_out else None
        await engine.journal_opt_out(workspace, "opted_out" if opted_out else "opted_in", row.customer_id, row.kind)
    return _opt_outs(rows, changed)


def _opt_outs(rows: Sequence[CustomerAddress], changed: Sequence[CustomerAddress] = ()) -> list[OptOut]:
    """Returns each address once, however many customers have it."""
    since: dict[str, datetime | None] = {}
    for row in rows:
        since[row.kind] = since.get(row.kind) or row.opted_out_at
    return [
        OptOut(kind, at, tuple(row.customer_id for row in changed if row.kind == kind)) for kind, at in since.items()
    ]


async def _rows(
    session: AsyncSession, workspace: str, candidates: Mapping[str, str], *, lock: bool = False
) -> Sequence[CustomerAddress]:
    query = (
        select(CustomerAddress)
        .where(
            CustomerAddress.workspace_id == workspace,
            tuple_(CustomerAddress.kind, CustomerAddress.value).in_(list(candidates.items())),
        )
        .order_by(CustomerAddress.kind)
    )
    return (await session.scalars(query.with_for_update() if lock else query)).all()


def _address(arrival: Arrival) -> tuple[str, str, str] | None:
    sent = {str(one.kind): one.value for one in arrival.customer.addresses if one.value}
    return next(
        (
            (arrival.workspace_id, kind, sent[kind])
            for kind in KINDS_OF.get(arrival.channel, OTHER_KINDS)
            if kind in sent
        ),
        None,
    )


def _is_of(
    row: CustomerAddress, address: tuple[str, str, str] | None, customer: Customer | None, channel: Channel
) -> bool:
    if address:
        return (row.workspace_id, row.kind, row.value) == address
    return customer is not None and row.customer_id == customer.id and row.kind in KINDS_OF.get(channel, OTHER_KINDS)
